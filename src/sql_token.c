/*
 * sql_token.c
 *		SQL-callable counting and cutting by tokens.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_tokenizer.h"

static uint64 count_tokens(text *source, const char *encoding);
static int32 check_number(uint64 tokens);
static uint64 get_limit(int32 max_tokens);
static PmTokenSide get_side(text *side);

/* count_tokens(text text, encoding text) -> int */
PM_FUNCTION(prompt_mgr_count_tokens);
Datum
prompt_mgr_count_tokens(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	char	   *encoding = text_to_cstring(PG_GETARG_TEXT_PP(1));

	PG_RETURN_INT32(check_number(count_tokens(source, encoding)));
}

/* can_count_tokens(encoding text) -> boolean */
PM_FUNCTION(prompt_mgr_can_count_tokens);
Datum
prompt_mgr_can_count_tokens(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pm_tokens_can_count(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* token_ids(text text, encoding text) -> int[] */
PM_FUNCTION(prompt_mgr_token_ids);
Datum
prompt_mgr_token_ids(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	char	   *encoding = text_to_cstring(PG_GETARG_TEXT_PP(1));

	PG_RETURN_ARRAYTYPE_P(pm_tokens_ids(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source),
										encoding));
}

/* fits_tokens(text text, max_tokens int, encoding text) -> boolean */
PM_FUNCTION(prompt_mgr_fits_tokens);
Datum
prompt_mgr_fits_tokens(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	uint64		limit = get_limit(PG_GETARG_INT32(1));
	char	   *encoding = text_to_cstring(PG_GETARG_TEXT_PP(2));

	PG_RETURN_BOOL(pm_tokens_fits(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source),
								  encoding, limit));
}

/* truncate_tokens(text text, max_tokens int, encoding text, side text) -> text */
PM_FUNCTION(prompt_mgr_truncate_tokens);
Datum
prompt_mgr_truncate_tokens(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	uint64		limit = get_limit(PG_GETARG_INT32(1));
	char	   *encoding = text_to_cstring(PG_GETARG_TEXT_PP(2));
	PmTokenSide side = get_side(PG_GETARG_TEXT_PP(3));
	const char *data = VARDATA_ANY(source);
	size_t		len = VARSIZE_ANY_EXHDR(source);
	size_t		kept = pm_tokens_truncate(data, len, encoding, limit, side);

	if (kept == len)
		PG_RETURN_TEXT_P(source);
	if (side == PM_TOKEN_KEEP_END)
		data += len - kept;
	PG_RETURN_TEXT_P(cstring_to_text_with_len(data, (int) kept));
}

/* estimate_tokens(text text, family text) -> int */
PM_FUNCTION(prompt_mgr_estimate_tokens);
Datum
prompt_mgr_estimate_tokens(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	char	   *family = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int			tenths = pg_strcasecmp(family, "claude") == 0 ? 13 : 12;

	if (family[0] == '\0')
		pm_bad_argument("family", "must not be empty");
	/* A part of a token counts as one. */
	PG_RETURN_INT32(check_number((count_tokens(source, PM_DEFAULT_ENCODING) * tenths + 9) / 10));
}

static uint64
count_tokens(text *source, const char *encoding)
{
	return pm_tokens_count(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source),
						   encoding, PG_INT32_MAX);
}

static int32
check_number(uint64 tokens)
{
	if (tokens > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("text has more than %d tokens", PG_INT32_MAX)));
	return (int32) tokens;
}

static uint64
get_limit(int32 max_tokens)
{
	if (max_tokens < 0)
		pm_bad_argument("max_tokens", "must not be negative");
	return (uint64) max_tokens;
}

static PmTokenSide
get_side(text *side)
{
	char	   *name = text_to_cstring(side);

	if (strcmp(name, "start") == 0)
		return PM_TOKEN_KEEP_START;
	if (strcmp(name, "end") != 0)
		pm_bad_argument("side", "must be start or end");
	return PM_TOKEN_KEEP_END;
}
