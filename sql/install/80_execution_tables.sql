-- The log of executions, and what is said of them later.  Rows come in by the
-- thousand and are never changed; they are dropped by the partition, and read
-- by the periodic job once.  Each carries the transaction that wrote it, so
-- that the job takes it up exactly once, however late it commits.
--
-- created_at is the time in the execution's id: a retry meets the same
-- partition, and there the primary key.  There are no foreign keys: a check
-- would lock the prompt's row for every execution, and every partition that is
-- dropped.  Columns of fixed width come first, which leaves no holes.

CREATE FUNCTION prompt_mgr._init_executions() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution (
		execution_id uuid NOT NULL,
		created_at timestamptz NOT NULL,
		xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
		prompt_id uuid NOT NULL,
		experiment_id uuid,
		duration double precision,
		time_to_first_chunk double precision,
		confidence double precision,
		version integer NOT NULL,
		input_tokens integer,
		output_tokens integer,
		cache_read_input_tokens integer,
		cache_write_input_tokens integer,
		reasoning_output_tokens integer,
		variant_no smallint,
		success boolean NOT NULL,
		cost_usd numeric,
		operation_name text COLLATE "C",
		provider_name text COLLATE "C",
		request_model text COLLATE "C",
		response_model text COLLATE "C",
		response_id text COLLATE "C",
		finish_reasons text[] COLLATE "C",
		error_type text COLLATE "C",
		error_message text,
		unit text COLLATE "C",
		user_id text COLLATE "C",
		conversation_id text COLLATE "C",
		ref jsonb,
		attributes jsonb,
		variables jsonb,
		rendered text,
		response text,
		CONSTRAINT execution_pkey PRIMARY KEY (execution_id, created_at),
		CONSTRAINT execution_time_check CHECK (duration >= 0 AND duration < 'Infinity'
			AND time_to_first_chunk >= 0 AND time_to_first_chunk < 'Infinity'),
		CONSTRAINT execution_confidence_check CHECK (confidence > '-Infinity' AND confidence < 'Infinity'),
		CONSTRAINT execution_tokens_check CHECK (input_tokens >= 0 AND output_tokens >= 0
			AND cache_read_input_tokens >= 0 AND cache_write_input_tokens >= 0 AND reasoning_output_tokens >= 0),
		-- Keys of figures, which indexes have limits for.
		CONSTRAINT execution_names_check CHECK (octet_length(unit) <= 1024 AND octet_length(error_type) <= 255
			AND octet_length(provider_name) <= 255 AND octet_length(request_model) <= 255 AND octet_length(response_model) <= 255),
		CONSTRAINT execution_cost_usd_check CHECK (cost_usd BETWEEN 0 AND 1000000)
	) PARTITION BY RANGE (created_at);
	-- What the job has not seen; the rows of a batch share an entry.
	CREATE INDEX IF NOT EXISTS execution_xact_idx ON prompt_mgr.execution (xact);
	CREATE INDEX IF NOT EXISTS execution_experiment_id_idx ON prompt_mgr.execution (experiment_id, xact) WHERE experiment_id IS NOT NULL;
	CREATE INDEX IF NOT EXISTS execution_prompt_id_idx ON prompt_mgr.execution (prompt_id, created_at);
	-- An hour of a day or month, for next to nothing.
	CREATE INDEX IF NOT EXISTS execution_created_at_idx ON prompt_mgr.execution USING brin (created_at);

	-- A value that replaces another says which, so that sums over values can be
	-- kept by adding rows: each adds value and takes away was.
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_score (
		execution_id uuid NOT NULL,
		created_at timestamptz NOT NULL,
		xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
		scored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		value double precision NOT NULL,
		was double precision,
		score_no integer NOT NULL,
		name text COLLATE "C" NOT NULL,
		comment text,
		CONSTRAINT execution_score_pkey PRIMARY KEY (execution_id, created_at, name, score_no),
		CONSTRAINT execution_score_value_check CHECK (value > '-Infinity' AND value < 'Infinity'),
		CONSTRAINT execution_score_name_check CHECK (length(name) BETWEEN 1 AND 100),
		CONSTRAINT execution_score_score_no_check CHECK (score_no > 0 AND (score_no = 1) = (was IS NULL))
	) PARTITION BY RANGE (created_at);
	CREATE INDEX IF NOT EXISTS execution_score_xact_idx ON prompt_mgr.execution_score (xact);

	-- The one row is made when somebody chooses other than the defaults: a row
	-- of init()'s would be in the way of a restored one.
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_setting (
		single boolean NOT NULL DEFAULT true,
		partition_by text NOT NULL,
		retention interval NOT NULL,
		content text[] NOT NULL,
		CONSTRAINT execution_setting_pkey PRIMARY KEY (single),
		CONSTRAINT execution_setting_single_check CHECK (single),
		CONSTRAINT execution_setting_partition_by_check CHECK (partition_by IN ('day', 'week', 'month')),
		CONSTRAINT execution_setting_retention_check CHECK (retention >= interval '1 day'),
		CONSTRAINT execution_setting_content_check CHECK (content <@ '{variables,rendered,response}'::text[])
	);

	-- Rows outside of every partition; there are to be none.
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_default PARTITION OF prompt_mgr.execution DEFAULT;
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_score_default PARTITION OF prompt_mgr.execution_score DEFAULT;
	PERFORM prompt_mgr._close_partition('execution_default');
	PERFORM prompt_mgr._close_partition('execution_score_default');
	PERFORM prompt_mgr._init_execution_triggers();
	PERFORM prompt_mgr._init_execution_views();
	PERFORM prompt_mgr._init_execution_comments();
	PERFORM prompt_mgr._make_partitions();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_executions() IS
