-- The audit: who changed what, written in the same transaction by triggers
-- that no role can pass by, and chained by hashes so that tampering shows.
--
-- One chain per prompt, one per release, and one for what belongs to neither.  The chain's
-- head is a row that each writer updates: its lock makes the writers of one
-- prompt go one after the other, those of different prompts do not meet.  It is
-- taken last, after all locks on the changed row itself.
--
-- A table joins by a row of _audited().

CREATE FUNCTION prompt_mgr.audit_hash(previous bytea, prompt_id uuid, audit_no bigint, at timestamptz, actor text,
	session_role text, txid xid8, object text, key text, action text, before jsonb, after jsonb)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_audit_hash';

COMMENT ON FUNCTION prompt_mgr.audit_hash(bytea, uuid, bigint, timestamptz, text, text, xid8, text, text, text, jsonb, jsonb) IS
'Hash of a row of the audit: SHA-256 over the hash of the row before it and the row''s own fields.
The fields are UTF-8 text, each led by its length in bytes and a colon, NULL being "-"; at is in microseconds since 1970. The first row of a chain has an empty previous.';

CREATE FUNCTION prompt_mgr.content_sha256(format text, escape text, template text, messages jsonb,
	variables jsonb, config jsonb, constraints jsonb)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
	SELECT sha256(convert_to(jsonb_build_array(format, escape, template, messages, variables, config, constraints)::text,
		CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END))
$function$;

COMMENT ON FUNCTION prompt_mgr.content_sha256(text, text, text, jsonb, jsonb, jsonb, jsonb) IS
'SHA-256 over the content of a version, the content_sha256 that get_prompt() returns.
It is taken over the arguments as a jsonb array in UTF-8.';

CREATE FUNCTION prompt_mgr._audit_append(chain uuid, at timestamptz, actor text, object text, key text, action text,
	before jsonb, after jsonb, name text, event_type text, fields jsonb, reason text)
RETURNS boolean
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'prompt_mgr_audit_append';

COMMENT ON FUNCTION prompt_mgr._audit_append(uuid, timestamptz, text, text, text, text, jsonb, jsonb, text, text, jsonb, text) IS
'internal: appends a row to a chain of the audit and, where event_type is given, an event; true';

-- What is audited.  chain is the column with the prompt, or the release, whose
-- chain it is, or with the experiment on that prompt, NULL where there is none; keys name the row and never change; passing are columns whose change
-- alone is no change; kept are columns that the row itself keeps for ever
-- unless it is a draft, so that they need not be stored twice; made_at, for tables whose rows come back from a dump
-- before the audit does, is when the row was made.
CREATE FUNCTION prompt_mgr._audited(
	OUT relation name, OUT object text, OUT chain name, OUT keys name[], OUT passing name[], OUT kept name[], OUT made_at name)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT * FROM (VALUES
		('prompt'::name, 'prompt', 'prompt_id'::name, '{prompt_id}'::name[], '{last_version,changed_at}'::name[], '{}'::name[], NULL::name),
		('prompt_version', 'version', 'prompt_id', '{version}', '{servable}', '{template,messages,variables,config,constraints}', NULL),
		('prompt_alias', 'alias', 'prompt_id', '{alias}', '{}', '{}', NULL),
		('prompt_example', 'example', 'prompt_id', '{version,name}', '{}', '{}', NULL),
		('prompt_default', 'default', 'prompt_id', '{attributes}', '{}', '{}', NULL),
		('release', 'release', 'release_id', '{release_id}', '{}', '{}', NULL),
		('release_item', 'release_item', 'release_id', '{prompt_id,label}', '{}', '{}', NULL),
		('release_review', 'review', 'release_id', '{review_no}', '{}', '{}', NULL),
		('label_policy', 'protection', NULL, '{label,prefix}', '{}', '{}', NULL),
		('suggestion', 'suggestion', 'prompt_id', '{suggestion_id}', '{claimed_by,leased_until,attempts}', '{}', NULL),
		('category', 'category', NULL, '{name}', '{}', '{}', NULL),
		('experiment', 'experiment', 'prompt_id', '{name}', '{prompt}', '{}', NULL),
		('experiment_force', 'force', 'experiment_id', '{experiment_id,unit}', '{}', '{}', NULL),
		('metric_source', 'metric_source', NULL, '{name}', '{}', '{}', NULL),
		('execution_setting', 'setting', NULL, '{single}', '{}', '{}', NULL),
		('folder_rule', 'rule', NULL, '{rule_id}', '{}', '{}', NULL),
		('access_grant', 'access', NULL, '{role,level}', '{}', '{}', 'granted_at')
	) AS audited (relation, object, chain, keys, passing, kept, made_at);
