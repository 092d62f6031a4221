#!/bin/sh
# soak.sh
#		"make soak": tests of concurrency at their full size, one after the
#		other.  A test is a script beside this one; SOAK="partitions" names
#		those to run.
set -u

here=$(cd "$(dirname "$0")" && pwd)
failed=0
for soak in ${SOAK:-$(cd "$here" && ls ./*.sh | sed 's|^\./||; s|\.sh$||' | grep -vx soak)}; do
	printf '\n==== %s\n' "$soak"
	sh "$here/$soak.sh" || failed=1
done
exit "$failed"
