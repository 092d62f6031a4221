/*
 * test_pick.c
 *		The choice of a variant: m3, rendezvous, and other vendors' algorithms.
 */
#include "check.h"
#include "json.h"
#include "pm_pick.h"
#include "pm_vendor.h"

#define TEXT(literal) ((PmText) {literal, sizeof(literal) - 1})
#define WEIGHTS(...) \
	weights_of((const int32_t[]) {__VA_ARGS__}, (int) (sizeof((const int32_t[]) {__VA_ARGS__}) / sizeof(int32_t)))

#define MAX_ARMS 16

static PmWeights
weights_of(const int32_t *weight, int n)
{
	PmWeights	weights = {weight, n, 0};

	for (int i = 0; i < n; i++)
		weights.total += (uint32_t) weight[i];
	return weights;
}

static int
m3_pick(uint32_t hash, PmWeights weights)
{
	return pm_m3_pick(hash, &weights);
}

static int
vendor_pick(PmAlgorithm algorithm, uint64_t number, PmWeights weights, uint32_t coverage)
{
	return pm_vendor_pick(algorithm, number, &weights, coverage);
}

static void
test_m3(void)
{
	PmWeights	none = {NULL, 0, 0};
	PmMurmur	state;

	/* The thresholds of thirds lie at ceil(k * 2^32 / 3). */
	CHECK(m3_pick(0, WEIGHTS(1, 1, 1)) == 0);
	CHECK(m3_pick(1431655765, WEIGHTS(1, 1, 1)) == 0);
	CHECK(m3_pick(1431655766, WEIGHTS(1, 1, 1)) == 1);
	CHECK(m3_pick(2863311530, WEIGHTS(1, 1, 1)) == 1);
	CHECK(m3_pick(2863311531, WEIGHTS(1, 1, 1)) == 2);
	CHECK(m3_pick(UINT32_MAX, WEIGHTS(1, 1, 1)) == 2);
	CHECK(m3_pick(0, WEIGHTS(0, 1)) == 1);
	CHECK(m3_pick(UINT32_MAX, WEIGHTS(INT32_MAX)) == 0);
	CHECK(m3_pick(7, none) == -1);
	CHECK(m3_pick(7, WEIGHTS(0, 0)) == -1);

	pm_m3_begin(&state, TEXT("s"));
	pm_murmur_add(&state, "u", 1);
	CHECK(pm_murmur_end(&state) == pm_m3_hash(TEXT("s"), TEXT("u")));
	CHECK(pm_m3_hash(TEXT("s"), TEXT("u")) == pm_murmur3_x86_32("s:u", 3, 0));

	CHECK(pm_m3_covered(TEXT("s"), TEXT("u"), PM_PPM));
	CHECK(!pm_m3_covered(TEXT("s"), TEXT("u"), 0));
	/* Coverage asks the hash of salt "/x", not that of the variant. */
	for (uint32_t ppm = 0; ppm < PM_PPM; ppm += 9973)
		CHECK(pm_m3_covered(TEXT("s"), TEXT("u"), ppm) ==
			  ((uint64_t) pm_murmur3_x86_32("s/x:u", 5, 0) * PM_PPM < (uint64_t) ppm << 32));
}

