-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION prompt_mgr" to load this file. \quit

-- The schema may have been made, and filled, by somebody else: none of its
-- operators and functions is to be found by the names in this script.
SET LOCAL search_path = pg_catalog, pg_temp;
