-- Row-level security over 1,000,000 versions of 10,000 prompts: the same query
-- as a role that is confined to folders, and as the owner with the predicate
-- written by hand; rendering as such a role, and as one that is not confined.
\set QUIET on
\ir lib.sql

\set prompts 10000
\set versions 100

-- What triggers fill, here for a million rows at once.
SET session_replication_role = replica;
INSERT INTO prompt_mgr.prompt (name, kind, created_by, last_version)
SELECT format('area-%s/folder-%s/prompt-%s', n % 2, n % 100, n), 'text', 'bench', :versions FROM generate_series(1, :prompts) AS n;
INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template, content_sha256, created_by)
SELECT p.prompt_id, v, 'Version ' || v || ' for {{name}}', '', 'bench' FROM prompt_mgr.prompt AS p CROSS JOIN generate_series(1, :versions) AS v;
INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version, move_no, moved_at, moved_by)
SELECT p.prompt_id, p.name, 'production', :versions, 1, now(), 'bench' FROM prompt_mgr.prompt AS p;
RESET session_replication_role;
VACUUM ANALYZE prompt_mgr.prompt, prompt_mgr.prompt_version, prompt_mgr.prompt_label;

CREATE ROLE bench_rls_free;
CREATE ROLE bench_rls_one;
CREATE ROLE bench_rls_half;
CREATE ROLE bench_rls_many;
SELECT prompt_mgr.grant_access(r.role, 'viewer') FROM unnest('{bench_rls_free,bench_rls_one,bench_rls_half,bench_rls_many}'::name[]) AS r (role) \g /dev/null
SELECT prompt_mgr.allow_folder('bench_rls_one', 'area-0/folder-8/', 'viewer'), prompt_mgr.allow_folder('bench_rls_half', 'area-0/', 'viewer') \g /dev/null
SELECT prompt_mgr.allow_folder('bench_rls_many', format('area-0/folder-%s/', n), 'viewer') FROM generate_series(0, 98, 2) AS n \g /dev/null
VACUUM ANALYZE prompt_mgr.folder_rule;

-- A statement is planned once, as in the extension's own functions.
CREATE FUNCTION pg_temp.fastest_as(role name, command text, runs integer DEFAULT 10) RETURNS double precision
LANGUAGE plpgsql SET role = 'none' AS $$
DECLARE
	began timestamptz;
	best double precision := 'Infinity';
BEGIN
	PERFORM set_config('role', role, true);
	EXECUTE 'PREPARE question AS ' || command;
	FOR i IN 1 .. runs LOOP
		began := clock_timestamp();
		EXECUTE 'EXECUTE question';
		best := least(best, extract(epoch FROM clock_timestamp() - began));
	END LOOP;
	DEALLOCATE question;
	RETURN best;
END $$;

CREATE TEMP TABLE question (n serial, rules text, role name, condition text);
INSERT INTO question (rules, role, condition) VALUES
	('none', 'bench_rls_free', 'true'),
	('one folder, 100 prompts', 'bench_rls_one', $$p.name ^@ 'area-0/folder-8/' AND p.name >= 'area-0/folder-8/'$$),
	('one folder, 5,000 prompts', 'bench_rls_half', $$p.name ^@ 'area-0/' AND p.name >= 'area-0/'$$),
	('50 folders, 5,000 prompts', 'bench_rls_many', $$p.name ^@ ANY (ARRAY(SELECT format('area-0/folder-%s/', n) FROM generate_series(0, 98, 2) AS n))$$);
-- In turns, so that what else the machine does is the same for both.
CREATE TEMP TABLE answer AS
	SELECT q.n, min(pg_temp.fastest_as(q.role, 'SELECT count(*) FROM prompt_mgr.prompt_version', 2)) AS ours,
		min(pg_temp.fastest_as('none', CASE q.condition WHEN 'true' THEN 'SELECT count(*) FROM prompt_mgr.prompt_version'
			ELSE 'SELECT count(*) FROM prompt_mgr.prompt_version WHERE prompt_id = ANY (ARRAY(SELECT p.prompt_id FROM prompt_mgr.prompt AS p WHERE ' || q.condition || '))' END, 2)) AS by_hand
	FROM question AS q, generate_series(1, 20) AS turn GROUP BY q.n;
SELECT q.rules AS "versions left by rules", round((1000 * a.ours)::numeric, 1) AS "under policies, ms", round((1000 * a.by_hand)::numeric, 1) AS "by hand, ms",
	round((a.ours / a.by_hand)::numeric, 2) AS ratio, '1.10' AS bar
FROM question AS q JOIN answer AS a USING (n) ORDER BY n;

SELECT q.rules AS "rendering under rules", round((1000 * pg_temp.fastest_as(q.role,
	$$SELECT prompt_mgr.render_prompt('area-0/folder-8/prompt-8', '{"name": "Ann"}')$$, 200))::numeric, 3) AS "a call, ms"
FROM question AS q ORDER BY n;

DROP OWNED BY bench_rls_free, bench_rls_one, bench_rls_half, bench_rls_many;
DROP ROLE bench_rls_free, bench_rls_one, bench_rls_half, bench_rls_many;
