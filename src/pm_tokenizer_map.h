/*
 * pm_tokenizer_map.h
 *		The tokenizer's tables, mapped into memory.  Include it after postgres.h.
 */
#ifndef PM_TOKENIZER_MAP_H
#define PM_TOKENIZER_MAP_H

#include "pm_token.h"

/*
 * The table of an encoding, good until the next call; raises 0A000 where it is
 * not installed or cannot be used.
 */
extern const PmTokenTable *pm_tokenizer_map(PmTokenKind kind);

/*
 * Whether that would succeed.  A table that was missing is looked for again
 * after a minute, so that asking costs next to nothing.
 */
extern bool pm_tokenizer_is_there(PmTokenKind kind);

#endif							/* PM_TOKENIZER_MAP_H */
