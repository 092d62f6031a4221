-- Events: what makes one, what is in it, claiming and acknowledging, signatures.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'
SET client_min_messages = warning;
-- Others' events would be in the way.
DELETE FROM prompt_mgr.event;
CREATE FUNCTION pg_temp.happened() RETURNS TABLE (type text, payload jsonb) LANGUAGE sql AS $$
	WITH gone AS (DELETE FROM prompt_mgr.event AS e RETURNING e.*)
	SELECT g.type, g.payload - '{type,prompt_id,txid,audit_no,audit_hash,old_moved_at,old_moved_by,actor}'::text[]
	FROM gone AS g ORDER BY g.event_id
$$;

-- One event for each thing that happened, in order.
SELECT prompt_mgr.save_prompt('events/p', 'one', labels => '{production}', change_note => 'first');
SELECT * FROM pg_temp.happened();
SELECT prompt_mgr.save_prompt('events/p', 'two', draft => true);
SELECT * FROM pg_temp.happened();
SELECT prompt_mgr.publish_version('events/p', 2);
SELECT prompt_mgr.activate('events/p', 2, reason => 'better');
SELECT prompt_mgr.activate('events/p', 2, reason => 'again');
SELECT prompt_mgr.rollback('events/p');
SELECT prompt_mgr.set_status('events/p', 2, 'deprecated');
SELECT prompt_mgr.drop_label('events/p', 'production');
UPDATE prompt_mgr.prompt SET name = 'events/q', description = 'renamed' WHERE name = 'events/p';
UPDATE prompt_mgr.prompt SET description = 'told nobody' WHERE name = 'events/q';
SELECT * FROM pg_temp.happened();

-- A rolled-back change makes none.
BEGIN;
SELECT prompt_mgr.activate('events/q', 1);
ROLLBACK;
SELECT count(*) AS events FROM prompt_mgr.event;

-- Who else has to know: all prompts that use this one, directly or not.
SELECT prompt_mgr.save_prompt('events/part', 'part ' || i) FROM generate_series(1, 2) AS i;
SELECT prompt_mgr.save_prompt('events/user', 'uses {{> events/part}}');
SELECT prompt_mgr.save_prompt('events/user of user', 'uses {{> events/user}} and {{> events/part}}');
DELETE FROM prompt_mgr.event;
SELECT prompt_mgr.activate('events/part', 1);
SELECT prompt_mgr.activate('events/part', 2);
SELECT e.payload -> 'dependants' AS dependants, e.payload -> 'old_version' AS old_version, e.payload -> 'new_version' AS new_version,
	e.payload ->> 'actor' = session_user AS actor, (e.payload ->> 'old_moved_by') = session_user AS old_holder,
	(e.payload ->> 'old_moved_at')::timestamptz < e.at AS since, e.payload ->> 'txid' = a.txid::text AS same_transaction, e.at = a.at AS same_time,
	e.payload ->> 'audit_hash' = encode(a.hash, 'hex') AS hash_of_audit, a.object, a.action
FROM prompt_mgr.event AS e JOIN prompt_mgr.audit AS a ON a.prompt_id = e.prompt_id AND a.audit_no = (e.payload ->> 'audit_no')::bigint ORDER BY e.event_id;

-- What a team has added to the table has its part.
CREATE TABLE pg_temp.told (type text, version text);
CREATE FUNCTION pg_temp.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pg_temp.told VALUES (NEW.type, NEW.payload ->> 'new_version');
	RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON prompt_mgr.event FOR EACH ROW WHEN (NEW.type LIKE 'label.%') EXECUTE FUNCTION pg_temp.tell();