/* Only units of an arm that shrinks move, and only to one that grows. */
static void
test_rendezvous(void)
{
	static const int32_t before[] = {3, 2, 5, 1};
	static const int32_t without[] = {3, 2, 0, 1};
	static const int32_t more[] = {3, 2, 5, 1, 11};
	PmWeights	a = weights_of(before, 4);
	PmWeights	b = weights_of(without, 4);
	PmWeights	c = weights_of(more, 5);
	int			count[4] = {0};
	int			lost[4] = {0};

	for (int i = 0; i < 100000; i++)
	{
		char		unit[16];
		PmText		text = {unit, (size_t) snprintf(unit, sizeof(unit), "unit %d", i)};
		int			first = pm_m3_rendezvous(TEXT("rendezvous"), text, &a);
		int			second = pm_m3_rendezvous(TEXT("rendezvous"), text, &b);
		int			third = pm_m3_rendezvous(TEXT("rendezvous"), text, &c);

		CHECK(first == 2 ? second != 2 : second == first);
		CHECK(third == first || third == 4);
		count[first]++;
		lost[first] += third == 4;
	}
	/* Shares within five standard errors; the new arm takes half of each. */
	for (int i = 0; i < 4; i++)
	{
		double		share = before[i] / 11.0;

		CHECK(fabs(count[i] - 1e5 * share) < 5 * sqrt(1e5 * share * (1 - share)));
		CHECK(fabs(lost[i] - count[i] / 2.0) < 5 * sqrt(count[i] / 4.0));
	}
	b = WEIGHTS(0, 0);
	CHECK(pm_m3_rendezvous(TEXT("s"), TEXT("u"), &b) == -1);
}

/* Both sides of each vendor's borders; which side they belong to differs. */
static void
test_borders(void)
{
	const uint64_t half = UINT64_C(1) << 59;

	CHECK(vendor_pick(PM_GROWTHBOOK_V2, 4999, WEIGHTS(1, 1), PM_PPM) == 0);
	CHECK(vendor_pick(PM_GROWTHBOOK_V2, 5000, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_GROWTHBOOK_V2, 2500, WEIGHTS(1, 1), 500000) == -1);
	CHECK(vendor_pick(PM_GROWTHBOOK_V2, 2499, WEIGHTS(1, 1), 500000) == 0);
	CHECK(vendor_pick(PM_GROWTHBOOK_V2, 0, WEIGHTS(1, 1), 0) == -1);
	CHECK(vendor_pick(PM_GROWTHBOOK_V1, 1500, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_POSTHOG, half - 1, WEIGHTS(1, 1), 1) == 1);	/* rounds up to 2^59 */
	CHECK(vendor_pick(PM_POSTHOG, half - 64, WEIGHTS(1, 1), 1) == 0);

	CHECK(vendor_pick(PM_UNLEASH, 1000, WEIGHTS(0, 500, 500), PM_PPM) == 1);
	CHECK(vendor_pick(PM_UNLEASH, 1499, WEIGHTS(0, 500, 500), PM_PPM) == 1);
	CHECK(vendor_pick(PM_UNLEASH, 1500, WEIGHTS(0, 500, 500), PM_PPM) == 2);

	CHECK(vendor_pick(PM_STATSIG, 1499, WEIGHTS(1, 1), PM_PPM) == 0);
	CHECK(vendor_pick(PM_STATSIG, 1500, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_STATSIG, UINT64_MAX, WEIGHTS(615, 1, 384), PM_PPM) == 1);	/* 615 of 1000 */
	CHECK(vendor_pick(PM_EPPO, 13332, WEIGHTS(3333, 3333, 3334), PM_PPM) == 0);
	CHECK(vendor_pick(PM_EPPO, 13333, WEIGHTS(3333, 3333, 3334), PM_PPM) == 1);
	CHECK(vendor_pick(PM_EPPO, 9999, WEIGHTS(INT32_MAX - 1, 1), PM_PPM) == 0);

	/* Up to 3333 of 10000 buckets: a third ends inside of bucket 3333. */
	CHECK(vendor_pick(PM_OPTIMIZELY, UINT64_C(0x55555555), WEIGHTS(1, 2), PM_PPM) == 0);
	CHECK(vendor_pick(PM_OPTIMIZELY, UINT32_MAX, WEIGHTS(1, 2), PM_PPM) == 1);
	CHECK(vendor_pick(PM_OPTIMIZELY, UINT32_MAX, WEIGHTS(1, 2), 999999) == 1);
	CHECK(vendor_pick(PM_OPTIMIZELY, UINT32_MAX, WEIGHTS(1, 2), 999800) == -1);
	CHECK(vendor_pick(PM_OPTIMIZELY, 0, WEIGHTS(1, 2), 0) == -1);
	CHECK(vendor_pick(PM_OPTIMIZELY, UINT32_MAX, WEIGHTS(INT32_MAX), 1) == -1);

	/* Per cent from 1 to 100, the upper bound included. */
	CHECK(vendor_pick(PM_SPLIT, 19, WEIGHTS(20, 80), PM_PPM) == 0);
	CHECK(vendor_pick(PM_SPLIT, 20, WEIGHTS(20, 80), PM_PPM) == 1);
	CHECK(vendor_pick(PM_SPLIT, 99, WEIGHTS(20, 80), PM_PPM) == 1);
	CHECK(vendor_pick(PM_PLANOUT, half, WEIGHTS(1, 1), PM_PPM) == 0);
	CHECK(vendor_pick(PM_PLANOUT, half + 128, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_PLANOUT, 2 * half - 1, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_LAUNCHDARKLY, half, WEIGHTS(1, 1), PM_PPM) == 1);
	CHECK(vendor_pick(PM_LAUNCHDARKLY, half - 64, WEIGHTS(1, 1), PM_PPM) == 0);
	CHECK(vendor_pick(PM_LAUNCHDARKLY, 2 * half - 1, WEIGHTS(1, 1, 1), PM_PPM) == 2);
	CHECK(vendor_pick(PM_FLAGD, 0x80000000, WEIGHTS(1, 1), PM_PPM) == 1);
}

