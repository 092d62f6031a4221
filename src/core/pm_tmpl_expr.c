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
#include "pm_tmpl_lex.h"

#define MAX_FRAMES	96
#define MAX_PARENS	32

/* Kinds of frames; those of operators are ordered by how tight they bind. */
typedef enum FrameKind
{
	FRAME_GROUP = 0,
	FRAME_FILTER,
	FRAME_OR,
	FRAME_AND,
	FRAME_NOT,
	FRAME_CMP
} FrameKind;

typedef struct Frame
{
	uint8_t		kind;
	uint8_t		nargs;			/* of a filter: complete ones */
	bool		call_style;		/* name(a, b) and not name:a,b */
	uint32_t	value;			/* op to patch, PmCompare, or filter */
	uint32_t	offset;			/* where it stands, for errors */
	uint32_t	ref;			/* of a filter: what it is applied to */
} Frame;

typedef struct Expr
{
	PmCompiler *c;
	PmExprKind	kind;
	uint32_t	depth;			/* values on the machine's stack */
	uint32_t	nframes;
	uint32_t	nparens;
	uint32_t	nfilters;
	uint32_t	ref;			/* table entry of the operand just read */
	uint32_t	first_op;		/* of the operand just read */
	Frame		frames[MAX_FRAMES];
} Expr;

static bool read_operand(Expr *e, bool *again);
static bool read_string_or_number(Expr *e, bool *done);
static bool read_path(Expr *e);
static bool after_operand(Expr *e, bool *want, bool *end);
static bool after_argument(Expr *e, bool *want);
static bool close_group(Expr *e, bool *want);
static bool read_filter(Expr *e, bool *want);
static bool start_arguments(Expr *e, Frame *frame, bool *want);
static bool finish_filter(Expr *e);
static bool check_argument(Expr *e, Frame *frame);
static bool read_operator(Expr *e, FrameKind *kind, uint32_t *cmp);
static bool push_operator(Expr *e, FrameKind kind, uint32_t cmp, uint32_t at);
static void reduce(Expr *e, FrameKind kind);
static Frame *push_frame(Expr *e, FrameKind kind, uint32_t value);
static bool push_const(Expr *e, PmKind kind, uint8_t flags, uint32_t off, uint32_t len);
static bool count_value(Expr *e);

static inline Frame *
top_frame(Expr *e)
{
	return e->nframes > 0 ? &e->frames[e->nframes - 1] : NULL;
}

bool
pm_expr_compile(PmCompiler *c, PmExprKind kind, uint32_t depth)
{
	Expr		e;
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
read_operand(Expr *e, bool *again)
{
	PmCompiler *c = e->c;
	Frame	   *top = top_frame(e);
	uint32_t	close;
	bool		done;
	bool		operators = top == NULL ? e->kind == PM_EXPR_COND
		: top->kind != FRAME_FILTER;

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
		return push_frame(e, FRAME_GROUP, 0) != NULL;
	}
	if (operators && c->src[c->pos] == '!')
	{
		c->pos++;
		return push_frame(e, FRAME_NOT, 0) != NULL;
	}
	if (operators && pm_lex_is_word(c, "not"))
	{
		uint32_t	start = c->pos;

		/* a variable may have that name: then nothing follows it */
		c->pos += 3;
		pm_lex_space(c);
		if (!pm_lex_at_close(c, &close) && c->pos > start + 3)
			return push_frame(e, FRAME_NOT, 0) != NULL;
		if (c->pos < c->len && c->src[c->pos] == '(')
			return push_frame(e, FRAME_NOT, 0) != NULL;
		c->pos = start;
	}
	*again = false;
	e->ref = PM_NONE;
	e->first_op = c->ops.n;
	if (!read_string_or_number(e, &done))
		return false;
	return done || read_path(e);
}

static bool
read_string_or_number(Expr *e, bool *done)
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

