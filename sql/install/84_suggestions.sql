-- Suggestions: better texts that somebody, mostly a worker with a model, puts
-- forward, and that a person approves.  One row is one piece of work through
-- its life: wanted, proposed, and approved, edited or rejected.
--
-- Level app may want and propose; what decides needs columns that level editor
-- alone may write.  So an optimiser with level app publishes nothing, on no
-- path; and who proposed does not approve, whatever his level.

CREATE FUNCTION prompt_mgr._init_suggestions() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	note record;
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.suggestion (
		suggestion_id uuid NOT NULL DEFAULT gen_random_uuid(),
		prompt_id uuid NOT NULL,
		base_version integer NOT NULL,
		status text NOT NULL DEFAULT 'wanted',
		brief jsonb NOT NULL DEFAULT '{}',
		template text,
		messages jsonb,
		variables jsonb,
		config jsonb,
		rationale text,
		parents uuid[] NOT NULL DEFAULT '{}',
		details jsonb NOT NULL DEFAULT '{}',
		forced boolean NOT NULL DEFAULT false,
		content_sha256 bytea,
		requested_at timestamptz NOT NULL,
		requested_by text NOT NULL,
		attempts integer NOT NULL DEFAULT 0,
		claimed_by text,
		leased_until timestamptz,
		proposed_at timestamptz,
		proposed_by text,
		reviewed_at timestamptz,
		reviewed_by text,
		comment text,
		version integer,
		CONSTRAINT suggestion_pkey PRIMARY KEY (suggestion_id),
		CONSTRAINT suggestion_base_version_fkey FOREIGN KEY (prompt_id, base_version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version) ON DELETE CASCADE,
		CONSTRAINT suggestion_version_fkey FOREIGN KEY (prompt_id, version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version) ON DELETE CASCADE,
		CONSTRAINT suggestion_status_check CHECK (status IN ('wanted', 'proposed', 'approved', 'edited', 'rejected')),
		CONSTRAINT suggestion_content_check CHECK (num_nonnulls(template, messages) = CASE status WHEN 'wanted' THEN 0 ELSE 1 END
			AND (status = 'wanted') = (content_sha256 IS NULL) AND (status = 'wanted') = (proposed_by IS NULL)),
		CONSTRAINT suggestion_version_check CHECK ((status IN ('approved', 'edited')) = (version IS NOT NULL)),
		CONSTRAINT suggestion_comment_check CHECK (status <> 'rejected' OR (comment ~ '\S') IS TRUE),
		CONSTRAINT suggestion_brief_check CHECK (jsonb_typeof(brief) = 'object'),
		CONSTRAINT suggestion_details_check CHECK (jsonb_typeof(details) = 'object')
	);
	-- One and the same text waits for its review once.
	CREATE UNIQUE INDEX IF NOT EXISTS suggestion_content_key ON prompt_mgr.suggestion (prompt_id, content_sha256) WHERE status = 'proposed';
	CREATE INDEX IF NOT EXISTS suggestion_prompt_id_idx ON prompt_mgr.suggestion (prompt_id, requested_at);
	CREATE INDEX IF NOT EXISTS suggestion_wanted_idx ON prompt_mgr.suggestion (requested_at) WHERE status = 'wanted';

	FOR note IN SELECT c.* FROM (VALUES
			('suggestion_id', 'Identity; the version that comes of it names it in its metadata.'),
			('prompt_id', 'The prompt.'),
			('base_version', 'The version that is to be improved.'),
			('status', 'wanted, proposed, approved, edited (approved with changes) or rejected.'),
			('brief', 'What is wanted: failures, targets, words; for the worker.'),
			('template', 'The text suggested, for a text prompt.'),
			('messages', 'The messages suggested, for a chat prompt.'),
			('variables', 'Declared variables suggested; NULL: those of the base version.'),
			('config', 'Settings suggested; NULL: those of the base version.'),
			('rationale', 'Why it should be better, in the proposer''s words.'),
			('parents', 'Suggestions that it was made of.'),
			('details', 'What else the proposer knows: operator, generation, seed, scores, cost.'),
			('forced', 'Proposed although it had been rejected before.'),
			('content_sha256', 'SHA-256 over the content it would become; computed by a trigger.'),
			('requested_at', 'When it was wanted.'),
			('requested_by', 'By whom: JWT subject, else role.'),
			('attempts', 'How often a worker has taken it up.'),
			('claimed_by', 'The worker that did so last.'),
			('leased_until', 'Until then it is this worker''s; NULL before the first.'),
			('proposed_at', 'When it was proposed.'),
			('proposed_by', 'By whom: JWT subject, else role.'),
			('reviewed_at', 'When it was decided.'),
			('reviewed_by', 'By whom: JWT subject, else role.'),
			('comment', 'The reviewer''s words; a rejection has some.'),
			('version', 'The version that came of it.')
		) AS c (attribute, text)
	LOOP
		EXECUTE format('COMMENT ON COLUMN prompt_mgr.suggestion.%I IS %L', note.attribute, note.text);
	END LOOP;
	COMMENT ON TABLE prompt_mgr.suggestion IS 'Suggested texts, wanted, proposed and decided.';

	CREATE OR REPLACE FUNCTION prompt_mgr._suggestion_before_write() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		actor constant text := prompt_mgr._actor();
		base record;
		born bytea;
	BEGIN
		IF TG_OP = 'INSERT' THEN
			IF NEW.requested_at IS NOT NULL THEN
				RETURN NEW;	-- restored
			END IF;
			NEW.requested_at := clock_timestamp();
			NEW.requested_by := actor;
		ELSE
			IF OLD.status NOT IN ('wanted', 'proposed') THEN
				RAISE EXCEPTION 'the suggestion is % already', OLD.status USING ERRCODE = 'PT409';
			END IF;
			IF OLD.status = 'wanted' AND NEW.status NOT IN ('wanted', 'proposed')
				OR OLD.status = 'proposed' AND (NEW.status NOT IN ('approved', 'edited', 'rejected')
					OR (NEW.template, NEW.messages, NEW.variables, NEW.config, NEW.rationale, NEW.parents, NEW.details, NEW.forced)
						IS DISTINCT FROM (OLD.template, OLD.messages, OLD.variables, OLD.config, OLD.rationale, OLD.parents, OLD.details, OLD.forced)) THEN
				RAISE EXCEPTION 'the suggestion is % and cannot become %', OLD.status, NEW.status USING ERRCODE = 'PT409',
					HINT = 'What is proposed is reviewed as it stands, with review_suggestion().';
			END IF;
			IF OLD.status = 'wanted' AND OLD.leased_until > clock_timestamp() AND NEW.claimed_by IS DISTINCT FROM OLD.claimed_by THEN
				RAISE EXCEPTION 'worker "%" is at it', OLD.claimed_by USING ERRCODE = 'PT409',
					HINT = 'Claim work with claim_suggestions().';
			END IF;
		END IF;
		IF NEW.status = 'wanted' THEN
			RETURN NEW;
		END IF;

		SELECT v.* INTO base FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = NEW.prompt_id AND v.version = NEW.base_version;
		IF TG_OP = 'INSERT' OR OLD.status = 'wanted' THEN
			IF NEW.status <> 'proposed' THEN
				RAISE EXCEPTION 'a suggestion is proposed before it is %', NEW.status USING ERRCODE = 'PT409';
			END IF;
			PERFORM prompt_mgr._check_content(NEW.template, NEW.messages, coalesce(NEW.variables, base.variables),
				coalesce(NEW.config, base.config), base.constraints, base.format, base.escape, false);
			NEW.proposed_at := clock_timestamp();
			NEW.proposed_by := actor;
			NEW.leased_until := NULL;
			NEW.content_sha256 := prompt_mgr.content_sha256(base.format, base.escape, NEW.template, NEW.messages,
				coalesce(NEW.variables, base.variables), coalesce(NEW.config, base.config), base.constraints);
			IF NOT NEW.forced AND EXISTS (SELECT FROM prompt_mgr.suggestion AS s
					WHERE s.prompt_id = NEW.prompt_id AND s.content_sha256 = NEW.content_sha256 AND s.status = 'rejected') THEN
				RAISE EXCEPTION 'this text was suggested before and rejected' USING ERRCODE = 'PT409',
					HINT = 'Suggest another one, or set force.';
			END IF;
			IF EXISTS (SELECT FROM prompt_mgr.prompt_version AS v
					WHERE v.prompt_id = NEW.prompt_id AND v.content_sha256 = NEW.content_sha256) THEN
				RAISE EXCEPTION 'a version with this text is there already' USING ERRCODE = 'PT409';
			END IF;
			RETURN NEW;
		END IF;

		NEW.reviewed_at := clock_timestamp();
		NEW.reviewed_by := actor;
		IF NEW.status <> 'rejected' THEN
			IF actor = OLD.proposed_by THEN
				RAISE EXCEPTION 'the suggestion is by you and must be approved by others' USING ERRCODE = '42501';
			END IF;
			SELECT v.content_sha256 INTO born FROM prompt_mgr.prompt_version AS v
			WHERE v.prompt_id = NEW.prompt_id AND v.version = NEW.version AND v.metadata ->> 'suggestion_id' = OLD.suggestion_id::text;
			IF born IS NULL OR (born = OLD.content_sha256) <> (NEW.status = 'approved') THEN
				RAISE EXCEPTION 'version % does not come of this suggestion', NEW.version USING ERRCODE = 'PT409',
					HINT = 'Use review_suggestion().';
			END IF;
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._suggestion_before_write() IS 'internal: the life of a suggestion, and who may do what';
	CREATE OR REPLACE TRIGGER suggestion_before_write BEFORE INSERT OR UPDATE ON prompt_mgr.suggestion
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._suggestion_before_write();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_suggestions() IS
'internal: makes the table of suggestions and its trigger';

