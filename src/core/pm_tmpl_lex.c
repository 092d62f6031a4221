/*
 * pm_tmpl_lex.c
 *		Words of the tag language: paths, numbers, strings.
 *
 * The closing delimiter may be any bytes, "|" and "]" among them, so every loop
 * asks first whether the tag ends here.  A path that fails leaves entries in
 * the tables behind; a failed compilation has no program, and a tag that turns
 * into text is rolled back.
 */
#include "pm_tmpl_lex.h"

#include "pm_msg.h"
#include "pm_utf8.h"

static bool add_name(PmCompiler *c, PmPath *path, uint32_t off, uint32_t len);
static bool lex_segments(PmCompiler *c, PmPath *path);
static bool lex_loop_data(PmCompiler *c, PmPath *path);
static bool lex_ups(PmCompiler *c, PmPath *path);
static bool lex_escape(PmCompiler *c);
static bool empty_segment(PmCompiler *c, uint32_t at);
static void add_byte(PmCompiler *c, char ch);

void
pm_lex_space(PmCompiler *c)
{
	while (c->pos < c->len && pm_is_space(c->src[c->pos]))
		c->pos++;
}

/* A bare condition has no delimiter; a triple tag needs its third brace. */
bool
pm_lex_at_close(const PmCompiler *c, uint32_t *n)
{
	uint32_t	at = c->pos;
	char		lead = c->closer == PM_CLOSER_TRIPLE ? '}' : '~';

	if (c->closer == PM_CLOSER_BARE)
	{
		*n = 0;
		return at >= c->len;
	}
	if (at >= c->len)
		return false;
	if (c->closer == PM_CLOSER_NORMAL && pm_lex_looking_at(c, at, c->close, c->close_len))
	{
		*n = c->close_len;
		return true;
	}
	if (c->src[at] != lead || !pm_lex_looking_at(c, at + 1, c->close, c->close_len))
		return false;
	*n = c->close_len + 1;
	return true;
}

uint32_t
pm_lex_find_close(PmCompiler *c, uint32_t at, PmLead lead)
{
	static const char *const leads[] = {"", "=", "}", "--"};
	PmSearch   *search = &c->searches[lead];
	uint32_t	n = (uint32_t) strlen(leads[lead]);
	char		first = n > 0 ? leads[lead][0] : c->close[0];

	if (search->valid && search->from <= at && (search->at == PM_NONE || at <= search->at))
		return search->at;
	search->valid = true;
	search->from = at;
	search->at = PM_NONE;
	while (at < c->len)
	{
		const char *hit = memchr(c->src + at, first, c->len - at);
		uint32_t	end;

		if (hit == NULL)
			break;
		at = (uint32_t) (hit - c->src);
		end = at + n;
		/* a long comment may end with ~ */
		if (lead == PM_LEAD_DASHES && end < c->len && c->src[end] == '~')
			end++;
		if (end <= c->len && pm_lex_looking_at(c, at, leads[lead], n) &&
			pm_lex_looking_at(c, end, c->close, c->close_len))
		{
			search->at = at;
			break;
		}
		at++;
	}
	return search->at;
}

bool
pm_lex_close(PmCompiler *c)
{
	uint32_t	n;

	pm_lex_space(c);
	if (!pm_lex_at_close(c, &n))
	{
		pm_lex_unexpected(c);
		return false;
	}
	c->trim_right = c->closer == PM_CLOSER_NORMAL && n > c->close_len;
	c->pos += n;
	return true;
}

/* Bytes from 0x80 on are letters of some script. */
bool
pm_lex_segchar(const PmCompiler *c, uint32_t at)
{
	static const char excluded[] = "./|()=<>!:,\"'{}&[]~";
	char		ch;

	if (at >= c->len)
		return false;
	ch = c->src[at];
	if (ch == c->close[0] && c->closer != PM_CLOSER_BARE &&
		pm_lex_looking_at(c, at, c->close, c->close_len))
		return false;
	return !pm_is_space(ch) && memchr(excluded, ch, sizeof(excluded)) == NULL;
}

