-- Open pairing codes. The code itself is nowhere: `code_hmac` is its HMAC under a key of the server's.
create table ops.open_pairings (
  code_hmac bytea primary key,
  agent_id uuid not null,
  name text not null,
  serial text not null,
  secret_hash text not null,
  expires_at timestamptz not null,
  claimed_by_tenant uuid,
  claimed_site uuid,
  credential_id uuid,
  command_id uuid,
  requested_at timestamptz not null default now()
);
create index open_pairings_agent on ops.open_pairings (agent_id);
create index open_pairings_expiry on ops.open_pairings (expires_at);
alter table ops.open_pairings enable row level security, force row level security;
grant select, insert, update, delete on ops.open_pairings to ops_api;
-- Whoever enters a code belongs to another tenant than nobody, which the row belongs to before it is claimed.
create policy all_tenants on ops.open_pairings to ops_api using (true);

-- SHA-256 of the agents' own secrets.
create table ops.agent_credentials (
  tenant_id uuid not null,
  credential_id uuid not null,
  agent_id uuid not null,
  secret_hash text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, credential_id)
);
create index agent_credentials_agent on ops.agent_credentials (agent_id);
alter table ops.agent_credentials enable row level security, force row level security;
grant select, insert, update, delete on ops.agent_credentials to ops_api;
create policy tenant_if_set on ops.agent_credentials to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));

create table ops.agent_presence (
  tenant_id uuid not null,
  agent_id uuid not null,
  status text not null,
  last_heartbeat_at timestamptz not null,
  primary key (tenant_id, agent_id)
);
create index agent_presence_heartbeat on ops.agent_presence (last_heartbeat_at);
alter table ops.agent_presence enable row level security, force row level security;
grant select, insert, update, delete on ops.agent_presence to ops_api;
create policy tenant_if_set on ops.agent_presence to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));
