-- Open pairing codes. The code itself is nowhere: `code_hmac` is its HMAC under a key of the server's.
create table ops.open_pairings (
  code_hmac bytea primary key,
  agent_id uuid not null,
  name text not null,
  serial text not null,
  secret_hash text not null,
  expires_at timestamptz not null,
  requested_at timestamptz not null default now()
);
create index open_pairings_agent on ops.open_pairings (agent_id);
create index open_pairings_expiry on ops.open_pairings (expires_at);
alter table ops.open_pairings enable row level security, force row level security;
grant select, insert, update, delete on ops.open_pairings to ops_api;
-- Whoever enters a code belongs to another tenant than nobody, which the row belongs to before it is claimed.
create policy all_tenants on ops.open_pairings to ops_api using (true);

-- What open pairings turned into: SHA-256 of the agents' own secrets, refused until AgentPaired is in the log. A row
-- that is not confirmed has all that this event needs, so that whoever finds it can append it.
create table ops.agent_credentials (
  tenant_id uuid not null,
  credential_id uuid not null,
  agent_id uuid not null,
  secret_hash text not null,
  site_id uuid not null,
  name text not null,
  serial text not null,
  command_id uuid not null,
  claimed_at timestamptz not null,
  confirmed boolean not null default false,
  primary key (tenant_id, credential_id),
  unique (tenant_id, command_id)
);
-- A secret belongs to one tenant.
create unique index agent_credentials_secret on ops.agent_credentials (agent_id, secret_hash);
create index agent_credentials_unconfirmed on ops.agent_credentials (claimed_at) where not confirmed;
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
