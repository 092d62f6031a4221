-- Protected labels: rules that say what it takes to move a label, and the
-- check of a move against them.  The check is a part of the label's trigger
-- and of the trigger that carries a release out, so it holds on every path.
--
-- The right to move is that of the session's role, not of the function's owner
-- that does it: a function made SECURITY DEFINER lends its owner's privileges,
-- but no protected label.

CREATE FUNCTION prompt_mgr.label_protection(name text, label text DEFAULT 'production',
	OUT level text, OUT roles name[], OUT approvals integer, OUT approvals_expire interval, OUT immutable boolean, OUT gates jsonb)
LANGUAGE c STABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'prompt_mgr_label_protection';

COMMENT ON FUNCTION prompt_mgr.label_protection(text, text) IS
'What it takes to move a label of a prompt: all rules of protect_label() that are for it, together.
level: the highest of the rules, NULL where the label is not protected; roles: the mover must be a member of each; approvals: how many others must approve, each valid for approvals_expire (NULL: for good); immutable: set once, never moved; gates: [{"gate", "as"}], functions that must agree and with whose rights they run.';

-- The same as of now, whatever snapshot the transaction has.
CREATE FUNCTION prompt_mgr._label_protection(name text, label text,
	OUT level text, OUT roles name[], OUT approvals integer, OUT approvals_expire interval, OUT immutable boolean, OUT gates jsonb)
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', 'prompt_mgr_label_protection_now';

COMMENT ON FUNCTION prompt_mgr._label_protection(text, text) IS
'internal: what it takes to move a label, by the rules committed so far';

CREATE FUNCTION prompt_mgr._is_protected(name text, label text) RETURNS boolean
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', 'prompt_mgr_is_protected';

COMMENT ON FUNCTION prompt_mgr._is_protected(text, text) IS
'internal: is there a rule for a label; much cheaper than asking what it says';

CREATE FUNCTION prompt_mgr._gate_verdict(gate text, version_id uuid, role name)
RETURNS TABLE (ok boolean, reason text)
LANGUAGE c VOLATILE STRICT ROWS 1
AS 'MODULE_PATHNAME', 'prompt_mgr_gate_verdict';

COMMENT ON FUNCTION prompt_mgr._gate_verdict(text, uuid, name) IS
'internal: what a gate says of a version, run with the rights of the role that protected the label';

CREATE FUNCTION prompt_mgr._session_role() RETURNS name
LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('role'), 'none'), session_user)::name;

COMMENT ON FUNCTION prompt_mgr._session_role() IS
'internal: the role that the session has set or logged in as, whichever function runs as whom';

-- Levels are told by the privileges that they give, so that a role which got
-- them otherwise counts as well.
CREATE FUNCTION prompt_mgr._may_move(mover name, level text, roles name[]) RETURNS boolean
LANGUAGE sql STABLE
RETURN CASE level WHEN 'admin' THEN has_any_column_privilege(mover, 'prompt_mgr.label_policy', 'INSERT')
		ELSE has_any_column_privilege(mover, 'prompt_mgr.prompt_label', 'UPDATE') END
	AND NOT EXISTS (SELECT FROM unnest(roles) AS r (role) WHERE NOT EXISTS (
		SELECT FROM pg_roles AS member WHERE member.rolname = r.role AND pg_has_role(mover, member.oid, 'USAGE')));

COMMENT ON FUNCTION prompt_mgr._may_move(name, text, name[]) IS
'internal: has a role the level, and is it a member of all these roles';

