/*
 * pm_variant.h
 *		Choosing a variant from C.  Include it after postgres.h.
 */
#ifndef PM_VARIANT_H
#define PM_VARIANT_H

#include "utils/array.h"

/*
 * What pick_variant() gives with full coverage, 0 for its NULL; 22023 for
 * arguments that it refuses.
 */
extern int	pm_pick_variant(text *unit, text *salt, ArrayType *weights, text *algorithm);

#endif							/* PM_VARIANT_H */
