-- What holds for an experiment under every path to its row: the salt never
-- changes, the plan is frozen at start, weights change by epochs, a stop is
-- final, and two experiments never claim the same unit of a prompt and label.

CREATE FUNCTION prompt_mgr._init_experiment_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	relation name;
BEGIN
	PERFORM prompt_mgr._init_experiment_trigger_functions();
	CREATE OR REPLACE TRIGGER experiment_before_insert BEFORE INSERT ON prompt_mgr.experiment
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._experiment_before_insert();
	CREATE OR REPLACE TRIGGER experiment_before_update BEFORE UPDATE ON prompt_mgr.experiment
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._experiment_before_update();
	CREATE OR REPLACE TRIGGER experiment_after_update AFTER UPDATE ON prompt_mgr.experiment
		FOR EACH ROW WHEN (OLD.epoch <> NEW.epoch OR OLD.status = 'draft')
		EXECUTE FUNCTION prompt_mgr._experiment_after_update();
	CREATE OR REPLACE TRIGGER experiment_after_stop AFTER UPDATE ON prompt_mgr.experiment
		FOR EACH ROW WHEN (NEW.status = 'completed' AND OLD.status <> 'completed')
		EXECUTE FUNCTION prompt_mgr._experiment_after_stop();
	CREATE OR REPLACE TRIGGER metric_source_before_insert BEFORE INSERT ON prompt_mgr.metric_source
		FOR EACH ROW EXECUTE FUNCTION prompt_mgr._metric_source_before_insert();

	FOREACH relation IN ARRAY '{experiment,experiment_variant,experiment_metric,experiment_epoch,exposure,outcome,experiment_look,experiment_test,metric_source}'::name[]
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE DELETE ON prompt_mgr.%I
			FOR EACH ROW EXECUTE FUNCTION prompt_mgr._refuse_delete()', relation || '_before_delete', relation);
		EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON prompt_mgr.%I
			FOR EACH STATEMENT EXECUTE FUNCTION prompt_mgr._refuse_delete()', relation || '_before_truncate', relation);
	END LOOP;
	FOREACH relation IN ARRAY '{experiment_variant,experiment_metric,experiment_look,metric_source}'::name[]
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON prompt_mgr.%I
			FOR EACH ROW EXECUTE FUNCTION prompt_mgr._experiment_part_before_update()', relation || '_before_update', relation);
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiment_triggers() IS
'internal: makes or renews the triggers of experiments';