CREATE FUNCTION prompt_mgr.request_suggestion(name text, brief jsonb DEFAULT '{}', base_version integer DEFAULT NULL)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	base record;
	new_id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF (jsonb_typeof(request_suggestion.brief) = 'object') IS NOT TRUE THEN
		RAISE EXCEPTION 'brief must be a JSON object'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'brief', 'reason', 'must be a JSON object'));
	END IF;
	SELECT g.prompt_id, g.version INTO base FROM prompt_mgr.get_prompt(request_suggestion.name, request_suggestion.base_version,
		CASE WHEN request_suggestion.base_version IS NULL THEN 'latest' END) AS g;
	INSERT INTO prompt_mgr.suggestion AS s (prompt_id, base_version, brief)
	VALUES (base.prompt_id, base.version, request_suggestion.brief)
	RETURNING s.suggestion_id INTO new_id;
	RETURN new_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.request_suggestion(text, jsonb, integer) IS
'Asks for a better text of a prompt, and returns the identity of the work; a worker takes it up with claim_suggestions().
brief: what the worker is to know, such as failures; base_version: what is to be improved, else the latest version. PT404 unknown prompt or version, 22023 a brief that is no object.';

CREATE FUNCTION prompt_mgr.claim_suggestions(worker text, max_items integer DEFAULT 1, lease interval DEFAULT '10 minutes')
RETURNS TABLE (suggestion_id uuid, prompt text, base_version integer, brief jsonb, attempts integer, leased_until timestamptz)
LANGUAGE plpgsql VOLATILE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	problems jsonb;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('worker', 'must have 1 to 200 characters', length(coalesce(claim_suggestions.worker, '')) NOT BETWEEN 1 AND 200),
		('max_items', 'must be from 1 to 100', coalesce(claim_suggestions.max_items, 0) NOT BETWEEN 1 AND 100),
		('lease', 'must be from a second to a day', coalesce(claim_suggestions.lease, '0') NOT BETWEEN '1 second' AND '1 day')
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '% %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	RETURN QUERY
	WITH due AS (
		SELECT s.suggestion_id FROM prompt_mgr.suggestion AS s
		WHERE s.status = 'wanted' AND (s.leased_until IS NULL OR s.leased_until <= clock_timestamp())
		ORDER BY s.requested_at, s.suggestion_id
		LIMIT claim_suggestions.max_items
		FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE prompt_mgr.suggestion AS s
		SET claimed_by = claim_suggestions.worker, leased_until = clock_timestamp() + claim_suggestions.lease, attempts = s.attempts + 1
		FROM due WHERE s.suggestion_id = due.suggestion_id
		RETURNING s.suggestion_id, s.prompt_id, s.base_version, s.brief, s.attempts, s.leased_until, s.requested_at
	)
	SELECT c.suggestion_id, p.name, c.base_version, c.brief, c.attempts, c.leased_until
	FROM claimed AS c JOIN prompt_mgr.prompt AS p ON p.prompt_id = c.prompt_id
	ORDER BY c.requested_at, c.suggestion_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.claim_suggestions(text, integer, interval) IS
