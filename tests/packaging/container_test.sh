#!/usr/bin/env bash
# Builds the container image on a Debian made here, needing no registry of images, and runs it: by itself, and with
# docker-compose beside a PostgreSQL server. Shows I6.
#
#     tests/packaging/container_test.sh WORK_FOLDER
#
# Images stay in the work folder, for the next time; the machine's own are not touched.
set -euo pipefail

mkdir -p "$1"
work=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)
compose=(docker-compose --file "$source/packaging/container/docker-compose.yml" --project-name tradewind-test)
# Nothing of the image's own may be written to, and nobody in it may become root.
confined=(--read-only --cap-drop ALL --security-opt no-new-privileges)
network=tradewind-test
server=tradewind-test-server
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
greeting='good morning'
failures=0
background=()

say() { printf '== %s\n' "$*"; }

check() {
  local what=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then
    printf 'ok    %s\n' "$what"
  else
    printf 'FAIL  %s\n' "$what"
    sed 's/^/      /' "$work/check.log"
    failures=$((failures + 1))
  fi
}
is() { [ "$1" = "$2" ] || { echo "is \"$1\", not \"$2\""; return 1; }; }
has() { grep -qF -- "$2" <<<"$1" || { echo "\"$1\" lacks \"$2\""; return 1; }; }
lacks() { ! grep -F -- "$2" <<<"$1"; }
at_most() { [ "$1" -le "$2" ] || { echo "$1 is more than $2"; return 1; }; }

quietly() {
  "$@" >"$work/run.log" 2>&1 || {
    cat "$work/run.log"
    echo "failed: $*"
    exit 1
  }
}

# eventually COMMAND...: half a minute for it to come true.
eventually() {
  local i
  for ((i = 0; i < 150; i++)); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  "$@"
}

