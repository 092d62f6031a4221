-- Releases: several label moves or none, and back.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET client_min_messages = warning;
DROP ROLE IF EXISTS rel_publisher, rel_editor;
CREATE ROLE rel_publisher;
CREATE ROLE rel_editor;
SELECT prompt_mgr.grant_access('rel_publisher', 'publisher'), prompt_mgr.grant_access('rel_editor', 'editor');
RESET client_min_messages;
SELECT prompt_mgr.save_prompt('rel/' || p, 'version ' || i) FROM unnest('{a,b,c}'::text[]) AS p, generate_series(1, 3) AS i ORDER BY p, i;
CREATE FUNCTION pg_temp.labels() RETURNS TABLE (name text, label text, version integer, moves integer) LANGUAGE sql
	AS $$ SELECT l.name, l.label, l.version, l.move_no FROM prompt_mgr.prompt_label AS l WHERE l.name ^@ 'rel/' ORDER BY 1, 2 $$;

-- Several at once; the history names the release.
SET ROLE rel_publisher;
SELECT prompt_mgr.release('[{"name": "rel/b", "version": 1}, {"name": "rel/a", "version": 1, "label": "production"}, {"name": "rel/a", "version": 2, "label": "staging"}]', 'launch') AS first \gset
SELECT * FROM pg_temp.labels();
SELECT h.version, h.reason, h.moved_by, h.release_id = :'first' AS named FROM prompt_mgr.label_history('rel/a') AS h;
SELECT status, reason, changes, requested_by, closed_by, closed_at >= requested_at AS ordered, approvals, approvals_needed, reviews, gates, override_reason, rolls_back
FROM prompt_mgr.list_releases(name => 'rel/a');

-- One of them cannot be: nothing changes.
SELECT prompt_mgr.set_status('rel/c', 3, 'archived');
SELECT prompt_mgr.save_prompt('rel/c', 'draft', draft => true);
SELECT c.change, t.state, t.message, t.hint FROM unnest(ARRAY['{"name": "rel/c", "version": 3}', '{"name": "rel/c", "version": 4}', '{"name": "rel/c", "version": 9}', '{"name": "rel/none", "version": 1}']) AS c (change),
	pg_temp.try(format('SELECT prompt_mgr.release(%L)', '[{"name": "rel/a", "version": 3}, ' || c.change || ']')) AS t;
SELECT * FROM pg_temp.labels();
SELECT count(*) FROM prompt_mgr.list_releases(name => 'rel/a');

-- Back to where everything was, once; a label that was set first is dropped again.
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 2}, {"name": "rel/b", "version": 2}, {"name": "rel/c", "version": 2}]') AS second \gset
SELECT prompt_mgr.rollback_release(:'second', 'complaints') AS back \gset
SELECT * FROM pg_temp.labels();
SELECT h.move_no, h.version, h.reason, h.restored_move, h.release_id = :'back' AS named FROM prompt_mgr.label_history('rel/a') AS h;
SELECT status, release_id = :'second' AS second, rolls_back = :'second' AS rolls_back, reason FROM prompt_mgr.list_releases(name => 'rel/a') ORDER BY requested_at;
SELECT t.state, t.message, jsonb_path_query_array(t.detail::jsonb, '$[*].name') AS moved, t.hint
FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'second')) AS t;
-- The one before it is undone next, and the rollback of a label goes on from there.
SELECT prompt_mgr.rollback_release(:'first') IS NOT NULL AS done;
SELECT * FROM pg_temp.labels();
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.rollback('rel/a')$$) AS t;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 1}]') IS NOT NULL AS done;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 2}]') IS NOT NULL AS done;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 3}]') AS third \gset
SELECT prompt_mgr.rollback_release(:'third') IS NOT NULL AS done;
SELECT prompt_mgr.rollback('rel/a');

-- Refused where one has moved since, with the list; the others stay.
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 2}, {"name": "rel/b", "version": 2}]') AS fourth \gset
SELECT prompt_mgr.activate('rel/b', 3);
SELECT t.state, t.detail::jsonb -> 0 ->> 'name' AS name, t.detail::jsonb -> 0 -> 'version' AS version, jsonb_array_length(t.detail::jsonb) AS n
FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'fourth')) AS t;
SELECT * FROM pg_temp.labels();
-- Or where its holder was archived.
SELECT prompt_mgr.release('[{"name": "rel/b", "version": 1}]') AS fifth \gset
SELECT prompt_mgr.set_status('rel/b', 3, 'archived');
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'fifth')) AS t;

-- Or where a label would go by which prompts that are served find their partial,
-- unless they go out of service with it.
SELECT prompt_mgr.save_prompt('rel/part', 'part'), prompt_mgr.save_prompt('rel/whole', 'with {{> rel/part }} and {{> rel/part@fixed }}');
SELECT prompt_mgr.release('[{"name": "rel/part", "version": 1}, {"name": "rel/part", "version": 1, "label": "fixed"}, {"name": "rel/part", "version": 1, "label": "unused"}]') AS sixth \gset
SELECT prompt_mgr.activate('rel/whole', 1);
SELECT t.state, t.message, t.hint FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'sixth')) AS t;
SELECT label, version FROM prompt_mgr.prompt_label WHERE name = 'rel/part' ORDER BY label;
SELECT prompt_mgr.drop_label('rel/whole', 'production');
SELECT prompt_mgr.rollback_release(:'sixth') IS NOT NULL AS done;
SELECT prompt_mgr.release('[{"name": "rel/part", "version": 1}, {"name": "rel/part", "version": 1, "label": "fixed"}, {"name": "rel/whole", "version": 1}]') AS seventh \gset
SELECT prompt_mgr.rollback_release(:'seventh') IS NOT NULL AS done;
SELECT name, label, version FROM prompt_mgr.prompt_label WHERE name IN ('rel/part', 'rel/whole') ORDER BY name, label;