'internal: makes the tables of executions and their triggers';

-- Whoever addresses a partition by its name would pass the policies of the
-- table that it is part of.
CREATE FUNCTION prompt_mgr._close_partition(partition name) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	grantee text;
BEGIN
	IF (SELECT c.relrowsecurity FROM pg_catalog.pg_class AS c WHERE c.oid = format('prompt_mgr.%I', partition)::regclass) THEN
		RETURN;
	END IF;
	EXECUTE format('ALTER TABLE prompt_mgr.%I ENABLE ROW LEVEL SECURITY', partition);
	EXECUTE format('CREATE POLICY %I ON prompt_mgr.%I USING (false)', partition || '_closed', partition);
	EXECUTE format('COMMENT ON POLICY %I ON prompt_mgr.%I IS %L', partition || '_closed', partition,
		'Rows are reached through the partitioned table alone.');
	FOR grantee IN
		SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
		FROM pg_catalog.pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
		WHERE c.oid = format('prompt_mgr.%I', partition)::regclass AND a.grantee <> c.relowner
	LOOP
		EXECUTE format('REVOKE ALL ON prompt_mgr.%I FROM %s', partition, grantee);
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._close_partition(name) IS
'internal: enables row-level security on a partition with a policy that shows nothing, and takes back what default privileges granted';

CREATE FUNCTION prompt_mgr._init_execution_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- Values of one name follow each other, whoever writes them.
	CREATE OR REPLACE FUNCTION prompt_mgr._execution_score_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
	AS $trigger$
	DECLARE
		last record;
	BEGIN
		IF NEW.score_no IS NOT NULL THEN
			RETURN NEW;	-- restored
		END IF;
		PERFORM pg_advisory_xact_lock(hashtextextended('prompt_mgr score ' || NEW.execution_id || NEW.name, 0));
		SELECT s.score_no, s.value, s.comment INTO last FROM prompt_mgr.execution_score AS s
		WHERE s.execution_id = NEW.execution_id AND s.created_at = NEW.created_at AND s.name = NEW.name
		ORDER BY s.score_no DESC LIMIT 1;
		IF last.value = NEW.value AND last.comment IS NOT DISTINCT FROM coalesce(NEW.comment, last.comment) THEN
			RETURN NULL;	-- said before
		END IF;
		NEW.score_no := coalesce(last.score_no, 0) + 1;
		NEW.was := last.value;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._execution_score_before_insert() IS 'internal: numbers a value and notes which one it replaces; drops one that says nothing new';
	CREATE OR REPLACE TRIGGER execution_score_before_insert BEFORE INSERT ON prompt_mgr.execution_score
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._execution_score_before_insert();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_execution_triggers() IS
'internal: makes or renews the trigger of values given later';

