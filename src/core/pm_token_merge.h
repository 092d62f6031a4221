/*
 * pm_token_merge.h
 *		Byte-pair merging of one piece that is no token itself.
 */
#ifndef PM_TOKEN_MERGE_H
#define PM_TOKEN_MERGE_H

#include "pm_token_table.h"

#define PM_TOKEN_SMALL 128		/* bytes merged on the stack */

/* Memory for pieces above that; zero at first, kept between pieces. */
typedef struct PmTokenWork
{
	uint32_t   *next;			/* boundary after each live one, 0 for a dead one */
	uint32_t   *prev;
	uint64_t   *heap;			/* rank, start and length of mergeable pairs */
	size_t		nheap;
	size_t		room;			/* bytes of the longest piece that fits */
} PmTokenWork;

/*
 * Merges 2 <= n <= PM_TOKEN_SMALL bytes; room is the number of bytes that may
 * be read.  Returns the number of tokens; start[0 .. count] are their bounds.
 */
extern size_t pm_token_merge_small(const PmTokenTable *table, const uint8_t *piece,
								   size_t n, size_t room,
								   uint8_t start[PM_TOKEN_SMALL + 2]);

/* The same for more bytes; work->next leads from bound to bound. */
extern PmTokenStatus pm_token_merge_large(const PmTokenTable *table,
										  const PmTokenEnv *env,
										  const uint8_t *piece, size_t n,
										  size_t room, PmTokenWork *work,
										  size_t *count);

#endif							/* PM_TOKEN_MERGE_H */
