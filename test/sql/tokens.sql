-- Tokens.  Skips itself where the tokenizers' tables are not installed, and in
-- a database that cannot hold the texts.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'
SELECT getdatabaseencoding() <> 'UTF8'
	OR EXISTS (SELECT FROM pg_temp.try($$SELECT prompt_mgr.count_tokens('')$$) WHERE message LIKE 'tokenizer table of encoding % is not installed') AS skipped \gset
\if :skipped
\quit
\endif

-- Known answers: pieces by hand from the encodings' rules, ids from the rank files.
CREATE TEMP TABLE known (what text, source text);
INSERT INTO known VALUES
	('empty', ''),
	('words', 'Hello, world!'),
	('numbers by three', '1234567'),
	('contractions', 'I''LL don''t'),
	('long s', U&'it''\017F'),
	('case changes', 'fooBarBAZ'),
	('caseless letters end a word of o200k_base', U&'\65E5\672CABC'),
	('blanks', E'a  b\n\n \tc  '),
	('U+0085 is white space', U&'a\0085\0085b'),
	('U+FEFF is none', U&'\FEFF\FEFFa'),
	('slashes after symbols', E'a.\n/b'),
	('one character, several tokens', U&'\+01F44D\+01F3FD'),
	('no special token', '<|endoftext|>');
SELECT what, prompt_mgr.count_tokens(source, 'cl100k_base') AS n, prompt_mgr.token_ids(source, 'cl100k_base') AS cl100k_base,
	prompt_mgr.count_tokens(source) AS n, prompt_mgr.token_ids(source) AS o200k_base FROM known;

-- The default encoding; arguments by name.
SELECT prompt_mgr.count_tokens(text => '1 2', encoding => 'cl100k_base') AS count, prompt_mgr.token_ids(text => '1 2', encoding => 'cl100k_base') AS ids,
	prompt_mgr.fits_tokens(text => '1 2', max_tokens => 3, encoding => 'cl100k_base') AS fits,
	prompt_mgr.truncate_tokens(text => '1 2', max_tokens => 1, encoding => 'cl100k_base', side => 'end') AS truncated,
	prompt_mgr.estimate_tokens(text => '1 2', family => 'claude') AS estimate;
SELECT count(*) FILTER (WHERE prompt_mgr.count_tokens(source) <> prompt_mgr.count_tokens(source, 'o200k_base')
	OR prompt_mgr.token_ids(source) <> prompt_mgr.token_ids(source, 'o200k_base')
	OR prompt_mgr.fits_tokens(source, 4) <> prompt_mgr.fits_tokens(source, 4, 'o200k_base')
	OR prompt_mgr.truncate_tokens(source, 4) <> prompt_mgr.truncate_tokens(source, 4, 'o200k_base', 'start')) AS not_o200k_base FROM known;

-- Every limit from none to beyond the count: fitting is counting, and a part
-- is a start or an end, no longer than allowed and no shorter than need be.
CREATE TEMP TABLE checked AS
WITH source AS (
	SELECT source FROM known UNION ALL VALUES
		(U&'Gr\00FC\00DFe, \4F60\597D\FF01 \0928\092E\0938\094D\0924\0947 \D83D\DC69\200D\D83D\DC69\200D\D83D\DC67 e\0301 12345' || E' \t\r\n  end'),
		(repeat(E'x\n ', 30) || repeat(' ', 40) || repeat('ab', 100)),
		(U&'\+020BB7\+01F468\+01F3FF\+01F680\+0E0067\+0E007F\0E33\1100\1161\11A8')
), counted AS (
	SELECT source, encoding, side, max_tokens, prompt_mgr.count_tokens(source, encoding) AS n
	FROM source, unnest('{cl100k_base,o200k_base}'::text[]) AS encoding, unnest('{start,end}'::text[]) AS side,
		generate_series(0, prompt_mgr.count_tokens(source, encoding) + 3) AS max_tokens
)
SELECT *, prompt_mgr.fits_tokens(source, max_tokens, encoding) AS fits, prompt_mgr.truncate_tokens(source, max_tokens, encoding, side) AS part FROM counted;
SELECT count(*) > 1000 AS many,
	count(*) FILTER (WHERE fits <> (n <= max_tokens)) AS fits_otherwise,
	count(*) FILTER (WHERE prompt_mgr.count_tokens(part, encoding) > max_tokens) AS too_many,
	count(*) FILTER (WHERE CASE side WHEN 'start' THEN left(source, length(part)) ELSE right(source, length(part)) END <> part) AS no_part,
	count(*) FILTER (WHERE fits AND part <> source) AS cut_for_nothing,
	count(*) FILTER (WHERE max_tokens >= 10 AND NOT fits AND prompt_mgr.count_tokens(part, encoding) < max_tokens - 9) AS too_short
FROM checked;
SELECT max_tokens, string_agg(DISTINCT side || '=' || quote_literal(part), ' ') AS parts FROM checked
WHERE source = 'Hello, world!' AND encoding = 'o200k_base' GROUP BY max_tokens ORDER BY max_tokens;

