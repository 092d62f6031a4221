/*
 * pm_vendor.c
 *		The choice of a variant as other vendors' SDKs make it.
 *
 * Each algorithm is kept bit for bit as its vendor computes it, with its order
 * of operations, its direction of comparison and its float arithmetic where
 * the vendor uses floats: an SDK outside of the database has to see the same
 * arm.  What looks untidy here (< in one place, <= in the next) is theirs.
 *
 * Weights stand for the vendor's shares as w / W with W their sum.  Double
 * precision division rounds correctly, so w / W is the very number that a
 * vendor's configuration writes as a decimal fraction or computes from whole
 * per cent.
 */
#include "pm_vendor.h"

#include <string.h>

#define UNLEASH_VARIANT_SEED 86028157u

/* 15 hexadecimal digits of ones; as double precision that is 2^60. */
#define SHA1_SCALE 1152921504606846976.0

static const PmVendor vendors[] = {
	{"m3", PM_M3},
	{"m3_rendezvous", PM_M3_RENDEZVOUS},
	{"growthbook_v2", PM_GROWTHBOOK_V2},
	{"growthbook_v1", PM_GROWTHBOOK_V1},
	{"growthbook_v2_utf8", PM_GROWTHBOOK_V2_UTF8},
	{"growthbook_v1_utf8", PM_GROWTHBOOK_V1_UTF8},
	{"unleash", PM_UNLEASH},
	{"flagd", PM_FLAGD},
	{"optimizely", PM_OPTIMIZELY},
	{"split", PM_SPLIT},
	{"planout", PM_PLANOUT, PM_DIGEST_SHA1, ".", ""},
	{"launchdarkly", PM_LAUNCHDARKLY, PM_DIGEST_SHA1, ".", ""},
	{"posthog", PM_POSTHOG, PM_DIGEST_SHA1, ".", "variant"},
	{"statsig", PM_STATSIG, PM_DIGEST_SHA256, ".", ""},
	{"eppo", PM_EPPO, PM_DIGEST_MD5, "-", ""}
};

static bool parse_seed(PmText salt, uint32_t *seed);
static uint32_t murmur_of(PmText first, PmText second, uint32_t seed);
static uint32_t growthbook_number(PmAlgorithm algorithm, PmText seed, PmText value);
static int	pick_range(double n, const PmWeights *weights, double coverage);
static int	pick_bucket(uint64_t bucket, uint32_t buckets,
						const PmWeights *weights, uint32_t coverage_ppm);
static int	pick_modulo(uint64_t number, const PmWeights *weights);
static int	pick_split(uint64_t number, const PmWeights *weights);
static int	pick_planout(double uniform, const PmWeights *weights);
static int	pick_launchdarkly(double uniform, const PmWeights *weights);

const PmVendor *
pm_vendor_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
	{
		if (strlen(vendors[i].name) == len && memcmp(vendors[i].name, name, len) == 0)
			return &vendors[i];
	}
	return NULL;
}

const char *
pm_vendor_salt_problem(PmAlgorithm algorithm, PmText salt)
{
	uint32_t	seed;

	if (algorithm == PM_M3 || algorithm == PM_M3_RENDEZVOUS)
		return memchr(salt.data, ':', salt.len) != NULL ? "must not contain a colon" : NULL;
	if (algorithm == PM_SPLIT && !parse_seed(salt, &seed))
		return "must be the seed as a whole number of 32 bits";
	return NULL;
}

uint64_t
pm_vendor_number(PmAlgorithm algorithm, PmText salt, PmText unit)
{
	uint32_t	seed;
	PmMurmur	state;

	switch (algorithm)
	{
		case PM_GROWTHBOOK_V2:
		case PM_GROWTHBOOK_V1:
		case PM_GROWTHBOOK_V2_UTF8:
		case PM_GROWTHBOOK_V1_UTF8:
			return growthbook_number(algorithm, salt, unit);
		case PM_UNLEASH:
			pm_murmur_init(&state, UNLEASH_VARIANT_SEED);
			pm_murmur_add(&state, salt.data, salt.len);
			pm_murmur_add(&state, ":", 1);
			pm_murmur_add(&state, unit.data, unit.len);
			return pm_murmur_end(&state);
		case PM_FLAGD:
			return murmur_of(salt, unit, 0);
		case PM_OPTIMIZELY:
			return murmur_of(unit, salt, 1);
		case PM_SPLIT:
			return parse_seed(salt, &seed) ? pm_murmur3_x86_32(unit.data, unit.len, seed) : 0;
		default:
			return pm_m3_hash(salt, unit);
	}
}

