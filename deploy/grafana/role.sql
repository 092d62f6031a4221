-- The roles that dashboards and monitoring log in as: they read, and nothing
-- else, for no longer than 10 seconds a query.  Grafana does not look at the
-- SQL that people give it, so what they may see is what these roles may.
--
-- As a superuser, then the last two lines as the owner of schema prompt_mgr.
-- Give them passwords with \password.
CREATE ROLE prompt_mgr_grafana LOGIN CONNECTION LIMIT 20;
CREATE ROLE prompt_mgr_exporter LOGIN CONNECTION LIMIT 5;
ALTER ROLE prompt_mgr_grafana SET default_transaction_read_only = on;
ALTER ROLE prompt_mgr_grafana SET statement_timeout = '10s';
ALTER ROLE prompt_mgr_exporter SET default_transaction_read_only = on;
ALTER ROLE prompt_mgr_exporter SET statement_timeout = '10s';
SELECT prompt_mgr.grant_access('prompt_mgr_grafana', 'viewer');
SELECT prompt_mgr.grant_access('prompt_mgr_exporter', 'viewer');
