-- Rules by folder: what a confined role sees and does, by role and by claim.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_pm_support, regress_pm_billing, regress_pm_both, regress_pm_free, regress_pm_jwt, regress_pm_root;
RESET client_min_messages;
CREATE ROLE regress_pm_support; CREATE ROLE regress_pm_billing; CREATE ROLE regress_pm_free; CREATE ROLE regress_pm_jwt;
CREATE ROLE regress_pm_both IN ROLE regress_pm_support, regress_pm_billing;
CREATE ROLE regress_pm_root SUPERUSER;
SELECT prompt_mgr.grant_access(('regress_pm_' || role)::name, 'publisher') FROM unnest('{support,billing,free,jwt}'::text[]) AS role;
SELECT count(prompt_mgr.save_prompt('folders/' || name, 'Text of ' || name, labels => '{production}'))
FROM unnest('{support/faq,support/deep/er,supportive,support_,billing/invoice,billing/100%/x,other/secret}'::text[]) AS name;
SELECT prompt_mgr.save_prompt('folders/other/secret', 'second');
SELECT count(prompt_mgr.create_experiment('folders ' || p.name, p.name, '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]'))
FROM prompt_mgr.prompt AS p WHERE p.name IN ('folders/support/faq', 'folders/other/secret');
SELECT prompt_mgr.start_experiment('folders folders/support/faq'), prompt_mgr.start_experiment('folders folders/other/secret');

