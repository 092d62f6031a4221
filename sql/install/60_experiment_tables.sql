-- The tables of experiments.  What the hot path reads of an experiment stands
-- in one row, found by one index; what it writes is one row that only it
-- writes.  Exposures and outcomes carry the transaction that wrote them, so
-- that the job takes each of them up once, however late it commits.
--
-- Exposures, outcomes and totals have no foreign keys: a check would lock the
-- experiment's row for every unit served.  Experiments cannot be deleted.

CREATE FUNCTION prompt_mgr._init_experiments() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.metric_source (
		name text COLLATE "C" NOT NULL,
		query text NOT NULL,
		registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		registered_by text NOT NULL,
		registered_as name NOT NULL DEFAULT current_user,
		CONSTRAINT metric_source_pkey PRIMARY KEY (name),
		CONSTRAINT metric_source_name_check CHECK (name ~ '^[A-Za-z0-9_.-]{1,64}$')
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment (
		experiment_id uuid NOT NULL DEFAULT gen_random_uuid(),
		name text COLLATE "C" NOT NULL,
		prompt_id uuid NOT NULL,
		prompt text COLLATE "C" NOT NULL,
		label text COLLATE "C" NOT NULL DEFAULT 'production',
		status text NOT NULL DEFAULT 'draft',
		salt text NOT NULL,
		algorithm text NOT NULL DEFAULT 'm3',
		method text NOT NULL DEFAULT 'always_valid',
		alpha double precision NOT NULL DEFAULT 0.05,
		planned_n bigint,
		tuning_n bigint NOT NULL,
		weights integer[] NOT NULL,
		epoch integer NOT NULL DEFAULT 1,
		coverage_ppm integer NOT NULL DEFAULT 1000000,
		ramp_at timestamptz[],
		ramp_ppm integer[],
		targeting jsonb NOT NULL DEFAULT '[]',
		layer text COLLATE "C",
		layer_from integer NOT NULL DEFAULT 0,
		layer_to integer NOT NULL DEFAULT 1000000,
		priority integer NOT NULL DEFAULT 0,
		holdout text COLLATE "C",
		holdout_ppm integer NOT NULL DEFAULT 0,
		options jsonb NOT NULL DEFAULT '{}',
		created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		created_by text NOT NULL,
		started_at timestamptz,
		stopped_at timestamptz,
		winner text COLLATE "C",
		stop_reason text,
		sticky_from integer NOT NULL DEFAULT 1,
		CONSTRAINT experiment_pkey PRIMARY KEY (experiment_id),
		CONSTRAINT experiment_name_key UNIQUE (name),
		CONSTRAINT experiment_prompt_id_fkey FOREIGN KEY (prompt_id, prompt)
			REFERENCES prompt_mgr.prompt (prompt_id, name) ON UPDATE CASCADE,
		CONSTRAINT experiment_name_check CHECK (length(name) BETWEEN 1 AND 255 AND name !~ '[[:cntrl:]]'),
		CONSTRAINT experiment_status_check CHECK (status IN ('draft', 'running', 'paused', 'completed')),
		CONSTRAINT experiment_salt_check CHECK (salt ~ '^[A-Za-z0-9_.-]{1,64}$'),
		CONSTRAINT experiment_method_check CHECK (method IN ('always_valid', 'hybrid', 'group_sequential', 'fixed')),
		CONSTRAINT experiment_alpha_check CHECK (alpha > 0 AND alpha < 0.5),
		CONSTRAINT experiment_planned_n_check CHECK (planned_n > 0),
		CONSTRAINT experiment_weights_check CHECK (array_ndims(weights) = 1 AND array_lower(weights, 1) = 1 AND cardinality(weights) BETWEEN 2 AND 64
			AND array_position(weights, NULL) IS NULL AND 0 <= ALL (weights) AND 1000000 >= ALL (weights) AND NOT 0 = ALL (weights)),
		CONSTRAINT experiment_coverage_ppm_check CHECK (coverage_ppm BETWEEN 0 AND 1000000),
		CONSTRAINT experiment_holdout_ppm_check CHECK (holdout_ppm BETWEEN 0 AND 1000000),
		CONSTRAINT experiment_layer_check CHECK (layer ~ '^[A-Za-z0-9_.-]{1,64}$' AND layer_from >= 0
			AND layer_from < layer_to AND layer_to <= 1000000),
		CONSTRAINT experiment_holdout_check CHECK (holdout ~ '^[A-Za-z0-9_.-]{1,64}$')
	);
	-- What serving asks first, and nearly always all that it asks.
	CREATE INDEX IF NOT EXISTS experiment_running_idx ON prompt_mgr.experiment (prompt, label, priority DESC, name)
		WHERE status = 'running';

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_variant (
		experiment_id uuid NOT NULL,
		variant_no smallint NOT NULL,
		key text COLLATE "C" NOT NULL,
		prompt_id uuid NOT NULL,
		prompt text COLLATE "C" NOT NULL,
		version integer,
		label text COLLATE "C",
		CONSTRAINT experiment_variant_pkey PRIMARY KEY (experiment_id, variant_no),
		CONSTRAINT experiment_variant_key_key UNIQUE (experiment_id, key),
		CONSTRAINT experiment_variant_experiment_id_fkey FOREIGN KEY (experiment_id)
			REFERENCES prompt_mgr.experiment (experiment_id),
		CONSTRAINT experiment_variant_prompt_id_fkey FOREIGN KEY (prompt_id, prompt)
			REFERENCES prompt_mgr.prompt (prompt_id, name) ON UPDATE CASCADE,
		CONSTRAINT experiment_variant_version_fkey FOREIGN KEY (prompt_id, version)
			REFERENCES prompt_mgr.prompt_version (prompt_id, version),
		CONSTRAINT experiment_variant_target_check CHECK (num_nonnulls(version, label) = 1)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_metric (
		experiment_id uuid NOT NULL,
		metric_no smallint NOT NULL,
		name text COLLATE "C" NOT NULL,
		kind text NOT NULL,
		role text NOT NULL,
		direction text NOT NULL,
		margin double precision NOT NULL DEFAULT 0,
		source text COLLATE "C",
		field text COLLATE "C",
		CONSTRAINT experiment_metric_pkey PRIMARY KEY (experiment_id, metric_no),
		CONSTRAINT experiment_metric_name_key UNIQUE (experiment_id, name),
		CONSTRAINT experiment_metric_experiment_id_fkey FOREIGN KEY (experiment_id)
			REFERENCES prompt_mgr.experiment (experiment_id),
		CONSTRAINT experiment_metric_source_fkey FOREIGN KEY (source)
			REFERENCES prompt_mgr.metric_source (name),
		CONSTRAINT experiment_metric_kind_check CHECK (kind IN ('binary', 'continuous', 'ratio')),
		CONSTRAINT experiment_metric_role_check CHECK (role IN ('primary', 'secondary', 'guardrail')),
		CONSTRAINT experiment_metric_direction_check CHECK (direction IN ('increase', 'decrease')),
		CONSTRAINT experiment_metric_field_check CHECK (source IS NULL AND field IN ('success', 'duration', 'time_to_first_chunk',
			'cost_usd', 'input_tokens', 'output_tokens', 'confidence') OR field IS NULL)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_epoch (
		experiment_id uuid NOT NULL,
		epoch integer NOT NULL,
		weights integer[] NOT NULL,
		began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		began_by text NOT NULL,
		CONSTRAINT experiment_epoch_pkey PRIMARY KEY (experiment_id, epoch),
		CONSTRAINT experiment_epoch_experiment_id_fkey FOREIGN KEY (experiment_id)
			REFERENCES prompt_mgr.experiment (experiment_id)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_force (
		experiment_id uuid NOT NULL,
		unit text COLLATE "C" NOT NULL,
		variant_no smallint NOT NULL,
		forced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		CONSTRAINT experiment_force_pkey PRIMARY KEY (experiment_id, unit),
		CONSTRAINT experiment_force_variant_fkey FOREIGN KEY (experiment_id, variant_no)
			REFERENCES prompt_mgr.experiment_variant (experiment_id, variant_no)
	);
	PERFORM prompt_mgr._init_experiment_rows();
	PERFORM prompt_mgr._init_experiment_results();
	PERFORM prompt_mgr._init_experiment_comments();
	PERFORM prompt_mgr._init_experiment_triggers();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiments() IS
'internal: makes the tables of experiments and their triggers';

-- The rows of single units, and what the job has added up of them.
CREATE FUNCTION prompt_mgr._init_experiment_rows() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.exposure (
		experiment_id uuid NOT NULL,
		unit text COLLATE "C" NOT NULL,
		variant_no smallint NOT NULL,
		epoch integer NOT NULL,
		forced boolean NOT NULL DEFAULT false,
		exposure_id uuid NOT NULL DEFAULT gen_random_uuid(),
		exposed_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
		xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
		CONSTRAINT exposure_pkey PRIMARY KEY (experiment_id, unit)
	);
	CREATE INDEX IF NOT EXISTS exposure_xact_idx ON prompt_mgr.exposure (experiment_id, xact);

	CREATE TABLE IF NOT EXISTS prompt_mgr.exposure_crossover (
		experiment_id uuid NOT NULL,
		unit text COLLATE "C" NOT NULL,
		variant_no smallint NOT NULL,
		crossed_at timestamptz NOT NULL DEFAULT now(),
		CONSTRAINT exposure_crossover_pkey PRIMARY KEY (experiment_id, unit, variant_no)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.outcome (
		experiment_id uuid NOT NULL,
		metric_no smallint NOT NULL,
		unit text COLLATE "C" NOT NULL,
		value double precision NOT NULL,
		denominator double precision NOT NULL DEFAULT 1,
		at timestamptz NOT NULL DEFAULT now(),
		xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
		outcome_id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
		CONSTRAINT outcome_pkey PRIMARY KEY (experiment_id, xact, outcome_id)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.unit_total (
		experiment_id uuid NOT NULL,
		metric_no smallint NOT NULL,
		unit text COLLATE "C" NOT NULL,
		variant_no smallint,
		epoch integer,
		events bigint NOT NULL,
		num numeric NOT NULL,
		den numeric NOT NULL,
		CONSTRAINT unit_total_pkey PRIMARY KEY (experiment_id, unit, metric_no)
	);

	-- An experiment that began after the last ANALYZE is in no statistics, and the
	-- planner would take it to be empty and read all of it for each unit.  With
	-- none it takes every experiment to have its share.
	ALTER TABLE prompt_mgr.exposure ALTER COLUMN experiment_id SET STATISTICS 0;
	ALTER TABLE prompt_mgr.outcome ALTER COLUMN experiment_id SET STATISTICS 0;
	ALTER TABLE prompt_mgr.unit_total ALTER COLUMN experiment_id SET STATISTICS 0;

	CREATE TABLE IF NOT EXISTS prompt_mgr.exposure_total (
		experiment_id uuid NOT NULL,
		epoch integer NOT NULL,
		variant_no smallint NOT NULL,
		units bigint NOT NULL,
		CONSTRAINT exposure_total_pkey PRIMARY KEY (experiment_id, epoch, variant_no)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.metric_total (
		experiment_id uuid NOT NULL,
		metric_no smallint NOT NULL,
		epoch integer NOT NULL,
		variant_no smallint NOT NULL,
		units bigint NOT NULL,
		num numeric NOT NULL,
		num2 numeric NOT NULL,
		den numeric NOT NULL,
		den2 numeric NOT NULL,
		numden numeric NOT NULL,
		CONSTRAINT metric_total_pkey PRIMARY KEY (experiment_id, metric_no, epoch, variant_no)
	);

	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_watermark (
		experiment_id uuid NOT NULL,
		watermark xid8 NOT NULL DEFAULT '0',
		cluster bigint NOT NULL,
		rolled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
		CONSTRAINT experiment_watermark_pkey PRIMARY KEY (experiment_id)
	);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiment_rows() IS
'internal: makes the tables of exposures, outcomes and their totals';

CREATE FUNCTION prompt_mgr._init_experiment_results() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_look (
		experiment_id uuid NOT NULL,
		look_no integer NOT NULL,
		looked_at timestamptz NOT NULL,
		snapshot pg_snapshot NOT NULL,
		units bigint NOT NULL,
		epoch integer NOT NULL,
		totals jsonb NOT NULL,
		results jsonb NOT NULL,
		srm jsonb NOT NULL,
		decision text NOT NULL,
		variant text COLLATE "C",
		reason text NOT NULL,
		CONSTRAINT experiment_look_pkey PRIMARY KEY (experiment_id, look_no),
		CONSTRAINT experiment_look_experiment_id_fkey FOREIGN KEY (experiment_id)
			REFERENCES prompt_mgr.experiment (experiment_id)
	);

	-- The tests that happen once: the planned one of hybrid and fixed, and
	-- those of a group-sequential plan.
	CREATE TABLE IF NOT EXISTS prompt_mgr.experiment_test (
		experiment_id uuid NOT NULL,
		metric_no smallint NOT NULL,
		variant_no smallint NOT NULL,
		test_no integer NOT NULL,
		units bigint NOT NULL,
		fraction double precision NOT NULL,
		z double precision,
		p_value double precision,
		bound double precision,
		rejected boolean NOT NULL,
		tested_at timestamptz NOT NULL,
		CONSTRAINT experiment_test_pkey PRIMARY KEY (experiment_id, metric_no, variant_no, test_no),
		CONSTRAINT experiment_test_experiment_id_fkey FOREIGN KEY (experiment_id)
			REFERENCES prompt_mgr.experiment (experiment_id)
	);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiment_results() IS
'internal: makes the tables of looks and of tests that happen once';

-- table.column or table => comment, applied one by one.
CREATE FUNCTION prompt_mgr._init_experiment_comments() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr._comment_on(c.relation, c.attribute, c.text) FROM (VALUES
		('metric_source', NULL, 'Queries over your own tables that give a metric''s rows; the job runs each with the rights of who registered it.'),
		('metric_source', 'name', 'Name, given as "source" of a metric.'),
		('metric_source', 'query', 'A query with the columns unit, value, denominator and time.'),
		('metric_source', 'registered_at', 'When.'),
		('metric_source', 'registered_by', 'By whom: JWT subject, else role.'),
		('metric_source', 'registered_as', 'By which role, with whose rights the query runs.'),
		('experiment', NULL, 'Experiments: N weighted variants of a prompt under a label.'),
		('experiment', 'experiment_id', 'Identity.'),
		('experiment', 'name', 'Unique name.'),
		('experiment', 'prompt_id', 'The prompt.'),
		('experiment', 'prompt', 'Its name; follows it when the prompt is renamed.'),
		('experiment', 'label', 'Under which label it is served.'),
		('experiment', 'status', 'draft, running, paused or completed.'),
		('experiment', 'salt', 'What units are hashed with; never changes.'),
		('experiment', 'algorithm', 'Algorithm of pick_variant(); never changes.'),
		('experiment', 'method', 'always_valid, hybrid, group_sequential or fixed; frozen at start.'),
		('experiment', 'alpha', 'Significance level; frozen at start.'),
		('experiment', 'planned_n', 'Planned units of the control and one treatment together; frozen at start.'),
		('experiment', 'tuning_n', 'N* of the e-value: planned_n, else 5000; frozen at start.'),
		('experiment', 'weights', 'Weights in force, by variant_no.'),
		('experiment', 'epoch', 'Number of the weights in force, see experiment_epoch.'),
		('experiment', 'coverage_ppm', 'Share of the units that take part, in parts per million, before the first step of the ramp.'),
		('experiment', 'ramp_at', 'When each step of the ramp begins.'),
		('experiment', 'ramp_ppm', 'The share from that time on.'),
		('experiment', 'targeting', 'Conditions on attributes, see matches_targeting().'),
		('experiment', 'layer', 'A unit is in at most one experiment of a layer.'),
		('experiment', 'layer_from', 'First part per million of the layer that this experiment has.'),
		('experiment', 'layer_to', 'And the first that it has not.'),
		('experiment', 'priority', 'Of several experiments that a unit could be in, the highest is served.'),
		('experiment', 'holdout', 'Name of the holdout, whose units are in no experiment that names it.'),
		('experiment', 'holdout_ppm', 'Its share of the units.'),
		('experiment', 'options', 'All options given to create_experiment(), times as points in time.'),
		('experiment', 'created_at', 'When it was created.'),
		('experiment', 'created_by', 'By whom: JWT subject, else role.'),
		('experiment', 'started_at', 'When it was started first.'),
		('experiment', 'stopped_at', 'When it was stopped.'),
		('experiment', 'winner', 'Key of the winning variant.'),
		('experiment', 'stop_reason', 'Why it was stopped or paused.'),
		('experiment', 'sticky_from', 'Units exposed in this epoch or later keep their variant; older ones were assigned anew.'),
		('experiment_variant', NULL, 'Variants of an experiment; the first is the control.'),
		('experiment_variant', 'experiment_id', 'The experiment.'),
		('experiment_variant', 'variant_no', 'Number from 1; 1 is the control.'),
		('experiment_variant', 'key', 'Its name within the experiment.'),
		('experiment_variant', 'prompt_id', 'The prompt that it serves.'),
		('experiment_variant', 'prompt', 'That prompt''s name.'),
		('experiment_variant', 'version', 'The version that it serves, or'),
		('experiment_variant', 'label', 'the label whose version it serves.'),
		('experiment_metric', NULL, 'Metrics of an experiment.'),
		('experiment_metric', 'experiment_id', 'The experiment.'),
		('experiment_metric', 'metric_no', 'Number from 1.'),
		('experiment_metric', 'name', 'Its name within the experiment.'),
		('experiment_metric', 'kind', 'binary, continuous or ratio.'),
		('experiment_metric', 'role', 'primary, secondary or guardrail.'),
		('experiment_metric', 'direction', 'What is good: increase or decrease.'),
		('experiment_metric', 'margin', 'How much worse a guardrail may become, or how much better a primary metric must, as a difference.'),
		('experiment_metric', 'source', 'Query that gives its rows.'),
		('experiment_metric', 'field', 'Column of the log of executions that gives its rows; NULL, as source: record_outcome().'),
		('experiment_epoch', NULL, 'Weights of an experiment over time.'),
		('experiment_epoch', 'experiment_id', 'The experiment.'),
		('experiment_epoch', 'epoch', 'Number from 1.'),
		('experiment_epoch', 'weights', 'Weights, by variant_no.'),
		('experiment_epoch', 'began_at', 'When they came into force.'),
		('experiment_epoch', 'began_by', 'By whom.'),
		('experiment_force', NULL, 'Units that get a fixed variant; they are not analysed.'),
		('experiment_force', 'experiment_id', 'The experiment.'),
		('experiment_force', 'unit', 'The unit.'),
		('experiment_force', 'variant_no', 'Its variant.'),
		('experiment_force', 'forced_at', 'Since when.'),
		('exposure', NULL, 'One row per unit of an experiment: its first exposure, and the variant that it keeps.'),
		('exposure', 'experiment_id', 'The experiment.'),
		('exposure', 'unit', 'The unit.'),
		('exposure', 'variant_no', 'Its variant.'),
		('exposure', 'epoch', 'The weights under which it was chosen.'),
		('exposure', 'forced', 'Chosen by force_variant(), hence not analysed.'),
		('exposure', 'exposure_id', 'Identity, returned by serve_prompt().'),
		('exposure', 'exposed_at', 'When it was served first.'),
		('exposure', 'xact', 'The transaction that wrote it.'),
		('exposure_crossover', NULL, 'Units that were served another variant than that of their first exposure.'),
		('exposure_crossover', 'experiment_id', 'The experiment.'),
		('exposure_crossover', 'unit', 'The unit.'),
		('exposure_crossover', 'variant_no', 'The other variant.'),
		('exposure_crossover', 'crossed_at', 'When it was served first.'),
		('outcome', NULL, 'Outcomes as recorded. Append-only.'),
		('outcome', 'experiment_id', 'The experiment.'),
		('outcome', 'metric_no', 'The metric.'),
		('outcome', 'unit', 'The unit.'),
		('outcome', 'value', 'The value; of a ratio the numerator.'),
		('outcome', 'denominator', 'The denominator of a ratio.'),
		('outcome', 'at', 'When it happened.'),
		('outcome', 'xact', 'The transaction that wrote it.'),
		('outcome', 'outcome_id', 'Number of the row.'),
		('unit_total', NULL, 'Outcomes added up per unit; kept by the job.'),
		('unit_total', 'experiment_id', 'The experiment.'),
		('unit_total', 'metric_no', 'The metric.'),
		('unit_total', 'unit', 'The unit.'),
		('unit_total', 'variant_no', 'Its variant; NULL while it has not been exposed.'),
		('unit_total', 'epoch', 'The epoch of its exposure.'),
		('unit_total', 'events', 'How many outcomes.'),
		('unit_total', 'num', 'Sum of their values; of a binary metric how many are above 0.'),
		('unit_total', 'den', 'Sum of their denominators.'),
		('exposure_total', NULL, 'Exposed units per epoch and variant; kept by the job.'),
		('exposure_total', 'experiment_id', 'The experiment.'),
		('exposure_total', 'epoch', 'The epoch.'),
		('exposure_total', 'variant_no', 'The variant.'),
		('exposure_total', 'units', 'Units exposed, without those forced.'),
		('metric_total', NULL, 'Exact sums over units per metric, epoch and variant; kept by the job.'),
		('metric_total', 'experiment_id', 'The experiment.'),
		('metric_total', 'metric_no', 'The metric.'),
		('metric_total', 'epoch', 'The epoch.'),
		('metric_total', 'variant_no', 'The variant.'),
		('metric_total', 'units', 'Exposed units with an outcome.'),
		('metric_total', 'num', 'Sum of the units'' values: successes, means or numerators.'),
		('metric_total', 'num2', 'Sum of their squares.'),
		('metric_total', 'den', 'Sum of the units'' denominators.'),
		('metric_total', 'den2', 'Sum of their squares.'),
		('metric_total', 'numden', 'Sum of the products.'),
		('experiment_watermark', NULL, 'Up to where the job has added up.'),
		('experiment_watermark', 'experiment_id', 'The experiment.'),
		('experiment_watermark', 'watermark', 'Every row of an older transaction is in the totals, no other is.'),
		('experiment_watermark', 'cluster', 'System identifier of the cluster whose transactions these are.'),
		('experiment_watermark', 'rolled_at', 'When.'),
		('experiment_look', NULL, 'Every look of the job at an experiment: what it saw and decided.'),
		('experiment_look', 'experiment_id', 'The experiment.'),
		('experiment_look', 'look_no', 'Number from 1.'),
		('experiment_look', 'looked_at', 'When.'),
		('experiment_look', 'snapshot', 'What had been committed when it looked.'),
		('experiment_look', 'units', 'Units exposed.'),
		('experiment_look', 'epoch', 'The epoch then in force.'),
		('experiment_look', 'totals', 'The sums that the results follow from.'),
		('experiment_look', 'results', 'The rows of analyze_experiment(), with the largest e-value so far.'),
		('experiment_look', 'srm', 'The check of the split.'),
		('experiment_look', 'decision', 'continue, win, no_win, guardrail, srm or stop.'),
		('experiment_look', 'variant', 'The variant that the decision is about.'),
		('experiment_look', 'reason', 'Why, in a sentence.'),
		('experiment_test', NULL, 'Tests that happen once: the planned one, and those of a group-sequential plan.'),
		('experiment_test', 'experiment_id', 'The experiment.'),
		('experiment_test', 'metric_no', 'The metric.'),
		('experiment_test', 'variant_no', 'The treatment.'),
		('experiment_test', 'test_no', 'Number from 1.'),
		('experiment_test', 'units', 'Units of the control and the treatment.'),
		('experiment_test', 'fraction', 'Their share of planned_n, at most 1.'),
		('experiment_test', 'z', 'The z-statistic.'),
		('experiment_test', 'p_value', 'Its two-sided p-value.'),
		('experiment_test', 'bound', 'Bound on |z| of a group-sequential test.'),
		('experiment_test', 'rejected', 'Whether it found a difference.'),
		('experiment_test', 'tested_at', 'When.')
	) AS c (relation, attribute, text);
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiment_comments() IS
'internal: comments on the tables and columns of experiments';