uint32_t
pm_lex_word(const PmCompiler *c, uint32_t at)
{
	uint32_t	start = at;

	while (pm_lex_segchar(c, at))
		at++;
	return at - start;
}

bool
pm_lex_is_word(const PmCompiler *c, const char *word)
{
	uint32_t	n = pm_lex_word(c, c->pos);

	return n == strlen(word) && memcmp(c->src + c->pos, word, n) == 0;
}

/* The path's entry comes first; its segments follow in their table in order. */
bool
pm_lex_path(PmCompiler *c, uint32_t *path)
{
	uint32_t	start = c->pos;
	uint32_t	n = c->paths.n;
	PmPath	   *p = pm_vec_add(c, &c->paths);

	*path = n;
	p->off = start;
	p->first_seg = c->segs.n;
	if (c->src[start] == '@')
	{
		if (!lex_loop_data(c, p))
			return false;
	}
	else if (!lex_ups(c, p))
		return false;
	else if (c->pos < c->len && c->src[c->pos] == '.')
	{
		p->base = PM_BASE_THIS;
		c->pos++;
		if (pm_lex_segchar(c, c->pos) || (c->pos < c->len && c->src[c->pos] == '.'))
			return empty_segment(c, start);
	}
	else if (pm_lex_is_word(c, "this"))
	{
		p->base = PM_BASE_THIS;
		c->pos += 4;
		if (c->pos < c->len && c->src[c->pos] == '.')
		{
			c->pos++;
			if (!lex_segments(c, p))
				return false;
		}
	}
	else if (!lex_segments(c, p))
		return false;
	p->len = c->pos - start;
	return true;
}

/* Any characters but dots, as Mustache has it: "user name" is one segment. */
bool
pm_lex_plain_path(PmCompiler *c, uint32_t off, uint32_t len, uint32_t *path)
{
	PmPath	   *p;
	uint32_t	start = off;

	*path = c->paths.n;
	p = pm_vec_add(c, &c->paths);
	p->off = off;
	p->len = len;
	p->first_seg = c->segs.n;
	if (len == 1 && c->src[off] == '.')
	{
		p->base = PM_BASE_THIS;
		return true;
	}
	for (uint32_t i = off; i <= off + len; i++)
	{
		if (i < off + len && c->src[i] != '.')
			continue;
		if (i == start)
			return empty_segment(c, i);
		if (!add_name(c, p, start, i - start))
			return false;
		start = i + 1;
	}
	return true;
}

/* The text is kept as written; 007 is no number but a name. */
bool
pm_lex_number(PmCompiler *c, uint32_t *off, uint32_t *len)
{
	const char *s = c->src;
	uint32_t	at = c->pos;
	uint32_t	digits;

	if (at < c->len && s[at] == '-')
		at++;
	digits = at;
	while (at < c->len && s[at] >= '0' && s[at] <= '9')
		at++;
	if (at == digits || (s[digits] == '0' && at - digits > 1))
		return false;
	if (at + 1 < c->len && s[at] == '.' && s[at + 1] >= '0' && s[at + 1] <= '9')
	{
		at++;
		while (at < c->len && s[at] >= '0' && s[at] <= '9')
			at++;
	}
	/* "2nd", "1.2.3" and "10.x" are paths */
	if (pm_lex_segchar(c, at) ||
		(at < c->len && s[at] == '.' && pm_lex_segchar(c, at + 1)))
		return false;
	*off = c->pos;
	*len = at - c->pos;
	c->pos = at;
	return true;
}

