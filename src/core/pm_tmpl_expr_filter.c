/*
 * pm_tmpl_expr_filter.c
 *		Compiling filters and their arguments.
 *
 * Everything about a filter that the template alone decides is decided here:
 * that it exists, how many arguments it has, and whether a literal among them
 * is of the right kind.  What comes from variables is checked at run time.
 *
 * Arguments are primaries without filters, so "a | f: b | g" applies g to the
 * result of f.
 */
#include "pm_tmpl_expr_int.h"

#include "pm_filter.h"
#include "pm_msg.h"
#include "pm_tmpl_lex.h"

static bool start_arguments(PmExpr *e, PmFrame *frame, bool *want);
static bool finish_filter(PmExpr *e);
static bool check_argument(PmExpr *e, PmFrame *frame);

/* A colon list ends with the first thing that is no comma. */
bool
pm_expr_after_argument(PmExpr *e, bool *want)
{
	PmCompiler *c = e->c;
	PmFrame	   *top = pm_expr_top(e);
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

/* The filter's frame stays on the stack while its arguments are read. */
bool
pm_expr_read_filter(PmExpr *e, bool *want)
{
	PmCompiler *c = e->c;
	PmError    *error;
	const char *near;
	uint32_t	start;
	uint32_t	len;
	uint32_t	id;
	PmFrame	   *frame;

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
	frame = pm_expr_push(e, PM_FRAME_FILTER, id);
	if (frame == NULL)
		return false;
	frame->offset = start;
	frame->ref = e->ref;
	c->pos += len;
	return start_arguments(e, frame, want);
}

/* ":a,b" or "(a, b)" or nothing. */
static bool
start_arguments(PmExpr *e, PmFrame *frame, bool *want)
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

/*
 * What the tag as a whole does is decided by filters outside parentheses and
 * arguments: whether it escapes by itself, whether it stands for a value.
 */
static bool
finish_filter(PmExpr *e)
{
	PmCompiler *c = e->c;
	PmFrame		frame = *pm_expr_top(e);
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
check_argument(PmExpr *e, PmFrame *frame)
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
