/*
 * pm_constraint.h
 *		Constraints of a prompt: what may stand in it, go in, and come out.
 *		Include it after postgres.h.
 */
#ifndef PM_CONSTRAINT_H
#define PM_CONSTRAINT_H

#include "pm_declare.h"

/*
 * Checks constraints that are to be saved: 22023 with every mistake in them, or
 * where the model of config is not an allowed one.  declarations may be NULL.
 */
extern void pm_constraint_check(Jsonb *constraints, Jsonb *config, Jsonb *declarations);

/*
 * Raises PM005 where a template that is to be saved has a forbidden pattern;
 * where is the text in a chat prompt, else NULL.
 */
extern void pm_constraint_check_template(Jsonb *constraints, const char *where,
										 const char *src, size_t len);

/* Adds the required variables that are not given, by the caller or a default. */
extern void pm_constraint_check_given(Jsonb *constraints, const PmDeclarations *declarations,
									  Jsonb *variables, PmProblems *problems);

/*
 * Checks a rendered text: PM004 where it has too many or too few tokens or
 * characters, PM005 where it has a forbidden pattern and checkOutput is on.
 */
extern void pm_constraint_check_output(const char *prompt, Jsonb *constraints,
									   const char *output, size_t len);

/*
 * The same for rendered messages.  Tokens and characters are those of all
 * contents together, a line each; forbidden patterns are looked for everywhere.
 */
extern void pm_constraint_check_messages(const char *prompt, Jsonb *constraints, Jsonb *messages);

/*
 * The tokens that such a check would count, by the constraints' encoding or,
 * where constraints is NULL, the default one; -1 where its table is not
 * installed.  Of text and messages one is NULL.
 */
extern int32 pm_constraint_count_tokens(Jsonb *constraints, const text *output, Jsonb *messages);

#endif							/* PM_CONSTRAINT_H */
