/*
 * pm_tmpl_expr.c
 *		Compiling expressions and conditions.
 *
 * Operator precedence with a stack of its own, no recursion: a frame per
 * pending operator, open parenthesis or filter whose arguments are being read.
 * The code comes out in postfix order; "and" and "or" emit their jump when the
 * operator is read and patch it when their right side is complete.
 *
 * The depth of the machine's stack is counted along, so that the machine never
 * has to check it.
 */
#include "pm_tmpl_expr.h"

#include "pm_filter.h"
#include "pm_msg.h"
#include "pm_tmpl_expr_int.h"
#include "pm_tmpl_lex.h"

#define MAX_PARENS	32

static bool read_operand(PmExpr *e, bool *again);
static bool read_string_or_number(PmExpr *e, bool *done);
static bool read_path(PmExpr *e);
static bool after_operand(PmExpr *e, bool *want, bool *end);
static bool close_group(PmExpr *e, bool *want);
static bool read_operator(PmExpr *e, PmFrameKind *kind, uint32_t *cmp);
static bool push_operator(PmExpr *e, PmFrameKind kind, uint32_t cmp, uint32_t at);
static void reduce(PmExpr *e, PmFrameKind kind);
static bool push_const(PmExpr *e, PmKind kind, uint8_t flags, uint32_t off, uint32_t len);
static bool count_value(PmExpr *e);

/*
 * Two states take turns: an operand is wanted, or one has just been read.  All
 * nesting is in the frames.
 */
bool
pm_expr_compile(PmCompiler *c, PmExprKind kind, uint32_t depth)
{
	PmExpr		e;
	bool		want = true;
	bool		end = false;

	e.c = c;
	e.kind = kind;
	e.depth = depth;
	e.nframes = 0;
	e.nparens = 0;
	e.nfilters = 0;
	e.ref = PM_NONE;
	e.first_op = c->ops.n;
	while (!end)
	{
		pm_lex_space(c);
		if (want)
		{
			if (!read_operand(&e, &want))
				return false;
		}
		else if (!after_operand(&e, &want, &end))
			return false;
	}
	return true;
}

/* cond_of may name a block that is about to be pushed. */
uint32_t
pm_expr_add_ref(PmCompiler *c, uint32_t path)
{
	PmVarRef   *ref = pm_vec_add(c, &c->refs);

	ref->path = path;
	ref->block = pm_build_enclosing(c);
	ref->cond_of = c->cond_block;
	ref->tag = c->tag;
	ref->kind = c->ref_kind;
	return c->refs.n - 1;
}

/*
 * An operand, or what may stand before one ("(" and "not"): then *again stays
 * true.
 */
static bool
read_operand(PmExpr *e, bool *again)
{
	PmCompiler *c = e->c;
	PmFrame	   *top = pm_expr_top(e);
	uint32_t	close;
	bool		done;
	bool		operators = top == NULL ? e->kind == PM_EXPR_COND
		: top->kind != PM_FRAME_FILTER;

	if (c->pos >= c->len || pm_lex_at_close(c, &close))
	{
		pm_lex_unexpected(c);
		return false;
	}
	if (c->src[c->pos] == '(')
	{
		if (++e->nparens > MAX_PARENS)
		{
			pm_build_limit(c, "too_deep", c->pos, "nested parentheses", MAX_PARENS);
			return false;
		}
		c->pos++;
		return pm_expr_push(e, PM_FRAME_GROUP, 0) != NULL;
	}
	if (operators && c->src[c->pos] == '!')
	{
		c->pos++;
		return pm_expr_push(e, PM_FRAME_NOT, 0) != NULL;
	}
	if (operators && pm_lex_is_word(c, "not"))
	{
		uint32_t	start = c->pos;

		/* a variable may have that name: then nothing follows it */
		c->pos += 3;
		pm_lex_space(c);
		if (!pm_lex_at_close(c, &close) && c->pos > start + 3)
			return pm_expr_push(e, PM_FRAME_NOT, 0) != NULL;
		if (c->pos < c->len && c->src[c->pos] == '(')
			return pm_expr_push(e, PM_FRAME_NOT, 0) != NULL;
		c->pos = start;
	}
	*again = false;
	e->ref = PM_NONE;
	e->first_op = c->ops.n;
	if (!read_string_or_number(e, &done))
		return false;
	return done || read_path(e);
}

