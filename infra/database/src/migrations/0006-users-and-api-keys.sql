-- What a tenant's stream of members says of a user (the e-mail address) is sealed under the user's key in that tenant.
alter table ops.data_keys drop constraint data_keys_subject_check;
alter table ops.data_keys add constraint data_keys_subject_check
  check (subject in ('person', 'camera', 'sighting', 'user'));

-- Which user an e-mail address is, in this installation. The address itself is nowhere here: `email_hmac` is the HMAC of
-- its normalised form under a key of the server's.
create table ops.users (
  user_id uuid primary key,
  email_hmac bytea not null unique,
  created_at timestamptz not null
);
alter table ops.users enable row level security, force row level security;
grant select, insert on ops.users to ops_api;
create policy all_tenants on ops.users to ops_api using (true);

-- Machines' keys: SHA-256 of each, and what is asked when one is exchanged for a token. `tenant_id` is null for machines
-- that serve all tenants; `kind` is agent, media_node or worker. A key counts once its ApiKeyIssued is in the log.
create table ops.api_keys (
  key_id uuid primary key,
  tenant_id uuid,
  kind text not null check (kind in ('agent', 'media_node', 'worker')),
  subject_id uuid not null,
  secret_hash bytea not null,
  addresses text[] not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  check ((kind = 'agent') = (tenant_id is not null))
);
create index api_keys_subject on ops.api_keys (subject_id);
alter table ops.api_keys enable row level security, force row level security;
grant select, insert, delete on ops.api_keys to ops_api;
grant update (revoked_at, last_used_at, addresses) on ops.api_keys to ops_api;
create policy tenant_if_set on ops.api_keys to ops_api
  using ((select nullif(current_setting('app.tenant_id', true), '')::uuid) is null
    or tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));

-- How many cameras and people a tenant has, counted in the transaction that reserves one more: of fifty who ask for the
-- last place one gets it. The reservation is there before the event; one without an event is given back.
create table ops.quota_places (
  tenant_id uuid not null,
  kind text not null check (kind in ('camera', 'person')),
  subject_id uuid not null,
  reserved_at timestamptz not null,
  confirmed boolean not null default false,
  primary key (tenant_id, kind, subject_id)
);
create index quota_places_unconfirmed on ops.quota_places (reserved_at) where not confirmed;
alter table ops.quota_places enable row level security, force row level security;
grant select, insert, update, delete on ops.quota_places to ops_api;
create policy tenant_if_set on ops.quota_places to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));

-- When grants end: what the sweeper looks at to tell it. Rights are judged by the clock, with or without a row.
create table ops.grant_ends (
  tenant_id uuid not null,
  grant_id uuid not null,
  ends_at timestamptz not null,
  primary key (tenant_id, grant_id)
);
create index grant_ends_due on ops.grant_ends (ends_at);
alter table ops.grant_ends enable row level security, force row level security;
grant select, insert, update, delete on ops.grant_ends to ops_api;
create policy tenant_if_set on ops.grant_ends to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));
