-- A key whose `wrapped` is null is destroyed: what it sealed is erased.
create table ops.data_keys (
  tenant_id uuid not null,
  key_id uuid not null,
  subject text not null check (subject in ('person', 'camera', 'sighting')),
  subject_id uuid not null,
  wrapped bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  primary key (tenant_id, key_id),
  check ((wrapped is null) = (destroyed_at is not null))
);
alter table ops.data_keys enable row level security, force row level security;
grant select, insert on ops.data_keys to ops_keys;
grant update (wrapped, destroyed_at) on ops.data_keys to ops_keys;
create policy tenant on ops.data_keys to ops_keys
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
