-- Labels: moving, rolling back, dropping, history, time travel.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_prompt('labels/p', 'version ' || i) FROM generate_series(1, 4) AS i;
SELECT prompt_mgr.activate('labels/p', 1, reason => 'first');
SELECT prompt_mgr.activate('labels/p', 2, reason => 'better');
SELECT prompt_mgr.activate('labels/p', 2, reason => 'again');
SELECT prompt_mgr.render_prompt('labels/p');
SELECT prompt_mgr.activate('labels/p', 3, 'staging');
SELECT prompt_mgr.render_prompt('labels/p', label => 'staging'), prompt_mgr.render_prompt('labels/p', version => 4);
SELECT labels FROM prompt_mgr.list_prompts('labels/p');

-- Rolling back goes one holder back each time, never forward to what was left.
SELECT prompt_mgr.activate('labels/p', 3);
SELECT prompt_mgr.rollback('labels/p', reason => 'complaints');
SELECT prompt_mgr.rollback('labels/p');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback('labels/p')$$);
SELECT prompt_mgr.activate('labels/p', 4);
SELECT prompt_mgr.rollback('labels/p');
SELECT move_no, version, moved_by = current_user AS mine, reason, restored_move FROM prompt_mgr.label_history('labels/p');
SELECT bool_and(held_from < held_until) AS ordered, count(*) FILTER (WHERE held_until IS NULL) AS open_ended FROM prompt_mgr.label_history('labels/p');
SELECT bool_and(held_until = next_from) AS contiguous FROM (
	SELECT held_until, lead(held_from) OVER (ORDER BY move_no) AS next_from FROM prompt_mgr.label_history('labels/p')) AS h
WHERE next_from IS NOT NULL;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback('labels/p', 'nope')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback('labels/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback(NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback('labels/p', NULL)$$);

-- What was production then: at a move's own instant the new holder, just before it the old one.
SELECT h.move_no, g.version = h.version AS at_instant,
	h.move_no = 1 OR (SELECT b.version FROM prompt_mgr.get_prompt('labels/p', as_of => h.held_from - interval '1 microsecond') AS b)
		= lag(h.version) OVER (ORDER BY h.move_no) AS before_instant
FROM prompt_mgr.label_history('labels/p') AS h, prompt_mgr.get_prompt('labels/p', as_of => h.held_from) AS g ORDER BY 1;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('labels/p', as_of => '2000-01-01')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('labels/p', label => 'latest', as_of => now())$$);

-- Dropping leaves a gap; the label can be set again and its moves count on.
SELECT prompt_mgr.drop_label('labels/p', 'production');
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.render_prompt('labels/p')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.get_prompt('labels/p', as_of => clock_timestamp())$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.drop_label('labels/p', 'production')$$);
SELECT prompt_mgr.activate('labels/p', 2);
SELECT h.move_no, h.version, t.state, t.message FROM prompt_mgr.label_history('labels/p') AS h, unnest(ARRAY[h.held_from, h.held_until - interval '1 microsecond']) AS at,
	pg_temp.try(format('SELECT prompt_mgr.get_prompt(''labels/p'', as_of => %L)', at)) AS t WHERE h.version IS NULL;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.rollback('labels/p')$$);
SELECT move_no, version FROM prompt_mgr.label_history('labels/p') ORDER BY move_no DESC LIMIT 2;

-- Names that are no labels.
SELECT label, t.state, t.message, t.detail FROM unnest(ARRAY['', 'Prod', '7', 'latest', 'a b', repeat('x', 37), NULL]) AS label,
	pg_temp.try(format('SELECT prompt_mgr.activate(''labels/p'', 1, %L)', label)) AS t;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('labels/p', NULL)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate('labels/p', 9)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.activate(NULL, 1)$$);

-- Labels given at save move in the same transaction.
SELECT prompt_mgr.save_prompt('labels/p', 'version 5', labels => '{staging,production,staging}', change_note => 'both');
SELECT labels FROM prompt_mgr.list_prompts('labels/p');
SELECT version, reason FROM prompt_mgr.label_history('labels/p', 'staging');

-- Two moves in one transaction, both in the history, in order; a rolled-back move is in none.
BEGIN;
SELECT prompt_mgr.activate('labels/p', 1);
SELECT prompt_mgr.activate('labels/p', 2);
COMMIT;
BEGIN;
SELECT prompt_mgr.activate('labels/p', 3);
SELECT prompt_mgr.render_prompt('labels/p');
ROLLBACK;
SELECT version, held_from < held_until AS ordered FROM prompt_mgr.label_history('labels/p') ORDER BY move_no DESC LIMIT 2;

-- A label cannot point at what is no version of its prompt, whoever writes.
SELECT t.state FROM pg_temp.try($$UPDATE prompt_mgr.prompt_label SET version = 99 WHERE name = 'labels/p' AND label = 'production'$$) AS t;

-- Nor at a draft, nor back to a move that had another holder.
SELECT t.state, t.message FROM pg_temp.try($$UPDATE prompt_mgr.prompt_label SET version = 1, restored_move = 99 WHERE name = 'labels/p' AND label = 'production'$$) AS t;

-- A direct upsert is one move, counted and timed like any other.
INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version)
	SELECT prompt_id, name, 'production', 4 FROM prompt_mgr.get_prompt('labels/p')
	ON CONFLICT (prompt_id, label) DO UPDATE SET version = EXCLUDED.version;
SELECT version, held_until FROM prompt_mgr.label_history('labels/p') ORDER BY move_no DESC LIMIT 1;

-- The name in the label follows a rename of the prompt, and that is no move.
UPDATE prompt_mgr.prompt SET name = 'labels/q' WHERE name = 'labels/p';
SELECT prompt_mgr.render_prompt('labels/q');
SELECT prompt_mgr.render_prompt('labels/p') AS by_its_former_name;
SELECT version FROM prompt_mgr.label_history('labels/q') ORDER BY move_no DESC LIMIT 1;