'Takes the oldest suggestions that are wanted and that nobody is working on, for as long as the lease lasts.
The worker answers with propose_suggestion(task => ...); what it does not answer in time is given out again. 22023 for arguments out of range.';

CREATE FUNCTION prompt_mgr.propose_suggestion(
	name text,
	template text DEFAULT NULL,
	messages jsonb DEFAULT NULL,
	rationale text DEFAULT NULL,
	variables jsonb DEFAULT NULL,
	config jsonb DEFAULT NULL,
	base_version integer DEFAULT NULL,
	task uuid DEFAULT NULL,
	worker text DEFAULT NULL,
	parents uuid[] DEFAULT NULL,
	details jsonb DEFAULT NULL,
	force boolean DEFAULT false)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	base record;
	problems jsonb;
	new_id uuid;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT g.prompt_id, g.version, g.kind INTO base FROM prompt_mgr.get_prompt(propose_suggestion.name, propose_suggestion.base_version,
		CASE WHEN propose_suggestion.base_version IS NULL THEN 'latest' END) AS g;
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('template', 'a text prompt has a template and no messages', base.kind = 'text' AND (template IS NULL OR messages IS NOT NULL)),
		('messages', 'a chat prompt has messages and no template', base.kind = 'chat' AND (messages IS NULL OR template IS NOT NULL)),
		('variables', 'must be a JSON object', jsonb_typeof(variables) <> 'object'),
		('config', 'must be a JSON object', jsonb_typeof(config) <> 'object'),
		('details', 'must be a JSON object', jsonb_typeof(details) <> 'object'),
		('force', 'must be true or false', force IS NULL)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;

	IF task IS NULL THEN
		INSERT INTO prompt_mgr.suggestion AS s (prompt_id, base_version, status, template, messages, variables, config,
			rationale, parents, details, forced)
		VALUES (base.prompt_id, base.version, 'proposed', propose_suggestion.template, propose_suggestion.messages,
			propose_suggestion.variables, propose_suggestion.config, propose_suggestion.rationale,
			coalesce(propose_suggestion.parents, '{}'), coalesce(propose_suggestion.details, '{}'), force)
		ON CONFLICT (prompt_id, content_sha256) WHERE status = 'proposed' DO NOTHING
		RETURNING s.suggestion_id INTO new_id;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'this text is proposed already and waits for its review' USING ERRCODE = 'PT409';
		END IF;
		RETURN new_id;
	END IF;

	BEGIN
		UPDATE prompt_mgr.suggestion AS s
		SET status = 'proposed', template = propose_suggestion.template, messages = propose_suggestion.messages,
			variables = propose_suggestion.variables, config = propose_suggestion.config, rationale = propose_suggestion.rationale,
			parents = coalesce(propose_suggestion.parents, '{}'), details = coalesce(propose_suggestion.details, '{}'), forced = force,
			claimed_by = coalesce(propose_suggestion.worker, s.claimed_by)
		WHERE s.suggestion_id = task AND s.prompt_id = base.prompt_id
		RETURNING s.suggestion_id INTO new_id;
	EXCEPTION WHEN unique_violation THEN
		RAISE EXCEPTION 'this text is proposed already and waits for its review' USING ERRCODE = 'PT409';
	END;
	IF new_id IS NULL THEN
		RAISE EXCEPTION 'the suggestion does not exist or is not visible' USING ERRCODE = 'PT404';
	END IF;
	RETURN new_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.propose_suggestion(text, text, jsonb, text, jsonb, jsonb, integer, uuid, text, uuid[], jsonb, boolean) IS
