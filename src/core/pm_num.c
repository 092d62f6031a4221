/*
 * pm_num.c
 *		Decimal numbers as text: exact comparison and rounding.
 *
 * Numbers are never turned into floating point: what the document says is what
 * is compared and printed.  All functions first split the text into sign,
 * integer digits without leading zeros and fraction digits without trailing
 * ones; bytes that are no number simply end the digits.
 */
#include "pm_num.h"

#include "pm_value.h"

typedef struct Parts
{
	bool		negative;
	const char *whole;
	size_t		nwhole;
	const char *frac;
	size_t		nfrac;
} Parts;

/* Zero has neither digits nor a sign, so that -0 equals 0. */
static Parts
split(const char *text, size_t len)
{
	Parts		p;
	size_t		i = 0;
	size_t		start;

	p.negative = len > 0 && text[0] == '-';
	if (p.negative)
		i++;
	while (i < len && text[i] == '0')
		i++;
	start = i;
	while (i < len && text[i] >= '0' && text[i] <= '9')
		i++;
	p.whole = text + start;
	p.nwhole = i - start;
	if (i < len && text[i] == '.')
		i++;
	start = i;
	while (i < len && text[i] >= '0' && text[i] <= '9')
		i++;
	while (i > start && text[i - 1] == '0')
		i--;
	p.frac = text + start;
	p.nfrac = i - start;
	if (p.nwhole == 0 && p.nfrac == 0)
		p.negative = false;
	return p;
}

bool
pm_num_is_zero(const char *text, size_t len)
{
	Parts		p = split(text, len);

	return p.nwhole == 0 && p.nfrac == 0;
}

/* Of numbers with the same sign the one with more integer digits is larger. */
int
pm_num_compare(const char *a, size_t alen, const char *b, size_t blen)
{
	Parts		x = split(a, alen);
	Parts		y = split(b, blen);
	size_t		shorter = x.nfrac < y.nfrac ? x.nfrac : y.nfrac;
	int			cmp;

	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	if (x.nwhole != y.nwhole)
		cmp = x.nwhole < y.nwhole ? -1 : 1;
	else
	{
		cmp = x.nwhole > 0 ? memcmp(x.whole, y.whole, x.nwhole) : 0;
		if (cmp == 0 && shorter > 0)
			cmp = memcmp(x.frac, y.frac, shorter);
		if (cmp == 0 && x.nfrac != y.nfrac)
			cmp = x.nfrac < y.nfrac ? -1 : 1;
	}
	cmp = (cmp > 0) - (cmp < 0);
	return x.negative ? -cmp : cmp;
}

/* Over the parts that count, so 1.0 and 1 meet. */
uint32_t
pm_num_hash(const char *text, size_t len)
{
	Parts		p = split(text, len);
	uint32_t	h = pm_hash(p.whole, p.nwhole);

	return h * 31 + pm_hash(p.frac, p.nfrac) + (p.negative ? 1 : 0);
}

/* The digit with this weight: 0 is the units, -1 the tenths. */
static int
digit_at(const Parts *p, int64_t weight)
{
	if (weight >= 0)
		return (uint64_t) weight < p->nwhole ? p->whole[p->nwhole - 1 - (size_t) weight] - '0' : 0;
	weight = -weight - 1;
	return (uint64_t) weight < p->nfrac ? p->frac[weight] - '0' : 0;
}

/*
 * Written from the right into room that is large enough for all digits, a carry
 * and a sign, then moved to where it belongs.
 */
bool
pm_num_round(const char *text, size_t len, int places, PmBuf *out)
{
	Parts		p = split(text, len);
	int64_t		lowest = -(int64_t) places;
	int64_t		highest = p.nwhole > 0 ? (int64_t) p.nwhole - 1 : 0;
	size_t		start = out->len;
	size_t		first;
	int			carry = digit_at(&p, lowest - 1) >= 5;
	bool		zero = true;

	if (highest < lowest)
		highest = lowest;
	/* one digit more for a carry, filled from the right */
	if (!pm_buf_fill(out, '0', (size_t) (highest + 2) + (places > 0 ? (size_t) places + 1 : 0) + 1))
		return false;
	first = out->len;
	for (int64_t w = places > 0 ? lowest : 0; w <= highest + 1; w++)
	{
		int			d = w < lowest ? 0 : digit_at(&p, w) + (w >= lowest ? carry : 0);

		if (w >= lowest)
			carry = d >= 10;
		d %= 10;
		zero = zero && d == 0;
		if (w == 0 && places > 0)
			out->data[--first] = '.';
		out->data[--first] = (char) ('0' + d);
	}
	/* leading zeros go, but one digit stays before the point */
	while (first + 1 < out->len && out->data[first] == '0' && out->data[first + 1] != '.')
		first++;
	if (p.negative && !zero)
		out->data[--first] = '-';
	memmove(out->data + start, out->data + first, out->len - first);
	out->len -= first - start;
	return true;
}

/* A fraction of zeros is no fraction: 2.0 is an integer. */
bool
pm_num_integer(const char *text, size_t len, int64_t max, int64_t *out)
{
	Parts		p = split(text, len);
	int64_t		value = 0;

	if (p.nfrac > 0 || p.nwhole > 18)
		return false;
	for (size_t i = 0; i < p.nwhole; i++)
		value = value * 10 + (p.whole[i] - '0');
	if (value > max)
		return false;
	*out = p.negative ? -value : value;
	return true;
}