CREATE FUNCTION prompt_mgr._check_label_move(name text, label text, old_version integer,
	level text, roles name[], immutable boolean, approvals_needed integer, approvals integer, override boolean) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF immutable AND old_version IS NOT NULL THEN
		RAISE EXCEPTION 'label "%" of prompt "%" is set once and stays at version %', label, name, old_version
			USING ERRCODE = 'PT409', HINT = 'Choose another label.';
	ELSIF override THEN
		RETURN;
	ELSIF NOT prompt_mgr._may_move(prompt_mgr._session_role(), level, roles) THEN
		RAISE EXCEPTION 'label "%" of prompt "%" is protected and may not be moved by you', label, name
			USING ERRCODE = '42501',
			HINT = concat('It takes level ', level,
				' and membership in ' || nullif(array_to_string(roles, ', '), ''), '.');
	ELSIF approvals < approvals_needed THEN
		RAISE EXCEPTION 'label "%" of prompt "%" needs % approvals and has %', label, name, approvals_needed, approvals
			USING ERRCODE = '42501', HINT = 'Ask for them with request_release().';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_label_move(text, text, integer, text, name[], boolean, integer, integer, boolean) IS
'internal: refuses a move of a protected label';

CREATE FUNCTION prompt_mgr._run_gates(name text, label text, version_id uuid, gates jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	gate jsonb;
	verdict record;
	results jsonb := '[]'::jsonb;
BEGIN
	-- Nothing is asked about a label that is dropped.
	IF version_id IS NULL THEN
		RETURN results;
	END IF;
	FOR gate IN SELECT g FROM jsonb_array_elements(gates) AS g ORDER BY g ->> 'gate', g ->> 'as'
	LOOP
		BEGIN
			SELECT v.ok, v.reason INTO verdict FROM prompt_mgr._gate_verdict(gate ->> 'gate', version_id, (gate ->> 'as')::name) AS v;
		EXCEPTION WHEN OTHERS THEN
			SELECT false AS ok, SQLERRM AS reason INTO verdict;
		END;
		results := results || jsonb_build_object('name', name, 'label', label, 'gate', gate ->> 'gate',
			'ok', coalesce(verdict.ok, false), 'reason', verdict.reason);
	END LOOP;
	RETURN results;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._run_gates(text, text, uuid, jsonb) IS
'internal: what the gates of a label say of a version; an error counts as no';

CREATE FUNCTION prompt_mgr._require_gates(results jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	blocking jsonb := jsonb_path_query_first(results, '$[*] ? (@.ok == false)');
BEGIN
	IF blocking IS NOT NULL THEN
		RAISE EXCEPTION 'gate "%" does not let label "%" of prompt "%" move: %',
			blocking ->> 'gate', blocking ->> 'label', blocking ->> 'name', coalesce(blocking ->> 'reason', 'it gives no reason')
			USING ERRCODE = 'PT409', DETAIL = results;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._require_gates(jsonb) IS
'internal: refuses a move where a gate says no';

-- A rename moves no label, but could carry one past the rules of its folder.
CREATE FUNCTION prompt_mgr._check_label_rename(old_name text, new_name text, label text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF prompt_mgr._label_protection(old_name, label) IS DISTINCT FROM prompt_mgr._label_protection(new_name, label)
			AND NOT prompt_mgr._may_move(prompt_mgr._session_role(), 'admin', '{}') THEN
		RAISE EXCEPTION 'label "%" is protected otherwise under "%" than under "%"', label, new_name, old_name
			USING ERRCODE = '42501', HINT = 'Renaming across that border takes level admin.';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_label_rename(text, text, text) IS
'internal: refuses a rename that would put a label under other rules, below level admin';

CREATE FUNCTION prompt_mgr._init_protection() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.label_policy (
		label text COLLATE "C" NOT NULL,
		prefix text COLLATE "C" NOT NULL DEFAULT '',
		level text NOT NULL,
		approvals integer NOT NULL DEFAULT 0,
		role name,
		gates text[] NOT NULL DEFAULT '{}',
		approvals_expire interval,
		immutable boolean NOT NULL DEFAULT false,
		set_at timestamptz NOT NULL,
		set_by text NOT NULL,
		set_as name NOT NULL,
		CONSTRAINT label_policy_pkey PRIMARY KEY (label, prefix),
		CONSTRAINT label_policy_label_check CHECK (label ~ '^([a-z0-9_.-]{1,36}|[a-z0-9_.-]{0,35}\*)$'
			AND label !~ '^[0-9]+$' AND label <> 'latest'),
		CONSTRAINT label_policy_level_check CHECK (level IN ('viewer', 'app', 'editor', 'publisher', 'admin')),
		CONSTRAINT label_policy_approvals_check CHECK (approvals BETWEEN 0 AND 100),
		CONSTRAINT label_policy_approvals_expire_check CHECK (approvals_expire > '0'),
		-- A rename could carry a tag out of a folder, to be moved there.
		CONSTRAINT label_policy_immutable_check CHECK (NOT immutable OR prefix = '')
	);
	COMMENT ON TABLE prompt_mgr.label_policy IS 'Rules of protect_label(): what it takes to move a label. All that are for a label hold together.';
	COMMENT ON COLUMN prompt_mgr.label_policy.label IS 'The label, or with a "*" at its end all that begin so.';
	COMMENT ON COLUMN prompt_mgr.label_policy.prefix IS 'For prompts whose names begin so; empty for all.';
	COMMENT ON COLUMN prompt_mgr.label_policy.level IS 'Lowest access level that may move it.';
	COMMENT ON COLUMN prompt_mgr.label_policy.approvals IS 'How many others must approve a move.';
	COMMENT ON COLUMN prompt_mgr.label_policy.role IS 'Role that a mover and a reviewer must be a member of.';
	COMMENT ON COLUMN prompt_mgr.label_policy.gates IS 'Functions (version_id uuid) -> (ok boolean, reason text) that must agree, by signature.';
	COMMENT ON COLUMN prompt_mgr.label_policy.approvals_expire IS 'How long an approval is valid; NULL for good.';
	COMMENT ON COLUMN prompt_mgr.label_policy.immutable IS 'A release tag: set once, never moved or dropped by anybody.';
	COMMENT ON COLUMN prompt_mgr.label_policy.set_at IS 'When the rule was set.';
	COMMENT ON COLUMN prompt_mgr.label_policy.set_by IS 'By whom: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.label_policy.set_as IS 'By which role, with whose rights its gates run.';

	-- Waits for the moves that run, and holds up those to come: whoever moves a
	-- label after this has committed is bound by it.
	CREATE OR REPLACE FUNCTION prompt_mgr._label_policy_before_statement() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		LOCK TABLE prompt_mgr.prompt_label IN SHARE ROW EXCLUSIVE MODE;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._label_policy_before_statement() IS 'internal: no label moves while a rule for labels changes';
	CREATE OR REPLACE TRIGGER label_policy_before_statement BEFORE INSERT OR UPDATE OR DELETE ON prompt_mgr.label_policy
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._label_policy_before_statement();

	CREATE OR REPLACE FUNCTION prompt_mgr._label_policy_before_write() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		broken text;
	BEGIN
		IF TG_OP <> 'INSERT' AND OLD.immutable THEN
			RAISE EXCEPTION 'the release tags "%" stay release tags', OLD.label
				USING ERRCODE = 'PT409', HINT = 'Declare others under another name.';
		ELSIF TG_OP = 'DELETE' THEN
			RETURN OLD;
		ELSIF TG_OP = 'INSERT' AND NEW.set_at IS NOT NULL THEN
			RETURN NEW;	-- restored
		END IF;
		NEW.set_at := clock_timestamp();
		NEW.set_by := prompt_mgr._actor();
		NEW.set_as := prompt_mgr._session_role();
		-- By the catalog alone: planning a call could run what it calls.
		SELECT g.gate INTO broken FROM unnest(NEW.gates) AS g (gate)
		WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_proc AS p
			WHERE p.oid = CASE WHEN g.gate ~ '^([A-Za-z_]\w*|"[^"]+")\.([A-Za-z_]\w*|"[^"]+")\(uuid\)$' THEN to_regprocedure(g.gate) END
			AND p.proallargtypes = '{uuid,boolean,text}'::regtype[]::oid[] AND p.pronargs = 1
			AND has_function_privilege(NEW.set_as, p.oid, 'EXECUTE'))
		LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '"%" cannot be a gate', broken
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'gates', 'reason', 'no such function')),
				HINT = 'A gate is a function with its schema, as in my.gate(uuid), that takes a version_id, returns (ok boolean, reason text), and that you may execute.';
		END IF;
		NEW.gates := ARRAY(SELECT DISTINCT to_regprocedure(g.gate)::text FROM unnest(NEW.gates) AS g (gate) ORDER BY 1);
		IF NEW.gates <> '{}' AND NOT pg_has_role(current_user, NEW.set_as, 'USAGE') THEN
			RAISE EXCEPTION 'gates of role "%" cannot be run', NEW.set_as
				USING ERRCODE = '42501', HINT = format('Make "%s", who owns the tables, a member of it.', current_user);
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._label_policy_before_write() IS 'internal: fills and checks a rule for labels; release tags stay';
	CREATE OR REPLACE TRIGGER label_policy_before_write BEFORE INSERT OR UPDATE OR DELETE ON prompt_mgr.label_policy
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._label_policy_before_write();
	CREATE OR REPLACE TRIGGER label_policy_before_truncate BEFORE TRUNCATE ON prompt_mgr.label_policy
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_protection() IS
'internal: makes the table of rules for labels and its triggers';

