/*
 * test_token.c
 *		Counts, ids, limits and cuts with the two real vocabularies.
 *
 * The vectors hold the ids of other implementations.  Without the table files
 * ("make tokenizers") only what needs no table is asserted here; the other
 * token tests build vocabularies of their own.
 */
#include <inttypes.h>
#include <time.h>

#include "test_token_util.h"
#include "test_token_sha256.h"

#define MEGABYTE 1000000

/* Ids of one text, as numbers and as they are summed. */
typedef struct Ids
{
	uint32_t   *ids;
	size_t		n;
	size_t		room;
	size_t		end;
	bool		gap;
} Ids;

static bool collect(void *arg, uint32_t id, size_t start, size_t len);
static void test_vectors(const PmTokenTable *table);
static void check_vector(const PmTokenTable *table, const Json *vector);
static bool ids_equal(const Ids *ids, const Json *want);
static bool ids_sum(const Ids *ids, const Json *want);
static void check_limits(const PmTokenTable *table, const char *text, size_t len,
						 uint64_t total);
static void check_cuts(const PmTokenTable *table, const char *text, size_t len,
					   uint64_t total);
static void test_megabytes(const PmTokenTable *table);
static void fill(char *text, const char *what);
static double now(void);

int
main(void)
{
	test_sha256();
	for (int kind = PM_TOKEN_CL100K; kind <= PM_TOKEN_O200K; kind++)
	{
		size_t		len;
		void	   *image = real_image((PmTokenKind) kind, &len);
		PmTokenTable table;

		if (image == NULL)
		{
			printf("test_token: no table of %s, its vectors are skipped\n",
				   pm_token_kind_name((PmTokenKind) kind));
			continue;
		}
		if (!CHECK(pm_token_open(&table, image, len) == PM_TOKEN_OK) ||
			!CHECK(pm_token_verify(&table) == PM_TOKEN_OK))
			continue;
		CHECK((int) table.kind == kind);
		CHECK(table.longest == 128);
		CHECK(table.ntokens == (kind == PM_TOKEN_CL100K ? 100256 : 199998));
		test_vectors(&table);
		test_megabytes(&table);
	}
	return check_report("test_token");
}

static bool
collect(void *arg, uint32_t id, size_t start, size_t len)
{
	Ids		   *ids = arg;

	if (ids->n == ids->room)
	{
		ids->room = ids->room == 0 ? 1024 : ids->room * 2;
		ids->ids = realloc(ids->ids, ids->room * sizeof(ids->ids[0]));
	}
	ids->ids[ids->n++] = id;
	ids->gap |= start != ids->end || len == 0;
	ids->end = start + len;
	return true;
}

static void
test_vectors(const PmTokenTable *table)
{
	char		path[4096];
	size_t		len;
	char	   *text;
	size_t		seen = 0;

	snprintf(path, sizeof(path), "%s/tokens/tokens_shared_200.jsonl", check_data_dir());
	text = file_read(path, &len);
	if (text == NULL)
	{
		printf("test_token: no reference data, the vectors are skipped\n");
		return;
	}
	for (size_t pos = 0; pos < len;)
	{
		const char *end = memchr(text + pos, '\n', len - pos);
		size_t		n = end == NULL ? len - pos : (size_t) (end - text) - pos;
		const Json *vector = n > 0 ? json_parse(text + pos, n) : NULL;

		if (n > 0 && CHECK(vector != NULL))
		{
			check_vector(table, vector);
			seen++;
		}
		pos += n + 1;
	}
	CHECK(seen == 200);
}

static void
check_vector(const PmTokenTable *table, const Json *vector)
{
	const Json *text = json_get(vector, "text");
	const Json *want = json_get(vector, pm_token_kind_name(table->kind));
	Ids			ids = {NULL, 0, 0, 0, false};
	uint64_t	count;
	TestEnv		test;

	env_init(&test);
	CHECK(pm_token_each(table, &test.env, text->str, text->len, collect,
						&ids) == PM_TOKEN_OK);
	CHECK(!ids.gap && ids.end == text->len);
	if (!CHECK(ids.n == json_double(json_get(want, "n"))) ||
		!CHECK(ids_equal(&ids, want)) || !CHECK(ids_sum(&ids, want)))
		printf("  vector %s, %s\n", json_get(vector, "id")->str,
			   pm_token_kind_name(table->kind));
	CHECK(pm_token_count(table, &test.env, text->str, text->len,
						 PM_TOKEN_NO_LIMIT, &count) == PM_TOKEN_OK && count == ids.n);
	check_limits(table, text->str, text->len, ids.n);
	check_cuts(table, text->str, text->len, ids.n);
	free(ids.ids);
	env_reset(&test);
}

/* All ids, or the first and last ones of a long list. */
static bool
ids_equal(const Ids *ids, const Json *want)
{
	const Json *all = json_get(want, "ids");
	const Json *first = json_get(want, "first");
	const Json *last = json_get(want, "last");

	if (all != NULL)
	{
		for (size_t i = 0; i < all->n; i++)
			if (i >= ids->n || ids->ids[i] != json_double(all->items + i))
				return false;
		return all->n == ids->n;
	}
	if (first == NULL || last == NULL || last->n > ids->n || first->n > ids->n)
		return false;
	for (size_t i = 0; i < first->n; i++)
		if (ids->ids[i] != json_double(first->items + i))
			return false;
	for (size_t i = 0; i < last->n; i++)
		if (ids->ids[ids->n - last->n + i] != json_double(last->items + i))
			return false;
	return true;
}