-- Where everything stands already, nothing moves, and nothing can be rolled back.
SELECT prompt_mgr.release('[{"name": "rel/b", "version": 1}]') AS idle \gset
SELECT name, version FROM pg_temp.labels() WHERE name = 'rel/b';
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'idle')) AS t;

-- Two in one transaction, and a release that is rolled back with it.
BEGIN;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 1}]') IS NOT NULL AS done;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 3}]') IS NOT NULL AS done;
COMMIT;
BEGIN;
SELECT prompt_mgr.release('[{"name": "rel/a", "version": 1}]') IS NOT NULL AS done;
ROLLBACK;
SELECT count(*), count(release_id) FROM prompt_mgr.label_history('rel/a');

-- By hand a release is carried out as a whole or not at all, and no item joins later.
SELECT prompt_mgr.request_release('[{"name": "rel/a", "version": 2}, {"name": "rel/b", "version": 2}]') AS asked \gset
BEGIN;
UPDATE prompt_mgr.release SET status = 'released' WHERE release_id = :'asked';
UPDATE prompt_mgr.prompt_label SET version = 2, release_id = :'asked' WHERE name = 'rel/a' AND label = 'production';
\set VERBOSITY sqlstate
COMMIT;
INSERT INTO prompt_mgr.release_item (release_id, prompt_id, label, version) SELECT :'asked', prompt_id, 'production', 1 FROM prompt_mgr.get_prompt('rel/c', 1);
UPDATE prompt_mgr.prompt_label SET version = 2, release_id = :'asked' WHERE name = 'rel/a' AND label = 'production';
INSERT INTO prompt_mgr.release (release_id, items) VALUES ('11111111-0000-4000-8000-000000000000', 2);
UPDATE prompt_mgr.release SET status = 'rejected' WHERE release_id = :'asked';
UPDATE prompt_mgr.release SET status = 'released' WHERE release_id = :'first';
UPDATE prompt_mgr.release SET reason = 'other' WHERE release_id = :'asked';
RESET ROLE;
UPDATE prompt_mgr.release SET reason = 'other' WHERE release_id = :'first';
UPDATE prompt_mgr.release_item SET version = 1;
DELETE FROM prompt_mgr.release_item;
DELETE FROM prompt_mgr.release;
TRUNCATE prompt_mgr.release_item;
\set VERBOSITY default
SET ROLE rel_publisher;
SELECT prompt_mgr.cancel_release(:'asked');
SELECT t.state, t.message FROM unnest(ARRAY['apply', 'cancel', 'rollback']) AS verb,
	pg_temp.try(format('SELECT prompt_mgr.%s_release(%L)', verb, :'asked')) AS t;
SELECT t.state, t.message FROM unnest(ARRAY['apply', 'cancel', 'rollback']) AS verb,
	pg_temp.try(format('SELECT prompt_mgr.%s_release(%L)', verb, '00000000-0000-0000-0000-000000000000')) AS t;
SELECT t.state, t.message FROM unnest(ARRAY['apply', 'cancel', 'rollback']) AS verb, pg_temp.try(format('SELECT prompt_mgr.%s_release(NULL)', verb)) AS t;

-- An editor asks, and moves nothing.
SET ROLE rel_editor;
SELECT prompt_mgr.request_release('[{"name": "rel/a", "version": 2}]', 'please') AS asked \gset
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.release('[{"name": "rel/a", "version": 2}]')$$) AS t;
SELECT t.state FROM pg_temp.try(format('SELECT prompt_mgr.apply_release(%L)', :'asked')) AS t;
RESET ROLE;
SELECT status FROM prompt_mgr.apply_release(:'asked');

-- Arguments.
SELECT t.state, t.message, t.detail FROM unnest(ARRAY[NULL, '{}', '[]', '[1]', '[{"version": 1}]', '[{"name": 5, "version": "x", "label": "Prod"}]', '[{"name": "rel/a", "version": 0}]',
	'[{"name": "rel/a", "version": 1, "labels": "x"}]', '[{"name": "rel/a", "version": 1, "label": "latest"}]', '[{"name": "rel/a", "version": 1}, {"name": "rel/a", "version": 2}]',
	'[{"name": "rel/a", "version": 1, "label": null}]']) AS changes,
	pg_temp.try(format('SELECT prompt_mgr.release(%L)', changes)) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.list_releases(page_size => 0)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.list_releases('open')$$) AS t;
SELECT state, count(r.release_id) FROM unnest('{requested,stale,released,rolled_back,rejected,cancelled}'::text[]) AS state
LEFT JOIN LATERAL prompt_mgr.list_releases(state, 'rel/a') AS r ON true GROUP BY state ORDER BY state;
-- Page by page, newest first.
SELECT count(*), count(DISTINCT release_id) FROM (
	SELECT * FROM prompt_mgr.list_releases(name => 'rel/a', page_size => 2)
	UNION ALL SELECT r.* FROM (SELECT min(requested_at) AS last FROM prompt_mgr.list_releases(name => 'rel/a', page_size => 2)) AS p,
		prompt_mgr.list_releases(name => 'rel/a', page_size => 2, before => p.last) AS r) AS pages;

SET client_min_messages = warning;
DROP OWNED BY rel_publisher, rel_editor;
DROP ROLE rel_publisher, rel_editor;
