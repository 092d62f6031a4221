/*
 * pm_digest.h
 *		MD5 and SHA digests for the core.  Include it after postgres.h.
 */
#ifndef PM_DIGEST_H
#define PM_DIGEST_H

#include "pm_vendor.h"

/*
 * The first bytes of the digest of some pieces of text, one after the other.
 * Raises 0A000 where the server has no such digest, as MD5 under FIPS.
 */
extern void pm_digest(PmDigest kind, const PmText *pieces, int n,
					  uint8 first[PM_DIGEST_USED]);

#endif							/* PM_DIGEST_H */
