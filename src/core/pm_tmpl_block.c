/*
 * pm_tmpl_block.c
 *		Compiling blocks: sections, if, unless, each, with.
 *
 * Code of a block, where ENTER is IF, UNLESS, SECTION, EACH or WITH:
 *
 *		subject or condition
 *		ENTER else		jumps when the body is skipped
 *		body
 *		NEXT body		only of blocks that push a context
 *		JUMP end		only where an else part follows
 *	else:
 *		else part, or another condition with its ENTER
 *	end:
 *
 * Jumps to the end are not known until the closing tag: they form a list
 * through their arg.  An "else if" belongs to the block of its opener, so one
 * closing tag ends the whole chain.
 */
#include "pm_tmpl_block.h"

#include "pm_msg.h"
#include "pm_tmpl_expr.h"
#include "pm_tmpl_lex.h"

static const struct
{
	const char *word;
	PmVarKind	kind;
	PmOpCode	op;
	PmExprKind	expr;
}			keywords[] = {
	{"if", PM_VAR_IF, PM_OP_IF, PM_EXPR_COND},
	{"unless", PM_VAR_IF, PM_OP_UNLESS, PM_EXPR_COND},
	{"each", PM_VAR_EACH, PM_OP_EACH, PM_EXPR_SUBJECT},
	{"with", PM_VAR_WITH, PM_OP_WITH, PM_EXPR_PLAIN}
};

#define NKEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

static PmOpen *push_block(PmCompiler *c, PmVarKind kind);
static bool open_keyword(PmCompiler *c, size_t which, uint32_t off, uint32_t len);
static uint32_t subject_path(PmCompiler *c, uint32_t first_op);
static bool open_section(PmCompiler *c, bool inverted);
static bool read_binds(PmCompiler *c, PmOpen *open);
static void enter(PmCompiler *c, PmOpen *open, PmOpCode op);
static void finish_body(PmCompiler *c, PmOpen *open, bool more);
static void close_top(PmCompiler *c);
static bool mismatch(PmCompiler *c, uint32_t off, uint32_t len);
static size_t keyword_ahead(PmCompiler *c);

/*
 * A keyword counts as one only with something behind it: {{#if}} alone is a
 * section over a variable named "if", as it is in Mustache.
 */
bool
pm_block_open(PmCompiler *c)
{
	uint32_t	start;
	uint32_t	len;
	uint32_t	close;
	size_t		which;

	c->standalone_kind = true;
	pm_lex_space(c);
	start = c->pos;
	which = keyword_ahead(c);
	if (which < NKEYWORDS)
	{
		len = (uint32_t) strlen(keywords[which].word);
		c->pos += len;
		return open_keyword(c, which, start, len);
	}
	len = pm_lex_word(c, start);
	if (!open_section(c, false))
		return false;
	pm_lex_space(c);
	if (len > 0 && c->pos > start + len && !pm_lex_at_close(c, &close) &&
		(pm_lex_segchar(c, c->pos) || (c->pos < c->len && c->src[c->pos] == '"')))
	{
		PmError    *error = pm_build_error(c, PM_ERR_SYNTAX, "unknown_block", start,
										   "unknown block ");

		pm_msg_quoted(error->message, c->src + start, len);
		pm_msg_str(error->hint, "Blocks are #if, #unless, #each and #with; a section "
				   "is # and a path alone.");
		return false;
	}
	if (c->pos < c->len && c->src[c->pos] == '|' && !pm_lex_at_close(c, &close))
	{
		pm_msg_str(pm_lex_unexpected(c)->hint,
				   "A section is a path alone; use #each for a path with filters.");
		return false;
	}
	return pm_lex_close(c);
}

bool
pm_block_inverted(PmCompiler *c)
{
	c->standalone_kind = true;
	return open_section(c, true) && pm_lex_close(c);
}