-- Long pieces; where bytes decide, nothing is counted.
SELECT prompt_mgr.count_tokens(repeat('a', 5000)) AS letters, prompt_mgr.count_tokens(repeat(' ', 5000)) AS blanks, prompt_mgr.count_tokens(repeat(U&'\5B57', 5000)) AS ideographs,
	cardinality(prompt_mgr.token_ids(repeat('a', 5000))) AS ids, length(prompt_mgr.truncate_tokens(repeat('a', 5000), 100)) AS kept;
SELECT prompt_mgr.fits_tokens(repeat('a', 1000000), 7812) AS bytes_are_too_many, prompt_mgr.fits_tokens(repeat('a', 1000000), 1000000) AS bytes_are_few;

-- They can be interrupted, and their memory is given back.
SET statement_timeout = '20ms';
SELECT prompt_mgr.count_tokens(repeat('a', 2000000));
RESET statement_timeout;
SELECT count(*) AS left_behind FROM pg_backend_memory_contexts WHERE name = 'prompt_mgr tokens';

-- Stored compressed or not, computed or indexed.
CREATE TEMP TABLE stored (source text, tokens integer GENERATED ALWAYS AS (prompt_mgr.count_tokens(source)) STORED);
INSERT INTO stored SELECT repeat('All work and no play. ', n) FROM unnest('{1,5,50,5000}'::int[]) AS n;
CREATE INDEX ON stored (prompt_mgr.count_tokens(source, 'cl100k_base'));
SELECT octet_length(source) AS bytes, tokens, prompt_mgr.count_tokens(source || '') AS again FROM stored ORDER BY 1;

-- An estimate is that of the default encoding times a factor, rounded up.
SELECT family, array_agg(prompt_mgr.estimate_tokens(repeat(' a', n), family) ORDER BY n) AS estimates
FROM unnest('{claude,Claude,gemini}'::text[]) WITH ORDINALITY AS f (family, i), unnest('{0,1,9,10,100}'::int[]) AS n GROUP BY i, family ORDER BY i;

-- Wrong arguments; NULL in, NULL out.
SELECT call, t.state, t.message, t.detail FROM (VALUES
	($$count_tokens('a', 'r50k_base')$$), ($$count_tokens('', 'O200K_BASE')$$), ($$token_ids('a', '')$$), ($$fits_tokens('a', 1, 'gpt-4')$$),
	($$truncate_tokens('a', 1, 'o200k')$$), ($$fits_tokens('', -1)$$), ($$truncate_tokens('', -2147483648)$$),
	($$truncate_tokens('a', 1, 'o200k_base', 'middle')$$), ($$estimate_tokens('a', '')$$)) AS c (call),
	pg_temp.try(format('SELECT prompt_mgr.%s', call)) AS t;
SELECT prompt_mgr.count_tokens(NULL), prompt_mgr.count_tokens('a', NULL), prompt_mgr.token_ids(NULL), prompt_mgr.fits_tokens(NULL, 1), prompt_mgr.fits_tokens('a', NULL),
	prompt_mgr.truncate_tokens(NULL, 1), prompt_mgr.truncate_tokens('a', NULL), prompt_mgr.truncate_tokens('a', 1, side => NULL),
	prompt_mgr.estimate_tokens(NULL, 'claude'), prompt_mgr.estimate_tokens('a', NULL);

-- The budget of a stored prompt, and the filter that cuts to one.
SELECT prompt_mgr.save_prompt('tokens/budget', 'Say: {{x}}', constraints => '{"maxTokens": 5, "minTokens": 3}', labels => '{production}');
SELECT prompt_mgr.render_prompt('tokens/budget', '{"x": "hello"}');
SELECT t.state, t.message, t.detail FROM (VALUES ('hello one two three four five'), ('')) AS v (x),
	pg_temp.try(format('SELECT prompt_mgr.render_prompt(''tokens/budget'', jsonb_build_object(''x'', %L))', x)) AS t;
SELECT prompt_mgr.render_template('{{x | truncate_tokens: 3}}|{{x | truncate_tokens: 2, cl100k_base}}', '{"x": "one two three four"}');

-- What is served comes with its tokens, in the encoding of its constraints.
SELECT prompt_mgr.save_prompt('tokens/cl100k', 'Say: {{x}}', constraints => '{"encoding": "cl100k_base"}', labels => '{production}');
SELECT prompt_mgr.save_prompt('tokens/chat', messages => '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{x}}"}]', labels => '{production}');
SELECT s.prompt, s.tokens, s.tokens = prompt_mgr.count_tokens(coalesce(s.text, E'Be brief.\n你好'), CASE s.prompt WHEN 'tokens/cl100k' THEN 'cl100k_base' ELSE 'o200k_base' END) AS right
FROM unnest('{tokens/budget,tokens/chat,tokens/cl100k}'::text[]) AS p (name), prompt_mgr.serve_prompt(p.name, 'u', '{"x": "你好"}') AS s ORDER BY 1;