CREATE FUNCTION prompt_mgr._init_execution_views() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE OR REPLACE VIEW prompt_mgr.executions WITH (security_invoker = true) AS
	SELECT x.execution_id, x.created_at, p.name AS prompt, x.version, e.name AS experiment, v.key AS variant,
		x.unit, x.user_id, x.conversation_id, x.operation_name, x.provider_name, x.request_model, x.response_model, x.response_id,
		x.success, x.duration * 1000 AS processing_time_ms, x.confidence, x.error_type, x.error_message, x.finish_reasons,
		x.input_tokens, x.output_tokens, x.cache_read_input_tokens, x.cache_write_input_tokens, x.reasoning_output_tokens,
		x.cost_usd, x.duration, x.time_to_first_chunk, x.ref, x.attributes,
		(SELECT jsonb_object_agg(s.name, s.value ORDER BY s.score_no) FROM prompt_mgr.execution_score AS s
			WHERE s.execution_id = x.execution_id AND s.created_at = x.created_at) AS scores,
		(SELECT s.comment FROM prompt_mgr.execution_score AS s
			WHERE s.execution_id = x.execution_id AND s.created_at = x.created_at AND s.name = 'rating' AND s.comment IS NOT NULL
			ORDER BY s.score_no DESC LIMIT 1) AS feedback
	FROM prompt_mgr.execution AS x
	LEFT JOIN prompt_mgr.prompt AS p ON p.prompt_id = x.prompt_id
	LEFT JOIN prompt_mgr.experiment AS e ON e.experiment_id = x.experiment_id
	LEFT JOIN prompt_mgr.experiment_variant AS v ON v.experiment_id = x.experiment_id AND v.variant_no = x.variant_no;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_execution_views() IS
'internal: makes or renews the view of executions';

