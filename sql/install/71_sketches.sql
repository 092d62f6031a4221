-- Sketches: latencies and distinct users of many rows in a few hundred bytes,
-- to be stored and merged.  Merging is exact, so the sketch of a month is the
-- same whether it was made from rows, hours or days.
--
-- The extension's own tables keep them as bytea, so that a table depends on no
-- type of the extension and DROP EXTENSION ... CASCADE takes no column along.

CREATE TYPE prompt_mgr.latency_sketch;

CREATE FUNCTION prompt_mgr.latency_sketch_in(cstring) RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_in';

CREATE FUNCTION prompt_mgr.latency_sketch_out(prompt_mgr.latency_sketch) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_out';

CREATE FUNCTION prompt_mgr.latency_sketch_recv(internal) RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_recv';

CREATE FUNCTION prompt_mgr.latency_sketch_send(prompt_mgr.latency_sketch) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_send';

CREATE TYPE prompt_mgr.latency_sketch (
	INPUT = prompt_mgr.latency_sketch_in,
	OUTPUT = prompt_mgr.latency_sketch_out,
	RECEIVE = prompt_mgr.latency_sketch_recv,
	SEND = prompt_mgr.latency_sketch_send,
	STORAGE = extended
);

COMMENT ON TYPE prompt_mgr.latency_sketch IS
'Latencies as counts in 1089 buckets, 32 to a doubling, from 10 microseconds to 46 hours.
Fit for a column of a rollup table; some 300 bytes, whatever the number of values. Text: {bucket:count,...}; bucket i ends at 0.01 x 2^((i - 320) / 32) seconds. Every bound of OpenTelemetry''s gen_ai.client.operation.duration is a bound of a bucket.';
COMMENT ON FUNCTION prompt_mgr.latency_sketch_in(cstring) IS 'Text input of latency_sketch.';
COMMENT ON FUNCTION prompt_mgr.latency_sketch_out(prompt_mgr.latency_sketch) IS 'Text output of latency_sketch.';
COMMENT ON FUNCTION prompt_mgr.latency_sketch_recv(internal) IS 'Binary input of latency_sketch.';
COMMENT ON FUNCTION prompt_mgr.latency_sketch_send(prompt_mgr.latency_sketch) IS 'Binary output of latency_sketch.';

CREATE FUNCTION prompt_mgr.latency_sketch_from_bytea(bytes bytea) RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_from_bytea';

COMMENT ON FUNCTION prompt_mgr.latency_sketch_from_bytea(bytea) IS 'Binary form of latency_sketch back as a value; the cast from bytea. 22P03 where it is none.';

CREATE FUNCTION prompt_mgr.latency_sketch_of(bytes bytea) RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_of';

COMMENT ON FUNCTION prompt_mgr.latency_sketch_of(bytea) IS
'What the extension''s tables hold of a sketch, as a value: the cast from bytea without the check, which merging makes as well.
22P03 where it is none at first sight, XX001 from rollup() where it is damaged.';

CREATE CAST (bytea AS prompt_mgr.latency_sketch) WITH FUNCTION prompt_mgr.latency_sketch_from_bytea(bytea);
CREATE CAST (prompt_mgr.latency_sketch AS bytea) WITH FUNCTION prompt_mgr.latency_sketch_send(prompt_mgr.latency_sketch) AS ASSIGNMENT;

CREATE FUNCTION prompt_mgr._latency_sketch_accum(sketch prompt_mgr.latency_sketch, seconds double precision)
RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_accum';

CREATE FUNCTION prompt_mgr._latency_sketch_combine(a prompt_mgr.latency_sketch, b prompt_mgr.latency_sketch)
RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_combine';

CREATE FUNCTION prompt_mgr._latency_sketch_packed(sketch prompt_mgr.latency_sketch)
RETURNS prompt_mgr.latency_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_sketch_packed';

