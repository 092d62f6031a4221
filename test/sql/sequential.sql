-- Tests that may be looked at repeatedly: always valid, hybrid, group sequential.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
\pset expanded on
SELECT * FROM prompt_mgr.always_valid_counts(250, 2500, 310, 2500);
\pset expanded off
-- At N = N* = 5000 and alpha .05 the critical value is 3.0352.
SELECT round(critical_z::numeric, 4) AS critical_z FROM prompt_mgr.always_valid_counts(250, 2500, 310, 2500);
-- e, p, interval and decision are one: log e = N r z^2 / (2 (N r + 1)) - ln(1 + N r) / 2 with r = (-2 ln a + ln(1 - 2 ln a)) / N*.
SELECT count(*) AS tables, bool_and(abs(log_e_value - (k / (2 * (k + 1)) * z * z - ln(1 + k) / 2)) < 1e-12 * (1 + abs(log_e_value))) AS log_e,
	bool_and(abs(p_value - least(1, exp(-log_e_value))) < 1e-14) AS p, bool_and(reject = (log_e_value >= -ln(0.05))) AS reject, bool_and(reject = (abs(z) >= critical_z)) AS critical,
	bool_and(CASE WHEN reject THEN ci_low >= 0 OR ci_high <= 0 ELSE ci_low <= 0 AND ci_high >= 0 END) AS interval, count(*) FILTER (WHERE reject) AS rejected, count(*) FILTER (WHERE ci_adjusted) AS adjusted
FROM generate_series(100, 1100, 10) AS x, generate_series(20, 200, 30) AS y, prompt_mgr.always_valid_counts(x, 5000, y, 1000, planned_n => 6000) AS a,
	LATERAL (SELECT -2 * ln(0.05::float8) + ln(1 - 2 * ln(0.05::float8)) AS k) AS r
WHERE gate_open;
SELECT alternative, margin, z, log_e_value, p_value, ci_low, ci_high, reject FROM (VALUES ('two-sided', 0), ('greater', 0), ('less', 0), ('greater', -0.02), ('less', 0.01)) AS c (a, m),
	prompt_mgr.always_valid_counts(500, 5000, 560, 5000, 0.05, 10000, a, m);

-- While the gate is closed there is no evidence: e is at most 1, p is 1, and so Holm and e-BH stay valid.
SELECT x, y, z, log_e_value, p_value, ci_low, ci_high, reject, gate_open, ci_adjusted, reason FROM (VALUES (0, 4), (0, 5), (0, 100), (99, 40), (9900, 90)) AS c (x, y), prompt_mgr.always_valid_counts(x, 9900, y, 100);
SELECT prompt_mgr.p_adjust(array_agg(p_value ORDER BY y)) AS holm, prompt_mgr.e_bh(array_agg(log_e_value ORDER BY y)) AS e_bh
FROM unnest('{0,50,100}'::int[]) AS y, prompt_mgr.always_valid_counts(0, 9900, y, 100);
-- A treatment without any success does open it.
SELECT gate_open, reject, ci_high FROM prompt_mgr.always_valid_counts(1000, 10000, 0, 10000);
SELECT xc, nc, xt, nt, diff, log_e_value, p_value, ci_low IS NULL AS no_ci, reject, reason FROM (VALUES (0, 0, 0, 0), (0, 0, 5, 10), (5, 10, 0, 0), (0, 10, 0, 10), (10, 10, 10, 10), (0, 1, 1, 1)) AS c (xc, nc, xt, nt),
	prompt_mgr.always_valid_counts(xc, nc, xt, nt);
SELECT log_e_value, reason FROM prompt_mgr.always_valid_counts(0, 10, 0, 10, margin => 0.1);

