/*
 * pm_tmpl_partial.c
 *		Compiling references to partials.
 *
 * A reference is an entry of its own table: name or path, selector, arguments,
 * indentation.  The values of the arguments are pushed before the call; a
 * dynamic name is a path that the call itself looks up.
 *
 * Format prompt reads Langfuse's own tag as well, so that prompts come over as
 * they are: the same reference, inline, and an error where it is malformed.
 */
#include "pm_tmpl_partial.h"

#include <string.h>

#include "pm_msg.h"
#include "pm_tmpl_expr.h"
#include "pm_tmpl_lex.h"

#define LANGFUSE_OPEN "@@@langfusePrompt:"
#define LANGFUSE_OPEN_LEN (sizeof(LANGFUSE_OPEN) - 1)
#define LANGFUSE_CLOSE "@@@"
#define LANGFUSE_CLOSE_LEN (sizeof(LANGFUSE_CLOSE) - 1)

static bool read_name(PmCompiler *c, uint32_t n);
static bool read_selector(PmCompiler *c, uint32_t n);
static bool read_arguments(PmCompiler *c, uint32_t n);
static bool bad_reference(PmCompiler *c, uint32_t at);
static uint32_t name_run(const PmCompiler *c, uint32_t at);
static bool langfuse_part(PmCompiler *c, const char *key, char end, uint32_t *off, uint32_t *len);
static uint32_t digits_at(const PmCompiler *c, uint32_t at);
static bool bad_langfuse(PmCompiler *c, uint32_t start);

static inline PmPartial *
partial_at(PmCompiler *c, uint32_t n)
{
	return (PmPartial *) c->partials.data + n;
}

/* Entries are found by number: the table may move while arguments are read. */
static uint32_t
new_partial(PmCompiler *c)
{
	PmPartial  *p = pm_vec_add(c, &c->partials);

	c->standalone_kind = true;
	p->path = PM_NONE;
	p->tag = c->tag;
	p->block = pm_build_enclosing(c);
	return c->partials.n - 1;
}

/* Arguments are compiled before the call op, so their values are on the stack. */
bool
pm_partial_compile(PmCompiler *c)
{
	uint32_t	n = new_partial(c);
	uint32_t	close;

	pm_lex_space(c);
	if (c->pos < c->len && pm_lex_at_close(c, &close))
		return bad_reference(c, c->tag_start);
	if (!read_name(c, n) || !read_selector(c, n) || !read_arguments(c, n))
		return false;
	pm_build_op(c, PM_OP_CALL, 0, n);
	c->other_output++;
	return pm_lex_close(c);
}

/* Everything up to the closing delimiter is the name. */
bool
pm_partial_plain(PmCompiler *c, uint32_t off, uint32_t len)
{
	uint32_t	n = new_partial(c);
	PmPartial  *p = partial_at(c, n);
	uint32_t	path;

	p->off = off;
	p->len = len;
	if (c->options.dynamic_names && c->src[off] == '*')
	{
		do
		{
			off++;
			len--;
		} while (len > 0 && pm_is_space(c->src[off]));
		if (len == 0)
			return bad_reference(c, c->tag_start);
		if (!pm_lex_plain_path(c, off, len, &path))
			return false;
		pm_expr_add_ref(c, path);
		partial_at(c, n)->path = path;
	}
	pm_build_op(c, PM_OP_CALL, 0, n);
	return true;
}

uint32_t
pm_partial_find_langfuse(const PmCompiler *c, uint32_t from)
{
	while (from < c->len)
	{
		const char *hit = memchr(c->src + from, '@', c->len - from);

		if (hit == NULL)
			break;
		from = (uint32_t) (hit - c->src);
		if (pm_lex_looking_at(c, from, LANGFUSE_OPEN, LANGFUSE_OPEN_LEN))
			return from;
		from++;
	}
	return PM_NONE;
}

bool
pm_partial_langfuse(PmCompiler *c)
{
	uint32_t	n = new_partial(c);
	PmPartial  *p = partial_at(c, n);
	uint32_t	start = c->pos;

	c->standalone_kind = false;
	c->pos += LANGFUSE_OPEN_LEN;
	if (!langfuse_part(c, "name=", '|', &p->off, &p->len))
		return bad_langfuse(c, start);
	c->pos++;
	if (langfuse_part(c, "version=", '@', &p->sel_off, &p->sel_len) &&
		p->sel_len <= 9 && digits_at(c, p->sel_off) == p->sel_len)
		p->selector = PM_SELECT_VERSION;
	else if (langfuse_part(c, "label=", '@', &p->sel_off, &p->sel_len))
		p->selector = PM_SELECT_LABEL;
	else
		return bad_langfuse(c, start);
	if (!pm_lex_looking_at(c, c->pos, LANGFUSE_CLOSE, LANGFUSE_CLOSE_LEN))
		return bad_langfuse(c, start);
	c->pos += LANGFUSE_CLOSE_LEN;
	pm_build_op(c, PM_OP_CALL, 0, n);
	c->other_output++;
	return true;
}

/* The key, and what is behind it up to the end character, which must come. */
static bool
langfuse_part(PmCompiler *c, const char *key, char end, uint32_t *off, uint32_t *len)
{
	size_t		key_len = strlen(key);
	uint32_t	at = c->pos + (uint32_t) key_len;

	if (!pm_lex_looking_at(c, c->pos, key, key_len))
		return false;
	*off = at;
	while (at < c->len && c->src[at] != '|' && c->src[at] != '@' && c->src[at] != '\n')
		at++;
	*len = at - *off;
	if (at >= c->len || c->src[at] != end || *len == 0)
		return false;
	c->pos = at;
	return true;
}

