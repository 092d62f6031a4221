-- The demo's own database: the extension, its tables, and what turns numbers
-- into sentences.

\set QUIET on
CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init() \g /dev/null

CREATE SCHEMA demo;

-- A rate in per cent, and a difference of rates in points with its sign.
CREATE FUNCTION demo.rate(rate float8) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN to_char(100 * rate, 'FM990.00');

CREATE FUNCTION demo.points(difference float8) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN difference < 0 THEN '-' ELSE '+' END || demo.rate(abs(difference));

CREATE FUNCTION demo.p(p float8) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN p < 0.0001 THEN '< 0.0001' ELSE to_char(p, 'FM0.0000') END;

-- What a test means, from its result alone.
CREATE FUNCTION demo.sentence(whose text, what text, t prompt_mgr.ztest_result) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE
	WHEN t.p_value IS NULL THEN format('%s %s cannot be compared (%s).', whose, what, t.reason)
	WHEN t.p_value < 1 - t.level THEN format('%s %s is %s by %s points (%s %% interval %s to %s points, p %s).',
		whose, what, CASE WHEN t.diff > 0 THEN 'higher' ELSE 'lower' END, demo.rate(abs(t.diff)), 100 * t.level,
		demo.rate(least(abs(t.ci_low), abs(t.ci_high))), demo.rate(greatest(abs(t.ci_low), abs(t.ci_high))),
		CASE WHEN t.p_value < 0.0001 THEN demo.p(t.p_value) ELSE '= ' || demo.p(t.p_value) END)
	ELSE format('%s %s is not shown to differ: %s points could be chance (%s %% interval %s to %s points, p = %s).',
		whose, what, demo.points(t.diff), 100 * t.level, demo.points(t.ci_low), demo.points(t.ci_high), demo.p(t.p_value))
END;
