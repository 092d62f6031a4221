-- Labels: moving, rolling back, dropping, and their history.
--
-- Each locks the prompt first, as saving and releasing do.  A move holds the
-- prompt's chain of the audit until its transaction ends: who waited for that
-- with a label in hand could be waited for.

CREATE FUNCTION prompt_mgr._check_label_target(prompt_id uuid, version integer, name text, label text)
RETURNS boolean
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', 'prompt_mgr_check_label_target';

COMMENT ON FUNCTION prompt_mgr._check_label_target(uuid, integer, text, text) IS
'internal: refuses a version that cannot carry a label, and keeps it from being archived until the transaction ends; whether it is searched already';

CREATE FUNCTION prompt_mgr._label_moved(prompt_id uuid, label text, move_no integer, version integer, moved_at timestamptz, moved_by text,
	reason text, restored_move integer, release_id uuid, name text, actor text, has_history boolean,
	old_version integer, old_moved_by text, old_moved_at timestamptz)
RETURNS boolean
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'prompt_mgr_label_moved';

COMMENT ON FUNCTION prompt_mgr._label_moved(uuid, text, integer, integer, timestamptz, text, text, integer, uuid, text, text, boolean, integer, text, timestamptz) IS
'internal: appends a move to the label''s history, unless has_history, and to the audit, with its event; true';

CREATE FUNCTION prompt_mgr._check_label(label text) RETURNS void
LANGUAGE c IMMUTABLE
AS 'MODULE_PATHNAME', 'prompt_mgr_check_label';

COMMENT ON FUNCTION prompt_mgr._check_label(text) IS
'internal: refuses what no label can be called';

CREATE FUNCTION prompt_mgr.activate(name text, version integer, label text DEFAULT 'production', reason text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'prompt_mgr_activate';

COMMENT ON FUNCTION prompt_mgr.activate(text, integer, text, text) IS
'Moves a label to a version: one atomic row write that the next statement everywhere sees.
Nothing happens where the label points there already. PT404 unknown prompt or version, PT409 draft or archived version, 22023 a name that is no label, 42501 below level publisher, or what protect_label() asks for is missing.';

CREATE FUNCTION prompt_mgr.rollback(name text, label text DEFAULT 'production', reason text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	holder record;
	previous record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = (SELECT r.prompt_id FROM prompt_mgr.resolve_prompt(rollback.name) AS r) FOR NO KEY UPDATE;
	SELECT l.* INTO holder
	FROM prompt_mgr.resolve_prompt(rollback.name) AS r
	JOIN prompt_mgr.prompt_label AS l USING (prompt_id)
	WHERE l.label = rollback.label
	FOR NO KEY UPDATE OF l;
	IF holder.version IS NULL THEN
		-- It says what is missing: the prompt or the label.
		PERFORM prompt_mgr.get_prompt(rollback.name, label => coalesce(rollback.label, ''));
		RAISE EXCEPTION 'permission denied for label "%" of prompt "%"', rollback.label, rollback.name USING ERRCODE = '42501';
	END IF;

	-- After a rollback the previous holder is the one before the move that was
	-- restored: rolling back twice goes two versions back, never forward again
	-- to what was just found wanting.
	SELECT m.* INTO previous
	FROM prompt_mgr.label_move AS m
	WHERE m.prompt_id = holder.prompt_id AND m.label = holder.label
		AND m.move_no < coalesce(holder.restored_move, holder.move_no)
	ORDER BY m.move_no DESC LIMIT 1;
	IF previous.version IS NULL THEN
		RAISE EXCEPTION 'label "%" of prompt "%" has no previous holder', rollback.label, rollback.name
			USING ERRCODE = 'PT409', HINT = 'Move the label with activate().';
	END IF;
	UPDATE prompt_mgr.prompt_label AS l
	SET version = previous.version, reason = rollback.reason,
		restored_move = coalesce(previous.restored_move, previous.move_no)
	WHERE l.prompt_id = holder.prompt_id AND l.label = holder.label;
	RETURN previous.version;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.rollback(text, text, text) IS
'Moves a label back to its previous holder and returns that version.
A second rollback goes one holder further back. PT404 unknown prompt or label, PT409 where there is no previous holder or it was archived, 42501 below level publisher, or what protect_label() asks for is missing.';

CREATE FUNCTION prompt_mgr.check_label_unused(name text, label text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	parents text;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT string_agg(DISTINCT format('"%s"', u.prompt), ', ') INTO parents
	FROM prompt_mgr.prompt_usages(check_label_unused.name) AS u
	WHERE u.depth = 1 AND u.prompt <> check_label_unused.name
		AND CASE u.wanted WHEN '' THEN check_label_unused.label = ANY (u.labels) ELSE u.wanted = check_label_unused.label AND cardinality(u.labels) > 0 END;
	IF parents IS NOT NULL THEN
		RAISE EXCEPTION 'label "%" of prompt "%" is used by prompts that are served: %', check_label_unused.label, check_label_unused.name, parents
			USING ERRCODE = 'PT409', HINT = 'Change those first, or pin the version that they use.';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.check_label_unused(text, text) IS
'Refuses a label by which prompts that are served find their partial, with PT409 and their names; for drop_label() and rollback_release().
name is the prompt''s present name.';

CREATE FUNCTION prompt_mgr.drop_label(name text, label text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	prompt record;
BEGIN
	SELECT g.prompt_id, g.name INTO prompt FROM prompt_mgr.get_prompt(drop_label.name, label => coalesce(drop_label.label, '')) AS g;
	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = prompt.prompt_id FOR NO KEY UPDATE;
	PERFORM prompt_mgr.check_label_unused(prompt.name, drop_label.label);
	UPDATE prompt_mgr.prompt_label AS l
	SET version = NULL, reason = NULL, restored_move = NULL
	WHERE l.prompt_id = prompt.prompt_id AND l.label = drop_label.label;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'permission denied for label "%" of prompt "%"', drop_label.label, drop_label.name USING ERRCODE = '42501';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.drop_label(text, text) IS
'Removes a label; its history stays.
PT404 unknown prompt or label, PT409 where prompts that are served find their partial by it, 42501 below level publisher, or what protect_label() asks for is missing.';

CREATE FUNCTION prompt_mgr.label_history(name text, label text DEFAULT 'production')
RETURNS TABLE (move_no integer, version integer, held_from timestamptz, held_until timestamptz,
	moved_by text, reason text, restored_move integer, release_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT m.move_no, m.version, m.moved_at,
		lead(m.moved_at) OVER (ORDER BY m.move_no), m.moved_by, m.reason, m.restored_move, m.release_id
	FROM prompt_mgr.resolve_prompt(label_history.name) AS r
	JOIN prompt_mgr.label_move AS m USING (prompt_id)
	WHERE m.label = label_history.label
	ORDER BY m.move_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.label_history(text, text) IS
'Who moved a label where, when and why, oldest first; version NULL where it was dropped, release_id where a release moved it.
A holder''s time is held_from up to, not including, held_until; NULL is now. Times are those at which a move took the label''s lock, not of its commit. PT404 unknown prompt.';