END;

COMMENT ON FUNCTION prompt_mgr._audited() IS
'internal: one row per audited table; labels are audited by their own trigger';

CREATE FUNCTION prompt_mgr._init_audit() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	audited record;
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.audit (
		prompt_id uuid NOT NULL,
		audit_no bigint NOT NULL,
		at timestamptz NOT NULL,
		actor text NOT NULL,
		session_role text NOT NULL,
		txid xid8 NOT NULL,
		object text NOT NULL,
		key text NOT NULL,
		action text NOT NULL,
		before jsonb,
		after jsonb,
		hash bytea NOT NULL,
		CONSTRAINT audit_pkey PRIMARY KEY (prompt_id, audit_no)
	);
	-- Whether a row that comes in is known to exist: then it is a restored one.
	CREATE INDEX IF NOT EXISTS audit_existence_idx ON prompt_mgr.audit (prompt_id, object, key, audit_no)
		WHERE action IN ('create', 'delete');
	CREATE TABLE IF NOT EXISTS prompt_mgr.audit_chain (
		prompt_id uuid NOT NULL,
		audit_no bigint NOT NULL,
		at timestamptz NOT NULL,
		hash bytea NOT NULL,
		CONSTRAINT audit_chain_pkey PRIMARY KEY (prompt_id)
	) WITH (fillfactor = 50);

	COMMENT ON TABLE prompt_mgr.audit IS 'Every change: who, when, what, the old values and the new. Append-only, written by triggers.';
	COMMENT ON COLUMN prompt_mgr.audit.prompt_id IS 'The prompt or the release whose chain this is; all zeros for what belongs to neither.';
	COMMENT ON COLUMN prompt_mgr.audit.audit_no IS 'Number within the chain, from 1 without a gap.';
	COMMENT ON COLUMN prompt_mgr.audit.at IS 'When; never before the row that precedes it.';
	COMMENT ON COLUMN prompt_mgr.audit.actor IS 'Who: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.audit.session_role IS 'The role that had logged in.';
	COMMENT ON COLUMN prompt_mgr.audit.txid IS 'The transaction, of the cluster in which it was written.';
	COMMENT ON COLUMN prompt_mgr.audit.object IS 'What was changed: prompt, version, label, experiment, access and others.';
	COMMENT ON COLUMN prompt_mgr.audit.key IS 'Which: its name, number or label.';
	COMMENT ON COLUMN prompt_mgr.audit.action IS 'create, change, status, rename, move, drop or delete.';
	COMMENT ON COLUMN prompt_mgr.audit.before IS 'The fields that changed, as they were; all fields of what was deleted.';
	COMMENT ON COLUMN prompt_mgr.audit.after IS 'The fields that changed, as they became; all fields of what was created.';
	COMMENT ON COLUMN prompt_mgr.audit.hash IS 'audit_hash() over this row and the hash before it.';
	COMMENT ON TABLE prompt_mgr.audit_chain IS 'The head of each chain of the audit; written by triggers.';
	COMMENT ON COLUMN prompt_mgr.audit_chain.prompt_id IS 'The prompt or the release; all zeros for what belongs to neither.';
	COMMENT ON COLUMN prompt_mgr.audit_chain.audit_no IS 'Number of its last row.';
	COMMENT ON COLUMN prompt_mgr.audit_chain.at IS 'When that was written.';
	COMMENT ON COLUMN prompt_mgr.audit_chain.hash IS 'Its hash.';

	CREATE OR REPLACE TRIGGER audit_before_change BEFORE UPDATE OR DELETE ON prompt_mgr.audit
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER audit_before_truncate BEFORE TRUNCATE ON prompt_mgr.audit
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER audit_chain_before_delete BEFORE DELETE ON prompt_mgr.audit_chain
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER audit_chain_before_truncate BEFORE TRUNCATE ON prompt_mgr.audit_chain
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();

	PERFORM prompt_mgr._init_audit_functions();
	FOR audited IN SELECT a.* FROM prompt_mgr._audited() AS a
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON prompt_mgr.%I
			FOR EACH ROW EXECUTE FUNCTION prompt_mgr._audit_row(%L, %L, %L, %L, %L, %L)',
			audited.relation || '_audit', audited.relation,
			audited.object, coalesce(audited.chain, ''), audited.keys, audited.passing, audited.kept, coalesce(audited.made_at, ''));
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_audit() IS
'internal: makes the tables of the audit and the triggers that fill it';

