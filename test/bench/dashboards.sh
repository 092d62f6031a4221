#!/bin/sh
# dashboards.sh
#		Every query of the Grafana dashboards over many executions, as the role
#		that Grafana logs in as: the best of three times, for a week and 90 days.
#
#	dashboards.sh
#
# ROWS, 1,000,000 unless said, is how many executions; 10000000 is what the bar
# is for.  analytics.sh makes them, in a database of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
export PGDATABASE=prompt_mgr_bench

KEEP=1 sh "$here/analytics.sh"
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null <<'SQL'
-- An experiment of 30 days that was looked at every minute.
SELECT prompt_mgr.create_experiment('bench', 'bench/1', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "solved"}, {"name": "quality", "kind": "continuous", "role": "secondary"}]');
SELECT prompt_mgr.start_experiment('bench');
INSERT INTO prompt_mgr.exposure (experiment_id, unit, variant_no, epoch, forced)
SELECT e.experiment_id, 'u' || i, 1 + i % 2, 1, false FROM prompt_mgr.experiment AS e, generate_series(1, 100000) AS i;
INSERT INTO prompt_mgr.outcome (experiment_id, metric_no, unit, value)
SELECT e.experiment_id, m, 'u' || i, CASE m WHEN 1 THEN (i % 5 = 0)::integer ELSE i % 7 END
FROM prompt_mgr.experiment AS e, generate_series(1, 100000) AS i, generate_series(1, 2) AS m;
SELECT * FROM prompt_mgr.tick();
INSERT INTO prompt_mgr.experiment_look (experiment_id, look_no, looked_at, snapshot, units, epoch, totals, results, srm, decision, variant, reason)
SELECT l.experiment_id, l.look_no + i, l.looked_at - (43200 - i) * interval '1 minute', l.snapshot, l.units, l.epoch, l.totals, l.results, l.srm, l.decision, l.variant, l.reason
FROM (SELECT * FROM prompt_mgr.experiment_look ORDER BY look_no DESC LIMIT 1) AS l, generate_series(1, 43199) AS i;
VACUUM ANALYZE;
CREATE ROLE prompt_mgr_bench_reader;
SELECT prompt_mgr.grant_access('prompt_mgr_bench_reader', 'viewer');
GRANT EXECUTE ON FUNCTION seconds TO prompt_mgr_bench_reader;
SQL

# A statement for each query and period: its name, and its seconds in milliseconds.
perl -I "$here/../lib" -MGrafana -e '
	my %board = read_dashboards("$ARGV[0]/../../deploy/grafana/dashboards");
	my ($week, $quarter, $now) = split /\|/, $ARGV[1];
	my %variable = (prompt => "\x27bench/1\x27", model => "\x27*\x27", score => "\x27confidence\x27", experiment => "\x27bench\x27", metric => "\x27solved\x27");
	my $n = 0;
	print "SET ROLE prompt_mgr_bench_reader;\n\\pset footer off\nSELECT * FROM (VALUES\n";
	foreach my $case ([ "a week, all", $week, "1h", { %variable, prompt => "\x27*\x27" } ], [ "90 days, all", $quarter, "1d", { %variable, prompt => "\x27*\x27" } ],
		[ "a week", $week, "1h", \%variable ], [ "90 days", $quarter, "1d", \%variable ]) {
		foreach my $name (sort keys %board) {
			next if ($case->[0] =~ /all/) != ($name eq "usage");
			print $n++ ? ", " : "", "(\x27$name, $_->[0], $case->[0]\x27, round(1000 * seconds(\$q\$", expand_query($_->[2], $case->[1], $now, @$case[2, 3]), "\$q\$, 3)::numeric, 1))\n"
				foreach queries_of($board{$name});
		}
	}
	print ") AS t (query, \"milliseconds (bar: 1000)\") ORDER BY 2 DESC;\n"' \
	"$here" "$(psql -X -At -c "SELECT concat_ws('|', to_char(now() - interval '7 days', s), to_char(now() - interval '90 days', s), to_char(now() + interval '1 day', s)) FROM (VALUES ('YYYY-MM-DD\"T\"HH24:MI:SSOF')) AS v (s)")" |
	psql -X -q -v ON_ERROR_STOP=1
psql -X -q -d postgres -c 'DROP DATABASE prompt_mgr_bench' -c 'DROP ROLE prompt_mgr_bench_reader'
