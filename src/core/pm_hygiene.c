/*
 * pm_hygiene.c
 *		Control sequences in what untrusted values wrote, and their markers.
 *
 * A sequence begins with "<" or "[", and the blank goes behind that character;
 * or it is the name of a role and a colon where a line begins, and the blank
 * goes in front of the colon.  Three rules keep one pass enough, and an entry
 * added to the tables must keep to them:
 *
 *	- no sequence holds a blank or a control character;
 *	- a sequence that begins inside another ends inside it: so one that is all
 *	  the author's never gets the blank of one that is not;
 *	- the search for the end of a name stops at "<", so that all searches
 *	  together read each byte a constant number of times.
 */
#include "pm_hygiene.h"

typedef struct Literal
{
	const char *text;
	uint32_t	len;
} Literal;

#define LITERAL(text) {text, sizeof(text) - 1}

/*
 * Beside these, <|name|>, <|name> and <name|> are found by their shape, and
 * <|name|> with the wide bar U+FF5C as well.
 */
static const Literal angles[] = {
	LITERAL("<s>"), LITERAL("</s>"),
	LITERAL("<<SYS>>"), LITERAL("<</SYS>>"),
	LITERAL("<bos>"), LITERAL("<eos>"), LITERAL("<sop>"),
	LITERAL("<start_of_turn>"), LITERAL("<end_of_turn>")
};

static const Literal brackets[] = {
	LITERAL("[INST]"), LITERAL("[/INST]"),
	LITERAL("[SYSTEM_PROMPT]"), LITERAL("[/SYSTEM_PROMPT]"),
	LITERAL("[AVAILABLE_TOOLS]"), LITERAL("[/AVAILABLE_TOOLS]"),
	LITERAL("[TOOL_CALLS]"), LITERAL("[TOOL_RESULTS]"), LITERAL("[/TOOL_RESULTS]"),
	LITERAL("[gMASK]")
};

static const Literal roles[] = {
	LITERAL("Human:"), LITERAL("Assistant:")
};

#define LITERAL_LENGTH(table, text, left) \
	literal_length(table, sizeof(table) / sizeof(table[0]), text, left)

static size_t literal_length(const Literal *table, size_t n, const char *text, size_t left);
static size_t barred_length(const char *text, size_t left, const PmBreakOptions *options);
static bool is_barred(const char *inner, size_t n, const PmBreakOptions *options);
static bool is_word(const char *p, size_t n);
static bool overlaps(PmBreakScan *scan, size_t start, size_t end);
static bool is_data_close(const char *p, size_t left);

void
pm_break_init(PmBreakScan *scan, const char *text, size_t from, size_t len,
			  const PmSpan *spans, size_t nspans, const PmBreakOptions *options)
{
	scan->text = text;
	scan->len = len;
	scan->at = from;
	scan->line_start = true;
	scan->spans = spans;
	scan->nspans = nspans;
	scan->span = 0;
	scan->options = *options;
}

bool
pm_break_next(PmBreakScan *scan, size_t *at)
{
	/* behind the last span nothing can begin that overlaps it */
	size_t		stop = scan->nspans > 0 ? scan->spans[scan->nspans - 1].end : 0;

	if (stop > scan->len)
		stop = scan->len;
	while (scan->at < stop)
	{
		size_t		start = scan->at++;
		char		c = scan->text[start];
		bool		line_start = scan->line_start;
		size_t		length;

		scan->line_start = c == '\n' || c == '\r' || (line_start && (c == ' ' || c == '\t'));
		if (c != '<' && c != '[' && !(line_start && scan->options.line_roles))
			continue;
		length = pm_control_length(scan->text, start, scan->len, line_start, &scan->options);
		if (length == 0 || !overlaps(scan, start, start + length))
			continue;
		if (c != '<' && c != '[')
			scan->at = start + length - 1;
		*at = scan->at;
		return true;
	}
	return false;
}

bool
pm_break_tokens(PmBuf *buf, size_t from, const PmSpan *spans, size_t nspans,
				const PmBreakOptions *options)
{
	PmBreakScan scan;
	size_t		at;
	size_t		n = 0;
	size_t		done = from;
	size_t		end = buf->len;
	char	   *to;

	pm_break_init(&scan, buf->data, from, end, spans, nspans, options);
	while (pm_break_next(&scan, &at))
		n++;
	if (n == 0)
		return true;
	if (n > buf->cap - buf->len && !pm_buf_reserve(buf, n))
		return false;

	/*
	 * The text moves up by n bytes and is copied down from there.  What is
	 * written stays behind what the scan has still to read: k blanks in, the
	 * offset at is written to at + k and read from at + n.
	 */
	memmove(buf->data + from + n, buf->data + from, end - from);
	to = buf->data + from;
	pm_break_init(&scan, buf->data + n, from, end, spans, nspans, options);
	while (pm_break_next(&scan, &at))
	{
		memmove(to, buf->data + n + done, at - done);
		to += at - done;
		*to++ = ' ';
		done = at;
	}
	memmove(to, buf->data + n + done, end - done);
	buf->len = end + n;
	return true;
}

