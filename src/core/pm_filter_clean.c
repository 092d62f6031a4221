/*
 * pm_filter_clean.c
 *		Filters that take out what should not be there.
 *
 * sanitize drops characters that a reader cannot see and a model can: controls,
 * directional overrides, zero-width joints, tags.  Level basic keeps what
 * ordinary text needs (joiners, variation selectors, flags made of tags); level
 * strict keeps joiners only beside characters that are written with them.
 */
#include "pm_filter_fn.h"

#include "pm_msg.h"
#include "pm_utf8.h"
#include "pm_valop.h"

#define STRIDE 4096

#define BLACK_FLAG	0x1F3F4
#define TAG_FIRST	0xE0020
#define TAG_CANCEL	0xE007F

typedef struct Range
{
	uint32_t	first;
	uint32_t	last;
} Range;

/* Sorted; dropped by both levels.  Tags of a flag are excepted in the code. */
static const Range basic[] = {
	{0x00, 0x08}, {0x0B, 0x0C}, {0x0E, 0x1F}, {0x7F, 0x9F}, {0x61C, 0x61C},
	{0x200B, 0x200B}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},
	{0x2066, 0x2069}, {0x206A, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
	{0xE0000, 0xE007F}
};

/* Sorted; dropped by strict besides.  Noncharacters are in the code. */
static const Range strict[] = {
	{0xAD, 0xAD}, {0x34F, 0x34F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
	{0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},
	{0xFFA0, 0xFFA0}, {0xE0100, 0xE01EF}, {0xF0000, 0x10FFFF}
};

/* Scripts and symbols in which a joiner changes what is written. */
static const Range joining[] = {
	{0x600, 0x8FF}, {0x900, 0xDFF}, {0x1780, 0x18AF}, {0x2190, 0x2BFF},
	{0xFB50, 0xFDCF}, {0xFDF0, 0xFDFF}, {0xFE70, 0xFEFC}, {0x1F000, 0x1FAFF}
};

static bool in_ranges(const Range *ranges, size_t n, uint32_t cp);
static bool keep_char(const char *text, uint32_t len, uint32_t at, uint32_t cp,
					  uint32_t before, bool is_strict);
static uint32_t flag_length(const char *text, uint32_t len, uint32_t at);
static uint32_t tag_end(const char *text, uint32_t len, uint32_t at);
static bool drop_range(PmEnv *env, PmBuf *buf, const char *text, uint32_t *done,
					   uint32_t from, uint32_t to);

#define IN(ranges, cp) in_ranges(ranges, sizeof(ranges) / sizeof(ranges[0]), cp)

bool
pm_filter_sanitize(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				   PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	n;
	uint32_t	done = 0;
	uint32_t	before = 0;
	bool		is_strict = nargs > 0 && args[0].len == 6 && memcmp(args[0].u.str, "strict", 6) == 0;
	PmBuf		buf;

	if (nargs > 0 && !is_strict && (args[0].len != 5 || memcmp(args[0].u.str, "basic", 5) != 0))
		return pm_filter_unfit(env, "sanitize", "the level must be basic or strict");
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	for (uint32_t at = 0; at < len; at += n)
	{
		uint32_t	cp = (unsigned char) text[at];
		uint32_t	flag = 0;

		n = 1;
		if (cp >= 0x80 && env->host->char_len != NULL)
		{
			/* in other encodings only ASCII can be told */
			n = env->host->char_len(text + at, len - at);
			cp = PM_UTF8_BAD;
		}
		else if (cp >= 0x80)
			cp = pm_utf8_decode(text + at, len - at, &n);
		if (cp == BLACK_FLAG)
			flag = flag_length(text, len, at);
		if (flag > 0)
			n = flag;
		else if (cp != PM_UTF8_BAD && !keep_char(text, len, at + n, cp, before, is_strict))
		{
			if (!drop_range(env, &buf, text, &done, at, at + n))
				return false;
			continue;
		}
		if (at / STRIDE != (at + n) / STRIDE && !pm_env_work(env, STRIDE))
			return false;
		before = cp;
	}
	return drop_range(env, &buf, text, &done, len, len) && pm_env_buf_value(env, &buf, out);
}

/* Whether the character stays; next is the offset behind it. */
static bool
keep_char(const char *text, uint32_t len, uint32_t next, uint32_t cp, uint32_t before,
		  bool is_strict)
{
	uint32_t	after = 0;
	uint32_t	n;

	if (IN(basic, cp))
		return false;
	if (!is_strict)
		return true;
	if (cp == 0x200C || cp == 0x200D)
	{
		if (next < len)
			after = pm_utf8_decode(text + next, len - next, &n);
		/* a variation selector belongs to the emoji before it */
		return (IN(joining, before) || before == 0xFE0F) && IN(joining, after);
	}
	return !IN(strict, cp) && (cp & 0xFFFE) != 0xFFFE;
}

static bool
in_ranges(const Range *ranges, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n && ranges[i].first <= cp; i++)
	{
		if (cp <= ranges[i].last)
			return true;
	}
	return false;
}

