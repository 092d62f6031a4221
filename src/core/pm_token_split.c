/*
 * pm_token_split.c
 *		Pre-tokenizers: cut text into the pieces that are encoded separately.
 *
 * The encodings define their pieces by regular expressions.  Here those are
 * written out as scanners that try the alternatives in the same order and need
 * no backtracking: no stack, no memory, and time linear in the text, because a
 * stretch is looked at by a bounded number of alternatives before a piece
 * consumes it.  Both share the alternatives for numbers, symbols and white
 * space; they differ in what makes a word.
 *
 * Long runs poll once per block of bytes, so that one piece of any length can
 * be interrupted.
 */
#include "pm_token_split.h"

#include "pm_token_class.h"

#define POLL_BYTES 4096

#define WORD_START	(PM_CLASS_UPPER | PM_CLASS_CASELESS | PM_CLASS_MARK)
#define WORD_END	(PM_CLASS_LOWER | PM_CLASS_CASELESS | PM_CLASS_MARK)
#define NO_PREFIX	(PM_CLASS_NEWLINE | PM_CLASS_LETTER | PM_CLASS_NUMBER)

static size_t split_cl100k(const PmTokenScan *scan, size_t pos);
static size_t split_o200k(const PmTokenScan *scan, size_t pos);
static size_t word_o200k(const PmTokenScan *scan, size_t pos, unsigned class,
						 size_t width);
static size_t cased_word(const PmTokenScan *scan, size_t pos, size_t *upper);
static size_t split_common(const PmTokenScan *scan, size_t pos, unsigned class,
						   size_t width, bool slash);
static size_t skip_newlines(const PmTokenScan *scan, size_t pos, bool slash);
static size_t split_space(const PmTokenScan *scan, size_t pos);
static size_t contraction(const PmTokenScan *scan, size_t pos);
static size_t skip(const PmTokenScan *scan, size_t pos, unsigned mask);
static size_t skip_last(const PmTokenScan *scan, size_t pos, unsigned mask,
						unsigned wanted, size_t *last);

size_t
pm_token_split(const PmTokenScan *scan, PmTokenKind kind, size_t pos)
{
	if (kind == PM_TOKEN_CL100K)
		return split_cl100k(scan, pos);
	return split_o200k(scan, pos);
}

/* A word is letters with at most one other character in front. */
static size_t
split_cl100k(const PmTokenScan *scan, size_t pos)
{
	size_t		width;
	size_t		end;
	unsigned	class;

	end = contraction(scan, pos);
	if (end > pos)
		return end;
	class = pm_token_class_at(scan->text + pos, scan->len - pos, &width);
	if (class & PM_CLASS_LETTER)
		return skip(scan, pos + width, PM_CLASS_LETTER);
	if (!(class & NO_PREFIX))
	{
		end = skip(scan, pos + width, PM_CLASS_LETTER);
		if (end > pos + width)
			return end;
	}
	return split_common(scan, pos, class, width, false);
}

/* A word changes case at most once, and takes a contraction along. */
static size_t
split_o200k(const PmTokenScan *scan, size_t pos)
{
	size_t		width;
	size_t		end;
	unsigned	class;

	class = pm_token_class_at(scan->text + pos, scan->len - pos, &width);
	end = word_o200k(scan, pos, class, width);
	if (end > pos)
		return contraction(scan, end);
	return split_common(scan, pos, class, width, true);
}

/*
 * End of a word that starts at pos with the given character, or pos.  A mark
 * can be the character in front of a word as well as part of it, which is why
 * all four forms are tried, those with a lower-case part first.
 */
static size_t
word_o200k(const PmTokenScan *scan, size_t pos, unsigned class, size_t width)
{
	bool		prefix = !(class & NO_PREFIX);
	size_t		after = pos + width;
	size_t		upper_after = after;
	size_t		upper = pos;
	size_t		end;

	if (prefix)
	{
		end = cased_word(scan, after, &upper_after);
		if (end > after)
			return end;
	}
	if (class & (PM_CLASS_LETTER | PM_CLASS_MARK))
	{
		end = cased_word(scan, pos, &upper);
		if (end > pos)
			return end;
	}
	return upper_after > after ? upper_after : upper;
}

/*
 * End of a word with a lower-case part, or pos.  The upper-case run gives back
 * as little as possible: nothing where a lower-case letter follows, else what
 * comes after its last caseless letter or mark, which may count as lower case.
 * In *upper the end of the upper-case run.
 */
