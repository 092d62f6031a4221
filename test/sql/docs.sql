-- The SQL of the guides runs as it stands.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SELECT prompt_mgr.init();
\set ON_ERROR_STOP on
\set ECHO none
\pset format unaligned
\pset tuples_only on
\getenv srcdir PG_ABS_SRCDIR
\set awk :srcdir '/lib/readme.awk'
\setenv AWK :awk
\set run :srcdir '/lib/guide.sql'

\set guide docs/templates.md
\i :run
SELECT prompt_mgr.render_prompt('docs/answer', '{"language": "English", "question": "Why?"}');

\set guide docs/variables.md
\i :run
SELECT prompt_mgr.render_prompt('docs/reply', '{"customer": " Ann ", "words": "50", "question": "Where is my parcel?"}');

\set guide docs/assignment.md
\i :run

\set guide docs/statistics.md
\i :run
SELECT count(*), bool_and(solved IS NOT NULL) FROM reply_daily;
DROP SCHEMA docs_app CASCADE;

\set guide docs/experiments.md
\i :run
SELECT status, winner FROM prompt_mgr.experiment WHERE name = 'docs/friendly';
DROP TABLE docs_order;

\set guide docs/executions.md
\i :run
SELECT count(*), count(*) FILTER (WHERE success), sum(input_tokens) FROM prompt_mgr.executions WHERE prompt = 'docs/summary';
DELETE FROM prompt_mgr.execution_setting;
DROP TABLE docs_call;

\set guide docs/releases.md
\i :run
SELECT version FROM prompt_mgr.get_prompt('docs/release/greeting');
SELECT prompt_mgr.protect_label('production', NULL, prefix => 'docs/release/');
DROP SCHEMA docs_eval CASCADE;
DROP OWNED BY docs_author, docs_reviewer;
DROP ROLE docs_author, docs_reviewer;

\set guide docs/import-export.md
\i :run
SELECT count(*) FROM prompt_mgr.list_versions('docs/mail/subject');

\set guide docs/monitoring.md
\i :run

\set guide docs/audit.md
\i :run
SELECT count(*) > 5 AS changes FROM prompt_mgr.prompt_changes('docs/audited');

\set guide docs/events.md
\i :run
DROP OWNED BY docs_event_worker;
DROP ROLE docs_event_worker;

\set guide docs/operations.md
\i :run
SELECT executions, errors FROM prompt_mgr.prompt_usage(prefix => 'docs/abstract');

\set guide docs/registry.md
\i :run
SELECT prompt, aliases, archived_at IS NULL AS live, labels FROM prompt_mgr.describe_prompt('docs/onboarding');

\set guide docs/improvement.md
\i :run
SELECT status, claimed_by FROM prompt_mgr.suggestion WHERE brief ->> 'goal' = 'fewer wrong folders';

SET client_min_messages = error;
\set guide docs/access.md
\i :run
SELECT count(*) AS rules_left FROM prompt_mgr.list_folder_rules() WHERE role ~ '^docs_';
