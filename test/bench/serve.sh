#!/bin/sh
# serve.sh
#		serve_prompt() with its exposure against a plain INSERT of one row into a
#		table with two indexes, by pgbench with 16 clients.
#
#	serve.sh [SECONDS]
#
# Works in a database of its own, "prompt_mgr_bench", of the server that PGHOST
# and PGPORT name.  Both sides run in turns, three times; the best run counts,
# as what else the machine does only slows.  Nearly every call is of a new unit,
# so that it writes.
set -eu

seconds=${1:-10}
clients=${CLIENTS:-16}
scripts=$(mktemp -d)
trap 'rm -rf "$scripts"' EXIT
PGDATABASE=prompt_mgr_bench
export PGDATABASE

psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS prompt_mgr_bench' -c 'CREATE DATABASE prompt_mgr_bench'
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null <<'SQL'
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.save_prompt('bench', 'Answer {{ name }} in the tone of version ' || i) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.activate('bench', 1);
SELECT prompt_mgr.create_experiment('bench', 'bench', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]');
SELECT prompt_mgr.start_experiment('bench');
CREATE TABLE plain (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), unit text, variant text, at timestamptz DEFAULT now());
CREATE INDEX ON plain (unit);
SQL
cat >"$scripts/plain.sql" <<'SQL'
\set u random(1, 1000000000)
INSERT INTO plain (unit, variant) VALUES ('user ' || :u, 'a');
SQL
cat >"$scripts/serve.sql" <<'SQL'
\set u random(1, 1000000000)
SELECT text, variant, exposure_id FROM prompt_mgr.serve_prompt('bench', 'user ' || :u, '{"name": "Ann"}');
SQL

rate()
{
	pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f "$scripts/$1.sql" | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

plain=0
serve=0
for run in 1 2 3; do
	plain=$(echo "$(rate plain) $plain" | awk '{ print ($1 > $2) ? $1 : $2 }')
	serve=$(echo "$(rate serve) $serve" | awk '{ print ($1 > $2) ? $1 : $2 }')
done
echo "$serve $plain" | awk -v clients="$clients" '{ printf "serve_prompt, recorded: %d/s; INSERT with two indexes: %d/s; %d clients; ratio %.2f (bar: at least 0.7)\n", $1, $2, clients, $1 / $2 }'
psql -X -q -d postgres -c 'DROP DATABASE prompt_mgr_bench'