/* Shares and coverage of every algorithm, on numbers spread evenly. */
static void
test_shares(void)
{
	for (int a = PM_GROWTHBOOK_V2; a <= PM_EPPO; a++)
	{
		bool		sha1 = a == PM_PLANOUT || a == PM_LAUNCHDARKLY || a == PM_POSTHOG;
		int			bits = sha1 ? 60 : a == PM_FLAGD || a == PM_OPTIMIZELY ? 32 : 0;
		int			got[3] = {0};

		for (uint64_t i = 0; i < 10000; i++)
		{
			/* the middle of each bucket, by the high bits or by the remainder */
			uint64_t	number = bits > 0 ? (2 * i + 1) * ((UINT64_C(1) << bits) / 20000) : i;
			int			pick;

			pick = vendor_pick((PmAlgorithm) a, number, WEIGHTS(200, 0, 800), PM_PPM);
			if (CHECK(pick >= 0 && pick < 3))
				got[pick]++;
		}
		CHECK(got[0] == 2000 && got[1] == 0 && got[2] == 8000);
		CHECK(vendor_pick((PmAlgorithm) a, 12345, WEIGHTS(0, 0), PM_PPM) == -1);
	}
}

static void
test_names(void)
{
	uint8_t		digest[PM_DIGEST_USED] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xff};

	CHECK(pm_vendor_find("m3", 2)->algorithm == PM_M3);
	CHECK(pm_vendor_find("eppo", 4)->digest == PM_DIGEST_MD5);
	CHECK(pm_vendor_find("epp", 3) == NULL && pm_vendor_find("eppo ", 5) == NULL && pm_vendor_find("", 0) == NULL);

	CHECK(pm_vendor_number_of(PM_EPPO, digest) == 0x12345678);
	CHECK(pm_vendor_number_of(PM_STATSIG, digest) == UINT64_C(0x123456789abcdeff));
	CHECK(pm_vendor_number_of(PM_PLANOUT, digest) == UINT64_C(0x123456789abcdef));

	CHECK(pm_vendor_salt_problem(PM_M3, TEXT("a:b")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_M3_RENDEZVOUS, TEXT(":")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_M3, TEXT("")) == NULL);
	CHECK(pm_vendor_salt_problem(PM_UNLEASH, TEXT("a:b")) == NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("-2147483648")) == NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("4294967295")) == NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("-2147483649")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("4294967296")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("99999999999999999999999999")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("-")) != NULL);
	CHECK(pm_vendor_salt_problem(PM_SPLIT, TEXT("1x")) != NULL);
	CHECK(pm_vendor_number(PM_SPLIT, TEXT("-1"), TEXT("u")) == pm_vendor_number(PM_SPLIT, TEXT("4294967295"), TEXT("u")));
}

