-- Where there are no real data: a simulation, and said so.  Units are assigned
-- by pick_variant(); whether they succeed is drawn from a seeded generator.

SELECT setseed(0.42) \g /dev/null

CREATE TABLE demo.experiment (no int, name text, units int, control float8, treatment float8);
INSERT INTO demo.experiment VALUES
	(1, 'shorter greeting', 40000, 0.040, 0.048),
	(2, 'green button', 40000, 0.040, 0.040),
	(3, 'longer form', 40000, 0.040, 0.034);

CREATE TABLE demo.outcome AS
SELECT e.no, 'user-' || g AS unit, treatment_unit AS treatment,
	random() < CASE WHEN treatment_unit THEN e.treatment ELSE e.control END AS success
FROM demo.experiment AS e
CROSS JOIN LATERAL generate_series(1, e.units) AS g
CROSS JOIN LATERAL (SELECT prompt_mgr.pick_variant('user-' || g, e.name, array[1, 1]) = 2) AS v (treatment_unit)
ORDER BY e.no, g;

CREATE TABLE demo.shown AS
SELECT e.*, prompt_mgr.two_proportion_ztest(o.success, o.treatment) AS t
FROM demo.experiment AS e JOIN demo.outcome AS o USING (no)
GROUP BY e.no, e.name, e.units, e.control, e.treatment;

\echo ' SIMULATED, seed 0.42: the true rates are known, so the test can be judged by them.'
\echo ' (Rates in %, difference in points.)'
\echo
SELECT no, name AS experiment, demo.rate(control) || ' / ' || demo.rate(treatment) AS "true rates",
	demo.rate((t).p_control) AS control, demo.rate((t).p_treatment) AS variant,
	lpad(demo.points((t).diff), 6) AS difference,
	format('%s to %s', demo.points((t).ci_low), demo.points((t).ci_high)) AS "95 % interval",
	lpad(to_char((t).z, 'FMS990.00'), 7) AS z, demo.p((t).p_value) AS p
FROM demo.shown ORDER BY no;

\t on
\pset format unaligned
SELECT format(' %s. %s', no, demo.sentence('With the ' || name || ',', 'the success rate', t)) FROM demo.shown ORDER BY no;
\pset format aligned
\t off
