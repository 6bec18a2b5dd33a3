#!/bin/sh
# Makes the server's data once, with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, then becomes the server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust --no-sync >/tmp/initdb.log
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  # As that image does: on the socket only, until the database is there.
  pg_ctl --silent --wait --options="-c listen_addresses= -c unix_socket_directories=/tmp" start >/tmp/first.log
  createdb --host=/tmp --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  pg_ctl --silent --wait --mode=fast stop
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