static bool
ids_sum(const Ids *ids, const Json *want)
{
	char	   *list = malloc(ids->n * 8 + 1);
	size_t		len = 0;
	char		hex[65];

	for (size_t i = 0; i < ids->n; i++)
		len += (size_t) sprintf(list + len, "%s%" PRIu32, i > 0 ? "," : "", ids->ids[i]);
	sha256_hex(list, len, hex);
	free(list);
	return strcmp(hex, json_get(want, "sha256")->str) == 0;
}

/* Around the count, and around where the shortcuts take over. */
static void
check_limits(const PmTokenTable *table, const char *text, size_t len,
			 uint64_t total)
{
	uint64_t	limits[] = {0, 1, len / 128, len / 128 + 1, total - 1, total,
	total + 1, len - 1, len, len + 1};
	TestEnv		test;

	env_init(&test);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
	{
		uint64_t	count;
		bool		fits;

		CHECK(pm_token_fits(table, &test.env, text, len, limits[i],
							&fits) == PM_TOKEN_OK && fits == (total <= limits[i]));
		CHECK(pm_token_count(table, &test.env, text, len, limits[i],
							 &count) == PM_TOKEN_OK &&
			  (total <= limits[i] ? count == total : count == limits[i] + 1));
		env_reset(&test);
	}
}

static void
check_cuts(const PmTokenTable *table, const char *text, size_t len, uint64_t total)
{
	uint64_t	limits[] = {0, 1, 2, total / 2, total * 9 / 10, total - 1, total};

	for (size_t i = 0; i < 2 * sizeof(limits) / sizeof(limits[0]); i++)
	{
		uint64_t	limit = limits[i / 2];
		PmTokenSide side = i % 2 == 0 ? PM_TOKEN_KEEP_START : PM_TOKEN_KEEP_END;
		size_t		start,
					end;
		uint64_t	count;
		TestEnv		test;

		env_init(&test);
		CHECK(pm_token_truncate(table, &test.env, text, len, limit, side, &start,
								&end) == PM_TOKEN_OK);
		if (CHECK(start <= end && end <= len))
			CHECK(pm_token_count(table, &test.env, text + start, end - start,
								 PM_TOKEN_NO_LIMIT, &count) == PM_TOKEN_OK &&
				  count <= limit);
		CHECK(side == PM_TOKEN_KEEP_START ? start == 0 : end == len);
		CHECK(limit < total || (start == 0 && end == len));
		CHECK(start == len || ((uint8_t) text[start] & 0xC0) != 0x80);
		CHECK(end == len || ((uint8_t) text[end] & 0xC0) != 0x80);
		env_reset(&test);
	}
}

/* Texts of one piece, or nearly, that make a quadratic merge hang. */
static void
test_megabytes(const PmTokenTable *table)
{
	static const struct
	{
		const char *what;
		uint64_t	cl100k;
		uint64_t	o200k;
	}			texts[] = {
		{"a", 125000, 125000}, {" ", 7813, 7813}, {"\xE6\x97\xA5", 333334, 166668},
		{"random letters", 0, 0}, {"random CJK", 0, 0}
	};
	char	   *text = malloc(MEGABYTE);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		uint64_t	want = table->kind == PM_TOKEN_CL100K ? texts[i].cl100k : texts[i].o200k;
		uint64_t	count;
		double		start = now();
		TestEnv		test;

		fill(text, texts[i].what);
		env_init(&test);
		CHECK(pm_token_count(table, &test.env, text, MEGABYTE, PM_TOKEN_NO_LIMIT,
							 &count) == PM_TOKEN_OK);
		/* Generous: this also runs under sanitizers and on busy machines. */
		CHECK(now() - start < 10);
		CHECK(test.polls > 2 * MEGABYTE / 4096);
		if (want != 0 && !CHECK(count == want))
			printf("  1 MB of \"%s\": %" PRIu64 "\n", texts[i].what, count);
		env_reset(&test);
	}
	free(text);
}

static void
fill(char *text, const char *what)
{
	uint32_t	state = 17;
	size_t		i = 0;

	/* Three-byte characters leave one byte, which gets a letter. */
	memset(text, 'a', MEGABYTE);
	if (strcmp(what, "random letters") == 0)
		for (; i < MEGABYTE; i++)
			text[i] = (char) ('a' + test_random(&state) % 26);
	else if (strcmp(what, "random CJK") == 0)
		for (; i + 3 <= MEGABYTE; i += 3)
		{
			uint32_t	cp = 0x4E00 + test_random(&state) % 0x5000;

			text[i] = (char) (0xE0 | cp >> 12);
			text[i + 1] = (char) (0x80 | (cp >> 6 & 0x3F));
			text[i + 2] = (char) (0x80 | (cp & 0x3F));
		}
	else
		for (; i + strlen(what) <= MEGABYTE; i += strlen(what))
			memcpy(text + i, what, strlen(what));
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}
