/*
 * pm_tmpl_expr.h
 *		Compiling expressions and conditions.
 */
#ifndef PM_TMPL_EXPR_H
#define PM_TMPL_EXPR_H

#include "pm_tmpl_build.h"

typedef enum PmExprKind
{
	PM_EXPR_PLAIN = 0,			/* a primary with filters */
	PM_EXPR_SUBJECT,			/* the same; the word "as" ends it */
	PM_EXPR_COND,				/* with operators */
	PM_EXPR_PRIMARY				/* one primary, no filters: an argument */
} PmExprKind;

/*
 * Compiles an expression at c->pos to ops that push one value on a stack that
 * holds depth values already.  It ends before the end of the tag, or where
 * nothing of the expression can follow.
 */
extern bool pm_expr_compile(PmCompiler *c, PmExprKind kind, uint32_t depth);

/* Adds the path to the introspection table; returns the entry's number. */
extern uint32_t pm_expr_add_ref(PmCompiler *c, uint32_t path);

#endif							/* PM_TMPL_EXPR_H */
