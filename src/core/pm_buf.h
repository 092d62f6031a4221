/*
 * pm_buf.h
 *		The output buffer.
 *
 * One growable array of bytes whose memory belongs to the host.  The host may
 * put a header of its own at the start and set len accordingly; max is the
 * largest len allowed, so it counts that header too, and cap is never more than
 * max.  Every append either fits or returns false and changes nothing: the
 * caller turns that into the error.
 */
#ifndef PM_BUF_H
#define PM_BUF_H

#include <string.h>

#include "pm_core.h"

typedef struct PmBuf PmBuf;

struct PmBuf
{
	char	   *data;
	size_t		len;
	size_t		cap;
	size_t		max;

	/*
	 * Moves the first buf->len bytes to memory of at least cap bytes and
	 * returns it; never NULL, may longjmp.  The old memory is the host's.
	 */
	char	   *(*grow) (PmBuf *buf, size_t cap);
	void	   *ctx;			/* for grow */
};

/* Makes room for n more bytes; false where that would pass max. */
extern bool pm_buf_reserve(PmBuf *buf, size_t n);

/* Appends n copies of c. */
extern bool pm_buf_fill(PmBuf *buf, char c, size_t n);

/*
 * Appends bytes.  Not inline: where a caller bounds n, gcc would copy by a
 * string instruction that takes longer to begin than most pieces are long.
 */
extern bool pm_buf_append(PmBuf *buf, const char *data, size_t n);

static inline bool
pm_buf_char(PmBuf *buf, char c)
{
	if (buf->len == buf->cap && !pm_buf_reserve(buf, 1))
		return false;
	buf->data[buf->len++] = c;
	return true;
}

#endif							/* PM_BUF_H */
