-- Releases: several label moves or none, asked for, approved, carried out and
-- rolled back as one.
--
-- A release begins as a request whose items say where each label stood when it
-- was made.  Carrying it out is a change of its status, whose trigger locks the
-- prompts and labels in the order of their names, asks the rules, and then lets
-- exactly these moves pass.  So there is no way around the rules by writing to
-- the tables, and a label that has moved meanwhile voids the request.

CREATE FUNCTION prompt_mgr._init_releases() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	relation name;
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.release (
		release_id uuid NOT NULL DEFAULT gen_random_uuid(),
		status text NOT NULL DEFAULT 'requested',
		items integer NOT NULL,
		reason text,
		override_reason text,
		rolls_back uuid,
		requested_at timestamptz NOT NULL,
		requested_by text NOT NULL,
		closed_at timestamptz,
		closed_by text,
		gates jsonb NOT NULL DEFAULT '[]',
		CONSTRAINT release_pkey PRIMARY KEY (release_id),
		CONSTRAINT release_rolls_back_fkey FOREIGN KEY (rolls_back)
			REFERENCES prompt_mgr.release (release_id),
		CONSTRAINT release_status_check CHECK (status IN ('requested', 'released', 'rejected', 'cancelled')),
		CONSTRAINT release_items_check CHECK (items > 0),
		CONSTRAINT release_closed_at_check CHECK ((status = 'requested') = (closed_at IS NULL))
	);
	CREATE INDEX IF NOT EXISTS release_requested_at_idx ON prompt_mgr.release (requested_at, release_id);
	CREATE INDEX IF NOT EXISTS release_status_idx ON prompt_mgr.release (requested_at) WHERE status = 'requested';
	CREATE INDEX IF NOT EXISTS release_rolls_back_idx ON prompt_mgr.release (rolls_back) WHERE rolls_back IS NOT NULL;

	CREATE TABLE IF NOT EXISTS prompt_mgr.release_item (
		release_id uuid NOT NULL,
		prompt_id uuid NOT NULL,
		label text COLLATE "C" NOT NULL,
		version integer,
		base_move integer NOT NULL,
		base_version integer,
		restored_move integer,
		CONSTRAINT release_item_pkey PRIMARY KEY (release_id, prompt_id, label),
		CONSTRAINT release_item_release_id_fkey FOREIGN KEY (release_id)
			REFERENCES prompt_mgr.release (release_id),
		CONSTRAINT release_item_prompt_id_fkey FOREIGN KEY (prompt_id)
			REFERENCES prompt_mgr.prompt (prompt_id)
	);
	CREATE INDEX IF NOT EXISTS release_item_prompt_id_idx ON prompt_mgr.release_item (prompt_id);

	COMMENT ON TABLE prompt_mgr.release IS 'Releases: label moves that are asked for and happen together.';
	COMMENT ON COLUMN prompt_mgr.release.release_id IS 'Identity; the moves in label_move name it.';
	COMMENT ON COLUMN prompt_mgr.release.status IS 'requested, released, rejected or cancelled.';
	COMMENT ON COLUMN prompt_mgr.release.items IS 'How many label moves it has; who sees fewer of them does not see it.';
	COMMENT ON COLUMN prompt_mgr.release.reason IS 'Why, in the words of who asked.';
	COMMENT ON COLUMN prompt_mgr.release.override_reason IS 'Why approvals and gates were passed over; NULL where they were not.';
	COMMENT ON COLUMN prompt_mgr.release.rolls_back IS 'The release whose moves this one takes back.';
	COMMENT ON COLUMN prompt_mgr.release.requested_at IS 'When the transaction that asked began.';
	COMMENT ON COLUMN prompt_mgr.release.requested_by IS 'Who asked: JWT subject, else role.';
	COMMENT ON COLUMN prompt_mgr.release.closed_at IS 'When it was released, rejected or cancelled.';
	COMMENT ON COLUMN prompt_mgr.release.closed_by IS 'By whom.';
	COMMENT ON COLUMN prompt_mgr.release.gates IS 'What the gates said last: [{"name", "label", "gate", "ok", "reason"}].';
	COMMENT ON TABLE prompt_mgr.release_item IS 'The label moves of a release.';
	COMMENT ON COLUMN prompt_mgr.release_item.release_id IS 'The release.';
	COMMENT ON COLUMN prompt_mgr.release_item.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.release_item.label IS 'The label.';
	COMMENT ON COLUMN prompt_mgr.release_item.version IS 'Where it is to point; NULL drops it.';
	COMMENT ON COLUMN prompt_mgr.release_item.base_move IS 'Number of the label''s latest move when it was asked for; 0 where it had none.';
	COMMENT ON COLUMN prompt_mgr.release_item.base_version IS 'Where it pointed then.';
	COMMENT ON COLUMN prompt_mgr.release_item.restored_move IS 'For a rollback: the move whose holder it restores.';

	CREATE OR REPLACE FUNCTION prompt_mgr._release_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		-- Before any row is locked: who makes a rule for labels may be waiting.
		LOCK TABLE prompt_mgr.prompt_label IN ROW EXCLUSIVE MODE;
		NEW.requested_at := coalesce(NEW.requested_at, now());
		NEW.requested_by := coalesce(NEW.requested_by, prompt_mgr._actor());
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_before_insert() IS 'internal: fills who asked for a release, and when';
	CREATE OR REPLACE TRIGGER release_before_insert BEFORE INSERT ON prompt_mgr.release
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._release_before_insert();

	CREATE OR REPLACE FUNCTION prompt_mgr._release_item_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		target text;
	BEGIN
		IF NEW.base_move IS NOT NULL THEN
			RETURN NEW;	-- restored
		END IF;
		-- What reviewers have seen grows no further.
		IF NOT EXISTS (SELECT FROM prompt_mgr.release AS r
				WHERE r.release_id = NEW.release_id AND r.status = 'requested'
					AND (r.requested_at, r.requested_by) = (now(), prompt_mgr._actor())) THEN
			RAISE EXCEPTION 'a release is made in one transaction'
				USING ERRCODE = 'PT409', HINT = 'Use request_release() or release().';
		END IF;
		-- Of several prompts, each and its labels after the one before.
		PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = NEW.prompt_id FOR NO KEY UPDATE;
		SELECT l.move_no, l.version INTO NEW.base_move, NEW.base_version FROM prompt_mgr.prompt_label AS l
		WHERE l.prompt_id = NEW.prompt_id AND l.label = NEW.label FOR NO KEY UPDATE;
		NEW.base_move := coalesce(NEW.base_move, 0);
		SELECT v.status INTO target FROM prompt_mgr.prompt_version AS v
		WHERE v.prompt_id = NEW.prompt_id AND v.version = NEW.version;
		IF target IN ('draft', 'archived') OR NEW.version IS NOT NULL AND NOT FOUND THEN
			RAISE EXCEPTION 'version % is % and cannot carry the label "%"', NEW.version, coalesce(target, 'missing'), NEW.label
				USING ERRCODE = 'PT409',
				HINT = CASE target WHEN 'draft' THEN 'Publish the draft first, with publish_version().'
					ELSE 'Choose an active version.' END;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_item_before_insert() IS 'internal: locks a label and notes where it stands';
	CREATE OR REPLACE TRIGGER release_item_before_insert BEFORE INSERT ON prompt_mgr.release_item
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._release_item_before_insert();

	CREATE OR REPLACE FUNCTION prompt_mgr._release_before_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		unchanged prompt_mgr.release := NEW;
	BEGIN
		unchanged.status := OLD.status;
		unchanged.override_reason := OLD.override_reason;
		IF OLD.status <> 'requested' OR NEW.status = 'requested' OR unchanged *<> OLD THEN
			RAISE EXCEPTION 'the release is % and cannot be changed', OLD.status USING ERRCODE = 'PT409';
		END IF;
		IF NEW.status = 'released' THEN
			NEW.gates := prompt_mgr._check_release(NEW.release_id, NEW.override_reason);
			IF jsonb_path_exists(NEW.gates, '$[*] ? (@.ok == false)') THEN
				-- Nothing happens but that the gates' answer is kept.
				NEW.status := OLD.status;
				RETURN NEW;
			END IF;
		ELSIF NEW.status = 'cancelled' AND OLD.requested_by <> prompt_mgr._actor()
				AND NOT prompt_mgr._may_move(prompt_mgr._session_role(), 'admin', '{}') THEN
			RAISE EXCEPTION 'the release was asked for by "%" and may not be cancelled by you', OLD.requested_by
				USING ERRCODE = '42501', HINT = 'Reject it with review_release().';
		ELSIF NEW.status = 'rejected' AND NOT EXISTS (SELECT FROM prompt_mgr.release_review AS w
				WHERE w.release_id = NEW.release_id AND w.decision = 'reject') THEN
			RAISE EXCEPTION 'the release was rejected by nobody'
				USING ERRCODE = 'PT409', HINT = 'Use review_release().';
		END IF;
		NEW.closed_at := clock_timestamp();
		NEW.closed_by := prompt_mgr._actor();
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_before_update() IS 'internal: what may become of a release, and by whom';
	CREATE OR REPLACE TRIGGER release_before_update BEFORE UPDATE ON prompt_mgr.release
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._release_before_update();

	CREATE OR REPLACE FUNCTION prompt_mgr._release_at_commit() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF EXISTS (SELECT FROM prompt_mgr.release_item AS i
				WHERE i.release_id = NEW.release_id AND i.version IS DISTINCT FROM i.base_version
					AND NOT EXISTS (SELECT FROM prompt_mgr.label_move AS m
						WHERE (m.prompt_id, m.label, m.move_no, m.release_id) = (i.prompt_id, i.label, i.base_move + 1, i.release_id))) THEN
			RAISE EXCEPTION 'the release has not moved all of its labels'
				USING ERRCODE = 'PT409', HINT = 'Use apply_release().';
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_at_commit() IS 'internal: a release moves all of its labels or none';
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = 'prompt_mgr.release'::regclass AND t.tgname = 'release_at_commit') THEN
		CREATE CONSTRAINT TRIGGER release_at_commit AFTER UPDATE ON prompt_mgr.release
			DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'released')
			EXECUTE FUNCTION prompt_mgr._release_at_commit();
	END IF;

	CREATE OR REPLACE TRIGGER release_item_before_update BEFORE UPDATE ON prompt_mgr.release_item
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete();
	FOREACH relation IN ARRAY '{release,release_item}'::name[]
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE DELETE ON prompt_mgr.%I
			FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete()', relation || '_before_delete', relation);
		EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON prompt_mgr.%I
			FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete()', relation || '_before_truncate', relation);
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_releases() IS
'internal: makes the tables of releases and their triggers';

