-- count_tokens() against its bars: 1.5 kB of several kinds, and a million
-- letters without a break.
\set QUIET on
\ir lib.sql
SET max_parallel_workers_per_gather = 0;
\set calls 20000

CREATE TEMP TABLE bench AS
WITH part AS (
	SELECT 'You are a support agent for Acme. Answer in English, in a friendly tone, and keep to the facts that are given: cite them, and say so where they do not suffice. Customers'' data never leaves this conversation; don''t repeat card numbers. ' AS english,
		E'static int\ncompare_rows(const void *a, const void *b)\n{\n\tconst Row *left = a;\n\tconst Row *right = b;\n\n\treturn left->id < right->id ? -1 : left->id > right->id;\n}\n\n' AS code,
		'{"id": 12345, "name": "Ann Example", "tags": ["new", "paid"], "price": 19.99, "shipped": false, "note": null},' || E'\n' AS json,
		U&'\304A\5BA2\69D8\306E\3054\8CEA\554F\306B\3001\4E0E\3048\3089\308C\305F\4E8B\5B9F\3060\3051\3092\4F7F\3063\3066\4E01\5BE7\306B\7B54\3048\3066\304F\3060\3055\3044\3002' AS japanese
)
SELECT left(repeat(english, 7), 1500) AS english, left(repeat(code, 10), 1500) AS code, left(repeat(json, 15), 1500) AS json,
	left(repeat(japanese, 15), 500) AS japanese FROM part;
-- As many texts as the catalog's comments give: none is in the cache for being the last.
CREATE TEMP TABLE various AS
WITH prose AS (SELECT string_agg(description, '. ' ORDER BY md5(description)) AS prose FROM pg_description)
SELECT substr(prose, i, 1500) AS source FROM prose, generate_series(1, length(prose) - 1500, 1500) AS i;
CREATE TEMP TABLE big AS SELECT repeat('a', 1000000) AS letters;
SELECT format('o200k_base; English %s tokens, Japanese %s; %s various texts', prompt_mgr.count_tokens(english), prompt_mgr.count_tokens(japanese), (SELECT count(*) FROM various)) FROM bench \g (tuples_only=on)

CREATE FUNCTION pg_temp.per_call(expression text, calls integer) RETURNS double precision LANGUAGE sql AS $$
	SELECT pg_temp.fastest(format('SELECT count(%s) FROM bench, generate_series(1, %s)', expression, calls)) / calls * 1e6
$$;
CREATE TEMP TABLE took AS SELECT pg_temp.per_call('octet_length(english)', :calls) AS noop,
	pg_temp.per_call('prompt_mgr.count_tokens(english)', :calls) AS english,
	(SELECT pg_temp.fastest('SELECT sum(prompt_mgr.count_tokens(source)) FROM various', 50) / count(*) * 1e6 FROM various) AS various,
	pg_temp.per_call($$prompt_mgr.count_tokens(english, 'cl100k_base')$$, :calls) AS cl100k,
	pg_temp.per_call('prompt_mgr.count_tokens(code)', :calls) AS code,
	pg_temp.per_call('prompt_mgr.count_tokens(json)', :calls) AS json,
	pg_temp.per_call('prompt_mgr.count_tokens(japanese)', :calls) AS japanese,
	pg_temp.per_call('prompt_mgr.token_ids(english)', :calls) AS ids,
	pg_temp.per_call('prompt_mgr.truncate_tokens(english, 100)', :calls) AS truncated,
	pg_temp.per_call($$prompt_mgr.count_tokens('x' || left(english, 0))$$, :calls) AS one,
	pg_temp.fastest('SELECT prompt_mgr.count_tokens(letters) FROM big', 3) AS letters,
	pg_temp.fastest($$SELECT prompt_mgr.count_tokens(letters, 'cl100k_base') FROM big$$, 3) AS letters_cl100k;
INSERT INTO result (work, ours, theirs, against, bar)
	SELECT 'count_tokens, 1.5 kB English', english - noop, 20, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1.5 kB, various texts', various - noop, 20, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1.5 kB English, cl100k_base', cl100k - noop, 20, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1.5 kB code', code - noop, 20, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1.5 kB JSON', json - noop, 20, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1.5 kB Japanese', japanese - noop, english - noop, 'English', '' FROM took UNION ALL
	SELECT 'token_ids, 1.5 kB English', ids - noop, english - noop, 'count_tokens', '' FROM took UNION ALL
	SELECT 'truncate_tokens, to 100 tokens', truncated - noop, english - noop, 'count_tokens', '' FROM took UNION ALL
	SELECT 'count_tokens, one letter', one - noop, english - noop, '1.5 kB English', '' FROM took UNION ALL
	SELECT 'count_tokens, 1 MB of one letter', letters * 1e6, 1e6, 'bar in us', '1.0' FROM took UNION ALL
	SELECT 'count_tokens, 1 MB of one letter, cl100k_base', letters_cl100k * 1e6, 1e6, 'bar in us', '1.0' FROM took;
TABLE pg_temp.report;
