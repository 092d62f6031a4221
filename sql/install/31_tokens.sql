-- Tokens: exact counts for two encodings, an estimate for other models.

CREATE FUNCTION prompt_mgr.count_tokens(
	text text,
	encoding text DEFAULT 'o200k_base')
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_count_tokens';

COMMENT ON FUNCTION prompt_mgr.count_tokens(text, text) IS
'Number of tokens of a text, exactly.
encoding: o200k_base (GPT-4o and later) or cl100k_base (GPT-4, GPT-3.5); 22023 for any other. Text that looks like a special token counts as ordinary text. 0A000 where the encoding''s table is not installed ("make tokenizers" and "make install" install it), PT413 where finding the tokens of one unbroken piece would take more than 1 GB of memory.';

CREATE FUNCTION prompt_mgr.token_ids(
	text text,
	encoding text DEFAULT 'o200k_base')
RETURNS integer[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_token_ids';

COMMENT ON FUNCTION prompt_mgr.token_ids(text, text) IS
'Tokens of a text in order, as the numbers they have in the encoding.
encoding and errors as for count_tokens; PT413 also where an array cannot hold them.';

CREATE FUNCTION prompt_mgr.fits_tokens(
	text text,
	max_tokens integer,
	encoding text DEFAULT 'o200k_base')
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_fits_tokens';

COMMENT ON FUNCTION prompt_mgr.fits_tokens(text, integer, text) IS
'Whether a text has at most max_tokens tokens: the same as count_tokens(text, encoding) <= max_tokens, but it stops where the answer is clear.
encoding and errors as for count_tokens; 22023 also where max_tokens is negative.';

CREATE FUNCTION prompt_mgr.truncate_tokens(
	text text,
	max_tokens integer,
	encoding text DEFAULT 'o200k_base',
	side text DEFAULT 'start')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_truncate_tokens';

COMMENT ON FUNCTION prompt_mgr.truncate_tokens(text, integer, text, text) IS
'Part of a text that has at most max_tokens tokens when counted by itself: its start, or its end where side is end.
It is cut between characters, and where possible between the tokens of the whole text. encoding and errors as for count_tokens; 22023 also where max_tokens is negative or side is neither start nor end.';

CREATE FUNCTION prompt_mgr.estimate_tokens(
	text text,
	family text)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'prompt_mgr_estimate_tokens';

COMMENT ON FUNCTION prompt_mgr.estimate_tokens(text, text) IS
'Estimate, not a count, of a text''s tokens for a model whose tokenizer is not public: the tokens of o200k_base times 1.3 for family claude and times 1.2 for any other, rounded up.
Real counts differ by language and kind of text, in both directions; leave room, or ask the vendor. family is any name but an empty one, in any case. Errors as for count_tokens.';

CREATE FUNCTION prompt_mgr.can_count_tokens(encoding text DEFAULT 'o200k_base')
RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'prompt_mgr_can_count_tokens';

COMMENT ON FUNCTION prompt_mgr.can_count_tokens(text) IS
'Whether the tables of an encoding are installed, so that count_tokens() and the others do not raise 0A000.
22023 for an unknown encoding.';
