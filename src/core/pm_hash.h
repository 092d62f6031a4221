/*
 * pm_hash.h
 *		MurmurHash3 x86 32-bit and FNV-1a 32-bit over pieces of text.
 */
#ifndef PM_HASH_H
#define PM_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash in progress: feeding "a" then "bc" equals hashing "abc".  So salt,
 * colon and unit need no buffer to be joined in.
 */
typedef struct PmMurmur
{
	uint32_t	hash;
	uint32_t	tail;			/* bytes not yet mixed, little-endian */
	uint32_t	ntail;			/* how many, 0..3 */
	uint32_t	length;			/* bytes seen, modulo 2^32 */
} PmMurmur;

extern void pm_murmur_init(PmMurmur *state, uint32_t seed);
extern void pm_murmur_add(PmMurmur *state, const char *data, size_t len);
extern uint32_t pm_murmur_end(const PmMurmur *state);

extern uint32_t pm_murmur3_x86_32(const char *data, size_t len, uint32_t seed);

/*
 * FNV-1a: the hash of what came before, or PM_FNV1A_START, goes in; that of it
 * and the text comes out.  The first takes each byte, the second each UTF-16
 * code unit (all of its 16 bits) of a text given as UTF-8.
 */
#define PM_FNV1A_START 0x811c9dc5u
extern uint32_t pm_fnv1a_bytes(uint32_t hash, const char *data, size_t len);
extern uint32_t pm_fnv1a_utf16(uint32_t hash, const char *utf8, size_t len);

#endif							/* PM_HASH_H */
