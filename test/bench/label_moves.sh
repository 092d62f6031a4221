#!/bin/sh
# label_moves.sh
#		Label moves, with their checks and history, against a plain upsert of the
#		same rows into a table of the same columns, by pgbench with 16 clients.
#
#	label_moves.sh [SECONDS]
#
# Works in a database of its own, "prompt_mgr_bench", of the server that PGHOST
# and PGPORT name.  The sides run in turns, five times; the best run of each
# counts, as what else the machine does only slows.  Nearly every move goes to
# another version.  The bar is for commits that do not wait for the disk, so
# that is how both sides commit here.
set -eu

seconds=${1:-5}
clients=${CLIENTS:-16}
prompts=${PROMPTS:-100}
scripts=$(mktemp -d)
trap 'rm -rf "$scripts"' EXIT
PGDATABASE=prompt_mgr_bench
PGOPTIONS='-c synchronous_commit=off'
export PGDATABASE PGOPTIONS

psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS prompt_mgr_bench' -c 'CREATE DATABASE prompt_mgr_bench'
psql -X -q -v ON_ERROR_STOP=1 -v prompts="$prompts" -o /dev/null <<'SQL'
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.save_prompt('bench/' || p, 'Version ' || v)
FROM generate_series(1, :prompts) AS p, generate_series(1, 50) AS v ORDER BY p, v;
SELECT prompt_mgr.activate('bench/' || p, 1) FROM generate_series(1, :prompts) AS p;
CREATE TABLE plain (name text, label text, version integer NOT NULL, move_no integer NOT NULL, moved_at timestamptz NOT NULL,
	moved_by text NOT NULL, reason text, PRIMARY KEY (name, label)) WITH (fillfactor = 50);
INSERT INTO plain SELECT 'bench/' || p, 'production', 1, 1, now(), current_user FROM generate_series(1, :prompts) AS p;
VACUUM ANALYZE;
SQL
cat >"$scripts/plain.sql" <<SQL
\set p random(1, $prompts)
\set v random(1, 50)
INSERT INTO plain AS l (name, label, version, move_no, moved_at, moved_by) VALUES ('bench/' || :p, 'production', :v, 1, clock_timestamp(), current_user)
ON CONFLICT (name, label) DO UPDATE SET version = EXCLUDED.version, move_no = l.move_no + 1, moved_at = EXCLUDED.moved_at, moved_by = EXCLUDED.moved_by;
SQL
cat >"$scripts/activate.sql" <<SQL
\set p random(1, $prompts)
\set v random(1, 50)
SELECT prompt_mgr.activate('bench/' || :p, :v);
SQL

rate()
{
	pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f "$scripts/$1.sql" | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

plain=0
moves=0
for run in 1 2 3 4 5; do
	plain=$(echo "$(rate plain) $plain" | awk '{ print ($1 > $2) ? $1 : $2 }')
	moves=$(echo "$(rate activate) $moves" | awk '{ print ($1 > $2) ? $1 : $2 }')
done
echo "$moves $plain" | awk -v clients="$clients" '{ printf "activate(): %d/s; plain upsert: %d/s; %d clients; ratio %.2f (bar: 20000/s, or at least 0.5)\n", $1, $2, clients, $1 / $2 }'
psql -X -q -d postgres -c 'DROP DATABASE prompt_mgr_bench'
