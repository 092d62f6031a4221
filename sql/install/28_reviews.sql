-- Reviews of releases: who may approve, and what is to be approved.

CREATE FUNCTION prompt_mgr._is_stale(id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN EXISTS (SELECT FROM prompt_mgr.release_item AS i
		LEFT JOIN prompt_mgr.prompt_label AS l ON (l.prompt_id, l.label) = (i.prompt_id, i.label)
		LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (i.prompt_id, i.version)
		WHERE i.release_id = id
			AND (coalesce(l.move_no, 0) <> i.base_move OR i.version IS NOT NULL AND v.servable IS NOT TRUE));
END
$function$;

COMMENT ON FUNCTION prompt_mgr._is_stale(uuid) IS
'internal: has one of a release''s labels moved, or a version been archived, since it was asked for';

CREATE FUNCTION prompt_mgr._init_reviews() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.release_review (
		release_id uuid NOT NULL,
		review_no integer NOT NULL,
		decision text NOT NULL,
		comment text,
		reviewed_at timestamptz NOT NULL,
		reviewer text NOT NULL,
		CONSTRAINT release_review_pkey PRIMARY KEY (release_id, review_no),
		CONSTRAINT release_review_release_id_fkey FOREIGN KEY (release_id)
			REFERENCES prompt_mgr.release (release_id),
		CONSTRAINT release_review_decision_check CHECK (decision IN ('approve', 'reject')),
		CONSTRAINT release_review_comment_check CHECK (decision = 'approve' OR comment ~ '\S')
	);
	COMMENT ON TABLE prompt_mgr.release_review IS 'What reviewers said of releases. Append-only.';
	COMMENT ON COLUMN prompt_mgr.release_review.release_id IS 'The release.';
	COMMENT ON COLUMN prompt_mgr.release_review.review_no IS 'Counts the reviews of this release from 1.';
	COMMENT ON COLUMN prompt_mgr.release_review.decision IS 'approve or reject.';
	COMMENT ON COLUMN prompt_mgr.release_review.comment IS 'The reviewer''s words; a rejection has some.';
	COMMENT ON COLUMN prompt_mgr.release_review.reviewed_at IS 'When.';
	COMMENT ON COLUMN prompt_mgr.release_review.reviewer IS 'By whom: JWT subject, else role.';

	CREATE OR REPLACE FUNCTION prompt_mgr._release_review_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		asked record;
		item record;
	BEGIN
		IF NEW.reviewed_at IS NOT NULL THEN
			RETURN NEW;	-- restored
		END IF;
		-- Reviewers of one release go one after the other.
		SELECT r.status, r.requested_by INTO asked FROM prompt_mgr.release AS r
		WHERE r.release_id = NEW.release_id FOR NO KEY UPDATE;
		IF asked.status <> 'requested' THEN
			RAISE EXCEPTION 'the release is % already', asked.status USING ERRCODE = 'PT409';
		END IF;
		PERFORM prompt_mgr._check_items(NEW.release_id);
		NEW.review_no := 1 + (SELECT count(*) FROM prompt_mgr.release_review AS w WHERE w.release_id = NEW.release_id);
		NEW.reviewed_at := clock_timestamp();
		NEW.reviewer := prompt_mgr._actor();

		FOR item IN
			SELECT p.name, i.label, v.version, NEW.reviewer IN (v.created_by, v.edited_by) AS own
			FROM prompt_mgr.release_item AS i
			JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
			LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (i.prompt_id, i.version)
			WHERE i.release_id = NEW.release_id ORDER BY p.name, i.label
		LOOP
			IF NOT (SELECT prompt_mgr._may_move(prompt_mgr._session_role(), coalesce(l.level, 'publisher'), l.roles)
					FROM prompt_mgr._label_protection(item.name, item.label) AS l) THEN
				RAISE EXCEPTION 'label "%" of prompt "%" is protected and may not be moved by you', item.label, item.name
					USING ERRCODE = '42501';
			ELSIF NEW.decision = 'approve' AND item.own THEN
				RAISE EXCEPTION 'version % of prompt "%" is by you and must be approved by others', item.version, item.name
					USING ERRCODE = '42501';
			END IF;
		END LOOP;
		IF NEW.decision = 'approve' AND asked.requested_by = NEW.reviewer THEN
			RAISE EXCEPTION 'the release was asked for by you and must be approved by others'
				USING ERRCODE = '42501';
		ELSIF NEW.decision = 'approve' AND prompt_mgr._is_stale(NEW.release_id) THEN
			RAISE EXCEPTION 'the release is stale: a label has moved, or a version was archived, since it was asked for'
				USING ERRCODE = 'PT409', HINT = 'Ask for it anew.';
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_review_before_insert() IS 'internal: who may review a release';
	CREATE OR REPLACE TRIGGER release_review_before_insert BEFORE INSERT ON prompt_mgr.release_review
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._release_review_before_insert();

	CREATE OR REPLACE FUNCTION prompt_mgr._release_review_after_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		-- A restored rejection finds its release rejected.
		UPDATE prompt_mgr.release AS r SET status = 'rejected'
		WHERE r.release_id = NEW.release_id AND r.status = 'requested';
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._release_review_after_insert() IS 'internal: closes a release that was rejected';
	CREATE OR REPLACE TRIGGER release_review_after_insert AFTER INSERT ON prompt_mgr.release_review
		FOR EACH ROW WHEN (NEW.decision = 'reject') EXECUTE FUNCTION prompt_mgr._release_review_after_insert();
	CREATE OR REPLACE TRIGGER release_review_before_change BEFORE UPDATE OR DELETE ON prompt_mgr.release_review
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete();
	CREATE OR REPLACE TRIGGER release_review_before_truncate BEFORE TRUNCATE ON prompt_mgr.release_review
		FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_reviews() IS
'internal: makes the table of reviews and its triggers';

CREATE FUNCTION prompt_mgr.list_releases(
	state text DEFAULT NULL,
	name text DEFAULT NULL,
	page_size integer DEFAULT 100,
	before timestamptz DEFAULT NULL)
RETURNS TABLE (release_id uuid, status text, reason text, changes jsonb, requested_by text, requested_at timestamptz,
	closed_by text, closed_at timestamptz, approvals integer, approvals_needed integer, reviews jsonb, gates jsonb,
	override_reason text, rolls_back uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (page_size BETWEEN 1 AND 10000) IS NOT TRUE THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	ELSIF list_releases.state NOT IN ('requested', 'stale', 'released', 'rolled_back', 'rejected', 'cancelled') THEN
		RAISE EXCEPTION 'state "%" does not exist', list_releases.state
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'state', 'reason', 'no such state')),
			HINT = 'They are requested, stale, released, rolled_back, rejected and cancelled.';
	END IF;
	RETURN QUERY
	SELECT r.release_id, now.status, r.reason, i.changes, r.requested_by, r.requested_at,
		r.closed_by, r.closed_at, w.approvals, i.approvals_needed, w.reviews, r.gates, r.override_reason, r.rolls_back
	FROM prompt_mgr.release AS r
	CROSS JOIN LATERAL (
		SELECT jsonb_agg(jsonb_build_object('name', p.name, 'label', i.label, 'version', i.version, 'previous', i.base_version)
				ORDER BY p.name, i.label) AS changes,
			coalesce(max(need.approvals) FILTER (WHERE i.version IS DISTINCT FROM i.base_version), 0) AS approvals_needed,
			min(need.approvals_expire) AS approvals_expire,
			bool_or(coalesce(l.move_no, 0) <> i.base_move OR i.version IS NOT NULL AND v.servable IS NOT TRUE) AS stale
		FROM prompt_mgr.release_item AS i
		JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
		LEFT JOIN prompt_mgr.prompt_label AS l ON (l.prompt_id, l.label) = (i.prompt_id, i.label)
		LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (i.prompt_id, i.version)
		CROSS JOIN LATERAL prompt_mgr.label_protection(p.name, i.label) AS need
		WHERE i.release_id = r.release_id
	) AS i
	CROSS JOIN LATERAL (
		SELECT count(DISTINCT w.reviewer) FILTER (WHERE w.decision = 'approve'
				AND (w.reviewed_at + i.approvals_expire > now()) IS NOT FALSE)::integer AS approvals,
			coalesce(jsonb_agg(jsonb_build_object('reviewer', w.reviewer, 'decision', w.decision, 'comment', w.comment, 'at', w.reviewed_at,
				'valid', (w.reviewed_at + i.approvals_expire > now()) IS NOT FALSE)
				ORDER BY w.review_no), '[]') AS reviews
		FROM prompt_mgr.release_review AS w WHERE w.release_id = r.release_id
	) AS w
	CROSS JOIN LATERAL (
		SELECT CASE
			WHEN r.status = 'requested' AND i.stale THEN 'stale'
			WHEN r.status = 'released' AND EXISTS (SELECT FROM prompt_mgr.release AS b
				WHERE b.rolls_back = r.release_id AND b.status = 'released') THEN 'rolled_back'
			ELSE r.status END AS status
	) AS now
	WHERE r.status = CASE list_releases.state WHEN 'stale' THEN 'requested' WHEN 'rolled_back' THEN 'released'
			ELSE coalesce(list_releases.state, r.status) END
		AND now.status = coalesce(list_releases.state, now.status)
		AND (list_releases.before IS NULL OR r.requested_at < list_releases.before)
		AND (list_releases.name IS NULL OR EXISTS (SELECT FROM prompt_mgr.release_item AS x
			JOIN prompt_mgr.prompt AS p ON p.prompt_id = x.prompt_id
			WHERE x.release_id = r.release_id AND (p.name = list_releases.name OR p.prompt_id = (
				SELECT a.prompt_id FROM prompt_mgr.prompt_alias AS a WHERE a.alias = list_releases.name))))
	ORDER BY r.requested_at DESC, r.release_id
	LIMIT page_size;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_releases(text, text, integer, timestamptz) IS