'Puts forward another text of a prompt, for a person to review; returns the suggestion.
template or messages as the prompt has; variables and config stay as they are where NULL. task: the work of claim_suggestions() that this answers, worker: who claimed it; base_version: else the latest. parents, details: where it comes from, its scores, its cost. A text that was rejected before is refused unless force is set. Errors: 22023 and 42601 as for save_prompt(), PT404 unknown prompt or task, PT409 a text that is there, proposed or rejected already, or a task that another worker is at.';

CREATE FUNCTION prompt_mgr.review_suggestion(id uuid, decision text, comment text DEFAULT NULL,
	template text DEFAULT NULL, messages jsonb DEFAULT NULL, draft boolean DEFAULT true)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	wanted record;
	base record;
	problems jsonb;
	new_version integer;
BEGIN
	PERFORM prompt_mgr.check_ready();
	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('decision', 'must be approve, edit or reject', (decision IN ('approve', 'edit', 'reject')) IS NOT TRUE),
		('comment', 'must say why', decision = 'reject' AND (review_suggestion.comment ~ '\S') IS NOT TRUE),
		('template', 'goes with decision edit alone', decision <> 'edit' AND num_nonnulls(template, messages) > 0),
		('template', 'must be given, or messages, with decision edit', decision = 'edit' AND num_nonnulls(template, messages) <> 1),
		('draft', 'must be true or false', draft IS NULL)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;
	-- The prompt before the suggestion, as savers lock; then what others wrote meanwhile is seen.
	PERFORM FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = (SELECT s.prompt_id FROM prompt_mgr.suggestion AS s WHERE s.suggestion_id = review_suggestion.id) FOR NO KEY UPDATE;
	PERFORM FROM prompt_mgr.suggestion AS s WHERE s.suggestion_id = review_suggestion.id FOR NO KEY UPDATE;
	SELECT s.*, p.name AS prompt INTO wanted FROM prompt_mgr.suggestion AS s JOIN prompt_mgr.prompt AS p USING (prompt_id)
	WHERE s.suggestion_id = review_suggestion.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the suggestion does not exist or is not visible' USING ERRCODE = 'PT404';
	ELSIF wanted.status <> 'proposed' THEN
		RAISE EXCEPTION 'the suggestion is % and cannot be reviewed', wanted.status USING ERRCODE = 'PT409';
	END IF;

	IF decision <> 'reject' THEN
		SELECT v.* INTO base FROM prompt_mgr.prompt_version AS v WHERE v.prompt_id = wanted.prompt_id AND v.version = wanted.base_version;
		new_version := prompt_mgr.save_prompt(wanted.prompt,
			CASE decision WHEN 'edit' THEN review_suggestion.template ELSE wanted.template END,
			CASE decision WHEN 'edit' THEN review_suggestion.messages ELSE wanted.messages END,
			coalesce(wanted.variables, base.variables), coalesce(wanted.config, base.config), base.constraints, base.format, base.escape,
			change_note => coalesce(review_suggestion.comment, wanted.rationale), draft => review_suggestion.draft,
			metadata => jsonb_build_object('suggestion_id', wanted.suggestion_id));
	END IF;
	UPDATE prompt_mgr.suggestion AS s
	SET status = CASE decision WHEN 'approve' THEN 'approved' WHEN 'edit' THEN 'edited' ELSE 'rejected' END,
		comment = review_suggestion.comment, version = new_version
	WHERE s.suggestion_id = review_suggestion.id;
	RETURN new_version;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.review_suggestion(uuid, text, text, text, jsonb, boolean) IS
