/*
 * fuzz_token.c
 *		Fuzz target: any text, and any damage to a table image.
 *
 * The first byte chooses.  Bit 0: the encoding.  Bit 1: the input names bytes
 * of the image to change (three bytes of place, one of value, up to sixteen
 * times) before the rest is taken as text.  Bit 2: the sum is put right after
 * that, so that the content checks are reached.  Bit 3: an opened image that
 * fails its verification is used all the same; that must be harmless.
 *
 * For sound images it asserts what must hold for any bytes: tokens cover the
 * text, count and listing agree, limits stop where they should, and a cut text
 * is within its limit and, of valid UTF-8, valid UTF-8.
 */
#include <stdio.h>

#include "../../src/core/pm_token_class.h"
#include "../../tools/token_image.h"

/* Merges that compete, characters in parts, and a few long tokens. */
static const char *const words[] = {
	"aa", "ab", "ba", "aaa", "bab", "abab", "aaaa", "bb", "abba", "  ", "    ", " a",
	"'s", "\r\n", "\n\n", "00", "000", "//", "\xE6\x97", "\xE6\x97\xA5", "\x97\xA5",
	"\xA5\xE6", "\xCC\x81", "a\xCC", "aaaaaaaa", "abababab", "aaaaaaaaaaaaaaaa",
	"bbbbbbbbbb", "                ", "aaaaaaaaaaaaaaaaaaaaaaab"
};

#define WORDS (sizeof(words) / sizeof(words[0]))

typedef struct Walk
{
	size_t		n;
	size_t		end;
	uint32_t	ntokens;
} Walk;

static void *blocks[32];
static int	nblocks;
static PmTokenImage *images[2];

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *fuzz_alloc(void *ctx, size_t size);
static void fuzz_poll(void *ctx);
static void require(bool ok, const char *what);
static PmTokenImage *vocabulary(PmTokenKind kind);
static size_t damage(uint8_t *image, size_t len, const uint8_t *data, size_t size);
static bool visit(void *arg, uint32_t id, size_t start, size_t len);
static bool valid_utf8(const char *text, size_t len);
static void run(const PmTokenTable *table, const char *text, size_t len, bool sound);
static void run_cuts(const PmTokenTable *table, const char *text, size_t len,
					 uint64_t total);

static const PmTokenEnv env = {NULL, fuzz_alloc, fuzz_poll};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int			which;
	PmTokenImage *image;
	PmTokenImage *copy = NULL;
	PmTokenTable table;
	size_t		used = 1;
	bool		sound = true;

	if (size < 1)
		return 0;
	which = data[0] & 1;
	if (images[which] == NULL)
		images[which] = vocabulary(which ? PM_TOKEN_O200K : PM_TOKEN_CL100K);
	image = images[which];
	if (data[0] & 2)
	{
		copy = malloc((size_t) image->size);
		require(copy != NULL, "memory");
		memcpy(copy, image, (size_t) image->size);
		used += damage((uint8_t *) copy, (size_t) image->size, data + 1, size - 1);
		if (data[0] & 4)
			copy->sum = pm_token_sum(copy + 1, (size_t) image->size - sizeof(*copy));
		/* Without the sum put right, a change of content must be found. */
		sound = memcmp(copy, image, (size_t) image->size) == 0;
	}
	if (pm_token_open(&table, copy ? copy : image,
					  (size_t) image->size) == PM_TOKEN_OK)
	{
		bool		verified = copy == NULL || pm_token_verify(&table) == PM_TOKEN_OK;

		require(verified || !sound, "a sound image verifies");
		if (copy != NULL && !(data[0] & 4) && copy->sum == image->sum)
			require(!verified || memcmp(copy + 1, image + 1, (size_t) image->size -
										sizeof(*image)) == 0, "damage is found");
		if (verified || (data[0] & 8))
		{
			/* An exact copy, so that a sanitizer sees a byte too many. */
			char	   *text = malloc(size - used + (size == used));

			memcpy(text, data + used, size - used);
			run(&table, text, size - used, sound);
			free(text);
		}
	}
	free(copy);
	return 0;
}

static void *
fuzz_alloc(void *ctx, size_t size)
{
	(void) ctx;
	require(nblocks < 32, "few allocations");
	return blocks[nblocks++] = malloc(size);
}

static void
fuzz_poll(void *ctx)
{
	(void) ctx;
}

static void
require(bool ok, const char *what)
{
	if (!ok)
	{
		fprintf(stderr, "violated: %s\n", what);
		abort();
	}
}

