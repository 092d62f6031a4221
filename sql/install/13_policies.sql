-- Row-level security.  It is on for every table, with one permissive policy per
-- command for everybody: which role may use which command is said by GRANT
-- alone, and restrictive policies of the team's own narrow the rows.  A policy
-- that is plainly true costs nothing per row.  So granting access changes no
-- policy, and takes no lock that readers wait for.

-- Claims count only under a role other than the login's, see _actor(); they are
-- read once per query.  A claim's name is one whole, or else a path.
CREATE FUNCTION prompt_mgr._rule_holds() RETURNS text
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format($$pg_has_role(to_regrole(quote_ident(role)), 'USAGE') AND (claim IS NULL
		OR coalesce(%1$s ->> claim, %1$s #>> string_to_array(claim, '.')) OPERATOR(pg_catalog.=) value
		OR coalesce(%1$s -> claim, %1$s #> string_to_array(claim, '.')) OPERATOR(pg_catalog.@>) to_jsonb(value))$$,
		$$(SELECT nullif(r.claims, '')::jsonb FROM (SELECT current_setting('request.jwt.claims', true) AS claims) AS r
			WHERE current_setting('role') NOT IN ('none', session_user))$$);
END;

COMMENT ON FUNCTION prompt_mgr._rule_holds() IS
'internal: whether a folder rule holds for the current user and request';

CREATE FUNCTION prompt_mgr._policies(
	OUT relation name, OUT command text, OUT level text, OUT using_clause text, OUT check_clause text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT * FROM (VALUES
		('prompt'::name, 'select', 'viewer', 'true', NULL),
		('prompt', 'insert', 'editor', NULL, 'last_version = 0'),
		('prompt', 'update', 'editor', 'true', NULL),
		('prompt', 'delete', 'admin', 'true', NULL),
		('category', 'select', 'viewer', 'true', NULL),
		('category', 'insert', 'publisher', NULL, 'true'),
		('category', 'update', 'publisher', 'true', NULL),
		('category', 'delete', 'publisher', 'true', NULL),
		-- Who sees a prompt sees its former names and what it is the default for.
		('prompt_default', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) prompt_default.prompt_id)', NULL),
		('prompt_default', 'insert', 'publisher', NULL,
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) prompt_default.prompt_id)'),
		('prompt_default', 'update', 'publisher', 'true',
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) prompt_default.prompt_id)'),
		('prompt_default', 'delete', 'publisher', 'true', NULL),
		('prompt_alias', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) prompt_alias.prompt_id)', NULL),
		('prompt_alias', 'delete', 'publisher', 'true', NULL),
		-- Plainly true, or no search would use the index.
		('prompt_text', 'select', 'viewer', 'true', NULL),
		('prompt_version', 'select', 'viewer', 'true', NULL),
		('prompt_version', 'insert', 'editor', NULL,
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) prompt_version.prompt_id)'),
		('prompt_version', 'update', 'editor', 'true', NULL),
		('prompt_label', 'select', 'viewer', 'true', NULL),
		('prompt_label', 'insert', 'publisher', NULL, 'move_no = 1'),
		('prompt_label', 'update', 'publisher', 'true', NULL),
		('label_move', 'select', 'viewer', 'true', NULL),
		('label_policy', 'select', 'viewer', 'true', NULL),
		('label_policy', 'insert', 'admin', NULL, 'true'),
		('label_policy', 'update', 'admin', 'true', NULL),
		('label_policy', 'delete', 'admin', 'true', NULL),
		-- Who sees all of its prompts sees a release.
		('release', 'select', 'viewer',
			'items OPERATOR(pg_catalog.=) (SELECT count(*) FROM prompt_mgr.release_item AS i WHERE i.release_id OPERATOR(pg_catalog.=) release.release_id)', NULL),
		('release', 'insert', 'editor', NULL, $$status OPERATOR(pg_catalog.=) 'requested'$$),
		('release', 'update', 'editor', 'true', NULL),
		('release_item', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) release_item.prompt_id)', NULL),
		('release_item', 'insert', 'editor', NULL,
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) release_item.prompt_id)'),
		('release_review', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.release AS r WHERE r.release_id OPERATOR(pg_catalog.=) release_review.release_id)', NULL),
		('release_review', 'insert', 'publisher', NULL,
			'EXISTS (SELECT FROM prompt_mgr.release AS r WHERE r.release_id OPERATOR(pg_catalog.=) release_review.release_id)'),
		('prompt_dependency', 'select', 'viewer', 'true', NULL),
		-- Who sees a prompt sees what happened to it; who sees the grants, everything.
		('audit', 'select', 'viewer', $$EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) audit.prompt_id)
			OR (SELECT pg_catalog.has_table_privilege('prompt_mgr.access_grant', 'SELECT'))$$, NULL),
		('audit_chain', 'select', 'viewer', $$EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) audit_chain.prompt_id)
			OR (SELECT pg_catalog.has_table_privilege('prompt_mgr.access_grant', 'SELECT'))$$, NULL),
		('event', 'select', 'admin', 'true', NULL),
		('event', 'update', 'admin', 'true', NULL),
		('event', 'delete', 'admin', 'true', NULL),
		-- Who sees a version sees its examples.
		('prompt_example', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id OPERATOR(pg_catalog.=) prompt_example.prompt_id
				AND v.version OPERATOR(pg_catalog.=) prompt_example.version)', NULL),
		('prompt_example', 'insert', 'editor', NULL,
			'EXISTS (SELECT FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id OPERATOR(pg_catalog.=) prompt_example.prompt_id
				AND v.version OPERATOR(pg_catalog.=) prompt_example.version)'),
		('prompt_example', 'update', 'editor', 'true', NULL),
		('prompt_example', 'delete', 'editor', 'true', NULL),
		('metric_source', 'select', 'viewer', 'true', NULL),
		('metric_source', 'insert', 'admin', NULL, 'true'),
		('experiment', 'select', 'viewer', 'true', NULL),
		('experiment', 'insert', 'publisher', NULL, $$status OPERATOR(pg_catalog.=) 'draft'$$),
		('experiment', 'update', 'publisher', 'true', NULL),
		('experiment_variant', 'select', 'viewer', 'true', NULL),
		('experiment_variant', 'insert', 'publisher', NULL,
			$$EXISTS (SELECT FROM prompt_mgr.experiment AS e WHERE e.experiment_id OPERATOR(pg_catalog.=) experiment_variant.experiment_id
				AND e.status OPERATOR(pg_catalog.=) 'draft')$$),
		('experiment_metric', 'select', 'viewer', 'true', NULL),
		('experiment_metric', 'insert', 'publisher', NULL,
			$$EXISTS (SELECT FROM prompt_mgr.experiment AS e WHERE e.experiment_id OPERATOR(pg_catalog.=) experiment_metric.experiment_id
				AND e.status OPERATOR(pg_catalog.=) 'draft')$$),
		('experiment_epoch', 'select', 'viewer', 'true', NULL),
		('experiment_force', 'select', 'viewer', 'true', NULL),
		('experiment_force', 'insert', 'publisher', NULL, 'true'),
		('experiment_force', 'update', 'publisher', 'true', NULL),
		('experiment_force', 'delete', 'publisher', 'true', NULL),
		('exposure', 'select', 'viewer', 'true', NULL),
		-- Not whether it still runs: a stop meanwhile is no reason to fail a call.
		('exposure', 'insert', 'app', NULL,
			'octet_length(unit) OPERATOR(pg_catalog.>=) 1 AND octet_length(unit) OPERATOR(pg_catalog.<=) 1024 AND EXISTS (
				SELECT FROM prompt_mgr.experiment AS e WHERE e.experiment_id OPERATOR(pg_catalog.=) exposure.experiment_id
				AND exposure.variant_no OPERATOR(pg_catalog.>=) 1 AND exposure.variant_no OPERATOR(pg_catalog.<=) cardinality(e.weights)
				AND exposure.epoch OPERATOR(pg_catalog.>=) 1 AND exposure.epoch OPERATOR(pg_catalog.<=) e.epoch)'),
		('exposure_crossover', 'select', 'viewer', 'true', NULL),
		('exposure_crossover', 'insert', 'app', NULL,
			'EXISTS (SELECT FROM prompt_mgr.exposure AS x WHERE x.experiment_id OPERATOR(pg_catalog.=) exposure_crossover.experiment_id
				AND x.unit OPERATOR(pg_catalog.=) exposure_crossover.unit AND x.variant_no OPERATOR(pg_catalog.<>) exposure_crossover.variant_no)
			AND EXISTS (SELECT FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id OPERATOR(pg_catalog.=) exposure_crossover.experiment_id
				AND v.variant_no OPERATOR(pg_catalog.=) exposure_crossover.variant_no)'),
		('outcome', 'select', 'viewer', 'true', NULL),
		('outcome', 'insert', 'app', NULL,
			'octet_length(unit) OPERATOR(pg_catalog.>=) 1 AND octet_length(unit) OPERATOR(pg_catalog.<=) 1024 AND EXISTS (
				SELECT FROM prompt_mgr.experiment_metric AS m WHERE m.experiment_id OPERATOR(pg_catalog.=) outcome.experiment_id
				AND m.metric_no OPERATOR(pg_catalog.=) outcome.metric_no AND m.source IS NULL AND m.field IS NULL)'),
		('unit_total', 'select', 'viewer', 'true', NULL),
		('exposure_total', 'select', 'viewer', 'true', NULL),
		('metric_total', 'select', 'viewer', 'true', NULL),
		('experiment_watermark', 'select', 'viewer', 'true', NULL),
		('experiment_look', 'select', 'viewer', 'true', NULL),
		('experiment_test', 'select', 'viewer', 'true', NULL),
		('folder_rule', 'select', 'viewer', prompt_mgr._rule_holds(), NULL),
		('suggestion', 'select', 'viewer',
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) suggestion.prompt_id)', NULL),
		('suggestion', 'insert', 'app', NULL, $$status OPERATOR(pg_catalog.=) ANY ('{wanted,proposed}')
			AND EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) suggestion.prompt_id)$$),
		('suggestion', 'update', 'app', 'true', NULL),
		('execution', 'select', 'viewer', 'true', NULL),
		('execution', 'insert', 'app', NULL,
			'EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id OPERATOR(pg_catalog.=) execution.prompt_id)'),
		('execution_score', 'select', 'viewer', 'true', NULL),
		('execution_score', 'insert', 'app', NULL, 'true'),
		('execution_series', 'select', 'viewer', 'true', NULL),
		('execution_rollup', 'select', 'viewer', 'true', NULL),
		('execution_tally', 'select', 'viewer', 'true', NULL),
		('execution_watermark', 'select', 'viewer', 'true', NULL),
		('job_run', 'select', 'viewer', 'true', NULL),
		('execution_setting', 'select', 'viewer', 'true', NULL),
		('execution_setting', 'insert', 'admin', NULL, 'true'),
		('execution_setting', 'update', 'admin', 'true', NULL),
		('access_grant', 'select', 'admin', 'true', NULL)
	) AS policy (relation, command, level, using_clause, check_clause);
