/*
 * pm_untrusted.c
 *		What untrusted variables write into a rendered text.
 *
 * The engine reports the bytes of each variable as it writes them, in rising
 * order, and a tag that reads several variables reports its bytes once for
 * each.  Those of untrusted variables are kept as spans; touching ones are
 * joined, so a loop over a long list of values in a row is one span.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "pm.h"
#include "pm_digest.h"
#include "pm_untrusted.h"

#define FIRST_SPANS 16

/* U+FF5C, the bar of some control sequences, in UTF-8. */
#define WIDE_BAR "\xEF\xBD\x9C"
#define WIDE_BAR_MAX 32

struct PmUntrusted
{
	const char **names;			/* sorted */
	int			nnames;
	PmSpan	   *spans;
	size_t		nspans;
	size_t		capacity;
};

static int	compare_names(const void *a, const void *b);
static bool is_untrusted(const PmUntrusted *untrusted, const char *name, uint32_t len);
static uint32_t wide_bar(const char **bar);
static uint32_t convert_wide_bar(unsigned char bar[WIDE_BAR_MAX]);

PmUntrusted *
pm_untrusted_begin(const char *const *names, int n)
{
	PmUntrusted *untrusted = palloc(sizeof(PmUntrusted));

	untrusted->names = palloc_array(const char *, Max(n, 1));
	if (n > 0)
		memcpy(untrusted->names, names, n * sizeof(const char *));
	qsort(untrusted->names, n, sizeof(const char *), compare_names);
	untrusted->nnames = n;
	untrusted->spans = palloc_array(PmSpan, FIRST_SPANS);
	untrusted->nspans = 0;
	untrusted->capacity = FIRST_SPANS;
	return untrusted;
}

void
pm_untrusted_span(PmUntrusted *untrusted, size_t start, size_t end,
				  const char *name, uint32_t len)
{
	PmSpan	   *last;

	if (start >= end || !is_untrusted(untrusted, name, len))
		return;

	/* Were an order broken, one wider span would do: it breaks more, not less. */
	while (untrusted->nspans > 0 && untrusted->spans[untrusted->nspans - 1].end >= start)
	{
		last = &untrusted->spans[--untrusted->nspans];
		start = Min(start, last->start);
		end = Max(end, last->end);
	}
	if (untrusted->nspans == untrusted->capacity)
	{
		untrusted->capacity *= 2;
		untrusted->spans = repalloc_huge(untrusted->spans, untrusted->capacity * sizeof(PmSpan));
	}
	untrusted->spans[untrusted->nspans++] = (PmSpan) {start, end};
}

void
pm_untrusted_finish(PmUntrusted *untrusted, PmBuf *buf, size_t from, bool line_roles)
{
	PmBreakOptions options = {.line_roles = line_roles};
	size_t		nspans = untrusted->nspans;

	if (nspans == 0)
		return;
	untrusted->nspans = 0;
	CHECK_FOR_INTERRUPTS();
	options.wide_bar_len = wide_bar(&options.wide_bar);
	if (!pm_break_tokens(buf, from, untrusted->spans, nspans, &options))
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("more than %zu bytes of output", buf->max - from),
				 errdetail("Breaking control sequences in untrusted values made it longer.")));
}

void
pm_delimit_key(const char *version_id, const char *value, size_t len,
			   const char *salt, size_t salt_len, char key[PM_DELIMIT_KEY_LEN])
{
	static const char digits[] = "0123456789abcdef";
	const PmText pieces[] = {{version_id, strlen(version_id)}, {value, len}, {salt, salt_len}};
	uint8		first[PM_DIGEST_USED];

	StaticAssertStmt(2 * PM_DIGEST_USED == PM_DELIMIT_KEY_LEN, "two digits for each byte");
	pm_digest(PM_DIGEST_SHA256, pieces, lengthof(pieces), first);
	for (int i = 0; i < PM_DIGEST_USED; i++)
	{
		key[2 * i] = digits[first[i] >> 4];
		key[2 * i + 1] = digits[first[i] & 0xF];
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static bool
is_untrusted(const PmUntrusted *untrusted, const char *name, uint32_t len)
{
	int			low = 0;
	int			high = untrusted->nnames;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		const char *other = untrusted->names[middle];
		int			order = strncmp(name, other, len);

		if (order == 0 && strlen(other) == len)
			return true;
		/* equal so far means that the other one is longer */
		if (order <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The wide bar in the server's encoding, looked up once; returns its length. */
static uint32_t
wide_bar(const char **bar)
{
	static unsigned char bytes[WIDE_BAR_MAX];
	static uint32_t len;
	static bool known = false;

	if (!known)
	{
		len = convert_wide_bar(bytes);
		known = true;
	}
	*bar = (const char *) bytes;
	return len;
}

/*
 * SQL_ASCII holds what clients sent, most likely UTF-8.  Of the others many
 * have no such character, and then there is nothing to find.
 */
static uint32_t
convert_wide_bar(unsigned char bar[WIDE_BAR_MAX])
{
	int			encoding = GetDatabaseEncoding();
	unsigned char source[] = WIDE_BAR;
	int			len = sizeof(source) - 1;
	Oid			conversion;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
	{
		memcpy(bar, source, len);
		return len;
	}
	conversion = FindDefaultConversionProc(PG_UTF8, encoding);
	if (!OidIsValid(conversion) ||
		pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, source, len,
									  bar, WIDE_BAR_MAX, true) != len)
		return 0;
	return (uint32_t) strlen((char *) bar);
}
