-- Suggestions: wanted, claimed, proposed, reviewed; what a role that may only
-- propose cannot do.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
SET client_min_messages = warning;
CREATE ROLE suggestions_optimizer;
CREATE ROLE suggestions_editor;
CREATE ROLE suggestions_publisher;
SELECT prompt_mgr.grant_access('suggestions_optimizer', 'app'), prompt_mgr.grant_access('suggestions_editor', 'editor'), prompt_mgr.grant_access('suggestions_publisher', 'publisher');
SELECT prompt_mgr.save_prompt('suggestions/p', 'Answer {{q}}.', variables => '{"q": {"type": "string"}}', config => '{"model": "m"}', labels => '{production}');
SELECT prompt_mgr.save_prompt('suggestions/chat', messages => '[{"role": "user", "content": "{{q}}"}]');
\o
\pset format unaligned
\pset null '(null)'

-- Work is asked for, claimed and answered.
SET ROLE suggestions_optimizer;
SELECT prompt_mgr.request_suggestion('suggestions/p', '{"goal": "shorter"}') AS first \gset
SELECT prompt_mgr.request_suggestion('suggestions/p') AS second \gset
SELECT suggestion_id = :'first' AS first, prompt, base_version, brief, attempts FROM prompt_mgr.claim_suggestions('w1');
SELECT suggestion_id = :'second' AS second, attempts FROM prompt_mgr.claim_suggestions('w2', 10);
SELECT count(*) AS nothing_left FROM prompt_mgr.claim_suggestions('w3');
SELECT state, message FROM pg_temp.try(format('SELECT prompt_mgr.propose_suggestion(''suggestions/p'', ''Reply to {{q}}.'', task => %L, worker => ''w9'')', :'first'));
SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Reply to {{q}}.', rationale => 'friendlier', task => :'first', worker => 'w1',
	details => '{"operator": "rewrite", "generation": 1, "seed": 7, "score": 0.8}') = :'first' AS same;
-- And put forward unasked.
SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Please answer {{q}}.', parents => ARRAY[:'first']::uuid[]) AS third \gset
SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Answer {{q}} at once.', config => '{"model": "n"}') AS fourth \gset
SELECT prompt_mgr.propose_suggestion('suggestions/chat', messages => '[{"role": "user", "content": "Q: {{q}}"}]') AS chat \gset
SELECT status, template, config, rationale, cardinality(parents) AS parents, details, requested_by, proposed_by, claimed_by FROM prompt_mgr.list_suggestions('suggestions/p') ORDER BY template;
SELECT prompt, messages FROM prompt_mgr.list_suggestions(only_status => 'proposed') WHERE prompt = 'suggestions/chat';

-- What is there, is waiting or is no template is refused.
SELECT c.command, t.* FROM (VALUES ('''suggestions/p'', ''Answer {{q}}.'''), ('''suggestions/p'', ''Reply to {{q}}.'''), ('''suggestions/p'', ''Reply {{q'''),
	('''suggestions/p'', ''Reply {{r}}'''), ('''suggestions/p'', messages => ''[]'''), ('''suggestions/chat'', ''x'''), ('''suggestions/none'', ''x'''), ('''suggestions/p'', ''x'', base_version => 9'),
	('''suggestions/p'', ''x'', task => ''00000000-0000-0000-0000-000000000000'''), ('''suggestions/p'', ''x'', details => ''[]''')) AS c (command), pg_temp.try(format('SELECT prompt_mgr.propose_suggestion(%s)', command)) AS t;
SELECT state, message FROM pg_temp.try(format('SELECT prompt_mgr.propose_suggestion(''suggestions/p'', ''Please answer {{q}}.'', task => %L, worker => ''w2'')', :'second'));
SELECT c.command, t.* FROM (VALUES ('claim_suggestions('''')'), ('claim_suggestions(''w'', 0)'), ('claim_suggestions(''w'', 1, ''0'')'), ('request_suggestion(''suggestions/none'')'), ('request_suggestion(''suggestions/p'', ''[]'')'), ('list_suggestions(page_size => 0)')) AS c (command),
	pg_temp.try('SELECT prompt_mgr.' || command) AS t;

