#!/bin/sh
# experiments.sh
#		16 jobs at once in 200 rounds of experiments to decide, and minutes of
#		serving while weights change.
#
# PROMPT_MGR_ROUNDS and PROMPT_MGR_SECONDS change its size.
set -eu

: "${PROMPT_MGR_ROUNDS:=200}" "${PROMPT_MGR_SECONDS:=60}"
export PROMPT_MGR_ROUNDS PROMPT_MGR_SECONDS
PARTS=tap TAP=test/t/012_experiments.pl exec sh "$(dirname "$0")/../lib/test.sh"
