/*
 * pm_buf.c
 *		Growth of the output buffer.
 *
 * The capacity doubles, but never passes max: then pm_buf_append() need not look
 * at max, and a render that is refused for its size has not taken more memory
 * than the limit allows.
 */
#include "pm_buf.h"

#include <string.h>

#define PM_BUF_MIN 256

bool
pm_buf_reserve(PmBuf *buf, size_t n)
{
	size_t		need;
	size_t		cap;

	if (buf->len > buf->max || n > buf->max - buf->len)
		return false;
	need = buf->len + n;
	if (need <= buf->cap)
		return true;
	cap = buf->cap < PM_BUF_MIN ? PM_BUF_MIN : buf->cap;
	while (cap < need)
		cap = cap > buf->max / 2 ? buf->max : cap * 2;
	if (cap > buf->max)
		cap = buf->max;
	buf->data = buf->grow(buf, cap);
	buf->cap = cap;
	return true;
}

bool
pm_buf_append(PmBuf *buf, const char *data, size_t n)
{
	if (n > buf->cap - buf->len && !pm_buf_reserve(buf, n))
		return false;
	/* the memory is NULL until the first byte */
	if (n > 0)
		memcpy(buf->data + buf->len, data, n);
	buf->len += n;
	return true;
}

bool
pm_buf_fill(PmBuf *buf, char c, size_t n)
{
	if (!pm_buf_reserve(buf, n))
		return false;
	if (n > 0)
		memset(buf->data + buf->len, c, n);
	buf->len += n;
	return true;
}
