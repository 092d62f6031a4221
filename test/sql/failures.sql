-- Failures: collecting them, and grouping them into patterns.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
SELECT prompt_mgr.configure_executions(content => '{variables,rendered,response}');
SELECT prompt_mgr.save_prompt('failures/p', 'Answer {{q}}', labels => '{production}') FROM generate_series(1, 2);
\o
\pset format unaligned
\pset null '(null)'

-- Ten good ones, one poor one, one poor one that was judged anew, and errors that differ in details only.
CREATE TEMP TABLE logged AS
	SELECT i, prompt_mgr.log_execution('failures/p', 1, success => true, variables => jsonb_build_object('q', i), response => 'answer ' || i) AS id FROM generate_series(1, 12) AS i;
SELECT prompt_mgr.record_score(id, 'quality', CASE WHEN i IN (3, 4) THEN 0.2 ELSE 0.5 END, 'judged ' || i) FROM logged WHERE i > 1 \g /dev/null
SELECT prompt_mgr.record_score(id, 'quality', 0.9) FROM logged WHERE i = 4 \g /dev/null
SELECT prompt_mgr.record_score(id, 'rating', 1) FROM logged WHERE i = 5 \g /dev/null
CREATE TEMP TABLE failed AS
	SELECT no, prompt_mgr.log_execution('failures/p', no % 2 + 1, success => false, error_type => type, error_message => message, variables => '{"q": "x"}') AS id
	FROM (VALUES (1, 'timeout', 'no answer after 30 s'), (2, 'timeout', 'no answer after  31.5 s'), (3, 'timeout', 'connection lost'),
		(4, 'server_error', 'request 5f0c1f7e-0a4e-4a1f-9a25-3c0b6d1e2f30 for "Ann" failed at 12:30:01'), (5, 'server_error', 'request 7A0c1f7e-0a4e-4a1f-9a25-3c0b6d1e2f31 for "Bob ""x""" failed at 9:05'),
		(6, 'rate_limit', 'key sk_test_51Habc9999zz is over its limit of 1,000'), (7, 'rate_limit', 'key sk_test_77Zxyz1111aa is over its limit of 2,000'),
		(8, NULL, NULL), (9, NULL, '')) AS v (no, type, message);

SELECT version, success, error_type, error_message, value, comment, variables, response FROM prompt_mgr.collect_failures('failures/p') ORDER BY success, error_type COLLATE "C", error_message COLLATE "C", version;
SELECT count(*) AS all_of_them, bool_and(later) AS newest_first FROM (
	SELECT lag(created_at, 1, 'infinity') OVER () >= created_at AS later FROM prompt_mgr.collect_failures('failures/p')) AS f;
SELECT count(*) AS at_most FROM prompt_mgr.collect_failures('failures/p', max_rows => 3);
SELECT value, count(*) FROM prompt_mgr.collect_failures('failures/p', threshold => 0.6) WHERE success GROUP BY value ORDER BY value;
SELECT value, count(*) FROM prompt_mgr.collect_failures('failures/p', threshold => 2, score => 'rating') WHERE success GROUP BY value;
SELECT count(*) AS since_later FROM prompt_mgr.collect_failures('failures/p', now() + interval '1 hour');

SELECT error_type, pattern, failures, round(share::numeric, 2) AS share, versions, mean_value, cardinality(examples) AS examples, first_at <= last_at AS span
FROM prompt_mgr.group_failures('failures/p');
SELECT error_type, pattern, failures, mean_value FROM prompt_mgr.group_failures('failures/p', threshold => 3, score => 'rating') WHERE error_type IS NULL;
SELECT count(*) AS groups FROM prompt_mgr.group_failures('failures/p', max_rows => 2);
SELECT g.examples <@ ARRAY(SELECT f.id FROM failed AS f WHERE f.no IN (1, 2)) AS examples FROM prompt_mgr.group_failures('failures/p') AS g WHERE g.pattern LIKE 'no answer%';

SELECT * FROM pg_temp.try($$SELECT prompt_mgr.collect_failures('failures/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.group_failures('failures/none')$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.collect_failures('failures/p', max_rows => 0)$$);
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.group_failures('failures/p', max_rows => NULL)$$);

-- Viewers see the groups; stored texts are for editors.
CREATE ROLE failures_viewer;
CREATE ROLE failures_editor;
SET client_min_messages = warning;
SELECT prompt_mgr.grant_access('failures_viewer', 'viewer'), prompt_mgr.grant_access('failures_editor', 'editor');
SET ROLE failures_viewer;
SELECT count(*) FROM prompt_mgr.group_failures('failures/p');
SELECT state FROM pg_temp.try($$SELECT prompt_mgr.collect_failures('failures/p')$$);
SET ROLE failures_editor;
SELECT count(*) FROM prompt_mgr.collect_failures('failures/p');
RESET ROLE;
SELECT prompt_mgr.revoke_access('failures_viewer', 'viewer'), prompt_mgr.revoke_access('failures_editor', 'editor');
DROP ROLE failures_viewer, failures_editor;
SELECT prompt_mgr.configure_executions(content => '{}') \g /dev/null
