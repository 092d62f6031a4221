# Reference numbers of means, ratios and moments through SQL, to the tolerance
# that their README states or a smaller one; and the binary form of a summary.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use PmTest;
use StatTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = stat_node();

sub test_means
{
	my $fields = q{LATERAL (VALUES ('diff', t.diff, c.diff, 1e-15), ('se', t.se, c.se, 1e-14), ('t', t.t, c.t, 1e-12), ('df', t.df, c.df, 1e-12),
		('p', t.p_value, c.p_two, 1e-11), ('low', t.ci_low, c.ci_lo, 1e-10), ('high', t.ci_high, c.ci_hi, 1e-10)) AS v (field, got, want, tol)};

	if (load_csv('stats/welch_t.csv'))
	{
		# There it is sample 1 minus sample 2; and where both sd are 0 diff is given.
		checked_ok('welch_t.csv', 215, qq{
			SELECT n_, v.* FROM line AS c,
				prompt_mgr.welch_moments(n2::bigint, mean2, sd2, n1::bigint, mean1, sd1, alpha => 1 - conf) AS t, $fields
			WHERE c.t IS NOT NULL OR v.field NOT IN ('diff', 'se')
			UNION ALL
			SELECT n_, side, t.p_value, want, 1e-11 FROM line,
				LATERAL (VALUES ('less', p_less), ('greater', p_greater)) AS s (side, want),
				prompt_mgr.welch_moments(n2::bigint, mean2, sd2, n1::bigint, mean1, sd1, side) AS t});
	}
	if (load_json('experiments/welch_from_moments.json', '{rows}'))
	{
		# Beyond df = 1e7 the file gives the normal tail.
		checked_ok('welch_from_moments.json', 9, q{
			SELECT n_, v.* FROM line, prompt_mgr.welch_moments((r ->> 'n1')::bigint, (r ->> 'mean1')::float8, sqrt((r ->> 'var1')::float8),
					(r ->> 'n2')::bigint, (r ->> 'mean2')::float8, sqrt((r ->> 'var2')::float8)) AS t,
				LATERAL (VALUES ('t', t.t, r ->> 't', 2e-12), ('df', t.df, r ->> 'df', 1e-12), ('p', t.p_value, r ->> 'p_two_sided',
					CASE WHEN t.df < 1e7 THEN 2e-11 ELSE t.t ^ 4 / t.df END), ('scipy', t.p_value, r #>> '{scipy,1}', 1e-9)) AS w (field, got, want, tol),
				LATERAL (SELECT field, got, want::float8, tol) AS v});
	}
	if (load_json('experiments/gbstats_posthog_expected.json', '{cases}'))
	{
		gbstats_ok();
	}
	if (my $path = reference_file('experiments/ratio_metric.json', 'ratio metrics'))
	{
		$node->safe_psql('postgres', qq{
			DROP TABLE IF EXISTS line;
			CREATE TABLE line AS SELECT 1 AS n_, convert_from(pg_read_binary_file('$path'), 'UTF8')::jsonb AS r;
			CREATE TABLE unit AS SELECT arm = 'b' AS treatment, i, num, (floats(r #> ARRAY[arm, 'den']))[i] AS den
			FROM line, unnest('{a,b}'::text[]) AS arm, unnest(floats(r #> ARRAY[arm, 'num'])) WITH ORDINALITY AS u (num, i)});
		foreach my $summary ('prompt_mgr.ratio_summary(num, den, treatment) FROM unit',
			'prompt_mgr.rollup(s) FROM (SELECT prompt_mgr.ratio_summary(num, den, treatment) AS s FROM unit GROUP BY i % 5) AS part')
		{
			checked_ok('ratio_metric.json' . ($summary =~ /rollup/ ? ', rolled up' : ''), 1, qq{
				SELECT n_, key, got, (r ->> key)::float8, 1e-12 FROM line, (SELECT $summary) AS s (s), prompt_mgr.ratio_ttest(s.s) AS t,
					LATERAL (VALUES ('ratio_a', t.mean_control), ('ratio_b', t.mean_treatment), ('var_a', t.sd_control ^ 2), ('var_b', t.sd_treatment ^ 2),
						('diff', t.diff), ('se_diff', t.se), ('z', t.t), ('lift', t.lift), ('se_lift', t.lift_se)) AS v (key, got)});
		}
	}
	return;
}

# Table line holds the cases of gbstats and PostHog: t-tests, asymptotic
# confidence sequences, normal posteriors.
sub gbstats_ok
{
	# An arm's n, mean and sd; those of a ratio come from a summary.
	$node->safe_psql('postgres', q{
		CREATE TABLE arm AS
		SELECT n_, side, s ->> 'type' AS type, (s ->> 'n')::float8 AS n, coalesce(s -> 'm', s) AS m, s -> 'd' AS d, (s ->> 'sum_of_products')::float8 AS xy
		FROM line, LATERAL (VALUES ('c', r -> 'a_control'), ('t', r -> 'b_treatment')) AS a (side, s);
		CREATE TABLE moment AS
		SELECT n_, side, type, n::bigint AS n, mx AS mean, CASE type WHEN 'proportion' THEN mx * (1 - mx) ELSE (xx - n * mx * mx) / (n - 1) END AS variance,
			format('%s,0,%s,0,%s,0,%s,%s,%s', n, mx, my, xx - n * mx * mx, yy - n * my * my, xy - n * mx * my) AS members
		FROM arm, LATERAL (SELECT (m ->> 'sum')::float8 / n, (m ->> 'sum_squares')::float8, (d ->> 'sum')::float8 / n, (d ->> 'sum_squares')::float8)
			AS v (mx, xx, my, yy);
		CREATE TABLE tested AS
		SELECT l.n_, l.r, p.*, c.type, c.n AS n_c, c.mean AS mean_c, sqrt(greatest(c.variance, 0)) AS sd_c, t.n AS n_t, t.mean AS mean_t, sqrt(greatest(t.variance, 0)) AS sd_t,
			CASE WHEN c.type = 'ratio' THEN format('(%s,%s)', c.members, t.members)::prompt_mgr.ratio_summary END AS ratio
		FROM line AS l JOIN moment AS c ON c.n_ = l.n_ AND c.side = 'c' JOIN moment AS t ON t.n_ = l.n_ AND t.side = 't',
			LATERAL (SELECT r #>> '{params,difference}' = 'relative', (r #>> '{params,alpha}')::float8, coalesce(r #>> '{params,side}', 'two-sided'),
				0.51 * 10 ^ -(r ->> 'expected_decimals')::float8) AS p (relative, alpha, side, rounding)});
	my $test = q{tested AS c, LATERAL (SELECT (w).* FROM (SELECT CASE WHEN c.type = 'ratio' THEN prompt_mgr.ratio_ttest(c.ratio, c.side, c.alpha)
		ELSE prompt_mgr.welch_moments(n_c, mean_c, sd_c, n_t, mean_t, sd_t, c.side, c.alpha) END AS w) AS x) AS t,
		LATERAL (SELECT CASE WHEN relative THEN t.lift ELSE t.diff END AS effect, CASE WHEN relative THEN t.lift_se ELSE t.se END AS se,
			CASE WHEN relative THEN t.lift_low ELSE t.ci_low END AS low, CASE WHEN relative THEN t.lift_high ELSE t.ci_high END AS high) AS e};

	# Our p-value is that of the absolute difference.
	checked_ok('gbstats_posthog_expected.json, t-tests', 10, qq{
		SELECT n_, field, got, want::float8, tol FROM $test,
			LATERAL (VALUES ('effect', effect, r #>> '{recomputed_full_precision,expected}', 1e-10), ('se', e.se, r #>> '{recomputed_full_precision,stddev}', 1e-10),
				('df', t.df, r #>> '{recomputed_full_precision,dof}', 1e-9), ('low', e.low, r #>> '{recomputed_full_precision,ci,0}', 1e-8),
				('high', e.high, r #>> '{recomputed_full_precision,ci,1}', 1e-8)) AS v (field, got, want, tol)
		WHERE r ->> 'method' = 'welch_t'
		UNION ALL
		SELECT n_, 'p', t.p_value, (r #>> '{recomputed_full_precision,p}')::float8, 1e-8 FROM $test WHERE r ->> 'method' = 'welch_t' AND NOT relative
		UNION ALL
		SELECT n_, field || ', published', (abs(got - want::float8) <= rounding)::int, 1, 0 FROM $test,
			LATERAL (VALUES ('effect', effect, r #>> '{expected,expected}'), ('low', e.low, r #>> '{expected,ci,0}'),
				('high', e.high, r #>> '{expected,ci,1}')) AS v (field, got, want)
		WHERE r ->> 'method' = 'welch_t' AND want IS NOT NULL});

	# Their sequence divides by the unpooled error: its half-width is ours, with
	# the critical value of so many units; one-sided they take a looser one.
	checked_ok('gbstats_posthog_expected.json, sequences', 6, qq{
		SELECT n_, 'half', CASE c.side WHEN 'two-sided' THEN a.critical_z * e.se WHEN 'greater' THEN effect - low ELSE high - effect END,
			CASE WHEN c.side = 'two-sided' THEN (high - low) / 2 WHEN c.side = 'greater' THEN effect - low ELSE high - effect END,
			CASE c.side WHEN 'two-sided' THEN 1e-9 ELSE 0 END
		FROM (SELECT * FROM tested WHERE r ->> 'method' ~ '^sequential') AS c,
			prompt_mgr.welch_moments(n_c, mean_c, sd_c, n_t, mean_t, sd_t) AS t,
			LATERAL (SELECT CASE WHEN relative THEN t.lift_se ELSE t.se END, (r #>> '{recomputed_full_precision,expected}')::float8,
				(r #>> '{recomputed_full_precision,ci,0}')::float8, (r #>> '{recomputed_full_precision,ci,1}')::float8) AS e (se, effect, low, high),
			prompt_mgr.always_valid_test(summary(n_c, 1, n_t, 1), c.alpha, (r #>> '{params,tuning_n}')::bigint, c.side) AS a
		UNION ALL
		SELECT n_, 'one-sided at most theirs', (a.critical_z * e.se <= coalesce(effect - low, high - effect) * (1 + 1e-12)
			AND a.critical_z * e.se > 0.9 * coalesce(effect - low, high - effect))::int, 1, 0
		FROM (SELECT * FROM tested WHERE r ->> 'method' ~ '^sequential.*sided') AS c,
			prompt_mgr.welch_moments(n_c, mean_c, sd_c, n_t, mean_t, sd_t) AS t,
			LATERAL (SELECT CASE WHEN relative THEN t.lift_se ELSE t.se END, (r #>> '{recomputed_full_precision,expected}')::float8,
				(r #>> '{recomputed_full_precision,ci,0}')::float8, (r #>> '{recomputed_full_precision,ci,1}')::float8) AS e (se, effect, low, high),
			prompt_mgr.always_valid_test(summary(n_c, 1, n_t, 1), c.alpha, (r #>> '{params,tuning_n}')::bigint, c.side) AS a});

	checked_ok('gbstats_posthog_expected.json, posteriors', 4, q{
		SELECT n_, field, got, want::float8, 1e-9 FROM tested AS c,
			prompt_mgr.bayes_moments(n_c, mean_c, sd_c, n_t, mean_t, sd_t, coalesce((r #>> '{params,prior,mean}')::float8, 0),
				coalesce((r #>> '{params,prior,variance}')::float8, 'Infinity'), CASE WHEN relative THEN 'lift' ELSE 'difference' END, 1 - c.alpha) AS b,
			LATERAL (VALUES ('effect', b.effect, r #>> '{recomputed_full_precision,expected}'), ('chance', b.prob_beats, r #>> '{recomputed_full_precision,chance_to_win}'),
				('low', b.ci_low, r #>> '{recomputed_full_precision,ci,0}'), ('high', b.ci_high, r #>> '{recomputed_full_precision,ci,1}'),
				('risk', b.loss_control, coalesce(r #>> '{recomputed_full_precision,risk,0}', b.loss_control::text)),
				('risk', b.loss_treatment, coalesce(r #>> '{recomputed_full_precision,risk,1}', b.loss_treatment::text))) AS v (field, got, want)
		WHERE r ->> 'method' ~ '^bayes'});
	return;
}

# What a summary knows of its control.
my $moments = q{LATERAL (SELECT member(s, 1), member(s, 3) + member(s, 4), member(s, 5)) AS m (n, mean, m2)};

sub test_moments
{
	if (load_csv('stats/moments.csv', 'x'))
	{
		# A mean near 0 is as good as its summands.
		foreach my $summary ('(SELECT prompt_mgr.ab_summary(v, false) FROM unnest(c.x::float8[]) AS v)',
			'(SELECT prompt_mgr.rollup(p) FROM (SELECT prompt_mgr.ab_summary(v, false) AS p FROM unnest(c.x::float8[]) WITH ORDINALITY AS u (v, i) GROUP BY i % 3) AS part)')
		{
			checked_ok('moments.csv' . ($summary =~ /rollup/ ? ', rolled up' : ''), 213, qq{
				SELECT c.n_, v.field, v.got, v.want, v.tol FROM line AS c, LATERAL $summary AS s (s), $moments, prompt_mgr.welch_ttest(s) AS t,
					LATERAL (VALUES ('n', m.n, c.n, 0), ('m2', m.m2, c.m2, 1e-12), ('sd', t.sd_control, c.stddev_samp, 1e-12),
						('mean', (abs(m.mean - c.mean) <= 2e-15 * (abs(c.mean) + coalesce(c.stddev_samp, 0)))::int, 1, 0),
						('var', t.sd_control ^ 2, c.var_samp, 1e-12)) AS v (field, got, want, tol)});
		}
	}
	if (my $packed = reference_file('stats/moments_big_values.csv.gz', 'moments of many values'))
	{
		my $values = PostgreSQL::Test::Utils::tempdir() . '/values.csv';
		gunzip($packed => $values) or die $GunzipError;
		load_csv('stats/moments_big.csv', 'description');
		$node->safe_psql('postgres', qq{
			CREATE TABLE value (set_id int, i int, x float8);
			COPY value FROM '$values' (FORMAT csv, HEADER)});
		foreach my $parts (1, 2, 7, 500, 5000)
		{
			checked_ok("moments_big.csv in $parts parts", 10, qq{
				SELECT c.n_, v.field, v.got, v.want, v.tol
				FROM (SELECT set_id, prompt_mgr.rollup(p) AS s FROM (SELECT set_id, prompt_mgr.ab_summary(x, false) AS p FROM value GROUP BY set_id, (i * 7919) % $parts) AS part
						GROUP BY set_id) AS g JOIN line AS c USING (set_id), $moments,
					LATERAL (VALUES ('n', m.n, c.n, 0), ('m2', m.m2, c.m2, 1e-12), ('mean', (abs(m.mean - c.mean) <= 2e-15 * (abs(c.mean) + c.stddev_samp))::int, 1, 0),
						('var', m.m2 / (m.n - 1), c.var_samp, 1e-12)) AS v (field, got, want, tol)});
		}
	}
	if (load_json('experiments/moments.json', '{rows}'))
	{
		# The values by the rules that the file states.  NIST's are decimal: what
		# rounding them to doubles changes in the variance no method gets back.
		checked_ok('moments.json', 8, qq{
			WITH value AS (
				SELECT n_, r, x FROM line, LATERAL (
					SELECT unnest('{10000001,10000003,10000002}'::float8[]) WHERE r ->> 'name' = 'NIST NumAcc1'
					UNION ALL
					SELECT unnest(ARRAY[o + 0.2] || array_cat_agg(ARRAY[o + 0.1, o + 0.3])) FROM (VALUES ('NIST NumAcc2', 1), ('NIST NumAcc3', 1000000), ('NIST NumAcc4', 10000000)) AS k (name, o),
						generate_series(1, 500) WHERE name = r ->> 'name' GROUP BY o
					UNION ALL
					SELECT substr(r ->> 'name', 8)::float8 + (k % 7) / 4.0 FROM generate_series(0, 999) AS k WHERE r ->> 'name' ~ '^offset') AS x (x))
			SELECT g.n_, v.* FROM (SELECT n_, r, prompt_mgr.ab_summary(x, false) AS s FROM value GROUP BY n_, r) AS g, $moments,
				LATERAL (VALUES ('n', m.n, (r ->> 'n')::float8, 0), ('mean', m.mean, (r ->> 'mean')::float8, 1e-14),
					('variance', m.m2 / (m.n - 1), coalesce((r ->> 'variance')::float8, (r ->> 'sd')::float8 ^ 2), CASE r ->> 'name' WHEN 'NIST NumAcc4' THEN 1e-7 WHEN 'NIST NumAcc3' THEN 1e-8 ELSE 1e-12 END)) AS v});
	}
	return;
}

# Bytes from outside as the binary form of a summary: 13 members after a format.
sub test_hostile_bytes
{
	my @good = (2, 0, 1, 0, 0.5, 2, 0, 1, 0, 0.5, 0, 0, 4);
	my $members = sub {
		my %changed = @_;
		return join('', map { my $value = exists $changed{$_} ? $changed{$_} : $good[$_];
			pack(substr('iidddiidddiii', $_, 1) eq 'd' ? 'd>' : 'q>', $value) } 0 .. 12);
	};
	my $path = PostgreSQL::Test::Utils::tempdir() . '/summary.bin';
	my @cases = (
		[ 'a summary', 'success', "\1" . $members->() ],
		[ 'another format', '22P03', "\2" . $members->() ],
		[ 'a negative count', '22P03', "\1" . $members->(0 => -1) ],
		[ 'a count beyond its range', '22P03', "\1" . $members->(0 => 9223372036854775807) ],
		[ 'NaN', '22P03', "\1" . $members->(2 => 'NaN') ],
		[ 'infinity', '22P03', "\1" . $members->(4 => 'Inf') ],
		[ 'a negative sum of squares', '22P03', "\1" . $members->(9 => -1) ],
		[ 'more ones than units', '22P03', "\1" . $members->(10 => 3) ],
		[ 'too few bytes', '08P01', substr("\1" . $members->(), 0, -1) ],
		[ 'too many bytes', '22P03', "\1" . $members->() . 'x' ],
		[ 'no bytes', '08P01', '' ]);

	$node->safe_psql('postgres', 'CREATE TABLE hostile (s prompt_mgr.ab_summary)');
	foreach my $case (@cases)
	{
		my ($what, $state, $bytes) = @$case;
		open(my $file, '>:raw', $path) or die "$path: $!";
		print $file "PGCOPY\n\377\r\n\0", pack('NN', 0, 0), pack('nN', 1, length($bytes)), $bytes, pack('n', 0xffff);
		close($file) or die "$path: $!";
		is(sqlstate_of($node, 'postgres', "COPY hostile FROM '$path' (FORMAT binary)"), $state, "binary input: $what");
	}
	is($node->safe_psql('postgres', 'SELECT s FROM hostile'), '(2,0,1,0,0.5,2,0,1,0,0.5,0,0,4)', 'binary input: it is what was sent');
	return;
}

$node->safe_psql('postgres', 'CREATE AGGREGATE array_cat_agg(anycompatiblearray) (SFUNC = array_cat, STYPE = anycompatiblearray)');
test_means();
test_moments();
test_hostile_bytes();

$node->stop;
done_testing();
