/*
 * pm_utf8.c
 *		Characters: length, decoding, checking, positions.
 *
 * Decoding is strict (no overlong forms, no surrogates, nothing above
 * U+10FFFF), and length and check are defined by decoding, so that all of them
 * agree on what a character is.
 */
#include "pm_utf8.h"

#include <string.h>

#include "pm_tmpl.h"

/* The lead byte tells the length; the lowest code point of that length is checked. */
uint32_t
pm_utf8_decode(const char *p, size_t remaining, uint32_t *len)
{
	const unsigned char *s = (const unsigned char *) p;
	uint32_t	cp = s[0];
	uint32_t	n;
	uint32_t	lowest;

	*len = 1;
	if (cp < 0x80)
		return cp;
	if (cp < 0xC2 || cp > 0xF4)
		return PM_UTF8_BAD;
	n = cp < 0xE0 ? 2 : cp < 0xF0 ? 3 : 4;
	if (remaining < n)
		return PM_UTF8_BAD;
	lowest = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
	cp &= 0xFFu >> (n + 1);
	for (uint32_t i = 1; i < n; i++)
	{
		if ((s[i] & 0xC0) != 0x80)
			return PM_UTF8_BAD;
		cp = (cp << 6) | (s[i] & 0x3F);
	}
	if (cp < lowest || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
		return PM_UTF8_BAD;
	*len = n;
	return cp;
}

uint32_t
pm_utf8_len(const char *p, size_t remaining)
{
	uint32_t	len;

	(void) pm_utf8_decode(p, remaining, &len);
	return len;
}

uint32_t
pm_utf8_encode(uint32_t cp, char *out)
{
	if (cp < 0x80)
	{
		out[0] = (char) cp;
		return 1;
	}
	if (cp < 0x800)
	{
		out[0] = (char) (0xC0 | (cp >> 6));
		out[1] = (char) (0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000)
	{
		out[0] = (char) (0xE0 | (cp >> 12));
		out[1] = (char) (0x80 | ((cp >> 6) & 0x3F));
		out[2] = (char) (0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char) (0xF0 | (cp >> 18));
	out[1] = (char) (0x80 | ((cp >> 12) & 0x3F));
	out[2] = (char) (0x80 | ((cp >> 6) & 0x3F));
	out[3] = (char) (0x80 | (cp & 0x3F));
	return 4;
}

size_t
pm_utf8_check(const char *p, size_t len)
{
	size_t		i = 0;

	while (i < len)
	{
		uint64_t	word;
		uint32_t	n;

		/*
		 * Eight bytes at once while all are ASCII and none is NUL: the
		 * subtraction borrows into a byte's top bit where that byte is 0.
		 */
		if (len - i >= 8)
		{
			memcpy(&word, p + i, 8);
			if (((word | (word - UINT64_C(0x0101010101010101))) &
				 UINT64_C(0x8080808080808080)) == 0)
			{
				i += 8;
				continue;
			}
		}
		if (p[i] == '\0' ||
			pm_utf8_decode(p + i, len - i, &n) == PM_UTF8_BAD)
			return i;
		i += n;
	}
	return len;
}

/* Only the line feed ends a line, so CR LF counts once. */
void
pm_tmpl_position(const char *src, size_t len, size_t offset,
				 PmCharLen char_len, uint32_t *line, uint32_t *column)
{
	size_t		i = 0;

	*line = 1;
	*column = 1;
	if (offset > len)
		offset = len;
	while (i < offset)
	{
		if (src[i] == '\n')
		{
			(*line)++;
			*column = 1;
			i++;
		}
		else
		{
			i += pm_char_len(char_len, src + i, len - i);
			(*column)++;
		}
	}
}