-- table.column or table => comment, applied one by one.
CREATE FUNCTION prompt_mgr._init_execution_comments() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	note record;
BEGIN
	PERFORM prompt_mgr._comment_on(c.relation, c.attribute, c.text) FROM (VALUES
		('execution', NULL, 'Log of executions: what happened to each prompt. Partitioned by time; append-only.'),
		('execution', 'execution_id', 'Identity, a UUID of version 7; as given out by serve_prompt(), by the client or by log_execution().'),
		('execution', 'created_at', 'The time in the id: when the execution began. Chooses the partition.'),
		('execution', 'xact', 'The transaction that wrote it.'),
		('execution', 'prompt_id', 'The prompt; it may be gone.'),
		('execution', 'experiment_id', 'The experiment, if the unit was in one.'),
		('execution', 'duration', 'Seconds from the request to the end of the answer (gen_ai.client.operation.duration).'),
		('execution', 'time_to_first_chunk', 'Seconds to the first part of the answer (gen_ai.response.time_to_first_chunk).'),
		('execution', 'confidence', 'How sure the model, or who checked it, was of the answer.'),
		('execution', 'version', 'The prompt''s version (gen_ai.prompt.version).'),
		('execution', 'input_tokens', 'Tokens of the request (gen_ai.usage.input_tokens).'),
		('execution', 'output_tokens', 'Tokens of the answer (gen_ai.usage.output_tokens).'),
		('execution', 'cache_read_input_tokens', 'Of the input, read from a cache (gen_ai.usage.cache_read.input_tokens).'),
		('execution', 'cache_write_input_tokens', 'Of the input, written to a cache (gen_ai.usage.cache_write.input_tokens).'),
		('execution', 'reasoning_output_tokens', 'Of the output, spent on reasoning (gen_ai.usage.reasoning.output_tokens).'),
		('execution', 'variant_no', 'The variant of the experiment.'),
		('execution', 'success', 'Whether it succeeded; where nobody said, whether there is no error.'),
		('execution', 'cost_usd', 'What it cost, in US dollars.'),
		('execution', 'operation_name', 'Kind of operation: chat, text_completion, embeddings (gen_ai.operation.name).'),
		('execution', 'provider_name', 'Who served the model (gen_ai.provider.name).'),
		('execution', 'request_model', 'The model asked for (gen_ai.request.model).'),
		('execution', 'response_model', 'The model that answered (gen_ai.response.model).'),
		('execution', 'response_id', 'The provider''s id of the answer (gen_ai.response.id).'),
		('execution', 'finish_reasons', 'Why the model stopped, one for each answer (gen_ai.response.finish_reasons).'),
		('execution', 'error_type', 'Class of the error, few different ones (error.type).'),
		('execution', 'error_message', 'The error in words.'),
		('execution', 'unit', 'The unit that experiments assign: user, call, session.'),
		('execution', 'user_id', 'The user.'),
		('execution', 'conversation_id', 'The conversation (gen_ai.conversation.id).'),
		('execution', 'ref', 'Keys of the application''s own rows.'),
		('execution', 'attributes', 'Anything else.'),
		('execution', 'variables', 'Variables of the template; stored only where asked for.'),
		('execution', 'rendered', 'The rendered prompt; stored only where asked for.'),
		('execution', 'response', 'The answer; stored only where asked for.'),
		('execution_score', NULL, 'Values given to executions later: ratings, scores of an evaluation. Append-only; the last of a name counts.'),
		('execution_score', 'execution_id', 'The execution.'),
		('execution_score', 'created_at', 'Its created_at. Chooses the partition.'),
		('execution_score', 'xact', 'The transaction that wrote it.'),
		('execution_score', 'scored_at', 'When the value was given.'),
		('execution_score', 'value', 'The value.'),
		('execution_score', 'was', 'The value that this one replaces; NULL for the first.'),
		('execution_score', 'score_no', 'Counts the values of this name from 1; counted by a trigger.'),
		('execution_score', 'name', 'What is valued; rating is what record_feedback() writes.'),
		('execution_score', 'comment', 'In words.'),
		('execution_setting', NULL, 'How executions are kept; one row, or none for the defaults. See configure_executions().'),
		('execution_setting', 'single', 'Always true; there is one row.'),
		('execution_setting', 'partition_by', 'Length of a partition: day, week or month.'),
		('execution_setting', 'retention', 'How long executions are kept.'),
		('execution_setting', 'content', 'What of variables, rendered and response is stored.'),
		('execution_default', NULL, 'Executions outside of every partition; the periodic job moves them.'),
		('execution_score_default', NULL, 'Values of executions outside of every partition; the periodic job moves them.')
	) AS c (relation, attribute, text);

	COMMENT ON VIEW prompt_mgr.executions IS 'The log of executions with names instead of keys, and what was said of each later; without the texts that may be stored.';
	FOR note IN
		SELECT a.attname, coalesce(c.text, col_description('prompt_mgr.execution'::regclass, x.attnum)) AS text
		FROM pg_catalog.pg_attribute AS a
		LEFT JOIN pg_catalog.pg_attribute AS x ON x.attrelid = 'prompt_mgr.execution'::regclass AND x.attname = a.attname
		LEFT JOIN (VALUES
			('prompt'::name, 'The prompt; NULL where it is gone.'),
			('experiment', 'The experiment, if the unit was in one.'),
			('variant', 'Its variant.'),
			('processing_time_ms', 'Milliseconds from the request to the end of the answer.'),
			('scores', 'Values given later, by their names: the last of each. rating is what record_feedback() writes.'),
			('feedback', 'The last comment of a rating.')
		) AS c (attribute, text) ON c.attribute = a.attname
		WHERE a.attrelid = 'prompt_mgr.executions'::regclass
	LOOP
		EXECUTE format('COMMENT ON COLUMN prompt_mgr.executions.%I IS %L', note.attname, note.text);
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_execution_comments() IS
'internal: comments on the tables and columns of executions';