-- Whoever may only propose decides nothing and publishes nothing, by functions or by hand.
SELECT replace(c.command, :'first', 'FIRST') AS command, t.state FROM (VALUES (format('SELECT prompt_mgr.review_suggestion(%L, ''approve'')', :'first')), ('SELECT prompt_mgr.save_prompt(''suggestions/p'', ''x'')'),
	('SELECT prompt_mgr.activate(''suggestions/p'', 1)'), ('SELECT prompt_mgr.publish_version(''suggestions/p'', 1)'),
	(format('UPDATE prompt_mgr.suggestion SET status = ''approved'' WHERE suggestion_id = %L', :'first')), (format('UPDATE prompt_mgr.suggestion SET status = ''approved'', version = 1 WHERE suggestion_id = %L', :'first')),
	(format('UPDATE prompt_mgr.suggestion SET status = ''rejected'' WHERE suggestion_id = %L', :'first')), (format('UPDATE prompt_mgr.suggestion SET template = ''other'' WHERE suggestion_id = %L', :'first')),
	(format('UPDATE prompt_mgr.suggestion SET status = ''wanted'' WHERE suggestion_id = %L', :'first')), ('DELETE FROM prompt_mgr.suggestion'), ('UPDATE prompt_mgr.suggestion SET proposed_by = ''eve'''),
	('INSERT INTO prompt_mgr.suggestion (prompt_id, base_version, status, template) SELECT prompt_id, base_version, ''approved'', ''x'' FROM prompt_mgr.suggestion LIMIT 1')) AS c (command), pg_temp.try(c.command) AS t;
RESET ROLE;
SELECT count(*) AS versions, (SELECT labels FROM prompt_mgr.list_prompts('suggestions/p')) AS labels FROM prompt_mgr.list_versions('suggestions/p');

-- A person decides; a version is born with a link back, as draft or active; labels stay where they are.
SET ROLE suggestions_editor;
SELECT prompt_mgr.review_suggestion(:'first', 'approve');
SELECT prompt_mgr.review_suggestion(:'third', 'edit', 'shorter', template => 'Please: {{q}}.', draft => false);
SELECT * FROM pg_temp.try(format('SELECT prompt_mgr.review_suggestion(%L, ''reject'')', :'fourth'));
SELECT prompt_mgr.review_suggestion(:'fourth', 'reject', 'not now');
SELECT prompt_mgr.review_suggestion(:'chat', 'approve', draft => false);
SELECT replace(replace(c.command, :'first', 'FIRST'), :'second', 'SECOND') AS command, t.state, t.message FROM (VALUES (format('%L, ''approve''', :'first')), (format('%L, ''approve''', :'second')), (format('%L, ''maybe''', :'first')), (format('%L, ''approve'', template => ''x''', :'first')),
	(format('%L, ''edit''', :'first')), ('''00000000-0000-0000-0000-000000000000'', ''approve'''), ('NULL, ''approve''')) AS c (command), pg_temp.try(format('SELECT prompt_mgr.review_suggestion(%s)', command)) AS t;
RESET ROLE;
SELECT s.status, s.template AS proposed, v.template AS became, v.version, v.status AS version_status, v.config, v.variables <> '{}' AS declared, v.change_note, v.created_by,
	v.metadata ->> 'suggestion_id' = s.suggestion_id::text AS linked, s.content_sha256 = v.content_sha256 AS same_text, s.reviewed_by, s.comment
FROM prompt_mgr.suggestion AS s JOIN prompt_mgr.prompt AS p USING (prompt_id) LEFT JOIN prompt_mgr.prompt_version AS v ON (v.prompt_id, v.version) = (s.prompt_id, s.version)
WHERE p.name ^@ 'suggestions/' AND s.status <> 'wanted' ORDER BY s.status, s.template;
SELECT labels FROM prompt_mgr.list_prompts('suggestions/p');

-- What was rejected is not proposed again, unless forced.
SET ROLE suggestions_optimizer;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Answer {{q}} at once.', config => '{"model": "n"}', base_version => 1)$$);
SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Answer {{q}} at once.', config => '{"model": "n"}', base_version => 1, force => true) IS NOT NULL AS forced;
RESET ROLE;

-- Who proposes does not approve, at any level; he may take it back.
SET ROLE suggestions_publisher;
SELECT prompt_mgr.propose_suggestion('suggestions/p', 'Mine: {{q}}.') AS own \gset
SELECT * FROM pg_temp.try(format('SELECT prompt_mgr.review_suggestion(%L, ''approve'')', :'own'));
SELECT * FROM pg_temp.try(format('SELECT prompt_mgr.review_suggestion(%L, ''edit'', template => ''Mine! {{q}}.'')', :'own'));
SELECT prompt_mgr.review_suggestion(:'own', 'reject', 'a mistake');
RESET ROLE;
SELECT count(*) AS versions FROM prompt_mgr.list_versions('suggestions/p');

-- A lease that has run out gives the work to another.
UPDATE prompt_mgr.suggestion SET leased_until = clock_timestamp() - interval '1 second' WHERE suggestion_id = :'second';
SELECT suggestion_id = :'second' AS second, attempts FROM prompt_mgr.claim_suggestions('w4');
-- All of it is in the audit.
SELECT actor, action, after ->> 'status' AS status FROM prompt_mgr.audit WHERE object = 'suggestion' AND key = :'third' ORDER BY audit_no;

SELECT prompt_mgr.revoke_access('suggestions_optimizer', 'app'), prompt_mgr.revoke_access('suggestions_editor', 'editor'), prompt_mgr.revoke_access('suggestions_publisher', 'publisher');
DROP ROLE suggestions_optimizer, suggestions_editor, suggestions_publisher;
