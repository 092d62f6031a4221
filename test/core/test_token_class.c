/*
 * test_token_class.c
 *		The character classes: every code point, and malformed UTF-8.
 */
#include "check.h"
#include "json.h"

#include "../../src/core/pm_token_class.h"

static unsigned expected[0x110000];

static unsigned class_of_name(const char *name);
static bool read_ranges(void);
static size_t encode(uint32_t cp, uint8_t *out);
static void test_code_points(void);
static void test_known(void);
static void test_malformed(void);

int
main(void)
{
	if (read_ranges())
		test_code_points();
	else
		printf("test_token_class: no reference data, the full table is not compared\n");
	test_known();
	test_malformed();
	return check_report("test_token_class");
}

static unsigned
class_of_name(const char *name)
{
	static const struct
	{
		const char *name;
		unsigned	mask;
	}			names[] = {
		{"Lu", PM_CLASS_UPPER}, {"Lt", PM_CLASS_UPPER}, {"Ll", PM_CLASS_LOWER},
		{"Lm", PM_CLASS_CASELESS}, {"Lo", PM_CLASS_CASELESS},
		{"M", PM_CLASS_MARK}, {"N", PM_CLASS_NUMBER}, {"WS", PM_CLASS_SPACE}
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].mask;
	return 0;
}

/* Fills expected[] from the list of ranges. */
static bool
read_ranges(void)
{
	char		path[4096];
	char		line[256];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/tokens/unicode16_classes.tsv", check_data_dir());
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	for (uint32_t cp = 0; cp < 0x110000; cp++)
		expected[cp] = PM_CLASS_REST;
	while (fgets(line, sizeof(line), file) != NULL)
	{
		unsigned	first,
					last;
		char		name[8];

		if (line[0] == '#' || sscanf(line, "%x %x %7s", &first, &last, name) != 3)
			continue;
		CHECK(class_of_name(name) != 0 && first <= last && last < 0x110000);
		for (uint32_t cp = first; cp <= last && cp < 0x110000; cp++)
			expected[cp] = class_of_name(name);
	}
	fclose(file);
	return true;
}

static size_t
encode(uint32_t cp, uint8_t *out)
{
	if (cp < 0x80)
	{
		out[0] = (uint8_t) cp;
		return 1;
	}
	if (cp < 0x800)
	{
		out[0] = (uint8_t) (0xC0 | cp >> 6);
		out[1] = (uint8_t) (0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000)
	{
		out[0] = (uint8_t) (0xE0 | cp >> 12);
		out[1] = (uint8_t) (0x80 | (cp >> 6 & 0x3F));
		out[2] = (uint8_t) (0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (uint8_t) (0xF0 | cp >> 18);
	out[1] = (uint8_t) (0x80 | (cp >> 12 & 0x3F));
	out[2] = (uint8_t) (0x80 | (cp >> 6 & 0x3F));
	out[3] = (uint8_t) (0x80 | (cp & 0x3F));
	return 4;
}

/* One check per class of failure, or a million lines would hide the first. */
static void
test_code_points(void)
{
	uint32_t	wrong_class = 0;
	uint32_t	wrong_width = 0;

	for (uint32_t cp = 0; cp < 0x110000; cp++)
	{
		unsigned	want = expected[cp];
		uint8_t		bytes[4];
		size_t		width;
		size_t		n;

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		if (cp == '\n' || cp == '\r')
			want |= PM_CLASS_NEWLINE;
		n = encode(cp, bytes);
		wrong_class += pm_token_class_at(bytes, n, &width) != want;
		wrong_width += width != n;
	}
	CHECK(wrong_class == 0);
	CHECK(wrong_width == 0);
}

/* Code points on which other Unicode versions or libraries disagree. */
static void
test_known(void)
{
	CHECK(pm_token_class_of(0x85) == PM_CLASS_SPACE);
	CHECK(pm_token_class_of(0xFEFF) == PM_CLASS_REST);
	CHECK(pm_token_class_of(0x180E) == PM_CLASS_REST);
	CHECK(pm_token_class_of(0x200B) == PM_CLASS_REST);
	CHECK(pm_token_class_of(0x3000) == PM_CLASS_SPACE);
	CHECK(pm_token_class_of(0x1C5) == PM_CLASS_UPPER);
	CHECK(pm_token_class_of(0x17F) == PM_CLASS_LOWER);
	CHECK(pm_token_class_of(0x65E5) == PM_CLASS_CASELESS);
	CHECK(pm_token_class_of(0x301) == PM_CLASS_MARK);
	CHECK(pm_token_class_of(0x2167) == PM_CLASS_NUMBER);
	CHECK(pm_token_class_of(0x1C89) == PM_CLASS_UPPER);	/* Unicode 16 */
	CHECK(pm_token_class_of(0x1C8A) == PM_CLASS_LOWER);
	CHECK(pm_token_class_of(0x10D50) == PM_CLASS_UPPER);
	CHECK(pm_token_class_of(0x2EBF0) == PM_CLASS_CASELESS); /* Unicode 15.1 */
	CHECK(pm_token_class_of(0xE0100) == PM_CLASS_MARK);
	CHECK(pm_token_class_of(0x10FFFF) == PM_CLASS_REST);
}

/* A bad byte stands alone, and what follows it is read as usual. */
static void
test_malformed(void)
{
	static const struct
	{
		const char *bytes;
		size_t		n;
	}			bad[] = {
		{"\x80", 1}, {"\xBF\x80", 2}, {"\xC0\x80", 2}, {"\xC1\xBF", 2},
		{"\xC3", 1}, {"\xC3(", 2}, {"\xE6\x97", 2}, {"\xE6\x97(", 3},
		{"\xE0\x80\x80", 3}, {"\xED\xA0\x80", 3}, {"\xF0\x9F\x98", 3},
		{"\xF0\x80\x80\x80", 4}, {"\xF4\x90\x80\x80", 4}, {"\xF8\x88\x80\x80", 4},
		{"\xFF", 1}, {"\xF0\x9F\x98(", 4}
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		/* An exact copy, so that a sanitizer sees a byte too many. */
		uint8_t    *copy = malloc(bad[i].n);
		size_t		width;

		memcpy(copy, bad[i].bytes, bad[i].n);
		CHECK(pm_token_class_at(copy, bad[i].n, &width) == PM_CLASS_REST);
		CHECK(width == 1);
		free(copy);
	}
}