-- Hybrid: a tenth of alpha for the e-value, the rest for one z-test at the first look with the planned size.
SELECT look, n, h.planned_look, h.reject, h.p_value, h.fixed_p_value, h.log_e_value, h.ci_low, h.ci_high
FROM (VALUES (1, 1500, 0), (2, 2500, 3000), (3, 4000, 5000), (4, 20000, 8000)) AS l (look, n, previous), prompt_mgr.hybrid_counts(n / 10, n, n / 10 + n / 50, n, 0.05, 5000, previous) AS h;
SELECT e_alpha, fixed_alpha, level FROM prompt_mgr.hybrid_counts(100, 1000, 120, 1000);
-- p is at most alpha where, and only where, the look rejects; the interval never contradicts it.
SELECT count(*) AS looks, count(*) FILTER (WHERE reject) AS rejected, count(*) FILTER (WHERE planned_look) AS planned, bool_and(reject = (p_value <= 0.05)) AS p, bool_and(CASE WHEN reject THEN ci_low >= 0 OR ci_high <= 0 ELSE ci_low <= 0 AND ci_high >= 0 END) AS interval
FROM generate_series(300, 700, 3) AS x, unnest('{0,9000,10000}'::bigint[]) AS previous, prompt_mgr.hybrid_counts(500, 5000, x, 5000, 0.05, 10000, previous) AS h WHERE x <> 500;
-- Where the gate is closed the planned look takes Fisher's test: one event in the small arm is no reason (z = 3), four are.
SELECT xc, nc, xt, nt, p_value, fixed_p_value, ci_low, reject, reason FROM (VALUES (0, 0, 0, 0), (0, 10, 0, 10), (0, 900, 1, 100), (0, 9900, 4, 100)) AS c (xc, nc, xt, nt), prompt_mgr.hybrid_counts(xc, nc, xt, nt, planned_n => 20);
SELECT fixed_p_value, p_value, reject, reason FROM prompt_mgr.hybrid_counts(0, 900, 4, 100, planned_n => 1000, margin => 0.01);

-- Group sequential bounds: Pocock's and O'Brien and Fleming's spending over five looks, as R's rpact has them.
SELECT spending, array_agg(round(b::numeric, 5) ORDER BY i) AS bounds FROM unnest('{obrien_fleming,pocock}'::text[]) AS spending,
	unnest(prompt_mgr.group_sequential_bounds('{0.2,0.4,0.6,0.8,1}', 0.05, spending)) WITH ORDINALITY AS u (b, i) GROUP BY spending ORDER BY spending;
-- One look at the end is the fixed test; a later look does not change the bounds before it; too early and too close looks have none.
SELECT prompt_mgr.group_sequential_bounds('{1}') AS fixed, prompt_mgr.group_sequential_bounds('{0.3,0.6}') = (prompt_mgr.group_sequential_bounds('{0.3,0.6,1}'))[1:2] AS stable,
	array_positions(prompt_mgr.group_sequential_bounds('{0.01,0.5,0.5005,1}'), NULL) AS without;

-- Wrong arguments.
SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['always_valid_counts(11, 10, 1, 10)', 'always_valid_counts(1, 10, 1, 10, 0)', 'always_valid_counts(1, 10, 1, 10, 0.5, alternative => ''greater'')', 'always_valid_counts(1, 10, 1, 10, planned_n => 0)',
	'always_valid_counts(1, 10, 1, 10, margin => 1)', 'always_valid_counts(1, 10, 1, 10, alternative => ''both'')', 'hybrid_counts(1, 10, 1, 10, 1)', 'hybrid_counts(1, 10, 1, 10, planned_n => -5)', 'hybrid_counts(1, 10, 1, 10, margin => ''NaN'')',
	'group_sequential_bounds(''{}'')', 'group_sequential_bounds(''{0.5,0.5}'')', 'group_sequential_bounds(''{0.5,1.1}'')', 'group_sequential_bounds(''{0,1}'')', 'group_sequential_bounds(''{0.5,NULL}'')', 'group_sequential_bounds(''{{0.5,1}}'')',
	'group_sequential_bounds(''{1}'', 0)', 'group_sequential_bounds(''{1}'', 0.05, ''haybittle'')', 'group_sequential_bounds(array_fill(1::float8, ARRAY[201]))']) AS call, pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.always_valid_counts(NULL, 10, 1, 10) IS NULL AND prompt_mgr.hybrid_counts(1, NULL, 1, 10) IS NULL AND prompt_mgr.group_sequential_bounds(NULL) IS NULL AS null_in_null_out;