remove_all() {
  "${compose[@]}" down --volumes --timeout 5
  podman rm --all --force --volumes --time 2
  podman volume rm --all --force
  podman network rm --force "$network"
}
clean_up() {
  remove_all >"$work/clean.log" 2>&1 || true
  [ ${#background[@]} = 0 ] || kill "${background[@]}" 2>/dev/null || true
}

# Images and networks in the work folder. runc, as crun refuses cgroups of both versions at once; limits that need no
# right to raise them.
configure() {
  cat >"$work/containers.conf" <<TEXT
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
events_logger = "file"
compat_api_enforce_docker_hub = false
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
TEXT
  cat >"$work/storage.conf" <<TEXT
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
TEXT
  export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
  export DOCKER_HOST=unix://$work/podman.sock DB_PASSWORD=$password POSTGRES_PASSWORD=$password TRADEWIND_TOKEN=$password
}

build_image() {
  local name=$1 log=$work/$2.log
  shift 2
  buildah bud --pull-never --layers --network host --tag "$name" "$@" >"$log" 2>&1 || {
    tail -n 40 "$log"
    echo "the image $name could not be built"
    exit 1
  }
}

build_images() {
  if ! podman image exists debian:bookworm-slim; then
    say 'making a Debian of its packages'
    mmdebstrap --quiet --variant=minbase bookworm "$work/base.tar" >"$work/base.log" 2>&1 || { cat "$work/base.log"; exit 1; }
    podman import --quiet "$work/base.tar" debian:bookworm-slim >"$work/base.log"
    rm "$work/base.tar"
  fi
  say 'building the image (minutes, the first time)'
  build_image tradewind image --file "$source/packaging/container/Dockerfile" "$source"
  build_image postgres:15 server "$source/tests/packaging/postgres"
}

# Where the application finds the server.
to_server=(--network "$network" --env DATABASE_TYPE=postgresql --env "DB_HOST=$server" --env DB_NAME=app --env DB_USER=app
  --env DB_PASSWORD)
start_server() {
  quietly podman run --detach --name "$server" --network "$network" --env POSTGRES_USER=app --env POSTGRES_DB=app \
    --env POSTGRES_PASSWORD postgres:15
}
query() { podman exec "$server" psql --host=/tmp --username=app --no-align --tuples-only --command="$1" app; }
# application NAME OPTION... -- COMMAND...: in the background; its output is `podman logs NAME`.
application() {
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  quietly podman run --detach --name "$name" "${confined[@]}" "${to_server[@]}" "${options[@]}" tradewind "${@:2}"
}
# Its exit status is in $status, its output in $out.
run() {
  status=0
  out=$(podman run --rm "${confined[@]}" "$@" 2>&1) || status=$?
}
logs_have() { has "$(podman logs "$1" 2>&1)" "$2"; }

megabytes() { echo $(($(podman image inspect --format '{{.Size}}' "$1") / 1000000)); }

image_is_small_and_not_root() {
  local added=$(($(megabytes tradewind) - $(megabytes debian:bookworm-slim)))
  say "the image adds $added MB to Debian"
  check 'it is small' at_most "$added" 40
  run --entrypoint id tradewind -u
  check 'it does not run as root' is "$out" 10001
  run --entrypoint tradewind tradewind version
  check 'the program runs' has "$out" 'tradewind '
  run tradewind
  check 'without a database it says what to set' has "$out" 'set DATABASE_URL'
}

starts_after_the_migrations() {
  # shellcheck disable=SC2016
  application waits --env TRADEWIND_OPTIONS='--pack titan' -- sh -c 'echo "process $$ of user $(id -u)"; exit 7'
  check 'it waits for the server' eventually logs_have waits "waiting for the database's server"
  start_server
  status=$(podman wait waits)
  out=$(podman logs waits 2>&1)
  check 'it becomes the application, as the first process' has "$out" 'process 1 of user 10001'
  check "the exit status is the application's" is "$status" 7
  check 'the schema is there' is "$(query 'SELECT count(*) > 0 FROM schema_migrations')" t
  check 'no password is shown' lacks "$out" "$password"
}

gives_up() {
  run "${to_server[@]}" --env DB_HOST=nobody --env TRADEWIND_WAIT=2 tradewind echo "$greeting"
  check 'without a server it gives up' is "$status" 5
  check 'and says so' has "$out" "no answer from the database's server in 2 s"
  check 'and does not start' lacks "$out" "$greeting"

  mkdir -p "$work/migrations"
  echo 'SELECT no_such_column FROM trades;' >"$work/migrations/001_wrong.up.sql"
  quietly query 'CREATE DATABASE wrong'
  run "${to_server[@]}" --env DB_NAME=wrong --volume "$work/migrations:/app/migrations:ro" tradewind echo "$greeting"
  check 'a migration that fails stops the start with its exit status' is "$status" 3
  check 'and says which' has "$out" 001_wrong
  check 'and does not start' lacks "$out" "$greeting"
}

is_stopped() {
  application patient --env TRADEWIND_OPTIONS='--pack titan' -- \
    sh -c 'trap "echo bye; exit 9" TERM; echo ready; while :; do sleep 0.1; done'
  check 'the application runs' eventually logs_have patient ready
  quietly podman stop --time 20 patient
  check 'SIGTERM reaches it' logs_have patient bye
  check 'and it ends as it likes' is "$(podman wait patient)" 9

  application early --env DB_HOST=nobody -- echo "$greeting"
  check 'it waits' eventually logs_have early 'waiting for'
  quietly podman stop --time 20 early
  check 'SIGTERM ends the wait' is "$(podman wait early)" 143
}

keeps_data_in_a_volume() {
  local data=(--volume tradewind-test-data:/data)
  run "${data[@]}" --env DATABASE_URL=sqlite:/data/app.db --env TRADEWIND_OPTIONS='--pack titan' tradewind echo "$greeting"
  check 'a SQLite file in a volume is migrated' is "$status" 0
  check 'and the application started' has "$out" "$greeting"
  run "${data[@]}" "${to_server[@]}" --entrypoint tradewind tradewind --pack titan backup --verify --folder /data/backups
  check 'a backup can be taken and verified in it' has "$status: $out" 'restored for a trial and found the same'
}

answers() {
  curl --silent --fail --header "Authorization: Bearer $password" "http://127.0.0.1:$TRADEWIND_PORT/api/schema/status"
}

# Where no systemd runs podman's health checks by its timers.
run_health_checks() {
  [ ! -d /run/systemd/system ] || return 0
  while sleep 1; do
    podman ps --quiet --filter name=tradewind-test_db | xargs --no-run-if-empty -n 1 podman healthcheck run || true
  done >"$work/health.log" 2>&1 &
  background+=($!)
}

works_with_compose() {
  TRADEWIND_PORT=$((20000 + RANDOM % 10000))
  export TRADEWIND_PORT
  podman system service --time=0 "$DOCKER_HOST" >"$work/service.log" 2>&1 &
  background+=($!)
  check 'the service for docker-compose is up' eventually test -S "$work/podman.sock"
  run_health_checks
  check 'docker-compose up' timeout 120 "${compose[@]}" up --detach
  check 'the application answers' eventually answers
  check 'on the schema of its migrations' has "$(answers)" '"pending":[]'
  out=$("${compose[@]}" logs --no-color app 2>&1)
  check 'it was started when the server was healthy' lacks "$out" 'waiting for'
  check 'the migrations ran before it' has "$out" 'migrations applied'
  check 'no password is shown' lacks "$out" "$password"
  check 'docker-compose down' "${compose[@]}" down --volumes
}

trap clean_up EXIT
configure
build_images
remove_all >"$work/clean.log" 2>&1 || true
quietly podman network create "$network"
say 'running it'
image_is_small_and_not_root
starts_after_the_migrations
gives_up
is_stopped
keeps_data_in_a_volume
say 'with docker-compose'
works_with_compose

[ $failures = 0 ] || { echo "$failures checks failed"; exit 1; }
echo 'all checks passed'