CREATE INDEX told_idx ON prompt_mgr.event ((payload ->> 'new_version')) WHERE type = 'label.moved';
SELECT prompt_mgr.activate('events/part', 1);
SELECT prompt_mgr.activate('events/part', 2);
SELECT * FROM pg_temp.told;
SET enable_seqscan = off;
SELECT count(*) AS by_index FROM prompt_mgr.event AS e WHERE e.type = 'label.moved' AND e.payload ->> 'new_version' = '1';
RESET enable_seqscan;
DROP TRIGGER tell ON prompt_mgr.event;
DROP INDEX prompt_mgr.told_idx;
-- It is written by column, so a table with others is refused rather than filled wrongly.
BEGIN;
ALTER TABLE prompt_mgr.event RENAME COLUMN payload TO body;
SELECT state, message, hint FROM pg_temp.try($$SELECT prompt_mgr.activate('events/part', 1)$$);
ROLLBACK;

-- Claiming: oldest first, each to one worker, again after the lease.
DELETE FROM prompt_mgr.event;
SELECT prompt_mgr.activate('events/part', i % 2 + 1) FROM generate_series(1, 6) AS i \g /dev/null
SELECT min(event_id) AS first FROM prompt_mgr.event \gset
SELECT event_id - :first AS event, type, payload -> 'new_version' AS version, attempts FROM prompt_mgr.claim_events('w1', 2);
SELECT event_id - :first AS event, attempts, leased_until > clock_timestamp() + interval '55 seconds' AS lease FROM prompt_mgr.claim_events('w2', 3);
SELECT event_id - :first AS event FROM prompt_mgr.claim_events('w3', 100, '1 hour');
SELECT event_id - :first AS event FROM prompt_mgr.claim_events('w3');
SELECT prompt_mgr.ack_events(ARRAY[:first, :first + 1, :first + 1, NULL, -1]);
SELECT prompt_mgr.ack_events(ARRAY[:first]), prompt_mgr.ack_events(NULL), prompt_mgr.ack_events('{}');
UPDATE prompt_mgr.event SET leased_until = clock_timestamp() - interval '1 second' WHERE claimed_by = 'w2';
SELECT event_id - :first AS event, attempts FROM prompt_mgr.claim_events('w4');
SELECT event_id - :first AS event, claimed_by FROM prompt_mgr.event ORDER BY event_id;
-- What nobody claimed cannot be acknowledged.
SELECT prompt_mgr.activate('events/part', 2);
SELECT prompt_mgr.ack_events(ARRAY(SELECT event_id FROM prompt_mgr.event)) AS acknowledged, (SELECT count(*) FROM prompt_mgr.event WHERE claimed_by IS NULL) AS unclaimed;
SELECT c.consumer, c.max_events, c.lease, t.state, t.message, t.detail FROM (VALUES (NULL, 1, '1 minute'), ('', 1, '1 minute'), ('w', 0, '1 minute'), ('w', NULL, '1 minute'),
	('w', 10001, '1 minute'), ('w', 1, '0'), ('w', 1, '2 days'), ('w', 1, NULL)) AS c (consumer, max_events, lease),
	pg_temp.try(format('SELECT prompt_mgr.claim_events(%L, %L, %L)', consumer, max_events, lease)) AS t;

-- What nobody ever acknowledges is cleaned away, oldest first.
DELETE FROM prompt_mgr.event;
SELECT prompt_mgr.activate('events/part', i % 2 + 1) FROM generate_series(1, 6) AS i \g /dev/null
SELECT prompt_mgr._clean_events();
UPDATE prompt_mgr.event SET at = at - interval '40 days' WHERE event_id < (SELECT max(event_id) - 1 FROM prompt_mgr.event);
SELECT prompt_mgr._clean_events(max_rows => 3);
SELECT prompt_mgr._clean_events();
SELECT count(*) FROM prompt_mgr.event;