-- What a role sees.
CREATE FUNCTION pg_temp.seen(role name, claims text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	names text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	PERFORM set_config('request.jwt.claims', claims, true);
	SELECT string_agg(substr(l.name, 9), ', ' ORDER BY l.name) INTO names FROM prompt_mgr.list_prompts('folders/') AS l;
	RESET ROLE;
	PERFORM set_config('request.jwt.claims', '', true);
	RETURN names;
END $$;
-- And what becomes of an attempt, which is rolled back.
CREATE FUNCTION pg_temp.attempt(role name, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text := 'ok';
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', role);
		EXECUTE command;
		RAISE EXCEPTION USING ERRCODE = 'YES00';
	EXCEPTION WHEN OTHERS THEN
		IF SQLSTATE <> 'YES00' THEN
			state := SQLSTATE || ' ' || SQLERRM;
		END IF;
	END;
	RETURN state;
END $$;

SELECT pg_temp.seen('regress_pm_support') AS before_any_rule;
SELECT prompt_mgr.allow_folder('regress_pm_support', 'folders/support/', 'publisher'),
	prompt_mgr.allow_folder('regress_pm_support', 'folders/billing', 'viewer'),
	prompt_mgr.allow_folder('regress_pm_billing', 'folders/billing/', 'publisher'),
	prompt_mgr.allow_folder('regress_pm_billing', 'folders/billing/', 'publisher');
SELECT role, prefix, level, claim, value FROM prompt_mgr.list_folder_rules() WHERE role ~ '^regress_pm';
SELECT role, pg_temp.seen(('regress_pm_' || role)::name) FROM unnest('{support,billing,both,free}'::text[]) AS role;

-- Each level has its folder: edit, serve and publish here, only see there, nothing elsewhere.
CREATE TEMP TABLE attempts (n serial, command text);
INSERT INTO attempts (command) VALUES
	('SELECT prompt_mgr.render_prompt(''folders/%s'')'), ('SELECT prompt_mgr.get_prompt(''folders/%s'', 1)'),
	('SELECT prompt_mgr.list_versions(''folders/%s'')'), ('SELECT prompt_mgr.label_history(''folders/%s'')'),
	('SELECT prompt_mgr.save_prompt(''folders/%s'', ''x'')'), ('SELECT prompt_mgr.save_prompt(''folders/%s'', ''x'', labels => ''{staging}'')'),
	('SELECT prompt_mgr.set_status(''folders/%s'', 1, ''deprecated'')'), ('SELECT prompt_mgr.add_example(''folders/%s'', 1, ''{}'')'),
	('SELECT prompt_mgr.activate(''folders/%s'', 1, ''staging'')'), ('SELECT prompt_mgr.drop_label(''folders/%s'', ''production'')'),
	('SELECT prompt_mgr.rollback(''folders/%s'')'),
	('SELECT prompt_mgr.create_experiment(''folders try'', ''folders/%s'', ''[{"key": "a", "version": 1}, {"key": "b", "version": 1}]'', ''[{"name": "m"}]'')'),
	('SELECT prompt_mgr.serve_prompt(''folders/%s'', ''unit'')');
SELECT format(command, '...') AS command, pg_temp.attempt('regress_pm_support', format(command, 'support/faq')) AS support,
	pg_temp.attempt('regress_pm_support', format(command, 'billing/invoice')) AS billing,
	pg_temp.attempt('regress_pm_support', format(command, 'other/secret')) AS other,
	pg_temp.attempt('regress_pm_support', format(command, 'other/nothing')) AS none
FROM attempts ORDER BY n;

-- A name that is taken elsewhere and one that is free look the same, and so does an id.
SELECT pg_temp.attempt('regress_pm_support', format($$INSERT INTO prompt_mgr.prompt (name, kind) VALUES (%L, 'text')$$, name))
FROM unnest('{folders/other/secret,folders/other/free}'::text[]) AS name;
SELECT prompt_id AS secret_id, version_id AS secret_version FROM prompt_mgr.get_prompt('folders/other/secret') \gset
SELECT t.* FROM unnest(ARRAY[:'secret_id', '00000000-0000-0000-0000-000000000000']::uuid[]) AS id,
	LATERAL (VALUES (pg_temp.attempt('regress_pm_support', format($$INSERT INTO prompt_mgr.prompt_version (prompt_id, messages) VALUES (%L, '[]')$$, id)),
		pg_temp.attempt('regress_pm_support', format($$INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version) VALUES (%L, 'folders/support/x', 'x', 2)$$, id)),
		pg_temp.attempt('regress_pm_support', format($$INSERT INTO prompt_mgr.prompt_example (prompt_id, version, name) VALUES (%L, 1, 'x')$$, id)))) AS t (version, label, example);
SELECT pg_temp.attempt('regress_pm_support', $$SELECT prompt_mgr.render_template('{{> folders/other/secret}}')$$) AS partial_given,
	pg_temp.attempt('regress_pm_support', $$SELECT prompt_mgr.save_prompt('folders/support/p', '{{> folders/other/secret}}', labels => '{production}');
		SELECT prompt_mgr.render_prompt('folders/support/p')$$) AS partial_stored;
SELECT pg_temp.attempt('regress_pm_support', $$SELECT prompt_mgr.create_experiment('folders folders/other/secret', 'folders/support/faq', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]')$$) AS name_of_experiment_taken,
	pg_temp.attempt('regress_pm_support', $$SELECT prompt_mgr.create_experiment('folders new', 'folders/support/faq', '[{"key": "a", "version": 1}, {"key": "b", "prompt": "folders/other/secret"}]', '[{"name": "m"}]')$$) AS foreign_variant;

-- Moving a prompt takes both folders.
GRANT UPDATE (name) ON prompt_mgr.prompt TO regress_pm_support, regress_pm_billing, regress_pm_free;
SELECT role, source, target, pg_temp.attempt(('regress_pm_' || role)::name, format('WITH u AS (UPDATE prompt_mgr.prompt SET name = %L WHERE name = %L RETURNING 1) SELECT 1 / count(*) FROM u',
	'folders/' || target, 'folders/' || source))
FROM (VALUES ('support', 'support/faq', 'support/new'), ('support', 'support/faq', 'other/new'), ('support', 'support/faq', 'billing/new'),
	('support', 'billing/invoice', 'support/new'), ('support', 'other/secret', 'support/new'), ('both', 'support/faq', 'billing/new'), ('free', 'support/faq', 'other/new')) AS v (role, source, target);

-- Every table: rows of another folder's prompts are nowhere to be seen.
CREATE FUNCTION pg_temp.leaks(reader name, secret text) RETURNS TABLE (relation name) LANGUAGE plpgsql AS $$
DECLARE
	found boolean;
BEGIN
	FOR relation IN SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p')
			AND has_any_column_privilege(reader, c.oid, 'SELECT') ORDER BY c.relname COLLATE "C" LOOP
		EXECUTE format('SET LOCAL ROLE %I', reader);
		EXECUTE format('SELECT EXISTS (SELECT FROM prompt_mgr.%I AS t WHERE ROW(%s)::text ~ %L)', relation,
			(SELECT string_agg(format('t.%I', a.attname), ', ') FROM pg_attribute AS a WHERE a.attrelid = format('prompt_mgr.%I', relation)::regclass
				AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')), secret) INTO found;
		RESET ROLE;
		IF found THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END $$;
SELECT prompt_mgr.add_example('folders/other/secret', 1, '{}', example => 'secret'), prompt_mgr.serve_prompt('folders/other/secret', 'secret unit') IS NOT NULL \g /dev/null
SELECT string_agg(l.relation, ' ' ORDER BY l.relation) AS free FROM pg_temp.leaks('regress_pm_free', 'secret|' || :'secret_id') AS l;
SELECT string_agg(l.relation, ' ') AS confined FROM pg_temp.leaks('regress_pm_support', 'secret|' || :'secret_id') AS l;

-- Every policy of _policies() has its twin; these tables hold nothing of a prompt, and none is closed for want of a rule but the tree of categories to writers.
SELECT p.relation, p.command AS without_folder_policy FROM prompt_mgr._policies() AS p
WHERE (p.relation, p.command) NOT IN (SELECT f.relation, f.command FROM prompt_mgr._folder_policies() AS f) ORDER BY 1, 2;
SELECT f.relation AS closed, f.command FROM prompt_mgr._folder_policies() AS f WHERE 'false' IN (f.using_clause, f.check_clause);
SELECT f.relation, f.command AS not_made FROM prompt_mgr._folder_policies() AS f
WHERE NOT EXISTS (SELECT FROM pg_policies AS m WHERE m.schemaname = 'prompt_mgr' AND m.tablename = f.relation AND m.policyname = f.name
	AND m.permissive = 'RESTRICTIVE' AND m.cmd = upper(f.command) AND (m.qual IS NULL) = (f.using_clause IS NULL) AND (m.with_check IS NULL) = (f.check_clause IS NULL)
	AND m.roles @> '{regress_pm_support,regress_pm_billing}');
SELECT tablename, policyname, roles, qual, with_check FROM pg_policies
WHERE schemaname = 'prompt_mgr' AND policyname ~ '_folder_' AND tablename IN ('prompt', 'prompt_version', 'prompt_label', 'experiment_variant', 'outcome')
ORDER BY 1, 2;

-- No function of the extension in a policy, and none called once per row: what the rules are is found once.
SELECT p.polname, d.refobjid::regprocedure AS calls FROM pg_policy AS p JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
WHERE d.refclassid = 'pg_proc'::regclass AND p.polrelid::regclass::text ~ '^prompt_mgr\.';
CREATE FUNCTION pg_temp.scans(query text) RETURNS TABLE (relation text, condition text, loops text) LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off;
	EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off, FORMAT json) ' || query INTO plan;
	RETURN QUERY
	SELECT s.node ->> 'Relation Name', regexp_replace(concat_ws(' / ', s.node ->> 'Index Cond', s.node ->> 'Filter'), '\$\d+|\(InitPlan \d+\)\.col1', '$x', 'g'),
		s.node ->> 'Actual Loops'
	FROM jsonb_path_query(plan, 'strict $.**') AS s (node)
	WHERE jsonb_typeof(s.node) = 'object' AND s.node ? 'Relation Name' AND s.node ->> 'Relation Name' <> 'folder_rule'
	UNION
	SELECT 'folder_rule', count(*) || ' times', max(s.node ->> 'Actual Loops')
	FROM jsonb_path_query(plan, 'strict $.**') AS s (node) WHERE jsonb_typeof(s.node) = 'object' AND s.node ->> 'Relation Name' = 'folder_rule'
	ORDER BY 1, 2;
END $$;
SET ROLE regress_pm_support;
SELECT * FROM pg_temp.scans('SELECT count(*) FROM prompt_mgr.prompt');
SELECT * FROM pg_temp.scans('SELECT count(*) FROM prompt_mgr.prompt_version');
SELECT * FROM pg_temp.scans('SELECT count(*) FROM prompt_mgr.exposure');
RESET ROLE;

-- In one session and by one plan, as a pool would use it: each role its own.
SET plan_cache_mode = force_generic_plan;
PREPARE render AS SELECT prompt_mgr.render_prompt('folders/billing/invoice'), prompt_mgr.render_prompt('folders/billing/invoice', version => 1);
PREPARE tables AS SELECT count(*) FROM prompt_mgr.prompt_version AS v JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE p.name ~ '^folders/';
EXECUTE render; EXECUTE tables;
SET ROLE regress_pm_billing; EXECUTE render; EXECUTE tables;
SET ROLE regress_pm_free; EXECUTE render; EXECUTE tables;
SET ROLE regress_pm_support; EXECUTE render; EXECUTE tables;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('folders/other/secret')$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('folders/other/secret', version => 1)$$) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.assign_variant('folders folders/other/secret', 'u')$$) AS t;
SET ROLE regress_pm_free; EXECUTE render; SELECT prompt_mgr.render_prompt('folders/other/secret', version => 2);
RESET ROLE;
RESET plan_cache_mode;

-- Rules by claim: scalar, path, list, a name with dots in it, number; under a role that a login took on.
SELECT prompt_mgr.allow_folder('regress_pm_jwt', 'folders/support/', 'editor', 'sub', 'ann'), prompt_mgr.allow_folder('regress_pm_jwt', '', 'viewer', 'sub', 'root'),
	prompt_mgr.allow_folder('regress_pm_jwt', 'folders/billing/', 'viewer', 'app_metadata.team', 'money'),
	prompt_mgr.allow_folder('regress_pm_jwt', 'folders/other/', 'viewer', 'https://x.example/org', '7');
SELECT claims, pg_temp.seen('regress_pm_jwt', claims) FROM unnest(ARRAY['', '{}', '"sub"', '{"sub": "ann"}', '{"sub": "bob"}', '{"sub": "root"}', '{"sub": ["bob", "ann"]}', '{"sub": null}', '{"sub": {"ann": 1}}',
	'{"app_metadata": {"team": "money"}}', '{"app_metadata": {"team": ["a", "money"]}, "sub": "ann"}', '{"app_metadata": "money"}', '{"https://x.example/org": 7}']) WITH ORDINALITY AS c (claims, n) ORDER BY n;
SELECT pg_temp.seen('regress_pm_free', '{"sub": "ann"}');
SELECT t.state, t.message FROM pg_temp.try($$SELECT pg_temp.seen('regress_pm_jwt', 'not json')$$) AS t;
BEGIN;
SELECT set_config('request.jwt.claims', '{"sub": "ann"}', true);
SELECT pg_temp.attempt('regress_pm_jwt', $$SELECT prompt_mgr.save_prompt('folders/support/by-claim', 'x')$$) AS editor,
	pg_temp.attempt('regress_pm_jwt', $$SELECT prompt_mgr.activate('folders/support/faq', 1, 'x')$$) AS no_publisher,
	pg_temp.attempt('regress_pm_jwt', $$SELECT prompt_mgr.save_prompt('folders/billing/by-claim', 'x')$$) AS elsewhere;
SET LOCAL ROLE regress_pm_jwt;
SELECT role, prefix, level, claim, value FROM prompt_mgr.list_folder_rules();
ROLLBACK;
-- A login that sets claims itself gets nothing by them.
BEGIN;
SET LOCAL SESSION AUTHORIZATION regress_pm_jwt;
SELECT set_config('request.jwt.claims', '{"sub": "ann"}', true);
SELECT count(*) AS by_its_own_word FROM prompt_mgr.list_prompts('folders/');
ROLLBACK;

-- Wrong arguments, and who may not.
SELECT t.* FROM unnest(ARRAY[$$'regress_pm_none', 'x/', 'viewer'$$, $$'regress_pm_free', 'x/', 'admin'$$, $$'regress_pm_free', '/x', 'viewer'$$, $$'regress_pm_free', 'x//', 'viewer'$$,
	$$'regress_pm_free', NULL, NULL$$, $$'regress_pm_free', 'x/', 'viewer', 'sub'$$, $$'regress_pm_free', 'x/', 'viewer', NULL, 'x'$$, $$'regress_pm_free', 'x/', 'viewer', '', 'x'$$,
	$$'regress_pm_free', 'x/', 'viewer', 'user_metadata.team', 'x'$$, $$'regress_pm_root', 'x/', 'viewer'$$, $$NULL, 'x/', 'viewer'$$]) AS args,
	LATERAL pg_temp.try(format('SELECT prompt_mgr.allow_folder(%s)', args)) AS t;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.allow_folder(current_user, 'x/', 'viewer')$$) AS t;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.disallow_folder('regress_pm_free', 'x/', 'viewer')$$);
