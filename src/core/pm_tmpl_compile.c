/*
 * pm_tmpl_compile.c
 *		From template text to a program: text runs, lines, entry points.
 *
 * One pass from left to right.  Text is written as an op before the tag behind
 * it is read; only then it is known whether the tag stands alone on its line
 * or trims, and the op's length is cut.  Offsets in ops are offsets in the
 * source, so text costs no copy.
 *
 * A tag with an error is skipped and the pass goes on, so that one call finds
 * many errors.
 */
#include "pm_msg.h"
#include "pm_tmpl_block.h"
#include "pm_tmpl_expr.h"
#include "pm_tmpl_lex.h"
#include "pm_tmpl_partial.h"
#include "pm_tmpl_tag.h"
#include "pm_utf8.h"

#define RAW_OPEN	"{{{{raw}}}}"
#define RAW_CLOSE	"{{{{/raw}}}}"
#define RAW_OPEN_LEN	11
#define RAW_CLOSE_LEN	12

/* The text op before a tag, to be cut when the tag is known. */
typedef struct TextRun
{
	uint32_t	op;				/* PM_NONE: there is no text */
	uint32_t	start;
	uint32_t	end;
} TextRun;

static bool begin(PmCompiler *c, const char *src, size_t len,
				  const PmCompileOptions *options, const PmArena *arena,
				  PmCompileResult *result);
static PmStatus finish(PmCompiler *c, uint32_t flags);
static void scan(PmCompiler *c);
static bool find_open(PmCompiler *c, uint32_t *at);
static bool find_delimiter(PmCompiler *c, uint32_t *at);
static bool escaped_open(PmCompiler *c, uint32_t at, uint32_t *dropped);
static bool raw_block(PmCompiler *c, uint32_t at);
static void one_tag(PmCompiler *c, uint32_t at, uint32_t dropped);
static void bad_tag(PmCompiler *c, uint32_t at, PmError *first);
static bool starts_line(PmCompiler *c, uint32_t at);
static void cut_lines(PmCompiler *c, TextRun *run);
static TextRun flush_text(PmCompiler *c, uint32_t end);
static void literal(PmCompiler *c, uint32_t off, uint32_t len, uint32_t start, uint32_t end);
static void order_diags(PmCompiler *c);

PmStatus
pm_tmpl_compile(const char *src, size_t len, const PmCompileOptions *options,
				const PmArena *arena, PmCompileResult *result)
{
	PmCompiler	c;
	uint32_t	flags = 0;

	if (!begin(&c, src, len, options, arena, result))
		return finish(&c, 0);
	if (options->format == PM_FORMAT_TEXT)
		flush_text(&c, c.len);
	else
		scan(&c);
	if (!c.stop)
		pm_block_check_closed(&c);
	/* in a value tag nothing else may print or call, not even text */
	if (c.value_tags == 1 && c.other_output == 0 && c.literal_bytes == 0 && c.blocks.n == 0)
		flags |= PM_PROG_VALUE;
	c.tag = PM_NONE;
	pm_build_op(&c, PM_OP_END, 0, 0);
	return finish(&c, flags);
}

/* The whole text is one tag whose end is the end of the text. */
PmStatus
pm_tmpl_compile_cond(const char *src, size_t len, const PmCompileOptions *options,
					 const PmArena *arena, PmCompileResult *result)
{
	PmCompiler	c;
	PmTag	   *tag;

	if (!begin(&c, src, len, options, arena, result))
		return finish(&c, 0);
	c.closer = PM_CLOSER_BARE;
	c.ref_kind = PM_VAR_IF;
	c.tag = 0;
	tag = pm_vec_add(&c, &c.tags);
	tag->end = tag->keep_end = c.len;
	if (pm_expr_compile(&c, PM_EXPR_COND, 0) && pm_lex_close(&c))
		pm_build_op(&c, PM_OP_OUT, 0, 0);
	pm_build_op(&c, PM_OP_END, 0, 0);
	return finish(&c, PM_PROG_COND);
}

