-- Reviews: quorum, who may not approve, staleness, gates, overrides.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SET client_min_messages = warning;
DROP ROLE IF EXISTS rev_editor, rev_ann, rev_ben, rev_cat, rev_admin, rev_legal;
CREATE ROLE rev_editor;
CREATE ROLE rev_ann;
CREATE ROLE rev_ben;
CREATE ROLE rev_cat;
CREATE ROLE rev_admin;
CREATE ROLE rev_legal;
SELECT prompt_mgr.grant_access('rev_editor', 'editor'), prompt_mgr.grant_access('rev_ann', 'publisher'), prompt_mgr.grant_access('rev_ben', 'publisher'),
	prompt_mgr.grant_access('rev_cat', 'publisher'), prompt_mgr.grant_access('rev_admin', 'admin');
RESET client_min_messages;
-- Version 2 is by ann, version 3 a draft by ann that ben edited last.
SELECT prompt_mgr.save_prompt('rev/p', 'version 1', labels => '{production}');
SET ROLE rev_ann;
SELECT prompt_mgr.save_prompt('rev/p', 'version 2');
SELECT prompt_mgr.save_prompt('rev/p', 'version 3', draft => true);
SET ROLE rev_ben;
UPDATE prompt_mgr.prompt_version SET template = 'version 3, better' WHERE version = 3 AND prompt_id = (SELECT prompt_id FROM prompt_mgr.prompt WHERE name = 'rev/p');
SELECT prompt_mgr.publish_version('rev/p', 3);
SET ROLE rev_admin;
SELECT prompt_mgr.save_prompt('rev/p', 'version 4');
SELECT prompt_mgr.protect_label('production', 'publisher', 2, 'rev/');
RESET ROLE;
CREATE FUNCTION pg_temp.holder() RETURNS TABLE (version integer, moves integer) LANGUAGE sql
	AS $$ SELECT version, move_no FROM prompt_mgr.prompt_label WHERE name = 'rev/p' AND label = 'production' $$;
-- As who, and what comes of it; ids would differ each time.
CREATE FUNCTION pg_temp.review(who name, id uuid, decision text DEFAULT 'approve', comment text DEFAULT NULL)
RETURNS TABLE (reviewer name, state text, status text, approvals integer, needed integer, gates jsonb, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', review.who);
		SELECT '00000', r.status, r.approvals, r.approvals_needed, r.gates INTO state, status, approvals, needed, gates
		FROM prompt_mgr.review_release(review.id, review.decision, review.comment) AS r;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	END;
	RESET ROLE;
	reviewer := review.who;
	RETURN NEXT;
END
$$;

-- Two others must approve; the same one twice is one.
SET ROLE rev_editor;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 2}]', 'tested') AS id \gset
SET ROLE rev_ben;
SELECT reason, changes, requested_by, approvals, approvals_needed, reviews, gates FROM prompt_mgr.pending_reviews();
RESET ROLE;
SELECT * FROM pg_temp.review('rev_editor', :'id');
SELECT * FROM pg_temp.review('rev_ann', :'id');
SELECT * FROM pg_temp.review('rev_ben', :'id');
SELECT * FROM pg_temp.review('rev_ben', :'id', comment => 'once more');
SELECT * FROM pg_temp.holder();
SET ROLE rev_ben;
SELECT count(*) FROM prompt_mgr.pending_reviews();
SET ROLE rev_ann;
SELECT count(*) FROM prompt_mgr.pending_reviews();
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.apply_release(%L)', :'id')) AS t;
SET ROLE rev_cat;
SELECT count(*) FROM prompt_mgr.pending_reviews();
RESET ROLE;
SELECT * FROM pg_temp.review('rev_cat', :'id', comment => 'fine');
SELECT * FROM pg_temp.holder();
SELECT h.moved_by, h.reason, h.release_id = :'id' AS named FROM prompt_mgr.label_history('rev/p') AS h ORDER BY move_no DESC LIMIT 1;
SELECT status, approvals, approvals_needed, jsonb_path_query_array(reviews, '$[*].reviewer') AS reviewers, jsonb_path_query_array(reviews, '$[*].comment') AS comments, closed_by
FROM prompt_mgr.list_releases(name => 'rev/p');
SELECT * FROM pg_temp.review('rev_cat', :'id');

