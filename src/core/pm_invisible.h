/*
 * pm_invisible.h
 *		Characters that a reader does not see and a model does.
 *
 * One scan serves all: the filter and the SQL function that take such
 * characters out, and the report that lists them.  Level basic names what no
 * ordinary text needs; it spares joiners, variation selectors and the flags
 * that are spelt with tags.  Level strict names every further character that
 * can hide, and a joiner only where it stands beside nothing that is written
 * with one.
 *
 * What the scan leaves is a fixed point: scanned once more, it has no hit.
 * That is so for well-formed UTF-8; of other bytes none is ever a hit.
 */
#ifndef PM_INVISIBLE_H
#define PM_INVISIBLE_H

#include "pm_core.h"

typedef enum PmCleanLevel
{
	PM_CLEAN_BASIC = 0,
	PM_CLEAN_STRICT
} PmCleanLevel;

/* A scan in progress; after pm_invisible_init() only until is the caller's. */
typedef struct PmInvisibleScan
{
	const char *text;
	size_t		len;
	size_t		at;				/* of the next character */
	size_t		until;			/* where to pause, len: nowhere */
	uint64_t	position;		/* of the next character, 1-based */
	PmCleanLevel level;
	PmCharLen	char_len;
	uint32_t	before;			/* last character that is no hit, 0: none */
	uint32_t	gap_first;		/* characters known to be no hit ... */
	uint32_t	gap_last;
} PmInvisibleScan;

typedef struct PmInvisible
{
	size_t		offset;
	uint32_t	len;			/* bytes */
	uint64_t	position;		/* in characters, 1-based */
	uint32_t	cp;
	const char *kind;			/* a few words, such as "bidi control" */
	PmCleanLevel level;			/* the lowest that takes it out */
} PmInvisible;

/*
 * Begins a scan.  With a char_len the text is not UTF-8, and of its characters
 * those of ASCII alone can be told.
 */
extern void pm_invisible_init(PmInvisibleScan *scan, const char *text, size_t len,
							  PmCleanLevel level, PmCharLen char_len);

/*
 * The next character that the level takes out.  False at the end, or where
 * scan->until is reached: then move that and call again.
 */
extern bool pm_invisible_next(PmInvisibleScan *scan, PmInvisible *hit);

/* "basic" or "strict"; false for any other word. */
extern bool pm_clean_level(const char *word, size_t len, PmCleanLevel *level);

extern const char *pm_clean_level_name(PmCleanLevel level);

#endif							/* PM_INVISIBLE_H */
