-- The periodic job and pg_cron, which is looked for when it is asked for and
-- needed by nothing.

CREATE FUNCTION prompt_mgr.schedule_jobs(schedule text DEFAULT '* * * * *') RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	-- Jobs run as who schedules them.
	PERFORM prompt_mgr._check_owner();
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'pg_cron') THEN
		RAISE NOTICE 'pg_cron is not installed in this database: no job is scheduled'
			USING HINT = 'Call tick() every minute from anything else, or schedule it in the database of pg_cron with cron.schedule_in_database().';
		RETURN 0;
	END IF;
	IF NOT (SELECT r.rolcanlogin FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user) THEN
		RAISE WARNING 'role "%" may not log in, which pg_cron does to run its jobs', current_user
			USING HINT = format('ALTER ROLE %I LOGIN;', current_user);
	END IF;
	EXECUTE format('SELECT %I.schedule($1, $2, $3)', 'cron') USING 'prompt_mgr_tick', schedule, 'SELECT prompt_mgr.tick()';
	-- pg_cron keeps a row of every run, for ever.
	EXECUTE format('SELECT %I.schedule($1, $2, $3)', 'cron') USING 'prompt_mgr_forget', '17 3 * * *',
		$$DELETE FROM cron.job_run_details WHERE username = current_user AND command LIKE '%prompt\_mgr%' AND end_time < now() - interval '7 days'$$;
	RETURN 2;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.schedule_jobs(text) IS
'Has pg_cron call tick() as schedule says, every minute by default, and forget what it noted of these runs after a week; returns how many jobs there are now.
They are named prompt_mgr_tick and prompt_mgr_forget and run as the caller, who must own schema prompt_mgr (42501 otherwise) and, for pg_cron, be able to log in; calling it again changes the schedule. Without pg_cron in this database it gives a notice and returns 0, so that a script of installation goes through everywhere.';

CREATE FUNCTION prompt_mgr.unschedule_jobs() RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	ended integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'pg_cron') THEN
		RETURN 0;
	END IF;
	EXECUTE format($$SELECT count(%1$I.unschedule(j.jobid)) FROM %1$I.job AS j WHERE j.jobname LIKE 'prompt\_mgr\_%%' AND j.username = current_user$$, 'cron') INTO ended;
	RETURN ended;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.unschedule_jobs() IS
'Takes the caller''s jobs of schedule_jobs() out of pg_cron again; returns how many there were, 0 without pg_cron.';

CREATE FUNCTION prompt_mgr.jobs_status()
RETURNS TABLE (task text, last_run timestamptz, last_seconds double precision, runs bigint, failures bigint,
	last_failure timestamptz, last_failure_detail text, schedule text, scheduled_as text, active boolean)
LANGUAGE plpgsql STABLE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'pg_cron') THEN
		EXECUTE format($$SELECT j.schedule, j.username, j.active FROM %I.job AS j WHERE j.jobname = 'prompt_mgr_tick' ORDER BY j.active DESC, j.jobid LIMIT 1$$, 'cron')
		INTO schedule, scheduled_as, active;
	END IF;
	RETURN QUERY
	SELECT s.task, l.started_at, l.seconds, d.runs, d.failures, f.started_at, f.detail, schedule, scheduled_as, active
	FROM (SELECT DISTINCT r.task FROM prompt_mgr.job_run AS r) AS s
	LEFT JOIN LATERAL (SELECT r.* FROM prompt_mgr.job_run AS r WHERE r.task = s.task ORDER BY r.run_no DESC LIMIT 1) AS l ON true
	LEFT JOIN LATERAL (SELECT r.* FROM prompt_mgr.job_run AS r WHERE r.task = s.task AND r.failures > 0 ORDER BY r.run_no DESC LIMIT 1) AS f ON true
	CROSS JOIN LATERAL (SELECT count(*) AS runs, count(*) FILTER (WHERE r.failures > 0) AS failures
		FROM prompt_mgr.job_run AS r WHERE r.task = s.task AND r.started_at > now() - interval '1 day') AS d
	ORDER BY s.task;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.jobs_status() IS
'State of the periodic job, a row per step that has run: when it last did, how often in the last 24 hours, what last failed; and the schedule where pg_cron calls it.
schedule is NULL where pg_cron is not there, or where it is another role''s job, which pg_cron hides.';
