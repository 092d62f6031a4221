#!/bin/sh
# partitions.sh
#		32 writers for ten minutes while partitions are made, filled, taken away
#		and dropped.
#
# PROMPT_MGR_SECONDS and PROMPT_MGR_CLIENTS change its size.
set -eu

: "${PROMPT_MGR_SECONDS:=600}" "${PROMPT_MGR_CLIENTS:=32}"
export PROMPT_MGR_SECONDS PROMPT_MGR_CLIENTS
PARTS=tap TAP=test/t/021_partitions.pl exec sh "$(dirname "$0")/../lib/test.sh"