/* False where the text cannot be compiled at all. */
static bool
begin(PmCompiler *c, const char *src, size_t len, const PmCompileOptions *options,
	  const PmArena *arena, PmCompileResult *result)
{
	uint32_t	max;
	size_t		bad;

	pm_build_init(c, src, 0, options, arena, result);
	max = c->limits.template_bytes;
	if (max > PM_MAX_TEMPLATE_BYTES)
		max = PM_MAX_TEMPLATE_BYTES;
	if (len > max)
	{
		pm_build_limit(c, "template_too_long", 0, "bytes in the template", max);
		return false;
	}
	c->len = (uint32_t) len;
	c->langfuse = options->format == PM_FORMAT_PROMPT ? pm_partial_find_langfuse(c, 0) : PM_NONE;
	if (options->utf8)
		bad = pm_utf8_check(src, len);
	else
	{
		const char *nul = len > 0 ? memchr(src, '\0', len) : NULL;

		bad = nul != NULL ? (size_t) (nul - src) : len;
	}
	if (bad < len)
	{
		pm_build_error(c, PM_ERR_SYNTAX, "bad_encoding", (uint32_t) bad,
					   src[bad] == '\0' ? "template contains a NUL byte"
					   : "template is not valid UTF-8");
		return false;
	}
	return true;
}

/* Makes the program, or places the errors. */
static PmStatus
finish(PmCompiler *c, uint32_t flags)
{
	PmCompileResult *result = c->result;

	if (c->nerrors == 0)
	{
		c->tag_failed = false;
		(void) pm_build_finish(c, flags);
	}
	if (result->ndiags > 0)
		order_diags(c);
	if (c->nerrors == 0)
		return PM_OK;
	for (int i = 0; i < result->ndiags; i++)
	{
		if (result->diags[i].severity == PM_SEV_ERROR)
			return result->diags[i].status;
	}
	return PM_ERR_SYNTAX;
}

/*
 * Backslashes and raw blocks come before tags: they decide whether a delimiter
 * is one.  Format mustache knows neither.
 */
static void
scan(PmCompiler *c)
{
	uint32_t	at = 0;
	uint32_t	dropped;

	while (!c->stop && find_open(c, &at))
	{
		/* a tag may cost a look at all that follows it */
		if (c->options.poll != NULL)
			c->options.poll(c->options.poll_ctx);
		dropped = 0;
		if (c->options.format == PM_FORMAT_PROMPT && at != c->langfuse)
		{
			if (at > c->text_start && c->src[at - 1] == '\\' &&
				escaped_open(c, at, &dropped))
				continue;
			if (c->open_len == 2 && pm_lex_looking_at(c, at, RAW_OPEN, RAW_OPEN_LEN) &&
				memcmp(c->open, "{{", 2) == 0)
			{
				if (raw_block(c, at))
					continue;
				break;
			}
		}
		one_tag(c, at, dropped);
	}
	if (!c->stop)
		flush_text(c, c->len);
}

/* The next opening delimiter, or tag of Langfuse's, at or behind c->pos. */
static bool
find_open(PmCompiler *c, uint32_t *at)
{
	bool		found = find_delimiter(c, at);

	if (c->langfuse != PM_NONE && c->langfuse < c->pos)
		c->langfuse = pm_partial_find_langfuse(c, c->pos);
	if (c->langfuse == PM_NONE || (found && *at < c->langfuse))
		return found;
	*at = c->langfuse;
	return true;
}

static bool
find_delimiter(PmCompiler *c, uint32_t *at)
{
	uint32_t	i = c->pos;

	while (i < c->len)
	{
		const char *hit = memchr(c->src + i, c->open[0], c->len - i);

		if (hit == NULL)
			return false;
		i = (uint32_t) (hit - c->src);
		if (pm_lex_looking_at(c, i, c->open, c->open_len))
		{
			*at = i;
			return true;
		}
		if (pm_lex_looking_at(c, i, "{%", 2) && !c->warned_jinja &&
			c->options.format == PM_FORMAT_PROMPT)
		{
			c->warned_jinja = true;
			pm_msg_str(pm_build_warning(c, "jinja_block", i,
										"this looks like a Jinja block")->hint,
					   "Format prompt writes {{#if x}} ... {{/if}}; {% is text here.");
		}
		i++;
	}
	return false;
}

/*
 * Backslashes before the delimiter.  An odd number makes it text: true, and
 * the text is written.  Of an even number half is dropped and the tag follows.
 */
static bool
escaped_open(PmCompiler *c, uint32_t at, uint32_t *dropped)
{
	uint32_t	n = 0;

	while (at - n > c->text_start && c->src[at - n - 1] == '\\')
		n++;
	*dropped = n / 2;
	if (n % 2 == 0)
	{
		flush_text(c, at - n / 2);
		c->text_start = at;
		return false;
	}
	flush_text(c, at - 1);
	literal(c, at, c->open_len, at - 1, at + c->open_len);
	return true;
}