-- Several arms: one rate, and the split of the traffic.
SELECT * FROM prompt_mgr.homogeneity_test('{10,20,30}', '{100,100,100}');
SELECT x, n, t.* FROM (VALUES ('{0,0}'::bigint[], '{10,10}'::bigint[]), ('{10,10}', '{10,10}'), ('{0,5}', '{0,10}'), ('{5}', '{10}'), ('{5,0,5}', '{10,0,10}')) AS c (x, n), prompt_mgr.homogeneity_test(x, n) AS t;
SELECT observed, weights, t.* FROM (VALUES ('{1000,1200}'::bigint[], '{1,1}'::int[]), ('{1000,1200}', '{500000,500000}'), ('{9500,500}', '{95,5}'), ('{1000,1300}', '{50,50}'), ('{0,0}', '{1,1}'), ('{1000,900,1}', '{1,1,0}'),
	('{1000}', '{5}'), ('{1000,0}', '{1,0}'), ('{100,0}', '{1,1}')) AS c (observed, weights), prompt_mgr.srm_test(observed, weights) AS t;
SELECT t = prompt_mgr.srm_test('{1000,1200}', '{1,1}') AS as_weights FROM prompt_mgr.srm_test_expected('{1000,1200}', '{1100,1100}') AS t;
-- 500 units at 50/50, then 1000 at 90/10: 1150 and 350 are expected.
SELECT chi2, p_value, alarm, max_deviation FROM prompt_mgr.srm_test_expected('{1160,340}', '{1150,350}');
-- A uniform prior over two rates: after 5 events of one kind e = 2^5 / 6; a prior of its own kind is the same.
SELECT exp(prompt_mgr.multinomial_log_e('{5,0}', '{1,1}', 2)) AS e, exp(prompt_mgr.multinomial_log_e('{5,0}', '{1,1}', prior => '{1,1}')) AS same, prompt_mgr.multinomial_log_e('{0,0}', '{1,1}') AS nothing;
SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['srm_test(''{1,2}'', ''{1}'')', 'srm_test(''{1,NULL}'', ''{1,1}'')', 'srm_test(''{1,1}'', ''{1,NULL}'')', 'srm_test(''{1,-1}'', ''{1,1}'')', 'srm_test(''{1,1}'', ''{1,-1}'')', 'srm_test(''{1,1}'', ''{0,0}'')',
	'srm_test(''{}'', ''{}'')', 'srm_test(''{{1,1}}'', ''{1,1}'')', 'srm_test(array_fill(1::bigint, ARRAY[65]), array_fill(1, ARRAY[65]))', 'srm_test_expected(''{1,1}'', ''{1,NaN}'')', 'srm_test_expected(''{1,1}'', ''{1,2,3}'')',
	'homogeneity_test(''{1}'', ''{1,2}'')', 'homogeneity_test(''{3,1}'', ''{2,2}'')', 'homogeneity_test(''{NULL}'', ''{1}'')', 'homogeneity_test(''{}'', ''{}'')', 'multinomial_log_e(''{1,1}'', ''{1,0}'')', 'multinomial_log_e(''{1,1}'', ''{1,1}'', 0)',
	'multinomial_log_e(''{1,1}'', ''{1,1}'', prior => ''{1}'')', 'multinomial_log_e(''{1,1}'', ''{1,1}'', prior => ''{1,-1}'')']) AS call, pg_temp.try('SELECT prompt_mgr.' || call) AS t;
-- Arrays may begin anywhere.
SELECT (prompt_mgr.srm_test('[5:6]={1000,1200}', '[0:1]={1,1}')).p_value = (prompt_mgr.srm_test('{1000,1200}', '{1,1}')).p_value AS subscripts;
