/*
 * pm_invisible.c
 *		Characters that a reader does not see and a model does.
 *
 * Two tables.  The first lists the characters by kind and level.  The second
 * gives those beside which a joiner means something: pictographs, by property
 * Extended_Pictographic with the skin tones; scripts whose letters join, which
 * are the blocks with a letter of Joining_Type=Dual_Joining; and Indic ones,
 * the blocks with a virama or a stacker and what extends them.  The source is
 * the Unicode Character Database, version 14.0.  No character of the first
 * table is in the second: what stays because of a neighbour must not lose that
 * neighbour to the same scan.
 */
#include "pm_invisible.h"

#include <string.h>

#include "pm_utf8.h"

#define ZWNJ		0x200C
#define ZWJ			0x200D
#define BLACK_FLAG	0x1F3F4
#define TAG_CANCEL	0xE007F

/* Bytes of a tag, and of a flag: region, one to three more, cancel. */
#define TAG_BYTES	4
#define FLAG_MIN	3
#define FLAG_MAX	5

typedef struct Hidden
{
	uint32_t	first;
	uint32_t	last;
	PmCleanLevel level;
	const char *kind;
} Hidden;

typedef enum Side
{
	SIDE_NONE = 0,
	SIDE_EMOJI,
	SIDE_CURSIVE,
	SIDE_INDIC
} Side;

typedef struct Joining
{
	uint32_t	first;
	uint32_t	last;
	Side		side;
} Joining;

/* Sorted.  The last two code points of each plane are in the code. */
static const Hidden hidden[] = {
	{0x0000, 0x0008, PM_CLEAN_BASIC, "control"},
	{0x000B, 0x000C, PM_CLEAN_BASIC, "control"},
	{0x000E, 0x001F, PM_CLEAN_BASIC, "control"},
	{0x007F, 0x009F, PM_CLEAN_BASIC, "control"},
	{0x00AD, 0x00AD, PM_CLEAN_STRICT, "soft hyphen"},
	{0x034F, 0x034F, PM_CLEAN_STRICT, "grapheme joiner"},
	{0x061C, 0x061C, PM_CLEAN_BASIC, "bidi control"},
	{0x115F, 0x1160, PM_CLEAN_STRICT, "hangul filler"},
	{0x17B4, 0x17B5, PM_CLEAN_STRICT, "khmer inherent vowel"},
	{0x180B, 0x180D, PM_CLEAN_STRICT, "variation selector"},
	{0x180E, 0x180E, PM_CLEAN_STRICT, "vowel separator"},
	{0x180F, 0x180F, PM_CLEAN_STRICT, "variation selector"},
	{0x200B, 0x200B, PM_CLEAN_BASIC, "zero width space"},
	{ZWNJ, ZWJ, PM_CLEAN_STRICT, "joiner"},
	{0x200E, 0x200F, PM_CLEAN_BASIC, "bidi control"},
	{0x202A, 0x202E, PM_CLEAN_BASIC, "bidi control"},
	{0x2060, 0x2060, PM_CLEAN_BASIC, "word joiner"},
	{0x2061, 0x2064, PM_CLEAN_BASIC, "invisible operator"},
	{0x2066, 0x2069, PM_CLEAN_BASIC, "bidi control"},
	{0x206A, 0x206F, PM_CLEAN_BASIC, "deprecated format"},
	{0x3164, 0x3164, PM_CLEAN_STRICT, "hangul filler"},
	{0xE000, 0xF8FF, PM_CLEAN_STRICT, "private use"},
	{0xFDD0, 0xFDEF, PM_CLEAN_STRICT, "noncharacter"},
	{0xFE00, 0xFE0F, PM_CLEAN_STRICT, "variation selector"},
	{0xFEFF, 0xFEFF, PM_CLEAN_BASIC, "byte order mark"},
	{0xFFA0, 0xFFA0, PM_CLEAN_STRICT, "hangul filler"},
	{0xFFF9, 0xFFFB, PM_CLEAN_BASIC, "annotation"},
	{0xE0000, 0xE007F, PM_CLEAN_BASIC, "tag"},
	{0xE0100, 0xE01EF, PM_CLEAN_STRICT, "variation selector"},
	{0xF0000, 0xFFFFD, PM_CLEAN_STRICT, "private use"},
	{0x100000, 0x10FFFD, PM_CLEAN_STRICT, "private use"}
};

