-- Examples of a version: variables with the result that they should give, and
-- what people think of it.  They are tests of the content and no part of it,
-- so a published version can be given more of them at any time.

CREATE FUNCTION prompt_mgr._init_examples() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.prompt_example (
		example_id uuid NOT NULL DEFAULT gen_random_uuid(),
		prompt_id uuid NOT NULL,
		version integer NOT NULL,
		name text NOT NULL,
		variables jsonb NOT NULL DEFAULT '{}',
		expected text,
		expected_messages jsonb,
		match text NOT NULL DEFAULT 'exact',
		rating integer,
		feedback text,
		created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		created_by text NOT NULL,
		CONSTRAINT prompt_example_pkey PRIMARY KEY (example_id),
		CONSTRAINT prompt_example_version_fkey FOREIGN KEY (prompt_id, version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version) ON DELETE CASCADE,
		CONSTRAINT prompt_example_variables_check CHECK (jsonb_typeof(variables) = 'object'),
		CONSTRAINT prompt_example_expected_check CHECK (num_nonnulls(expected, expected_messages) <= 1),
		CONSTRAINT prompt_example_expected_messages_check CHECK (jsonb_typeof(expected_messages) = 'array'),
		CONSTRAINT prompt_example_match_check CHECK (match IN ('exact', 'contains')
			OR match = 'regex' AND expected_messages IS NULL),
		CONSTRAINT prompt_example_rating_check CHECK (rating BETWEEN 1 AND 5)
	);
	CREATE INDEX IF NOT EXISTS prompt_example_version_idx
		ON prompt_mgr.prompt_example (prompt_id, version, created_at);

	COMMENT ON TABLE prompt_mgr.prompt_example IS 'Examples of a version: its tests, and what people think of its results.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.example_id IS 'Identity.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.prompt_id IS 'The prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.version IS 'The version.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.name IS 'What the example shows.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.variables IS 'The variables to render with.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.expected IS 'The text expected of a text prompt; NULL where it need only render.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.expected_messages IS 'The messages expected of a chat prompt.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.match IS 'exact, contains, or for text regex: how the result is compared.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.rating IS 'How good the result is, from 1 to 5.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.feedback IS 'What a person says about the result.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.created_at IS 'When the example was added.';
	COMMENT ON COLUMN prompt_mgr.prompt_example.created_by IS 'Who added it: JWT subject, else role.';

	CREATE OR REPLACE FUNCTION prompt_mgr._example_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		NEW.created_by := coalesce(NEW.created_by, prompt_mgr._actor());
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._example_before_insert() IS 'internal: fills the author of an example';
	CREATE OR REPLACE TRIGGER prompt_example_before_insert BEFORE INSERT ON prompt_mgr.prompt_example
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._example_before_insert();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_examples() IS
'internal: makes the table of examples and its trigger';

CREATE FUNCTION prompt_mgr.add_example(
	name text,
	version integer,
	variables jsonb,
	expected text DEFAULT NULL,
	match text DEFAULT 'exact',
	expected_messages jsonb DEFAULT NULL,
	example text DEFAULT NULL,
	rating integer DEFAULT NULL,
	feedback text DEFAULT NULL)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	owner record;
	problems jsonb;
	new_id uuid;
BEGIN
	SELECT g.prompt_id, g.version, g.kind INTO owner
	FROM prompt_mgr.get_prompt(add_example.name, add_example.version) AS g;

	SELECT jsonb_agg(jsonb_build_object('path', p.path, 'reason', p.reason)) INTO problems
	FROM (VALUES
		('variables', 'must be a JSON object', coalesce(jsonb_typeof(add_example.variables), '') <> 'object'),
		('expected', 'a chat prompt has expected_messages', owner.kind = 'chat' AND add_example.expected IS NOT NULL),
		('expected_messages', 'a text prompt has expected', owner.kind = 'text' AND add_example.expected_messages IS NOT NULL),
		('expected_messages', 'must be a JSON array', jsonb_typeof(add_example.expected_messages) <> 'array'),
		('match', 'must be exact, contains or regex', add_example.match IS NULL OR add_example.match NOT IN ('exact', 'contains', 'regex')),
		('match', 'must be exact or contains for messages', add_example.match = 'regex' AND owner.kind = 'chat'),
		('rating', 'must be from 1 to 5', add_example.rating NOT BETWEEN 1 AND 5)
	) AS p (path, reason, broken)
	WHERE p.broken;
	IF problems IS NULL AND add_example.match = 'regex' AND add_example.expected IS NOT NULL THEN
		BEGIN
			PERFORM '' ~ add_example.expected;
		EXCEPTION WHEN invalid_regular_expression THEN
			problems := jsonb_build_array(jsonb_build_object('path', 'expected', 'reason', SQLERRM));
		END;
	END IF;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION '%: %', problems -> 0 ->> 'path', problems -> 0 ->> 'reason'
			USING ERRCODE = '22023', DETAIL = problems;
	END IF;

	PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = owner.prompt_id FOR NO KEY UPDATE;
	INSERT INTO prompt_mgr.prompt_example AS e (prompt_id, version, name, variables, expected,
		expected_messages, match, rating, feedback)
	SELECT owner.prompt_id, owner.version,
		coalesce(add_example.example, format('example %s', 1 + (SELECT count(*) FROM prompt_mgr.prompt_example AS x
			WHERE x.prompt_id = owner.prompt_id AND x.version = owner.version))),
		add_example.variables, add_example.expected, add_example.expected_messages,
		add_example.match, add_example.rating, add_example.feedback
	RETURNING e.example_id INTO new_id;
	RETURN new_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.add_example(text, integer, jsonb, text, text, jsonb, text, integer, text) IS
