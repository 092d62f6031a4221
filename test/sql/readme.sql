-- The README's SQL runs as it stands.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS prompt_mgr;
SELECT prompt_mgr.init();
\set ON_ERROR_STOP on
\getenv srcdir PG_ABS_SRCDIR
\set awk :srcdir '/lib/readme.awk'
\setenv AWK :awk
\set run :srcdir '/lib/guide.sql'
\set guide README.md
\set ECHO none
\i :run
\set ECHO all
-- What it says about itself: the rendered text, and the state it ends in.
SELECT prompt_mgr.render_prompt('support/greeting', '{"name": "Ann", "product": "your router"}', 1);
SELECT version, reason FROM prompt_mgr.label_history('support/greeting');
SELECT name, enabled FROM feature_flag;
DROP TABLE feature_flag, customer, answer;
