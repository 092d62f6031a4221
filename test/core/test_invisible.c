/*
 * test_invisible.c
 *		Characters that a reader does not see: which go, and which have to stay.
 *
 * The lists of the two levels are written down here once more, as the language
 * description gives them, and every code point is tried against them.
 */
#include <time.h>

#include "check.h"

#include "../../src/core/pm_invisible.h"
#include "../../src/core/pm_utf8.h"

typedef struct Range
{
	uint32_t	first;
	uint32_t	last;
} Range;

static const Range basic[] = {
	{0, 8}, {11, 12}, {14, 31}, {0x7F, 0x7F}, {0x80, 0x9F},
	{0x202A, 0x202E}, {0x2066, 0x2069}, {0x200E, 0x200F}, {0x061C, 0x061C},
	{0x200B, 0x200B}, {0x2060, 0x2064}, {0x206A, 0x206F}, {0xFEFF, 0xFEFF},
	{0xE0000, 0xE007F}, {0xFFF9, 0xFFFB}
};

/* Joiners are in it: between two letters "a" they have no business. */
static const Range strict[] = {
	{0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
	{0x3164, 0x3164}, {0xFFA0, 0xFFA0}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF},
	{0xE000, 0xF8FF}, {0xF0000, 0xFFFFD}, {0x100000, 0x10FFFD}, {0xFDD0, 0xFDEF}, {0x200C, 0x200D}
};

typedef struct Case
{
	const char *text;
	const char *basic;			/* NULL: as text */
	const char *strict;			/* NULL: as basic */
} Case;

#define ZWSP "\u200B"
#define ZWNJ "\u200C"
#define ZWJ "\u200D"
#define VS16 "\uFE0F"
#define TAG(c) "\xF3\xA0\x81" c
#define TAG_1 "\xF3\xA0\x80\xB1"
#define CANCEL TAG("\xBF")
#define GB TAG("\xA7") TAG("\xA2")
#define ENG TAG("\xA5") TAG("\xAE") TAG("\xA7")
#define FLAG "\U0001F3F4"