END;

COMMENT ON FUNCTION prompt_mgr._policies() IS
'internal: one row per policy: relation, command, lowest level, expressions';

CREATE FUNCTION prompt_mgr._init_policies() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	policy record;
	relation name;
BEGIN
	-- What is there already is left alone: these statements lock out readers.
	FOR relation IN
		SELECT DISTINCT p.relation FROM prompt_mgr._policies() AS p
		JOIN pg_catalog.pg_class AS c ON c.oid = format('prompt_mgr.%I', p.relation)::regclass
		WHERE NOT c.relrowsecurity
	LOOP
		EXECUTE format('ALTER TABLE prompt_mgr.%I ENABLE ROW LEVEL SECURITY', relation);
	END LOOP;

	FOR policy IN
		SELECT p.relation, p.command, p.level, format('%s_%s', p.relation, p.command) AS name,
			CASE p.using_clause WHEN 'true' THEN k.always ELSE p.using_clause END AS using_clause,
			CASE p.check_clause WHEN 'true' THEN k.always ELSE p.check_clause END AS check_clause
		FROM prompt_mgr._policies() AS p
		-- Linters take a write that is plainly allowed for a mistake: every row is
		-- one with a key.  Reads stay plain, see pm_fetch.c.
		CROSS JOIN LATERAL (SELECT CASE p.command WHEN 'select' THEN 'true' ELSE format('%I IS NOT NULL', a.attname) END AS always
			FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = format('prompt_mgr.%I', p.relation)::regclass AND i.indisprimary) AS k
		WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS made
			WHERE made.polrelid = format('prompt_mgr.%I', p.relation)::regclass
				AND made.polname = format('%s_%s', p.relation, p.command))
	LOOP
		EXECUTE format('CREATE POLICY %I ON prompt_mgr.%I FOR %s',
					   policy.name, policy.relation, policy.command)
			|| coalesce(' USING (' || policy.using_clause || ')', '')
			|| coalesce(' WITH CHECK (' || policy.check_clause || ')', '');
		EXECUTE format('COMMENT ON POLICY %I ON prompt_mgr.%I IS %L',
					   policy.name, policy.relation, format('From level %s on.', policy.level));
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_policies() IS
'internal: enables row-level security and makes the policies that are missing';
