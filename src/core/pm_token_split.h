/*
 * pm_token_split.h
 *		Pre-tokenizers: cut text into the pieces that are encoded separately.
 */
#ifndef PM_TOKEN_SPLIT_H
#define PM_TOKEN_SPLIT_H

#include "pm_token.h"

typedef struct PmTokenScan
{
	const uint8_t *text;
	size_t		len;
	const PmTokenEnv *env;
} PmTokenScan;

/* End of the piece that starts at pos < len; always beyond pos. */
extern size_t pm_token_split(const PmTokenScan *scan, PmTokenKind kind,
							 size_t pos);

#endif							/* PM_TOKEN_SPLIT_H */