SELECT pg_temp.attempt('regress_pm_free', $$SELECT prompt_mgr.allow_folder('regress_pm_support', '', 'publisher')$$),
	pg_temp.attempt('regress_pm_free', $$INSERT INTO prompt_mgr.folder_rule (role, prefix, stop, level) VALUES ('regress_pm_support', '', '~', 'publisher')$$);

-- init() keeps the policies, and gives them to a table that has none.
SELECT string_agg(md5(p.*::text), '' ORDER BY tablename, policyname) AS made FROM pg_policies AS p WHERE schemaname = 'prompt_mgr' \gset
DROP POLICY label_move_folder_select ON prompt_mgr.label_move;
SELECT prompt_mgr.init();
SELECT string_agg(md5(p.*::text), '' ORDER BY tablename, policyname) = :'made' AS as_before FROM pg_policies AS p WHERE schemaname = 'prompt_mgr';
-- A role that is renamed stays confined, and sees nothing until its rules are given anew.
ALTER ROLE regress_pm_billing RENAME TO regress_pm_finance;
SELECT prompt_mgr.init();
SELECT pg_temp.seen('regress_pm_finance') AS renamed;
ALTER ROLE regress_pm_finance RENAME TO regress_pm_billing;
SELECT pg_temp.seen('regress_pm_billing') AS named_back;
-- A role that is gone leaves nothing to a new one of its name.
DROP OWNED BY regress_pm_jwt;
DROP ROLE regress_pm_jwt;
SELECT pg_temp.seen('regress_pm_support') AS others_do_not_mind;
-- Folders within folders, one twice, one beside the other: each name as its prefix says.
BEGIN;
SELECT count(prompt_mgr.save_prompt('n/' || name, 'x')) FROM unnest('{a,a/1,a/b,a/b/1,a/b/c/1,a/d/1,a-b/1,a0,a0/1,ab/1,ab/c,z,z/y,z/y/1,z/yy/1,é/1,é0}'::text[]) AS name;
SELECT count(prompt_mgr.allow_folder('regress_pm_free', prefix, level)) FROM (VALUES ('n/a/b/c/', 'viewer'), ('n/a', 'viewer'), ('n/a/', 'app'), ('n/a/b/', 'publisher'),
	('n/a0/', 'viewer'), ('n/ab/', 'editor'), ('n/z/y/', 'viewer'), ('n/é/', 'viewer')) AS r (prefix, level);
