/*
 * pm_tmpl_tag.c
 *		Compiling one tag.
 *
 * The first character behind the opening delimiter decides what a tag is.  In
 * format prompt a tag is read word by word, because strings in it may contain
 * the closing delimiter; in format mustache it simply ends at the next one.
 */
#include "pm_tmpl_tag.h"

#include "pm_filter.h"
#include "pm_msg.h"
#include "pm_tmpl_block.h"
#include "pm_tmpl_expr.h"
#include "pm_tmpl_lex.h"
#include "pm_tmpl_partial.h"

static bool prompt_tag(PmCompiler *c, uint32_t body);
static bool plain_tag(PmCompiler *c);
static bool comment(PmCompiler *c);
static bool delimiters(PmCompiler *c, uint32_t start, uint32_t end);
static bool output_tag(PmCompiler *c, bool raw);
static bool unclosed(PmCompiler *c, const char *code, const char *message);
static void bad_output(PmCompiler *c);
static bool check_size(PmCompiler *c);

static bool
empty_tag(PmCompiler *c)
{
	pm_build_error(c, PM_ERR_SYNTAX, "empty_tag", c->tag_start, "tag is empty");
	return false;
}

/* The entry in the table of tags comes first: ops refer to it by number. */
bool
pm_tag_compile(PmCompiler *c)
{
	PmTag	   *tag;
	uint32_t	start = c->pos;
	uint32_t	body = start + c->open_len;

	c->tag = c->tags.n;
	c->tag_start = start;
	c->closer = PM_CLOSER_NORMAL;
	c->tag_failed = false;
	c->hard_error = false;
	c->standalone_kind = false;
	c->trim_right = false;
	c->no_escape = false;
	c->is_value = false;
	c->ref_kind = PM_VAR_VAR;
	c->cond_block = PM_NONE;
	tag = pm_vec_add(c, &c->tags);
	tag->keep = start;
	tag->start = start;
	tag->open_len = (uint8_t) c->open_len;
	tag->close_len = (uint8_t) c->close_len;
	tag->custom = c->open_len != 2 || c->close_len != 2 ||
		memcmp(c->open, "{{", 2) != 0 || memcmp(c->close, "}}", 2) != 0;
	if (start == c->langfuse)
	{
		tag->open_len = tag->close_len = 0;
		tag->custom = false;
		return pm_partial_langfuse(c) && check_size(c);
	}
	c->pos = body;
	if (c->options.format == PM_FORMAT_MUSTACHE)
		return plain_tag(c);
	if (c->pos < c->len && c->src[c->pos] == '~')
		c->pos++;
	if (c->pos >= c->len)
	{
		pm_lex_unexpected(c);
		return false;
	}
	return prompt_tag(c, c->pos);
}

/* The sigils of format prompt; body is where the tag's text begins. */
static bool
prompt_tag(PmCompiler *c, uint32_t body)
{
	uint32_t	depth = c->depth;
	uint32_t	end;
	bool		ok;

	if (c->src[c->pos] == '{')
	{
		c->closer = PM_CLOSER_TRIPLE;
		c->pos++;
		return output_tag(c, true) && check_size(c);
	}
	if (c->src[c->pos] != '!' || c->pos > body)
		pm_lex_space(c);
	if (c->pos >= c->len)
	{
		pm_lex_unexpected(c);
		return false;
	}
	c->pos++;
	switch (c->src[c->pos - 1])
	{
		case '!':
			return comment(c);
		case '=':
			c->standalone_kind = true;
			end = pm_lex_find_close(c, c->pos, PM_LEAD_EQUALS);
			if (end == PM_NONE)
				return unclosed(c, "unclosed_tag", "tag is not closed");
			return delimiters(c, c->pos, end);
		case '&':
			return output_tag(c, true) && check_size(c);
		case '>':
			return pm_partial_compile(c) && check_size(c);
		case '/':
			return pm_block_close(c);
		case '#':
		case '^':
			body = c->pos;
			pm_lex_space(c);
			if (c->src[body - 1] == '^' && pm_lex_at_close(c, &end))
				return pm_block_else(c);
			ok = c->src[body - 1] == '#' ? pm_block_open(c) : pm_block_inverted(c);
			if (!ok && c->depth == depth && !c->options.literal_bad_tags)
				pm_block_recover(c, body);
			return ok && check_size(c);
		default:
			c->pos--;
			break;
	}
	if (pm_lex_is_word(c, "else"))
	{
		c->pos += 4;
		return pm_block_else(c) && check_size(c);
	}
	return output_tag(c, false) && check_size(c);
}

