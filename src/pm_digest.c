/*
 * pm_digest.c
 *		MD5 and SHA digests for the core.
 *
 * They are the server's own, so that nothing has to be linked and a server
 * that may not use one of them says so.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"

#include "pm_digest.h"

static bool run_digest(pg_cryptohash_ctx *context, const PmText *pieces, int n,
					   uint8 *digest, size_t size);

void
pm_digest(PmDigest kind, const PmText *pieces, int n, uint8 first[PM_DIGEST_USED])
{
	static const struct
	{
		pg_cryptohash_type type;
		const char *name;
	}			digests[] = {
		[PM_DIGEST_MD5] = {PG_MD5, "MD5"},
		[PM_DIGEST_SHA1] = {PG_SHA1, "SHA-1"},
		[PM_DIGEST_SHA256] = {PG_SHA256, "SHA-256"},
	};
	uint8		digest[PG_SHA256_DIGEST_LENGTH];	/* the longest of them */
	pg_cryptohash_ctx *context = pg_cryptohash_create(digests[kind].type);
	bool		done = run_digest(context, pieces, n, digest, sizeof(digest));

	pg_cryptohash_free(context);
	if (!done)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("could not compute a digest by %s", digests[kind].name),
				 errhint("This server's cryptographic library does not offer it: choose another algorithm.")));
	memcpy(first, digest, PM_DIGEST_USED);
}

static bool
run_digest(pg_cryptohash_ctx *context, const PmText *pieces, int n,
		   uint8 *digest, size_t size)
{
	if (context == NULL || pg_cryptohash_init(context) < 0)
		return false;
	for (int i = 0; i < n; i++)
	{
		if (pg_cryptohash_update(context, (const uint8 *) pieces[i].data, pieces[i].len) < 0)
			return false;
	}
	return pg_cryptohash_final(context, digest, size) == 0;
}
