-- Searching and listing 10,000 prompts with 20 versions each: milliseconds of a
-- whole call.  The other side of each comparison is the same question asked of
-- every version with LIKE.
\set QUIET on
\ir lib.sql

\set prompts 10000
\set versions 20

-- Words by Zipf's law; the newest version goes in first, so that each prompt is indexed once.
SELECT setseed(0.5) \g /dev/null
CREATE TEMP TABLE bench_text AS
	SELECT n, (SELECT string_agg('w' || trunc(power(3000, random()))::integer, ' ') FROM generate_series(1, 150) WHERE n > 0)
		|| CASE WHEN n % 100 = 0 THEN ' rarely' ELSE '' END || ' {{question}} everywhere' AS text
	FROM generate_series(1, :prompts) AS n;
INSERT INTO prompt_mgr.prompt (name, kind, category, tags, attributes)
SELECT format('folder-%s/prompt-%s', n % 50, n), 'text', CASE n % 10 WHEN 0 THEN 'code' END, ARRAY['tag-' || n % 200],
	jsonb_build_object('profile_type', 'p' || n % 300, 'prompt_type', 't' || n % 7)
FROM generate_series(1, :prompts) AS n;
INSERT INTO prompt_mgr.prompt_version (prompt_id, version, template, content_sha256, semver)
SELECT p.prompt_id, v, t.text || ' version ' || v, '\x00', format('1.%s.0', v)
FROM generate_series(:versions, 1, -1) AS v
CROSS JOIN bench_text AS t
JOIN prompt_mgr.prompt AS p ON p.name = format('folder-%s/prompt-%s', t.n % 50, t.n);
INSERT INTO prompt_mgr.prompt_label (prompt_id, name, label, version)
SELECT p.prompt_id, p.name, 'production', :versions - p.last_version % 3 - (length(p.name) % 2) FROM prompt_mgr.prompt AS p;
VACUUM ANALYZE prompt_mgr.prompt, prompt_mgr.prompt_version, prompt_mgr.prompt_label, prompt_mgr.prompt_text;

CREATE TEMP TABLE question (n serial, work text, command text, plain text);
INSERT INTO question (work, command, plain) VALUES
	('a rare word, 1 prompt in 100', $$query => 'rarely'$$, '%rarely%'),
	('two words', $$query => 'w1500 w20'$$, '%w1500%w20%'),
	('the beginning of a word', $$query => 'w299'$$, '%w299%'),
	('a word of every prompt', $$query => 'everywhere'$$, '%everywhere%'),
	('a name', $$query => 'prompt 777'$$, NULL),
	('tag', $$tag => 'tag-17'$$, NULL),
	('attributes', $$attributes => '{"profile_type": "p5", "prompt_type": "t3"}'$$, NULL),
	('category and word', $$query => 'rarely', category => 'code'$$, NULL),
	('label and word', $$query => 'w1500', label => 'production'$$, NULL),
	('folder', $$prefix => 'folder-7/'$$, NULL);

SELECT work, format('SELECT prompt_mgr.search_prompts(%s)', command) AS call,
	round((1000 * pg_temp.fastest(format('SELECT * FROM prompt_mgr.search_prompts(%s)', command)))::numeric, 1) AS "ours, ms",
	CASE WHEN plain IS NOT NULL THEN round((1000 * pg_temp.fastest(format(
		'SELECT DISTINCT p.name FROM prompt_mgr.prompt AS p JOIN prompt_mgr.prompt_version AS v USING (prompt_id) WHERE v.template LIKE %L ORDER BY 1 LIMIT 20', plain), 2))::numeric, 1) END AS "LIKE over all versions, ms",
	'20' AS "bar, ms"
FROM question ORDER BY n;

SELECT work, round((1000 * pg_temp.fastest(command))::numeric, 1) AS "ours, ms", bar AS "bar, ms" FROM (VALUES
	('list_prompts(), first page', 'SELECT * FROM prompt_mgr.list_prompts()', '20'),
	('list_prompts(), a late page', $$SELECT * FROM prompt_mgr.list_prompts(after => 'folder-7/prompt-5')$$, '20'),
	('list_prompts(), folder', $$SELECT * FROM prompt_mgr.list_prompts('folder-33/')$$, '20'),
	('list_prompts(), tag', $$SELECT * FROM prompt_mgr.list_prompts(tag => 'tag-17')$$, '20'),
	('list_prompts(), label', $$SELECT * FROM prompt_mgr.list_prompts(label => 'production')$$, '20'),
	('list_categories()', 'SELECT * FROM prompt_mgr.list_categories()', '20'),
	('list_versions(), 20 versions', $$SELECT * FROM prompt_mgr.list_versions('folder-7/prompt-7')$$, '20'),
	('list_changes(), 20 versions', $$SELECT * FROM prompt_mgr.list_changes('folder-7/prompt-7')$$, ''),
	('get_prompts(), 1,000 prompts', $$SELECT count(*) FROM (SELECT * FROM prompt_mgr.get_prompts('production', 'folder-1')) AS g$$, '')) AS w (work, command, bar);
