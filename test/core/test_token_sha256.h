/*
 * test_token_sha256.h
 *		SHA-256 for comparing long lists of ids; written from FIPS 180-4.
 */
#ifndef TEST_TOKEN_SHA256_H
#define TEST_TOKEN_SHA256_H

#include <stdint.h>

#include "check.h"

static uint32_t sha256_k[64];
static uint32_t sha256_start[8];

/* The first 32 bits behind the point of a root of p; long double has 64. */
static inline uint32_t
sha256_fraction(long double root)
{
	return (uint32_t) ((root - floorl(root)) * 4294967296.0L);
}

/* The constants are roots of the first primes. */
static inline void
sha256_constants(void)
{
	int			n = 0;

	for (int p = 2; n < 64; p++)
	{
		bool		prime = true;

		for (int d = 2; d * d <= p; d++)
			prime &= p % d != 0;
		if (!prime)
			continue;
		if (n < 8)
			sha256_start[n] = sha256_fraction(sqrtl(p));
		sha256_k[n++] = sha256_fraction(cbrtl(p));
	}
}

static inline uint32_t
sha256_rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static inline void
sha256_block(uint32_t h[8], const uint8_t *p)
{
	uint32_t	w[64];
	uint32_t	v[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t) p[4 * i] << 24 | (uint32_t) p[4 * i + 1] << 16 |
			(uint32_t) p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
			(sha256_rotate(w[i - 15], 7) ^ sha256_rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
			(sha256_rotate(w[i - 2], 17) ^ sha256_rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (int i = 0; i < 64; i++)
	{
		uint32_t	a = v[0];
		uint32_t	e = v[4];
		uint32_t	t1 = v[7] + sha256_k[i] + w[i] + ((e & v[5]) ^ (~e & v[6])) +
			(sha256_rotate(e, 6) ^ sha256_rotate(e, 11) ^ sha256_rotate(e, 25));
		uint32_t	t2 = ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2])) +
			(sha256_rotate(a, 2) ^ sha256_rotate(a, 13) ^ sha256_rotate(a, 22));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

static inline void
sha256_hex(const char *text, size_t len, char hex[65])
{
	uint32_t	h[8];
	uint8_t		last[128] = {0};
	size_t		rest = len % 64;
	size_t		size = rest < 56 ? 64 : 128;

	if (sha256_k[0] == 0)
		sha256_constants();
	memcpy(h, sha256_start, sizeof(h));
	for (size_t i = 0; i + 64 <= len; i += 64)
		sha256_block(h, (const uint8_t *) text + i);
	memcpy(last, text + len - rest, rest);
	last[rest] = 0x80;
	for (int i = 0; i < 8; i++)
		last[size - 1 - i] = (uint8_t) ((uint64_t) len * 8 >> 8 * i);
	for (size_t i = 0; i < size; i += 64)
		sha256_block(h, last + i);
	for (int i = 0; i < 8; i++)
		sprintf(hex + 8 * i, "%08x", h[i]);
}

/* The two examples of the standard, of one and of two blocks. */
static inline void
test_sha256(void)
{
	char		hex[65];

	sha256_hex("abc", 3, hex);
	CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
	CHECK_STR(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

#endif							/* TEST_TOKEN_SHA256_H */