CREATE FUNCTION prompt_mgr._check_items(id uuid) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF (SELECT r.items FROM prompt_mgr.release AS r WHERE r.release_id = id)
			<> (SELECT count(*) FROM prompt_mgr.release_item AS i WHERE i.release_id = id) THEN
		RAISE EXCEPTION 'the release has other items than it says'
			USING ERRCODE = 'PT409', HINT = 'Use request_release() or release().';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_items(uuid) IS
'internal: refuses a release that would be seen by who sees only a part of it';

CREATE FUNCTION prompt_mgr._check_release(id uuid, override_reason text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	item record;
	protection record;
	approvals integer;
	gates jsonb := '[]'::jsonb;
BEGIN
	IF override_reason IS NOT NULL AND NOT prompt_mgr._may_move(prompt_mgr._session_role(), 'admin', '{}') THEN
		RAISE EXCEPTION 'approvals and gates may not be passed over by you'
			USING ERRCODE = '42501', HINT = 'An override takes level admin.';
	ELSIF override_reason ~ '^\s*$' THEN
		RAISE EXCEPTION 'an override needs a reason'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'override_reason', 'reason', 'must not be empty'));
	END IF;
	-- A rule that is being made is waited for.
	LOCK TABLE prompt_mgr.prompt_label IN ROW EXCLUSIVE MODE;
	FOR item IN
		SELECT i.prompt_id, p.name, i.label, i.version, i.base_version, v.version_id
		FROM prompt_mgr.release_item AS i
		JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
		LEFT JOIN prompt_mgr.prompt_version AS v ON v.prompt_id = i.prompt_id AND v.version = i.version
		WHERE i.release_id = id ORDER BY p.name, i.label
	LOOP
		PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = item.prompt_id FOR NO KEY UPDATE;
		PERFORM FROM prompt_mgr.prompt_label AS l WHERE l.prompt_id = item.prompt_id AND l.label = item.label FOR NO KEY UPDATE;
		CONTINUE WHEN item.version IS NOT DISTINCT FROM item.base_version;
		protection := prompt_mgr._label_protection(item.name, item.label);
		CONTINUE WHEN protection.level IS NULL;
		SELECT count(DISTINCT w.reviewer) INTO approvals FROM prompt_mgr.release_review AS w
		WHERE w.release_id = id AND w.decision = 'approve'
			AND (w.reviewed_at + protection.approvals_expire > clock_timestamp()) IS NOT FALSE;
		PERFORM prompt_mgr._check_label_move(item.name, item.label, item.base_version,
			protection.level, protection.roles, protection.immutable, protection.approvals, approvals, override_reason IS NOT NULL);
		IF override_reason IS NULL THEN
			gates := gates || prompt_mgr._run_gates(item.name, item.label, item.version_id, protection.gates);
		END IF;
	END LOOP;
	PERFORM prompt_mgr._check_items(id);
	IF prompt_mgr._is_stale(id) THEN
		RAISE EXCEPTION 'the release is stale: a label has moved, or a version was archived, since it was asked for'
			USING ERRCODE = 'PT409', HINT = 'Ask for it anew.';
	END IF;
	RETURN gates;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._check_release(uuid, text) IS
