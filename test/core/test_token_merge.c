/*
 * test_token_merge.c
 *		Merging, limits, cutting and damaged images, with small vocabularies.
 *
 * Needs no table files: the vocabularies are built here.  Both ways of merging
 * are compared with one that follows the rule word by word.
 */
#include "test_token_util.h"

#include "../../src/core/pm_token_merge.h"

/* Ranks that make merges compete, overlap and tie. */
#define WORDS "aa ab ba aaa bab abab aaaa bb abba cab bc abc aaaaaaaa abababab " \
	"aaaaaaaaaaaaaaaa bbbbbbbbbb \xE6\x97 \xE6\x97\xA5 \x97\xA5 \xA5\xE6 the th he"

typedef struct Seen
{
	uint32_t	ids[8192];
	size_t		n;
	size_t		end;			/* of the last token */
	bool		gap;
	size_t		stop_at;		/* 0 for never */
} Seen;

static PmTokenImage *image;
static PmTokenTable table;

static bool see(void *arg, uint32_t id, size_t start, size_t len);
static size_t merge_by_rule(const char *text, size_t len, uint32_t *ids);
static void compare(const char *text, size_t len);
static void test_merge(void);
static void test_heap_on_short(void);
static void test_limits(void);
static void test_truncate(void);
static void check_cut(const char *text, size_t len, uint64_t limit, PmTokenSide side);
static void test_services(void);
static void test_visitor(void);
static void test_images(void);
static void test_damage(void);

int
main(void)
{
	image = small_image(PM_TOKEN_CL100K, WORDS);
	if (!CHECK(image != NULL) ||
		!CHECK(pm_token_open(&table, image, image->size) == PM_TOKEN_OK))
		return 1;
	CHECK(pm_token_verify(&table) == PM_TOKEN_OK);
	test_merge();
	test_heap_on_short();
	test_limits();
	test_truncate();
	test_services();
	test_visitor();
	test_images();
	test_damage();
	return check_report("test_token_merge");
}

static bool
see(void *arg, uint32_t id, size_t start, size_t len)
{
	Seen	   *seen = arg;

	if (seen->n < sizeof(seen->ids) / sizeof(seen->ids[0]))
		seen->ids[seen->n] = id;
	seen->n++;
	seen->gap |= start != seen->end || len == 0;
	seen->end = start + len;
	return seen->n != seen->stop_at;
}

/* The rule as it is told, for one piece. */
static size_t
merge_by_rule(const char *text, size_t len, uint32_t *ids)
{
	const uint8_t *p = (const uint8_t *) text;
	size_t		bound[2048];
	size_t		n = len;

	for (size_t i = 0; i <= len; i++)
		bound[i] = i;
	for (;;)
	{
		uint32_t	lowest = PM_TOKEN_NONE;
		size_t		at = 0;

		for (size_t i = 0; i + 2 <= n; i++)
		{
			size_t		size = bound[i + 2] - bound[i];
			uint32_t	rank = pm_token_find(&table, p + bound[i], size, size);

			if (rank < lowest)
			{
				lowest = rank;
				at = i;
			}
		}
		if (lowest == PM_TOKEN_NONE)
			break;
		memmove(bound + at + 1, bound + at + 2, (n - at - 1) * sizeof(bound[0]));
		n--;
	}
	for (size_t i = 0; i < n; i++)
		ids[i] = pm_token_find(&table, p + bound[i], bound[i + 1] - bound[i],
							   bound[i + 1] - bound[i]);
	return n;
}

/* One piece that is no token: the rule, the listing and the count agree. */
static void
compare(const char *text, size_t len)
{
	static Seen seen;
	static uint32_t ids[2048];
	size_t		n = merge_by_rule(text, len, ids);
	uint64_t	count;
	TestEnv		test;

	env_init(&test);
	memset(&seen, 0, sizeof(seen));
	if (!CHECK(pm_token_each(&table, &test.env, text, len, see, &seen) == PM_TOKEN_OK) ||
		!CHECK(!seen.gap && seen.end == len && seen.n == n &&
			   memcmp(seen.ids, ids, n * sizeof(ids[0])) == 0))
		printf("  text: %.*s\n", (int) len, text);
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &count) == PM_TOKEN_OK && count == n);
	env_reset(&test);
}