/* All bytes, then the words above. */
static PmTokenImage *
vocabulary(PmTokenKind kind)
{
	static uint8_t bytes[1024];
	static uint32_t offsets[256 + WORDS + 1];
	uint8_t		source[32] = {0};
	TokenList	list = {256 + WORDS, offsets, bytes};
	uint32_t	n = 256;
	PmTokenImage *image;

	for (uint32_t i = 0; i < 256; i++)
	{
		bytes[i] = (uint8_t) i;
		offsets[i] = i;
	}
	for (uint32_t i = 0; i < WORDS; i++)
	{
		offsets[256 + i] = n;
		memcpy(bytes + n, words[i], strlen(words[i]));
		n += (uint32_t) strlen(words[i]);
	}
	offsets[256 + WORDS] = n;
	image = token_image_build(&list, kind, source);
	require(image != NULL, "the vocabulary is sound");
	return image;
}

/* Returns the number of input bytes used. */
static size_t
damage(uint8_t *image, size_t len, const uint8_t *data, size_t size)
{
	size_t		used = 1;
	size_t		changes;

	if (size == 0)
		return 0;
	changes = data[0] % 17;
	for (size_t i = 0; i < changes && used + 4 <= size; i++, used += 4)
	{
		uint32_t	at = (uint32_t) data[used] << 16 | data[used + 1] << 8 | data[used + 2];

		/* The upper half counts from the end, where tokens and slots are. */
		if (at & 0x800000)
			at = (uint32_t) (len - 1 - (at & 0xFFFF) % len);
		image[at % len] = data[used + 3];
	}
	return used;
}

static bool
visit(void *arg, uint32_t id, size_t start, size_t len)
{
	Walk	   *walk = arg;

	require(start == walk->end && len > 0, "tokens follow each other");
	require(id < walk->ntokens, "ids are in range");
	walk->end = start + len;
	walk->n++;
	return true;
}

static bool
valid_utf8(const char *text, size_t len)
{
	size_t		width;

	for (size_t pos = 0; pos < len; pos += width)
		if (pm_token_decode((const uint8_t *) text + pos, len - pos, &width) < 0)
			return false;
	return true;
}

static void
run(const PmTokenTable *table, const char *text, size_t len, bool sound)
{
	Walk		walk = {0, 0, table->ntokens};
	uint64_t	count = 0;

	require(pm_token_each(table, &env, text, len, visit, &walk) == PM_TOKEN_OK, "each");
	require(walk.end == len, "tokens cover the text");
	require(pm_token_count(table, &env, text, len, PM_TOKEN_NO_LIMIT,
						   &count) == PM_TOKEN_OK, "count");
	require(count == walk.n, "count and listing agree");
	for (uint64_t limit = 0; limit <= count + 1 && sound; limit += 1 + count / 3)
	{
		uint64_t	stopped;
		bool		fits;

		require(pm_token_count(table, &env, text, len, limit,
							   &stopped) == PM_TOKEN_OK, "count to a limit");
		require(stopped == (count <= limit ? count : limit + 1), "stops at the limit");
		require(pm_token_fits(table, &env, text, len, limit,
							  &fits) == PM_TOKEN_OK && fits == (count <= limit), "fits");
		while (nblocks > 0)
			free(blocks[--nblocks]);
	}
	run_cuts(table, text, len, count);
	while (nblocks > 0)
		free(blocks[--nblocks]);
}

static void
run_cuts(const PmTokenTable *table, const char *text, size_t len, uint64_t total)
{
	bool		valid = valid_utf8(text, len);

	for (int i = 0; i < 6; i++)
	{
		uint64_t	limit = total * (uint64_t) (i / 2) / 3 + i / 4;
		PmTokenSide side = i % 2 ? PM_TOKEN_KEEP_END : PM_TOKEN_KEEP_START;
		uint64_t	count = 0;
		size_t		start,
					end;

		require(pm_token_truncate(table, &env, text, len, limit, side, &start,
								  &end) == PM_TOKEN_OK, "truncate");
		require(start <= end && end <= len, "a cut is inside the text");
		require(side == PM_TOKEN_KEEP_END ? end == len : start == 0, "a cut keeps its side");
		pm_token_count(table, &env, text + start, end - start, PM_TOKEN_NO_LIMIT, &count);
		require(count <= limit, "a cut is within its limit");
		require(!valid || valid_utf8(text + start, end - start), "a cut is between characters");
		while (nblocks > 0)
			free(blocks[--nblocks]);
	}
}