static const Case cases[] = {
	{"", NULL, NULL},
	{"tab\tline\nreturn\r end", NULL, NULL},
	{"a\x07" "b\x1B[31mc\x7F" "d\xC2\x85" "e", "ab[31mcde", NULL},
	{"\u202Egpj.exe\u202C \u2066x\u2069 \u200Ey\u200F \u061Cz", "gpj.exe x y z", NULL},
	{ZWSP "\uFEFFa\u2060b\u2064c\u206Ad\uFFF9e\uFFFB", "abcde", NULL},
	{"soft\u00ADhyphen \u034F\u3164\uFFA0\u115F.", NULL, "softhyphen ."},
	{"\uE000\uFDD0\uFFFE\U0001FFFF\U000F0000\U0010FFFDa", NULL, "a"},

	/* emoji: families, professions, hearts, flags by sequence, skin tones */
	{"\U0001F468" ZWJ "\U0001F469" ZWJ "\U0001F467" ZWJ "\U0001F466", NULL, NULL},
	{"\U0001F469\U0001F3FD" ZWJ "\U0001F52C", NULL, NULL},
	{"\u2764" VS16 ZWJ "\U0001F525", NULL, "\u2764" ZWJ "\U0001F525"},
	{"\U0001F3F3" VS16 ZWJ "\U0001F308", NULL, "\U0001F3F3" ZWJ "\U0001F308"},
	{FLAG ZWJ "\u2620" VS16, NULL, FLAG ZWJ "\u2620"},
	{"\U0001F937\U0001F3FE" ZWJ "\u2640" VS16, NULL, "\U0001F937\U0001F3FE" ZWJ "\u2640"},
	{"\U0001F441" VS16 ZWJ "\U0001F5E8" VS16, NULL, "\U0001F441" ZWJ "\U0001F5E8"},
	{"\u00A9" VS16 " 1" VS16 "\u20E3", NULL, "\u00A9 1\u20E3"},
	{"\U0001F468" ZWNJ "\U0001F469", NULL, "\U0001F468\U0001F469"},
	{"\U0001F468" ZWJ "a" ZWJ "\U0001F469" ZWJ, NULL, "\U0001F468a\U0001F469"},
	{"\U0001F468" ZWJ ZWJ "\U0001F469", NULL, "\U0001F468" ZWJ "\U0001F469"},
	{"\U0001F1E9\U0001F1EA", NULL, NULL},

	/* England, Scotland, Wales, Texas; then what is no flag */
	{FLAG GB ENG CANCEL "!", NULL, NULL},
	{FLAG GB TAG("\xB3") TAG("\xA3") TAG("\xB4") CANCEL FLAG GB TAG("\xB7") TAG("\xAC") TAG("\xB3") CANCEL, NULL, NULL},
	{FLAG TAG("\xB5") TAG("\xB3") TAG("\xB4") TAG("\xB8") CANCEL, NULL, NULL},
	{FLAG GB TAG_1 CANCEL, NULL, NULL},
	{FLAG GB ENG, FLAG, NULL},
	{FLAG GB CANCEL, FLAG, NULL},
	{FLAG GB ENG TAG("\xA1") CANCEL, FLAG, NULL},
	{FLAG TAG_1 TAG("\xA2") ENG CANCEL, FLAG, NULL},
	{FLAG GB "\xF3\xA0\x81\x85" CANCEL, FLAG, NULL},
	{FLAG "x" GB ENG CANCEL, FLAG "x", NULL},
	{FLAG ZWSP GB ENG CANCEL, FLAG, NULL},
	{"\U0001F3F3" GB ENG CANCEL, "\U0001F3F3", NULL},
	{FLAG GB ENG CANCEL GB ENG CANCEL, FLAG GB ENG CANCEL, NULL},
	{"a\U000E0001" GB ENG "b", "ab", NULL},

	/* Persian words, an abbreviation at the end; Sorani, Mongolian */
	{"\u0645\u06CC" ZWNJ "\u062E\u0648\u0627\u0647\u0645", NULL, NULL},
	{"\u06A9\u062A\u0627\u0628" ZWNJ "\u0647\u0627\u06CC\u0650" ZWNJ "\u0645\u0646", NULL, NULL},
	{"\u0647" ZWJ ". \u0647" ZWJ, NULL, NULL},
	{"\u0645" ZWNJ "a\u0645" ZWNJ "1", NULL, "\u0645a\u06451"},
	{"\u0645" ZWNJ ZWNJ ZWJ ZWNJ "\u0645", NULL, "\u0645" ZWNJ "\u0645"},
	{"\u0645" ZWNJ "\u061C\u0645", "\u0645" ZWNJ "\u0645", "\u0645\u0645"},
	{"\u182D" ZWJ "\u1820\u180B", NULL, "\u182D" ZWJ "\u1820"},

	/* Devanagari, Bengali, Sinhala conjuncts; a chillu of Malayalam at the end */
	{"\u0915\u094D" ZWJ "\u0937 \u0915\u094D" ZWNJ "\u0937", NULL, NULL},
	{"\u09B0" ZWJ "\u09CD\u09AF", NULL, NULL},
	{"\u0DC1\u0DCA" ZWJ "\u0DBB\u0DD3", NULL, NULL},
	{"\u0D05\u0D35\u0D28\u0D4D" ZWJ " \u0D28\u0D4D" ZWJ, NULL, NULL},
	{"\u1780\u17D2" ZWNJ "\u1781\u17B4", NULL, "\u1780\u17D2" ZWNJ "\u1781"},

	/* joiners where they say nothing */
	{"pay" ZWNJ "pal" ZWJ " " ZWNJ "x" ZWJ, NULL, "paypal x"},
	{ZWJ "a", NULL, "a"},
	{ZWNJ, NULL, ""},
	{"\u4E2D" ZWNJ "\u6587 \u0435" ZWJ "\u0435", NULL, "\u4E2D\u6587 \u0435\u0435"},
	{"\u0645" ZWNJ "\u0915", NULL, "\u0645\u0915"}
};

static void test_tables(void);
static bool listed(const Range *ranges, size_t n, uint32_t cp);
static bool noncharacter(uint32_t cp);
static void test_cases(void);
static void test_findings(void);
static void test_pauses(void);
static void test_malformed(void);
static void test_other_encoding(void);
static void test_fixed_point(void);
static void test_speed(void);

static const char *clean(const char *text, size_t len, PmCleanLevel level, PmCharLen char_len);
static const char *clean_str(const char *text, PmCleanLevel level);
static uint32_t two_bytes(const char *p, size_t remaining);
static unsigned pick(unsigned n);

int
main(void)
{
	test_tables();
	test_cases();
	test_findings();
	test_pauses();
	test_malformed();
	test_other_encoding();
	test_fixed_point();
	test_speed();
	return check_report("test_invisible");
}

/* Every code point between two letters, at both levels. */
static void
test_tables(void)
{
	int			wrong = 0;

	for (uint32_t cp = 1; cp <= 0x10FFFF; cp++)
	{
		char		text[8] = "a";
		uint32_t	n;
		bool		in_basic = listed(basic, sizeof(basic) / sizeof(basic[0]), cp);
		bool		in_strict = in_basic || noncharacter(cp) ||
			listed(strict, sizeof(strict) / sizeof(strict[0]), cp);

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		n = 1 + pm_utf8_encode(cp, text + 1);
		text[n++] = 'a';
		text[n] = '\0';
		wrong += strcmp(clean(text, n, PM_CLEAN_BASIC, NULL), in_basic ? "aa" : text) != 0;
		wrong += strcmp(clean(text, n, PM_CLEAN_STRICT, NULL), in_strict ? "aa" : text) != 0;
	}
	CHECK(wrong == 0);
	CHECK_STR(clean("a\0b", 3, PM_CLEAN_BASIC, NULL), "ab");
}