-- Neither the author nor the last editor, nor who asked.
SET ROLE rev_cat;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 3}]') AS id \gset
RESET ROLE;
SELECT r.* FROM unnest('{rev_ann,rev_ben,rev_cat}'::name[]) AS who, pg_temp.review(who, :'id') AS r;
SET ROLE rev_ann;
-- By hand it is the same: the reviewer is never given.
SELECT t.state FROM pg_temp.try(format($$INSERT INTO prompt_mgr.release_review (release_id, decision, reviewer) VALUES (%L, 'approve', 'rev_admin')$$, :'id')) AS t;
SELECT t.state FROM pg_temp.try(format($$INSERT INTO prompt_mgr.release_review (release_id, decision) VALUES (%L, 'approve')$$, :'id')) AS t;
SELECT t.state FROM pg_temp.try('UPDATE prompt_mgr.release_review SET reviewer = $$x$$') AS t;
RESET ROLE;
SELECT t.state FROM unnest(ARRAY['UPDATE prompt_mgr.release_review SET comment = $$x$$', 'DELETE FROM prompt_mgr.release_review', 'TRUNCATE prompt_mgr.release_review']) AS c, pg_temp.try(c) AS t;

-- Rejecting takes a comment, and closes it.
SELECT * FROM pg_temp.review('rev_ann', :'id', 'reject', ' ');
SELECT * FROM pg_temp.review('rev_ann', :'id', 'perhaps');
SELECT * FROM pg_temp.review('rev_ann', :'id', 'reject', 'too long');
SELECT * FROM pg_temp.review('rev_admin', :'id');
SELECT status, closed_by, reviews -> 0 ->> 'comment' AS comment FROM prompt_mgr.list_releases('rejected', 'rev/p');
SELECT * FROM pg_temp.review('rev_admin', NULL);
SELECT * FROM pg_temp.review('rev_admin', '00000000-0000-0000-0000-000000000000');

-- Stale once the label moves, or the version is archived.
SET ROLE rev_editor;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 4}, {"name": "rev/p", "version": 4, "label": "staging"}]') AS id \gset
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 3}]') AS third \gset
RESET ROLE;
SELECT * FROM pg_temp.review('rev_ann', :'id');
SET ROLE rev_cat;
SELECT count(*) FROM prompt_mgr.pending_reviews();
SELECT prompt_mgr.activate('rev/p', 1, 'staging');
SELECT count(*) FROM prompt_mgr.pending_reviews();
SELECT status FROM prompt_mgr.list_releases(name => 'rev/p') ORDER BY requested_at DESC LIMIT 2;
RESET ROLE;
SELECT * FROM pg_temp.review('rev_cat', :'id');
SELECT * FROM pg_temp.holder();
SELECT prompt_mgr.set_status('rev/p', 3, 'archived');
SELECT * FROM pg_temp.review('rev_cat', :'third');
SELECT count(*) FROM prompt_mgr.list_releases('stale', 'rev/p');
-- Cancelled by who asked, or an admin.
SET ROLE rev_cat;
SELECT t.state FROM pg_temp.try(format('SELECT prompt_mgr.cancel_release(%L)', :'third')) AS t;
SET ROLE rev_editor;
SELECT prompt_mgr.cancel_release(:'third');
SET ROLE rev_admin;
SELECT prompt_mgr.cancel_release(:'id');
RESET ROLE;

-- An override takes level admin and a reason.
SET ROLE rev_editor;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 4}]') AS id \gset
SET ROLE rev_cat;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.apply_release(%L, %L)', :'id', 'hurry')) AS t;
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.release('[{"name": "rev/p", "version": 4}]', 'hurry', true)$$) AS t;
SET ROLE rev_admin;
SELECT t.state, t.message FROM pg_temp.try(format('SELECT prompt_mgr.apply_release(%L, %L)', :'id', ' ')) AS t;
SELECT t.state, t.message FROM pg_temp.try($$SELECT prompt_mgr.release('[{"name": "rev/p", "version": 4}]', override => true)$$) AS t;
SELECT status FROM prompt_mgr.apply_release(:'id', 'outage');
SELECT override_reason, closed_by FROM prompt_mgr.list_releases('released', 'rev/p', 1);
-- To roll it back takes the same.
SET ROLE rev_cat;
SELECT t.state FROM pg_temp.try(format('SELECT prompt_mgr.rollback_release(%L)', :'id')) AS t;
SET ROLE rev_admin;
SELECT prompt_mgr.rollback_release(:'id', 'it was worse', true) IS NOT NULL AS done;
RESET ROLE;
SELECT * FROM pg_temp.holder();