static void
test_merge(void)
{
	static const char *const alphabets[] = {"ab", "abc", "a", "aaaaaaab", "the", "abz"};
	uint32_t	state = 99;

	for (size_t a = 0; a < sizeof(alphabets) / sizeof(alphabets[0]); a++)
		for (int round = 0; round < 300; round++)
		{
			char		text[600];
			size_t		len = 17 + test_random(&state) % (round % 3 == 0 ? 580 : 130);

			for (size_t i = 0; i < len; i++)
				text[i] = alphabets[a][test_random(&state) % strlen(alphabets[a])];
			compare(text, len);
		}
	/* Around the size from which the heap is used. */
	for (size_t len = PM_TOKEN_SMALL - 2; len <= PM_TOKEN_SMALL + 2; len++)
	{
		char		text[PM_TOKEN_SMALL + 2];

		memset(text, 'a', len);
		compare(text, len);
	}
}

/* The heap gives the same bounds as the array on pieces of any size. */
static void
test_heap_on_short(void)
{
	uint32_t	state = 5;
	PmTokenWork work;
	TestEnv		test;

	memset(&work, 0, sizeof(work));
	env_init(&test);
	for (int round = 0; round < 3000; round++)
	{
		uint8_t		text[PM_TOKEN_SMALL];
		uint8_t		start[PM_TOKEN_SMALL + 2];
		size_t		n = 2 + test_random(&state) % (PM_TOKEN_SMALL - 1);
		size_t		small;
		size_t		large;
		size_t		at = 0;
		bool		same;

		for (size_t i = 0; i < n; i++)
			text[i] = "abc"[test_random(&state) % 3];
		small = pm_token_merge_small(&table, text, n, n, start);
		CHECK(pm_token_merge_large(&table, &test.env, text, n, n, &work,
								   &large) == PM_TOKEN_OK);
		same = small == large;
		for (size_t i = 0; i < small && same; i++, at = work.next[at])
			same = start[i] == at;
		CHECK(same && at == n);
	}
	env_reset(&test);
}

static void
test_limits(void)
{
	const char *text = "the cab abba zzz aaaaaaaaaaaa\n123 4567";
	size_t		len = strlen(text);
	uint64_t	total;
	uint64_t	count;
	bool		fits;
	TestEnv		test;

	env_init(&test);
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &total) == PM_TOKEN_OK);
	for (uint64_t limit = 0; limit <= len + 2; limit++)
	{
		CHECK(pm_token_count(&table, &test.env, text, len, limit,
							 &count) == PM_TOKEN_OK);
		CHECK(count == (total <= limit ? total : limit + 1));
		CHECK(pm_token_fits(&table, &test.env, text, len, limit,
							&fits) == PM_TOKEN_OK && fits == (total <= limit));
	}
	CHECK(pm_token_count(&table, &test.env, "", 0, 0, &count) == PM_TOKEN_OK &&
		  count == 0);
	CHECK(pm_token_fits(&table, &test.env, "", 0, 0, &fits) == PM_TOKEN_OK && fits);
	CHECK(pm_token_fits(&table, &test.env, "a", 1, 0, &fits) == PM_TOKEN_OK && !fits);
	CHECK(pm_token_fits(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						&fits) == PM_TOKEN_OK && fits);
}

static void
check_cut(const char *text, size_t len, uint64_t limit, PmTokenSide side)
{
	size_t		start,
				end;
	uint64_t	count;
	uint64_t	total;
	TestEnv		test;

	env_init(&test);
	if (!CHECK(pm_token_truncate(&table, &test.env, text, len, limit, side,
								 &start, &end) == PM_TOKEN_OK) ||
		!CHECK(start <= end && end <= len))
		return;
	pm_token_count(&table, &test.env, text + start, end - start,
				   PM_TOKEN_NO_LIMIT, &count);
	pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT, &total);
	CHECK(count <= limit);
	CHECK(side == PM_TOKEN_KEEP_START ? start == 0 : end == len);
	CHECK(total > limit || end - start == len);
	CHECK(start == len || ((uint8_t) text[start] & 0xC0) != 0x80);
	CHECK(end == len || ((uint8_t) text[end] & 0xC0) != 0x80);
	env_reset(&test);
}

