/*
 * test_hash.c
 *		MurmurHash3 and the choice of a variant.
 */
#include "check.h"
#include "csv.h"
#include "json.h"
#include "pm_hash.h"
#include "pm_pick.h"

/* Published values of the algorithm, for any seed and every tail length. */
static void
test_known(void)
{
	CHECK(pm_murmur3_x86_32("", 0, 0) == 0);
	CHECK(pm_murmur3_x86_32("", 0, 1) == 0x514e28b7);
	CHECK(pm_murmur3_x86_32("", 0, 0xffffffff) == 0x81f16f39);
	CHECK(pm_murmur3_x86_32("test", 4, 0) == 0xba6bd213);
	CHECK(pm_murmur3_x86_32("Hello, world!", 13, 0) == 0xc0363e43);
	CHECK(pm_murmur3_x86_32("\0\0\0\0", 4, 0) == 0x2362f9de);
	CHECK(pm_murmur3_x86_32("\xff\xff\xff\xff", 4, 0) == 0x76293b50);
	CHECK(pm_murmur3_x86_32("!Ce\x87", 4, 0) == 0xf55b516b);
	CHECK(pm_murmur3_x86_32("!Ce", 3, 0) == 0x7e4a8634);
	CHECK(pm_murmur3_x86_32("!C", 2, 0) == 0xa0f7b07a);
	CHECK(pm_murmur3_x86_32("!", 1, 0) == 0x72661cf4);
}

/* However a text is cut into pieces, its hash is that of the whole. */
static void
test_pieces(void)
{
	static const char text[] = "experiment-7:user-000123/with a tail";
	size_t		len = strlen(text);

	for (size_t a = 0; a <= len; a++)
		for (size_t b = a; b <= len; b++)
		{
			PmMurmur	state;

			pm_murmur_init(&state, 42);
			pm_murmur_add(&state, text, a);
			pm_murmur_add(&state, text + a, b - a);
			pm_murmur_add(&state, text + b, len - b);
			if (!CHECK(pm_murmur_end(&state) == pm_murmur3_x86_32(text, len, 42)))
				return;
		}
}

static void
test_pick(void)
{
	static const int32_t zero_first[] = {0, 1};
	static const int32_t thirds[] = {1, 1, 1};
	static const int32_t largest[] = {INT32_MAX};

	/* The thresholds of thirds lie at ceil(k * 2^32 / 3). */
	CHECK(pm_m3_pick(0, thirds, 3, 3) == 0);
	CHECK(pm_m3_pick(1431655765, thirds, 3, 3) == 0);
	CHECK(pm_m3_pick(1431655766, thirds, 3, 3) == 1);
	CHECK(pm_m3_pick(2863311530, thirds, 3, 3) == 1);
	CHECK(pm_m3_pick(2863311531, thirds, 3, 3) == 2);
	CHECK(pm_m3_pick(UINT32_MAX, thirds, 3, 3) == 2);
	CHECK(pm_m3_pick(0, zero_first, 2, 1) == 1);
	CHECK(pm_m3_pick(UINT32_MAX, largest, 1, INT32_MAX) == 0);
	CHECK(pm_m3_pick(7, NULL, 0, 0) == -1);

	CHECK(pm_m3_covered("s", 1, "u", 1, PM_PPM));
	CHECK(!pm_m3_covered("s", 1, "u", 1, 0));
	/* Coverage asks the hash of salt "/x", not that of the variant. */
	for (uint32_t ppm = 0; ppm < PM_PPM; ppm += 9973)
		CHECK(pm_m3_covered("s", 1, "u", 1, ppm) ==
			  ((uint64_t) pm_murmur3_x86_32("s/x:u", 5, 0) * PM_PPM < (uint64_t) ppm << 32));
}

static void
test_split_vectors(const char *dir)
{
	char		path[1024];
	Csv		   *csv;

	snprintf(path, sizeof(path), "%s/experiments/split_murmur3_x86_32.csv", dir);
	csv = csv_read(path);
	if (csv == NULL)
	{
		printf("no reference data in %s: hash vectors skipped\n", dir);
		return;
	}
	for (int i = 0; i < csv->rows; i++)
	{
		const char *key = csv_text(csv, i, "key");

		CHECK(pm_murmur3_x86_32(key, strlen(key), (uint32_t) csv_int(csv, i, "seed")) ==
			  (uint32_t) csv_int(csv, i, "expected_uint32"));
	}
}

static void
test_native_vectors(const char *dir)
{
	char		path[1024];
	char	   *text;
	size_t		len;
	Json	   *vectors;
	const Json *weights;
	const Json *rows;

	snprintf(path, sizeof(path), "%s/experiments/native_m3_vectors.json", dir);
	text = file_read(path, &len);
	if (text == NULL)
		return;
	vectors = json_parse(text, len);
	weights = json_get(vectors, "weights");
	rows = json_get(vectors, "rows");
	for (size_t r = 0; r < rows->n; r++)
	{
		const Json *row = rows->items[r].items;
		uint32_t	hash = pm_m3_hash(row[0].str, row[0].len, row[1].str, row[1].len);

		CHECK(hash == (uint32_t) json_double(&row[2]));
		for (size_t w = 0; w < weights->n; w++)
		{
			int32_t		list[16];
			uint32_t	total = 0;

			for (size_t i = 0; i < weights->items[w].n; i++)
			{
				list[i] = (int32_t) json_double(&weights->items[w].items[i]);
				total += (uint32_t) list[i];
			}
			CHECK(pm_m3_pick(hash, list, (int) weights->items[w].n, total) ==
				  (int) json_double(&row[3].items[w]));
		}
	}
}

int
main(void)
{
	test_known();
	test_pieces();
	test_pick();
	test_split_vectors(check_data_dir());
	test_native_vectors(check_data_dir());
	return check_report("test_hash");
}
