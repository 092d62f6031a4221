/*
 * pm_hash.c
 *		MurmurHash3 x86 32-bit (Austin Appleby, public domain algorithm) and
 *		FNV-1a 32-bit (Fowler, Noll and Vo, likewise).
 *
 * The hash decides who sees which variant, so it is fixed for ever: it is
 * ours, and not one of the server's, which may change between releases.  All
 * arithmetic is modulo 2^32 and blocks are read byte by byte, so that every
 * machine gives the same numbers.
 */
#include "pm_hash.h"

#include "pm_utf8.h"

#define FNV1A_PRIME 0x01000193u

static inline uint32_t
rotate_left(uint32_t x, int bits)
{
	return (x << bits) | (x >> (32 - bits));
}

static inline uint32_t
scramble(uint32_t block)
{
	block *= 0xcc9e2d51;
	block = rotate_left(block, 15);
	return block * 0x1b873593;
}

static inline uint32_t
mix(uint32_t hash, uint32_t block)
{
	hash ^= scramble(block);
	hash = rotate_left(hash, 13);
	return hash * 5 + 0xe6546b64;
}

void
pm_murmur_init(PmMurmur *state, uint32_t seed)
{
	state->hash = seed;
	state->tail = 0;
	state->ntail = 0;
	state->length = 0;
}

void
pm_murmur_add(PmMurmur *state, const char *data, size_t len)
{
	const unsigned char *p = (const unsigned char *) data;
	const unsigned char *end = p + len;

	state->length += (uint32_t) len;

	/* Complete the block that an earlier piece began. */
	while (state->ntail > 0 && p < end)
	{
		state->tail |= (uint32_t) *p++ << (8 * state->ntail);
		if (++state->ntail == 4)
		{
			state->hash = mix(state->hash, state->tail);
			state->tail = 0;
			state->ntail = 0;
		}
	}
	for (; end - p >= 4; p += 4)
		state->hash = mix(state->hash,
						  (uint32_t) p[0] | (uint32_t) p[1] << 8 |
						  (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24);
	while (p < end)
		state->tail |= (uint32_t) *p++ << (8 * state->ntail++);
}

uint32_t
pm_murmur_end(const PmMurmur *state)
{
	uint32_t	hash = state->hash;

	if (state->ntail > 0)
		hash ^= scramble(state->tail);
	hash ^= state->length;
	hash ^= hash >> 16;
	hash *= 0x85ebca6b;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35;
	return hash ^ (hash >> 16);
}

uint32_t
pm_murmur3_x86_32(const char *data, size_t len, uint32_t seed)
{
	PmMurmur	state;

	pm_murmur_init(&state, seed);
	pm_murmur_add(&state, data, len);
	return pm_murmur_end(&state);
}

uint32_t
pm_fnv1a_bytes(uint32_t hash, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) data[i]) * FNV1A_PRIME;
	return hash;
}

/* Text that is no UTF-8 cannot get here; its bytes would count as they are. */
uint32_t
pm_fnv1a_utf16(uint32_t hash, const char *utf8, size_t len)
{
	uint32_t	taken;

	for (size_t i = 0; i < len; i += taken)
	{
		uint32_t	c = pm_utf8_decode(utf8 + i, len - i, &taken);

		if (c == PM_UTF8_BAD)
			c = (unsigned char) utf8[i];
		if (c > 0xFFFF)
		{
			/* above the first plane: a pair of surrogates */
			c -= 0x10000;
			hash = (hash ^ (0xD800 | c >> 10)) * FNV1A_PRIME;
			c = 0xDC00 | (c & 0x3FF);
		}
		hash = (hash ^ c) * FNV1A_PRIME;
	}
	return hash;
}