static void
test_truncate(void)
{
	static const char *const parts[] = {"a", "b", "ab", " ", "  ", "\n", "the", "'s",
	"12", "\xE6\x97\xA5", "\xF0\x9F\x98\x80", "e\xCC\x81", "-", "cab"};
	uint32_t	state = 3;

	for (int round = 0; round < 400; round++)
	{
		char		text[512] = "";
		size_t		len = 0;
		int			n = 1 + (int) (test_random(&state) % 60);

		for (int i = 0; i < n; i++)
		{
			const char *part = parts[test_random(&state) % 14];

			memcpy(text + len, part, strlen(part));
			len += strlen(part);
		}
		for (uint64_t limit = 0; limit < 40; limit += 1 + limit / 4)
		{
			check_cut(text, len, limit, PM_TOKEN_KEEP_START);
			check_cut(text, len, limit, PM_TOKEN_KEEP_END);
		}
	}
}

/* What is asked of the caller: memory rarely, polls often. */
static void
test_services(void)
{
	size_t		len = 300000;
	char	   *text = malloc(len);
	uint64_t	count;
	size_t		start,
				end;
	TestEnv		test;

	env_init(&test);
	memset(text, 'z', PM_TOKEN_SMALL);
	CHECK(pm_token_count(&table, &test.env, text, PM_TOKEN_SMALL,
						 PM_TOKEN_NO_LIMIT, &count) == PM_TOKEN_OK);
	CHECK(test.nblocks == 0);
	memset(text, 'a', len);
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &count) == PM_TOKEN_OK && count == len / 16);
	CHECK(test.nblocks == 1 && test.bytes <= 24 * (len + 1));
	/* Splitting, linking and at least one merge per token. */
	CHECK(test.polls >= 3 * (len / 4096));
	/* Cutting passes over the text several times with the same memory. */
	env_reset(&test);
	CHECK(pm_token_truncate(&table, &test.env, text, len, 100, PM_TOKEN_KEEP_END,
							&start, &end) == PM_TOKEN_OK && end - start == 1600);
	CHECK(test.nblocks == 1);
	env_reset(&test);
	test.refuse = true;
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &count) == PM_TOKEN_NO_MEMORY);
	CHECK(pm_token_truncate(&table, &test.env, text, len, 9, PM_TOKEN_KEEP_START,
							&start, &end) == PM_TOKEN_NO_MEMORY);
	env_reset(&test);
	/* Short pieces poll by the text; growing ones share one block in the end. */
	for (size_t i = 0; i < len; i++)
		text[i] = i % 4 == 3 ? ' ' : 'b';
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &count) == PM_TOKEN_OK);
	CHECK(test.nblocks == 0 && test.polls >= len / 4096 - 1);
	env_reset(&test);
	for (size_t i = 0, word = 200, left = word; i < len; i++)
	{
		text[i] = left-- == 0 ? ' ' : 'b';
		if (text[i] == ' ')
			left = word = word + 10;
	}
	CHECK(pm_token_count(&table, &test.env, text, len, PM_TOKEN_NO_LIMIT,
						 &count) == PM_TOKEN_OK);
	CHECK(test.nblocks > 1 && test.nblocks < 12 && test.bytes < 24 * 5 * 2800);
	env_reset(&test);
	free(text);
}

static void
test_visitor(void)
{
	static Seen seen;
	static char many[50000];
	char		text[1000];
	TestEnv		test;

	/* A vocabulary of bytes leaves a long piece in so many tokens. */
	env_init(&test);
	memset(&seen, 0, sizeof(seen));
	memset(many, 'z', sizeof(many));
	CHECK(pm_token_each(&table, &test.env, many, sizeof(many), see, &seen) == PM_TOKEN_OK);
	CHECK(seen.n == sizeof(many) && seen.end == sizeof(many) && !seen.gap);
	/* To split, to link and to list. */
	CHECK(test.polls >= 3 * (sizeof(many) / 4096));
	env_reset(&test);

	memset(text, 'a', sizeof(text));
	memset(text + 500, 'b', 300);
	text[480] = text[900] = ' ';
	for (size_t stop = 1; stop < 40; stop++)
	{
		memset(&seen, 0, sizeof(seen));
		seen.stop_at = stop;
		CHECK(pm_token_each(&table, &test.env, text, sizeof(text), see,
							&seen) == PM_TOKEN_OK && seen.n == stop);
	}
	env_reset(&test);
}