-- Rights: the queue is for administrators and for whom the owner lets.
CREATE ROLE events_publisher;
CREATE ROLE events_admin;
CREATE ROLE events_worker;
SELECT prompt_mgr.grant_access('events_publisher', 'publisher');
SELECT prompt_mgr.grant_access('events_admin', 'admin');
GRANT USAGE ON SCHEMA prompt_mgr TO events_worker;
GRANT SELECT, UPDATE (claimed_by, leased_until, attempts), DELETE ON prompt_mgr.event TO events_worker;
GRANT EXECUTE ON FUNCTION prompt_mgr.claim_events, prompt_mgr.ack_events, prompt_mgr.check_ready TO events_worker;
CREATE FUNCTION pg_temp.try_as(role text, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('role', role, true);
	SELECT t.state INTO result FROM pg_temp.try(command) AS t;
	PERFORM set_config('role', 'none', true);
	RETURN result;
END $$;
SELECT command, pg_temp.try_as('events_publisher', command) AS publisher, pg_temp.try_as('events_admin', command) AS admin, pg_temp.try_as('events_worker', command) AS worker
FROM unnest(ARRAY['SELECT prompt_mgr.claim_events(''w'')', 'SELECT prompt_mgr.ack_events(''{1}'')', 'SELECT payload FROM prompt_mgr.event',
	'INSERT INTO prompt_mgr.event (type, at, payload) VALUES (''x'', now(), ''{}'')', 'UPDATE prompt_mgr.event SET payload = ''{}''']) AS command;

-- Signatures: the HMAC is that of RFC 2104, written out here and checked against the vectors of RFC 4231.
CREATE FUNCTION pg_temp.hmac(key bytea, data bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	padded bytea := decode(rpad(encode(CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END, 'hex'), 128, '0'), 'hex');
	inner_pad bytea := padded;
	outer_pad bytea := padded;
BEGIN
	FOR i IN 0..63 LOOP
		inner_pad := set_byte(inner_pad, i, get_byte(padded, i) # 54);
		outer_pad := set_byte(outer_pad, i, get_byte(padded, i) # 92);
	END LOOP;
	RETURN encode(sha256(outer_pad || sha256(inner_pad || data)), 'hex');
END $$;
SELECT v.no, pg_temp.hmac(v.key, v.data) = v.mac AS as_in_rfc_4231 FROM (VALUES
	(1, decode(repeat('0b', 20), 'hex'), 'Hi There'::bytea, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
	(2, 'Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
	(3, decode(repeat('aa', 20), 'hex'), decode(repeat('dd', 50), 'hex'), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'),
	(6, decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First', '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54')
	) AS v (no, key, data, mac);
SELECT v.no, prompt_mgr.webhook_signature(v.body, v.secret, v.at) = format('t=%s,v1=%s', v.unix,
	pg_temp.hmac(convert_to(v.secret, 'UTF8'), convert_to(v.unix || '.' || v.body, 'UTF8'))) AS same
FROM (VALUES (1, '{"id": 1}', 'lf-whsec_0123', to_timestamp(1700000000.9), 1700000000), (2, '', '', to_timestamp(0), 0),
	(3, repeat('ü', 10000), repeat('kü', 60), '1969-12-31 23:59:59.5+00', -1), (4, E'a\nb', repeat('k', 64), '2000-01-01 00:00:00.000001+00', 946684800),
	(5, 'x', repeat('k', 65), '1999-12-31 23:59:59.999999+00', 946684799)) AS v (no, body, secret, at, unix);
SELECT prompt_mgr.webhook_signature('{"id": 1}', 'lf-whsec_0123', to_timestamp(1700000000));
SELECT prompt_mgr.webhook_signature(NULL, 'x');
SELECT prompt_mgr.webhook_signature('a', 'b') = prompt_mgr.webhook_signature('a', 'b', now()) AS now_by_default;
SELECT * FROM pg_temp.try($$SELECT prompt_mgr.webhook_signature('a', 'b', 'infinity')$$);
SELECT prompt_mgr.revoke_access('events_publisher', 'publisher'), prompt_mgr.revoke_access('events_admin', 'admin');
DROP OWNED BY events_worker;
DROP ROLE events_publisher, events_admin, events_worker;
