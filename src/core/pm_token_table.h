/*
 * pm_token_table.h
 *		Layout of a table image, and looking bytes up in it.
 *
 * An image is, in this order and without gaps: the header, the ranks of the
 * 256 single bytes, the ranks of the 65,536 pairs of bytes, slots for tokens
 * of 3 to 7 bytes, slots for longer ones, the offset of each token's bytes and
 * of their end, the bytes.  All numbers are native; the endian tag tells.
 *
 * Both slot tables use open addressing without wrap-around: a chain starts in
 * the first nshort (nlong) slots and may run "probes" slots beyond them, so a
 * lookup ends after that many steps even where a damaged image has no free
 * slot.  Every rank and offset read from the image is checked against its
 * bound before use; that, not the checksum, keeps reads inside the image.
 *
 * The writer in tools/ includes this header for the same hashes.
 */
#ifndef PM_TOKEN_TABLE_H
#define PM_TOKEN_TABLE_H

#include <string.h>

#include "pm_token.h"

#define PM_TOKEN_MAGIC		"PMTOKENS"
#define PM_TOKEN_FORMAT		1
#define PM_TOKEN_ENDIAN		0x01020304
#define PM_TOKEN_NONE		UINT32_MAX
#define PM_TOKEN_MAX_RANK	0xFFFFFF	/* the merge heap packs ranks so */
#define PM_TOKEN_MAX_BYTES	255		/* of one token, for the same reason */
#define PM_TOKEN_MAX_PROBES 4096
#define PM_TOKEN_SHORT		7		/* bytes that fit in a slot's key */

typedef struct PmTokenImage
{
	char		magic[8];
	uint32_t	format;
	uint32_t	endian;
	uint64_t	size;			/* of the image */
	uint64_t	sum;			/* of all that follows the header */
	uint32_t	kind;
	uint32_t	ntokens;
	uint32_t	longest;
	uint32_t	nshort;
	uint32_t	nlong;
	uint32_t	probes;
	uint32_t	nbytes;			/* a multiple of 8, zero filled */
	uint32_t	unused;
	uint8_t		source[32];
} PmTokenImage;

typedef struct PmTokenShort
{
	uint64_t	key;			/* bytes and length, see pm_token_key() */
	uint32_t	rank;			/* PM_TOKEN_NONE where the slot is free */
	uint32_t	unused;
} PmTokenShort;

typedef struct PmTokenLong
{
	uint32_t	tag;			/* of the hash, saves most comparisons */
	uint32_t	rank;
} PmTokenLong;

/* Eight bytes as a number, the first one lowest, on every machine. */
static inline uint64_t
pm_token_load(const uint8_t *p)
{
	uint64_t	v;

	memcpy(&v, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* Key of n <= 7 bytes; room is the number of bytes that may be read. */
static inline uint64_t
pm_token_key(const uint8_t *p, size_t n, size_t room)
{
	uint64_t	v = 0;

	if (room >= 8)
		v = pm_token_load(p) & ((UINT64_C(1) << 8 * n) - 1);
	else
		for (size_t i = 0; i < n; i++)
			v |= (uint64_t) p[i] << 8 * i;
	return v | (uint64_t) n << 56;
}

static inline uint32_t
pm_token_short_slot(uint64_t key, uint32_t nshort)
{
	uint64_t	h = key * UINT64_C(0x9E3779B97F4A7C15);

	h ^= h >> 32;
	h *= UINT64_C(0xD6E8FEB86659FD93);
	return (uint32_t) ((h >> 32) * nshort >> 32);
}

/* Hash of n >= 8 bytes; the last step reads some bytes again. */
static inline uint64_t
pm_token_hash(const uint8_t *p, size_t n)
{
	const uint64_t mul = UINT64_C(0x9FB21C651E98DF25);
	uint64_t	h = n * mul;

	for (size_t i = 0; i + 8 < n; i += 8)
	{
		h = (h ^ pm_token_load(p + i)) * mul;
		h ^= h >> 29;
	}
	h = (h ^ pm_token_load(p + n - 8)) * mul;
	h ^= h >> 32;
	h *= UINT64_C(0xD6E8FEB86659FD93);
	return h ^ h >> 29;
}

static inline uint32_t
pm_token_long_slot(uint64_t hash, uint32_t nlong)
{
	return (uint32_t) ((hash >> 32) * nlong >> 32);
}

/* Where a token's bytes lie; false for a rank or offset out of bounds. */
static inline bool
pm_token_bytes_at(const PmTokenTable *table, uint32_t rank, size_t n,
				  size_t *offset)
{
	if (rank >= table->ntokens)
		return false;
	*offset = table->offsets[rank];
	return *offset <= table->nbytes && n <= table->nbytes - *offset &&
		table->offsets[rank + 1] == *offset + n;
}

/* Rank of the token with these 8 or more bytes, or PM_TOKEN_NONE. */
static inline uint32_t
pm_token_find_long(const PmTokenTable *table, const uint8_t *p, size_t n)
{
	uint64_t	hash = pm_token_hash(p, n);
	const PmTokenLong *slot = table->longs + pm_token_long_slot(hash, table->nlong);

	for (uint32_t i = 0; i < table->probes; i++, slot++)
	{
		size_t		offset;

		if (slot->rank == PM_TOKEN_NONE)
			break;
		if (slot->tag == (uint32_t) hash &&
			pm_token_bytes_at(table, slot->rank, n, &offset) &&
			memcmp(table->bytes + offset, p, n) == 0)
			return slot->rank;
	}
	return PM_TOKEN_NONE;
}

/*
 * Rank of the token with these n > 0 bytes, or PM_TOKEN_NONE; room >= n is the
 * number of bytes that may be read at p.
 */
static inline uint32_t
pm_token_find(const PmTokenTable *table, const uint8_t *p, size_t n, size_t room)
{
	uint32_t	rank = PM_TOKEN_NONE;

	if (n > PM_TOKEN_SHORT)
		return n > table->longest ? PM_TOKEN_NONE : pm_token_find_long(table, p, n);
	if (n > 2)
	{
		uint64_t	key = pm_token_key(p, n, room);
		const PmTokenShort *slot = table->shorts + pm_token_short_slot(key, table->nshort);

		for (uint32_t i = 0; i < table->probes; i++, slot++)
		{
			if (slot->key == key)
			{
				rank = slot->rank;
				break;
			}
			if (slot->rank == PM_TOKEN_NONE)
				break;
		}
	}
	else if (n == 2)
		rank = table->pair[p[0] << 8 | p[1]];
	else
		rank = table->single[p[0]];
	return rank < table->ntokens ? rank : PM_TOKEN_NONE;
}

/* Sum over n bytes, a multiple of 8, for finding damage. */
extern uint64_t pm_token_sum(const void *data, size_t n);

#endif							/* PM_TOKEN_TABLE_H */
