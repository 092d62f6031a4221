/*
 * pm_vendor.h
 *		The choice of a variant as other vendors' SDKs make it.
 *
 * Salt and unit give a number, the number and the weights give the variant.
 * Where the number is cut from an MD5 or SHA digest, the caller makes that: of
 * salt, joint, unit and suffix, one after the other.
 */
#ifndef PM_VENDOR_H
#define PM_VENDOR_H

#include "pm_pick.h"

typedef enum PmAlgorithm
{
	PM_M3,
	PM_M3_RENDEZVOUS,
	PM_GROWTHBOOK_V2,
	PM_GROWTHBOOK_V1,
	PM_GROWTHBOOK_V2_UTF8,
	PM_GROWTHBOOK_V1_UTF8,
	PM_UNLEASH,
	PM_FLAGD,
	PM_OPTIMIZELY,
	PM_SPLIT,
	PM_PLANOUT,
	PM_LAUNCHDARKLY,
	PM_POSTHOG,
	PM_STATSIG,
	PM_EPPO
} PmAlgorithm;

typedef enum PmDigest
{
	PM_DIGEST_NONE,
	PM_DIGEST_MD5,
	PM_DIGEST_SHA1,
	PM_DIGEST_SHA256
} PmDigest;

#define PM_DIGEST_USED 8		/* so many of a digest's first bytes matter */

typedef struct PmVendor
{
	const char *name;			/* of the algorithm, as users write it */
	PmAlgorithm algorithm;
	PmDigest	digest;
	const char *joint;
	const char *suffix;
} PmVendor;

/* NULL for an unknown name. */
extern const PmVendor *pm_vendor_find(const char *name, size_t len);

/* What is wrong with a salt, NULL where nothing is. */
extern const char *pm_vendor_salt_problem(PmAlgorithm algorithm, PmText salt);

/*
 * The number of a unit: of an algorithm without a digest, or from the digest's
 * first bytes.  m3_rendezvous has a number per arm, and so none here.
 */
extern uint64_t pm_vendor_number(PmAlgorithm algorithm, PmText salt, PmText unit);
extern uint64_t pm_vendor_number_of(PmAlgorithm algorithm,
									const uint8_t digest[PM_DIGEST_USED]);

/*
 * Is the unit inside the coverage?  posthog asks a number of its own, that of
 * a digest without the suffix; it is given for nothing else.
 */
extern bool pm_vendor_covered(PmAlgorithm algorithm, PmText salt, PmText unit,
							  uint64_t rollout_number, uint32_t coverage_ppm);

/*
 * The 0-based variant, -1 for none.  growthbook and optimizely have their
 * coverage here, as a part of each variant's range.
 */
extern int	pm_vendor_pick(PmAlgorithm algorithm, uint64_t number,
						   const PmWeights *weights, uint32_t coverage_ppm);

#endif							/* PM_VENDOR_H */