size_t
pm_control_length(const char *text, size_t at, size_t len, bool line_start,
				  const PmBreakOptions *options)
{
	const char *p = text + at;
	size_t		left = len - at;
	size_t		length;

	if (*p == '[')
		return LITERAL_LENGTH(brackets, p, left);
	if (*p == '<')
	{
		length = LITERAL_LENGTH(angles, p, left);
		return length > 0 ? length : barred_length(p, left, options);
	}
	if (line_start && options->line_roles)
		return LITERAL_LENGTH(roles, p, left);
	return 0;
}

static size_t
literal_length(const Literal *table, size_t n, const char *text, size_t left)
{
	if (left < 2)
		return 0;
	for (size_t i = 0; i < n; i++)
	{
		/* the second character tells most apart, and saves a call */
		if (text[1] == table[i].text[1] && table[i].len <= left &&
			memcmp(text, table[i].text, table[i].len) == 0)
			return table[i].len;
	}
	return 0;
}

/* Length of what is <...> with bars inside, at text[0] = '<'; 0 for none. */
static size_t
barred_length(const char *text, size_t left, const PmBreakOptions *options)
{
	size_t		i = 1;

	while (i < left && (unsigned char) text[i] > ' ' && text[i] != 0x7F &&
		   text[i] != '<' && text[i] != '>')
		i++;
	if (i == left || text[i] != '>' || !is_barred(text + 1, i - 1, options))
		return 0;
	return i + 1;
}

/*
 * Whether what stands between the angles makes them a control sequence.  With
 * one bar only, the name must be a word: <|> and <a.b|> are operators and
 * mathematics.
 */
static bool
is_barred(const char *inner, size_t n, const PmBreakOptions *options)
{
	size_t		wide = options->wide_bar_len;

	if (n >= 2 && inner[0] == '|')
		return (n >= 3 && inner[n - 1] == '|') || is_word(inner + 1, n - 1);
	if (n >= 2 && inner[n - 1] == '|')
		return is_word(inner, n - 1);
	return wide > 0 && n > 2 * wide && memcmp(inner, options->wide_bar, wide) == 0 &&
		memcmp(inner + n - wide, options->wide_bar, wide) == 0;
}

static bool
is_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		char		lower = (char) (p[i] | 0x20);

		if (!(lower >= 'a' && lower <= 'z') && !(p[i] >= '0' && p[i] <= '9') && p[i] != '_')
			return false;
	}
	return true;
}

/* Starts come in rising order, so the spans are walked once. */
static bool
overlaps(PmBreakScan *scan, size_t start, size_t end)
{
	while (scan->span < scan->nspans && scan->spans[scan->span].end <= start)
		scan->span++;
	return scan->span < scan->nspans && scan->spans[scan->span].start < end;
}

bool
pm_delimit(PmBuf *buf, const char *value, size_t len, const char key[PM_DELIMIT_KEY_LEN])
{
	size_t		before = buf->len;
	size_t		done = 0;
	const char *hit = value;
	bool		ok;

	ok = pm_buf_append(buf, "<data id=\"", 10) &&
		pm_buf_append(buf, key, PM_DELIMIT_KEY_LEN) && pm_buf_append(buf, "\">", 2);
	while (ok && len > 0 &&
		   (hit = memchr(hit, '<', len - (size_t) (hit - value))) != NULL)
	{
		size_t		at = (size_t) (++hit - value);

		if (!is_data_close(hit, len - at))
			continue;
		ok = pm_buf_append(buf, value + done, at - done) && pm_buf_char(buf, ' ');
		done = at;
	}
	ok = ok && pm_buf_append(buf, value + done, len - done) &&
		pm_buf_append(buf, "</data id=\"", 11) &&
		pm_buf_append(buf, key, PM_DELIMIT_KEY_LEN) && pm_buf_append(buf, "\">", 2);
	if (!ok)
		buf->len = before;
	return ok;
}

/* "/data" in any case, behind a "<". */
static bool
is_data_close(const char *p, size_t left)
{
	static const char word[] = "data";

	if (left < 5 || p[0] != '/')
		return false;
	for (size_t i = 0; i < 4; i++)
	{
		if ((p[i + 1] | 0x20) != word[i])
			return false;
	}
	return true;
}