-- Approvals expire.
SELECT prompt_mgr.protect_label('production', 'publisher', 2, 'rev/', approvals_expire => '1 hour');
SET ROLE rev_editor;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 4}]') AS id \gset
RESET ROLE;
SELECT * FROM pg_temp.review('rev_ann', :'id');
SELECT prompt_mgr.protect_label('production', 'publisher', 2, 'rev/', approvals_expire => '1 microsecond');
SELECT * FROM pg_temp.review('rev_ben', :'id');
SELECT approvals, approvals_needed FROM prompt_mgr.list_releases('requested', 'rev/p');
SET ROLE rev_ann;
SELECT count(*) FROM prompt_mgr.pending_reviews();
RESET ROLE;
SELECT prompt_mgr.protect_label('production', 'publisher', 3, 'rev/');
SELECT approvals, approvals_needed FROM prompt_mgr.list_releases('requested', 'rev/p');

-- Reviewers need the label's level and role.
SELECT prompt_mgr.protect_label('production', 'publisher', 1, 'rev/', role => 'rev_legal');
SET ROLE rev_cat;
SELECT count(*) FROM prompt_mgr.pending_reviews();
RESET ROLE;
SELECT * FROM pg_temp.review('rev_cat', :'id');
GRANT rev_legal TO rev_cat;
SET ROLE rev_cat;
SELECT count(*) FROM prompt_mgr.pending_reviews();
RESET ROLE;
SELECT * FROM pg_temp.review('rev_cat', :'id');

-- Who is confined to a folder sees and approves what is in it as a whole, and may publish there.
SELECT prompt_mgr.save_prompt('elsewhere/rev', 'x');
SELECT prompt_mgr.protect_label('approved', 'publisher', 2);
SELECT prompt_mgr.protect_label('approved', 'publisher', 2, 'elsewhere/');
SET client_min_messages = warning;
SELECT prompt_mgr.allow_folder('rev_ben', 'rev/', 'publisher'), prompt_mgr.allow_folder('rev_ann', 'rev/', 'editor');
RESET client_min_messages;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 4, "label": "approved"}]') AS inside \gset
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 4, "label": "approved"}, {"name": "elsewhere/rev", "version": 1, "label": "approved"}]') AS across \gset
SET ROLE rev_ben;
SELECT changes FROM prompt_mgr.list_releases('requested', 'rev/p');
SELECT count(*) FROM prompt_mgr.pending_reviews();
SELECT label, prefix FROM prompt_mgr.label_policy WHERE label = 'approved';
RESET ROLE;
SELECT * FROM pg_temp.review('rev_ann', :'inside');
SELECT * FROM pg_temp.review('rev_ben', :'inside');
SELECT * FROM pg_temp.review('rev_ben', :'across');
SELECT * FROM pg_temp.review('rev_cat', :'across');
SELECT prompt_mgr.cancel_release(:'across');
SELECT * FROM pg_temp.review('rev_cat', :'inside');
SET client_min_messages = error;
SELECT prompt_mgr.disallow_folder('rev_ben', 'rev/', 'publisher'), prompt_mgr.disallow_folder('rev_ann', 'rev/', 'editor');
RESET client_min_messages;

-- A gate reads a table of the policy's owner, which the mover may not.
SET client_min_messages = warning;
CREATE SCHEMA rev AUTHORIZATION rev_admin;
SET ROLE rev_admin;
CREATE TABLE rev.score (version_id uuid, score numeric);
CREATE FUNCTION rev.gate(version_id uuid) RETURNS TABLE (ok boolean, reason text) LANGUAGE sql STABLE
	AS $$ SELECT avg(s.score) >= 0.80, format('score %s of %s rows, at least 0.80', avg(s.score)::numeric(4, 2), count(*))
		FROM rev.score AS s WHERE s.version_id = gate.version_id $$;
REVOKE ALL ON FUNCTION rev.gate(uuid) FROM PUBLIC;
RESET client_min_messages;
SELECT prompt_mgr.protect_label('production', 'publisher', 1, 'rev/', gates => '{rev.gate(uuid)}');
SELECT * FROM prompt_mgr.label_protection('rev/p');
RESET ROLE;
SELECT prompt_mgr.save_prompt('rev/p', 'version 5');
SELECT prompt_mgr.save_prompt('rev/p', 'version 6');
INSERT INTO rev.score SELECT version_id, CASE version WHEN 5 THEN 0.79 ELSE 0.80 END FROM prompt_mgr.get_prompt('rev/p', 5)
	UNION ALL SELECT version_id, 0.79 FROM prompt_mgr.get_prompt('rev/p', 6);