/* Behind "else" or "^": the end of the tag, or another condition. */
bool
pm_block_else(PmCompiler *c)
{
	PmOpen	   *open;
	uint32_t	close;

	c->standalone_kind = true;
	if (c->depth == 0)
	{
		pm_build_error(c, PM_ERR_SYNTAX, "else_outside_block", c->tag_start,
					   "else outside a block");
		return false;
	}
	open = &c->open_blocks[c->depth - 1];
	if (open->seen_else)
	{
		c->hard_error = true;
		pm_build_error(c, PM_ERR_SYNTAX, "second_else", c->tag_start,
					   "block has an else already");
		return false;
	}
	/* from here on the open block has changed */
	c->hard_error = true;
	finish_body(c, open, true);
	open->in_else = 1;
	pm_lex_space(c);
	if (pm_lex_at_close(c, &close))
	{
		open->seen_else = 1;
		return pm_lex_close(c);
	}
	if (!pm_lex_is_word(c, "if"))
	{
		pm_lex_unexpected(c);
		return false;
	}
	c->pos += 2;
	c->ref_kind = PM_VAR_IF;
	c->cond_block = open->block;
	if (!pm_expr_compile(c, PM_EXPR_COND, 0) || !pm_lex_close(c))
		return false;
	open->enter_op = pm_build_op(c, PM_OP_IF, open->block, PM_NONE);
	return true;
}

bool
pm_block_close(PmCompiler *c)
{
	uint32_t	start;
	uint32_t	len;
	uint32_t	close;
	uint32_t	limit;

	c->standalone_kind = true;
	pm_lex_space(c);
	start = c->pos;
	/* the name may be any path: it is compared as it is written */
	limit = c->len - start > c->limits.tag_bytes ? start + c->limits.tag_bytes : c->len;
	while (c->pos < limit && !pm_lex_at_close(c, &close) && !pm_is_space(c->src[c->pos]))
	{
		const char *end = c->src[c->pos] != '[' ? NULL
			: memchr(c->src + c->pos, ']', limit - c->pos);

		c->pos = end != NULL ? (uint32_t) (end - c->src) : c->pos;
		c->pos++;
	}
	len = c->pos - start;
	if (len == 0)
	{
		pm_lex_unexpected(c);
		return false;
	}
	return pm_lex_close(c) && pm_block_plain_close(c, start, len);
}

bool
pm_block_plain_open(PmCompiler *c, bool inverted, uint32_t off, uint32_t len)
{
	PmOpen	   *open;
	uint32_t	path;

	c->standalone_kind = true;
	if (!pm_lex_plain_path(c, off, len, &path))
		return false;
	c->ref_kind = inverted ? PM_VAR_INVERTED : PM_VAR_SECTION;
	c->cond_block = c->blocks.n;
	pm_expr_add_ref(c, path);
	pm_build_op(c, PM_OP_PATH, 0, path);
	open = push_block(c, inverted ? PM_VAR_INVERTED : PM_VAR_SECTION);
	if (open == NULL)
		return false;
	open->is_section = 1;
	open->name_off = off;
	open->name_len = len;
	((PmBlock *) c->blocks.data)[open->block].path = path;
	enter(c, open, inverted ? PM_OP_UNLESS : PM_OP_SECTION);
	return true;
}

/* The name is compared as written: {{/a.b}} closes {{#a.b}} and nothing else. */
bool
pm_block_plain_close(PmCompiler *c, uint32_t off, uint32_t len)
{
	PmOpen	   *open;

	c->standalone_kind = true;
	if (c->depth == 0)
	{
		pm_msg_quoted(pm_build_error(c, PM_ERR_SYNTAX, "close_without_open", c->tag_start,
									 "no block is open that this could close: ")->message,
					  c->src + off, len);
		return false;
	}
	open = &c->open_blocks[c->depth - 1];
	if (open->name_len != len || memcmp(c->src + open->name_off, c->src + off, len) != 0)
		return mismatch(c, off, len);
	close_top(c);
	return true;
}

/* The block's code is never run: an error has been reported. */
void
pm_block_recover(PmCompiler *c, uint32_t start)
{
	PmOpen	   *open;
	uint32_t	len = 0;

	while (start < c->len && pm_is_space(c->src[start]))
		start++;
	while (pm_lex_segchar(c, start + len) || (start + len < c->len && c->src[start + len] == '.'))
		len++;
	/* without a name no closing tag can match it */
	open = len > 0 ? push_block(c, PM_VAR_IF) : NULL;
	if (open == NULL)
		return;
	open->name_off = start;
	open->name_len = len;
	enter(c, open, PM_OP_IF);
}

/* From the inside outwards; the places are sorted later. */
void
pm_block_check_closed(PmCompiler *c)
{
	/* a pass that was stopped has not seen the closing tags */
	while (c->depth > 0 && !c->stop)
	{
		const PmOpen *open = &c->open_blocks[--c->depth];
		const PmBlock *block = (PmBlock *) c->blocks.data + open->block;
		const PmTag *tag = (PmTag *) c->tags.data + block->tag;

		c->tag_failed = false;
		pm_msg_quoted(pm_build_error(c, PM_ERR_SYNTAX, "unclosed_block", tag->start,
									 "block is never closed: ")->message,
					  c->src + open->name_off, open->name_len);
	}
}

