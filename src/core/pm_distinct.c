/*
 * pm_distinct.c
 *		How many different texts there were: HyperLogLog with 4096 registers.
 *
 * The estimator is that of Otmar Ertl, "New cardinality estimation algorithms
 * for HyperLogLog sketches" (2017), section 4: without bias from one text to
 * 2^52, with no tables and no switch from one formula to another.
 */
#include "pm_distinct.h"

#include <math.h>

#include "pm_hash.h"

#define INDEX_BITS 12
#define RANK_BITS (64 - INDEX_BITS)

/* Two hashes of 32 bits make one of 64; the seeds never change. */
#define SEED_HIGH 0x70726f6du
#define SEED_LOW 0x70745f6du

static double share_of_zeros(double x);
static double share_of_full(double x);

const PmSketchKind pm_distinct_kind = {
	.name = "distinct_sketch",
	.nslots = PM_DISTINCT_REGISTERS,
	.width = 1,
	.most = RANK_BITS + 1,
	.adds = false
};

int
pm_distinct_register(const char *text, size_t len, int64_t *value)
{
	uint64_t	hash = (uint64_t) pm_murmur3_x86_32(text, len, SEED_HIGH) << 32 |
		pm_murmur3_x86_32(text, len, SEED_LOW);
	uint64_t	rest = hash << INDEX_BITS;
	int			rank = 1;

	while (rank <= RANK_BITS && (rest & UINT64_C(0x8000000000000000)) == 0)
	{
		rest <<= 1;
		rank++;
	}
	*value = rank;
	return (int) (hash >> RANK_BITS);
}

double
pm_distinct_estimate(PmSketchReader *reader)
{
	double		counts[RANK_BITS + 2] = {PM_DISTINCT_REGISTERS};
	const double m = PM_DISTINCT_REGISTERS;
	double		z;
	int64_t		rank;

	while (pm_sketch_next(reader, &rank) > 0)
	{
		counts[rank]++;
		counts[0]--;
	}
	if (counts[0] == m)
		return 0;
	z = m * share_of_full(counts[RANK_BITS + 1] / m);
	for (int k = RANK_BITS; k >= 1; k--)
		z = (z + counts[k]) / 2;
	z += m * share_of_zeros(counts[0] / m);
	return m * m / (2 * log(2) * z);
}

/* sigma(x) of the paper: x + x^2 + 2 x^4 + 4 x^8 + ..., for x < 1 */
static double
share_of_zeros(double x)
{
	double		weight = 1;
	double		sum = x;
	double		before;

	do
	{
		x *= x;
		before = sum;
		sum += x * weight;
		weight *= 2;
	} while (sum != before);
	return sum;
}

/* tau(x) of the paper: (1 - x - (1 - x^(1/2))^2 / 2 - (1 - x^(1/4))^2 / 4 - ...) / 3 */
static double
share_of_full(double x)
{
	double		weight = 1;
	double		sum = 1 - x;
	double		before;

	if (x == 0 || x == 1)
		return 0;
	do
	{
		x = sqrt(x);
		before = sum;
		weight /= 2;
		sum -= (1 - x) * (1 - x) * weight;
	} while (sum != before);
	return sum / 3;
}