'internal: locks all that a release moves, refuses it where a rule does, and returns what the gates say';

CREATE FUNCTION prompt_mgr.request_release(changes jsonb, reason text DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	problems jsonb;
	id uuid := gen_random_uuid();
	made integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (jsonb_typeof(changes) = 'array' AND jsonb_array_length(changes) BETWEEN 1 AND 1000) IS NOT TRUE THEN
		RAISE EXCEPTION 'changes must be a list of 1 to 1000 changes'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'changes', 'reason', 'must be a list of 1 to 1000 changes')),
			HINT = 'It looks like [{"name": "support/greeting", "version": 2, "label": "production"}].';
	END IF;
	SELECT jsonb_agg(jsonb_build_object('path', concat_ws('.', format('changes[%s]', c.n - 1), p.path), 'reason', p.reason) ORDER BY c.n) INTO problems
	FROM jsonb_array_elements(changes) WITH ORDINALITY AS c (change, n)
	CROSS JOIN LATERAL (VALUES
		(NULL, 'must be an object with name, version and label', CASE jsonb_typeof(c.change)
			WHEN 'object' THEN c.change - '{name,version,label}'::text[] <> '{}' ELSE true END),
		('name', 'must be a string', jsonb_typeof(c.change -> 'name') IS DISTINCT FROM 'string'),
		('version', 'must be a whole number from 1', (c.change ->> 'version' ~ '^[1-9][0-9]{0,8}$') IS NOT TRUE),
		('label', 'must have 1 to 36 characters of a-z, 0-9, "_", "." and "-" and not be a number or latest', c.change ? 'label'
			AND (c.change ->> 'label' ~ '^[a-z0-9_.-]{1,36}$' AND c.change ->> 'label' !~ '^[0-9]+$' AND c.change ->> 'label' <> 'latest') IS NOT TRUE)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;

	INSERT INTO prompt_mgr.release (release_id, items, reason) VALUES (id, jsonb_array_length(changes), request_release.reason);
	INSERT INTO prompt_mgr.release_item (release_id, prompt_id, label, version)
	SELECT id, g.prompt_id, c.label, g.version
	FROM (SELECT change ->> 'name' AS name, (change ->> 'version')::integer AS version, coalesce(change ->> 'label', 'production') AS label
		FROM jsonb_array_elements(changes) AS change) AS c
	CROSS JOIN LATERAL prompt_mgr.get_prompt(c.name, c.version) AS g
	ORDER BY g.name COLLATE "C", c.label COLLATE "C"
	ON CONFLICT ON CONSTRAINT release_item_pkey DO NOTHING;
	GET DIAGNOSTICS made = ROW_COUNT;
	IF made < jsonb_array_length(changes) THEN
		RAISE EXCEPTION 'changes name a label of a prompt twice'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'changes', 'reason', 'name a label of a prompt twice'));
	END IF;
	RETURN id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.request_release(jsonb, text) IS