uint64_t
pm_vendor_number_of(PmAlgorithm algorithm, const uint8_t digest[PM_DIGEST_USED])
{
	uint64_t	number = 0;

	for (int i = 0; i < PM_DIGEST_USED; i++)
		number = number << 8 | digest[i];
	if (algorithm == PM_EPPO)
		return number >> 32;
	return algorithm == PM_STATSIG ? number : number >> 4;
}

bool
pm_vendor_covered(PmAlgorithm algorithm, PmText salt, PmText unit,
				  uint64_t rollout_number, uint32_t coverage_ppm)
{
	switch (algorithm)
	{
		case PM_GROWTHBOOK_V2:
		case PM_GROWTHBOOK_V1:
		case PM_GROWTHBOOK_V2_UTF8:
		case PM_GROWTHBOOK_V1_UTF8:
		case PM_OPTIMIZELY:
			return true;
		case PM_UNLEASH:
			/* whole per cent from 1 to 100; the text is joined as in m3 */
			return (pm_m3_hash(salt, unit) % 100 + 1) * (PM_PPM / 100) <= coverage_ppm;
		case PM_POSTHOG:
			return (double) rollout_number / SHA1_SCALE <= (double) coverage_ppm / PM_PPM;
		default:
			return pm_m3_covered(salt, unit, coverage_ppm);
	}
}

int
pm_vendor_pick(PmAlgorithm algorithm, uint64_t number,
			   const PmWeights *weights, uint32_t coverage_ppm)
{
	double		coverage = (double) coverage_ppm / PM_PPM;

	if (weights->total == 0)
		return -1;
	switch (algorithm)
	{
		case PM_GROWTHBOOK_V2:
		case PM_GROWTHBOOK_V2_UTF8:
			return pick_range((double) (number % 10000) / 10000, weights, coverage);
		case PM_GROWTHBOOK_V1:
		case PM_GROWTHBOOK_V1_UTF8:
			return pick_range((double) (number % 1000) / 1000, weights, coverage);
		case PM_POSTHOG:
			return pick_range((double) number / SHA1_SCALE, weights, 1);
		case PM_UNLEASH:
			return pick_modulo(number, weights);
		case PM_OPTIMIZELY:
			return pick_bucket((number * 10000) >> 32, 10000, weights, coverage_ppm);
		case PM_STATSIG:
			return pick_bucket(number % 1000, 1000, weights, PM_PPM);
		case PM_EPPO:
			return pick_bucket(number % 10000, 10000, weights, PM_PPM);
		case PM_SPLIT:
			return pick_split(number, weights);
		case PM_PLANOUT:
			return pick_planout((double) number / SHA1_SCALE, weights);
		case PM_LAUNCHDARKLY:
			return pick_launchdarkly((double) number / SHA1_SCALE, weights);
		default:
			return pm_m3_pick((uint32_t) number, weights);
	}
}

/*
 * A seed from -2^31 to 2^32 - 1 in decimal: vendors write 32 bits with a sign,
 * others without.  False for anything else.
 */
static bool
parse_seed(PmText salt, uint32_t *seed)
{
	bool		negative = salt.len > 0 && salt.data[0] == '-';
	size_t		i = negative ? 1 : 0;
	uint64_t	value = 0;

	if (i == salt.len)
		return false;
	for (; i < salt.len; i++)
	{
		if (salt.data[i] < '0' || salt.data[i] > '9')
			return false;
		value = value * 10 + (uint64_t) (salt.data[i] - '0');
		if (value > (negative ? 0x80000000u : UINT32_MAX))
			return false;
	}
	*seed = negative ? (uint32_t) (0 - value) : (uint32_t) value;
	return true;
}