/* Without escapes the string is a part of the source. */
bool
pm_lex_string(PmCompiler *c, uint32_t *off, uint32_t *len)
{
	char		quote = c->src[c->pos];
	uint32_t	start = ++c->pos;
	uint32_t	pool = c->bytes.n;

	while (c->pos < c->len && c->src[c->pos] != quote && c->src[c->pos] != '\\')
		c->pos++;
	if (c->pos < c->len && c->src[c->pos] == quote)
	{
		*off = start;
		*len = c->pos++ - start;
		return true;
	}
	/* it has escapes: decode it into the pool */
	for (uint32_t i = start; i < c->pos; i++)
		add_byte(c, c->src[i]);
	while (c->pos < c->len && c->src[c->pos] != quote)
	{
		if (c->src[c->pos] != '\\')
			add_byte(c, c->src[c->pos++]);
		else if (!lex_escape(c))
			return false;
	}
	if (c->pos >= c->len)
	{
		pm_build_error(c, PM_ERR_SYNTAX, "unclosed_string", start - 1,
					   "string is not closed");
		return false;
	}
	c->pos++;
	*off = c->len + pool;
	*len = c->bytes.n - pool;
	return true;
}

/*
 * A tag that runs into another tag, or into the end, was not closed: that is the
 * better message than the character found there.
 */
PmError *
pm_lex_unexpected(PmCompiler *c)
{
	PmError    *error;
	uint32_t	n;

	if (c->pos >= c->len)
	{
		if (c->closer == PM_CLOSER_BARE)
			return pm_build_error(c, PM_ERR_SYNTAX, "unexpected_end", c->pos,
								  "condition is not complete");
		return pm_build_error(c, PM_ERR_SYNTAX, "unclosed_tag", c->tag_start,
							  "tag is not closed");
	}
	/* a tag inside a tag: the first one was never closed */
	if (c->closer != PM_CLOSER_BARE && pm_lex_looking_at(c, c->pos, c->open, c->open_len))
		return pm_build_error(c, PM_ERR_SYNTAX, "unclosed_tag", c->tag_start,
							  "tag is not closed");
	if (pm_lex_at_close(c, &n))
		return pm_build_error(c, PM_ERR_SYNTAX, "unexpected_end", c->pos,
							  c->closer == PM_CLOSER_BARE ? "condition is not complete"
							  : "tag ends too early");
	n = pm_lex_word(c, c->pos);
	error = pm_build_error(c, PM_ERR_SYNTAX, "unexpected_token", c->pos, "unexpected ");
	if (n == 0)
		n = pm_char_len(c->options.utf8 ? NULL : c->options.char_len,
						c->src + c->pos, c->len - c->pos);
	pm_msg_quoted(error->message, c->src + c->pos, n);
	return error;
}

/* One segment more; false where the path has too many. */
static bool
add_name(PmCompiler *c, PmPath *path, uint32_t off, uint32_t len)
{
	if (path->nsegs >= c->limits.path_segments)
	{
		pm_build_limit(c, "path_too_long", path->off, "path segments",
					   c->limits.path_segments);
		return false;
	}
	pm_build_seg(c, off, len);
	path->nsegs++;
	return true;
}

/* name, [any name] and so on, dots between them. */
static bool
lex_segments(PmCompiler *c, PmPath *path)
{
	for (;;)
	{
		uint32_t	start = c->pos;
		uint32_t	n;

		if (c->pos < c->len && c->src[c->pos] == '[')
		{
			uint32_t	room = c->len - start < c->limits.tag_bytes
				? c->len - start : c->limits.tag_bytes;
			const char *end = memchr(c->src + start, ']', room);

			if (end == NULL)
			{
				pm_build_error(c, PM_ERR_SYNTAX, "unclosed_bracket", start,
							   "bracketed name is not closed");
				return false;
			}
			start++;
			n = (uint32_t) (end - c->src) - start;
			c->pos = start + n + 1;
		}
		else
		{
			n = pm_lex_word(c, start);
			c->pos += n;
		}
		if (n == 0)
			return empty_segment(c, start);
		if (!add_name(c, path, start, n))
			return false;
		if (c->pos >= c->len || c->src[c->pos] != '.')
			return true;
		c->pos++;
	}
}

