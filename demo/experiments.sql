-- Real experiments: the first two arms of each tested against each other, and
-- against R's results.  Variables of psql: arms, answers.

CREATE TABLE demo.arm (test_id text, arm int, test_week int, headline text, eyecatcher_id text,
	impressions bigint, clicks bigint, chosen_by_editors text);
COPY demo.arm FROM :'arms' (FORMAT csv, HEADER, ENCODING 'UTF8');
CREATE TABLE demo.answer (test_id text, arms int, impressions bigint, clicks bigint, chi2 text, df text, p text, srm_chi2 text,
	srm_p float8, z12 float8, p12 float8, diff12 float8, newcombe12_lo float8, newcombe12_hi float8, p_holm text, p_bh text);
COPY demo.answer FROM :'answers' (FORMAT csv, HEADER);

CREATE TABLE demo.pair AS
SELECT c.test_id, c.test_week, c.headline AS control_headline, b.headline AS treatment_headline,
	r.z12, r.p12, r.srm_p,
	prompt_mgr.ztest_counts(c.clicks, c.impressions, b.clicks, b.impressions) AS t, NULL::boolean AS testable
FROM demo.arm AS c
JOIN demo.arm AS b USING (test_id)
JOIN demo.answer AS r USING (test_id)
WHERE c.arm = 1 AND b.arm = 2;

-- Where nobody or everybody clicked there is nothing to test: R's columns are
-- empty there, and z is 0 here.
UPDATE demo.pair SET testable = (t).reason IS DISTINCT FROM 'no_variation';

-- R's file has arm 1 minus arm 2; here arm 1 is the control.
SELECT to_char(count(*), 'FM999,999') AS pairs,
	to_char(count(*) FILTER (WHERE testable), 'FM999,999') AS tested,
	to_char(max(abs((t).p_value / p12 - 1)) FILTER (WHERE p12 > 0), '9.0EEEE') AS worst_p,
	to_char(max(abs(-(t).z / z12 - 1)) FILTER (WHERE z12 <> 0), '9.0EEEE') AS worst_z,
	to_char(count(*) FILTER (WHERE (t).p_value < 0.05), 'FM999,999') AS significant,
	to_char(0.05 * count(*) FILTER (WHERE testable), 'FM999,999') AS by_chance,
	bool_and(testable = (z12 IS NOT NULL)
		AND coalesce(abs((t).z + z12) <= 1e-9 * abs(z12) AND abs((t).p_value - p12) <= 1e-9 * p12, true)) AS equal
FROM demo.pair \gset
SELECT to_char(sum(impressions), 'FM999,999,999') AS impressions, to_char(count(*), 'FM999,999') AS arms FROM demo.arm \gset
SELECT CASE WHEN :'equal' THEN 'All of their z and p equal' ELSE 'Their z and p DIFFER from' END AS verdict \gset

\echo '' :arms headlines in :pairs experiments, :impressions impressions: the Upworthy Research Archive
\echo ' (CC BY 4.0; Matias, Munger, Le Quere, Ebersole 2021, Scientific Data).'
\echo
\echo ' Arm 1 against arm 2:' :tested of :pairs 'experiments can be tested.'
\echo '' :verdict 'R''s column; the largest relative difference is' :worst_p in p and :worst_z 'in z.'
\echo '' :significant 'have p < 0.05, where chance alone would give about' :by_chance'.'
\echo
\echo ' The five with most impressions, of the weeks with sound randomisation'
\echo ' (click rates in %, difference in points):'
\echo
CREATE TABLE demo.shown AS
SELECT row_number() OVER (ORDER BY (t).n_control + (t).n_treatment DESC, test_id) AS no, *
FROM demo.pair WHERE test_week NOT BETWEEN 201325 AND 201402 AND srm_p > 0.001 AND testable
	AND control_headline <> treatment_headline
ORDER BY no LIMIT 5;
SELECT no, (t).n_control + (t).n_treatment AS impressions,
	demo.rate((t).p_control) AS "arm 1", demo.rate((t).p_treatment) AS "arm 2",
	lpad(demo.points((t).diff), 6) AS difference,
	format('%s to %s', demo.points((t).ci_low), demo.points((t).ci_high)) AS "95 % interval",
	lpad(to_char((t).z, 'FMS990.00'), 7) AS z, demo.p((t).p_value) AS p
FROM demo.shown ORDER BY no;

\t on
\pset format unaligned
SELECT format(E' %s. Arm 1: %s\n    Arm 2: %s\n    %s', no, control_headline, treatment_headline,
	demo.sentence('Arm 2''s', 'click rate', t))
FROM demo.shown ORDER BY no;
\pset format aligned
\t off

SELECT CASE WHEN :'equal' THEN 1 ELSE 1 / 0 END AS proof \gset