/* NULL after a line that says what is left out. */
static Json *
read_vectors(const char *file)
{
	char		path[1024];
	char	   *text;
	size_t		len;

	snprintf(path, sizeof(path), "%s/experiments/%s", check_data_dir(), file);
	text = file_read(path, &len);
	if (text == NULL)
		printf("no reference data: %s skipped\n", file);
	return text == NULL ? NULL : json_parse(text, len);
}

static void
test_native_vectors(void)
{
	Json	   *vectors = read_vectors("native_m3_vectors.json");
	const Json *lists = json_get(vectors, "weights");
	const Json *rows = json_get(vectors, "rows");

	for (size_t r = 0; rows != NULL && r < rows->n; r++)
	{
		const Json *row = rows->items[r].items;
		uint32_t	hash = pm_m3_hash((PmText) {row[0].str, row[0].len}, (PmText) {row[1].str, row[1].len});

		CHECK(hash == (uint32_t) json_double(&row[2]));
		for (size_t w = 0; w < lists->n; w++)
		{
			int32_t		list[MAX_ARMS];
			int			n = (int) lists->items[w].n;

			for (int i = 0; i < n; i++)
				list[i] = (int32_t) json_double(&lists->items[w].items[i]);
			CHECK(m3_pick(hash, weights_of(list, n)) == (int) json_double(&row[3].items[w]));
		}
	}
}

/*
 * GrowthBook's ranges: name, [arms, coverage, weights], ranges.  Each n of the
 * 10000 that its hash can give is in the range that has it.  Weights that the
 * vendor would replace by equal ones cannot be said as integers; the others
 * are filled up to 1 by an arm that nobody asks for.  The vectors are rounded
 * to six decimals, so the end of a shortened range, a product of two floats, is
 * left out.
 */
static void
test_growthbook_ranges(void)
{
	Json	   *vectors = read_vectors("growthbook_sdk_cases.json");
	const Json *cases = json_get(vectors, "getBucketRange");

	for (size_t c = 0; cases != NULL && c < cases->n; c++)
	{
		const Json *arguments = cases->items[c].items[1].items;
		const Json *ranges = &cases->items[c].items[2];
		int			n = (int) ranges->n;
		double		coverage = fmin(fmax(json_double(&arguments[1]), 0), 1);
		int32_t		list[MAX_ARMS];
		int32_t		rest = 10000;

		for (int i = 0; i < n; i++)
		{
			bool		own = arguments[2].type == JSON_ARRAY && (int) arguments[2].n == n;

			list[i] = own ? (int32_t) lround(1e4 * json_double(&arguments[2].items[i])) : 10000 / n;
			rest -= list[i];
		}
		for (int i = 0; abs(rest) > 100 && i < n; i++)
			list[i] = 10000 / n;
		list[n] = abs(rest) > 100 ? 0 : rest;
		for (int b = 0; b < 10000; b++)
		{
			bool		at_end = false;
			int			want = -1;
			int			got = vendor_pick(PM_GROWTHBOOK_V2, (uint64_t) b, weights_of(list, n + 1),
										  (uint32_t) lround(coverage * PM_PPM));

			for (int i = n - 1; i >= 0; i--)
			{
				const Json *range = ranges->items[i].items;

				if (b / 10000.0 >= json_double(&range[0]) && b / 10000.0 < json_double(&range[1]))
					want = i;
				at_end |= coverage < 1 && fabs(b / 10000.0 - json_double(&range[1])) < 1e-7;
			}
			if (!at_end && !CHECK((got == n ? -1 : got) == want))
				printf("  case %d, bucket %d: got %d, want %d\n", (int) c, b, got, want);
		}
	}
}

int
main(void)
{
	test_m3();
	test_rendezvous();
	test_borders();
	test_shares();
	test_names();
	test_native_vectors();
	test_growthbook_ranges();
	return check_report("test_pick");
}
