-- The SQL of the guides runs as it stands.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SELECT prompt_mgr.init();
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\getenv srcdir PG_ABS_SRCDIR
\set awk :srcdir '/lib/readme.awk'
\setenv AWK :awk
\set guide :srcdir '/../docs/templates.md'
\setenv GUIDE :guide
\set sql `awk -f "$AWK" "$GUIDE"`
\o /dev/null
:sql
\o
SELECT prompt_mgr.render_prompt('docs/answer', '{"language": "English", "question": "Why?"}');
SELECT count(*) > 8 AS statements FROM regexp_matches(:'sql', ';\s*(\n|$)', 'g');

-- docs/variables.md
\set guide :srcdir '/../docs/variables.md'
\setenv GUIDE :guide
\set sql `awk -f "$AWK" "$GUIDE"`
\o /dev/null
:sql
\o
SELECT prompt_mgr.render_prompt('docs/reply', '{"customer": " Ann ", "words": "50", "question": "Where is my parcel?"}');
SELECT count(*) > 8 AS statements FROM regexp_matches(:'sql', ';\s*(\n|$)', 'g');
DROP SCHEMA docs_app CASCADE;
