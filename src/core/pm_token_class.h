/*
 * pm_token_class.h
 *		Character classes for the token splitters.
 *
 * Each code point belongs to exactly one of seven classes, given as one bit so
 * that "any of these" is a single test.  The tables are those of Unicode 16.0,
 * generated and committed: the operating system, ICU and PCRE2 carry other
 * versions, and one code point classed differently changes token counts.
 * White space is the property White_Space: U+0085 is in, U+FEFF is not.
 *
 * Text is meant to be UTF-8, but nothing here trusts that: a byte that starts
 * no well-formed character counts as a character of its own, class REST, and
 * no byte past the end is read.
 */
#ifndef PM_TOKEN_CLASS_H
#define PM_TOKEN_CLASS_H

#include <stddef.h>
#include <stdint.h>

#define PM_CLASS_UPPER		0x01	/* Lu, Lt */
#define PM_CLASS_LOWER		0x02	/* Ll */
#define PM_CLASS_CASELESS	0x04	/* Lm, Lo */
#define PM_CLASS_MARK		0x08	/* Mn, Mc, Me */
#define PM_CLASS_NUMBER		0x10	/* Nd, Nl, No */
#define PM_CLASS_SPACE		0x20	/* White_Space */
#define PM_CLASS_REST		0x40
#define PM_CLASS_NEWLINE	0x80	/* CR and LF, together with SPACE */

#define PM_CLASS_LETTER (PM_CLASS_UPPER | PM_CLASS_LOWER | PM_CLASS_CASELESS)

/* Block of a code point by its upper bits, and class numbers by block. */
extern const uint8_t pm_token_class_index[];
extern const uint8_t pm_token_class_block[];

/* Class of an ASCII byte; 0 for the others, which need decoding. */
extern const uint8_t pm_token_class_byte[256];

/* Class of a code point up to U+10FFFF. */
static inline unsigned
pm_token_class_of(uint32_t cp)
{
	unsigned	block = pm_token_class_index[cp >> 7];

	return 1u << pm_token_class_block[block << 7 | (cp & 0x7F)];
}

/* The character of n > 0 bytes at p, in *width its bytes; -1 for a bad one. */
static inline int32_t
pm_token_decode(const uint8_t *p, size_t n, size_t *width)
{
	uint32_t	cp;

	*width = 1;
	if (p[0] < 0x80)
		return p[0];
	if (n >= 2 && p[0] >= 0xC2 && p[0] < 0xE0 && (p[1] & 0xC0) == 0x80)
	{
		*width = 2;
		return (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	}
	if (n >= 3 && (p[0] & 0xF0) == 0xE0 && (p[1] & 0xC0) == 0x80 &&
		(p[2] & 0xC0) == 0x80)
	{
		cp = (uint32_t) (p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
		if (cp < 0x800 || (cp >= 0xD800 && cp < 0xE000))
			return -1;
		*width = 3;
		return cp;
	}
	if (n >= 4 && (p[0] & 0xF8) == 0xF0 && (p[1] & 0xC0) == 0x80 &&
		(p[2] & 0xC0) == 0x80 && (p[3] & 0xC0) == 0x80)
	{
		cp = (uint32_t) (p[0] & 0x07) << 18 | (uint32_t) (p[1] & 0x3F) << 12 |
			(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
		if (cp < 0x10000 || cp > 0x10FFFF)
			return -1;
		*width = 4;
		return cp;
	}
	return -1;
}

/* Class of the character of n > 0 bytes at p, in *width its bytes. */
static inline unsigned
pm_token_class_at(const uint8_t *p, size_t n, size_t *width)
{
	int32_t		cp;

	if (p[0] < 0x80)
	{
		*width = 1;
		return pm_token_class_byte[p[0]];
	}
	cp = pm_token_decode(p, n, width);
	return cp < 0 ? PM_CLASS_REST : pm_token_class_of((uint32_t) cp);
}

#endif							/* PM_TOKEN_CLASS_H */
