-- Wherever the database of fill.sql is taken, life goes on.
\pset format unaligned
\pset tuples_only on
SELECT 'next version', prompt_mgr.save_prompt('bulk/2', 'the next');
SELECT 'move', prompt_mgr.activate('bulk/2', 4);
SELECT 'rendered', prompt_mgr.render_prompt('bulk/2');
SELECT 'history', string_agg(version::text, ' ' ORDER BY move_no) FROM prompt_mgr.label_history('bulk/2');
SET ROLE reader;
SELECT 'served', count(*), count(s.variant) FROM generate_series(1, 3000) AS g, prompt_mgr.serve_prompt('bulk/1', 'user ' || g, '{"who": "you"}') AS s;
SELECT 'recorded', count(prompt_mgr.record_outcome('greeting', 'user ' || g, 'ok', g % 2)) FROM generate_series(1501, 3000) AS g;
RESET ROLE;
SELECT 'looked', subject, action FROM prompt_mgr.tick() WHERE task = 'experiment';
SELECT 'totals', count(*), count(*) FILTER (WHERE t IS NOT DISTINCT FROM r)
FROM prompt_mgr.experiment_totals('greeting') AS t
FULL JOIN prompt_mgr.experiment_totals('greeting', raw => true) AS r USING (metric_no, epoch, variant_no);
SELECT 'units', sum(units) FROM prompt_mgr.experiment_totals('greeting') WHERE metric_no = 0;
SELECT 'logged', count(prompt_mgr.log_execution('bulk/1', 1, duration => 1)) FROM generate_series(1, 10) AS g;
SELECT 'rolled up', count(*) FROM prompt_mgr.tick() WHERE action = 'failed';
SELECT 'executions', sum(r.executions) FROM prompt_mgr.execution_rollup AS r WHERE r.span = 'day';
SELECT 'init', prompt_mgr.init();
