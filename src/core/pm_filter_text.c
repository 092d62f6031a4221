/*
 * pm_filter_text.c
 *		Filters on text: letters, blanks, pieces.
 *
 * Text in another encoding than UTF-8 is walked by the host's character
 * lengths, and only its ASCII letters and blanks are known here.  Results are
 * built in scratch memory under the output limit; what is only a part of the
 * input points into the input.
 */
#include "pm_filter_fn.h"

#include "pm_case.h"
#include "pm_msg.h"
#include "pm_num.h"
#include "pm_utf8.h"
#include "pm_valop.h"

/* Bytes handled between two reports of work. */
#define STRIDE 4096

typedef enum CaseMode
{
	CASE_UPPER,
	CASE_LOWER,
	CASE_CAPITAL
} CaseMode;

/* The character at text + at: its code point (or PM_UTF8_BAD) and length. */
static uint32_t
char_at(const PmEnv *env, const char *text, uint32_t len, uint32_t at, uint32_t *n)
{
	if ((unsigned char) text[at] < 0x80)
	{
		*n = 1;
		return (unsigned char) text[at];
	}
	if (env->host->char_len == NULL)
		return pm_utf8_decode(text + at, len - at, n);
	*n = env->host->char_len(text + at, len - at);
	return PM_UTF8_BAD;
}

/* Names the filter, because a tag may have several. */
bool
pm_filter_unfit(PmEnv *env, const char *filter, const char *message)
{
	pm_env_fail(env, PM_ERR_ARGUMENT, "filter_input", "filter \"");
	pm_msg_str(env->error->message, filter);
	pm_msg_str(env->error->message, "\": ");
	pm_msg_str(env->error->message, message);
	return false;
}

/*
 * A mapped character may need more or fewer bytes than before, so the result is
 * built character by character; room for the usual case is made at once.
 */
static bool
change_case(PmEnv *env, const PmValue *in, CaseMode mode, PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	n;
	PmBuf		buf;

	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	if (!pm_buf_reserve(&buf, len))
		return pm_env_too_long(env);
	for (uint32_t at = 0; at < len; at += n)
	{
		uint32_t	cp = char_at(env, text, len, at, &n);
		bool		upper = mode == CASE_UPPER || (mode == CASE_CAPITAL && at == 0);
		uint32_t	to = cp == PM_UTF8_BAD ? cp : upper ? pm_to_upper(cp) : pm_to_lower(cp);
		char		utf8[4];
		bool		ok;

		if (to == cp)
			ok = pm_buf_append(&buf, text + at, n);
		else
			ok = pm_buf_append(&buf, utf8, pm_utf8_encode(to, utf8));
		if (!ok)
			return pm_env_too_long(env);
		if (at / STRIDE != (at + n) / STRIDE && !pm_env_work(env, STRIDE))
			return false;
	}
	return pm_env_buf_value(env, &buf, out);
}

bool
pm_filter_upper(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return change_case(env, in, CASE_UPPER, out);
}

bool
pm_filter_lower(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return change_case(env, in, CASE_LOWER, out);
}

/* The first character in upper case, the rest in lower case. */
bool
pm_filter_capitalize(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
					 PmValue *out)
{
	(void) args;
	(void) nargs;
	return change_case(env, in, CASE_CAPITAL, out);
}

/* The result is a part of the input; blanks are Unicode's, in UTF-8. */
static bool
trim(PmEnv *env, const PmValue *in, bool left, bool right, PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	start = 0;
	uint32_t	end = 0;
	uint32_t	n;
	bool		seen = false;

	if (!pm_val_text(env, in, &text, &len))
		return false;
	/* one walk forward finds both ends, whatever the encoding */
	for (uint32_t at = 0; at < len; at += n)
	{
		uint32_t	cp = char_at(env, text, len, at, &n);

		if (cp == PM_UTF8_BAD || !pm_is_white(cp))
		{
			if (!seen)
				start = at;
			seen = true;
			end = at + n;
		}
		if (at / STRIDE != (at + n) / STRIDE && !pm_env_work(env, STRIDE))
			return false;
	}
	if (!left)
		start = 0;
	else if (!seen)
		start = len;
	if (!right)
		end = len;
	*out = pm_value_string(text + start, end > start ? end - start : 0);
	return true;
}

bool
pm_filter_trim(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return trim(env, in, true, true, out);
}

bool
pm_filter_ltrim(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return trim(env, in, true, false, out);
}

bool
pm_filter_rtrim(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return trim(env, in, false, true, out);
}

/* Offset behind max characters; *whole where the text has no more. */
static bool
cut_at(PmEnv *env, const char *text, uint32_t len, int64_t max, uint32_t *offset, bool *whole)
{
	uint32_t	at = 0;

	while (at < len && max-- > 0)
	{
		at += pm_env_char_len(env, text + at, len - at);
		if ((max & (STRIDE - 1)) == 0 && !pm_env_work(env, STRIDE))
			return false;
	}
	*offset = at;
	*whole = at >= len;
	return true;
}

