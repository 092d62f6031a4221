/*
 * pm_pick.c
 *		Deterministic choice of a variant: algorithms m3 and m3_rendezvous.
 *
 * m3: with h = murmur3_x86_32(salt ':' unit), W the sum of the weights and C_i
 * their running sums, the pick is the smallest i with h * W < C_i * 2^32.
 * Integers only: no modulo bias, and weights 1/1 and 50/50 pick alike.
 * Whether a unit takes part at all is asked of another hash, of salt "/x", so
 * that coverage and variant are independent, and growing coverage only adds
 * units.
 *
 * m3_rendezvous: each arm draws its own number for the unit, and the best one
 * wins.  So taking an arm away moves only its own units, and a new arm takes
 * its share evenly from all others.  An arm's key is its 1-based place, which
 * it keeps when another arm's weight becomes 0 and when arms are appended.
 * This one needs a logarithm in double precision: two arms whose scores differ
 * by no more than the last bit of it may change places between C libraries.
 */
#include "pm_pick.h"

#include <math.h>

static void add_place(PmMurmur *state, uint32_t place);

void
pm_m3_begin(PmMurmur *state, PmText salt)
{
	pm_murmur_init(state, 0);
	pm_murmur_add(state, salt.data, salt.len);
	pm_murmur_add(state, ":", 1);
}

uint32_t
pm_m3_hash(PmText salt, PmText unit)
{
	PmMurmur	state;

	pm_m3_begin(&state, salt);
	pm_murmur_add(&state, unit.data, unit.len);
	return pm_murmur_end(&state);
}

bool
pm_m3_covered(PmText salt, PmText unit, uint32_t coverage_ppm)
{
	PmMurmur	state;

	if (coverage_ppm >= PM_PPM)
		return true;
	pm_murmur_init(&state, 0);
	pm_murmur_add(&state, salt.data, salt.len);
	pm_murmur_add(&state, "/x:", 3);
	pm_murmur_add(&state, unit.data, unit.len);
	return (uint64_t) pm_murmur_end(&state) * PM_PPM < (uint64_t) coverage_ppm << 32;
}

int
pm_m3_pick(uint32_t hash, const PmWeights *weights)
{
	/* h * W < C * 2^32 for integers is the same as (h * W) >> 32 < C */
	uint32_t	point = (uint32_t) (((uint64_t) hash * weights->total) >> 32);
	uint32_t	running = 0;

	for (int i = 0; i < weights->n; i++)
	{
		running += (uint32_t) weights->weight[i];
		if (point < running)
			return i;
	}
	return -1;
}

int
pm_m3_rendezvous(PmText salt, PmText unit, const PmWeights *weights)
{
	PmMurmur	salted;
	double		best = 0;
	int			pick = -1;

	pm_m3_begin(&salted, salt);
	for (int i = 0; i < weights->n; i++)
	{
		PmMurmur	state = salted;
		double		score;

		if (weights->weight[i] == 0)
			continue;
		add_place(&state, (uint32_t) i + 1);
		pm_murmur_add(&state, ":", 1);
		pm_murmur_add(&state, unit.data, unit.len);
		/* The half keeps the logarithm's argument away from 0 and from 1. */
		score = -weights->weight[i] /
			log((pm_murmur_end(&state) + 0.5) / 4294967296.0);
		if (score > best)
		{
			best = score;
			pick = i;
		}
	}
	return pick;
}

/* Adds a place as decimal digits. */
static void
add_place(PmMurmur *state, uint32_t place)
{
	char		digits[10];
	size_t		n = sizeof(digits);

	do
		digits[--n] = (char) ('0' + place % 10);
	while ((place /= 10) > 0);
	pm_murmur_add(state, digits + n, sizeof(digits) - n);
}