'Asks for label moves that are to happen together: [{"name", "version", "label"}], label production where it is left out; returns the release''s id.
Nothing moves before others have approved with review_release(), as many as protect_label() asks for. The request is stale once one of the labels moves or a version is archived. PT404 unknown prompt or version, PT409 draft or archived version, 22023 changes, 42501 below level editor.';

CREATE FUNCTION prompt_mgr.apply_release(id uuid, override_reason text DEFAULT NULL, OUT status text, OUT gates jsonb)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	asked record;
	item record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.status, r.reason INTO asked FROM prompt_mgr.release AS r WHERE r.release_id = apply_release.id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the release does not exist or is not visible' USING ERRCODE = 'PT404';
	ELSIF asked.status <> 'requested' THEN
		RAISE EXCEPTION 'the release is % already', asked.status USING ERRCODE = 'PT409';
	END IF;
	UPDATE prompt_mgr.release AS r SET status = 'released', override_reason = apply_release.override_reason
	WHERE r.release_id = apply_release.id
	RETURNING r.status, r.gates INTO apply_release.status, apply_release.gates;
	IF status <> 'released' THEN
		status := 'blocked';
		RETURN;
	END IF;

	FOR item IN
		SELECT i.prompt_id, p.name, i.label, i.version, i.base_move, i.restored_move
		FROM prompt_mgr.release_item AS i JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
		WHERE i.release_id = apply_release.id AND i.version IS DISTINCT FROM i.base_version
		ORDER BY p.name, i.label
	LOOP
		IF item.base_move = 0 THEN
			INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version, reason, release_id)
			VALUES (item.prompt_id, item.name, item.label, item.version, asked.reason, apply_release.id)
			ON CONFLICT ON CONSTRAINT prompt_label_pkey DO UPDATE
			SET version = EXCLUDED.version, reason = EXCLUDED.reason, release_id = EXCLUDED.release_id;
		ELSE
			UPDATE prompt_mgr.prompt_label AS l
			SET version = item.version, reason = asked.reason, restored_move = item.restored_move, release_id = apply_release.id
			WHERE l.prompt_id = item.prompt_id AND l.label = item.label;
		END IF;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'permission denied for label "%" of prompt "%"', item.label, item.name USING ERRCODE = '42501';
		END IF;
	END LOOP;
	-- By now: a prompt that the same release takes out of service needs its partials no more.
	PERFORM prompt_mgr.check_label_unused(dropped.name, dropped.label) FROM (
		SELECT p.name, i.label FROM prompt_mgr.release_item AS i JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
		WHERE i.release_id = apply_release.id AND i.version IS NULL AND i.base_version IS NOT NULL
		ORDER BY p.name, i.label) AS dropped;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.apply_release(uuid, text) IS
