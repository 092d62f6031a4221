/*
 * fuzz_hygiene.c
 *		Fuzz target: any text, with any of its bytes untrusted.
 *
 * The first byte chooses: bit 0, whether lines may begin with roles; bits 1 and
 * 2, the wide bar; bit 3, the level of cleaning; the upper half, how many spans
 * follow, each as two bytes: the way to its start and its length.  The rest is
 * the text.
 *
 * Asserted: blanks are added and nothing else changes; a second pass adds none;
 * outside of the spans' sequences nothing is touched; what was cleaned is clean
 * where it is UTF-8; pauses change nothing; a delimited value holds no marker.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../src/core/pm_hygiene.h"
#include "../../src/core/pm_invisible.h"
#include "../../src/core/pm_utf8.h"

#define MAX_SPANS 15

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok, const char *what);
static char *grow(PmBuf *buf, size_t cap);
static void run_break(const char *text, size_t len, PmSpan *spans, size_t nspans,
					  const PmBreakOptions *options);
static void map_spans(const char *before, const PmBuf *after, PmSpan *spans, size_t nspans);
static void run_clean(const char *text, size_t len, PmCleanLevel level);
static void run_delimit(const char *text, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const bars[] = {"", "\xEF\xBD\x9C", "\xA1\xC3", "\x8E\xA1\xC3\xA1"};
	static const uint32_t bar_lens[] = {0, 3, 2, 4};
	PmSpan		spans[MAX_SPANS];
	size_t		nspans = 0;
	size_t		used = 1;
	size_t		at = 0;
	PmBreakOptions options;
	char	   *text;

	if (size < 1)
		return 0;
	options = (PmBreakOptions) {data[0] & 1, bars[data[0] >> 1 & 3], bar_lens[data[0] >> 1 & 3]};
	for (; nspans < (size_t) (data[0] >> 4) && used + 2 <= size; used += 2)
	{
		size_t		start = at + data[used];

		at = start + data[used + 1];
		if (at > start)
			spans[nspans++] = (PmSpan) {start, at};
		else
			break;
	}

	/* An exact copy, so that a sanitizer sees a byte too many. */
	text = malloc(size - used + (size == used));
	memcpy(text, data + used, size - used);
	run_break(text, size - used, spans, nspans, &options);
	run_clean(text, size - used, data[0] & 8 ? PM_CLEAN_STRICT : PM_CLEAN_BASIC);
	run_delimit(text, size - used);
	free(text);
	return 0;
}

static void
require(bool ok, const char *what)
{
	if (!ok)
	{
		fprintf(stderr, "violated: %s\n", what);
		abort();
	}
}

static char *
grow(PmBuf *buf, size_t cap)
{
	return realloc(buf->data, cap);
}

static void
run_break(const char *text, size_t len, PmSpan *spans, size_t nspans,
		  const PmBreakOptions *options)
{
	PmBuf		buf = {.max = 2 * len + 1, .grow = grow};
	size_t		once;
	PmBreakScan scan;
	size_t		at;

	pm_buf_append(&buf, text, len);
	require(pm_break_tokens(&buf, 0, spans, nspans, options), "blanks fit in twice the length");
	once = buf.len;
	map_spans(text, &buf, spans, nspans);
	for (size_t i = 0; i < nspans && len > 0; i++)
		require(spans[i].start <= spans[i].end, "spans keep their order");
	pm_break_init(&scan, buf.data, 0, buf.len, spans, nspans, options);
	require(!pm_break_next(&scan, &at), "one pass is enough");
	require(pm_break_tokens(&buf, 0, spans, nspans, options) && buf.len == once, "a second changes nothing");
	free(buf.data);
}

/* Where the spans are now; by the way only blanks may have been added. */
static void
map_spans(const char *before, const PmBuf *after, PmSpan *spans, size_t nspans)
{
	size_t		from = 0;
	size_t		len = 0;
	size_t		span = 0;
	PmSpan		mapped[MAX_SPANS];

	for (size_t i = 0; i < nspans; i++)
		mapped[i] = (PmSpan) {SIZE_MAX, SIZE_MAX};
	for (size_t to = 0; to < after->len; to++)
	{
		if (after->data[to] == ' ' && before[from] != ' ')
			continue;			/* an added one is never beside a blank */
		require(after->data[to] == before[from], "only blanks are added");
		while (span < nspans && spans[span].end <= from)
			span++;
		if (span < nspans && spans[span].start <= from)
		{
			if (mapped[span].start == SIZE_MAX)
				mapped[span].start = to;
			mapped[span].end = to + 1;
		}
		from++;
		len = to + 1;
	}
	for (size_t i = 0; i < nspans; i++)
		spans[i] = mapped[i].start == SIZE_MAX ? (PmSpan) {len, len} : mapped[i];
}

static void
run_clean(const char *text, size_t len, PmCleanLevel level)
{
	PmInvisibleScan scan;
	PmInvisibleScan paused;
	PmInvisible hit;
	PmInvisible other;
	PmBuf		buf = {.max = len, .grow = grow};
	size_t		done = 0;

	pm_invisible_init(&scan, text, len, level, NULL);
	paused = scan;
	paused.until = 0;
	while (pm_invisible_next(&scan, &hit))
	{
		while (!pm_invisible_next(&paused, &other))
		{
			require(paused.until < len, "a pause loses nothing");
			paused.until += 3;
		}
		require(hit.offset == other.offset && hit.position == other.position, "a pause moves nothing");
		require(hit.offset >= done && hit.len > 0 && hit.offset + hit.len <= len, "hits are in the text");
		require(hit.level <= level, "hits are of the level");
		pm_buf_append(&buf, text + done, hit.offset - done);
		done = hit.offset + hit.len;
	}
	pm_buf_append(&buf, text + done, len - done);
	if (pm_utf8_check(text, len) == len)
	{
		require(pm_utf8_check(buf.data, buf.len) == buf.len, "what is left is UTF-8");
		pm_invisible_init(&scan, buf.data, buf.len, level, NULL);
		require(!pm_invisible_next(&scan, &hit), "what is left is clean");
	}
	free(buf.data);
}

static void
run_delimit(const char *text, size_t len)
{
	PmBuf		buf = {.max = 2 * len + 100, .grow = grow};

	require(pm_delimit(&buf, text, len, "0123456789abcdef"), "a delimited value fits");
	require(buf.len >= len + 57, "a value keeps its bytes");
	for (size_t i = 28; i + 29 < buf.len; i++)
		require(memcmp(buf.data + i, "</data", 6) != 0, "no marker inside");
	free(buf.data);
}
