-- The one periodic job.

CREATE FUNCTION prompt_mgr.tick() RETURNS TABLE (task text, subject text, action text, detail text)
LANGUAGE plpgsql VOLATILE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT 'experiment', e.experiment, e.action, e.reason FROM prompt_mgr._experiment_tick() AS e;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.tick() IS
'The periodic job: adds up what came in, looks at every running or paused experiment, and pauses, stops or promotes as its options say.
Call it every minute, from pg_cron or anything else, as the owner of the schema. Returns a row for each experiment: action is looked, paused, stopped or failed, detail the reason; one in trouble fails alone, with a warning. Two at once share the work: each experiment is looked at by one of them and stopped once.';
