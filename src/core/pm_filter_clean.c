/*
 * pm_filter_clean.c
 *		Filters that take out what should not be there.
 *
 * sanitize drops characters that a reader cannot see and a model can; which,
 * is said in pm_invisible.h.
 */
#include "pm_filter_fn.h"

#include "pm_invisible.h"
#include "pm_valop.h"

#define STRIDE 4096

static uint32_t tag_end(const char *text, uint32_t len, uint32_t at);
static bool drop_range(PmEnv *env, PmBuf *buf, const char *text, uint32_t *done,
					   uint32_t from, uint32_t to);

/* In strides, so that a long text is polled however little of it goes. */
bool
pm_filter_sanitize(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				   PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	done = 0;
	PmCleanLevel level = PM_CLEAN_BASIC;
	PmInvisibleScan scan;
	PmInvisible hit;
	PmBuf		buf;

	if (nargs > 0 && !pm_clean_level(args[0].u.str, args[0].len, &level))
		return pm_filter_unfit(env, "sanitize", "the level must be basic or strict");
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	pm_invisible_init(&scan, text, len, level, env->host->char_len);
	while (scan.at < len)
	{
		scan.until = scan.at + STRIDE;
		while (pm_invisible_next(&scan, &hit))
		{
			if (!drop_range(env, &buf, text, &done, (uint32_t) hit.offset, (uint32_t) scan.at))
				return false;
		}
		if (scan.at < len && !pm_env_work(env, STRIDE))
			return false;
	}
	return drop_range(env, &buf, text, &done, len, len) && pm_env_buf_value(env, &buf, out);
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
	uint32_t	counted = 0;
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
			if (at - counted >= 4096)
			{
				if (!pm_env_work(env, at - counted))
					return false;
				counted = at;
			}
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
