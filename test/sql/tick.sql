-- The periodic job: its steps, their isolation from each other, its log.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

CREATE FUNCTION pg_temp.run() RETURNS TABLE (task text, subject text, action text, detail text) LANGUAGE sql AS $$
	SELECT * FROM prompt_mgr.tick() AS t WHERE t.task <> 'experiment' OR t.subject LIKE 'tick/%' OR t.subject IS NULL
$$;
\o /dev/null
SELECT * FROM prompt_mgr.tick();
SELECT prompt_mgr.save_prompt('tick/p', 'version ' || i) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.activate('tick/p', 1, 'l' || i) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.create_experiment('tick/' || i, 'tick/p', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', jsonb_build_object('label', 'l' || i)) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.start_experiment('tick/' || i) FROM generate_series(1, 2) AS i;
\o
-- A row for what was done, a row of the log for every step.
SELECT prompt_mgr.log_execution('tick/p', 1) IS NOT NULL AS logged;
SELECT task, subject, action FROM pg_temp.run() WHERE task = 'experiment' ORDER BY 1, 2;
DELETE FROM prompt_mgr.job_run;
\o /dev/null
SELECT * FROM prompt_mgr.tick();
\o
SELECT task, failures, detail, seconds >= 0 AS timed FROM prompt_mgr.job_run ORDER BY run_no;
SELECT task, failures FROM prompt_mgr.job_runs('rollup', page_size => 1);
SELECT count(*) FROM prompt_mgr.job_runs(failed => true);
SELECT task, last_run IS NOT NULL AS ran, runs, failures, last_failure_detail, schedule FROM prompt_mgr.jobs_status();

-- One step in trouble: the others have done their work, the trouble is told and logged.
BEGIN;
CREATE FUNCTION pg_temp.broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room for figures' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON prompt_mgr.execution_watermark FOR EACH ROW EXECUTE FUNCTION pg_temp.broken();
DELETE FROM prompt_mgr.job_run;
SET client_min_messages = error;
SELECT task, subject, action, detail FROM pg_temp.run() WHERE action = 'failed' OR task = 'experiment' ORDER BY 1, 2;
RESET client_min_messages;
SELECT task, failures, detail FROM prompt_mgr.job_runs() ORDER BY run_no;
SELECT task, runs, failures, last_failure_detail FROM prompt_mgr.jobs_status() WHERE failures > 0;
ROLLBACK;
-- One experiment in trouble fails alone.
BEGIN;
SELECT experiment_id AS id FROM prompt_mgr.experiment WHERE name = 'tick/1' \gset
CREATE FUNCTION pg_temp.broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this one will not do'; END $$;
CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON prompt_mgr.experiment_watermark FOR EACH ROW WHEN (NEW.experiment_id = :'id') EXECUTE FUNCTION pg_temp.broken();
DELETE FROM prompt_mgr.job_run;
SET client_min_messages = error;
SELECT task, subject, action, detail IS NOT NULL AS says_why FROM pg_temp.run() WHERE task = 'experiment' ORDER BY subject;
RESET client_min_messages;
SELECT task, failures > 0 AS failed, detail FROM prompt_mgr.job_runs(failed => true);
ROLLBACK;

-- A timeout is no failure of a step: nothing of the run remains.
DELETE FROM prompt_mgr.job_run;
CREATE FUNCTION prompt_mgr._slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON prompt_mgr.execution_watermark FOR EACH ROW EXECUTE FUNCTION prompt_mgr._slow();
\set SHOW_CONTEXT never
SET statement_timeout = '500ms';
SELECT state, message FROM pg_temp.try('SELECT * FROM prompt_mgr.tick()');
RESET statement_timeout;
SELECT count(*) AS logged FROM prompt_mgr.job_run;
DROP TRIGGER slow ON prompt_mgr.execution_watermark;
DROP FUNCTION prompt_mgr._slow();

-- No time: every step is called, and does what it can in none.
SELECT count(*) FROM prompt_mgr.tick('1 microsecond') WHERE task = 'experiment';
SELECT state, message, detail FROM unnest('{0,-1 second,NULL}'::interval[]) AS i, pg_temp.try(format('SELECT prompt_mgr.tick(%L)', i));
-- The log is purged.
INSERT INTO prompt_mgr.job_run (task, started_at, seconds, actions, failures) SELECT 'old', now() - interval '15 days', 0, 0, 0 FROM generate_series(1, 10);
INSERT INTO prompt_mgr.job_run (task, started_at, seconds, actions, failures) SELECT 'young', now() - interval '13 days', 0, 0, 0 FROM generate_series(1, 10);
\o /dev/null
SELECT * FROM prompt_mgr.tick();
\o
SELECT task, count(*) FROM prompt_mgr.job_run WHERE task IN ('old', 'young') GROUP BY task;
SELECT state, message FROM pg_temp.try('SELECT prompt_mgr.job_runs(page_size => 0)');

-- So are events that nobody acknowledged for a month.
BEGIN;
UPDATE prompt_mgr.event SET at = now() - interval '31 days' WHERE event_id IN (SELECT event_id FROM prompt_mgr.event ORDER BY event_id DESC LIMIT 2);
SELECT task, subject, action, detail FROM prompt_mgr.tick() WHERE task = 'event';
ROLLBACK;

-- Without pg_cron.
SELECT prompt_mgr.schedule_jobs();
SELECT prompt_mgr.unschedule_jobs();
CREATE ROLE tick_admin;
CREATE ROLE tick_viewer;
\o /dev/null
SELECT prompt_mgr.grant_access('tick_admin', 'admin'), prompt_mgr.grant_access('tick_viewer', 'publisher');
\o
SET ROLE tick_admin;
SELECT count(*) > 0 AS seen FROM prompt_mgr.job_runs();
SELECT count(*) > 0 AS seen FROM prompt_mgr.jobs_status();
SELECT c, r.state FROM unnest('{tick(),schedule_jobs(),unschedule_jobs(),_tick_rollup(now())}'::text[]) AS c, pg_temp.try('SELECT prompt_mgr.' || c) AS r;
SET ROLE tick_viewer;
SELECT c, r.state FROM unnest('{tick(),job_runs(),jobs_status()}'::text[]) AS c, pg_temp.try('SELECT prompt_mgr.' || c) AS r;
RESET ROLE;
\o /dev/null
SELECT prompt_mgr.stop_experiment('tick/' || i) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.revoke_access('tick_admin', 'admin'), prompt_mgr.revoke_access('tick_viewer', 'publisher');
\o
DROP ROLE tick_admin, tick_viewer;
