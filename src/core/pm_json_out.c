/*
 * pm_json_out.c
 *		Printing values as JSON, and escaping text.
 *
 * The printer keeps a stack of iterators, one per open container, so depth
 * costs a bounded array and no C stack.  Escaping copies runs of plain bytes
 * at once; all special characters are ASCII, so it is right in any encoding
 * the server allows.  Both count their bytes as work and stop at the output
 * limit while they write, not behind it.
 */
#include "pm_json_out.h"

#include "pm_valop.h"

/* Bytes of a run between two polls. */
#define RUN_MAX 4096

static bool write_scalar(PmEnv *env, const PmValue *v, PmBuf *out);
static bool write_string(PmEnv *env, const char *text, size_t len, PmBuf *out);
static bool new_line(PmBuf *out, uint32_t indent, uint32_t depth);

/*
 * Each turn writes one value.  A container with elements is opened and pushed;
 * then, as behind any value, the innermost container that has another element
 * delivers the next one, and those that have none are closed.
 */
bool
pm_json_write(PmEnv *env, const PmValue *v, uint32_t indent, PmBuf *out)
{
	PmIter		stack[PM_MAX_JSON_DEPTH];
	uint32_t	depth = 0;
	uint32_t	max = env->limits->json_depth < PM_MAX_JSON_DEPTH
		? env->limits->json_depth : PM_MAX_JSON_DEPTH;
	PmValue		value = *v;
	PmValue		key;
	bool		ok = true;

	for (;;)
	{
		bool		open = (value.kind == PM_ARRAY || value.kind == PM_OBJECT) && value.len > 0;
		bool		more;

		if (!pm_env_work(env, 16))
			return false;
		if (open)
		{
			if (depth >= max)
				return pm_env_limit(env, "json_depth", "levels of nested values", max);
			ok = pm_buf_char(out, value.kind == PM_ARRAY ? '[' : '{');
			pm_val_walk(env, &value, &stack[depth++]);
		}
		else if (!write_scalar(env, &value, out))
			return false;
		/* close what is complete, then go on with the next element */
		while (ok && depth > 0)
		{
			PmIter	   *top = &stack[depth - 1];

			more = pm_val_next(env, top, &key, &value);
			if (more)
			{
				ok = (top->index == 1 || pm_buf_char(out, ',')) && new_line(out, indent, depth);
				if (ok && top->container.kind == PM_OBJECT)
				{
					if (!write_string(env, key.u.str, key.len, out))
						return false;
					ok = pm_buf_append(out, ": ", indent > 0 ? 2 : 1);
				}
				break;
			}
			depth--;
			ok = new_line(out, indent, depth) &&
				pm_buf_char(out, top->container.kind == PM_ARRAY ? ']' : '}');
		}
		if (!ok)
			return pm_env_too_long(env);
		if (depth == 0)
			return true;
	}
}

/* Anything but a container with elements. */
static bool
write_scalar(PmEnv *env, const PmValue *v, PmBuf *out)
{
	const char *text;
	uint32_t	len;

	if (v->kind == PM_STRING)
		return write_string(env, v->u.str, v->len, out);
	if (v->kind == PM_ARRAY || v->kind == PM_OBJECT)
	{
		text = v->kind == PM_ARRAY ? "[]" : "{}";
		len = 2;
	}
	else if (v->kind == PM_MISSING || v->kind == PM_NULL)
	{
		text = "null";
		len = 4;
	}
	else if (!pm_val_text(env, v, &text, &len))
		return false;
	return pm_buf_append(out, text, len) || pm_env_too_long(env);
}

/* A string or key, quoted. */
static bool
write_string(PmEnv *env, const char *text, size_t len, PmBuf *out)
{
	if (!pm_buf_char(out, '"'))
		return pm_env_too_long(env);
	if (!pm_escape(env, PM_ESCAPE_JSON, text, len, out))
		return false;
	return pm_buf_char(out, '"') || pm_env_too_long(env);
}

/* Only where the output is indented. */
static bool
new_line(PmBuf *out, uint32_t indent, uint32_t depth)
{
	if (indent == 0)
		return true;
	return pm_buf_char(out, '\n') && pm_buf_fill(out, ' ', (size_t) indent * depth);
}

/*
 * What a byte becomes; NULL where it stays.  buf has room for \u00XX.  An
 * empty replacement drops the byte: XML 1.0 forbids most control characters.
 */
static const char *
replacement(PmEscape mode, unsigned char ch, char *buf)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char *const to[] = {"\\\"", "\\\\", "\\b", "\\f", "\\n", "\\r", "\\t"};
	const char *at;

	if (mode == PM_ESCAPE_JSON)
	{
		if (ch >= 0x20 && ch != '"' && ch != '\\')
			return NULL;
		at = memchr(from, ch, sizeof(from) - 1);
		if (at != NULL)
			return to[at - from];
		memcpy(buf, "\\u00", 4);
		buf[4] = hex[ch >> 4];
		buf[5] = hex[ch & 15];
		buf[6] = '\0';
		return buf;
	}
	switch (ch)
	{
		case '&':
			return "&amp;";
		case '<':
			return "&lt;";
		case '>':
			return "&gt;";
		case '"':
			return "&quot;";
		case '\'':
			return mode == PM_ESCAPE_XML ? "&apos;" : "&#39;";
		default:
			break;
	}
	if (mode == PM_ESCAPE_XML && ch < 0x20 && ch != '\t' && ch != '\n' && ch != '\r')
		return "";
	return NULL;
}

/* U+FFFE and U+FFFF in UTF-8, which XML 1.0 forbids as well. */
static bool
is_noncharacter(const PmEnv *env, const char *p, size_t remaining)
{
	return env->host->char_len == NULL && remaining >= 3 &&
		(memcmp(p, "\xEF\xBF\xBE", 3) == 0 || memcmp(p, "\xEF\xBF\xBF", 3) == 0);
}

/*
 * Bytes that stay are copied in runs.  A run is ended after RUN_MAX bytes so that
 * the work is counted; that costs one comparison per byte and no copy.
 */
bool
pm_escape(PmEnv *env, PmEscape mode, const char *text, size_t len, PmBuf *out)
{
	size_t		done = 0;
	size_t		i = 0;

	while (i < len)
	{
		unsigned char ch = (unsigned char) text[i];
		char		buf[8];
		const char *with = NULL;
		size_t		skip = 1;

		if (mode != PM_ESCAPE_NONE && ch < 0x60)
			with = replacement(mode, ch, buf);
		else if (mode == PM_ESCAPE_XML && ch == 0xEF && is_noncharacter(env, text + i, len - i))
		{
			with = "";
			skip = 3;
		}
		if (with != NULL || i - done >= RUN_MAX)
		{
			if (!pm_buf_append(out, text + done, i - done) ||
				(with != NULL && !pm_buf_append(out, with, strlen(with))))
				return pm_env_too_long(env);
			if (!pm_env_work(env, i - done))
				return false;
			done = with != NULL ? i + skip : i;
		}
		i += skip;
	}
	return pm_buf_append(out, text + done, len - done) || pm_env_too_long(env);
}