static size_t
cased_word(const PmTokenScan *scan, size_t pos, size_t *upper)
{
	size_t		last = pos;
	size_t		width;

	*upper = skip_last(scan, pos, WORD_START, WORD_END, &last);
	if (*upper < scan->len &&
		pm_token_class_at(scan->text + *upper, scan->len - *upper,
						  &width) == PM_CLASS_LOWER)
		return skip(scan, *upper + width, WORD_END);
	return last;
}

/* The alternatives after words: numbers, symbols, white space. */
static size_t
split_common(const PmTokenScan *scan, size_t pos, unsigned class, size_t width,
			 bool slash)
{
	const unsigned symbol = PM_CLASS_MARK | PM_CLASS_REST;
	size_t		end = pos + width;

	if (class == PM_CLASS_NUMBER)
	{
		for (int i = 0; i < 2 && end < scan->len; i++)
		{
			if (pm_token_class_at(scan->text + end, scan->len - end,
								  &width) != PM_CLASS_NUMBER)
				break;
			end += width;
		}
		return end;
	}
	if (scan->text[pos] == ' ' || (class & symbol))
	{
		size_t		first = scan->text[pos] == ' ' ? end : pos;

		end = skip(scan, first, symbol);
		if (end > first)
			return skip_newlines(scan, end, slash);
	}
	return split_space(scan, pos);
}

/* Newlines that close a run of symbols; o200k counts slashes among them. */
static size_t
skip_newlines(const PmTokenScan *scan, size_t pos, bool slash)
{
	for (; pos < scan->len; pos++)
	{
		uint8_t		c = scan->text[pos];

		if (c != '\r' && c != '\n' && !(slash && c == '/'))
			break;
		if (pos % POLL_BYTES == 0)
			scan->env->poll(scan->env->ctx);
	}
	return pos;
}

/*
 * White space through its last newline; else all of it at the end of the text;
 * else all but the character that goes with what follows.
 */
static size_t
split_space(const PmTokenScan *scan, size_t pos)
{
	size_t		newline = pos;
	size_t		end;
	size_t		last;

	end = skip_last(scan, pos, PM_CLASS_SPACE, PM_CLASS_NEWLINE, &newline);
	if (newline > pos)
		return newline;
	if (end == scan->len)
		return end;
	last = end - 1;
	while ((scan->text[last] & 0xC0) == 0x80)
		last--;
	return last > pos ? last : end;
}

/* End of 's 't 're 've 'm 'll 'd at pos in any case, or pos. */
static size_t
contraction(const PmTokenScan *scan, size_t pos)
{
	const uint8_t *p = scan->text + pos;
	size_t		n = scan->len - pos;
	uint8_t		a,
				b;

	if (n < 2 || p[0] != '\'')
		return pos;
	a = p[1] | 0x20;
	if (a == 's' || a == 't' || a == 'm' || a == 'd')
		return pos + 2;
	if (n < 3)
		return pos;
	b = p[2] | 0x20;
	if ((a == 'l' && b == 'l') || ((a == 'v' || a == 'r') && b == 'e'))
		return pos + 3;
	/* U+017F folds to s. */
	if (p[1] == 0xC5 && p[2] == 0xBF)
		return pos + 3;
	return pos;
}

/* End of the run of characters at pos whose class is in mask. */
static size_t
skip(const PmTokenScan *scan, size_t pos, unsigned mask)
{
	while (pos < scan->len)
	{
		size_t		stop = scan->len - pos > POLL_BYTES ? pos + POLL_BYTES : scan->len;

		while (pos < stop)
		{
			size_t		width;

			if (pm_token_class_byte[scan->text[pos]] & mask)
			{
				pos++;
				continue;
			}
			if (scan->text[pos] < 0x80 ||
				!(pm_token_class_at(scan->text + pos, scan->len - pos,
									&width) & mask))
				return pos;
			pos += width;
		}
		if (pos < scan->len)
			scan->env->poll(scan->env->ctx);
	}
	return pos;
}

/* The same, and in *last the end of its last character of a wanted class. */
static size_t
skip_last(const PmTokenScan *scan, size_t pos, unsigned mask, unsigned wanted,
		  size_t *last)
{
	while (pos < scan->len)
	{
		size_t		stop = scan->len - pos > POLL_BYTES ? pos + POLL_BYTES : scan->len;

		while (pos < stop)
		{
			size_t		width;
			unsigned	class;

			class = pm_token_class_at(scan->text + pos, scan->len - pos, &width);
			if (!(class & mask))
				return pos;
			pos += width;
			if (class & wanted)
				*last = pos;
		}
		if (pos < scan->len)
			scan->env->poll(scan->env->ctx);
	}
	return pos;
}
