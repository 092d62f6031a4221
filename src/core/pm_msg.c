/*
 * pm_msg.c
 *		Building the texts of errors.
 *
 * Text of the template or of values may appear inside a message, so cuts look
 * for the start of a UTF-8 character; in single-byte encodings bytes of that
 * range are letters, and a cut there merely loses up to three of them.
 */
#include "pm_msg.h"

#include <string.h>

#define QUOTED_MAX 60
#define DISTANCE_MAX 32

/* All appending ends here: what does not fit is cut. */
void
pm_msg_bytes(char *buf, const char *text, size_t len)
{
	size_t		used = strlen(buf);
	size_t		room = PM_MESSAGE_LEN - 1 - used;

	if (len > room)
	{
		len = room;
		while (len > 0 && ((unsigned char) text[len] & 0xC0) == 0x80)
			len--;
	}
	memcpy(buf + used, text, len);
	buf[used + len] = '\0';
}

void
pm_msg_str(char *buf, const char *text)
{
	pm_msg_bytes(buf, text, strlen(text));
}

void
pm_msg_uint(char *buf, uint64_t n)
{
	char		digits[20];
	size_t		at = sizeof(digits);

	do
	{
		digits[--at] = (char) ('0' + n % 10);
		n /= 10;
	} while (n > 0);
	pm_msg_bytes(buf, digits + at, sizeof(digits) - at);
}

/* Names come from templates and may be long; the beginning tells enough. */
void
pm_msg_quoted(char *buf, const char *text, size_t len)
{
	size_t		cut = len;

	if (cut > QUOTED_MAX)
	{
		cut = QUOTED_MAX;
		while (cut > 0 && ((unsigned char) text[cut] & 0xC0) == 0x80)
			cut--;
	}
	pm_msg_str(buf, "\"");
	pm_msg_bytes(buf, text, cut);
	pm_msg_str(buf, cut < len ? "...\"" : "\"");
}

void
pm_error_init(PmError *error, PmStatus status, const char *code,
			  const char *message)
{
	error->status = status;
	error->severity = PM_SEV_ERROR;
	error->code = code;
	error->offset = 0;
	error->line = 0;
	error->column = 0;
	error->message[0] = '\0';
	error->hint[0] = '\0';
	pm_msg_str(error->message, message);
}

/* Levenshtein with one row; a swap of neighbours counts as two edits. */
uint32_t
pm_msg_distance(const char *a, size_t alen, const char *b, size_t blen)
{
	uint32_t	row[DISTANCE_MAX + 1];

	if (alen > DISTANCE_MAX || blen > DISTANCE_MAX)
		return UINT32_MAX;
	for (size_t j = 0; j <= blen; j++)
		row[j] = (uint32_t) j;
	for (size_t i = 1; i <= alen; i++)
	{
		uint32_t	diagonal = row[0];

		row[0] = (uint32_t) i;
		for (size_t j = 1; j <= blen; j++)
		{
			uint32_t	best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[blen];
}