/* Images that cannot be built, and headers that must not be opened. */
static void
test_images(void)
{
	PmTokenImage *copy = malloc(image->size);
	PmTokenTable other;
	size_t		size = image->size;

	CHECK(small_image(PM_TOKEN_CL100K, "aa bb aa") == NULL);
	CHECK(pm_token_kind_name((PmTokenKind) 3) == NULL);
	CHECK_STR(pm_token_kind_name(PM_TOKEN_O200K), "o200k_base");
	for (int status = PM_TOKEN_OK; status <= PM_TOKEN_NO_MEMORY + 1; status++)
		CHECK((strcmp(pm_token_status_text((PmTokenStatus) status),
					  "unknown status") == 0) == (status > PM_TOKEN_NO_MEMORY));
	CHECK(pm_token_source(&table)[0] == 1 && pm_token_source(&table)[3] == 0);
#define REJECT(change, want) do { \
		memcpy(copy, image, size); \
		change; \
		CHECK(pm_token_open(&other, copy, size) == (want)); \
	} while (0)
	REJECT(copy->magic[7]++, PM_TOKEN_BAD_MAGIC);
	REJECT(copy->format++, PM_TOKEN_BAD_FORMAT);
	REJECT(copy->endian = 0x04030201, PM_TOKEN_BAD_ENDIAN);
	REJECT(copy->size--, PM_TOKEN_BAD_SIZE);
	REJECT(copy->kind = 0, PM_TOKEN_BAD_TABLE);
	REJECT(copy->ntokens = 255, PM_TOKEN_BAD_TABLE);
	REJECT(copy->ntokens = 0x1000000, PM_TOKEN_BAD_TABLE);
	REJECT(copy->ntokens += 2, PM_TOKEN_BAD_SIZE);
	REJECT(copy->longest = 0, PM_TOKEN_BAD_TABLE);
	REJECT(copy->longest = 256, PM_TOKEN_BAD_TABLE);
	REJECT(copy->nshort = 0, PM_TOKEN_BAD_TABLE);
	REJECT(copy->nshort = UINT32_MAX, PM_TOKEN_BAD_SIZE);
	REJECT(copy->nlong = 0, PM_TOKEN_BAD_TABLE);
	REJECT(copy->nlong++, PM_TOKEN_BAD_SIZE);
	REJECT(copy->probes = 0, PM_TOKEN_BAD_TABLE);
	REJECT(copy->probes = 5000, PM_TOKEN_BAD_TABLE);
	REJECT(copy->nbytes += 1, PM_TOKEN_BAD_TABLE);
	REJECT(copy->nbytes += 8, PM_TOKEN_BAD_SIZE);
	REJECT(((uint32_t *) (copy + 1))[65] = PM_TOKEN_NONE, PM_TOKEN_BAD_TABLE);
	memcpy(copy, image, size);
	for (size_t len = 0; len < size; len += 1 + len / 3)
		CHECK(pm_token_open(&other, copy, len) == PM_TOKEN_BAD_SIZE);
	CHECK(pm_token_open(&other, (char *) copy + 4, size - 4) == PM_TOKEN_BAD_SIZE);
	free(copy);
}

/* Every changed byte after the header is found, and harms nobody before. */
static void
test_damage(void)
{
	PmTokenImage *copy = malloc(image->size);
	const char *text = "abababab cab the aaaaaaaaaaaaaaaaaaaa \xE6\x97\xA5 zz";
	uint32_t	state = 11;

	for (int round = 0; round < 3000; round++)
	{
		size_t		at = sizeof(*copy) + test_random(&state) %
			(image->size - sizeof(*copy));
		PmTokenTable other;
		TestEnv		test;
		uint64_t	count;

		/* Most of the image is the table of pairs; look behind it as well. */
		if (round % 2 == 0)
			at = image->size - 1 - test_random(&state) % 1500;
		memcpy(copy, image, image->size);
		((uint8_t *) copy)[at] ^= (uint8_t) (1 + test_random(&state) % 255);
		if (pm_token_open(&other, copy, image->size) != PM_TOKEN_OK)
			continue;
		env_init(&test);
		CHECK(pm_token_verify(&other) == PM_TOKEN_BAD_TABLE);
		CHECK(pm_token_count(&other, &test.env, text, strlen(text),
							 PM_TOKEN_NO_LIMIT, &count) == PM_TOKEN_OK &&
			  count <= strlen(text));
		env_reset(&test);
	}
	free(copy);
}
