-- Access levels: what each may touch, granting and revoking them.

CREATE FUNCTION prompt_mgr._levels() RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN '{viewer,app,editor,publisher,admin}'::text[];

COMMENT ON FUNCTION prompt_mgr._levels() IS
'internal: the access levels in rising order, each includes those before it';

-- Columns that triggers fill are not in these lists: nobody writes a version's
-- number, its author or a move's time by hand.
CREATE FUNCTION prompt_mgr._table_privileges(OUT level text, OUT relation name, OUT privileges text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT * FROM (VALUES
		('viewer', 'prompt'::name, 'SELECT'),
		('viewer', 'prompt_version', 'SELECT'),
		('viewer', 'prompt_label', 'SELECT'),
		('viewer', 'label_move', 'SELECT'),
		('viewer', 'prompt_dependency', 'SELECT'),
		('viewer', 'audit', 'SELECT'),
		('viewer', 'audit_chain', 'SELECT'),
		('admin', 'event', 'SELECT, UPDATE (attempts, claimed_by, leased_until), DELETE'),
		('viewer', 'prompt_example', 'SELECT'),
		('editor', 'prompt', 'INSERT (name, kind, description, category, tags, author, language, complexity, models, attributes), UPDATE (description, category, tags, author, language, complexity, models, attributes)'),
		('editor', 'prompt_version', 'INSERT (prompt_id, status, format, escape, template, messages, variables, config, constraints, change_note, idempotency_key, semver, metadata), UPDATE (status, format, escape, template, messages, variables, config, constraints, change_note, semver, metadata)'),
		('editor', 'prompt_example', 'INSERT (prompt_id, version, name, variables, expected, expected_messages, match, rating, feedback), UPDATE (rating, feedback), DELETE'),
		('publisher', 'prompt_label', 'INSERT (prompt_id, name, label, version, reason, release_id), UPDATE (version, reason, restored_move, release_id)'),
		('viewer', 'label_policy', 'SELECT'),
		('viewer', 'release', 'SELECT'),
		('viewer', 'release_item', 'SELECT'),
		('viewer', 'release_review', 'SELECT'),
		('editor', 'release', 'INSERT (release_id, items, reason, rolls_back), UPDATE (status, override_reason)'),
		('editor', 'release_item', 'INSERT (release_id, prompt_id, label, version, restored_move)'),
		('publisher', 'release_review', 'INSERT (release_id, decision, comment)'),
		('admin', 'label_policy', 'INSERT (label, prefix, level, approvals, role, gates, approvals_expire, immutable), UPDATE (level, approvals, role, gates, approvals_expire, immutable), DELETE'),
		('publisher', 'prompt_label', 'INSERT (prompt_id, name, label, version, reason), UPDATE (version, reason, restored_move)'),
		('viewer', 'category', 'SELECT'),
		('viewer', 'prompt_default', 'SELECT'),
		('viewer', 'prompt_alias', 'SELECT'),
		('viewer', 'prompt_text', 'SELECT'),
		('publisher', 'prompt', 'UPDATE (name, archived_at)'),
		('publisher', 'category', 'INSERT (name), UPDATE (parent, title, icon, colour, position), DELETE'),
		('publisher', 'prompt_default', 'INSERT (attributes, prompt_id), UPDATE (prompt_id), DELETE'),
		('publisher', 'prompt_alias', 'DELETE'),
		('admin', 'prompt', 'DELETE'),
		('viewer', 'metric_source', 'SELECT'),
		('viewer', 'experiment', 'SELECT'),
		('viewer', 'experiment_variant', 'SELECT'),
		('viewer', 'experiment_metric', 'SELECT'),
		('viewer', 'experiment_epoch', 'SELECT'),
		('viewer', 'experiment_force', 'SELECT'),
		('viewer', 'exposure', 'SELECT'),
		('viewer', 'exposure_crossover', 'SELECT'),
		('viewer', 'outcome', 'SELECT'),
		('viewer', 'unit_total', 'SELECT'),
		('viewer', 'exposure_total', 'SELECT'),
		('viewer', 'metric_total', 'SELECT'),
		('viewer', 'experiment_watermark', 'SELECT'),
		('viewer', 'experiment_look', 'SELECT'),
		('viewer', 'experiment_test', 'SELECT'),
		-- What a team has chosen to store of its users' texts is the editors' to see.
		('viewer', 'execution', 'SELECT (execution_id, created_at, xact, prompt_id, experiment_id, duration, time_to_first_chunk, confidence, version, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens, variant_no, success, cost_usd, operation_name, provider_name, request_model, response_model, response_id, finish_reasons, error_type, error_message, unit, user_id, conversation_id, ref, attributes)'),
		('viewer', 'suggestion', 'SELECT'),
		('app', 'suggestion', 'INSERT (prompt_id, base_version, status, brief, template, messages, variables, config, rationale, parents, details, forced), UPDATE (status, template, messages, variables, config, rationale, parents, details, forced, attempts, claimed_by, leased_until)'),
		('editor', 'suggestion', 'UPDATE (comment, version)'),
		('viewer', 'execution_score', 'SELECT'),
		('viewer', 'execution_setting', 'SELECT'),
		('viewer', 'executions', 'SELECT'),
		('app', 'execution', 'INSERT (execution_id, created_at, prompt_id, experiment_id, duration, time_to_first_chunk, confidence, version, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, reasoning_output_tokens, variant_no, success, cost_usd, operation_name, provider_name, request_model, response_model, response_id, finish_reasons, error_type, error_message, unit, user_id, conversation_id, ref, attributes, variables, rendered, response)'),
		('app', 'execution_score', 'INSERT (execution_id, created_at, value, name, comment)'),
		('editor', 'execution', 'SELECT'),
		('admin', 'execution_setting', 'INSERT (partition_by, retention, content), UPDATE (partition_by, retention, content)'),
		('app', 'exposure', 'INSERT (experiment_id, unit, variant_no, epoch, forced, exposure_id)'),
		('app', 'exposure_crossover', 'INSERT (experiment_id, unit, variant_no)'),
		('app', 'outcome', 'INSERT (experiment_id, metric_no, unit, value, denominator, at)'),
		('publisher', 'experiment', 'INSERT (experiment_id, name, prompt_id, prompt, label, salt, algorithm, method, alpha, planned_n, weights, coverage_ppm, targeting, layer, layer_from, layer_to, priority, holdout, holdout_ppm, options), UPDATE (status, weights, sticky_from, winner, stop_reason)'),
		('publisher', 'experiment_variant', 'INSERT'),
		('publisher', 'experiment_metric', 'INSERT'),
		('publisher', 'experiment_force', 'INSERT (experiment_id, unit, variant_no), UPDATE (variant_no), DELETE'),
		('admin', 'metric_source', 'INSERT (name, query)'),
		('viewer', 'execution_series', 'SELECT'),
		('viewer', 'execution_rollup', 'SELECT'),
		('viewer', 'execution_tally', 'SELECT'),
		('viewer', 'execution_watermark', 'SELECT'),
		('viewer', 'execution_usage', 'SELECT'),
		('viewer', 'execution_tallies', 'SELECT'),
		('viewer', 'metrics', 'SELECT'),
		-- detail may quote data.
		('viewer', 'job_run', 'SELECT (run_no, task, started_at, seconds, actions, failures)'),
		('admin', 'job_run', 'SELECT'),
		('viewer', 'folder_rule', 'SELECT'),
		('admin', 'access_grant', 'SELECT')
	) AS privilege (level, relation, privileges);
END;

COMMENT ON FUNCTION prompt_mgr._table_privileges() IS
'internal: table privileges that each level adds';

CREATE FUNCTION prompt_mgr._function_levels(OUT level text, OUT function_name name)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT l.level, f.function_name
	FROM (VALUES
		('owner', '{init,grant_access,revoke_access}'::name[]),
		('owner', '{allow_folder,disallow_folder}'),
		('viewer', '{list_folder_rules}'),
		('viewer', '{version,check_ready,get_prompt,list_prompts,list_versions,label_history,prompt_usages,prompt_manifest}'),
		('editor', '{save_prompt,publish_version,set_status,add_example,rate_example,drop_example}'),
		('publisher', '{activate,rollback,drop_label,check_label_unused}'),
		('viewer', '{group_failures,list_suggestions}'),
		('app', '{request_suggestion,claim_suggestions,propose_suggestion}'),
		('editor', '{collect_failures,review_suggestion}'),
		('viewer', '{resolve_prompt,describe_prompt,list_categories,find_default_prompt,list_default_prompts,
			diff_text,messages_text,diff_versions,list_changes,search_prompts,get_prompts,check_page,mcp_list_prompts,mcp_get_prompt}'),
		('viewer', '{prompt_changes,audit_hash,content_sha256,webhook_signature}'),
		('admin', '{verify_audit,claim_events,ack_events}'),
		('viewer', '{current_actor,label_protection,list_releases,pending_reviews}'),
		('editor', '{request_release,cancel_release}'),
		('publisher', '{release,apply_release,rollback_release,review_release}'),
		('admin', '{protect_label}'),
		('editor', '{update_prompt,copy_prompt,edit_draft}'),
		('publisher', '{rename_prompt,drop_alias,archive_prompt,restore_prompt,save_category,remove_category,set_default_prompt}'),
		('admin', '{delete_prompt}'),
		('viewer', '{render_template,render_prompt,render_messages,report_invisible,sanitize_text,
			validate_template,template_variables,prompt_schema,list_examples,run_examples,
			count_tokens,can_count_tokens,token_ids,fits_tokens,truncate_tokens,estimate_tokens}'),
		('viewer', '{export_prompts,prompt_files,prompt_path,prompt_path_name,prompt_to_file,prompt_from_file,messages_to_sections,sections_to_messages}'),
		('editor', '{import_prompts,save_prompt_file}'),
		('viewer', '{two_proportion_ztest,proportion_summary,rollup,ztest,ztest_counts,
			proportion_summary_in,proportion_summary_out,proportion_summary_recv,proportion_summary_send,
			proportion_ci,diff_ci,lift_ci,welch_moments,always_valid_counts,hybrid_counts,group_sequential_bounds,
			srm_test,srm_test_expected,homogeneity_test,multinomial_log_e,
			sample_size,test_power,mde,lift_power,lift_mde,
			bayes_counts,bayes_moments,best_arm_probabilities,thompson_weights,p_adjust,p_adjust_primary,e_bh,
			ab_summary,welch_ttest,always_valid_test,hybrid_test,bayes_test,ratio_summary,ratio_ttest,
			ab_summary_in,ab_summary_out,ab_summary_recv,ab_summary_send,
			ratio_summary_in,ratio_summary_out,ratio_summary_recv,ratio_summary_send}'),
		('viewer', '{pick_variant,unit_hash,selftest_hash,
			matches_targeting,validate_experiment,validate_experiment_options,assign_variant,list_assignments,preview_prompt,experiment_client_config,
			experiment_unit_changes,experiment_executions,experiment_totals,experiment_arms,experiment_standard_arms,analyze_experiment,experiment_srm,experiment_decision,experiment_report,list_experiments,
			compare_arms,best_of_means,describe_number}'),
		('app', '{serve_prompt,record_outcome,record_outcomes}'),
		('publisher', '{create_experiment,lock_experiment,start_experiment,pause_experiment,resume_experiment,stop_experiment,set_weights,force_variant}'),
		('admin', '{register_metric_source}'),
		('owner', '{tick,schedule_jobs,unschedule_jobs}'),
		('admin', '{job_runs,jobs_status}'),
		('viewer', '{written_since,execution_changes,tally_changes,figure_ranges,series_of,execution_figures,tally_figures,
			prompt_id_of,prompt_analytics,prompt_timeline,prompt_usage,version_usage,compare_versions,error_summary}'),
		('editor', '{top_variables}'),
		('viewer', '{execution_time,execution_settings}'),
		('app', '{log_execution,log_executions,check_executions,new_execution_id,record_feedback,record_score}'),
		('admin', '{configure_executions}'),
		('owner', '{maintain_partitions}'),
		('viewer', '{latency_sketch,quantile,count_within,distinct_sketch,distinct_count,
			latency_sketch_in,latency_sketch_out,latency_sketch_recv,latency_sketch_send,latency_sketch_from_bytea,latency_sketch_of,
			distinct_sketch_in,distinct_sketch_out,distinct_sketch_recv,distinct_sketch_send,distinct_sketch_from_bytea,distinct_sketch_of}')
	) AS l (level, functions)
	CROSS JOIN LATERAL unnest(l.functions) AS f (function_name);
END;

COMMENT ON FUNCTION prompt_mgr._function_levels() IS
'internal: the level from which each public function may be executed; "owner" is the owner of the schema alone';

CREATE FUNCTION prompt_mgr._apply_grants(grantee name) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	reach integer;
	command text;
BEGIN
	SELECT max(array_position(prompt_mgr._levels(), g.level)) INTO reach
	FROM prompt_mgr.access_grant AS g WHERE g.role = grantee;

	-- First take everything back, then grant what the remaining levels allow.
	FOR command IN
		SELECT format('REVOKE ALL ON prompt_mgr.%I FROM %I', c.relname, grantee)
		FROM pg_catalog.pg_class AS c
		WHERE c.oid IN (SELECT format('prompt_mgr.%I', t.relation)::regclass FROM prompt_mgr._table_privileges() AS t)
		UNION ALL
		SELECT format('REVOKE ALL ON ROUTINE %s FROM %I', p.oid::regprocedure, grantee)
		FROM pg_catalog.pg_proc AS p
		JOIN prompt_mgr._function_levels() AS f ON f.function_name = p.proname
		WHERE p.pronamespace = 'prompt_mgr'::regnamespace
		UNION ALL
		SELECT format('REVOKE ALL ON TYPE %s FROM %I', t::regtype, grantee) FROM prompt_mgr._public_types() AS t
		UNION ALL
		SELECT format('REVOKE ALL ON SCHEMA prompt_mgr FROM %I', grantee)
	LOOP
		EXECUTE command;
	END LOOP;
	IF reach IS NULL THEN
		RETURN;
	END IF;

	FOR command IN
		SELECT format('GRANT USAGE ON SCHEMA prompt_mgr TO %I', grantee)
		UNION ALL
		SELECT format('GRANT USAGE ON TYPE %s TO %I', t::regtype, grantee) FROM prompt_mgr._public_types() AS t
		UNION ALL
		SELECT format('GRANT %s ON prompt_mgr.%I TO %I', t.privileges, t.relation, grantee)
		FROM prompt_mgr._table_privileges() AS t
		WHERE array_position(prompt_mgr._levels(), t.level) <= reach
		UNION ALL
		SELECT format('GRANT EXECUTE ON ROUTINE %s TO %I', p.oid::regprocedure, grantee)
		FROM pg_catalog.pg_proc AS p
		JOIN prompt_mgr._function_levels() AS f ON f.function_name = p.proname
		WHERE p.pronamespace = 'prompt_mgr'::regnamespace
			AND array_position(prompt_mgr._levels(), f.level) <= reach
	LOOP
		EXECUTE command;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._apply_grants(name) IS
'internal: makes a role''s privileges equal to its levels in access_grant';

CREATE FUNCTION prompt_mgr._public_types() RETURNS SETOF regtype
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY
	SELECT t.oid::regtype FROM pg_catalog.pg_type AS t
	JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
	JOIN pg_catalog.pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE e.extname = 'prompt_mgr' AND t.typcategory <> 'A';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._public_types() IS
'internal: the types of the extension';

CREATE FUNCTION prompt_mgr._init_access() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	relation record;
	routine record;
	grantee name;
BEGIN
	-- Trigger functions and their helpers, made by init(), are nobody's to call,
	-- whatever the default privileges of the database say.
	FOR routine IN
		SELECT p.oid::regprocedure AS name, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
		FROM pg_catalog.pg_proc AS p
		CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
		WHERE a.grantee <> p.proowner AND p.pronamespace = 'prompt_mgr'::regnamespace AND p.proowner = current_user::regrole
			AND p.proname ^@ '_' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
				WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
	LOOP
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', routine.name, routine.grantee);
	END LOOP;

	-- Default privileges of the database may have granted something already;
	-- what the team granted to others stays.
	FOR relation IN
		SELECT DISTINCT c.relname, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
		FROM prompt_mgr._table_privileges() AS p
		JOIN pg_catalog.pg_class AS c ON c.oid = format('prompt_mgr.%I', p.relation)::regclass
		CROSS JOIN LATERAL aclexplode(c.relacl) AS a
		WHERE a.grantee <> c.relowner AND EXISTS (
			SELECT FROM pg_catalog.pg_default_acl AS d CROSS JOIN LATERAL aclexplode(d.defaclacl) AS given
			WHERE d.defaclrole = c.relowner AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, c.relnamespace)
				AND given.grantee = a.grantee)
	LOOP
		EXECUTE format('REVOKE ALL ON prompt_mgr.%I FROM %s', relation.relname, relation.grantee);
	END LOOP;

	DELETE FROM prompt_mgr.access_grant AS g
	WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = g.role);
	FOR grantee IN
		SELECT DISTINCT g.role FROM prompt_mgr.access_grant AS g
		JOIN pg_catalog.pg_roles AS r ON r.rolname = g.role
	LOOP
		PERFORM prompt_mgr._apply_grants(grantee);
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_access() IS
'internal: takes back what default privileges granted, and grants the levels of access_grant';

