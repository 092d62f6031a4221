# shellcheck shell=sh disable=SC2034,SC2154  # variables pass between the sourced files
# common.sh
#		What the scripts of "make test" and "make demo" share: talking, timing
#		and counting.  Sourced by a POSIX shell; sets no option of it.

# Answers of tools are read by machine below, so they come in one language;
# and no setting of the caller leads a client to another server than ours.
LC_ALL=C
export LC_ALL
unset LANGUAGE MAKEFLAGS MFLAGS MAKELEVEL
for name in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
	unset "$name"
done

total_passed=0
total_failed=0

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

headline()
{
	printf '\n== %s\n' "$*"
	part_started=$(date +%s)
}

# count PASSED FAILED: ends a part, adds to the totals.
count()
{
	total_passed=$((total_passed + $1))
	total_failed=$((total_failed + $2))
	say "   $1 passed, $2 failed ($(($(date +%s) - part_started)) s)"
}

# Ends the run with the line that other programs read.
report()
{
	printf '\n%s passed, %s failed\n' "$total_passed" "$total_failed"
	[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
}

# logged LOG COMMAND...: quiet where it works, its last lines where it fails.
logged()
{
	log=$1
	shift
	"$@" >"$log" 2>&1 && return 0
	say "   failed: $*"
	# Compilers' command lines say nothing that their messages do not.
	grep -Ev '^([^ ]*[-/])?(gcc|cc|clang)(-[0-9]+)? ' "$log" | tail -n 60 | sed 's/^/   | /'
	return 1
}