CREATE FUNCTION prompt_mgr._init_audit_functions() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE OR REPLACE FUNCTION prompt_mgr._audit_knows(chain uuid, object text, key text) RETURNS boolean
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
		SELECT a.action = 'create' FROM prompt_mgr.audit AS a
		WHERE a.prompt_id = _audit_knows.chain AND a.object = _audit_knows.object AND a.key = _audit_knows.key
			AND a.action IN ('create', 'delete')
		ORDER BY a.audit_no DESC LIMIT 1
	$body$;
	COMMENT ON FUNCTION prompt_mgr._audit_knows(uuid, text, text) IS 'internal: whether by the audit a thing exists';

	CREATE OR REPLACE FUNCTION prompt_mgr._audit_has(object text, key text, fields jsonb) RETURNS boolean
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	AS $body$
		SELECT bool_and(coalesce(f.value = (SELECT a.after -> f.key FROM prompt_mgr.audit AS a
			WHERE a.prompt_id = '00000000-0000-0000-0000-000000000000' AND a.object = _audit_has.object AND a.key = _audit_has.key
				AND a.after ? f.key
			ORDER BY a.audit_no DESC LIMIT 1), false))
		FROM jsonb_each(fields) AS f
	$body$;
	COMMENT ON FUNCTION prompt_mgr._audit_has(text, text, jsonb) IS 'internal: whether by the audit a thing that belongs to no prompt has these values';

	-- Its arguments are those of _audited(), from object on.
	CREATE OR REPLACE FUNCTION prompt_mgr._audit_row() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp SET bytea_output = hex SET timezone = 'UTC'
	AS $trigger$
	DECLARE
		object constant text := TG_ARGV[0];
		passing constant text[] := TG_ARGV[3];
		was jsonb := to_jsonb(OLD) - passing;
		becomes jsonb := to_jsonb(NEW) - passing;
		chain uuid := coalesce(coalesce(becomes, was) ->> TG_ARGV[1], '00000000-0000-0000-0000-000000000000');
		key text := (SELECT string_agg(coalesce(becomes, was) ->> k.name, ' ' ORDER BY k.place)
			FROM unnest(TG_ARGV[2]::text[]) WITH ORDINALITY AS k (name, place));
		actor constant text := prompt_mgr._actor();
		at constant timestamptz := clock_timestamp();
		action text;
		event text;
		name text;
		fields jsonb;
	BEGIN
		IF TG_ARGV[1] = 'experiment_id' THEN
			SELECT e.prompt_id INTO chain FROM prompt_mgr.experiment AS e WHERE e.experiment_id = chain;
		END IF;
		IF TG_OP = 'INSERT' THEN
			IF TG_ARGV[5] <> '' AND (becomes ->> TG_ARGV[5])::timestamptz < now()
				OR TG_ARGV[5] = '' AND prompt_mgr._audit_knows(chain, object, key) THEN
				RETURN NULL;	-- restored
			END IF;
			action := 'create';
			IF becomes ->> 'status' <> 'draft' THEN	-- of which the row keeps nothing
				becomes := becomes - TG_ARGV[4]::text[];
			END IF;
		ELSIF TG_OP = 'DELETE' THEN
			action := 'delete';
		ELSE
			SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value) INTO was, becomes
			FROM jsonb_each(was) AS o JOIN jsonb_each(becomes) AS n ON n.key = o.key
			WHERE n.value::text <> o.value::text;
			-- A default that init() has made takes a restored row's values.
			IF was IS NULL OR TG_ARGV[1] = '' AND prompt_mgr._audit_has(object, key, becomes) THEN
				RETURN NULL;
			END IF;
			action := CASE WHEN was ? 'status' THEN 'status'
				WHEN object = 'prompt' AND was ? 'name' THEN 'rename'
				WHEN was ? 'archived_at' THEN CASE WHEN becomes -> 'archived_at' = 'null' THEN 'restore' ELSE 'archive' END
				ELSE 'change' END;
		END IF;
		event := prompt_mgr._event_type(object, action, becomes);
		IF event IS NOT NULL THEN
			name := coalesce(coalesce(becomes, was) ->> 'name', (SELECT p.name FROM prompt_mgr.prompt AS p WHERE p.prompt_id = chain));
			fields := jsonb_strip_nulls(jsonb_build_object('old_name', CASE action WHEN 'rename' THEN was ->> 'name' END,
				object, CASE object WHEN 'version' THEN to_jsonb(key::integer) WHEN 'release' THEN to_jsonb(key) END,
				'moves', CASE object WHEN 'release' THEN (
					SELECT jsonb_agg(jsonb_build_object('name', p.name, 'label', i.label, 'version', i.version) ORDER BY p.name, i.label)
					FROM prompt_mgr.release_item AS i JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
					WHERE i.release_id = chain) END));
		END IF;
		PERFORM prompt_mgr._audit_append(chain, at, actor, object, key, action, was, becomes, name, event, fields,
			coalesce(coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'reason', becomes ->> 'change_note'));
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._audit_row() IS 'internal: audits a change of a row';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_audit_functions() IS
'internal: makes or renews the functions that write the audit';

