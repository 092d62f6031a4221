-- Taking 10,000 versions of 1,000 prompts out and in, against saving them one
-- by one: seconds for all of them.
\set QUIET on
\ir lib.sql

CREATE TEMP TABLE timing (n serial, work text, seconds double precision);
CREATE FUNCTION pg_temp.timed(what text, command text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz := clock_timestamp();
BEGIN
	EXECUTE command;
	INSERT INTO timing (work, seconds) VALUES (what, extract(epoch FROM clock_timestamp() - began));
END $$;
CREATE TEMP TABLE document (name text, content jsonb);
-- The same under another name, and with ids of its own.
CREATE FUNCTION pg_temp.document(name text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(i.item - 'id' || jsonb_build_object('name', document.name || substr(i.item ->> 'name', 6)) ORDER BY i.place)
	FROM document AS d, jsonb_array_elements(d.content) WITH ORDINALITY AS i (item, place)
$$;

SELECT pg_temp.timed('save_prompt(), one by one', $$SELECT count(prompt_mgr.save_prompt('saved/' || n,
	'Answer the customer politely, version ' || v || '. ' || repeat('Lorem ipsum dolor sit amet. ', 20) || '{{question}}',
	config => '{"model": "m", "temperature": 0.2}', tags => '{a,b}', change_note => 'version ' || v, labels => CASE v WHEN 1 THEN '{production}'::text[] END))
	FROM generate_series(1, 1000) AS n, generate_series(1, 10) AS v$$) \g /dev/null
ANALYZE prompt_mgr.prompt, prompt_mgr.prompt_version, prompt_mgr.prompt_label, prompt_mgr.audit;
SELECT pg_temp.timed('export_prompts()', $$INSERT INTO document (content) VALUES (prompt_mgr.export_prompts('saved/'))$$) \g /dev/null
SELECT pg_temp.timed('import_prompts(), restore', $$SELECT count(*) FROM prompt_mgr.import_prompts(pg_temp.document('restored'), 'restore')$$) \g /dev/null
SELECT pg_temp.timed('import_prompts(), append', $$SELECT count(*) FROM prompt_mgr.import_prompts(pg_temp.document('appended'))$$) \g /dev/null
SELECT pg_temp.timed('import_prompts(), append, all there', $$SELECT count(*) FROM prompt_mgr.import_prompts(pg_temp.document('appended'))$$) \g /dev/null

SELECT t.work AS "10,000 versions", round(t.seconds::numeric, 1) AS seconds, round((t.seconds / first.seconds)::numeric, 2) AS ratio,
	CASE WHEN t.work ~ 'restore|append$' THEN '2.00' END AS bar
FROM timing AS t, timing AS first WHERE first.n = 1 ORDER BY t.n;
