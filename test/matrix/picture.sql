-- What must be equal wherever the database of fill.sql is taken: every table,
-- row by row, and what the functions say of it.
\pset format unaligned
\pset tuples_only on
SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, E''\n'' ORDER BY t::text COLLATE "C"), '''')) FROM %s AS t;', c.oid::regclass, c.oid::regclass)
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace IN ('prompt_mgr'::regnamespace, 'public'::regnamespace) AND c.relkind IN ('r', 'p', 'v')
ORDER BY c.oid::regclass::text COLLATE "C" \gexec

SELECT n.name, prompt_mgr.render_prompt(n.name, '{"who": "Zoë"}') FROM prompt_mgr.list_prompts() AS n
WHERE n.kind = 'text' AND n.name NOT IN ('bulk/8') ORDER BY n.name COLLATE "C";
SELECT prompt_mgr.render_messages('chat', '{"q": "Why?"}');
SELECT * FROM prompt_mgr.prompt_manifest('main');
SELECT example, passed FROM prompt_mgr.run_examples('bulk/1', 1);
SELECT * FROM prompt_mgr.label_history('bulk/7');
SELECT count(*), md5(string_agg(p.variant || p.text, ' ' ORDER BY g)) FROM generate_series(1, 2000) AS g, prompt_mgr.preview_prompt('bulk/1', 'user ' || g, '{"who": "you"}') AS p;
SELECT * FROM prompt_mgr.experiment_totals('greeting') ORDER BY 1, 2, 3;
SELECT * FROM prompt_mgr.analyze_experiment('greeting');
SELECT prompt_mgr.experiment_report('greeting') - 'generated_at';
SELECT f.n, f.total FROM (SELECT count(*) AS n, sum(r.executions) AS total FROM prompt_mgr.execution_rollup AS r) AS f;
SELECT a.executions, a.users, a.errors, a.latency_p50, a.cost_usd, a.satisfaction FROM prompt_mgr.prompt_analytics('bulk/1', '2026-01-01', '2100-01-01') AS a;
SET ROLE reader;
SELECT prompt_mgr.render_prompt('bulk/2', '{"who": "reader"}');
RESET ROLE;
