-- Uploaded pictures, each noted before its object is stored; those that no command claims go after a while.
create table ops.picture_uploads (
  tenant_id uuid not null,
  person_id uuid not null,
  picture_id uuid not null,
  object_key text not null,
  content_type text not null,
  sha256 text not null,
  bytes integer not null,
  key_id uuid not null,
  uploaded_at timestamptz not null,
  stored boolean not null default false,
  claimed boolean not null default false,
  primary key (tenant_id, person_id, picture_id)
);
create index picture_uploads_unclaimed on ops.picture_uploads (uploaded_at) where not claimed;
alter table ops.picture_uploads enable row level security, force row level security;
grant select, insert, update, delete on ops.picture_uploads to ops_api;
create policy tenant_if_set on ops.picture_uploads to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));

-- The shape that rate-limiter-flexible keeps its counters in; `expire` is ms since the Unix epoch.
create table ops.rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
create index rate_limits_expire on ops.rate_limits (expire);
alter table ops.rate_limits enable row level security, force row level security;
grant select, insert, update, delete on ops.rate_limits to ops_api;
create policy all_tenants on ops.rate_limits to ops_api using (true);
