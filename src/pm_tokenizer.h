/*
 * pm_tokenizer.h
 *		Tokens of text in the server's encoding.  Include it after postgres.h.
 *
 * encoding is "cl100k_base" or "o200k_base", NULL for the default; any other
 * raises 22023.  Where its table is not installed or cannot be used, 0A000 is
 * raised; a piece that takes too much memory raises PT413.  All functions can
 * be interrupted.
 */
#ifndef PM_TOKENIZER_H
#define PM_TOKENIZER_H

#include "utils/array.h"

#include "pm_token.h"

#define PM_DEFAULT_ENCODING "o200k_base"

/* Number of tokens, or limit + 1 as soon as it exceeds the limit. */
extern uint64 pm_tokens_count(const char *text, size_t len,
							  const char *encoding, uint64 limit);

/* Whether the encoding's table is installed, so that the rest will not raise 0A000. */
extern bool pm_tokens_can_count(const char *encoding);

/* Whether the text has at most limit tokens; often without counting. */
extern bool pm_tokens_fits(const char *text, size_t len,
						   const char *encoding, uint64 limit);

/* The ids as an int[]. */
extern ArrayType *pm_tokens_ids(const char *text, size_t len, const char *encoding);

/*
 * How many bytes at the text's start, or end, have at most limit tokens.  They
 * are whole characters.
 */
extern size_t pm_tokens_truncate(const char *text, size_t len, const char *encoding,
								 uint64 limit, PmTokenSide side);

/*
 * The same as a service of PmHost; ctx is not used.  The encoding's name may be
 * empty for the default, and an unknown one gives false.
 */
extern bool pm_tokens_host_truncate(void *ctx, const char *text, size_t len,
									uint32_t limit, const char *encoding,
									uint32_t encoding_len, size_t *prefix);

#endif							/* PM_TOKENIZER_H */
