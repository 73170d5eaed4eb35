-- Token signing keys: the private half in PKCS8, wrapped by the master key and bound to its kind; the public half is
-- derived from it, so that nobody gets a key of theirs in here. Of one that has left `wrapped` is destroyed.
create table ops.signing_keys (
  key_id text primary key,
  kind text not null check (kind in ('access', 'machine', 'media')),
  wrapped bytea,
  created_at timestamptz not null,
  signs_from timestamptz not null,
  leaves_at timestamptz,
  compromised boolean not null default false,
  check (wrapped is not null or leaves_at is not null)
);
alter table ops.signing_keys enable row level security, force row level security;
grant select, insert on ops.signing_keys to ops_keys;
grant update (wrapped, leaves_at, compromised) on ops.signing_keys to ops_keys;
create policy all_tenants on ops.signing_keys to ops_keys using (true);

-- Only the command that re-wraps keys has this role.
grant usage on schema ops to ops_admin;
grant select, update (wrapped) on ops.signing_keys to ops_admin;
create policy rewrapping on ops.signing_keys to ops_admin using (true);
grant select, update (wrapped) on ops.data_keys to ops_admin;
create policy rewrapping on ops.data_keys to ops_admin using (true);

-- Sessions of people: SHA-256 of the refresh token that counts, and of the one before it. A row goes when the end of its
-- session is in the log; `ended_as` says which end is to be told.
create table ops.sessions (
  session_id uuid primary key,
  user_id uuid not null,
  tenant_id uuid,
  token_hash bytea not null,
  previous_hash bytea,
  rotated_at timestamptz,
  resent boolean not null default false,
  started_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_as text check (ended_as in ('SIGNED_OUT', 'REVOKED', 'REUSED', 'EXPIRED'))
);
create index sessions_user on ops.sessions (user_id);
create index sessions_expiry on ops.sessions (expires_at);
create index sessions_ended on ops.sessions (expires_at) where ended_as is not null;
alter table ops.sessions enable row level security, force row level security;
grant select, insert, update, delete on ops.sessions to ops_api;
create policy tenant_if_set on ops.sessions to ops_api
  using ((select nullif(current_setting('app.tenant_id', true), '')::uuid) is null
    or tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));

-- Sign-in links that may still be used: SHA-256 of each one's secret. Using it is deleting its row.
create table ops.sign_in_links (
  secret_hash bytea primary key,
  user_id uuid not null,
  expires_at timestamptz not null
);
create index sign_in_links_expiry on ops.sign_in_links (expires_at);
alter table ops.sign_in_links enable row level security, force row level security;
grant select, insert, delete on ops.sign_in_links to ops_api;
create policy all_tenants on ops.sign_in_links to ops_api using (true);
