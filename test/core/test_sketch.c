/*
 * test_sketch.c
 *		Sketches: packing, latency buckets and quantiles, distinct counts.
 */
#include "check.h"
#include "pm_distinct.h"
#include "pm_latency.h"

#define VALUES 20000

/* The random numbers are the same in every run. */
static uint64_t state = 88172645463325252u;

static double
uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return ((double) (state >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static size_t
pack(const PmSketchKind *kind, const uint8_t *slots, uint8_t *packed)
{
	PmSketchReader reader;
	int64_t		value;
	int			before = -1;
	size_t		len = 0;

	pm_sketch_read_slots(&reader, kind, slots);
	while (pm_sketch_next(&reader, &value) > 0)
	{
		len += pm_sketch_write(packed + len, before, reader.slot, value);
		before = reader.slot;
	}
	return len;
}

/* What is packed and read again is the same, in the same order. */
static void
test_packing(void)
{
	static const int64_t values[] = {1, 14, 15, 16, 127, 128, 142, 143, 1000000, INT64_C(1000000000000000)};
	static uint8_t slots[PM_LATENCY_BUCKETS * 8];
	static uint8_t packed[PM_SKETCH_PACKED_MAX(PM_LATENCY_BUCKETS)];
	const PmSketchKind *kind = &pm_latency_kind;

	for (int step = 1; step < 400; step = step * 3 / 2 + 1)
	{
		PmSketchReader reader;
		int64_t		value;
		size_t		len;
		int			n = 0;

		memset(slots, 0, sizeof(slots));
		for (int i = step - 1; i < kind->nslots; i += step)
			CHECK(pm_sketch_merge(kind, slots, i, values[i % 10]));
		len = pack(kind, slots, packed);
		pm_sketch_read_packed(&reader, kind, packed, len);
		for (; pm_sketch_next(&reader, &value) == 1; n++)
		{
			CHECK(reader.slot == step - 1 + n * step);
			CHECK(value == values[reader.slot % 10]);
		}
		CHECK(n == kind->nslots / step);
		/* No prefix that ends within a slot, and no slot too many, is a sketch. */
		pm_sketch_read_packed(&reader, kind, packed, len);
		packed[len] = 0x01;
		if (step == 1)
		{
			reader.end++;
			while ((n = pm_sketch_next(&reader, &value)) > 0);
			CHECK(n == -1);
		}
	}
	/* A slot that would overflow. */
	CHECK(!pm_sketch_merge(kind, slots, 399, kind->most + 1));
	memset(slots, 0, sizeof(slots));
	CHECK(pm_sketch_merge(kind, slots, 3, kind->most));
	CHECK(!pm_sketch_merge(kind, slots, 3, 1));
}

static void
check_malformed(const char *bytes, size_t len)
{
	PmSketchReader reader;
	int64_t		value;
	int			got;

	pm_sketch_read_packed(&reader, &pm_latency_kind, (const uint8_t *) bytes, len);
	while ((got = pm_sketch_next(&reader, &value)) > 0);
	CHECK(got == -1);
}

static void
test_malformed(void)
{
	check_malformed("\x00", 1);	/* a slot of value 0 */
	check_malformed("\x81", 1);	/* cut off */
	check_malformed("\x81\x00", 2);	/* a leading zero */
	check_malformed("\x0F", 1);	/* its value is missing */
	check_malformed("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
	check_malformed("\x0F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10);
	check_malformed("\x91\x88\x01", 3);	/* slot 1089 */
	check_malformed("\x01\x81\x88\x01", 4);	/* slots 0 and 1089 */
}

static void
test_buckets(void)
{
	static const double otel[] = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};

	for (int i = 0; i < 14; i++)
	{
		CHECK(pm_latency_bound(320 + 32 * i) == otel[i]);
		CHECK(pm_latency_bucket(otel[i]) == 320 + 32 * i);
		CHECK(pm_latency_bucket(nextafter(otel[i], 1000)) == 321 + 32 * i);
		CHECK(pm_latency_bucket(nextafter(otel[i], 0)) == 320 + 32 * i);
	}
	CHECK(pm_latency_bucket(0) == 0);
	CHECK(pm_latency_bucket(4.9e-324) == 0);
	CHECK(pm_latency_bucket(-1) == -1);
	CHECK(pm_latency_bucket(NAN) == -1);
	CHECK(pm_latency_bucket(INFINITY) == PM_LATENCY_BUCKETS - 1);
	CHECK(pm_latency_bucket(1e300) == PM_LATENCY_BUCKETS - 1);
	CHECK(pm_latency_bucket(167772.16) == PM_LATENCY_BUCKETS - 1);
	CHECK(pm_latency_bucket(167772.15) == PM_LATENCY_BUCKETS - 1);
	for (int i = 1; i < PM_LATENCY_BUCKETS; i++)
	{
		double		low = pm_latency_bound(i - 1);
		double		high = pm_latency_bound(i);

		CHECK_NEAR(high / low, 1.0218971486541166, 1e-15, "32 buckets to a doubling");
		CHECK(pm_latency_bucket(low + (high - low) * 0.001) == i);
		CHECK(pm_latency_bucket(high - (high - low) * 0.001) == i);
		CHECK(fabs(pm_latency_value(i) / high - 1) < 0.010832);
		CHECK(fabs(pm_latency_value(i) / low - 1) < 0.010832);
	}
}

/* Quantiles are within the promise of the sample's own, and merging is exact. */
static void
test_quantiles(double (*draw) (void), const char *name)
{
	static const double q[] = {0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1};
	static double x[VALUES];
	static uint8_t whole[PM_LATENCY_BUCKETS * 8];
	static uint8_t parts[PM_LATENCY_BUCKETS * 8];
	static uint8_t packed[PM_SKETCH_PACKED_MAX(PM_LATENCY_BUCKETS)];
	PmSketchReader reader;
	int64_t		value;
	size_t		len;
	double		worst = 0;
	bool		merged = true;

	memset(whole, 0, sizeof(whole));
	memset(parts, 0, sizeof(parts));
	for (int i = 0; i < VALUES; i++)
	{
		x[i] = draw();
		merged = merged && pm_sketch_merge(&pm_latency_kind, whole, pm_latency_bucket(x[i]), 1);
	}
	CHECK(merged);
	len = pack(&pm_latency_kind, whole, packed);
	for (int half = 0; half < 2; half++)
	{
		static uint8_t part[PM_LATENCY_BUCKETS * 8];

		memset(part, 0, sizeof(part));
		for (int i = half; i < VALUES; i += 2)
			pm_sketch_merge(&pm_latency_kind, part, pm_latency_bucket(x[i]), 1);
		pm_sketch_read_slots(&reader, &pm_latency_kind, part);
		while (pm_sketch_next(&reader, &value) > 0)
			CHECK(pm_sketch_merge(&pm_latency_kind, parts, reader.slot, value));
	}
	CHECK(memcmp(whole, parts, sizeof(whole)) == 0);
	qsort(x, VALUES, sizeof(double), compare_doubles);
	for (int i = 0; i < 8; i++)
	{
		double		want = x[(int) fmax(ceil(q[i] * VALUES), 1) - 1];

		pm_sketch_read_packed(&reader, &pm_latency_kind, packed, len);
		worst = fmax(worst, fabs(pm_latency_quantile(&reader, VALUES, q[i]) / want - 1));
	}
	CHECK(worst < 0.010832);
	pm_sketch_read_packed(&reader, &pm_latency_kind, packed, len);
	CHECK(pm_latency_within(&reader, INFINITY) == VALUES);
	pm_sketch_read_packed(&reader, &pm_latency_kind, packed, len);
	value = 0;
	for (int i = 0; i < VALUES; i++)
		value += x[i] <= 1.28;
	CHECK(pm_latency_within(&reader, 1.28) == value);
	printf("# %s: %d values in %d bytes, worst quantile off by %.2f %%\n", name, VALUES, (int) len, worst * 100);
}

static double
lognormal(void)
{
	return exp(0.5 + 0.8 * normal());
}

static double
pareto(void)
{
	return 0.2 * pow(uniform(), -1 / 1.2);
}

static double
two_humps(void)
{
	return uniform() < 0.7 ? 0.05 * exp(0.3 * normal()) : 8 * exp(0.4 * normal());
}

/* Errors of many draws: their mean is near 0, their spread what is promised. */
static void
test_distinct(int n)
{
	static uint8_t slots[PM_DISTINCT_REGISTERS];
	PmSketchReader reader;
	double		sum = 0;
	double		squares = 0;
	const int	rounds = n > 10000 ? 40 : 200;

	for (int round = 0; round < rounds; round++)
	{
		double		error;
		bool		merged = true;

		memset(slots, 0, sizeof(slots));
		for (int i = 0; i < 2 * n; i++)
		{
			char		text[32];
			int64_t		value;
			int			slot = pm_distinct_register(text, (size_t) snprintf(text, sizeof(text), "user-%d-%d", round, i % n), &value);

			merged = merged && pm_sketch_merge(&pm_distinct_kind, slots, slot, value);
		}
		CHECK(merged);
		pm_sketch_read_slots(&reader, &pm_distinct_kind, slots);
		error = pm_distinct_estimate(&reader) / n - 1;
		sum += error;
		squares += error * error;
	}
	CHECK(fabs(sum / rounds) < 0.0165 * 4 / sqrt(rounds));
	CHECK(sqrt(squares / rounds) < 0.0165 * 1.3);
	printf("# %d different: mean error %.2f %%, root mean square %.2f %%\n", n, 100 * sum / rounds, 100 * sqrt(squares / rounds));
}

static void
test_distinct_ends(void)
{
	static uint8_t slots[PM_DISTINCT_REGISTERS];
	PmSketchReader reader;
	int64_t		value;
	int			slot = pm_distinct_register("", 0, &value);

	CHECK(slot >= 0 && slot < PM_DISTINCT_REGISTERS && value >= 1 && value <= 53);
	pm_sketch_read_slots(&reader, &pm_distinct_kind, slots);
	CHECK(pm_distinct_estimate(&reader) == 0);
	CHECK(pm_sketch_merge(&pm_distinct_kind, slots, slot, value));
	pm_sketch_read_slots(&reader, &pm_distinct_kind, slots);
	CHECK_NEAR(pm_distinct_estimate(&reader), 1, 0.001, "one text");
	memset(slots, 53, sizeof(slots));
	pm_sketch_read_slots(&reader, &pm_distinct_kind, slots);
	CHECK(pm_distinct_estimate(&reader) > 1e18);
	CHECK(!pm_sketch_merge(&pm_distinct_kind, slots, 0, 54));
}

int
main(void)
{
	test_packing();
	test_malformed();
	test_buckets();
	test_quantiles(lognormal, "lognormal");
	test_quantiles(pareto, "Pareto 1.2");
	test_quantiles(two_humps, "two humps");
	test_distinct_ends();
	test_distinct(1);
	test_distinct(30);
	test_distinct(1000);
	test_distinct(10000);
	test_distinct(100000);
	return check_report("test_sketch");
}
