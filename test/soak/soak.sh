#!/bin/sh
# soak.sh
#		"make soak": tests of concurrency at their full size, one after the
#		other.  A test is a script beside this one; SOAK="partitions" names
#		those to run.
set -u

here=$(cd "$(dirname "$0")" && pwd)
failed=0
for script in "$here"/*.sh; do
	soak=$(basename "$script" .sh)
	case " ${SOAK:-$soak} " in
	*" soak "*) continue ;;
	*" $soak "*) ;;
	*) continue ;;
	esac
	printf '\n==== %s\n' "$soak"
	sh "$script" || failed=1
done
exit "$failed"
