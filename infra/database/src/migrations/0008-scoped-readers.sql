-- Reads like api_tenant, and only rows of the sites and cameras that its transaction is set to.
grant usage on schema read to api_scoped;