'Adds an example to a version, published or not: variables, and what they should render to; returns its id.
version NULL is that of label production. A text prompt has expected and match exact, contains or regex; a chat prompt has expected_messages and match exact or contains (JSON containment). Without either the example need only render. example names it; rating, 1 to 5, and feedback say what a person thinks. PT404 unknown prompt or version, 22023 wrong arguments (DETAIL lists all).';

CREATE FUNCTION prompt_mgr.list_examples(name text, version integer DEFAULT NULL)
RETURNS TABLE (example_id uuid, example text, variables jsonb, expected text,
	expected_messages jsonb, match text, rating integer, feedback text, created_at timestamptz, created_by text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	owner record;
BEGIN
	SELECT g.prompt_id, g.version INTO owner
	FROM prompt_mgr.get_prompt($1, $2) AS g;
	RETURN QUERY
	SELECT e.example_id, e.name, e.variables, e.expected, e.expected_messages,
		e.match, e.rating, e.feedback, e.created_at, e.created_by
	FROM prompt_mgr.prompt_example AS e
	WHERE e.prompt_id = owner.prompt_id AND e.version = owner.version
	ORDER BY e.created_at, e.example_id;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.list_examples(text, integer) IS
'The examples of a version, oldest first.
version NULL is that of label production. PT404 where prompt or version does not exist or is not visible.';

CREATE FUNCTION prompt_mgr.rate_example(id uuid, rating integer, feedback text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	IF rate_example.rating NOT BETWEEN 1 AND 5 THEN
		RAISE EXCEPTION 'rating must be from 1 to 5'
			USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'rating', 'reason', 'must be from 1 to 5'));
	END IF;
	PERFORM FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = (SELECT e.prompt_id FROM prompt_mgr.prompt_example AS e WHERE e.example_id = rate_example.id) FOR NO KEY UPDATE;
	UPDATE prompt_mgr.prompt_example AS e
	SET rating = rate_example.rating, feedback = rate_example.feedback
	WHERE e.example_id = rate_example.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'example "%" does not exist or is not visible', coalesce(rate_example.id::text, 'null')
			USING ERRCODE = 'PT404', HINT = 'list_examples() shows the examples of a version.';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.rate_example(uuid, integer, text) IS
'Says what a person thinks of an example''s result: a rating from 1 to 5 and a text, in the place of those before.
NULL takes either back. PT404 unknown example, 22023 rating out of range.';

CREATE FUNCTION prompt_mgr.drop_example(id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	PERFORM FROM prompt_mgr.prompt AS p
	WHERE p.prompt_id = (SELECT e.prompt_id FROM prompt_mgr.prompt_example AS e WHERE e.example_id = drop_example.id) FOR NO KEY UPDATE;
	DELETE FROM prompt_mgr.prompt_example AS e WHERE e.example_id = drop_example.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'example "%" does not exist or is not visible', coalesce(drop_example.id::text, 'null')
			USING ERRCODE = 'PT404', HINT = 'list_examples() shows the examples of a version.';
	END IF;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.drop_example(uuid) IS
'Removes an example that is wrong or no longer wanted.
PT404 unknown example.';

-- A block with an exception clause is a subtransaction, which a parallel
-- operation cannot have before PostgreSQL 17.
CREATE FUNCTION prompt_mgr.run_examples(name text, version integer DEFAULT NULL)
RETURNS TABLE (example_id uuid, example text, passed boolean, expected text, actual text, sqlstate text, error text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	owner record;
	test record;
	messages jsonb;
BEGIN
	SELECT g.prompt_id, g.version, g.kind INTO owner
	FROM prompt_mgr.get_prompt($1, $2) AS g;
	FOR test IN
		SELECT e.* FROM prompt_mgr.prompt_example AS e
		WHERE e.prompt_id = owner.prompt_id AND e.version = owner.version
		ORDER BY e.created_at, e.example_id
	LOOP
		example_id := test.example_id;
		example := test.name;
		passed := false;
		expected := coalesce(test.expected, test.expected_messages::text);
		actual := NULL;
		run_examples.sqlstate := NULL;
		error := NULL;
		BEGIN
			IF owner.kind = 'chat' THEN
				messages := prompt_mgr.render_messages($1, test.variables, owner.version);
				actual := messages::text;
				passed := CASE WHEN test.expected_messages IS NULL THEN true
					WHEN test.match = 'contains' THEN messages @> test.expected_messages
					ELSE messages = test.expected_messages END;
			ELSE
				actual := prompt_mgr.render_prompt($1, test.variables, owner.version);
				passed := CASE WHEN test.expected IS NULL THEN true
					WHEN test.match = 'contains' THEN strpos(actual, test.expected) > 0
					WHEN test.match = 'regex' THEN actual ~ test.expected
					ELSE actual = test.expected END;
			END IF;
		EXCEPTION WHEN OTHERS THEN
			-- A cancelled statement is not among the others.
			run_examples.sqlstate := SQLSTATE;
			error := SQLERRM;
		END;
		RETURN NEXT;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.run_examples(text, integer) IS
'Renders each example of a version with the caller''s rights and compares: one row each, oldest first.
version NULL is that of label production. An example that cannot be rendered is a failed row with its SQLSTATE and error, not an error of the call. PT404 where prompt or version does not exist or is not visible.';
