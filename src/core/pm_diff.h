/*
 * pm_diff.h
 *		Lines that differ between two texts.
 */
#ifndef PM_DIFF_H
#define PM_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include "pm_core.h"

typedef enum PmDiffKind
{
	PM_DIFF_EQUAL,
	PM_DIFF_REMOVED,			/* only in the old text */
	PM_DIFF_ADDED				/* only in the new one */
} PmDiffKind;

/* A line without its line feed; an added one stands in the new text. */
typedef struct PmDiffLine
{
	PmDiffKind	kind;
	uint32_t	old_line;		/* from 1 on, 0 for an added one */
	uint32_t	new_line;		/* from 1 on, 0 for a removed one */
	const char *text;
	size_t		len;
} PmDiffLine;

typedef struct PmDiff
{
	PmDiffLine *lines;			/* in order, those removed before those added */
	size_t		n;
	bool		cut;			/* the budget ended before the least difference was found */
} PmDiff;

/* Texts of any prompt that can be saved differ by less work than this. */
#define PM_DIFF_BUDGET UINT64_C(30000000)

/*
 * The least difference in lines.  budget bounds the work, in steps of some
 * nanoseconds; where it ends, what is left counts as removed and added.  Memory
 * comes from the arena and grows with the number of lines; each text has less
 * than 2^30 bytes.
 */
extern void pm_diff(const char *old_text, size_t old_len, const char *new_text, size_t new_len,
					uint64_t budget, const PmArena *arena, PmDiff *diff);

#endif							/* PM_DIFF_H */