SET ROLE rev_editor;
SELECT prompt_mgr.request_release('[{"name": "rev/p", "version": 5}]') AS fifth \gset
RESET ROLE;
SELECT * FROM pg_temp.review('rev_cat', :'fifth');
SELECT gates, approvals, status FROM prompt_mgr.list_releases('requested', 'rev/p', 1);
SELECT status, gates FROM prompt_mgr.apply_release(:'fifth');
UPDATE rev.score SET score = 0.80;
SET ROLE rev_cat;
SELECT status, gates FROM prompt_mgr.apply_release(:'fifth');
SELECT t.state FROM pg_temp.try('SELECT FROM rev.score') AS t;
RESET ROLE;
SELECT * FROM pg_temp.holder();

-- Without approvals a gate binds direct moves too; an error and NULL are a no.
SET ROLE rev_admin;
SELECT prompt_mgr.protect_label('production', 'publisher', 0, 'rev/', gates => '{rev.gate(uuid)}');
RESET ROLE;
UPDATE rev.score SET score = 0.79;
SELECT * FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$);
SELECT t.state, t.message, t.detail FROM pg_temp.try($$SELECT prompt_mgr.release('[{"name": "rev/p", "version": 6}]')$$) AS t;
UPDATE rev.score SET score = NULL;
SELECT t.state, t.message FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$) AS t;
UPDATE rev.score SET score = 0.80;
CREATE OR REPLACE FUNCTION rev.gate(version_id uuid) RETURNS TABLE (ok boolean, reason text) LANGUAGE plpgsql AS $$ BEGIN ok := 1 / 0; RETURN NEXT; END $$;
SELECT t.state, t.message FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$) AS t;
-- It cannot become who moves the label, nor stay where its owner has gone.
CREATE OR REPLACE FUNCTION rev.gate(version_id uuid) RETURNS TABLE (ok boolean, reason text) LANGUAGE plpgsql
	AS $$ BEGIN ok := true; reason := current_user; RESET ROLE; RETURN NEXT; END $$;
SELECT t.state, t.message FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$) AS t;
CREATE OR REPLACE FUNCTION rev.gate(version_id uuid) RETURNS TABLE (ok boolean, reason text) LANGUAGE plpgsql
	AS $$ BEGIN ok := false; reason := current_user || ' ' || current_setting('search_path'); RETURN NEXT; END $$;
SELECT t.state, t.message FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$) AS t;
DROP FUNCTION rev.gate(uuid);
SELECT t.state, t.message FROM pg_temp.try($$SET LOCAL ROLE rev_cat; SELECT prompt_mgr.activate('rev/p', 6)$$) AS t;
-- Dropping a label asks no gate; an override passes it over.
SELECT t.state FROM pg_temp.try($$SELECT prompt_mgr.drop_label('rev/p', 'production')$$) AS t;
SELECT prompt_mgr.release('[{"name": "rev/p", "version": 6}]', 'the gate is gone', true) IS NOT NULL AS done;
SELECT * FROM pg_temp.holder();

-- An experiment's win asks for approval where the label needs it.
SELECT prompt_mgr.protect_label('production', 'publisher', 1, 'rev/');
SET client_min_messages = error;
SELECT prompt_mgr.create_experiment('rev', 'rev/p', '[{"key": "a", "version": 5}, {"key": "b", "version": 4}]', '[{"name": "m"}]', '{"on_win": "activate"}') IS NOT NULL AS created;
SELECT prompt_mgr.start_experiment('rev');
SELECT prompt_mgr.stop_experiment('rev', 'b');
RESET client_min_messages;
SELECT * FROM pg_temp.holder();
SELECT reason, changes, requested_by = current_user AS by_me FROM prompt_mgr.list_releases('requested', 'rev/p');
SELECT r.status FROM prompt_mgr.list_releases('requested', 'rev/p') AS l, pg_temp.review('rev_cat', l.release_id) AS r;
SELECT * FROM pg_temp.holder();
SELECT prompt_mgr.protect_label('production', NULL, prefix => 'rev/');
SET client_min_messages = warning;
DROP SCHEMA rev CASCADE;
DROP OWNED BY rev_editor, rev_ann, rev_ben, rev_cat, rev_admin, rev_legal;
DROP ROLE rev_editor, rev_ann, rev_ben, rev_cat, rev_admin, rev_legal;
