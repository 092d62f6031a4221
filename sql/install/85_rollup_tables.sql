-- What the job keeps of executions: figures per hour and per day of every
-- series, that is of every version, variant and model.  They outlive the
-- executions that they were added up from.
--
-- A series is named by a hash of what it is, so that whoever adds to it needs
-- no look at a table, and two that begin it at once begin the same.

CREATE FUNCTION prompt_mgr._init_rollups() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_series (
		series_id uuid NOT NULL,
		prompt_id uuid NOT NULL,
		version integer NOT NULL,
		experiment_id uuid,
		variant_no smallint,
		provider_name text COLLATE "C",
		model text COLLATE "C",
		CONSTRAINT execution_series_pkey PRIMARY KEY (series_id)
	);
	CREATE INDEX IF NOT EXISTS execution_series_prompt_id_idx ON prompt_mgr.execution_series (prompt_id, version);

	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_rollup (
		series_id uuid NOT NULL,
		span text COLLATE "C" NOT NULL,
		bucket timestamptz NOT NULL,
		executions bigint NOT NULL,
		errors bigint NOT NULL,
		input_tokens bigint NOT NULL,
		output_tokens bigint NOT NULL,
		cache_read_input_tokens bigint NOT NULL,
		cache_write_input_tokens bigint NOT NULL,
		reasoning_output_tokens bigint NOT NULL,
		cost_usd numeric NOT NULL,
		seconds numeric NOT NULL,
		latency bytea NOT NULL,
		users bytea NOT NULL,
		CONSTRAINT execution_rollup_pkey PRIMARY KEY (series_id, span, bucket),
		CONSTRAINT execution_rollup_series_id_fkey FOREIGN KEY (series_id) REFERENCES prompt_mgr.execution_series (series_id),
		CONSTRAINT execution_rollup_span_check CHECK (span IN ('hour', 'day'))
	) WITH (fillfactor = 80);
	CREATE INDEX IF NOT EXISTS execution_rollup_bucket_idx ON prompt_mgr.execution_rollup (span, bucket);

	-- Errors by type, and values given by name: counts that have a name.
	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_tally (
		series_id uuid NOT NULL,
		span text COLLATE "C" NOT NULL,
		bucket timestamptz NOT NULL,
		kind text COLLATE "C" NOT NULL,
		name text COLLATE "C" NOT NULL,
		n bigint NOT NULL,
		total numeric NOT NULL,
		total2 numeric NOT NULL,
		CONSTRAINT execution_tally_pkey PRIMARY KEY (series_id, span, bucket, kind, name),
		CONSTRAINT execution_tally_series_id_fkey FOREIGN KEY (series_id) REFERENCES prompt_mgr.execution_series (series_id),
		CONSTRAINT execution_tally_span_check CHECK (span IN ('hour', 'day')),
		CONSTRAINT execution_tally_kind_check CHECK (kind IN ('error', 'score'))
	);
	CREATE INDEX IF NOT EXISTS execution_tally_bucket_idx ON prompt_mgr.execution_tally (span, bucket);

	CREATE TABLE IF NOT EXISTS prompt_mgr.execution_watermark (
		singleton boolean NOT NULL DEFAULT true,
		watermark xid8 NOT NULL DEFAULT '0',
		cluster bigint NOT NULL,
		rolled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		dropped_to timestamptz NOT NULL DEFAULT '-infinity',
		hours_from timestamptz NOT NULL DEFAULT '-infinity',
		CONSTRAINT execution_watermark_pkey PRIMARY KEY (singleton),
		CONSTRAINT execution_watermark_singleton_check CHECK (singleton)
	);
	PERFORM prompt_mgr._init_rollup_comments();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_rollups() IS
'internal: makes the tables of figures of executions';

-- table.column or table => comment, applied one by one.
CREATE FUNCTION prompt_mgr._init_rollup_comments() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr._comment_on(c.relation, c.attribute, c.text) FROM (VALUES
		('execution_series', NULL, 'What figures of executions are kept apart by.'),
		('execution_series', 'series_id', 'Identity, a hash of the other columns.'),
		('execution_series', 'prompt_id', 'The prompt; it may be gone.'),
		('execution_series', 'version', 'Its version.'),
		('execution_series', 'experiment_id', 'The experiment, if the unit was in one.'),
		('execution_series', 'variant_no', 'The variant of the experiment.'),
		('execution_series', 'provider_name', 'Who served the model.'),
		('execution_series', 'model', 'The model asked for, else the one that answered.'),
		('execution_rollup', NULL, 'Figures of executions per series and hour, and per series and day (UTC); kept by the job.'),
		('execution_rollup', 'series_id', 'The series.'),
		('execution_rollup', 'span', 'hour or day; a day''s figures are those of its hours.'),
		('execution_rollup', 'bucket', 'When the hour or the day began.'),
		('execution_rollup', 'executions', 'How many executions.'),
		('execution_rollup', 'errors', 'Those without success.'),
		('execution_rollup', 'input_tokens', 'Sum of the requests'' tokens.'),
		('execution_rollup', 'output_tokens', 'Sum of the answers'' tokens.'),
		('execution_rollup', 'cache_read_input_tokens', 'Of the input, read from a cache.'),
		('execution_rollup', 'cache_write_input_tokens', 'Of the input, written to a cache.'),
		('execution_rollup', 'reasoning_output_tokens', 'Of the output, spent on reasoning.'),
		('execution_rollup', 'cost_usd', 'What they cost, in US dollars.'),
		('execution_rollup', 'seconds', 'Sum of their durations.'),
		('execution_rollup', 'latency', 'Sketch of their durations: a latency_sketch.'),
		('execution_rollup', 'users', 'Sketch of their users: a distinct_sketch.'),
		('execution_tally', NULL, 'Errors by type and values by name, per series and hour, and per series and day (UTC) of the execution; kept by the job.'),
		('execution_tally', 'series_id', 'The series.'),
		('execution_tally', 'span', 'hour or day.'),
		('execution_tally', 'bucket', 'When the hour or the day of the executions began.'),
		('execution_tally', 'kind', 'error or score.'),
		('execution_tally', 'name', 'Class of the error, _OTHER where none was given; or what was valued, of which confidence is the column of the execution.'),
		('execution_tally', 'n', 'How many executions.'),
		('execution_tally', 'total', 'Sum of the values; 0 of errors.'),
		('execution_tally', 'total2', 'Sum of their squares.'),
		('execution_watermark', NULL, 'Up to where the job has added up executions. One row.'),
		('execution_watermark', 'singleton', 'True.'),
		('execution_watermark', 'watermark', 'Every row of an older transaction is in the figures, no other is.'),
		('execution_watermark', 'cluster', 'System identifier of the cluster whose transactions these are.'),
		('execution_watermark', 'rolled_at', 'When.'),
		('execution_watermark', 'dropped_to', 'Executions before that time have been dropped, at least in part.'),
		('execution_watermark', 'hours_from', 'Before that time there are days alone.')
	) AS c (relation, attribute, text);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_rollup_comments() IS
'internal: comments on the tables and columns of figures of executions';
