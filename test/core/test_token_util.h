/*
 * test_token_util.h
 *		What the token tests share: an environment, small vocabularies, images.
 */
#ifndef TEST_TOKEN_UTIL_H
#define TEST_TOKEN_UTIL_H

#include "check.h"
#include "json.h"

#include "../../tools/token_image.h"

/* Counts what the core asks of its caller; all memory is freed by env_reset. */
typedef struct TestEnv
{
	PmTokenEnv	env;
	void	   *blocks[64];
	int			nblocks;
	size_t		bytes;			/* allocated in all */
	uint64_t	polls;
	bool		refuse;			/* make the next allocation fail */
} TestEnv;

static inline void *
test_alloc(void *ctx, size_t size)
{
	TestEnv    *test = ctx;
	void	   *p;

	if (test->refuse || test->nblocks == 64)
		return NULL;
	p = malloc(size);
	test->blocks[test->nblocks++] = p;
	test->bytes += size;
	return p;
}

static inline void
test_poll(void *ctx)
{
	((TestEnv *) ctx)->polls++;
}

static inline void
env_init(TestEnv *test)
{
	memset(test, 0, sizeof(*test));
	test->env.ctx = test;
	test->env.alloc = test_alloc;
	test->env.poll = test_poll;
}

static inline void
env_reset(TestEnv *test)
{
	for (int i = 0; i < test->nblocks; i++)
		free(test->blocks[i]);
	env_init(test);
}

/* A stream of numbers that is the same everywhere. */
static inline uint32_t
test_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/*
 * An image whose vocabulary is all bytes and then the given strings, which are
 * separated by spaces and get the ranks 256, 257, ...
 */
static inline PmTokenImage *
small_image(PmTokenKind kind, const char *words)
{
	static uint8_t bytes[70000];
	static uint32_t offsets[20000];
	static const uint8_t source[32] = {1, 2, 3};
	TokenList	list = {256, offsets, bytes};
	uint32_t	n = 256;

	for (uint32_t i = 0; i < 256; i++)
	{
		bytes[i] = (uint8_t) i;
		offsets[i] = i;
	}
	while (*words != '\0')
	{
		size_t		len = strcspn(words, " ");

		offsets[list.ntokens++] = n;
		memcpy(bytes + n, words, len);
		n += (uint32_t) len;
		words += len;
		words += strspn(words, " ");
	}
	offsets[list.ntokens] = n;
	return token_image_build(&list, kind, source);
}

/* The image of an encoding, NULL where "make tokenizers" has not been run. */
static inline void *
real_image(PmTokenKind kind, size_t *len)
{
	const char *dir = getenv("PROMPT_MGR_TOKENIZERS");
	char		path[4096];

	snprintf(path, sizeof(path), "%s/%s.ptok",
			 dir != NULL && dir[0] != '\0' ? dir : "build/tokenizers",
			 pm_token_kind_name(kind));
	return file_read(path, len);
}

#endif							/* TEST_TOKEN_UTIL_H */