/* Literals; *done is false where a path stands here. */
static bool
read_string_or_number(PmExpr *e, bool *done)
{
	PmCompiler *c = e->c;
	char		ch = c->src[c->pos];
	uint32_t	off;
	uint32_t	len;

	*done = true;
	if (ch == '"' || ch == '\'')
		return pm_lex_string(c, &off, &len) && push_const(e, PM_STRING, 0, off, len);
	if (pm_lex_number(c, &off, &len))
		return push_const(e, PM_NUMBER, PM_VF_TEXT, off, len);
	len = pm_lex_word(c, c->pos);
	if (c->pos + len >= c->len || c->src[c->pos + len] != '.')
	{
		off = c->pos;
		c->pos += len;
		if (len == 4 && memcmp(c->src + off, "true", 4) == 0)
			return push_const(e, PM_BOOL, PM_VF_TRUE, 0, 0);
		if (len == 5 && memcmp(c->src + off, "false", 5) == 0)
			return push_const(e, PM_BOOL, 0, 0, 0);
		if (len == 4 && memcmp(c->src + off, "null", 4) == 0)
			return push_const(e, PM_NULL, 0, 0, 0);
		c->pos = off;
	}
	*done = false;
	return true;
}

/* Inside a filter that takes a word, a lone name is not looked up. */
static bool
read_path(PmExpr *e)
{
	PmCompiler *c = e->c;
	PmFrame	   *top = pm_expr_top(e);
	uint32_t	start = c->pos;
	uint32_t	path;
	char		ch = c->src[start];

	if (!pm_lex_segchar(c, start) && ch != '.' && ch != '[' && ch != '@')
	{
		pm_lex_unexpected(c);
		return false;
	}
	/* a filter may take a bare word where others take a string */
	if (top != NULL && top->kind == PM_FRAME_FILTER &&
		top->nargs < pm_filter_def(top->value)->max_args &&
		pm_filter_def(top->value)->args[top->nargs] == PM_ARG_WORD)
	{
		uint32_t	n = pm_lex_word(c, start);

		if (n > 0 && (start + n >= c->len || c->src[start + n] != '.'))
		{
			c->pos += n;
			return push_const(e, PM_STRING, 0, start, n);
		}
	}
	if (!pm_lex_path(c, &path))
		return false;
	e->ref = pm_expr_add_ref(c, path);
	pm_build_op(c, PM_OP_PATH, 0, path);
	if (c->pos < c->len && c->src[c->pos] == '(')
	{
		pm_msg_str(pm_build_error(c, PM_ERR_SYNTAX, "function_call", start,
								  "function calls are not supported")->hint,
				   "Use a filter: {{ value | filter: argument }}.");
		return false;
	}
	return count_value(e);
}

/* What may follow an operand; *end where the expression is complete. */
static bool
after_operand(PmExpr *e, bool *want, bool *end)
{
	PmCompiler *c = e->c;
	PmFrame	   *top = pm_expr_top(e);
	uint32_t	close;
	uint32_t	at = c->pos;
	PmFrameKind	kind;
	uint32_t	cmp = 0;
	bool		closing = c->pos >= c->len || pm_lex_at_close(c, &close);

	if (top != NULL && top->kind == PM_FRAME_FILTER)
		return pm_expr_after_argument(e, want);
	if (!closing)
	{
		if (c->src[at] == '|' && e->kind != PM_EXPR_PRIMARY &&
			!pm_lex_looking_at(c, at, "||", 2))
			return pm_expr_read_filter(e, want);
		if (c->src[at] == ')' && e->nparens > 0)
			return close_group(e, want);
		if ((e->kind == PM_EXPR_COND || e->nparens > 0) && read_operator(e, &kind, &cmp))
		{
			*want = true;
			return push_operator(e, kind, cmp, at);
		}
	}
	reduce(e, PM_FRAME_OR);
	if (e->nframes > 0)
	{
		if (closing)
			pm_build_error(c, PM_ERR_SYNTAX, "unclosed_paren",
						   pm_expr_top(e)->offset, "parenthesis is not closed");
		else
			pm_lex_unexpected(c);
		return false;
	}
	*end = true;
	return true;
}

/* The value of a parenthesis is a value like any other, but has no path. */
static bool
close_group(PmExpr *e, bool *want)
{
	PmFrame	   *top;

	reduce(e, PM_FRAME_OR);
	top = pm_expr_top(e);
	if (top == NULL || top->kind != PM_FRAME_GROUP)
	{
		pm_lex_unexpected(e->c);
		return false;
	}
	e->c->pos++;
	e->nframes--;
	e->nparens--;
	e->ref = PM_NONE;
	*want = false;
	return true;
}