static uint32_t
digits_at(const PmCompiler *c, uint32_t at)
{
	uint32_t	n = 0;

	while (at + n < c->len && c->src[at + n] >= '0' && c->src[at + n] <= '9')
		n++;
	return n;
}

static bool
bad_langfuse(PmCompiler *c, uint32_t start)
{
	pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "bad_langfuse_tag", start,
							  "invalid Langfuse prompt tag")->hint,
			   "Write @@@langfusePrompt:name=NAME|version=7@@@ or ...|label=LABEL@@@, or {{> NAME@LABEL}}.");
	/* what follows is read from behind its beginning */
	c->pos = start + LANGFUSE_OPEN_LEN;
	return false;
}

void
pm_partial_set_indent(PmCompiler *c, uint32_t off, uint32_t len)
{
	PmPartial  *p = partial_at(c, c->partials.n - 1);

	p->standalone = 1;
	p->indent_off = off;
	p->indent_len = len;
}

/* A name, a quoted name, or "*" and a path. */
static bool
read_name(PmCompiler *c, uint32_t n)
{
	uint32_t	start = c->pos;
	uint32_t	off = start;
	uint32_t	len;
	uint32_t	path;

	if (c->options.dynamic_names && c->pos < c->len && c->src[c->pos] == '*')
	{
		c->pos++;
		pm_lex_space(c);
		/* a name is looked up as Mustache does: "*b" may be part of it */
		len = name_run(c, c->pos);
		if (len == 0)
			return bad_reference(c, start);
		if (!pm_lex_plain_path(c, c->pos, len, &path))
			return false;
		pm_expr_add_ref(c, path);
		partial_at(c, n)->path = path;
		partial_at(c, n)->off = start;
		partial_at(c, n)->len = c->pos + len - start;
		c->pos += len;
		return true;
	}
	if (c->pos < c->len && (c->src[c->pos] == '"' || c->src[c->pos] == '\''))
	{
		if (!pm_lex_string(c, &off, &len))
			return false;
	}
	else
	{
		len = name_run(c, start);
		c->pos += len;
	}
	if (len == 0)
		return bad_reference(c, start);
	partial_at(c, n)->off = off;
	partial_at(c, n)->len = len;
	return true;
}

/* [ "@" digits or label ], with no space before or behind the "@" */
static bool
read_selector(PmCompiler *c, uint32_t n)
{
	PmPartial  *p = partial_at(c, n);
	uint32_t	digits = 0;
	uint32_t	start;
	uint32_t	len;

	if (c->pos >= c->len || c->src[c->pos] != '@')
		return true;
	start = ++c->pos;
	len = name_run(c, start);
	while (digits < len && c->src[start + digits] >= '0' && c->src[start + digits] <= '9')
		digits++;
	if (len == 0 || (digits == len && len > 9))
		return bad_reference(c, start);
	p->selector = digits == len ? PM_SELECT_VERSION : PM_SELECT_LABEL;
	p->sel_off = start;
	p->sel_len = len;
	c->pos += len;
	return true;
}

/* { name "=" primary } */
static bool
read_arguments(PmCompiler *c, uint32_t n)
{
	uint32_t	names[PM_MAX_ARGS][2];
	uint32_t	nargs = 0;
	uint32_t	close;

	for (;;)
	{
		uint32_t	len;

		pm_lex_space(c);
		if (c->pos >= c->len || pm_lex_at_close(c, &close))
			break;
		len = pm_lex_word(c, c->pos);
		if (len == 0 || !pm_is_space(c->src[c->pos - 1]))
		{
			pm_lex_unexpected(c);
			return false;
		}
		if (nargs == PM_MAX_ARGS)
		{
			pm_build_limit(c, "too_many_arguments", c->pos, "arguments of a partial",
						   PM_MAX_ARGS);
			return false;
		}
		names[nargs][0] = c->pos;
		names[nargs][1] = len;
		c->pos += len;
		pm_lex_space(c);
		if (c->pos >= c->len || c->src[c->pos] != '=')
			return bad_reference(c, names[nargs][0]);
		c->pos++;
		if (!pm_expr_compile(c, PM_EXPR_PRIMARY, nargs))
			return false;
		nargs++;
	}
	partial_at(c, n)->nargs = nargs;
	partial_at(c, n)->first_arg = c->segs.n;
	for (uint32_t i = 0; i < nargs; i++)
		pm_build_seg(c, names[i][0], names[i][1]);
	return true;
}

/* At the end of the text the tag was not closed, whatever else is wrong. */
static bool
bad_reference(PmCompiler *c, uint32_t at)
{
	if (c->pos >= c->len)
		pm_lex_unexpected(c);
	else
		pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "bad_partial", at,
								  "invalid partial reference")->hint,
				   "Write {{> name}}, {{> name@label}} or {{> name@7}}, then key=value.");
	return false;
}

/* Bytes of a partial's name or label: letters of any script, digits, _ - . / * */
static uint32_t
name_run(const PmCompiler *c, uint32_t at)
{
	uint32_t	start = at;

	while (at < c->len && !pm_lex_looking_at(c, at, c->close, c->close_len))
	{
		unsigned char ch = (unsigned char) c->src[at];
		unsigned char lower = ch | 0x20;

		if (ch < 0x80 && !(lower >= 'a' && lower <= 'z') && !(ch >= '0' && ch <= '9') &&
			memchr("_-./*", ch, 5) == NULL)
			break;
		at++;
	}
	return at - start;
}