/* At most n characters, the ellipsis among them; one that is longer is cut. */
bool
pm_filter_truncate(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				   PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	cut;
	uint32_t	tail = 0;
	uint32_t	at = 0;
	int64_t		max;
	bool		whole;
	PmBuf		buf;

	(void) pm_num_integer(args[0].u.str, args[0].len, INT32_MAX, &max);
	if (max < 0)
		return pm_filter_unfit(env, "truncate", "the length must not be negative");
	if (!pm_val_text(env, in, &text, &len) || !cut_at(env, text, len, max, &cut, &whole))
		return false;
	if (whole || nargs == 1)
	{
		*out = pm_value_string(text, cut);
		return true;
	}
	while (tail < args[1].len && max > 0)
	{
		tail += pm_env_char_len(env, args[1].u.str + tail, args[1].len - tail);
		max--;
	}
	if (!cut_at(env, text, len, max, &at, &whole))
		return false;
	pm_env_buf(env, &buf);
	if (!pm_buf_append(&buf, text, at) || !pm_buf_append(&buf, args[1].u.str, tail))
		return pm_env_too_long(env);
	return pm_env_buf_value(env, &buf, out);
}

/* Counting tokens is the host's: its tables are no part of the core. */
bool
pm_filter_truncate_tokens(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
						  PmValue *out)
{
	const char *text;
	uint32_t	len;
	int64_t		max;
	size_t		prefix;

	(void) pm_num_integer(args[0].u.str, args[0].len, INT32_MAX, &max);
	if (max < 0)
		return pm_filter_unfit(env, "truncate_tokens", "the number must not be negative");
	if (env->host->truncate_tokens == NULL)
		return pm_env_fail(env, PM_ERR_UNSUPPORTED, "no_tokenizer",
						   "filter \"truncate_tokens\" needs a tokenizer");
	if (!pm_val_text(env, in, &text, &len))
		return false;
	if (!env->host->truncate_tokens(env->host->ctx, text, len, (uint32_t) max,
									nargs > 1 ? args[1].u.str : "",
									nargs > 1 ? args[1].len : 0, &prefix))
		return pm_filter_unfit(env, "truncate_tokens", "unknown encoding");
	*out = pm_value_string(text, prefix < len ? (uint32_t) prefix : len);
	return true;
}

/* All places, from the left, that do not overlap; nothing is searched twice. */
bool
pm_filter_replace(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				  PmValue *out)
{
	const char *from = args[0].u.str;
	const char *text;
	uint32_t	from_len = args[0].len;
	uint32_t	len;
	uint32_t	at = 0;
	uint32_t	done = 0;
	uint32_t	n;
	PmBuf		buf;

	(void) nargs;
	if (!pm_val_text(env, in, &text, &len))
		return false;
	*out = pm_value_string(text, len);
	if (from_len == 0)
		return true;
	pm_env_buf(env, &buf);
	while (len - at >= from_len)
	{
		bool		hit = text[at] == from[0];

		/* a long pattern that nearly fits everywhere is work */
		if (hit && !pm_env_work(env, from_len))
			return false;
		if (hit && memcmp(text + at, from, from_len) == 0)
		{
			if (!pm_buf_append(&buf, text + done, at - done) ||
				!pm_buf_append(&buf, args[1].u.str, args[1].len))
				return pm_env_too_long(env);
			n = from_len;
			done = at + n;
		}
		else
			n = pm_env_char_len(env, text + at, len - at);
		if (at / STRIDE != (at + n) / STRIDE && !pm_env_work(env, STRIDE))
			return false;
		at += n;
	}
	if (done == 0)
		return true;
	if (!pm_buf_append(&buf, text + done, len - done))
		return pm_env_too_long(env);
	return pm_env_buf_value(env, &buf, out);
}

/* n blanks before every line that is not empty. */
bool
pm_filter_indent(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	at = 0;
	int64_t		blanks;
	PmBuf		buf;

	(void) nargs;
	(void) pm_num_integer(args[0].u.str, args[0].len, INT32_MAX, &blanks);
	if (blanks < 0 || blanks > 1000)
		return pm_filter_unfit(env, "indent", "the number must be between 0 and 1000");
	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	while (at < len)
	{
		const char *newline = memchr(text + at, '\n', len - at);
		uint32_t	n = newline != NULL ? (uint32_t) (newline - (text + at)) + 1 : len - at;
		bool		empty = text[at] == '\n' || (n == 2 && text[at] == '\r');

		if ((!empty && !pm_buf_fill(&buf, ' ', (size_t) blanks)) ||
			!pm_buf_append(&buf, text + at, n))
			return pm_env_too_long(env);
		if (!pm_env_work(env, n + (size_t) blanks))
			return false;
		at += n;
	}
	return pm_env_buf_value(env, &buf, out);
}

/* prefix and suffix: the text with another one before or behind it. */
static bool
concat(PmEnv *env, const PmValue *in, const PmValue *extra, bool before, PmValue *out)
{
	const char *text;
	uint32_t	len;
	PmBuf		buf;

	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	if ((before && !pm_buf_append(&buf, extra->u.str, extra->len)) ||
		!pm_buf_append(&buf, text, len) ||
		(!before && !pm_buf_append(&buf, extra->u.str, extra->len)))
		return pm_env_too_long(env);
	return pm_env_work(env, buf.len) && pm_env_buf_value(env, &buf, out);
}

bool
pm_filter_prefix(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) nargs;
	return concat(env, in, &args[0], true, out);
}

bool
pm_filter_suffix(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) nargs;
	return concat(env, in, &args[0], false, out);
}
