#!/bin/sh
# Waits for the database's server, brings the schema up to date, then becomes the application:
#
#     tradewind-entrypoint COMMAND [ARGUMENT...]
#
# Without a command it ends when the schema is up to date: a job of its own. If the schema can't be brought there, the
# application is not started, and the exit status is the one of `tradewind`. The environment says
#
#     TRADEWIND_OPTIONS     options of every command, such as "--pack titan"
#     TRADEWIND_UP_OPTIONS  options of `tradewind up`, such as "--backup"
#     TRADEWIND_WAIT        how many seconds the server may take (60)
#     AUTO_MIGRATE          false: nothing is applied; the application starts if the schema is up to date already
#
# and where the database is: DATABASE_URL, or DB_HOST and its like.
set -eu

seconds=${TRADEWIND_WAIT:-60}
child=
ended_by=

say() { printf 'entrypoint: %s\n' "$*" >&2; }

give_up() {
  say "$2: the application is not started"
  exit "$1"
}

# A container's first process has no default actions: without this it could not be stopped before the application runs.
on_signal() {
  ended_by=$2
  [ -z "$child" ] || kill -s "$1" "$child" 2>/dev/null || true
}

leave_if_signalled() {
  [ -z "$ended_by" ] || give_up "$ended_by" 'stopped by a signal'
}

# run COMMAND...: its exit status is in $status. In the background: only so a signal reaches it at once.
run() {
  "$@" &
  child=$!
  while :; do
    status=0
    wait "$child" || status=$?
    # A signal ends the wait as well, but not the child.
    kill -0 "$child" 2>/dev/null || break
  done
  child=
  leave_if_signalled
}

# Options are words of a variable: split on purpose.
# shellcheck disable=SC2086
tradewind_with_options() { exec tradewind ${TRADEWIND_OPTIONS:-} "$@"; }

# 5 is what may pass by itself. Whatever else is wrong is for `up` to say.
wait_for_server() {
  until=$(($(date +%s) + seconds))
  waits=no
  while :; do
    status=0
    message=$(
      export PGCONNECT_TIMEOUT="${PGCONNECT_TIMEOUT:-5}"
      tradewind_with_options status --quiet 2>&1 >/dev/null
    ) || status=$?
    leave_if_signalled
    [ "$status" = 5 ] || return 0
    if [ "$(date +%s)" -ge "$until" ]; then
      printf '%s\n' "$message" >&2
      give_up 5 "no answer from the database's server in $seconds s (TRADEWIND_WAIT)"
    fi
    [ $waits = yes ] || say "waiting for the database's server, up to $seconds s"
    waits=yes
    sleep 1
    leave_if_signalled
  done
}

migrate() {
  # shellcheck disable=SC2086
  run tradewind_with_options up ${TRADEWIND_UP_OPTIONS:-} >&2
  [ "$status" = 0 ] || give_up "$status" "the migrations failed with exit status $status"
}

check() {
  run tradewind_with_options status --check >&2
  [ "$status" = 0 ] || give_up "$status" 'AUTO_MIGRATE is off, and the schema is not up to date'
}

case $seconds in
  '' | *[!0-9]*) give_up 2 "TRADEWIND_WAIT is \"$seconds\", which is no number of seconds" ;;
esac
# Before anything is applied for it.
[ $# = 0 ] || command -v "$1" >/dev/null || give_up 127 "there is no command $1"

trap 'on_signal TERM 143' TERM
trap 'on_signal INT 130' INT
trap 'on_signal HUP 129' HUP

wait_for_server
case $(printf %s "${AUTO_MIGRATE:-true}" | tr '[:upper:]' '[:lower:]') in
  0 | false | no | off) check ;;
  *) migrate ;;
esac
trap - TERM INT HUP
leave_if_signalled
[ $# = 0 ] || exec "$@"
