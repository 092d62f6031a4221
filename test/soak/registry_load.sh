#!/bin/sh
# registry_load.sh
#		64 clients move, save, archive, roll back and release for a minute.
#
# PROMPT_MGR_SECONDS and PROMPT_MGR_CLIENTS change its size.
set -eu

: "${PROMPT_MGR_SECONDS:=60}" "${PROMPT_MGR_CLIENTS:=64}"
export PROMPT_MGR_SECONDS PROMPT_MGR_CLIENTS
PARTS=tap TAP=test/t/032_registry_load.pl exec sh "$(dirname "$0")/../lib/test.sh"