CREATE FUNCTION prompt_mgr.prompt_changes(name text, before bigint DEFAULT NULL, page_size integer DEFAULT 100)
RETURNS TABLE (audit_no bigint, at timestamptz, actor text, object text, key text, action text,
	field text, old_value jsonb, new_value jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF page_size IS NULL OR page_size NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	SELECT p.prompt_id INTO id FROM prompt_mgr.prompt AS p WHERE p.name = prompt_changes.name;
	IF NOT FOUND THEN
		PERFORM prompt_mgr.get_prompt(prompt_changes.name);
	END IF;

	RETURN QUERY
	WITH page AS (
		SELECT a.* FROM prompt_mgr.audit AS a
		WHERE a.prompt_id = id AND (prompt_changes.before IS NULL OR a.audit_no < prompt_changes.before)
		ORDER BY a.audit_no DESC LIMIT page_size
	), change AS (
		-- A new version keeps its content itself: here it is shown against the one before.
		SELECT p.audit_no, p.at, p.actor, p.object, p.key, p.action,
			coalesce(p.before, '{}') || coalesce(old.content, '{}') AS old, coalesce(new.content, '{}') || coalesce(p.after, '{}') AS new
		FROM page AS p
		LEFT JOIN LATERAL (
			SELECT v.version, v.prompt_id, jsonb_build_object('template', v.template, 'messages', v.messages, 'variables', v.variables,
				'config', v.config, 'constraints', v.constraints, 'format', v.format, 'escape', v.escape) AS content
			FROM prompt_mgr.prompt_version AS v
			WHERE p.object = 'version' AND p.action = 'create' AND v.prompt_id = p.prompt_id AND v.version::text = p.key
		) AS new ON true
		LEFT JOIN LATERAL (
			SELECT jsonb_build_object('template', v.template, 'messages', v.messages, 'variables', v.variables,
				'config', v.config, 'constraints', v.constraints, 'format', v.format, 'escape', v.escape) AS content
			FROM prompt_mgr.prompt_version AS v
			WHERE v.prompt_id = new.prompt_id AND v.version < new.version
			ORDER BY v.version DESC LIMIT 1
		) AS old ON true
	)
	SELECT c.audit_no, c.at, c.actor, c.object, c.key, c.action, f.field,
		nullif(c.old -> f.field, 'null'), nullif(c.new -> f.field, 'null')
	FROM change AS c
	CROSS JOIN LATERAL (SELECT jsonb_object_keys(c.old || c.new)) AS f (field)
	WHERE (nullif(c.old -> f.field, 'null')::text IS DISTINCT FROM nullif(c.new -> f.field, 'null')::text)
		AND f.field <> ALL ('{prompt_id,version_id,example_id,experiment_id,created_at,created_by,content_sha256}')
		AND NOT (c.object = 'version' AND f.field = 'version')
	ORDER BY c.audit_no DESC, f.field COLLATE "C";
END
$function$;

COMMENT ON FUNCTION prompt_mgr.prompt_changes(text, bigint, integer) IS
'What was changed of a prompt, field by field, with the old value and the new, newest first.
A new version is shown against the version before it. before: only what precedes this audit_no, for the next page of page_size changes. PT404 unknown prompt, 22023 page_size.';

CREATE FUNCTION prompt_mgr.verify_audit(name text DEFAULT NULL)
RETURNS TABLE (prompt_id uuid, prompt text, audit_no bigint, problem text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF verify_audit.name IS NOT NULL THEN
		SELECT p.prompt_id INTO id FROM prompt_mgr.prompt AS p WHERE p.name = verify_audit.name;
		IF NOT FOUND THEN
			PERFORM prompt_mgr.get_prompt(verify_audit.name);
		END IF;
	END IF;

	RETURN QUERY
	WITH entry AS (
		SELECT a.*, lag(a.audit_no, 1, 0::bigint) OVER w AS last_no, lag(a.hash, 1, ''::bytea) OVER w AS last_hash,
			lead(a.audit_no) OVER w IS NULL AS newest
		FROM prompt_mgr.audit AS a
		WHERE id IS NULL OR a.prompt_id = id
		WINDOW w AS (PARTITION BY a.prompt_id ORDER BY a.audit_no)
	), gone AS (
		SELECT e.prompt_id FROM entry AS e WHERE e.object = 'prompt' AND e.action = 'delete'
	), version AS (
		-- The last that the audit knows of each version.
		SELECT DISTINCT ON (e.prompt_id, e.key) e.prompt_id, e.key, e.audit_no, e.action, e.after ->> 'content_sha256' AS sha256
		FROM entry AS e
		WHERE e.object = 'version' AND (e.action = 'delete' OR e.after ? 'content_sha256')
			AND e.prompt_id NOT IN (SELECT g.prompt_id FROM gone AS g)
		ORDER BY e.prompt_id, e.key, e.audit_no DESC
	), label AS (
		SELECT DISTINCT ON (e.prompt_id, e.key) e.prompt_id, e.key, e.audit_no, (e.after ->> 'version')::integer AS version
		FROM entry AS e WHERE e.object = 'label' AND e.prompt_id NOT IN (SELECT g.prompt_id FROM gone AS g)
		ORDER BY e.prompt_id, e.key, e.audit_no DESC
	), found AS (
		SELECT e.prompt_id, e.audit_no, CASE e.audit_no - e.last_no WHEN 2 THEN format('row %s is missing', e.last_no + 1)
			ELSE format('rows %s to %s are missing', e.last_no + 1, e.audit_no - 1) END AS problem
		FROM entry AS e WHERE e.audit_no <> e.last_no + 1
		UNION ALL
		SELECT e.prompt_id, e.audit_no, 'does not match its hash'
		FROM entry AS e
		WHERE e.audit_no = e.last_no + 1 AND e.hash <> prompt_mgr.audit_hash(e.last_hash, e.prompt_id, e.audit_no, e.at, e.actor,
			e.session_role, e.txid, e.object, e.key, e.action, e.before, e.after)
		UNION ALL
		SELECT coalesce(c.prompt_id, e.prompt_id), coalesce(e.audit_no, 0), CASE
			WHEN c.prompt_id IS NULL THEN 'the head of the chain is missing'
			WHEN coalesce(e.audit_no, 0) < c.audit_no THEN format('the rows after it, up to %s, are missing', c.audit_no)
			ELSE 'is not the head of the chain' END
		FROM (SELECT x.* FROM entry AS x WHERE x.newest) AS e
		FULL JOIN (SELECT x.* FROM prompt_mgr.audit_chain AS x WHERE id IS NULL OR x.prompt_id = id) AS c ON c.prompt_id = e.prompt_id
		WHERE (c.audit_no, c.hash) IS DISTINCT FROM (e.audit_no, e.hash)
		UNION ALL
		SELECT p.prompt_id, 0, 'the whole chain is missing'
		FROM prompt_mgr.prompt AS p
		WHERE (id IS NULL OR p.prompt_id = id)
			AND NOT EXISTS (SELECT FROM prompt_mgr.audit_chain AS c WHERE c.prompt_id = p.prompt_id)
			AND NOT EXISTS (SELECT FROM prompt_mgr.audit AS a WHERE a.prompt_id = p.prompt_id)
		UNION ALL
		SELECT coalesce(v.prompt_id, w.prompt_id), coalesce(w.audit_no, 0), CASE
			WHEN v.version IS NULL THEN format('version %s is gone', w.key)
			WHEN w.sha256 IS NULL THEN format('version %s is not in the audit', v.version)
			ELSE format('version %s has another content since', w.key) END
		FROM (SELECT x.* FROM prompt_mgr.prompt_version AS x WHERE id IS NULL OR x.prompt_id = id) AS v
		FULL JOIN version AS w ON w.prompt_id = v.prompt_id AND w.key = v.version::text
		WHERE CASE WHEN v.version IS NULL THEN w.action <> 'delete'
			ELSE w.sha256 IS DISTINCT FROM '\x' || encode(prompt_mgr.content_sha256(v.format, v.escape, v.template, v.messages,
				v.variables, v.config, v.constraints), 'hex') END
		UNION ALL
		SELECT coalesce(l.prompt_id, a.prompt_id), coalesce(a.audit_no, 0), format('label "%s" has another holder since', coalesce(l.label, a.key))
		FROM (SELECT x.* FROM prompt_mgr.prompt_label AS x WHERE id IS NULL OR x.prompt_id = id) AS l
		FULL JOIN label AS a ON a.prompt_id = l.prompt_id AND a.key = l.label
		WHERE l.version IS DISTINCT FROM a.version
	)
	SELECT f.prompt_id, p.name, f.audit_no, f.problem
	FROM found AS f LEFT JOIN prompt_mgr.prompt AS p ON p.prompt_id = f.prompt_id
	ORDER BY p.name, f.prompt_id, f.audit_no, f.problem COLLATE "C";
END
$function$;

COMMENT ON FUNCTION prompt_mgr.verify_audit(text) IS
'Rows of the audit that were changed, removed or put elsewhere, and versions and labels that are not as the audit left them; none where all is well.
name: of this prompt alone, else of all. audit_no is the row that is wrong, or the last that is right where those after it are missing. It reads the whole chain. PT404 unknown prompt.';
