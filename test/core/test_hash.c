/*
 * test_hash.c
 *		MurmurHash3 and FNV-1a.
 */
#include "check.h"
#include "csv.h"
#include "json.h"
#include "pm_hash.h"

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

/* Published values of the algorithm, and that pieces join. */
static void
test_fnv(void)
{
	static const char foobar[] = "foobar";

	CHECK(pm_fnv1a_bytes(PM_FNV1A_START, "", 0) == 0x811c9dc5);
	CHECK(pm_fnv1a_bytes(PM_FNV1A_START, "a", 1) == 0xe40c292c);
	CHECK(pm_fnv1a_bytes(PM_FNV1A_START, foobar, 6) == 0xbf9cf968);
	for (size_t cut = 0; cut <= 6; cut++)
	{
		uint32_t	head = pm_fnv1a_bytes(PM_FNV1A_START, foobar, cut);

		CHECK(pm_fnv1a_bytes(head, foobar + cut, 6 - cut) == 0xbf9cf968);
		CHECK(pm_fnv1a_utf16(head, foobar + cut, 6 - cut) == 0xbf9cf968);
	}

	/* One unit above 255 is no two bytes; beyond U+FFFF there are two units. */
	CHECK(pm_fnv1a_utf16(PM_FNV1A_START, "\xc4\x80", 2) == (0x811c9dc5u ^ 0x100) * 0x01000193u);
	CHECK(pm_fnv1a_utf16(PM_FNV1A_START, "\xf0\x90\x80\x80", 4) ==
		  (((0x811c9dc5u ^ 0xD800) * 0x01000193u) ^ 0xDC00) * 0x01000193u);
	CHECK(pm_fnv1a_utf16(PM_FNV1A_START, "\xf4\x8f\xbf\xbf", 4) ==
		  (((0x811c9dc5u ^ 0xDBFF) * 0x01000193u) ^ 0xDFFF) * 0x01000193u);
	/* A text that stops inside a character is not read past its end. */
	CHECK(pm_fnv1a_utf16(PM_FNV1A_START, "\xf0\x90\x80", 3) ==
		  pm_fnv1a_bytes(PM_FNV1A_START, "\xf0\x90\x80", 3));
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
test_fnv_vectors(const char *dir)
{
	char		path[1024];
	char	   *text;
	size_t		len;
	Json	   *vectors;
	const Json *source;
	const Json *computed;

	snprintf(path, sizeof(path), "%s/experiments/growthbook_fnv1a32_unicode.json", dir);
	text = file_read(path, &len);
	if (text == NULL)
		return;
	vectors = json_parse(text, len);
	source = json_get(json_get(vectors, "from_source"), "fnv1a32_utf16");
	for (size_t i = 0; i < source->n; i++)
		CHECK(pm_fnv1a_utf16(PM_FNV1A_START, source->keys[i].str, source->keys[i].len) ==
			  (uint32_t) json_double(&source->items[i]));
	computed = json_get(vectors, "computed_cases");
	for (size_t i = 0; i < computed->n; i++)
	{
		const Json *input = json_get(&computed->items[i], "input");

		CHECK(pm_fnv1a_utf16(PM_FNV1A_START, input->str, input->len) ==
			  (uint32_t) json_double(json_get(&computed->items[i], "js_utf16_fnv1a32")));
		CHECK(pm_fnv1a_bytes(PM_FNV1A_START, input->str, input->len) ==
			  (uint32_t) json_double(json_get(&computed->items[i], "utf8_bytes_fnv1a32")));
	}
}

int
main(void)
{
	test_known();
	test_pieces();
	test_fnv();
	test_split_vectors(check_data_dir());
	test_fnv_vectors(check_data_dir());
	return check_report("test_hash");
}
