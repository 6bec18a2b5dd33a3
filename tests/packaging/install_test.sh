#!/usr/bin/env bash
# Installs a build, builds examples/embed against what was installed, with CMake and with pkg-config, and runs it.
#
#     tests/packaging/install_test.sh BUILD_FOLDER
set -euo pipefail

build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DATABASE_URL AUTO_MIGRATE

failures=0
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

no_lines() { ! grep . "$1"; }
is() { [ "$1" = "$2" ] || { echo "is \"$1\", not \"$2\""; return 1; }; }
has() { grep -qF -- "$2" <<<"$1" || { echo "\"$1\" lacks \"$2\""; return 1; }; }

# As a package would be made: to a place that was not known when it was configured.
prefix=$work/installed
cmake --install "$build" --prefix "$prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
library=$(find "$prefix" -name libtradewind.so)
libraries=$(dirname "$library")

check 'the public headers are there, and no others' \
  diff -r "$source/include/tradewind" "$prefix/include/tradewind"
version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' "$source/CMakeLists.txt")
check 'the program runs' is "$("$prefix/bin/tradewind" version | head -1)" "tradewind $version"

export DATABASE_URL=sqlite:$work/entrypoint.db TRADEWIND_OPTIONS='--pack titan'
out=$(PATH=$prefix/bin:$PATH tradewind-entrypoint echo started 2>"$work/entrypoint.log") || true
check 'the entrypoint starts an application' is "$out" started
unset DATABASE_URL TRADEWIND_OPTIONS

# Backups and upkeep by timers (F10). It complains of units whose program is not installed, and goes on after most of what it finds.
if command -v systemd-analyze >/dev/null; then
  mkdir "$work/units"
  for unit in "$source"/packaging/systemd/*; do
    sed "s|/usr/bin/tradewind|$prefix/bin/tradewind|" "$unit" >"$work/units/$(basename "$unit")"
  done
  systemd-analyze verify "$work"/units/* >"$work/verify.log" 2>&1 || true
  grep -F "$work/units" "$work/verify.log" >"$work/complaints" || true
  check 'systemd accepts the units' no_lines "$work/complaints"
  grep -n '^SuccessExitStatus' "$work"/units/* >"$work/excused" || true
  check 'no failure of a unit counts as success' no_lines "$work/excused"
else
  echo 'left out: no systemd-analyze for the units'
fi

# What it exports is the API: names of tradewind itself, none of a layer below it. `detail` is what the templates in the
# headers call.
nm --dynamic --defined-only --demangle "$library" | sed 's/^[0-9a-f]* *[A-Za-z] //; s/@@*TRADEWIND_0$//' >"$work/exports"
check 'the API is exported' grep -qx 'tradewind::Migrator::up(tradewind::Target const&)' "$work/exports"
grep -vE '^((typeinfo|typeinfo name|vtable) for )?tradewind::' "$work/exports" | grep -vx 'TRADEWIND_0' >"$work/foreign" || true
check 'no symbol of another library is exported' no_lines "$work/foreign"
grep -E '^((typeinfo|typeinfo name|vtable) for )?tradewind::([a-z_0-9]+::|.*Implementation::)' "$work/exports" |
  grep -v '^tradewind::detail::' >"$work/internal" || true
check 'no symbol of a layer is exported' no_lines "$work/internal"
# Without its type an exception could not be caught, or an observer not be derived from, in another binary.
# A template has no type of its own.
classes=$(awk '/^class (Observer|[A-Za-z]+ : public)/ && before !~ /^template/ { print $2 } { before = $0 }' \
  "$source"/include/tradewind/*.hpp)
check 'the classes to catch and to derive from are known' has "$classes" RunFailed
for class in $classes; do
  check "the type of $class is exported" grep -qx "typeinfo for tradewind::$class" "$work/exports"
  check "the table of $class is exported" grep -qx "vtable for tradewind::$class" "$work/exports"
done
check 'the library names what it needs' is "$(ldd -r "$library" 2>&1 | grep -cE 'undefined symbol|not found')" 0

# find_package, in its own build.
cmake -S "$source/examples/embed" -B "$work/embed" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; exit 1; }
check 'find_package and build' cmake --build "$work/embed"
check 'another API is refused' bash -c "! cmake -S '$source/tests/packaging/another_version' -B '$work/another' -DCMAKE_PREFIX_PATH='$prefix'"

# pkg-config, as a Makefile would.
export PKG_CONFIG_PATH=$libraries/pkgconfig LD_LIBRARY_PATH=$libraries
check 'pkg-config knows the version' is "$(pkg-config --modversion tradewind)" "$version"
read -ra flags <<<"$(pkg-config --cflags --libs tradewind)"
check 'pkg-config and build' "${CXX:-g++}" -std=c++20 -Wall -Werror "$source/examples/embed/main.cpp" "${flags[@]}" -o "$work/by_hand"

# The example starts only on a database that fits its code (I4, R9, R10).
export DATABASE_URL=sqlite:$work/orders.db
for program in "$work/embed/embed" "$work/by_hand"; do
  name=$(basename "$program")
  rm -f "$work"/orders.db*
  status=0
  out=$("$program" "$source/examples/migrations" 2>&1) || status=$?
  check "$name: does not start without a database" is "$status" 2
  out=$(AUTO_MIGRATE=true "$program" "$source/examples/migrations" 2>&1) || true
  check "$name: migrates and starts" is "$out" "ready: 0 orders in $DATABASE_URL"
  out=$("$program" "$source/examples/migrations" 2>&1) || true
  check "$name: starts on a migrated database" is "$out" "ready: 0 orders in $DATABASE_URL"

  cp -r "$source/examples/migrations" "$work/migrations"
  echo 'ALTER TABLE orders ADD COLUMN venue text; SELECT no_such_column FROM orders;' >"$work/migrations/003_add_venue.up.sql"
  status=0
  out=$("$program" "$work/migrations" 2>&1) || status=$?
  check "$name: does not start on a pending migration" is "$status" 2
  status=0
  out=$(AUTO_MIGRATE=true "$program" "$work/migrations" 2>&1) || status=$?
  check "$name: does not start when a migration fails" is "$status" 3
  check "$name: says which one" has "$out" 'not started: 003_add_venue (up): no such column: no_such_column'
  check "$name: the failed one left nothing" is "$(AUTO_MIGRATE=true "$program" "$source/examples/migrations" 2>&1)" "ready: 0 orders in $DATABASE_URL"
  rm -rf "$work/migrations"
done

# As a part of another build it must at least configure; that compiles everything again.
check 'add_subdirectory' cmake -S "$source/examples/embed" -B "$work/below" -G Ninja -DTRADEWIND_SOURCE="$source"

[ $failures = 0 ] || { echo "$failures checks failed"; exit 1; }
echo 'all checks passed'