/* An operator at c->pos: read it and tell which. */
static bool
read_operator(PmExpr *e, PmFrameKind *kind, uint32_t *cmp)
{
	static const struct
	{
		const char *text;
		PmFrameKind	kind;
		uint32_t	cmp;
	}			ops[] = {
		{"||", PM_FRAME_OR, 0}, {"&&", PM_FRAME_AND, 0},
		{"==", PM_FRAME_CMP, PM_CMP_EQ}, {"!=", PM_FRAME_CMP, PM_CMP_NE},
		{"<=", PM_FRAME_CMP, PM_CMP_LE}, {">=", PM_FRAME_CMP, PM_CMP_GE},
		{"<", PM_FRAME_CMP, PM_CMP_LT}, {">", PM_FRAME_CMP, PM_CMP_GT},
		{"or", PM_FRAME_OR, 0}, {"and", PM_FRAME_AND, 0},
		{"in", PM_FRAME_CMP, PM_CMP_IN}, {"contains", PM_FRAME_CMP, PM_CMP_CONTAINS}
	};
	PmCompiler *c = e->c;
	uint32_t	word = pm_lex_word(c, c->pos);

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
	{
		uint32_t	n = (uint32_t) strlen(ops[i].text);

		if ((word != 0 && word != n) || !pm_lex_looking_at(c, c->pos, ops[i].text, n))
			continue;
		c->pos += n;
		*kind = ops[i].kind;
		*cmp = ops[i].cmp;
		return true;
	}
	return false;
}

/*
 * Operators that bind tighter are completed first.  "and" and "or" leave one
 * value less behind on the way that goes on: their jump keeps it, else it goes.
 */
static bool
push_operator(PmExpr *e, PmFrameKind kind, uint32_t cmp, uint32_t at)
{
	PmCompiler *c = e->c;
	PmFrame	   *top;

	/* a comparison binds its own operands only: a < b < c is no expression */
	top = pm_expr_top(e);
	if (kind == PM_FRAME_CMP && top != NULL && top->kind == PM_FRAME_CMP)
	{
		c->pos = at;
		pm_msg_str(pm_lex_unexpected(c)->hint, "Comparisons cannot be chained; use and.");
		return false;
	}
	reduce(e, kind);
	if (kind == PM_FRAME_CMP)
		return pm_expr_push(e, kind, cmp) != NULL;
	e->depth--;
	return pm_expr_push(e, kind, pm_build_op(c, kind == PM_FRAME_AND ? PM_OP_AND : PM_OP_OR,
										   0, 0)) != NULL;
}

/* Completes the operators on top that bind at least as tight as kind. */
static void
reduce(PmExpr *e, PmFrameKind kind)
{
	PmCompiler *c = e->c;

	for (PmFrame *top = pm_expr_top(e); top != NULL && top->kind >= kind; top = pm_expr_top(e))
	{
		if (top->kind == PM_FRAME_CMP)
		{
			pm_build_op(c, PM_OP_CMP, top->value, 0);
			e->depth--;
		}
		else if (top->kind == PM_FRAME_NOT)
			pm_build_op(c, PM_OP_NOT, 0, 0);
		else
			pm_build_op_at(c, top->value)->arg = c->ops.n;
		e->nframes--;
		e->ref = PM_NONE;
	}
}

/* The offset is that of the character just read, for messages. */
PmFrame *
pm_expr_push(PmExpr *e, PmFrameKind kind, uint32_t value)
{
	PmFrame	   *frame;

	if (e->nframes >= PM_MAX_FRAMES)
	{
		pm_build_limit(e->c, "too_deep", e->c->pos, "pending operators", PM_MAX_FRAMES);
		return NULL;
	}
	frame = &e->frames[e->nframes++];
	frame->kind = (uint8_t) kind;
	frame->nargs = 0;
	frame->call_style = false;
	frame->value = value;
	frame->offset = e->c->pos > 0 ? e->c->pos - 1 : 0;
	frame->ref = PM_NONE;
	return frame;
}

/* Literals are not shared: a template has few. */
static bool
push_const(PmExpr *e, PmKind kind, uint8_t flags, uint32_t off, uint32_t len)
{
	PmCompiler *c = e->c;
	PmConst    *value = pm_vec_add(c, &c->consts);

	value->kind = (uint8_t) kind;
	value->flags = flags;
	value->off = off;
	value->len = len;
	pm_build_op(c, PM_OP_CONST, 0, c->consts.n - 1);
	return count_value(e);
}

/* One value more on the machine's stack. */
static bool
count_value(PmExpr *e)
{
	if (e->depth >= PM_STACK_VALUES)
	{
		pm_build_limit(e->c, "too_deep", e->c->pos, "values in an expression",
					   PM_STACK_VALUES);
		return false;
	}
	e->depth++;
	return true;
}