/* close_top() has taken the block off the stack, but its entry is still there. */
void
pm_block_set_close(PmCompiler *c)
{
	const PmOpen *closed = &c->open_blocks[c->depth];

	((PmBlock *) c->blocks.data)[closed->block].close_tag = c->tag;
}

/* Opens a block of the tag at hand; NULL where they are too deep. */
static PmOpen *
push_block(PmCompiler *c, PmVarKind kind)
{
	PmOpen	   *open;
	PmBlock    *block;

	if (c->depth >= c->limits.block_depth)
	{
		pm_build_limit(c, "too_deep", c->tag_start, "nested blocks", c->limits.block_depth);
		c->stop = true;
		return NULL;
	}
	block = pm_vec_add(c, &c->blocks);
	block->kind = (uint8_t) kind;
	block->depth = (uint16_t) c->depth;
	block->path = PM_NONE;
	block->parent = pm_build_enclosing(c);
	block->tag = c->tag;
	open = &c->open_blocks[c->depth++];
	memset(open, 0, sizeof(*open));
	open->block = c->blocks.n - 1;
	open->end_jumps = PM_NONE;
	return open;
}

/*
 * The block is pushed behind its condition: paths in a condition belong to what
 * encloses the block, not to the block.
 */
static bool
open_keyword(PmCompiler *c, size_t which, uint32_t off, uint32_t len)
{
	PmOpen	   *open;
	uint32_t	first_op = c->ops.n;
	uint32_t	path = PM_NONE;

	c->ref_kind = keywords[which].kind;
	c->cond_block = c->blocks.n;
	if (!pm_expr_compile(c, keywords[which].expr, 0))
		return false;
	if (keywords[which].expr != PM_EXPR_COND)
		path = subject_path(c, first_op);
	open = push_block(c, keywords[which].kind);
	if (open == NULL)
		return false;
	open->name_off = off;
	open->name_len = len;
	((PmBlock *) c->blocks.data)[open->block].path = path;
	if (keywords[which].op == PM_OP_EACH && !read_binds(c, open))
		return false;
	enter(c, open, keywords[which].op);
	return pm_lex_close(c);
}

/*
 * The path a block ranges over, for introspection: that of a lone path, filters
 * or not; PM_NONE where "and" or "or" chooses between several.
 */
static uint32_t
subject_path(PmCompiler *c, uint32_t first_op)
{
	const PmOp *first = pm_build_op_at(c, first_op);

	for (uint32_t i = first_op; i < c->ops.n; i++)
	{
		uint32_t	code = pm_build_op_at(c, i)->code;

		if (code != PM_OP_PATH && code != PM_OP_CONST && code != PM_OP_FILTER)
			return PM_NONE;
	}
	return first->code == PM_OP_PATH ? first->arg : PM_NONE;
}

/* A section or an inverted one in format prompt: any path, filters none. */
static bool
open_section(PmCompiler *c, bool inverted)
{
	PmOpen	   *open;
	PmVarKind	kind = inverted ? PM_VAR_INVERTED : PM_VAR_SECTION;
	uint32_t	start = c->pos;
	uint32_t	path;

	c->ref_kind = kind;
	c->cond_block = c->blocks.n;
	if (c->pos >= c->len || (!pm_lex_segchar(c, c->pos) &&
							 memchr(".[@", c->src[c->pos], 3) == NULL))
	{
		pm_lex_unexpected(c);
		return false;
	}
	if (!pm_lex_path(c, &path))
		return false;
	pm_expr_add_ref(c, path);
	pm_build_op(c, PM_OP_PATH, 0, path);
	open = push_block(c, kind);
	if (open == NULL)
		return false;
	open->is_section = 1;
	open->name_off = start;
	open->name_len = c->pos - start;
	((PmBlock *) c->blocks.data)[open->block].path = path;
	enter(c, open, inverted ? PM_OP_UNLESS : PM_OP_SECTION);
	return true;
}

