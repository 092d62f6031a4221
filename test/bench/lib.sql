-- What the benchmarks share: a clock for a query, and the table of results.
-- They run in any database where the extension can be created, and leave only
-- temporary objects behind besides the extension and its tables.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SELECT prompt_mgr.init() \g /dev/null
SET jit = off;

-- Seconds of the fastest of several runs: what else the machine does only adds.
CREATE FUNCTION pg_temp.fastest(command text, runs integer DEFAULT 5) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz;
	best double precision := 'Infinity';
BEGIN
	FOR i IN 1 .. runs LOOP
		began := clock_timestamp();
		EXECUTE command;
		best := least(best, extract(epoch FROM clock_timestamp() - began));
	END LOOP;
	RETURN best;
END $$;

CREATE TEMP TABLE result (n serial, work text, ours double precision, theirs double precision, against text, bar text);

-- One line per comparison: microseconds per call on both sides, and the ratio.
CREATE VIEW pg_temp.report AS
	SELECT work, round(ours::numeric, 3) AS "ours, us", against, round(theirs::numeric, 3) AS "theirs, us",
		round((ours / theirs)::numeric, 2) AS ratio, bar
	FROM result ORDER BY n;