static const Hidden plane_end = {0xFFFE, 0xFFFF, PM_CLEAN_STRICT, "noncharacter"};

/* Sorted. */
static const Joining joining[] = {
#define E SIDE_EMOJI
#define C SIDE_CURSIVE
#define I SIDE_INDIC
	{0xA9, 0xA9, E}, {0xAE, 0xAE, E}, {0x600, 0x61B, C}, {0x61D, 0x77F, C},
	{0x7C0, 0x7FF, C}, {0x840, 0x8FF, C}, {0x900, 0xDFF, I}, {0xF00, 0xFFF, I},
	{0x1000, 0x109F, I}, {0x1780, 0x17B3, I}, {0x17B6, 0x17FF, I}, {0x1800, 0x180A, C},
	{0x1810, 0x18AF, C}, {0x1A20, 0x1AAF, I}, {0x1B00, 0x1BBF, I}, {0x1CD0, 0x1CFF, I},
	{0x203C, 0x203C, E}, {0x2049, 0x2049, E}, {0x2122, 0x2122, E}, {0x2139, 0x2139, E},
	{0x2194, 0x2199, E}, {0x21A9, 0x21AA, E}, {0x231A, 0x231B, E}, {0x2328, 0x2328, E},
	{0x2388, 0x2388, E}, {0x23CF, 0x23CF, E}, {0x23E9, 0x23F3, E}, {0x23F8, 0x23FA, E},
	{0x24C2, 0x24C2, E}, {0x25AA, 0x25AB, E}, {0x25B6, 0x25B6, E}, {0x25C0, 0x25C0, E},
	{0x25FB, 0x25FE, E}, {0x2600, 0x2605, E}, {0x2607, 0x2612, E}, {0x2614, 0x2685, E},
	{0x2690, 0x2705, E}, {0x2708, 0x2712, E}, {0x2714, 0x2714, E}, {0x2716, 0x2716, E},
	{0x271D, 0x271D, E}, {0x2721, 0x2721, E}, {0x2728, 0x2728, E}, {0x2733, 0x2734, E},
	{0x2744, 0x2744, E}, {0x2747, 0x2747, E}, {0x274C, 0x274C, E}, {0x274E, 0x274E, E},
	{0x2753, 0x2755, E}, {0x2757, 0x2757, E}, {0x2763, 0x2767, E}, {0x2795, 0x2797, E},
	{0x27A1, 0x27A1, E}, {0x27B0, 0x27B0, E}, {0x27BF, 0x27BF, E}, {0x2934, 0x2935, E},
	{0x2B05, 0x2B07, E}, {0x2B1B, 0x2B1C, E}, {0x2B50, 0x2B50, E}, {0x2B55, 0x2B55, E},
	{0x3030, 0x3030, E}, {0x303D, 0x303D, E}, {0x3297, 0x3297, E}, {0x3299, 0x3299, E},
	{0xA800, 0xA82F, I}, {0xA840, 0xA87F, C}, {0xA880, 0xA8FF, I}, {0xA980, 0xA9FF, I},
	{0xAA60, 0xAA7F, I}, {0xAAE0, 0xAAFF, I}, {0xABC0, 0xABFF, I},
	{0x10A00, 0x10A5F, I}, {0x10AC0, 0x10AFF, C}, {0x10B80, 0x10BAF, C},
	{0x10D00, 0x10D3F, C}, {0x10F30, 0x10FDF, C}, {0x11000, 0x110CF, I},
	{0x11100, 0x1114F, I}, {0x11180, 0x111DF, I}, {0x11200, 0x1124F, I},
	{0x112B0, 0x1137F, I}, {0x11400, 0x114DF, I}, {0x11580, 0x1165F, I},
	{0x11680, 0x116CF, I}, {0x11700, 0x1174F, I}, {0x11800, 0x1184F, I},
	{0x11900, 0x1195F, I}, {0x119A0, 0x11AAF, I}, {0x11C00, 0x11C6F, I},
	{0x11D00, 0x11DAF, I}, {0x1E900, 0x1E95F, C}, {0x1F000, 0x1F0FF, E},
	{0x1F10D, 0x1F10F, E}, {0x1F12F, 0x1F12F, E}, {0x1F16C, 0x1F171, E},
	{0x1F17E, 0x1F17F, E}, {0x1F18E, 0x1F18E, E}, {0x1F191, 0x1F19A, E},
	{0x1F1AD, 0x1F1E5, E}, {0x1F201, 0x1F20F, E}, {0x1F21A, 0x1F21A, E},
	{0x1F22F, 0x1F22F, E}, {0x1F232, 0x1F23A, E}, {0x1F23C, 0x1F23F, E},
	{0x1F249, 0x1F53D, E}, {0x1F546, 0x1F64F, E}, {0x1F680, 0x1F6FF, E},
	{0x1F774, 0x1F77F, E}, {0x1F7D5, 0x1F7FF, E}, {0x1F80C, 0x1F80F, E},
	{0x1F848, 0x1F84F, E}, {0x1F85A, 0x1F85F, E}, {0x1F888, 0x1F88F, E},
	{0x1F8AE, 0x1F8FF, E}, {0x1F90C, 0x1F93A, E}, {0x1F93C, 0x1F945, E},
	{0x1F947, 0x1FAFF, E}, {0x1FC00, 0x1FFFD, E}
#undef E
#undef C
#undef I
};