CREATE FUNCTION prompt_mgr._check_grant(role name, level text, forgotten boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF role = current_user THEN
		RAISE EXCEPTION 'role "%" owns the tables and has every right', role
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'role', 'reason', 'is the owner'));
	END IF;
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = role)
		AND NOT EXISTS (SELECT FROM prompt_mgr.access_grant AS g WHERE g.role = _check_grant.role AND forgotten) THEN
		RAISE EXCEPTION 'role "%" does not exist', role
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'role', 'reason', 'no such role'));
	END IF;
	IF array_position(prompt_mgr._levels(), level) IS NULL THEN
		RAISE EXCEPTION 'access level "%" does not exist', level
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'level', 'reason', 'no such level')),
			HINT = 'The levels are ' || array_to_string(prompt_mgr._levels(), ', ') || '.';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_grant(name, text, boolean) IS
'internal: refuses an unknown role or level; forgotten allows a role that was granted something and is gone';

CREATE FUNCTION prompt_mgr.grant_access(role name, level text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM prompt_mgr._check_owner();
	PERFORM prompt_mgr._check_grant(role, level, false);
	LOCK TABLE prompt_mgr.access_grant IN SHARE ROW EXCLUSIVE MODE;
	-- A role that is gone leaves its rows; one of the same name is another.
	DELETE FROM prompt_mgr.access_grant AS g
	WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = g.role);
	INSERT INTO prompt_mgr.access_grant (role, level)
	VALUES (grant_access.role, grant_access.level)
	ON CONFLICT ON CONSTRAINT access_grant_pkey DO NOTHING;
	PERFORM prompt_mgr._apply_grants(grant_access.role);
END
$function$;

COMMENT ON FUNCTION prompt_mgr.grant_access(name, text) IS
'Gives a role an access level: viewer, app, editor, publisher or admin; each includes those before it.
viewer reads and renders; app also serves and logs; editor saves drafts and versions; publisher moves labels; admin sees who has access. Only the owner of schema prompt_mgr may call it. 22023 for an unknown role or level.';

CREATE FUNCTION prompt_mgr.revoke_access(role name, level text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM prompt_mgr._check_owner();
	PERFORM prompt_mgr._check_grant(role, level, true);
	LOCK TABLE prompt_mgr.access_grant IN SHARE ROW EXCLUSIVE MODE;
	DELETE FROM prompt_mgr.access_grant AS g
	WHERE g.role = revoke_access.role AND g.level = revoke_access.level;
	IF EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = revoke_access.role) THEN
		PERFORM prompt_mgr._apply_grants(revoke_access.role);
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.revoke_access(name, text) IS
'Takes an access level back from a role; other levels that it was granted stay.
Only the owner of schema prompt_mgr may call it. 22023 for an unknown role or level.';