static bool
listed(const Range *ranges, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++)
	{
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	}
	return false;
}

static bool
noncharacter(uint32_t cp)
{
	return cp % 0x10000 >= 0xFFFE;
}

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *want = cases[i].basic != NULL ? cases[i].basic : cases[i].text;

		CHECK_STR(clean_str(cases[i].text, PM_CLEAN_BASIC), want);
		CHECK_STR(clean_str(want, PM_CLEAN_BASIC), want);
		want = cases[i].strict != NULL ? cases[i].strict : want;
		CHECK_STR(clean_str(cases[i].text, PM_CLEAN_STRICT), want);
		CHECK_STR(clean_str(want, PM_CLEAN_STRICT), want);
	}
}

/* Place, kind and level of each finding. */
static void
test_findings(void)
{
	static const struct
	{
		uint32_t	cp;
		uint64_t	position;
		size_t		offset;
		const char *kind;
		const char *level;
	}			want[] = {
		{0x200B, 2, 2, "zero width space", "basic"},
		{0xAD, 13, 15, "soft hyphen", "strict"},
		{0x200D, 14, 17, "joiner", "strict"},
		{0xFE0F, 23, 49, "variation selector", "strict"},
		{0xE0041, 24, 52, "tag", "basic"},
		{0x10FFFF, 25, 56, "noncharacter", "strict"}
	};
	static const char text[] = "\u00E9" ZWSP "0123456789\u00AD" ZWJ "x" FLAG GB ENG CANCEL VS16
		"\U000E0041\U0010FFFF";
	PmInvisibleScan scan;
	PmInvisible hit;
	size_t		n = 0;
	PmCleanLevel level;

	pm_invisible_init(&scan, text, sizeof(text) - 1, PM_CLEAN_STRICT, NULL);
	for (; pm_invisible_next(&scan, &hit) && n < sizeof(want) / sizeof(want[0]); n++)
	{
		CHECK(hit.cp == want[n].cp && hit.position == want[n].position && hit.offset == want[n].offset);
		CHECK_STR(hit.kind, want[n].kind);
		CHECK_STR(pm_clean_level_name(hit.level), want[n].level);
	}
	CHECK(n == sizeof(want) / sizeof(want[0]) && !pm_invisible_next(&scan, &hit));

	CHECK(pm_clean_level("basic", 5, &level) && level == PM_CLEAN_BASIC);
	CHECK(pm_clean_level("strict", 6, &level) && level == PM_CLEAN_STRICT);
	CHECK(!pm_clean_level("stric", 5, &level) && !pm_clean_level("Basic", 5, &level));
	CHECK(!pm_clean_level("", 0, &level));
}

/* A scan that pauses every few bytes finds what one in a go finds. */
static void
test_pauses(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		PmInvisibleScan whole;
		PmInvisibleScan paused;
		PmInvisible a;
		PmInvisible b;

		pm_invisible_init(&whole, cases[i].text, strlen(cases[i].text), PM_CLEAN_STRICT, NULL);
		pm_invisible_init(&paused, cases[i].text, strlen(cases[i].text), PM_CLEAN_STRICT, NULL);
		paused.until = 0;
		while (pm_invisible_next(&whole, &a))
		{
			while (!pm_invisible_next(&paused, &b) && paused.until < paused.len)
				paused.until++;
			CHECK(a.offset == b.offset && a.position == b.position);
		}
	}
}

