-- What every regression test begins with: the extension, its tables, and
-- try(), which shows the SQLSTATE and the parts of an error message.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SELECT prompt_mgr.init();
RESET client_min_messages;

CREATE FUNCTION pg_temp.try(command text)
RETURNS TABLE (state text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	state := '00000';
	message := 'no error';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	state := SQLSTATE;
	RETURN NEXT;
END
$$;