'Carries out a release that was asked for, where its approvals suffice; review_release() does so with the last approval.
status is released, or blocked where a gate said no: then nothing has moved, and gates says why. override_reason passes over levels, approvals and gates, which takes level admin. PT404 unknown release, PT409 closed or stale, 42501 missing rights or approvals.';

CREATE FUNCTION prompt_mgr.release(changes jsonb, reason text DEFAULT NULL, override boolean DEFAULT false) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	id uuid;
	result record;
BEGIN
	id := prompt_mgr.request_release(changes, reason);
	SELECT a.status, a.gates INTO result FROM prompt_mgr.apply_release(id, CASE WHEN override THEN coalesce(reason, '') END) AS a;
	IF result.status = 'blocked' THEN
		RAISE EXCEPTION 'a gate does not let the release pass'
			USING ERRCODE = 'PT409', DETAIL = result.gates;
	END IF;
	RETURN id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.release(jsonb, text, boolean) IS
'Moves several labels or none: [{"name", "version", "label"}], label production where it is left out; returns the release''s id.
Labels are locked in the order of the prompts'' names and their own, so that releases never wait for each other in a circle. override: passes over levels, approvals and gates, which takes level admin and a reason. PT404 unknown prompt or version, PT409 draft or archived version, or a gate that says no (DETAIL has the gates), 22023 changes, 42501 missing rights, or a label that needs approvals: then request_release().';

