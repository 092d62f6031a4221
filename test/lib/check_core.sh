#!/bin/sh
# check_core.sh
#		Runs the core's unit tests and sums up what they say.
#
#	check_core.sh PROGRAM...
#
# Each program ends with a line "NAME: N passed, N failed".  Here a program is
# one test: they check millions of numbers, next to which nothing else counted.
set -u

passed=0
failed=0
checks=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

for program in "$@"; do
	status=0
	"$program" >"$output" 2>&1 || status=$?
	cat "$output"
	good=$(sed -n 's/^.*: \([0-9]*\) passed, 0 failed$/\1/p' "$output" | tail -n 1)
	if [ "$status" -eq 0 ] && [ -n "$good" ]; then
		passed=$((passed + 1))
		checks=$((checks + good))
	elif [ "$status" -eq 0 ] && grep -q 'skipped, no reference data' "$output"; then
		:
	else
		# A crash leaves no line at all, and counts like any failure.
		failed=$((failed + 1))
		echo "not ok: ${program##*/} ended with status $status"
	fi
done

echo "# $checks checks held in $passed programs"
echo "check-core: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