COMMENT ON FUNCTION prompt_mgr._latency_sketch_accum(prompt_mgr.latency_sketch, double precision) IS
'internal: transition of latency_sketch()';
COMMENT ON FUNCTION prompt_mgr._latency_sketch_combine(prompt_mgr.latency_sketch, prompt_mgr.latency_sketch) IS
'internal: two sketches as one; combine function of latency_sketch(), transition of rollup()';
COMMENT ON FUNCTION prompt_mgr._latency_sketch_packed(prompt_mgr.latency_sketch) IS
'internal: final function of latency_sketch() and rollup()';

CREATE AGGREGATE prompt_mgr.latency_sketch(seconds double precision) (
	SFUNC = prompt_mgr._latency_sketch_accum,
	STYPE = prompt_mgr.latency_sketch,
	FINALFUNC = prompt_mgr._latency_sketch_packed,
	COMBINEFUNC = prompt_mgr._latency_sketch_combine,
	INITCOND = '{}',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.latency_sketch(double precision) IS
'Sketch of latencies in seconds; read it with quantile() and count_within(), merge it with rollup().
NULL, NaN and negative values are left out. 22003 above 10^15 values in a bucket.';

CREATE AGGREGATE prompt_mgr.rollup(sketch prompt_mgr.latency_sketch) (
	SFUNC = prompt_mgr._latency_sketch_combine,
	STYPE = prompt_mgr.latency_sketch,
	FINALFUNC = prompt_mgr._latency_sketch_packed,
	COMBINEFUNC = prompt_mgr._latency_sketch_combine,
	INITCOND = '{}',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.rollup(prompt_mgr.latency_sketch) IS
'Sketches as one: the same, to the byte, as if all their values had been given to latency_sketch().';

CREATE FUNCTION prompt_mgr.quantile(s prompt_mgr.latency_sketch, q double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_quantile';

COMMENT ON FUNCTION prompt_mgr.quantile(prompt_mgr.latency_sketch, double precision) IS
'Quantile of a sketch in seconds: within 1.1 % of what percentile_disc() gives over the rows.
q: between 0 and 1; 0.95 for the 95th percentile. NULL for an empty sketch. Below 10 microseconds it is 0. 22023 for another q.';

CREATE FUNCTION prompt_mgr.count_within(s prompt_mgr.latency_sketch, seconds double precision DEFAULT 'Infinity')
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_latency_within';

COMMENT ON FUNCTION prompt_mgr.count_within(prompt_mgr.latency_sketch, double precision) IS
'How many values of a sketch are at most so many seconds; without seconds, all of them.
Exact where seconds is the bound of a bucket, as 0.01, 0.02, 0.04, ... 81.92 are; else those of the bucket in which it lies are left out.';

CREATE TYPE prompt_mgr.distinct_sketch;

CREATE FUNCTION prompt_mgr.distinct_sketch_in(cstring) RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_in';

CREATE FUNCTION prompt_mgr.distinct_sketch_out(prompt_mgr.distinct_sketch) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_out';

CREATE FUNCTION prompt_mgr.distinct_sketch_recv(internal) RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_recv';

CREATE FUNCTION prompt_mgr.distinct_sketch_send(prompt_mgr.distinct_sketch) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_send';

CREATE TYPE prompt_mgr.distinct_sketch (
	INPUT = prompt_mgr.distinct_sketch_in,
	OUTPUT = prompt_mgr.distinct_sketch_out,
	RECEIVE = prompt_mgr.distinct_sketch_recv,
	SEND = prompt_mgr.distinct_sketch_send,
	STORAGE = extended
);

COMMENT ON TYPE prompt_mgr.distinct_sketch IS
'How many different texts there were, in 4096 registers: HyperLogLog.
Fit for a column of a rollup table; two bytes for a text, 4 kB at most. Text: {register:rank,...}.';
COMMENT ON FUNCTION prompt_mgr.distinct_sketch_in(cstring) IS 'Text input of distinct_sketch.';
COMMENT ON FUNCTION prompt_mgr.distinct_sketch_out(prompt_mgr.distinct_sketch) IS 'Text output of distinct_sketch.';
COMMENT ON FUNCTION prompt_mgr.distinct_sketch_recv(internal) IS 'Binary input of distinct_sketch.';
COMMENT ON FUNCTION prompt_mgr.distinct_sketch_send(prompt_mgr.distinct_sketch) IS 'Binary output of distinct_sketch.';

CREATE FUNCTION prompt_mgr.distinct_sketch_from_bytea(bytes bytea) RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_from_bytea';

COMMENT ON FUNCTION prompt_mgr.distinct_sketch_from_bytea(bytea) IS 'Binary form of distinct_sketch back as a value; the cast from bytea. 22P03 where it is none.';

CREATE FUNCTION prompt_mgr.distinct_sketch_of(bytes bytea) RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_of';

COMMENT ON FUNCTION prompt_mgr.distinct_sketch_of(bytea) IS
'What the extension''s tables hold of a sketch, as a value: the cast from bytea without the check, which merging makes as well.
22P03 where it is none at first sight, XX001 from rollup() where it is damaged.';

CREATE CAST (bytea AS prompt_mgr.distinct_sketch) WITH FUNCTION prompt_mgr.distinct_sketch_from_bytea(bytea);
CREATE CAST (prompt_mgr.distinct_sketch AS bytea) WITH FUNCTION prompt_mgr.distinct_sketch_send(prompt_mgr.distinct_sketch) AS ASSIGNMENT;

CREATE FUNCTION prompt_mgr._distinct_sketch_accum(sketch prompt_mgr.distinct_sketch, value text)
RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_accum';

CREATE FUNCTION prompt_mgr._distinct_sketch_combine(a prompt_mgr.distinct_sketch, b prompt_mgr.distinct_sketch)
RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_combine';

CREATE FUNCTION prompt_mgr._distinct_sketch_packed(sketch prompt_mgr.distinct_sketch)
RETURNS prompt_mgr.distinct_sketch
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_sketch_packed';

COMMENT ON FUNCTION prompt_mgr._distinct_sketch_accum(prompt_mgr.distinct_sketch, text) IS
'internal: transition of distinct_sketch()';
COMMENT ON FUNCTION prompt_mgr._distinct_sketch_combine(prompt_mgr.distinct_sketch, prompt_mgr.distinct_sketch) IS
'internal: two sketches as one; combine function of distinct_sketch(), transition of rollup()';
COMMENT ON FUNCTION prompt_mgr._distinct_sketch_packed(prompt_mgr.distinct_sketch) IS
'internal: final function of distinct_sketch() and rollup()';

CREATE AGGREGATE prompt_mgr.distinct_sketch(value text) (
	SFUNC = prompt_mgr._distinct_sketch_accum,
	STYPE = prompt_mgr.distinct_sketch,
	FINALFUNC = prompt_mgr._distinct_sketch_packed,
	COMBINEFUNC = prompt_mgr._distinct_sketch_combine,
	INITCOND = '{}',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.distinct_sketch(text) IS
'Sketch of different texts; read it with distinct_count(), merge it with rollup().
NULL is left out.';

CREATE AGGREGATE prompt_mgr.rollup(sketch prompt_mgr.distinct_sketch) (
	SFUNC = prompt_mgr._distinct_sketch_combine,
	STYPE = prompt_mgr.distinct_sketch,
	FINALFUNC = prompt_mgr._distinct_sketch_packed,
	COMBINEFUNC = prompt_mgr._distinct_sketch_combine,
	INITCOND = '{}',
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE prompt_mgr.rollup(prompt_mgr.distinct_sketch) IS
'Sketches as one: the same, to the byte, as if all their values had been given to distinct_sketch().';

CREATE FUNCTION prompt_mgr.distinct_count(s prompt_mgr.distinct_sketch)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_distinct_count';

COMMENT ON FUNCTION prompt_mgr.distinct_count(prompt_mgr.distinct_sketch) IS
'Estimate of how many different texts a sketch saw; the standard error is 1.6 %, and less below some thousands.';
