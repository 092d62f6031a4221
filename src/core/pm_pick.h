/*
 * pm_pick.h
 *		Deterministic choice of a variant: algorithms m3 and m3_rendezvous.
 */
#ifndef PM_PICK_H
#define PM_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pm_hash.h"

#define PM_PPM 1000000			/* coverage is counted in parts per million */

/* A unit or a salt in UTF-8. */
typedef struct PmText
{
	const char *data;
	size_t		len;
} PmText;

/* Weights: none is negative, and their sum is at most 2^31 - 1. */
typedef struct PmWeights
{
	const int32_t *weight;
	int			n;
	uint32_t	total;			/* the sum */
} PmWeights;

/* The hash of salt ':' with the unit still to come, then that of all three. */
extern void pm_m3_begin(PmMurmur *state, PmText salt);
extern uint32_t pm_m3_hash(PmText salt, PmText unit);

/* Is the unit among the first coverage_ppm of PM_PPM?  Hashes salt "/x". */
extern bool pm_m3_covered(PmText salt, PmText unit, uint32_t coverage_ppm);

/* The 0-based variant of a hash, -1 where all weights are 0. */
extern int	pm_m3_pick(uint32_t hash, const PmWeights *weights);

/* The 0-based variant of a unit by weighted rendezvous, -1 likewise. */
extern int	pm_m3_rendezvous(PmText salt, PmText unit, const PmWeights *weights);

#endif							/* PM_PICK_H */