#define NHIDDEN (sizeof(hidden) / sizeof(hidden[0]))
#define NJOINING (sizeof(joining) / sizeof(joining[0]))

static bool all_shown(const char *p);
static const Hidden *find_hidden(PmInvisibleScan *scan, uint32_t cp);
static bool is_hit(const PmInvisibleScan *scan, const Hidden *entry, uint32_t cp,
				   size_t next);
static bool joiner_needed(const PmInvisibleScan *scan, uint32_t joiner, size_t next);
static Side side_of(uint32_t cp);
static uint32_t flag_tags(const char *text, size_t len);

void
pm_invisible_init(PmInvisibleScan *scan, const char *text, size_t len,
				  PmCleanLevel level, PmCharLen char_len)
{
	scan->text = text;
	scan->len = len;
	scan->at = 0;
	scan->until = len;
	scan->position = 1;
	scan->level = level;
	scan->char_len = char_len;
	scan->before = 0;
	scan->gap_first = 1;
	scan->gap_last = 0;
}

bool
pm_invisible_next(PmInvisibleScan *scan, PmInvisible *hit)
{
	while (scan->at < scan->until && scan->at < scan->len)
	{
		const char *p = scan->text + scan->at;
		size_t		left = scan->len - scan->at;
		uint32_t	cp = (unsigned char) *p;
		uint32_t	n = 1;
		const Hidden *entry;

		if (left >= 8 && all_shown(p))
		{
			scan->before = (unsigned char) p[7];
			scan->at += 8;
			scan->position += 8;
			continue;
		}
		if (cp >= 0x80 && scan->char_len != NULL)
		{
			n = scan->char_len(p, left);
			cp = PM_UTF8_BAD;
		}
		else if (cp >= 0x80)
			cp = pm_utf8_decode(p, left, &n);
		entry = cp == PM_UTF8_BAD ? NULL : find_hidden(scan, cp);
		if (entry != NULL && is_hit(scan, entry, cp, scan->at + n))
		{
			*hit = (PmInvisible) {scan->at, n, scan->position, cp, entry->kind, entry->level};
			scan->at += n;
			scan->position++;
			return true;
		}
		scan->before = cp;
		scan->at += n;
		scan->position++;
		if (cp == BLACK_FLAG)
		{
			uint32_t	tags = flag_tags(scan->text + scan->at, scan->len - scan->at);

			scan->at += (size_t) tags * TAG_BYTES;
			scan->position += tags;
		}
	}
	return false;
}

bool
pm_clean_level(const char *word, size_t len, PmCleanLevel *level)
{
	if (len == 5 && memcmp(word, "basic", 5) == 0)
		*level = PM_CLEAN_BASIC;
	else if (len == 6 && memcmp(word, "strict", 6) == 0)
		*level = PM_CLEAN_STRICT;
	else
		return false;
	return true;
}

const char *
pm_clean_level_name(PmCleanLevel level)
{
	return level == PM_CLEAN_BASIC ? "basic" : "strict";
}

