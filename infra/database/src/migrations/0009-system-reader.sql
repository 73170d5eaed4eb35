-- Reads what the system's administrators see of all tenants, and no table of the tenants' own.
grant usage on schema read to api_system;