/* Any tag of format mustache. */
static bool
plain_tag(PmCompiler *c)
{
	uint32_t	off;
	uint32_t	end;
	uint32_t	path;
	bool		raw = false;
	char		sigil;

	if (c->pos < c->len && c->src[c->pos] == '{')
	{
		c->closer = PM_CLOSER_TRIPLE;
		raw = true;
	}
	else
		pm_lex_space(c);
	sigil = c->pos < c->len ? c->src[c->pos] : '\0';
	if (sigil != '\0' && memchr("{!=&#^/>", sigil, 8) != NULL &&
		!pm_lex_looking_at(c, c->pos, c->close, c->close_len))
		c->pos++;
	else
		sigil = '\0';
	if (sigil == '!')
		return comment(c);
	c->standalone_kind = sigil == '=';
	end = pm_lex_find_close(c, c->pos, sigil == '=' ? PM_LEAD_EQUALS
							: raw ? PM_LEAD_BRACE : PM_LEAD_NONE);
	if (end == PM_NONE)
		return unclosed(c, "unclosed_tag", "tag is not closed");
	if (sigil == '=')
		return delimiters(c, c->pos, end);
	pm_lex_space(c);
	off = c->pos;
	c->pos = end + c->close_len + (raw ? 1 : 0);
	while (end > off && pm_is_space(c->src[end - 1]))
		end--;
	if (end <= off)
		return empty_tag(c);
	if (!check_size(c))
		return false;
	switch (sigil)
	{
		case '#':
		case '^':
			return pm_block_plain_open(c, sigil == '^', off, end - off);
		case '/':
			return pm_block_plain_close(c, off, end - off);
		case '>':
			return pm_partial_plain(c, off, end - off);
		default:
			break;
	}
	if (!pm_lex_plain_path(c, off, end - off, &path))
		return false;
	raw = raw || sigil == '&';
	c->ref_kind = raw ? PM_VAR_RAW : PM_VAR_VAR;
	pm_expr_add_ref(c, path);
	pm_build_op(c, PM_OP_VAR, raw ? PM_ESCAPE_NONE : c->options.escape, path);
	return true;
}

/*
 * Behind the "!".  A comment that begins with "--" goes to the next "--" before
 * a closing delimiter, if there is one.
 */
static bool
comment(PmCompiler *c)
{
	uint32_t	start = c->pos;
	uint32_t	end;

	c->standalone_kind = true;
	if (c->options.format == PM_FORMAT_PROMPT && pm_lex_looking_at(c, start, "--", 2))
	{
		end = pm_lex_find_close(c, start + 2, PM_LEAD_DASHES);
		if (end != PM_NONE)
		{
			c->trim_right = c->src[end + 2] == '~' &&
				!pm_lex_looking_at(c, end + 2, c->close, c->close_len);
			c->pos = end + 2 + (c->trim_right ? 1 : 0) + c->close_len;
			return true;
		}
	}
	end = pm_lex_find_close(c, start, PM_LEAD_NONE);
	if (end == PM_NONE)
		return unclosed(c, "unclosed_comment", "comment is not closed");
	c->trim_right = c->options.format == PM_FORMAT_PROMPT && end > start &&
		c->src[end - 1] == '~';
	c->pos = end + c->close_len;
	return true;
}