static bool
read_path(Expr *e)
{
	PmCompiler *c = e->c;
	Frame	   *top = top_frame(e);
	uint32_t	start = c->pos;
	uint32_t	path;
	char		ch = c->src[start];

	if (!pm_lex_segchar(c, start) && ch != '.' && ch != '[' && ch != '@')
	{
		pm_lex_unexpected(c);
		return false;
	}
	/* a filter may take a bare word where others take a string */
	if (top != NULL && top->kind == FRAME_FILTER &&
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
after_operand(Expr *e, bool *want, bool *end)
{
	PmCompiler *c = e->c;
	Frame	   *top = top_frame(e);
	uint32_t	close;
	uint32_t	at = c->pos;
	FrameKind	kind;
	uint32_t	cmp = 0;
	bool		closing = c->pos >= c->len || pm_lex_at_close(c, &close);

	if (top != NULL && top->kind == FRAME_FILTER)
		return after_argument(e, want);
	if (!closing)
	{
		if (c->src[at] == '|' && e->kind != PM_EXPR_PRIMARY &&
			!pm_lex_looking_at(c, at, "||", 2))
			return read_filter(e, want);
		if (c->src[at] == ')' && e->nparens > 0)
			return close_group(e, want);
		if ((e->kind == PM_EXPR_COND || e->nparens > 0) && read_operator(e, &kind, &cmp))
		{
			*want = true;
			return push_operator(e, kind, cmp, at);
		}
	}
	reduce(e, FRAME_OR);
	if (e->nframes > 0)
	{
		if (closing)
			pm_build_error(c, PM_ERR_SYNTAX, "unclosed_paren",
						   top_frame(e)->offset, "parenthesis is not closed");
		else
			pm_lex_unexpected(c);
		return false;
	}
	*end = true;
	return true;
}

/* Behind an argument of a filter: another one, or the filter is complete. */
static bool
after_argument(Expr *e, bool *want)
{
	PmCompiler *c = e->c;
	Frame	   *top = top_frame(e);
	uint32_t	close;
	bool		closing = c->pos >= c->len || pm_lex_at_close(c, &close);

	if (!check_argument(e, top))
		return false;
	top->nargs++;
	if (!closing && c->src[c->pos] == ',')
	{
		c->pos++;
		*want = true;
		return true;
	}
	if (top->call_style)
	{
		if (closing || c->src[c->pos] != ')')
		{
			pm_lex_unexpected(c);
			return false;
		}
		c->pos++;
	}
	return finish_filter(e);
}

static bool
close_group(Expr *e, bool *want)
{
	Frame	   *top;

	reduce(e, FRAME_OR);
	top = top_frame(e);
	if (top == NULL || top->kind != FRAME_GROUP)
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

static bool
read_filter(Expr *e, bool *want)
{
	PmCompiler *c = e->c;
	PmError    *error;
	const char *near;
	uint32_t	start;
	uint32_t	len;
	uint32_t	id;
	Frame	   *frame;

	c->pos++;
	pm_lex_space(c);
	start = c->pos;
	len = pm_lex_word(c, start);
	if (len == 0)
	{
		pm_lex_unexpected(c);
		return false;
	}
	id = pm_filter_find(c->src + start, len);
	if (id == PM_FILTER_NONE)
	{
		error = pm_build_error(c, PM_ERR_SYNTAX, "unknown_filter", start, "unknown filter ");
		pm_msg_quoted(error->message, c->src + start, len);
		near = pm_filter_nearest(c->src + start, len);
		if (near != NULL)
		{
			pm_msg_str(error->hint, "Did you mean \"");
			pm_msg_str(error->hint, near);
			pm_msg_str(error->hint, "\"?");
		}
		return false;
	}
	if (++e->nfilters > c->limits.tag_filters)
	{
		pm_build_limit(c, "too_many_filters", start, "filters in a tag",
					   c->limits.tag_filters);
		return false;
	}
	frame = push_frame(e, FRAME_FILTER, id);
	if (frame == NULL)
		return false;
	frame->offset = start;
	frame->ref = e->ref;
	c->pos += len;
	return start_arguments(e, frame, want);
}

/* ":a,b" or "(a, b)" or nothing. */
static bool
start_arguments(Expr *e, Frame *frame, bool *want)
{
	PmCompiler *c = e->c;
	uint32_t	close;

	pm_lex_space(c);
	if (c->pos < c->len && !pm_lex_at_close(c, &close) &&
		(c->src[c->pos] == ':' || c->src[c->pos] == '('))
	{
		frame->call_style = c->src[c->pos] == '(';
		c->pos++;
		pm_lex_space(c);
		if (!frame->call_style || c->pos >= c->len || c->src[c->pos] != ')')
		{
			*want = true;
			return true;
		}
		c->pos++;
	}
	return finish_filter(e);
}

static bool
finish_filter(Expr *e)
{
	PmCompiler *c = e->c;
	Frame		frame = *top_frame(e);
	const PmFilterDef *def = pm_filter_def(frame.value);
	PmError    *error;

	e->nframes--;
	if (frame.nargs < def->min_args)
	{
		error = pm_build_error(c, PM_ERR_SYNTAX, "filter_arguments", frame.offset, "filter ");
		pm_msg_quoted(error->message, def->name, strlen(def->name));
		pm_msg_str(error->message, " needs ");
		pm_msg_uint(error->message, def->min_args);
		pm_msg_str(error->message, def->min_args == 1 ? " argument" : " arguments");
		return false;
	}
	pm_build_op(c, PM_OP_FILTER,
				frame.value | (c->cond_block != PM_NONE ? PM_FILTER_IN_BLOCK : 0), frame.nargs);
	e->depth -= frame.nargs;
	e->ref = frame.ref;
	if (e->ref != PM_NONE)
	{
		PmVarRef   *ref = (PmVarRef *) c->refs.data + e->ref;

		ref->filters |= UINT64_C(1) << frame.value;
		ref->has_default |= frame.value == PM_FILTER_DEFAULT;
	}
	/* a filter inside parentheses or arguments is not the tag's own */
	if (e->nframes == 0)
	{
		c->is_value = frame.value == PM_FILTER_VALUE;
		c->no_escape |= (def->flags & PM_FILTER_ESCAPES) != 0;
	}
	if (frame.value == PM_FILTER_DEFAULT && e->kind == PM_EXPR_COND)
		pm_msg_str(pm_build_warning(c, "default_in_condition", frame.offset,
									"default inside a condition")->hint,
				   "The condition can no longer be false because the variable is absent.");
	return true;
}

/* A literal must be of the kind the filter wants; the rest waits for its value. */
static bool
check_argument(Expr *e, Frame *frame)
{
	PmCompiler *c = e->c;
	const PmFilterDef *def = pm_filter_def(frame->value);
	const PmOp *op = pm_build_op_at(c, e->first_op);
	const PmConst *literal;
	PmError    *error;
	char		want;
	bool		ok;

	if (frame->nargs >= def->max_args)
	{
		error = pm_build_error(c, PM_ERR_SYNTAX, "filter_arguments", frame->offset, "filter ");
		pm_msg_quoted(error->message, def->name, strlen(def->name));
		pm_msg_str(error->message, def->max_args == 0 ? " takes no argument"
				   : " has too many arguments");
		return false;
	}
	want = def->args[frame->nargs];
	if (e->first_op + 1 != c->ops.n || op->code != PM_OP_CONST || want == PM_ARG_ANY)
		return true;
	literal = (PmConst *) c->consts.data + op->arg;
	if (want == PM_ARG_INTEGER)
		ok = literal->kind == PM_NUMBER && literal->len <= 10 &&
			memchr(c->src + literal->off, '.', literal->len) == NULL;
	else
		ok = literal->kind == PM_STRING;
	if (ok)
		return true;
	error = pm_build_error(c, PM_ERR_SYNTAX, "filter_arguments", frame->offset, "filter ");
	pm_msg_quoted(error->message, def->name, strlen(def->name));
	pm_msg_str(error->message, ": argument ");
	pm_msg_uint(error->message, frame->nargs + 1u);
	pm_msg_str(error->message, want == PM_ARG_INTEGER ? " must be an integer"
			   : " must be a string");
	return false;
}

/* An operator at c->pos: read it and tell which. */
static bool
read_operator(Expr *e, FrameKind *kind, uint32_t *cmp)
{
	static const struct
	{
		const char *text;
		FrameKind	kind;
		uint32_t	cmp;
	}			ops[] = {
		{"||", FRAME_OR, 0}, {"&&", FRAME_AND, 0},
		{"==", FRAME_CMP, PM_CMP_EQ}, {"!=", FRAME_CMP, PM_CMP_NE},
		{"<=", FRAME_CMP, PM_CMP_LE}, {">=", FRAME_CMP, PM_CMP_GE},
		{"<", FRAME_CMP, PM_CMP_LT}, {">", FRAME_CMP, PM_CMP_GT},
		{"or", FRAME_OR, 0}, {"and", FRAME_AND, 0},
		{"in", FRAME_CMP, PM_CMP_IN}, {"contains", FRAME_CMP, PM_CMP_CONTAINS}
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

static bool
push_operator(Expr *e, FrameKind kind, uint32_t cmp, uint32_t at)
{
	PmCompiler *c = e->c;
	Frame	   *top;

	/* a comparison binds its own operands only: a < b < c is no expression */
	top = top_frame(e);
	if (kind == FRAME_CMP && top != NULL && top->kind == FRAME_CMP)
	{
		c->pos = at;
		pm_msg_str(pm_lex_unexpected(c)->hint, "Comparisons cannot be chained; use and.");
		return false;
	}
	reduce(e, kind);
	if (kind == FRAME_CMP)
		return push_frame(e, kind, cmp) != NULL;
	e->depth--;
	return push_frame(e, kind, pm_build_op(c, kind == FRAME_AND ? PM_OP_AND : PM_OP_OR,
										   0, 0)) != NULL;
}

/* Completes the operators on top that bind at least as tight as kind. */
static void
reduce(Expr *e, FrameKind kind)
{
	PmCompiler *c = e->c;

	for (Frame *top = top_frame(e); top != NULL && top->kind >= kind; top = top_frame(e))
	{
		if (top->kind == FRAME_CMP)
		{
			pm_build_op(c, PM_OP_CMP, top->value, 0);
			e->depth--;
		}
		else if (top->kind == FRAME_NOT)
			pm_build_op(c, PM_OP_NOT, 0, 0);
		else
			pm_build_op_at(c, top->value)->arg = c->ops.n;
		e->nframes--;
		e->ref = PM_NONE;
	}
}

static Frame *
push_frame(Expr *e, FrameKind kind, uint32_t value)
{
	Frame	   *frame;

	if (e->nframes >= MAX_FRAMES)
	{
		pm_build_limit(e->c, "too_deep", e->c->pos, "pending operators", MAX_FRAMES);
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

static bool
push_const(Expr *e, PmKind kind, uint8_t flags, uint32_t off, uint32_t len)
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

static bool
count_value(Expr *e)
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
