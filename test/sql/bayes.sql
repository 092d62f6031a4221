-- Beta-binomial reports and the weights of a bandit.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET extra_float_digits = -3;
SELECT * FROM prompt_mgr.bayes_counts(10, 100, 20, 100);
-- Two uniform rates: P = 1/2 and a loss of E max(X - Y, 0) = 1/6; one success against none of one: 5/6.
SELECT prob_beats, loss_treatment, loss_control, reason FROM prompt_mgr.bayes_counts(0, 0, 0, 0);
SELECT prob_beats, loss_control - loss_treatment AS losses_differ_by, mean_treatment - mean_control AS means_differ_by FROM prompt_mgr.bayes_counts(0, 1, 1, 1);
SELECT xc, nc, xt, nt, prob_beats, reason FROM (VALUES (0, 0, 5, 10), (5, 10, 0, 0), (0, 10, 0, 10), (10, 10, 10, 10), (0, 10, 10, 10), (1000000, 2000000, 1001000, 2000000), (0, 1000000000, 500000000, 1000000000)) AS c (xc, nc, xt, nt), prompt_mgr.bayes_counts(xc, nc, xt, nt);
-- A strong prior pulls both arms to itself; the arms change places with the answer.
SELECT prob_beats, mean_control, mean_treatment FROM prompt_mgr.bayes_counts(10, 100, 20, 100, 1000, 9000);
SELECT bool_and(abs(a.prob_beats + b.prob_beats - 1) < 1e-12 AND a.loss_control = b.loss_treatment) AS mirrored FROM generate_series(0, 40) AS x, prompt_mgr.bayes_counts(x, 40, 13, 50) AS a, prompt_mgr.bayes_counts(13, 50, x, 40) AS b;

-- Several arms: with two it is bayes_counts(); equal arms share alike; the sum is 1.
SELECT prompt_mgr.best_arm_probabilities('{10,12,15}', '{100,100,100}') AS three, prompt_mgr.best_arm_probabilities('{7}', '{10}') AS alone, prompt_mgr.best_arm_probabilities('{5,5}', '{50,50}') AS equal;
SELECT abs((prompt_mgr.best_arm_probabilities('{10,20}', '{100,100}'))[2] - (prompt_mgr.bayes_counts(10, 100, 20, 100)).prob_beats) < 1e-10 AS two,
	(SELECT abs(sum(p) - 1) < 1e-10 FROM unnest(prompt_mgr.best_arm_probabilities('{0,3,900,905,910}', '{0,100,1000,1000,1000}')) AS p) AS sum;

SELECT prompt_mgr.thompson_weights('{10,12,15}', '{100,100,100}') AS weights, prompt_mgr.thompson_weights('{10,12,15}', '{100,100,100}', 0) AS no_floor, prompt_mgr.thompson_weights('{10,12,15}', '{100,100,99}') AS too_few,
	prompt_mgr.thompson_weights('{10,12,15}', '{100,100,100}', 0.5) AS high_floor, prompt_mgr.thompson_weights('{10,12,15}', '{100,100,100}', -1) = prompt_mgr.thompson_weights('{10,12,15}', '{100,100,100}', 0) AS negative_is_0,
	prompt_mgr.thompson_weights('{7,7,7}', '{100,100,100}') AS equal;
-- floor + (1 - k floor) P(best), and always a million in all.
SELECT bool_and(abs(w / 1e6 - (0.02 + (1 - 4 * 0.02) * p)) < 1.1e-6) AS identity, sum(w) AS sum FROM unnest(prompt_mgr.thompson_weights('{30,33,45,28}', '{300,310,305,290}', 0.02), prompt_mgr.best_arm_probabilities('{30,33,45,28}', '{300,310,305,290}')) AS u (w, p);
SELECT count(*) AS experiments, bool_and((SELECT sum(w) = 1000000 AND min(w) >= 10000 FROM unnest(prompt_mgr.thompson_weights(ARRAY[x, 50, 60]::bigint[], '{500,400,300}')) AS w)) AS all_fit FROM generate_series(0, 500, 50) AS x;

SELECT call, t.state, t.message, t.detail FROM unnest(ARRAY['bayes_counts(11, 10, 1, 10)', 'bayes_counts(1, 10, 1, 10, 0)', 'bayes_counts(1, 10, 1, 10, 1, ''Infinity'')', 'bayes_counts(1, 10, 1, 10, ''NaN'')', 'best_arm_probabilities(''{1,2}'', ''{10}'')', 'best_arm_probabilities(''{}'', ''{}'')',
	'best_arm_probabilities(''{11}'', ''{10}'')', 'best_arm_probabilities(''{1,NULL}'', ''{10,10}'')', 'best_arm_probabilities(''{1}'', ''{10}'', -1)', 'thompson_weights(''{1}'', ''{10,10}'')', 'thompson_weights(''{1}'', ''{10}'', ''NaN'')',
	'thompson_weights(array_fill(1::bigint, ARRAY[65]), array_fill(1::bigint, ARRAY[65]))']) AS call, pg_temp.try('SELECT prompt_mgr.' || call) AS t;
SELECT prompt_mgr.bayes_counts(NULL, 10, 1, 10) IS NULL AND prompt_mgr.best_arm_probabilities(NULL, '{1}') IS NULL AND prompt_mgr.thompson_weights('{1}', NULL) IS NULL AS null_in_null_out;
