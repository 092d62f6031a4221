/*
 * pm_tmpl_expr_int.h
 *		What the two halves of the expression compiler share.
 *
 * pm_tmpl_expr.c reads operands and operators, pm_tmpl_expr_filter.c filters
 * and their arguments.  Nobody else includes this.
 */
#ifndef PM_TMPL_EXPR_INT_H
#define PM_TMPL_EXPR_INT_H

#include "pm_tmpl_expr.h"

#define PM_MAX_FRAMES	96

/* Kinds of frames; those of operators are ordered by how tight they bind. */
typedef enum PmFrameKind
{
	PM_FRAME_GROUP = 0,
	PM_FRAME_FILTER,
	PM_FRAME_OR,
	PM_FRAME_AND,
	PM_FRAME_NOT,
	PM_FRAME_CMP
} PmFrameKind;

typedef struct PmFrame
{
	uint8_t		kind;
	uint8_t		nargs;			/* of a filter: complete ones */
	bool		call_style;		/* name(a, b) and not name:a,b */
	uint32_t	value;			/* op to patch, PmCompare, or filter */
	uint32_t	offset;			/* where it stands, for errors */
	uint32_t	ref;			/* of a filter: what it is applied to */
} PmFrame;

typedef struct PmExpr
{
	PmCompiler *c;
	PmExprKind	kind;
	uint32_t	depth;			/* values on the machine's stack */
	uint32_t	nframes;
	uint32_t	nparens;
	uint32_t	nfilters;
	uint32_t	ref;			/* table entry of the operand just read */
	uint32_t	first_op;		/* of the operand just read */
	PmFrame		frames[PM_MAX_FRAMES];
} PmExpr;

static inline PmFrame *
pm_expr_top(PmExpr *e)
{
	return e->nframes > 0 ? &e->frames[e->nframes - 1] : NULL;
}

/* A new frame on top; NULL where there are too many, which is reported. */
extern PmFrame *pm_expr_push(PmExpr *e, PmFrameKind kind, uint32_t value);

/* Behind the "|": a filter up to its arguments, or complete. */
extern bool pm_expr_read_filter(PmExpr *e, bool *want);

/* Behind an argument of a filter: another one, or the filter is complete. */
extern bool pm_expr_after_argument(PmExpr *e, bool *want);

#endif							/* PM_TMPL_EXPR_INT_H */