/* Bytes that are no UTF-8 stay, and nothing behind the end is read. */
static void
test_malformed(void)
{
	static const char *const kept[] = {
		"\x80", "\xFF\xFE", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xE2\x80", "\xF3\xA0\x81",
		"\xE2\x80\xE2\x80", FLAG TAG(""), "\u0645\xE2\x80"
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
	{
		CHECK_STR(clean_str(kept[i], PM_CLEAN_BASIC), kept[i]);
		CHECK_STR(clean_str(kept[i], PM_CLEAN_STRICT), kept[i]);
	}
	CHECK_STR(clean_str("\xFF" ZWJ "\xFF" ZWSP, PM_CLEAN_STRICT), "\xFF\xFF");
	CHECK_STR(clean_str("\u0645" ZWNJ "\xFF", PM_CLEAN_STRICT), "\u0645\xFF");
	for (int round = 0; round < 100000; round++)
	{
		char		text[24];
		size_t		len = pick(sizeof(text) + 1);

		for (size_t i = 0; i < len; i++)
			text[i] = "\xE2\x80\x8B\x8D\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xBF\xD9\x85 a\x01\xFF\x7F"[pick(20)];
		(void) clean(text, len, PM_CLEAN_STRICT, NULL);
	}
	CHECK(true);
}

/* With a character length of the host's, only ASCII is told apart. */
static void
test_other_encoding(void)
{
	CHECK_STR(clean("a\x01\xC2\xAD\x7F\xE2\x80\x8B", 8, PM_CLEAN_STRICT, two_bytes), "a\xC2\xAD\xE2\x80\x8B");
	/* a second byte that looks like ASCII is none */
	CHECK_STR(clean("\x83\x7F\x7F", 3, PM_CLEAN_STRICT, two_bytes), "\x83\x7F");
}

static void
test_fixed_point(void)
{
	static const char *const pieces[] = {
		"a", " ", "1", ZWSP, ZWNJ, ZWJ, VS16, FLAG, GB, ENG, CANCEL, "\u0645", "\u094D", "\u0915",
		"\U0001F468", "\u2640", "\u061C", "\u180B", "\u182D", "\u17B4", "\u1780", "\u00AD", "\uFDD0",
		"\n", "abcdefgh", "\U0001F3FD", "\uE000"
	};

	for (int round = 0; round < 100000; round++)
	{
		char		text[256] = "";
		char		once[256];
		PmCleanLevel level = pick(2) ? PM_CLEAN_STRICT : PM_CLEAN_BASIC;

		for (unsigned n = pick(12); n > 0; n--)
			strcat(text, pieces[pick(sizeof(pieces) / sizeof(pieces[0]))]);
		strcpy(once, clean_str(text, level));
		CHECK_STR(clean_str(once, level), once);
		/* strict takes out what basic does, and in whatever order */
		strcpy(once, clean_str(text, PM_CLEAN_STRICT));
		CHECK_STR(clean_str(once, PM_CLEAN_BASIC), once);
	}
}

static void
test_speed(void)
{
	static const char *const units[] = {
		"plain English text, ", "\u0645\u06CC" ZWNJ "\u062E\u0648 ", "\u4E2D\u6587\u5B57\u7B26",
		"\U0001F468" ZWJ "\U0001F469", "\u043F\u0440\u0438\u0432\u0435\u0442 ", ZWJ, FLAG, FLAG GB ENG, ZWSP
	};
	static const char *const names[] = {"English", "Persian", "Chinese", "emoji", "Russian", "joiners",
	"flags", "open flags", "zero width"};
	size_t		len = 1 << 20;
	char	   *text = malloc(len);

	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++)
	{
		size_t		n = strlen(units[u]);
		size_t		used = len / n * n;
		PmInvisibleScan scan;
		PmInvisible hit;
		clock_t		start;
		double		seconds;

		for (size_t i = 0; i < used; i += n)
			memcpy(text + i, units[u], n);
		start = clock();
		pm_invisible_init(&scan, text, used, PM_CLEAN_STRICT, NULL);
		while (pm_invisible_next(&scan, &hit))
			;
		seconds = (double) (clock() - start) / CLOCKS_PER_SEC;
		/* Generous: this also runs under sanitizers and on busy machines. */
		CHECK(scan.at == used && seconds < 2);
		if (getenv("PROMPT_MGR_TIMES") != NULL)
			printf("# scan %-12s %8.0f MB/s\n", names[u], 1e-6 * (double) used / seconds);
	}
	free(text);
}

/* The result lives until the next call; text is copied to an exact size. */
static const char *
clean(const char *text, size_t len, PmCleanLevel level, PmCharLen char_len)
{
	static char result[256];
	char	   *copy = malloc(len + (len == 0));
	size_t		n = 0;
	size_t		done = 0;
	PmInvisibleScan scan;
	PmInvisible hit;

	memcpy(copy, text, len);
	pm_invisible_init(&scan, copy, len, level, char_len);
	while (pm_invisible_next(&scan, &hit))
	{
		memcpy(result + n, copy + done, hit.offset - done);
		n += hit.offset - done;
		done = hit.offset + hit.len;
	}
	memcpy(result + n, copy + done, len - done);
	result[n + len - done] = '\0';
	free(copy);
	return result;
}

static const char *
clean_str(const char *text, PmCleanLevel level)
{
	return clean(text, strlen(text), level, NULL);
}

static uint32_t
two_bytes(const char *p, size_t remaining)
{
	(void) p;
	return remaining < 2 ? 1 : 2;
}

static unsigned
pick(unsigned n)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned) ((seed >> 33) % n);
}