/* "@" {"../"} name, where only root may go on with segments. */
static bool
lex_loop_data(PmCompiler *c, PmPath *path)
{
	static const char *const names[] = {"root", "index", "index1", "first",
	"last", "length", "key"};
	uint32_t	start = c->pos++;

	if (!lex_ups(c, path))
		return false;
	for (uint8_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (!pm_lex_is_word(c, names[i]))
			continue;
		path->base = (uint8_t) (PM_BASE_ROOT + i);
		c->pos += (uint32_t) strlen(names[i]);
		if (path->base != PM_BASE_ROOT || c->pos >= c->len || c->src[c->pos] != '.')
			return true;
		c->pos++;
		return lex_segments(c, path);
	}
	pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "unknown_loop_data", start,
							  "unknown loop variable")->hint,
			   "They are @index, @index1, @first, @last, @length, @key and @root.");
	return false;
}

/* Each "../" leaves one context, or for loop data one loop. */
static bool
lex_ups(PmCompiler *c, PmPath *path)
{
	while (pm_lex_looking_at(c, c->pos, "../", 3))
	{
		if (path->up >= c->limits.path_segments)
		{
			pm_build_limit(c, "path_too_long", path->off, "path segments",
						   c->limits.path_segments);
			return false;
		}
		path->up++;
		c->pos += 3;
	}
	return true;
}

static bool
empty_segment(PmCompiler *c, uint32_t at)
{
	pm_build_error(c, PM_ERR_SYNTAX, "empty_segment", at, "path segment is empty");
	return false;
}

static void
add_byte(PmCompiler *c, char ch)
{
	*(char *) pm_vec_add(c, &c->bytes) = ch;
}

/* Four hexadecimal digits at offset at; PM_NONE where they are not. */
static uint32_t
hex4(const PmCompiler *c, uint32_t at)
{
	uint32_t	value = 0;

	if (c->len - at < 4)
		return PM_NONE;
	for (uint32_t i = at; i < at + 4; i++)
	{
		char		lower = (char) (c->src[i] | 0x20);

		if (c->src[i] >= '0' && c->src[i] <= '9')
			value = value * 16 + (uint32_t) (c->src[i] - '0');
		else if (lower >= 'a' && lower <= 'f')
			value = value * 16 + (uint32_t) (lower - 'a' + 10);
		else
			return PM_NONE;
	}
	return value;
}

/* A code point behind \u, surrogate pairs joined; PM_NONE where it is none. */
static uint32_t
lex_code_point(PmCompiler *c)
{
	uint32_t	cp = hex4(c, c->pos + 2);
	uint32_t	low;

	if (cp == PM_NONE || cp == 0 || (cp >= 0x80 && !c->options.utf8))
		return PM_NONE;
	c->pos += 6;
	if (cp < 0xD800 || cp > 0xDFFF)
		return cp;
	if (cp > 0xDBFF || !pm_lex_looking_at(c, c->pos, "\\u", 2))
		return PM_NONE;
	low = hex4(c, c->pos + 2);
	if (low < 0xDC00 || low > 0xDFFF)
		return PM_NONE;
	c->pos += 6;
	return 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
}

/* NUL cannot be written, and beyond ASCII only where the text is UTF-8. */
static bool
lex_escape(PmCompiler *c)
{
	uint32_t	start = c->pos;
	char		ch = start + 1 < c->len ? c->src[start + 1] : '\0';
	char		utf8[4];
	uint32_t	cp;
	uint32_t	n;

	if (ch == '"' || ch == '\'' || ch == '\\' || ch == 'n' || ch == 't')
	{
		add_byte(c, ch == 'n' ? '\n' : ch == 't' ? '\t' : ch);
		c->pos += 2;
		return true;
	}
	if (ch == 'u' && start + 2 <= c->len)
	{
		cp = lex_code_point(c);
		if (cp != PM_NONE)
		{
			n = pm_utf8_encode(cp, utf8);
			for (uint32_t i = 0; i < n; i++)
				add_byte(c, utf8[i]);
			return true;
		}
	}
	pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "bad_escape", start,
							  "invalid escape in string")->hint,
			   "Use \\\", \\', \\\\, \\n, \\t or \\uXXXX.");
	return false;
}
