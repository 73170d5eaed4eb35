-- Which node holds, or is about to claim, a live session. The row is there before the claim's event, whose revision is
-- the epoch; without one the claim's outcome is not noted yet, or the session was lost and waits to be claimed again.
create table ops.leases (
  tenant_id uuid not null,
  stream_id uuid not null,
  camera_id uuid not null,
  node_id uuid not null,
  epoch integer,
  expires_at timestamptz not null,
  primary key (tenant_id, stream_id, node_id)
);
create index leases_expiry on ops.leases (expires_at);
alter table ops.leases enable row level security, force row level security;
grant select, insert, update, delete on ops.leases to ops_api;
create policy tenant_if_set on ops.leases to ops_api
  using (coalesce(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid), true));
