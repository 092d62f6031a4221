#!/bin/sh
# rollup.sh
#		32 writers that hold transactions for up to 5 seconds, jobs that add up
#		meanwhile, and a server that is killed five times in ten minutes: in the
#		end the figures are those of the rows.
#
# PROMPT_MGR_SECONDS, between kills, PROMPT_MGR_KILLS, PROMPT_MGR_DELAY (ms) and
# PROMPT_MGR_WRITERS change its size.
set -eu

: "${PROMPT_MGR_SECONDS:=100}" "${PROMPT_MGR_KILLS:=5}" "${PROMPT_MGR_DELAY:=5000}" "${PROMPT_MGR_WRITERS:=32}"
export PROMPT_MGR_SECONDS PROMPT_MGR_KILLS PROMPT_MGR_DELAY PROMPT_MGR_WRITERS
PARTS=tap TAP=test/t/023_rollup.pl exec sh "$(dirname "$0")/../lib/test.sh"