static bool
unclosed(PmCompiler *c, const char *code, const char *message)
{
	pm_build_error(c, PM_ERR_SYNTAX, code, c->tag_start, message);
	return false;
}

/* Two delimiters in src[start, end), then "=" and the closing delimiter. */
static bool
delimiters(PmCompiler *c, uint32_t start, uint32_t end)
{
	uint32_t	part[2];
	uint32_t	len[2];
	uint32_t	at = start;
	bool		ok = true;

	for (int i = 0; i < 2; i++)
	{
		while (at < end && pm_is_space(c->src[at]))
			at++;
		part[i] = at;
		while (at < end && !pm_is_space(c->src[at]))
			at++;
		len[i] = at - part[i];
		ok = ok && len[i] >= 1 && len[i] <= 8 &&
			memchr(c->src + part[i], '=', len[i]) == NULL;
	}
	while (at < end && pm_is_space(c->src[at]))
		at++;
	if (!ok || at < end)
	{
		pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "bad_delimiters", c->tag_start,
								  "invalid delimiters")->hint,
				   "Write two words of 1 to 8 bytes without =, such as {{=<% %>=}}.");
		return false;
	}
	c->pos = end + 1 + c->close_len;
	c->open = c->src + part[0];
	c->open_len = len[0];
	c->close = c->src + part[1];
	c->close_len = len[1];
	memset(c->searches, 0, sizeof(c->searches));
	return true;
}

/* An expression that is printed. */
static bool
output_tag(PmCompiler *c, bool raw)
{
	uint32_t	first = c->ops.n;
	uint32_t	close;
	uint32_t	escape;
	PmOp	   *op;

	c->ref_kind = raw ? PM_VAR_RAW : PM_VAR_VAR;
	pm_lex_space(c);
	if (pm_lex_at_close(c, &close))
		return empty_tag(c);
	if (!pm_expr_compile(c, PM_EXPR_PLAIN, 0))
		return false;
	pm_lex_space(c);
	if (!pm_lex_at_close(c, &close))
	{
		bad_output(c);
		return false;
	}
	escape = raw || c->no_escape ? PM_ESCAPE_NONE : c->options.escape;
	op = pm_build_op_at(c, first);
	if (c->ops.n == first + 1 && op->code == PM_OP_PATH)
	{
		op->code = PM_OP_VAR;
		op->imm = escape;
	}
	else
		pm_build_op(c, PM_OP_OUT, escape, 0);
	if (c->is_value)
		c->value_tags++;
	else
		c->other_output++;
	return pm_lex_close(c);
}

/* What cannot follow an expression, with the hints people need. */
static void
bad_output(PmCompiler *c)
{
	PmError    *error;
	uint32_t	at = c->tag_start + c->open_len;

	if (c->pos < c->len && c->src[c->pos] == ':' &&
		(c->src[at] == '"' || c->src[at] == '\''))
	{
		error = pm_build_error(c, PM_ERR_SYNTAX, "doubled_braces", c->pos,
							   "unexpected \":\"");
		pm_msg_str(error->hint, "This looks like the doubled braces of an f-string; "
				   "convert the template or write \\{{.");
		return;
	}
	if (c->closer == PM_CLOSER_TRIPLE &&
		pm_lex_find_close(c, c->pos, PM_LEAD_BRACE) == PM_NONE)
	{
		unclosed(c, "unclosed_triple", "triple tag is not closed");
		return;
	}
	error = pm_lex_unexpected(c);
	if (c->pos < c->len && memchr("=<>!", c->src[c->pos], 4) != NULL)
		pm_msg_str(error->hint, "Put a comparison in parentheses, or use #if.");
}

/* Comments and delimiters may be longer: they cost nothing at run time. */
static bool
check_size(PmCompiler *c)
{
	if (c->pos - c->tag_start <= c->limits.tag_bytes)
		return true;
	pm_build_limit(c, "tag_too_long", c->tag_start, "bytes in a tag", c->limits.tag_bytes);
	return false;
}
