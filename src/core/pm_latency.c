/*
 * pm_latency.c
 *		Latencies as counts in buckets of a fixed relative width.
 *
 * The bucket is found from the bits of the number and a table of the roots of
 * 2, not by a logarithm, so that every machine finds the same.
 */
#include "pm_latency.h"

#include <math.h>

#define PER_DOUBLING 32
#define UNIT 0.01				/* the bound of bucket ORIGIN */
#define ORIGIN (10 * PER_DOUBLING)

/* 2^(k / 32) */
static const double roots[PER_DOUBLING + 1] = {
	0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0,
	0x1.172b83c7d517bp+0, 0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0,
	0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0, 0x1.3dea64c123422p+0, 0x1.44e086061892dp+0,
	0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0, 0x1.6247eb03a5585p+0,
	0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
	0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0,
	0x1.ae89f995ad3adp+0, 0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0,
	0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0, 0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
	0x1.0000000000000p+1
};

const PmSketchKind pm_latency_kind = {
	.name = "latency_sketch",
	.nslots = PM_LATENCY_BUCKETS,
	.width = 8,
	.most = INT64_C(1000000000000000),
	.adds = true
};

int
pm_latency_bucket(double seconds)
{
	int			exponent;
	int			low = 0;
	int			high = PER_DOUBLING;
	int			bucket;
	double		scaled;

	if (!(seconds >= 0))
		return -1;
	if (seconds <= pm_latency_bound(0))
		return 0;
	if (seconds >= pm_latency_bound(PM_LATENCY_BUCKETS - 1))
		return PM_LATENCY_BUCKETS - 1;
	scaled = 2 * frexp(seconds / UNIT, &exponent);
	/* The first root that is not below it. */
	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (scaled <= roots[middle])
			high = middle;
		else
			low = middle + 1;
	}
	bucket = ORIGIN + (exponent - 1) * PER_DOUBLING + low;
	return bucket < PM_LATENCY_BUCKETS ? bucket : PM_LATENCY_BUCKETS - 1;
}

double
pm_latency_bound(int bucket)
{
	return ldexp(UNIT * roots[bucket % PER_DOUBLING], (bucket - ORIGIN) / PER_DOUBLING -
				 (bucket < ORIGIN && bucket % PER_DOUBLING != 0));
}

double
pm_latency_value(int bucket)
{
	double		low;
	double		high = pm_latency_bound(bucket);

	if (bucket == 0)
		return 0;
	low = pm_latency_bound(bucket - 1);
	return 2 * low * high / (low + high);
}

double
pm_latency_quantile(PmSketchReader *reader, int64_t n, double q)
{
	double		rank = fmax(ceil(q * (double) n), 1);
	int64_t		seen = 0;
	int64_t		count;

	while (pm_sketch_next(reader, &count) > 0)
	{
		seen += count;
		if ((double) seen >= rank)
			return pm_latency_value(reader->slot);
	}
	return NAN;
}

int64_t
pm_latency_within(PmSketchReader *reader, double seconds)
{
	int			last = pm_latency_bucket(seconds);
	int64_t		within = 0;
	int64_t		count;

	if (last >= 0 && last < PM_LATENCY_BUCKETS - 1 && seconds < pm_latency_bound(last))
		last--;
	while (pm_sketch_next(reader, &count) > 0 && reader->slot <= last)
		within += count;
	return within;
}