CREATE FUNCTION prompt_mgr._init_experiment_trigger_functions() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	CREATE OR REPLACE FUNCTION prompt_mgr._metric_source_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		NEW.registered_by := coalesce(NEW.registered_by, prompt_mgr._actor());
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._metric_source_before_insert() IS 'internal: fills who registered a query';

	CREATE OR REPLACE FUNCTION prompt_mgr._experiment_before_insert() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		NEW.created_by := coalesce(NEW.created_by, prompt_mgr._actor());
		NEW.salt := coalesce(NEW.salt, NEW.experiment_id::text);
		NEW.tuning_n := coalesce(NEW.tuning_n, NEW.planned_n, 5000);
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._experiment_before_insert() IS 'internal: fills author, salt and tuning size of an experiment';

	CREATE OR REPLACE FUNCTION prompt_mgr._experiment_part_before_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		-- A renamed prompt takes its name along; nothing else ever changes.
		IF to_jsonb(NEW) - 'prompt' IS DISTINCT FROM to_jsonb(OLD) - 'prompt' THEN
			RAISE EXCEPTION 'a row of "%" cannot be changed', TG_TABLE_NAME
				USING ERRCODE = 'PT409', HINT = 'Stop this experiment and create another.';
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._experiment_part_before_update() IS 'internal: parts and looks of an experiment are immutable';

	CREATE OR REPLACE FUNCTION prompt_mgr._experiment_before_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	DECLARE
		fixed text[] := '{experiment_id,name,prompt_id,label,salt,algorithm,created_at,created_by}';
		plan constant text[] := '{method,alpha,planned_n,tuning_n,targeting,layer,layer_from,layer_to,priority,holdout,holdout_ppm,options}';
		changed text;
		protection record;
	BEGIN
		IF OLD.status <> 'draft' THEN
			fixed := fixed || plan || '{started_at}';
		END IF;
		SELECT string_agg(n.key, ', ' ORDER BY n.key) INTO changed
		FROM jsonb_each(to_jsonb(NEW)) AS n
		WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key
			AND (n.key = ANY (fixed) OR OLD.status = 'completed' AND n.key <> 'prompt');
		IF changed IS NOT NULL THEN
			RAISE EXCEPTION '% of experiment "%" cannot be changed', changed, OLD.name
				USING ERRCODE = 'PT409',
				DETAIL = jsonb_build_array(jsonb_build_object('path', changed, 'reason', CASE OLD.status
					WHEN 'completed' THEN 'the experiment is completed' ELSE 'frozen, or the statistics would no longer hold' END)),
				HINT = 'Stop this experiment if it runs, and create another.';
		END IF;
		IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN
			(('draft', 'running'), ('running', 'paused'), ('running', 'completed'), ('paused', 'running'), ('paused', 'completed')) THEN
			RAISE EXCEPTION 'experiment "%" is % and cannot become %', OLD.name, OLD.status, NEW.status
				USING ERRCODE = 'PT409',
				HINT = CASE NEW.status WHEN 'running' THEN 'Create another experiment.' ELSE 'Start it first with start_experiment().' END;
		END IF;
		IF (NEW.weights IS DISTINCT FROM OLD.weights OR NEW.status <> 'draft' AND OLD.status = 'draft')
				AND (array_ndims(NEW.weights) = 1 AND array_lower(NEW.weights, 1) = 1
					AND cardinality(NEW.weights) = cardinality(OLD.weights)
					AND (SELECT bool_and(w IS NOT NULL AND w >= 0) AND sum(w::bigint) BETWEEN 1 AND 1000000 FROM unnest(NEW.weights) AS w)) IS NOT TRUE THEN
			RAISE EXCEPTION 'weights must be one per variant, from 0 on, and sum to 1 to 1000000'
				USING ERRCODE = '22023', DETAIL = jsonb_build_array(jsonb_build_object('path', 'weights', 'reason', 'must be one per variant, from 0 on, and sum to 1 to 1000000')),
				HINT = 'set_weights() takes them by the keys of the variants.';
		END IF;
		IF (NEW.weights, NEW.sticky_from) IS DISTINCT FROM (OLD.weights, OLD.sticky_from) AND OLD.status <> 'draft' THEN
			NEW.epoch := OLD.epoch + 1;
		END IF;
		IF NEW.sticky_from <> OLD.sticky_from THEN
			NEW.sticky_from := NEW.epoch;
		END IF;
		IF NEW.status = 'running' AND OLD.status = 'draft' THEN
			-- The job will move the label with rights of its own; rules bind who starts it.
			IF NEW.options ->> 'on_win' = 'activate' THEN
				protection := prompt_mgr._label_protection(NEW.prompt, NEW.label);
				IF protection.level IS NOT NULL AND (protection.immutable
						OR NOT prompt_mgr._may_move(prompt_mgr._session_role(), protection.level, protection.roles)) THEN
					RAISE EXCEPTION 'label "%" of prompt "%" is protected and may not be moved by you, and a win would move it', NEW.label, NEW.prompt
						USING ERRCODE = '42501', HINT = 'Let somebody start the experiment who may move the label, or create it without "on_win".';
				END IF;
			END IF;
			PERFORM prompt_mgr._check_overlap(NEW);
			NEW.started_at := clock_timestamp();
			SELECT array_agg(NEW.started_at + (r.value ->> 'after')::interval ORDER BY (r.value ->> 'after')::interval),
				array_agg(round((r.value ->> 'share')::numeric * 1000000)::integer ORDER BY (r.value ->> 'after')::interval)
			INTO NEW.ramp_at, NEW.ramp_ppm
			FROM jsonb_array_elements(NEW.options -> 'ramp') AS r;
		ELSIF NEW.status = 'completed' AND OLD.status <> 'completed' THEN
			NEW.stopped_at := clock_timestamp();
		END IF;
		RETURN NEW;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._experiment_before_update() IS 'internal: what of an experiment may change, and when';

	CREATE OR REPLACE FUNCTION prompt_mgr._check_overlap(candidate prompt_mgr.experiment) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS $body$
	DECLARE
		other text;
	BEGIN
		-- Starts on one prompt, and those in one layer, go one after the other.
		PERFORM FROM prompt_mgr.prompt AS p WHERE p.prompt_id = candidate.prompt_id FOR NO KEY UPDATE;
		-- Archiving, too, takes the lock.
		IF EXISTS (SELECT FROM prompt_mgr.prompt AS p WHERE p.archived_at IS NOT NULL AND (p.prompt_id = candidate.prompt_id
				OR p.prompt_id IN (SELECT v.prompt_id FROM prompt_mgr.experiment_variant AS v WHERE v.experiment_id = candidate.experiment_id))) THEN
			RAISE EXCEPTION 'experiment "%" is on a prompt that is archived', candidate.name
				USING ERRCODE = 'PT409', HINT = 'Bring it back with restore_prompt().';
		END IF;
		PERFORM pg_advisory_xact_lock(hashtextextended('prompt_mgr layer ' || candidate.layer, 0));
		-- A layer spans prompts: the other may be one that the caller may not see.
		IF EXISTS (SELECT FROM prompt_mgr.experiment AS e
				WHERE e.status IN ('running', 'paused') AND e.experiment_id <> candidate.experiment_id
					AND e.layer = candidate.layer AND e.layer_from < candidate.layer_to AND candidate.layer_from < e.layer_to) THEN
			RAISE EXCEPTION 'another experiment has units of layer "%" that "%" asks for', candidate.layer, candidate.name
				USING ERRCODE = 'PT409', HINT = 'Give each a range of its own, as in {"layer": {"name": "x", "from": 0, "to": 0.5}}, or stop the other.';
		END IF;
		SELECT e.name INTO other FROM prompt_mgr.experiment AS e
		WHERE e.status IN ('running', 'paused') AND e.experiment_id <> candidate.experiment_id
			AND (e.prompt_id, e.label) = (candidate.prompt_id, candidate.label)
			AND (e.layer = candidate.layer) IS NOT TRUE
			AND (e.layer <> candidate.layer AND e.priority <> candidate.priority) IS NOT TRUE
		ORDER BY e.name LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION 'experiment "%" runs on prompt "%" and label "%" already', other, candidate.prompt, candidate.label
				USING ERRCODE = 'PT409', HINT = 'Stop it first, or put both into layers: different ones with different priorities, or ranges of one.';
		END IF;
	END
	$body$;
	COMMENT ON FUNCTION prompt_mgr._check_overlap(prompt_mgr.experiment) IS 'internal: refuses a start where another experiment claims the same units';

	CREATE OR REPLACE FUNCTION prompt_mgr._experiment_after_update() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		IF NEW.status <> 'draft' THEN
			INSERT INTO prompt_mgr.experiment_epoch (experiment_id, epoch, weights, began_by)
			VALUES (NEW.experiment_id, NEW.epoch, NEW.weights, prompt_mgr._actor())
			ON CONFLICT ON CONSTRAINT experiment_epoch_pkey DO NOTHING;
		END IF;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._experiment_after_update() IS 'internal: begins an epoch of weights';

	CREATE OR REPLACE FUNCTION prompt_mgr._experiment_after_stop() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS $trigger$
	BEGIN
		-- Whatever is wrong with the numbers, an experiment can be stopped.
		BEGIN
			PERFORM prompt_mgr._experiment_look(NEW.experiment_id, NEW.stopped_at);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'experiment "%" has no last look: %', NEW.name, SQLERRM;
		END;
		RETURN NULL;
	END
	$trigger$;
	COMMENT ON FUNCTION prompt_mgr._experiment_after_stop() IS 'internal: keeps what the stop saw, the result from then on';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._init_experiment_trigger_functions() IS
'internal: makes or renews the trigger functions of experiments';
