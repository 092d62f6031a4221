/*
 * pm_trust.h
 *		Variables declared as untrusted, in a rendering.  Include it after
 *		postgres.h.
 *
 * A mitigation, not a guarantee: control sequences of models that such a value
 * brings along, alone or together with its neighbours, are broken by a blank,
 * and "delimit" marks where the value begins and ends.
 */
#ifndef PM_TRUST_H
#define PM_TRUST_H

#include "pm_render.h"

/*
 * Looks for untrusted variables among the declarations of a rendering that has
 * begun: from now on what they write is watched, and those to be delimited
 * are.
 */
extern void pm_trust_begin(PmRender *render);

/* Breaks what untrusted variables wrote into a rendered text. */
extern void pm_trust_finish_text(PmRender *render, PmBuf *out);

/*
 * Pushes a value that replaces a text or a placeholder as a whole; root is the
 * variable it comes from.  Its strings are broken where that is untrusted.
 */
extern void pm_trust_push(PmRender *render, JsonbParseState **state, JsonbIteratorToken token,
						  const PmValue *value, const char *root, size_t root_len);

#endif							/* PM_TRUST_H */