CREATE FUNCTION prompt_mgr.rollback_release(id uuid, reason text DEFAULT NULL, override boolean DEFAULT false) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	back uuid := gen_random_uuid();
	was text;
	moves integer;
	moved jsonb;
	result record;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT r.status INTO was FROM prompt_mgr.release AS r WHERE r.release_id = rollback_release.id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the release does not exist or is not visible' USING ERRCODE = 'PT404';
	ELSIF was <> 'released' THEN
		RAISE EXCEPTION 'the release is % and cannot be rolled back', was USING ERRCODE = 'PT409';
	END IF;
	SELECT count(*) INTO moves FROM prompt_mgr.release_item AS i
	WHERE i.release_id = rollback_release.id AND i.version IS DISTINCT FROM i.base_version;
	IF moves = 0 THEN
		RAISE EXCEPTION 'the release moved no label' USING ERRCODE = 'PT409';
	END IF;
	INSERT INTO prompt_mgr.release (release_id, items, reason, rolls_back)
	VALUES (back, moves, rollback_release.reason, rollback_release.id);
	-- As rollback() does: a second one goes further back.
	INSERT INTO prompt_mgr.release_item (release_id, prompt_id, label, version, restored_move)
	SELECT back, i.prompt_id, i.label, i.base_version,
		CASE WHEN i.base_version IS NOT NULL THEN coalesce(m.restored_move, m.move_no) END
	FROM prompt_mgr.release_item AS i
	JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
	LEFT JOIN prompt_mgr.label_move AS m ON (m.prompt_id, m.label, m.move_no) = (i.prompt_id, i.label, i.base_move)
	WHERE i.release_id = rollback_release.id AND i.version IS DISTINCT FROM i.base_version
	ORDER BY p.name, i.label;

	-- The labels are locked by now.  One that a later rollback has brought back to
	-- this release's move stands where this release put it.
	SELECT jsonb_agg(jsonb_build_object('name', l.name, 'label', l.label, 'version', l.version, 'moved_by', l.moved_by, 'moved_at', l.moved_at)
		ORDER BY l.name, l.label) INTO moved
	FROM prompt_mgr.release_item AS b
	JOIN prompt_mgr.release_item AS i ON (i.release_id, i.prompt_id, i.label) = (rollback_release.id, b.prompt_id, b.label)
	JOIN prompt_mgr.prompt_label AS l ON (l.prompt_id, l.label) = (b.prompt_id, b.label)
	WHERE b.release_id = back AND coalesce(l.restored_move, l.move_no) <> i.base_move + 1;
	IF moved IS NOT NULL THEN
		RAISE EXCEPTION 'labels have moved since the release'
			USING ERRCODE = 'PT409', DETAIL = moved, HINT = 'Move each as it should be with activate() or release().';
	END IF;
	SELECT a.status, a.gates INTO result FROM prompt_mgr.apply_release(back, CASE WHEN override THEN coalesce(rollback_release.reason, '') END) AS a;
	IF result.status = 'blocked' THEN
		RAISE EXCEPTION 'a gate does not let the release pass'
			USING ERRCODE = 'PT409', DETAIL = result.gates;
	END IF;
	RETURN back;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.rollback_release(uuid, text, boolean) IS
'Moves all labels of a release back to where they were before it, or none; returns the id of the release that does so.
A label that the release set first is dropped again. override: passes over levels, approvals and gates, which takes level admin and a reason. PT404 unknown release, PT409 where a label has moved since (DETAIL lists them), a holder was archived, the release did not happen, or prompts that are served find their partial by a label that would be dropped; 42501 missing rights, or a label that needs approvals.';

CREATE FUNCTION prompt_mgr.cancel_release(id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	UPDATE prompt_mgr.release AS r SET status = 'cancelled' WHERE r.release_id = cancel_release.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the release does not exist or is not visible' USING ERRCODE = 'PT404';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.cancel_release(uuid) IS
'Withdraws a release that was asked for.
For who asked for it, and level admin. PT404 unknown release, PT409 closed already, 42501 somebody else''s.';