/* {{{{raw}}}} ... {{{{/raw}}}}; false where it is not closed. */
static bool
raw_block(PmCompiler *c, uint32_t at)
{
	uint32_t	start = at + RAW_OPEN_LEN;
	uint32_t	end = start;

	for (;;)
	{
		const char *hit = memchr(c->src + end, '{', c->len - end);

		if (hit == NULL)
			break;
		end = (uint32_t) (hit - c->src);
		if (pm_lex_looking_at(c, end, RAW_CLOSE, RAW_CLOSE_LEN))
		{
			flush_text(c, at);
			literal(c, start, end - start, at, end + RAW_CLOSE_LEN);
			return true;
		}
		end++;
	}
	c->tag_failed = false;
	pm_build_error(c, PM_ERR_SYNTAX, "unclosed_raw", at, "raw block is not closed");
	c->pos = c->text_start = c->len;
	return false;
}

/* The tag at this offset, with the text before it. */
static void
one_tag(PmCompiler *c, uint32_t at, uint32_t dropped)
{
	TextRun		run = flush_text(c, at);
	uint32_t	text_end = run.end;
	uint32_t	depth = c->depth;
	int			ndiags = c->result->ndiags;
	int			nerrors = c->nerrors;
	PmMark		mark;
	PmTag	   *tag;

	pm_build_mark(c, &mark);
	c->tag = PM_NONE;
	if (starts_line(c, at))
		pm_build_op(c, PM_OP_LINE, 0, 0);
	c->pos = at;
	if (!pm_tag_compile(c))
	{
		PmError    *first = ndiags < PM_MAX_DIAGS ? &c->result->diags[ndiags] : &c->spare;

		if (!c->options.literal_bad_tags || c->hard_error || c->stop ||
			first->status == PM_ERR_LIMIT)
		{
			bad_tag(c, at, first);
			return;
		}
		c->result->ndiags = ndiags;
		c->nerrors = nerrors;
		pm_build_rollback(c, &mark);
		c->tags.n--;
		c->tag = PM_NONE;
		c->text_start = at;
		c->pos = at + c->open_len;
		return;
	}
	tag = (PmTag *) c->tags.data + c->tag;
	tag->keep = at - dropped;
	tag->end = tag->keep_end = c->pos;
	c->text_start = c->pos;
	if (c->src[at + tag->open_len] == '~' && c->options.format == PM_FORMAT_PROMPT)
	{
		while (run.end > run.start && pm_is_space(c->src[run.end - 1]))
			run.end--;
	}
	if (c->standalone_kind)
		cut_lines(c, &run);
	if (c->trim_right)
	{
		while (c->text_start < c->len && pm_is_space(c->src[c->text_start]))
			c->text_start++;
	}
	c->pos = c->text_start;
	if (run.op != PM_NONE)
		pm_build_op_at(c, run.op)->arg = run.end - run.start;
	c->literal_bytes -= text_end - run.end;
	if (c->depth < depth)
		pm_block_set_close(c);
}

/*
 * After an error: goes on behind the tag's end, or at the next tag if that
 * comes first.  Without either, what is wrong is that the tag was not closed.
 */
static void
bad_tag(PmCompiler *c, uint32_t at, PmError *first)
{
	uint32_t	i = at + c->open_len;

	/* nobody reads more than so many errors */
	c->stop = c->stop || c->result->ndiags >= PM_MAX_DIAGS;
	if (at == c->langfuse)
	{
		c->text_start = c->pos;
		return;
	}
	c->pos = c->text_start = c->len;
	for (; i < c->len; i++)
	{
		bool		close = pm_lex_looking_at(c, i, c->close, c->close_len);

		if (close || pm_lex_looking_at(c, i, c->open, c->open_len))
		{
			c->pos = c->text_start = i + (close ? c->close_len : 0);
			return;
		}
	}
	/* what of the open blocks the missing rest would close, nobody knows */
	c->depth = 0;
	if (first->status == PM_ERR_SYNTAX && strncmp(first->code, "unclosed", 8) != 0)
	{
		pm_error_init(first, PM_ERR_SYNTAX, "unclosed_tag", "tag is not closed");
		first->offset = at;
	}
}

