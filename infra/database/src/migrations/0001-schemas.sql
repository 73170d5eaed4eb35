revoke all on schema public from public;

create schema ops;
grant usage on schema ops to ops_api, ops_keys;

-- Its tables are the projector's own.
create schema read;
grant usage on schema read to projector, api_tenant, api_machine;
grant create on schema read to projector;