'Releases and requests for them, newest first, with their label moves, reviews and what the gates said.
state, and column status: requested, stale (asked for, but a label has moved or a version was archived since), released, rolled_back, rejected or cancelled; name: only those that move a label of this prompt; before: the last requested_at of the page before. changes: [{"name", "label", "version", "previous"}].';

CREATE FUNCTION prompt_mgr.pending_reviews()
RETURNS TABLE (release_id uuid, reason text, changes jsonb, requested_by text, requested_at timestamptz,
	approvals integer, approvals_needed integer, reviews jsonb, gates jsonb)
LANGUAGE plpgsql STABLE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	me text := prompt_mgr.current_actor();
	my_role name := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY
	SELECT r.release_id, r.reason, r.changes, r.requested_by, r.requested_at, r.approvals, r.approvals_needed, r.reviews, r.gates
	FROM prompt_mgr.list_releases('requested', page_size => 10000) AS r
	WHERE r.requested_by <> me
		AND has_any_column_privilege(my_role, 'prompt_mgr.release_review', 'INSERT')
		AND NOT EXISTS (SELECT FROM jsonb_array_elements(r.reviews) AS w
			WHERE w ->> 'reviewer' = me AND w -> 'valid' = 'true')
		AND NOT EXISTS (SELECT FROM prompt_mgr.release_item AS i
			JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
			LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (i.prompt_id, i.version)
			CROSS JOIN LATERAL prompt_mgr.label_protection(p.name, i.label) AS need
			WHERE i.release_id = r.release_id
				AND (me IN (v.created_by, v.edited_by)
					OR need.level = 'admin' AND NOT has_any_column_privilege(my_role, 'prompt_mgr.label_policy', 'INSERT')
					OR EXISTS (SELECT FROM unnest(need.roles) AS n (role) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS g
						WHERE g.rolname = n.role AND pg_has_role(my_role, g.oid, 'USAGE')))))
	ORDER BY r.requested_at, r.release_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.pending_reviews() IS
