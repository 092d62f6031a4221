-- Analysis of 1,000 experiments from the job's totals, and what the job costs
-- with nothing, or little, new.  Everything is rolled back.
\set QUIET on
\ir lib.sql
BEGIN;
\o /dev/null
SELECT prompt_mgr.save_prompt('bench/analysis', 'text', labels => '{production}');
SELECT prompt_mgr.activate('bench/analysis', 1, 'b' || i) FROM generate_series(1, 1000) AS i;
SELECT prompt_mgr.create_experiment('bench/' || i, 'bench/analysis', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "m"}]', jsonb_build_object('label', 'b' || i)) FROM generate_series(1, 1000) AS i;
SELECT prompt_mgr.start_experiment('bench/' || i) FROM generate_series(1, 1000) AS i;
\o
INSERT INTO prompt_mgr.exposure_total SELECT experiment_id, 1, v, 100000 + v FROM prompt_mgr.experiment, generate_series(1, 2) AS v WHERE name LIKE 'bench/%';
INSERT INTO prompt_mgr.metric_total SELECT experiment_id, 1, 1, v, 10000, 10000 + v, 10000 + v, 10000, 10000, 10000 FROM prompt_mgr.experiment, generate_series(1, 2) AS v WHERE name LIKE 'bench/%';
ANALYZE;
SELECT round(pg_temp.fastest($$SELECT count(*) FROM prompt_mgr.experiment AS e, prompt_mgr.analyze_experiment(e.name) AS a WHERE e.name LIKE 'bench/%'$$, 3)::numeric, 3) AS "1000 experiments, seconds (bar: under 1)";
SELECT round(pg_temp.fastest($$SELECT count(*) FROM prompt_mgr._experiment_tick()$$, 2)::numeric, 3) AS "the job over them with nothing new, seconds";
ROLLBACK;