static uint32_t
murmur_of(PmText first, PmText second, uint32_t seed)
{
	PmMurmur	state;

	pm_murmur_init(&state, seed);
	pm_murmur_add(&state, first.data, first.len);
	pm_murmur_add(&state, second.data, second.len);
	return pm_murmur_end(&state);
}

/* Version 2 hashes twice: the second time the first hash's decimal digits. */
static uint32_t
growthbook_number(PmAlgorithm algorithm, PmText seed, PmText value)
{
	bool		twice = algorithm == PM_GROWTHBOOK_V2 || algorithm == PM_GROWTHBOOK_V2_UTF8;
	bool		bytes = algorithm == PM_GROWTHBOOK_V2_UTF8 || algorithm == PM_GROWTHBOOK_V1_UTF8;
	PmText		first = twice ? seed : value;
	PmText		second = twice ? value : seed;
	uint32_t	hash = PM_FNV1A_START;
	char		digits[10];
	size_t		n = sizeof(digits);

	if (bytes)
	{
		hash = pm_fnv1a_bytes(hash, first.data, first.len);
		hash = pm_fnv1a_bytes(hash, second.data, second.len);
	}
	else
	{
		hash = pm_fnv1a_utf16(hash, first.data, first.len);
		hash = pm_fnv1a_utf16(hash, second.data, second.len);
	}
	if (!twice)
		return hash;
	do
		digits[--n] = (char) ('0' + hash % 10);
	while ((hash /= 10) > 0);
	return pm_fnv1a_bytes(PM_FNV1A_START, digits + n, sizeof(digits) - n);
}

/* GrowthBook's ranges; with coverage 1 they are PostHog's as well. */
static int
pick_range(double n, const PmWeights *weights, double coverage)
{
	double		start = 0;

	for (int i = 0; i < weights->n; i++)
	{
		double		share = (double) weights->weight[i] / weights->total;

		/* volatile: fused with the addition it would be rounded once only */
		volatile double length = coverage * share;

		if (n >= start && n < start + length)
			return i;
		start += share;
	}
	return -1;
}

/*
 * Whole buckets: variant i has those from C_(i-1) to C_i, scaled to their
 * number; of these the first coverage_ppm, the rest are nobody's.  Products
 * stay below 2^51, as PM_PPM is a multiple of the number of buckets.
 */
static int
pick_bucket(uint64_t bucket, uint32_t buckets,
			const PmWeights *weights, uint32_t coverage_ppm)
{
	uint64_t	point = bucket * (PM_PPM / buckets) * weights->total;
	uint64_t	start = 0;

	for (int i = 0; i < weights->n; i++)
	{
		uint64_t	weight = (uint32_t) weights->weight[i];

		if (point < start + weight * PM_PPM)
			return point < start + weight * coverage_ppm ? i : -1;
		start += weight * PM_PPM;
	}
	return -1;
}

static int
pick_modulo(uint64_t number, const PmWeights *weights)
{
	uint64_t	point = number % weights->total;
	uint64_t	running = 0;

	for (int i = 0; i < weights->n; i++)
	{
		running += (uint32_t) weights->weight[i];
		if (point < running)
			return i;
	}
	return -1;
}

/* Per cent from 1 to 100, each treatment's upper bound included. */
static int
pick_split(uint64_t number, const PmWeights *weights)
{
	uint64_t	point = (number % 100 + 1) * weights->total;
	uint64_t	running = 0;

	for (int i = 0; i < weights->n; i++)
	{
		running += (uint64_t) weights->weight[i] * 100;
		if (point <= running)
			return i;
	}
	return -1;
}

static int
pick_planout(double uniform, const PmWeights *weights)
{
	double		stop = uniform * weights->total;
	double		running = 0;

	for (int i = 0; i < weights->n; i++)
	{
		running += weights->weight[i];
		if (stop <= running)
			return i;
	}
	return -1;
}

/* Never none: what rounding leaves past the end belongs to the last variant. */
static int
pick_launchdarkly(double uniform, const PmWeights *weights)
{
	double		running = 0;

	for (int i = 0; i < weights->n; i++)
	{
		running += (double) weights->weight[i] / weights->total;
		if (uniform < running)
			return i;
	}
	return weights->n - 1;
}