CREATE FUNCTION prompt_mgr.protect_label(
	label text,
	level text,
	approvals integer DEFAULT 0,
	prefix text DEFAULT '',
	role name DEFAULT NULL,
	gates text[] DEFAULT '{}',
	approvals_expire interval DEFAULT NULL,
	immutable boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	problems jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('label', 'must have 1 to 36 characters of a-z, 0-9, "_", "." and "-", a "*" only at its end, and not be a number or latest',
			(protect_label.label ~ '^([a-z0-9_.-]{1,36}|[a-z0-9_.-]{0,35}\*)$' AND protect_label.label !~ '^[0-9]+$' AND protect_label.label <> 'latest') IS NOT TRUE),
		('level', 'must be viewer, app, editor, publisher or admin', protect_label.level NOT IN ('viewer', 'app', 'editor', 'publisher', 'admin')),
		('approvals', 'must be 0 to 100', (protect_label.approvals BETWEEN 0 AND 100) IS NOT TRUE),
		('prefix', 'must not be null', protect_label.prefix IS NULL),
		('role', 'no such role', protect_label.role IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = protect_label.role)),
		('approvals_expire', 'must be longer than nothing', protect_label.approvals_expire <= '0'),
		('immutable', 'must not be null', protect_label.immutable IS NULL),
		('immutable', 'holds for all prompts: prefix must be empty', protect_label.immutable AND protect_label.prefix <> '')
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	IF protect_label.level IS NULL THEN
		DELETE FROM prompt_mgr.label_policy AS p WHERE p.label = protect_label.label AND p.prefix = protect_label.prefix;
		RETURN;
	END IF;
	INSERT INTO prompt_mgr.label_policy (label, prefix, level, approvals, role, gates, approvals_expire, immutable)
	VALUES (protect_label.label, protect_label.prefix, protect_label.level, protect_label.approvals, protect_label.role,
		coalesce(protect_label.gates, '{}'), protect_label.approvals_expire, protect_label.immutable)
	ON CONFLICT ON CONSTRAINT label_policy_pkey DO UPDATE
	SET level = EXCLUDED.level, approvals = EXCLUDED.approvals, role = EXCLUDED.role, gates = EXCLUDED.gates,
		approvals_expire = EXCLUDED.approvals_expire, immutable = EXCLUDED.immutable;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.protect_label(text, text, integer, text, name, text[], interval, boolean) IS
'Says what it takes to move a label: an access level, approvals of others, membership in a role, gates that agree.
label may end in "*" for all that begin so; prefix: only for prompts whose names begin so. A call with the same label and prefix replaces the rule, level NULL removes it; several rules for one label all hold. approvals: moves then go through request_release(); approvals_expire: how long one is valid. gates: functions (version_id uuid) -> (ok boolean, reason text), as my.gate(uuid), run with your rights. immutable: a release tag, set once and never moved or dropped by anybody, and the rule stays. Waits for moves that run, so call it in a transaction of its own. 22023 arguments, PT409 a rule for release tags, 42501 below level admin.';
