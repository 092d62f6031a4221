/*
 * pm_utf8.h
 *		Characters: length, decoding, checking, positions.
 *
 * The host's text is UTF-8 unless it gives a PmCharLen of its own.  Bytes that
 * are not UTF-8 count as one character each, so no input can make these
 * functions run past the end.
 */
#ifndef PM_UTF8_H
#define PM_UTF8_H

#include "pm_core.h"

/* Length of the character at p: 1 to 4, never more than remaining. */
extern uint32_t pm_utf8_len(const char *p, size_t remaining);

/* Code point at p and its length; PM_UTF8_BAD for a byte that is none. */
#define PM_UTF8_BAD 0xFFFFFFFFu
extern uint32_t pm_utf8_decode(const char *p, size_t remaining, uint32_t *len);

/* Writes 1 to 4 bytes; returns how many. */
extern uint32_t pm_utf8_encode(uint32_t cp, char *out);

/* Offset of the first byte that is NUL or no UTF-8; len where there is none. */
extern size_t pm_utf8_check(const char *p, size_t len);

/* Length of the character at p by the host's function or UTF-8. */
static inline uint32_t
pm_char_len(PmCharLen fn, const char *p, size_t remaining)
{
	if ((unsigned char) *p < 0x80)
		return 1;
	return fn != NULL ? fn(p, remaining) : pm_utf8_len(p, remaining);
}

#endif							/* PM_UTF8_H */
