/*
 * pm_distinct.h
 *		How many different texts there were: HyperLogLog with 4096 registers.
 *
 * The standard error is 1.6 %; a few hundred texts are counted almost exactly.
 */
#ifndef PM_DISTINCT_H
#define PM_DISTINCT_H

#include "pm_sketch.h"

#define PM_DISTINCT_REGISTERS 4096

extern const PmSketchKind pm_distinct_kind;

/* The register of a text, and what it has to hold at least. */
extern int	pm_distinct_register(const char *text, size_t len, int64_t *value);

/* The estimate from a walk over the registers. */
extern double pm_distinct_estimate(PmSketchReader *reader);

#endif							/* PM_DISTINCT_H */