/*
 * True where a line begins with a tag that prints nothing itself and does not
 * stand alone: in an indented partial the indentation is due before it.  The
 * tag's end is guessed; a string that contains the closing delimiter may cost
 * such a line its indentation.
 */
static bool
starts_line(PmCompiler *c, uint32_t at)
{
	uint32_t	i = at + c->open_len;

	if (at > 0 && c->src[at - 1] != '\n')
		return false;
	while (i < c->len && (pm_is_space(c->src[i]) || c->src[i] == '~'))
		i++;
	if (i >= c->len || (memchr("#^/!=>", c->src[i], 6) == NULL &&
						!pm_lex_looking_at(c, i, "else", 4)))
		return false;
	i = pm_lex_find_close(c, i, PM_LEAD_NONE);
	if (i == PM_NONE)
		return false;
	i += c->close_len;
	while (i < c->len && (c->src[i] == ' ' || c->src[i] == '\t'))
		i++;
	return i < c->len && c->src[i] != '\n' && !pm_lex_looking_at(c, i, "\r\n", 2);
}

/*
 * If nothing but blanks is beside the tag on its line, the line goes: the
 * blanks before it, and those behind it with the line's end.
 */
static void
cut_lines(PmCompiler *c, TextRun *run)
{
	PmTag	   *tag = (PmTag *) c->tags.data + c->tag;
	uint32_t	start = tag->start;
	uint32_t	end = tag->end;

	while (start > 0 && (c->src[start - 1] == ' ' || c->src[start - 1] == '\t'))
		start--;
	if (start > 0 && c->src[start - 1] != '\n')
		start = PM_NONE;
	while (end < c->len && (c->src[end] == ' ' || c->src[end] == '\t'))
		end++;
	if (start == PM_NONE ||
		(end < c->len && c->src[end] != '\n' && !pm_lex_looking_at(c, end, "\r\n", 2)))
		return;
	if (end < c->len)
		end += c->src[end] == '\n' ? 1 : 2;
	tag->keep = start;
	tag->keep_end = end;
	/* a closing tag may have written no op of its own */
	if (c->ops.n > 0 && pm_build_op_at(c, c->ops.n - 1)->code == PM_OP_CALL &&
		((uint32_t *) c->op_tags.data)[c->ops.n - 1] == c->tag)
		pm_partial_set_indent(c, start, tag->start - start);
	c->text_start = end;
	if (run->end > start)
		run->end = start > run->start ? start : run->start;
}

/* Writes the text before end as an op. */
static TextRun
flush_text(PmCompiler *c, uint32_t end)
{
	TextRun		run;

	run.op = PM_NONE;
	run.start = c->text_start;
	run.end = end;
	if (end > c->text_start)
	{
		c->tag = PM_NONE;
		run.op = pm_build_op(c, PM_OP_TEXT, c->text_start, end - c->text_start);
		c->literal_bytes += end - c->text_start;
	}
	c->text_start = end;
	return run;
}

/* Source bytes [off, off + len) printed in place of [start, end). */
static void
literal(PmCompiler *c, uint32_t off, uint32_t len, uint32_t start, uint32_t end)
{
	PmTag	   *tag = pm_vec_add(c, &c->tags);

	tag->keep = tag->start = start;
	tag->end = tag->keep_end = end;
	tag->open_len = (uint8_t) c->open_len;
	tag->close_len = (uint8_t) c->close_len;
	c->tag = c->tags.n - 1;
	pm_build_op(c, PM_OP_LITERAL, off, len);
	c->literal_bytes += len;
	c->pos = c->text_start = end;
}

/* Places findings and sorts them; there are at most PM_MAX_DIAGS. */
static void
order_diags(PmCompiler *c)
{
	PmError    *diags = c->result->diags;
	PmCharLen	char_len = c->options.utf8 ? NULL : c->options.char_len;

	for (int i = 0; i < c->result->ndiags; i++)
		pm_tmpl_position(c->src, c->len, diags[i].offset, char_len,
						 &diags[i].line, &diags[i].column);
	for (int i = 1; i < c->result->ndiags; i++)
	{
		for (int j = i; j > 0 && diags[j].offset < diags[j - 1].offset; j--)
		{
			PmError		swap = diags[j];

			diags[j] = diags[j - 1];
			diags[j - 1] = swap;
		}
	}
}