'Decides about a suggestion: approve makes a version of it, edit a version of the template or messages given here, reject none; returns the version.
draft: the version is a draft, else it is active; no label moves either way. The suggestion keeps the text as it was proposed, and the version names the suggestion in its metadata. A rejection needs a comment. 42501 who proposed it does not approve it, PT404 unknown, PT409 decided already, 22023 and 42601 as for save_prompt().';

CREATE FUNCTION prompt_mgr.list_suggestions(name text DEFAULT NULL, only_status text DEFAULT NULL, page_size integer DEFAULT 100, after uuid DEFAULT NULL)
RETURNS TABLE (suggestion_id uuid, prompt text, base_version integer, status text, brief jsonb, template text, messages jsonb, variables jsonb, config jsonb,
	rationale text, parents uuid[], details jsonb, content_sha256 text, requested_at timestamptz, requested_by text, claimed_by text, leased_until timestamptz,
	proposed_at timestamptz, proposed_by text, reviewed_at timestamptz, reviewed_by text, comment text, version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF page_size IS NULL OR page_size NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'page_size must be between 1 and 10000'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'page_size', 'reason', 'out of range'));
	END IF;
	RETURN QUERY
	SELECT s.suggestion_id, p.name, s.base_version, s.status, s.brief, s.template, s.messages, s.variables, s.config,
		s.rationale, s.parents, s.details, encode(s.content_sha256, 'hex'), s.requested_at, s.requested_by, s.claimed_by, s.leased_until,
		s.proposed_at, s.proposed_by, s.reviewed_at, s.reviewed_by, s.comment, s.version
	FROM prompt_mgr.suggestion AS s JOIN prompt_mgr.prompt AS p USING (prompt_id)
	WHERE (list_suggestions.name IS NULL OR p.name = list_suggestions.name)
		AND (list_suggestions.only_status IS NULL OR s.status = list_suggestions.only_status)
		AND (list_suggestions.after IS NULL OR (s.requested_at, s.suggestion_id) < (
			SELECT a.requested_at, a.suggestion_id FROM prompt_mgr.suggestion AS a WHERE a.suggestion_id = list_suggestions.after))
	ORDER BY s.requested_at DESC, s.suggestion_id DESC
	LIMIT page_size;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_suggestions(text, text, integer, uuid) IS
'Suggestions, newest first, of one prompt or all.
only_status: wanted, proposed, approved, edited or rejected; after: the last one of the page before.';