/* [ as |value| ] or [ as |value key| ] */
static bool
read_binds(PmCompiler *c, PmOpen *open)
{
	PmBlock    *block = (PmBlock *) c->blocks.data + open->block;
	uint32_t	n;

	pm_lex_space(c);
	if (!pm_lex_is_word(c, "as"))
		return true;
	c->pos += 2;
	pm_lex_space(c);
	if (c->pos >= c->len || c->src[c->pos] != '|')
	{
		pm_lex_unexpected(c);
		return false;
	}
	c->pos++;
	block->first_bind = c->segs.n;
	for (;;)
	{
		pm_lex_space(c);
		n = pm_lex_word(c, c->pos);
		if (n == 0 || block->nbinds == 2)
			break;
		pm_build_seg(c, c->pos, n);
		block->nbinds++;
		c->pos += n;
	}
	if (block->nbinds == 0 || c->pos >= c->len || c->src[c->pos] != '|')
	{
		pm_lex_unexpected(c);
		return false;
	}
	c->pos++;
	return true;
}

/* The op that decides whether the body runs. */
static void
enter(PmCompiler *c, PmOpen *open, PmOpCode op)
{
	open->enter_op = pm_build_op(c, op, open->block, PM_NONE);
	open->body_op = c->ops.n;
	open->pushes = op != PM_OP_IF && op != PM_OP_UNLESS;
}

/* Ends the part of the block that is open; more where an else follows. */
static void
finish_body(PmCompiler *c, PmOpen *open, bool more)
{
	if (open->pushes && !open->in_else)
		pm_build_op(c, PM_OP_NEXT, open->block, open->body_op);
	if (more)
		open->end_jumps = pm_build_op(c, PM_OP_JUMP, 0, open->end_jumps);
	if (open->enter_op != PM_NONE)
		pm_build_op_at(c, open->enter_op)->arg = c->ops.n;
	open->enter_op = PM_NONE;
}

/* Patches all jumps to the end, which is here. */
static void
close_top(PmCompiler *c)
{
	PmOpen	   *open = &c->open_blocks[c->depth - 1];

	finish_body(c, open, false);
	while (open->end_jumps != PM_NONE)
	{
		PmOp	   *jump = pm_build_op_at(c, open->end_jumps);

		open->end_jumps = jump->arg;
		jump->arg = c->ops.n;
	}
	((PmBlock *) c->blocks.data)[open->block].end_op = c->ops.n;
	c->depth--;
}

/*
 * A closing tag for another block.  If one further out has that name, the
 * inner ones are taken as closed with it, otherwise the name is taken as a
 * slip: one mistake shall be one error.
 */
static bool
mismatch(PmCompiler *c, uint32_t off, uint32_t len)
{
	const PmOpen *open = &c->open_blocks[c->depth - 1];
	const PmBlock *block = (PmBlock *) c->blocks.data + open->block;
	const PmTag *tag = (PmTag *) c->tags.data + block->tag;
	PmError    *error;
	uint32_t	line;
	uint32_t	column;

	error = pm_build_error(c, PM_ERR_SYNTAX, "close_mismatch", c->tag_start, "closing tag ");
	pm_msg_quoted(error->message, c->src + off, len);
	pm_msg_str(error->message, " does not match ");
	pm_msg_quoted(error->message, c->src + open->name_off, open->name_len);
	/* a tag that is going to be text needs no message, which is costly here */
	if (!c->options.literal_bad_tags)
	{
		pm_tmpl_position(c->src, c->len, tag->start,
						 c->options.utf8 ? NULL : c->options.char_len, &line, &column);
		pm_msg_str(error->message, " opened at line ");
		pm_msg_uint(error->message, line);
		pm_msg_str(error->message, ", column ");
		pm_msg_uint(error->message, column);
	}
	for (uint32_t i = c->depth; i-- > 0;)
	{
		open = &c->open_blocks[i];
		if (open->name_len == len && memcmp(c->src + open->name_off, c->src + off, len) == 0)
		{
			c->depth = i;
			return false;
		}
	}
	c->depth--;
	return false;
}

/* Number of the keyword at c->pos, if it is one with something behind it. */
static size_t
keyword_ahead(PmCompiler *c)
{
	uint32_t	start = c->pos;
	uint32_t	close;
	size_t		which;
	bool		alone;

	for (which = 0; which < NKEYWORDS; which++)
	{
		if (pm_lex_is_word(c, keywords[which].word))
			break;
	}
	if (which == NKEYWORDS)
		return which;
	c->pos += (uint32_t) strlen(keywords[which].word);
	alone = c->pos >= c->len || !pm_is_space(c->src[c->pos]);
	pm_lex_space(c);
	alone = alone || pm_lex_at_close(c, &close);
	c->pos = start;
	return alone ? NKEYWORDS : which;
}
