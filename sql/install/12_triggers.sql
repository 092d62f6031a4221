-- Triggers that hold the registry's invariants under every path to the tables.
--
-- The functions are made by init(), so they belong to the tables' owner and
-- live and die with the tables, not with the extension.  They are SECURITY
-- DEFINER because they write what no role may write by hand: version numbers,
-- history, authors.  BEFORE triggers fill only what is NULL, so that restored
-- rows stay as they were dumped.

CREATE FUNCTION prompt_mgr._init_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE OR REPLACE FUNCTION prompt_mgr._prompt_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		NEW.created_by := coalesce(NEW.created_by, prompt_mgr._actor());
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._prompt_before_insert() IS 'internal: fills who made a prompt';
	CREATE OR REPLACE TRIGGER prompt_before_insert BEFORE INSERT ON prompt_mgr.prompt
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._prompt_before_insert();

	-- Numbering by a counter on the parent row: its lock makes concurrent
	-- savers wait in line, a rollback gives the number back, and a
	-- REPEATABLE READ loser gets PostgreSQL's own serialization failure.
	CREATE OR REPLACE FUNCTION prompt_mgr._version_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		kind text;
		archived boolean;
	BEGIN
		PERFORM prompt_mgr._check_content(NEW.template, NEW.messages, NEW.variables, NEW.config, NEW.constraints,
			NEW.format, NEW.escape, NEW.content_sha256 IS NOT NULL);
		IF NEW.version IS NULL THEN
			UPDATE prompt_mgr.prompt AS p SET last_version = p.last_version + 1
			WHERE p.prompt_id = NEW.prompt_id
			RETURNING p.last_version, p.kind, p.archived_at IS NOT NULL INTO NEW.version, kind, archived;
			IF archived THEN
				RAISE EXCEPTION 'the prompt is archived' USING ERRCODE = 'PT409',
					HINT = 'Bring it back with restore_prompt(), or save under another name.';
			END IF;
			IF (kind = 'chat') <> (NEW.messages IS NOT NULL) THEN
				RAISE EXCEPTION 'the prompt is a % prompt', kind USING ERRCODE = 'PT409',
					HINT = 'A prompt stays of one kind; save this one under another name.';
			END IF;
			-- Found by the index later, ON CONFLICT could skip the row and leave a gap.
			IF EXISTS (SELECT FROM prompt_mgr.prompt_version AS v
					WHERE v.prompt_id = NEW.prompt_id AND v.idempotency_key = NEW.idempotency_key) THEN
				RAISE EXCEPTION 'idempotency key "%" was used before', NEW.idempotency_key USING ERRCODE = 'PT409';
			END IF;
		ELSE
			UPDATE prompt_mgr.prompt AS p SET last_version = NEW.version
			WHERE p.prompt_id = NEW.prompt_id AND p.last_version < NEW.version;
		END IF;
		NEW.created_by := coalesce(NEW.created_by, prompt_mgr._actor());
		-- What is restored has both.
		IF NEW.content_sha256 IS NULL THEN
			PERFORM prompt_mgr._check_limits(NEW);
		END IF;
		IF NEW.content_sha256 IS NULL OR NEW.semver IS NULL THEN
			NEW.content_sha256 := coalesce(NEW.content_sha256, prompt_mgr._content_sha256(NEW));
			IF NEW.status <> 'draft' THEN
				NEW.semver := prompt_mgr._next_semver(NEW);
			END IF;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_before_insert() IS 'internal: checks, numbers and hashes a new version';

	CREATE OR REPLACE FUNCTION prompt_mgr._content_sha256(content prompt_mgr.prompt_version) RETURNS bytea
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS $body$
		SELECT prompt_mgr.content_sha256(content.format, content.escape, content.template,
			content.messages, content.variables, content.config, content.constraints)
	$body$;
	COMMENT ON FUNCTION prompt_mgr._content_sha256(prompt_mgr.prompt_version) IS 'internal: SHA-256 over a version''s content as a jsonb array';

	CREATE OR REPLACE TRIGGER prompt_version_before_insert BEFORE INSERT ON prompt_mgr.prompt_version
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._version_before_insert();

	CREATE OR REPLACE FUNCTION prompt_mgr._version_before_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		life constant text[] := '{draft,active,deprecated,archived}';
		unchanged prompt_mgr.prompt_version := NEW;
	BEGIN
		IF array_position(life, NEW.status) < array_position(life, OLD.status) THEN
			RAISE EXCEPTION 'version % is % and cannot become %', OLD.version, OLD.status, NEW.status
				USING ERRCODE = 'PT409', HINT = 'Save a new version instead.';
		END IF;
		IF NEW.status = 'archived' AND EXISTS (SELECT FROM prompt_mgr.prompt_label AS l
				WHERE l.prompt_id = OLD.prompt_id AND l.version = OLD.version) THEN
			RAISE EXCEPTION 'version % cannot be archived while a label points at it', OLD.version
				USING ERRCODE = 'PT409', HINT = 'Move or drop its labels first.';
		END IF;

		-- What may differ: the status, and in a draft the content.
		unchanged.status := OLD.status;
		unchanged.servable := OLD.servable;
		unchanged.edited_by := OLD.edited_by;
		NEW.edited_by := OLD.edited_by;
		IF OLD.status = 'draft' THEN
			PERFORM prompt_mgr._check_content(NEW.template, NEW.messages, NEW.variables, NEW.config, NEW.constraints,
				NEW.format, NEW.escape, false);
			PERFORM prompt_mgr._check_limits(NEW);
			NEW.content_sha256 := prompt_mgr._content_sha256(NEW);
			unchanged.template := OLD.template;
			unchanged.messages := OLD.messages;
			unchanged.variables := OLD.variables;
			unchanged.config := OLD.config;
			unchanged.constraints := OLD.constraints;
			unchanged.format := OLD.format;
			unchanged.escape := OLD.escape;
			unchanged.change_note := OLD.change_note;
			unchanged.content_sha256 := OLD.content_sha256;
			IF NEW.content_sha256 <> OLD.content_sha256 THEN
				NEW.edited_by := prompt_mgr._actor();
			END IF;
			unchanged.metadata := OLD.metadata;
			unchanged.semver := OLD.semver;
			IF NEW.status <> 'draft' THEN
				-- Two drafts that are published at once go one after the other.
				PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = OLD.prompt_id FOR NO KEY UPDATE;
				NEW.semver := prompt_mgr._next_semver(NEW);
			END IF;
			IF (NEW.messages IS NULL) <> (OLD.messages IS NULL) THEN
				RAISE EXCEPTION 'version % cannot be turned into another kind of prompt', OLD.version
					USING ERRCODE = 'PT409', HINT = 'Save it under another name.';
			END IF;
		END IF;
		-- To the byte: = calls 1 and 1.00 in jsonb equal, which render differently.
		IF unchanged *<> OLD THEN
			RAISE EXCEPTION 'version % cannot be changed', OLD.version
				USING ERRCODE = 'PT409',
				DETAIL = format('Its status is %s; identity, number and author never change, and content only in a draft.', OLD.status),
				HINT = 'Save a new version instead.';
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._version_before_update() IS 'internal: published versions are immutable, status moves forward';
	CREATE OR REPLACE TRIGGER prompt_version_before_update BEFORE UPDATE ON prompt_mgr.prompt_version
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._version_before_update();

	CREATE OR REPLACE FUNCTION prompt_mgr._refuse_delete() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		RAISE EXCEPTION '% on "%" is not allowed', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'PT409',
			DETAIL = 'Published versions, labels and their history are kept.';
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._refuse_delete() IS 'internal: refuses what would lose published content or history';
	-- A row goes only where its prompt has gone, in the same transaction: what
	-- references a prompt keeps it from going, see 29_prompt_life.sql.
	CREATE OR REPLACE FUNCTION prompt_mgr._delete_with_prompt() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF NOT EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.prompt_id = OLD.prompt_id) THEN
			RETURN OLD;
		END IF;
		RAISE EXCEPTION '% on "%" is not allowed', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'PT409',
			DETAIL = 'Published versions, labels and their history are kept.',
			HINT = 'delete_prompt() deletes a prompt that nothing refers to.';
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._delete_with_prompt() IS 'internal: refuses to delete what would not go with its prompt';
	CREATE OR REPLACE TRIGGER prompt_version_before_delete BEFORE DELETE ON prompt_mgr.prompt_version
		FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION prompt_mgr._delete_with_prompt();
	CREATE OR REPLACE TRIGGER prompt_version_before_truncate BEFORE TRUNCATE ON prompt_mgr.prompt_version
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER label_move_before_update BEFORE UPDATE ON prompt_mgr.label_move
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER label_move_before_delete BEFORE DELETE ON prompt_mgr.label_move
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._delete_with_prompt();
	CREATE OR REPLACE TRIGGER label_move_before_truncate BEFORE TRUNCATE ON prompt_mgr.label_move
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER prompt_label_before_delete BEFORE DELETE ON prompt_mgr.prompt_label
		FOR EACH ROW WHEN (OLD.version IS NULL) EXECUTE FUNCTION prompt_mgr._delete_with_prompt();
	CREATE OR REPLACE TRIGGER prompt_label_refuse_delete BEFORE DELETE ON prompt_mgr.prompt_label
		FOR EACH ROW WHEN (OLD.version IS NOT NULL) EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER prompt_label_before_truncate BEFORE TRUNCATE ON prompt_mgr.prompt_label
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();

	-- The time of a move is taken after the row's lock, and grows: with now(),
	-- a transaction that began earlier but moved later would overlap.
	CREATE OR REPLACE FUNCTION prompt_mgr._label_before_write() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		searched boolean;
		protection record;
		restored boolean := false;
		last_move integer := 0;
		archived boolean;
	BEGIN
		IF TG_OP = 'UPDATE' THEN
			IF NEW.version IS NOT DISTINCT FROM OLD.version THEN
				IF NEW.name = OLD.name THEN
					RETURN NULL;	-- it points there already: no move, no write
				END IF;
				PERFORM prompt_mgr._check_label_rename(OLD.name, NEW.name, OLD.label);
				OLD.name := NEW.name;
				RETURN OLD;
			END IF;
			last_move := OLD.move_no;
			-- A release moves a label once: what stands there from before is not its.
			IF NEW.release_id IS NOT DISTINCT FROM OLD.release_id THEN
				NEW.release_id := NULL;
			END IF;
			NEW.prompt_id := OLD.prompt_id;
			NEW.label := OLD.label;
			NEW.move_no := OLD.move_no + 1;
			NEW.moved_at := greatest(clock_timestamp(), OLD.moved_at + interval '1 microsecond');
			NEW.moved_by := prompt_mgr._actor();
			IF NEW.restored_move IS NOT NULL THEN
				PERFORM FROM prompt_mgr.label_move AS m
				WHERE m.prompt_id = OLD.prompt_id AND m.label = OLD.label AND m.move_no = NEW.restored_move
					AND m.version = NEW.version;
				IF NOT FOUND THEN
					RAISE EXCEPTION 'move % of label "%" had another holder', NEW.restored_move, NEW.label
						USING ERRCODE = 'PT409', HINT = 'Use rollback().';
				END IF;
			END IF;
		ELSE
			PERFORM prompt_mgr._check_label(NEW.label);
			restored := NEW.moved_at IS NOT NULL;
			NEW.move_no := coalesce(NEW.move_no, 1);
			NEW.moved_at := coalesce(NEW.moved_at, clock_timestamp());
			NEW.moved_by := coalesce(NEW.moved_by, prompt_mgr._actor());
		END IF;
		NEW.servable := true;
		-- An archived prompt has no label that points anywhere, so only one that
		-- points nowhere yet has to ask.  Who archives or deletes waits for it.
		IF NEW.version IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.version IS NULL) THEN
			-- By the time of the lock the prompt may have been renamed.
			SELECT p.archived_at IS NOT NULL, p.name INTO archived, NEW.name FROM prompt_mgr.prompt AS p
			WHERE p.prompt_id = NEW.prompt_id FOR KEY SHARE;
			IF NOT FOUND THEN
				RAISE EXCEPTION 'the prompt does not exist or is not visible' USING ERRCODE = 'PT404';
			ELSIF archived THEN
				RAISE EXCEPTION 'prompt "%" is archived', NEW.name USING ERRCODE = 'PT409',
					HINT = 'Bring it back with restore_prompt().';
			END IF;
		END IF;
		IF NEW.release_id IS NOT NULL THEN
			-- Rules, approvals and gates were checked when it was carried out.
			IF NOT restored AND NOT EXISTS (SELECT FROM prompt_mgr.release_item AS i
					JOIN prompt_mgr.release AS r ON r.release_id = i.release_id AND r.status = 'released'
					WHERE i.release_id = NEW.release_id AND i.prompt_id = NEW.prompt_id AND i.label = NEW.label
						AND i.version IS NOT DISTINCT FROM NEW.version AND i.base_move = last_move) THEN
				RAISE EXCEPTION 'label "%" of prompt "%" has moved since the release was asked for', NEW.label, NEW.name
					USING ERRCODE = 'PT409', HINT = 'Ask for it anew.';
			END IF;
		ELSIF NOT restored AND prompt_mgr._is_protected(NEW.name, NEW.label) THEN
			protection := prompt_mgr._label_protection(NEW.name, NEW.label);
			PERFORM prompt_mgr._check_label_move(NEW.name, NEW.label, CASE TG_OP WHEN 'UPDATE' THEN OLD.version END,
				protection.level, protection.roles, protection.immutable, protection.approvals, 0, false);
			PERFORM prompt_mgr._require_gates(prompt_mgr._run_gates(NEW.name, NEW.label, (SELECT v.version_id FROM prompt_mgr.prompt_version AS v
				WHERE v.prompt_id = NEW.prompt_id AND v.version = NEW.version), protection.gates));
		END IF;

		IF NEW.version IS NULL OR restored THEN
			RETURN NEW;
		END IF;
		searched := prompt_mgr._check_label_target(NEW.prompt_id, NEW.version, NEW.name, NEW.label);
		IF NOT searched THEN
			PERFORM prompt_mgr._index_version(NEW.prompt_id, NEW.version);
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._label_before_write() IS 'internal: counts and times a label''s move, and checks its target';
	CREATE OR REPLACE TRIGGER prompt_label_before_write BEFORE INSERT OR UPDATE ON prompt_mgr.prompt_label
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._label_before_write();

	-- What holds a subquery costs a query, and what is assigned costs none: hence
	-- the order of the conditions, and no PERFORM.
	CREATE OR REPLACE FUNCTION prompt_mgr._label_after_write() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		actor text := NEW.moved_by;
		has_history boolean := false;
		audited boolean;
	BEGIN
		IF TG_OP = 'UPDATE' THEN
			IF NEW.move_no = OLD.move_no THEN
				RETURN NULL;	-- renamed, not moved
			END IF;
		ELSE
			-- A restored label finds its history restored before it, and the audit; an
			-- imported one its history alone.
			SELECT true, EXISTS (SELECT FROM prompt_mgr.audit AS a
				WHERE a.prompt_id = NEW.prompt_id AND a.object = 'label' AND a.key = NEW.label) INTO has_history, audited
			FROM prompt_mgr.label_move AS m
			WHERE (m.prompt_id, m.label, m.move_no, m.moved_at) = (NEW.prompt_id, NEW.label, NEW.move_no, NEW.moved_at)
				AND m.version IS NOT DISTINCT FROM NEW.version;
			IF has_history AND audited THEN
				RETURN NULL;
			END IF;
			actor := prompt_mgr._actor();
		END IF;
		audited := prompt_mgr._label_moved(NEW.prompt_id, NEW.label, NEW.move_no, NEW.version, NEW.moved_at, NEW.moved_by, NEW.reason,
			NEW.restored_move, NEW.release_id, NEW.name, actor, coalesce(has_history, false), OLD.version, OLD.moved_by, OLD.moved_at);
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._label_after_write() IS 'internal: appends a label''s move to its history and the audit, and announces it';
	CREATE OR REPLACE TRIGGER prompt_label_after_write AFTER INSERT OR UPDATE ON prompt_mgr.prompt_label
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._label_after_write();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_triggers() IS
'internal: makes or renews the trigger functions and triggers';
