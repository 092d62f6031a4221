/*
 * pm_valop.h
 *		Operations on values: truth, comparison, walks, text.
 */
#ifndef PM_VALOP_H
#define PM_VALOP_H

#include "pm_env.h"
#include "pm_prog.h"

/* A number that is a handle as text; anything else as it is. */
extern PmValue pm_val_number(PmEnv *env, const PmValue *v);

/* Everything but missing, null, false, 0, "" and []; {} is true. */
extern bool pm_val_truthy(PmEnv *env, const PmValue *v);

/* Walks of arrays and objects alike, native or the provider's. */
extern void pm_val_walk(PmEnv *env, const PmValue *container, PmIter *iter);
extern bool pm_val_next(PmEnv *env, PmIter *iter, PmValue *key, PmValue *value);

/* Element of an array by number; false where it has none. */
extern bool pm_val_element(PmEnv *env, const PmValue *array, uint32_t index, PmValue *out);

/* Equality of JSON; false with *equal unset where a limit is passed. */
extern bool pm_val_equal(PmEnv *env, const PmValue *a, const PmValue *b, bool *equal);

/* The operators; false where a limit is passed. */
extern bool pm_val_compare(PmEnv *env, PmCompare op, const PmValue *a,
						   const PmValue *b, bool *result);

/* Order for sort: by kind, then numbers, or strings by bytes. */
extern int	pm_val_order(PmEnv *env, const PmValue *a, const PmValue *b);

/*
 * The text a value prints as: strings as they are, numbers and booleans in
 * their usual form, null and missing empty, containers as compact JSON.
 */
extern bool pm_val_text(PmEnv *env, const PmValue *v, const char **text, uint32_t *len);

#endif							/* PM_VALOP_H */