/* Eight bytes from blank to tilde, as most text is. */
static bool
all_shown(const char *p)
{
	uint64_t	word;

	memcpy(&word, p, 8);

	/*
	 * The top bit of a byte is set by a byte that has it, by one below 0x20
	 * from which the subtraction borrows, and by 0x7F to which one is added.
	 * With the first kind absent no carry leaves a byte; a borrow leaves only
	 * a byte that is found itself.
	 */
	return ((word | (word - UINT64_C(0x2020202020202020)) |
			 (word + UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) == 0;
}

/*
 * The entry of a character.  Text stays in one script for long, so the gap
 * between two entries that the last character fell into is looked at first.
 */
static const Hidden *
find_hidden(PmInvisibleScan *scan, uint32_t cp)
{
	size_t		low = 0;
	size_t		high = NHIDDEN;

	if ((cp & 0xFFFE) == 0xFFFE)
		return &plane_end;
	if (cp >= scan->gap_first && cp <= scan->gap_last)
		return NULL;
	while (low < high)
	{
		size_t		middle = (low + high) / 2;

		if (cp > hidden[middle].last)
			low = middle + 1;
		else if (cp < hidden[middle].first)
			high = middle;
		else
			return hidden + middle;
	}
	scan->gap_first = low > 0 ? hidden[low - 1].last + 1 : 0;
	scan->gap_last = low < NHIDDEN ? hidden[low].first - 1 : 0x10FFFF;
	return NULL;
}

/* Whether the scan's level takes out this character; next is behind it. */
static bool
is_hit(const PmInvisibleScan *scan, const Hidden *entry, uint32_t cp, size_t next)
{
	if (entry->level > scan->level)
		return false;
	return (cp != ZWNJ && cp != ZWJ) || !joiner_needed(scan, cp, next);
}

/*
 * Pictographs are tied by ZWJ from both sides.  A letter of the scripts that
 * use joiners may end a word with one (a chillu in Malayalam, an abbreviation
 * in Persian); what follows must then be what ends words, so that a joiner is
 * not the way to mark letters of another script.  Of several in a row the
 * first one stays at most.
 */
static bool
joiner_needed(const PmInvisibleScan *scan, uint32_t joiner, size_t next)
{
	Side		before = scan->before == PM_UTF8_BAD ? SIDE_NONE : side_of(scan->before);
	uint32_t	after;
	uint32_t	n;
	bool		at_end = next >= scan->len;

	if (before == SIDE_NONE)
		return false;
	if (at_end)
		return before != SIDE_EMOJI;
	after = pm_utf8_decode(scan->text + next, scan->len - next, &n);
	if (after == PM_UTF8_BAD)
		return false;
	if (before == SIDE_EMOJI)
		return joiner == ZWJ && side_of(after) == SIDE_EMOJI;
	if (after < 0x80)
		return after == '\t' || after == '\n' || after == '\r' ||
			(after >= 0x20 && after < 0x7F && !(after >= '0' && after <= '9') &&
			 !((after | 0x20) >= 'a' && (after | 0x20) <= 'z'));
	return side_of(after) == before;
}

static Side
side_of(uint32_t cp)
{
	size_t		low = 0;
	size_t		high = NJOINING;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;

		if (cp > joining[middle].last)
			low = middle + 1;
		else if (cp < joining[middle].first)
			high = middle;
		else
			return joining[middle].side;
	}
	return SIDE_NONE;
}

/*
 * Number of tags that make a flag of the black flag in front of text, 0 where
 * they do not: two letters for a country, one to three letters or digits for
 * a part of it, and the cancel tag.
 */
static uint32_t
flag_tags(const char *text, size_t len)
{
	for (uint32_t tags = 0; tags <= FLAG_MAX && (size_t) (tags + 1) * TAG_BYTES <= len; tags++)
	{
		uint32_t	n;
		uint32_t	cp = pm_utf8_decode(text + (size_t) tags * TAG_BYTES, TAG_BYTES, &n);
		uint32_t	sign = cp - 0xE0000;

		if (cp == TAG_CANCEL)
			return tags >= FLAG_MIN ? tags + 1 : 0;
		if (!(sign >= 'a' && sign <= 'z') && !(tags >= 2 && sign >= '0' && sign <= '9'))
			return 0;
	}
	return 0;
}