'Releases that wait for you: asked for by others, of versions that are not by you, with labels that you may move; oldest first.
A stale one is not among them, nor one that you have approved.';

CREATE FUNCTION prompt_mgr.review_release(id uuid, decision text, comment text DEFAULT NULL,
	OUT status text, OUT approvals integer, OUT approvals_needed integer, OUT gates jsonb)
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
		('decision', 'must be approve or reject', (review_release.decision IN ('approve', 'reject')) IS NOT TRUE),
		('comment', 'must say why', review_release.decision = 'reject' AND (review_release.comment ~ '\S') IS NOT TRUE)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	-- In a statement of its own, so that the next ones see what others wrote meanwhile.
	PERFORM FROM prompt_mgr.release AS r WHERE r.release_id = review_release.id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the release does not exist or is not visible' USING ERRCODE = 'PT404';
	END IF;
	INSERT INTO prompt_mgr.release_review (release_id, decision, comment)
	VALUES (review_release.id, review_release.decision, review_release.comment);

	-- As list_releases() counts.
	SELECT r.status, need.approvals, given.approvals, r.gates INTO status, approvals_needed, approvals, gates
	FROM prompt_mgr.release AS r
	CROSS JOIN LATERAL (SELECT coalesce(max(n.approvals), 0) AS approvals, min(n.approvals_expire) AS expire
		FROM prompt_mgr.release_item AS i JOIN prompt_mgr.prompt AS p ON p.prompt_id = i.prompt_id
		CROSS JOIN LATERAL prompt_mgr.label_protection(p.name, i.label) AS n
		WHERE i.release_id = r.release_id AND i.version IS DISTINCT FROM i.base_version) AS need
	CROSS JOIN LATERAL (SELECT count(DISTINCT w.reviewer)::integer AS approvals FROM prompt_mgr.release_review AS w
		WHERE w.release_id = r.release_id AND w.decision = 'approve'
			AND (w.reviewed_at + need.expire > clock_timestamp()) IS NOT FALSE) AS given
	WHERE r.release_id = review_release.id;
	IF status = 'requested' AND approvals >= approvals_needed THEN
		SELECT a.status, a.gates INTO status, gates FROM prompt_mgr.apply_release(review_release.id) AS a;
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.review_release(uuid, text, text) IS
'Approves or rejects a release that was asked for; the last approval carries it out in the same transaction.
decision is approve or reject, which closes it and needs a comment. status is then requested (more approvals are needed), released, rejected, or blocked: a gate said no (gates has why), the approval stands, and apply_release() or another approval tries again. The one who asked and the authors and last editors of the versions cannot approve; approving twice counts once. PT404 unknown release, PT409 closed or stale, 22023 arguments, 42501 below level publisher, without the right to move one of the labels, or for something of your own.';
