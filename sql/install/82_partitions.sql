-- Partitions of the log of executions: made ahead, dropped when they are old.
--
-- Writers never fail meanwhile.  A partition for a time that nobody writes to
-- yet is attached beside them; for one that somebody may be writing to, they
-- wait at the table for a moment, as they do when a partition is taken away.
-- Whoever waits for the lock holds up all who come after, so the wait is short,
-- and what does not succeed is left for the next time.  Locks last until the end
-- of the transaction: this is the last thing to do in one, and once it has such
-- a lock nothing in it waits long for another.

CREATE FUNCTION prompt_mgr._partitions(OUT relation name, OUT partition name, OUT lower timestamptz, OUT upper timestamptz)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET "DateStyle" = 'ISO'
AS $function$
BEGIN
	RETURN QUERY
	SELECT r.relname, p.relname,
		coalesce(substring(b.bound FROM $$FROM \('([^']*)'\)$$)::timestamptz, '-infinity'),
		coalesce(substring(b.bound FROM $$TO \('([^']*)'\)$$)::timestamptz, 'infinity')
	FROM pg_catalog.pg_class AS r
	JOIN pg_catalog.pg_inherits AS i ON i.inhparent = r.oid
	JOIN pg_catalog.pg_class AS p ON p.oid = i.inhrelid
	CROSS JOIN LATERAL (SELECT pg_get_expr(p.relpartbound, p.oid) AS bound) AS b
	WHERE r.oid IN ('prompt_mgr.execution'::regclass, 'prompt_mgr.execution_score'::regclass) AND b.bound <> 'DEFAULT';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._partitions() IS
'internal: the partitions of the log of executions and their bounds, without the default ones';

CREATE FUNCTION prompt_mgr._partition_attempts() RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks AS l
		WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock'
			AND l.relation IN ('prompt_mgr.execution'::regclass, 'prompt_mgr.execution_score'::regclass,
				'prompt_mgr.execution_default'::regclass, 'prompt_mgr.execution_score_default'::regclass)) THEN 1 ELSE 10 END;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._partition_attempts() IS
'internal: how often to try for a lock; once where this transaction holds one that others wait for';

CREATE FUNCTION prompt_mgr._make_partition(relation name, lower timestamptz, upper timestamptz, at timestamptz) RETURNS name
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET "DateStyle" = 'ISO'
SET lock_timeout = '100ms'
AS $function$
DECLARE
	partition name := format('%s_%s', relation, to_char(lower, 'YYYYMMDD'));
	held name := partition || '_held';
	owner name := (SELECT pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class AS c WHERE c.oid = format('prompt_mgr.%I', relation)::regclass);
	attempts integer := prompt_mgr._partition_attempts();
	stray boolean;
BEGIN
	FOR attempt IN 1 .. attempts LOOP
		BEGIN
			EXECUTE format('CREATE TABLE prompt_mgr.%I (LIKE prompt_mgr.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', partition, relation);
			IF owner <> current_user THEN
				EXECUTE format('ALTER TABLE prompt_mgr.%I OWNER TO %I', partition, owner);
			END IF;
			PERFORM prompt_mgr._close_partition(partition);
			EXECUTE format('SELECT EXISTS (SELECT FROM prompt_mgr.%I AS x WHERE x.created_at >= %L AND x.created_at < %L)',
						   relation || '_default', lower, upper) INTO stray;
			IF stray OR lower < at + interval '1 day' THEN
				-- Writers that have looked for a partition would fail on finding the
				-- default one changed.
				EXECUTE format('LOCK TABLE ONLY prompt_mgr.%I IN ACCESS EXCLUSIVE MODE', relation);
				-- Logical replication would take rows of the partition before it is one
				-- for those of another table; unlogged ones it does not see.
				EXECUTE format('CREATE UNLOGGED TABLE prompt_mgr.%I (LIKE prompt_mgr.%I)', held, relation);
				EXECUTE format('WITH moved AS (DELETE FROM prompt_mgr.%I AS x WHERE x.created_at >= %L AND x.created_at < %L RETURNING x.*)
					INSERT INTO prompt_mgr.%I SELECT m.* FROM moved AS m', relation || '_default', lower, upper, held);
			END IF;
			EXECUTE format('ALTER TABLE prompt_mgr.%I ATTACH PARTITION prompt_mgr.%I FOR VALUES FROM (%L) TO (%L)', relation, partition, lower, upper);
			IF to_regclass(format('prompt_mgr.%I', held)) IS NOT NULL THEN
				EXECUTE format('INSERT INTO prompt_mgr.%I SELECT h.* FROM prompt_mgr.%I AS h', relation, held);
				EXECUTE format('DROP TABLE prompt_mgr.%I', held);
			END IF;
			RETURN partition;
		EXCEPTION WHEN lock_not_available OR check_violation THEN
			PERFORM pg_sleep(0.05) WHERE attempt < attempts;
		END;
	END LOOP;
	RETURN NULL;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._make_partition(name, timestamptz, timestamptz, timestamptz) IS
'internal: makes a partition and moves what the default one has of it there; NULL where a lock was not to be had in time';

CREATE FUNCTION prompt_mgr._make_partitions(at timestamptz DEFAULT clock_timestamp()) RETURNS TABLE (partition name, action text)
LANGUAGE plpgsql VOLATILE ROWS 10
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $function$
#variable_conflict use_column
DECLARE
	settings record;
	parent name;
	step interval;
	gaps tstzrange[];
	gap tstzrange;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtextextended('prompt_mgr partitions', 0)) THEN
		RETURN;	-- somebody is at it
	END IF;
	SELECT s.* INTO settings FROM prompt_mgr.execution_settings() AS s;
	step := ('1 ' || settings.partition_by)::interval;
	FOREACH parent IN ARRAY '{execution,execution_score}'::name[] LOOP
		-- From the last period to four ahead, and where rows have strayed; less
		-- what there is, so that periods of another length fit in between.
		EXECUTE format(
			'WITH period AS (
				SELECT p.begins FROM generate_series($1 - $2, $1 + 4 * $2, $2) AS p (begins)
				UNION
				SELECT date_trunc($3, d.created_at) FROM prompt_mgr.%I AS d WHERE d.created_at >= $4 AND d.created_at < $1 + 5 * $2
			)
			SELECT array_agg(gap ORDER BY gap) FROM period AS p,
				unnest(tstzmultirange(tstzrange(p.begins, p.begins + $2)) - coalesce(
					(SELECT range_agg(tstzrange(t.lower, t.upper)) FROM prompt_mgr._partitions() AS t WHERE t.relation = $5), ''{}'')) AS gap', parent || '_default')
		INTO gaps USING date_trunc(settings.partition_by, at), step, settings.partition_by, at - settings.retention, parent;
		FOREACH gap IN ARRAY coalesce(gaps, '{}') LOOP
			partition := prompt_mgr._make_partition(parent, lower(gap), upper(gap), at);
			action := 'made';
			IF partition IS NULL THEN
				partition := parent;
				action := 'postponed';
				RETURN NEXT;
				RETURN;
			END IF;
			RETURN NEXT;
		END LOOP;
	END LOOP;
END
$function$;

COMMENT ON FUNCTION prompt_mgr._make_partitions(timestamptz) IS
'internal: makes the partitions that are missing up to four periods ahead; postponed where a lock was not to be had';

CREATE FUNCTION prompt_mgr._drop_partition(relation name, partition name, upper timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $function$
DECLARE
	attempts integer := prompt_mgr._partition_attempts();
	rolled_up_to xid8 := prompt_mgr._rolled_up_to();
	due boolean;
BEGIN
	FOR attempt IN 1 .. attempts LOOP
		BEGIN
			EXECUTE format('ALTER TABLE prompt_mgr.%I DETACH PARTITION prompt_mgr.%I', relation, partition);
			-- Nobody writes to it any more.
			EXECUTE format('SELECT EXISTS (SELECT FROM prompt_mgr.%I AS x WHERE x.xact >= $1)', partition) USING rolled_up_to INTO due;
			IF due THEN
				RAISE EXCEPTION USING ERRCODE = 'PT409', MESSAGE = 'rows are not rolled up';
			END IF;
			EXECUTE format('DROP TABLE prompt_mgr.%I', partition);
			UPDATE prompt_mgr.execution_watermark AS w SET dropped_to = greatest(w.dropped_to, upper);
			RETURN 'dropped';
		EXCEPTION WHEN lock_not_available THEN
			PERFORM pg_sleep(0.05) WHERE attempt < attempts;
		WHEN SQLSTATE 'PT409' THEN
			RETURN 'kept';
		END;
	END LOOP;
	RETURN 'postponed';
END
$function$;

COMMENT ON FUNCTION prompt_mgr._drop_partition(name, name, timestamptz) IS
'internal: drops a partition; kept where its rows are not all in the figures yet, postponed where a lock was not to be had';

CREATE FUNCTION prompt_mgr._drop_partitions(at timestamptz DEFAULT clock_timestamp()) RETURNS TABLE (partition name, action text)
LANGUAGE plpgsql VOLATILE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
	oldest timestamptz;
	old record;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtextextended('prompt_mgr partitions', 0)) THEN
		RETURN;	-- somebody is at it
	END IF;
	SELECT at - s.retention INTO oldest FROM prompt_mgr.execution_settings() AS s;
	FOR old IN
		-- Values first: to be rolled up they need their executions.
		SELECT p.* FROM prompt_mgr._partitions() AS p WHERE p.upper <= oldest ORDER BY p.upper, p.relation DESC
	LOOP
		partition := old.partition;
		action := prompt_mgr._drop_partition(old.relation, old.partition, old.upper);
		RETURN NEXT;
		EXIT WHEN action <> 'dropped';
	END LOOP;
	DELETE FROM prompt_mgr.execution_score_default AS d WHERE d.created_at < oldest AND d.xact < prompt_mgr._rolled_up_to();
	DELETE FROM prompt_mgr.execution_default AS d WHERE d.created_at < oldest AND d.xact < prompt_mgr._rolled_up_to();
END
$function$;

COMMENT ON FUNCTION prompt_mgr._drop_partitions(timestamptz) IS
'internal: drops the partitions that are older than the retention; kept while rows are not in the figures, postponed where a lock was not to be had';

CREATE FUNCTION prompt_mgr.maintain_partitions() RETURNS TABLE (partition name, action text)
LANGUAGE plpgsql VOLATILE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM prompt_mgr.check_ready();
	RETURN QUERY SELECT m.* FROM prompt_mgr._make_partitions() AS m;
	RETURN QUERY SELECT d.* FROM prompt_mgr._drop_partitions() AS d;
	RETURN QUERY
	SELECT s.partition, format('holds %s rows of no partition', s.n)
	FROM (SELECT 'execution_default'::name, count(*) FROM prompt_mgr.execution_default
		UNION ALL SELECT 'execution_score_default', count(*) FROM prompt_mgr.execution_score_default) AS s (partition, n)
	WHERE s.n > 0;
END
$function$;

COMMENT ON FUNCTION prompt_mgr.maintain_partitions() IS
'Makes the partitions of the log of executions that are missing, and drops those older than the retention; tick() does it too.
Returns a row for each partition: made, dropped, kept while the job has not yet added its rows up, or postponed where a lock was not to be had; and one for a default partition that holds rows, which is a sign that the job has not run or that somebody wrote rows of other times by hand. Call it in a transaction of its own. For the owner of the schema.';