SELECT p.name, p.name ^@ ANY (SELECT r.prefix FROM prompt_mgr.list_folder_rules() AS r WHERE r.role = 'regress_pm_free') AS expected
FROM prompt_mgr.prompt AS p WHERE p.name ^@ 'n/' ORDER BY p.name;
SET LOCAL ROLE regress_pm_free;
SELECT string_agg(p.name, ' ' ORDER BY p.name) AS seen FROM prompt_mgr.prompt AS p;
SELECT string_agg(DISTINCT p.name, ' ') AS texts FROM prompt_mgr.prompt_version AS v JOIN prompt_mgr.prompt AS p USING (prompt_id) WHERE v.template = 'x';
RESET ROLE;
SELECT prompt_mgr.allow_folder('regress_pm_free', '', 'viewer');
SET LOCAL ROLE regress_pm_free;
SELECT count(*) FROM prompt_mgr.prompt AS p WHERE p.name ^@ 'n/';
ROLLBACK;

-- Who may see every folder is not bound where it reads.
SELECT prompt_mgr.allow_folder('regress_pm_support', '', 'viewer');
SELECT policyname AS bound FROM pg_policies WHERE schemaname = 'prompt_mgr' AND tablename IN ('prompt', 'exposure') AND 'regress_pm_support' = ANY (roles) ORDER BY 1;
SELECT pg_temp.seen('regress_pm_support') AS all_of_it, pg_temp.attempt('regress_pm_support', $$SELECT prompt_mgr.save_prompt('folders/other/secret', 'x')$$) AS but_not_more;
SELECT count(*) AS left_behind FROM prompt_mgr.list_folder_rules() WHERE role = 'regress_pm_jwt';

-- Taken back one by one; with the last the role is free, and policies go with the last role.
SELECT prompt_mgr.disallow_folder('regress_pm_support', '', 'viewer'), prompt_mgr.disallow_folder('regress_pm_support', 'folders/billing/', 'viewer');
SELECT pg_temp.seen('regress_pm_support');
SELECT prompt_mgr.disallow_folder('regress_pm_support', 'folders/support', 'publisher');
SELECT pg_temp.seen('regress_pm_support') AS free_again, pg_temp.seen('regress_pm_billing') AS still_confined;
SELECT prompt_mgr.disallow_folder('regress_pm_billing', 'folders/billing/', 'publisher');
SELECT count(*) AS folder_policies FROM pg_policies WHERE schemaname = 'prompt_mgr' AND policyname ~ '_folder_';

DROP OWNED BY regress_pm_support, regress_pm_billing, regress_pm_both, regress_pm_free, regress_pm_root;
DROP ROLE regress_pm_support, regress_pm_billing, regress_pm_both, regress_pm_free, regress_pm_root;
