#!/bin/bash
# Serves the local event store where EventStoreDB would listen, told to clients as EventStoreDB's variables say.
set -eu
host=${EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS:-127.0.0.1}
port=${EVENTSTORE_ADVERTISE_NODE_PORT_TO_CLIENT_AS:-2113}
exec node --max-semi-space-size=8 --heap-growing-percent=20 /app/infra/local/event-store/src/main.ts --file /var/lib/eventstore/events.sqlite \
  --host 0.0.0.0 --port 2113 --advertise "$host:$port"