/* A black flag, three to six tag letters or digits, a cancel tag; else 0. */
static uint32_t
flag_length(const char *text, uint32_t len, uint32_t at)
{
	uint32_t	n;
	uint32_t	tags = 0;
	uint32_t	i = at + 4;

	while (i < len)
	{
		uint32_t	cp = pm_utf8_decode(text + i, len - i, &n);

		i += n;
		if (cp == TAG_CANCEL)
			return tags >= 3 ? i - at : 0;
		if (cp < TAG_FIRST || cp > 0xE007E || ++tags > 6)
			return 0;
	}
	return 0;
}

/* Copies what was kept before from, and leaves [from, to) out. */
static bool
drop_range(PmEnv *env, PmBuf *buf, const char *text, uint32_t *done, uint32_t from, uint32_t to)
{
	if (!pm_buf_append(buf, text + *done, from - *done))
		return pm_env_too_long(env);
	if (!pm_env_work(env, to - *done))
		return false;
	*done = to;
	return true;
}

/* <tag ...>, </tag>, <!...>, <?...> and comments; a lone "<" is text. */
bool
pm_filter_strip_tags(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
					 PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	at = 0;
	uint32_t	done = 0;
	PmBuf		buf;

	(void) args;
	(void) nargs;
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	while (at < len)
	{
		const char *hit = memchr(text + at, '<', len - at);
		uint32_t	start;

		if (hit == NULL)
			break;
		start = (uint32_t) (hit - text);
		at = tag_end(text, len, start);
		if (at == start)
		{
			at = start + 1;
			continue;
		}
		if (!drop_range(env, &buf, text, &done, start, at))
			return false;
	}
	return drop_range(env, &buf, text, &done, len, len) && pm_env_buf_value(env, &buf, out);
}

/* Offset behind the tag that begins at "<"; at itself where none does. */
static uint32_t
tag_end(const char *text, uint32_t len, uint32_t at)
{
	uint32_t	i = at + 1;
	char		quote = '\0';
	char		lower;

	if (i >= len)
		return at;
	if (len - i >= 3 && memcmp(text + i, "!--", 3) == 0)
	{
		for (i += 3; i + 3 <= len; i++)
		{
			if (memcmp(text + i, "-->", 3) == 0)
				return i + 3;
		}
		return len;
	}
	lower = (char) (text[i] | 0x20);
	if (!(lower >= 'a' && lower <= 'z') && text[i] != '/' && text[i] != '!' && text[i] != '?')
		return at;
	for (; i < len; i++)
	{
		if (quote != '\0')
			quote = text[i] == quote ? '\0' : quote;
		else if (text[i] == '"' || text[i] == '\'')
			quote = text[i];
		else if (text[i] == '>')
			return i + 1;
	}
	/* never closed: dropping the rest is the safe side */
	return len;
}

/* Every run of line ends becomes one blank. */
bool
pm_filter_nl2space(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				   PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	done = 0;
	PmBuf		buf;

	(void) args;
	(void) nargs;
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	for (uint32_t at = 0; at < len; at++)
	{
		uint32_t	start = at;

		while (at < len && (text[at] == '\n' || text[at] == '\r'))
			at++;
		if (at == start)
			continue;
		if (!drop_range(env, &buf, text, &done, start, at))
			return false;
		if (!pm_buf_char(&buf, ' '))
			return pm_env_too_long(env);
	}
	return drop_range(env, &buf, text, &done, len, len) && pm_env_buf_value(env, &buf, out);
}

/* Every run of blanks and tabs becomes one blank; line ends stay. */
bool
pm_filter_squeeze(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				  PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	done = 0;
	PmBuf		buf;

	(void) args;
	(void) nargs;
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	for (uint32_t at = 0; at < len; at++)
	{
		uint32_t	start = at;

		while (at < len && (text[at] == ' ' || text[at] == '\t'))
			at++;
		if (at == start || (at == start + 1 && text[start] == ' '))
			continue;
		if (!drop_range(env, &buf, text, &done, start, at))
			return false;
		if (!pm_buf_char(&buf, ' '))
			return pm_env_too_long(env);
	}
	return drop_range(env, &buf, text, &done, len, len) && pm_env_buf_value(env, &buf, out);
}
