/*
 * test_token_split.c
 *		The two pre-tokenizers, piece by piece.
 */
#include "test_token_util.h"

#include "../../src/core/pm_token_split.h"

#define C PM_TOKEN_CL100K
#define O PM_TOKEN_O200K

typedef struct Case
{
	PmTokenKind kind;
	const char *pieces[10];		/* joined they are the text */
} Case;

static const Case cases[] = {
	{C, {"Hello", ",", " world", "!"}},
	{O, {"Hello", ",", " world", "!"}},
	/* contractions: a piece of their own, or part of the word */
	{C, {"I", "'ll", " don", "'t"}},
	{O, {"I'll", " don't"}},
	{C, {"IT", "'S", " WE", "'Ve", " I", "'D"}},
	{O, {"IT'S", " WE'Ve", " I'D"}},
	{C, {"it", "'\xC5\xBF"}},
	{O, {"it'\xC5\xBF"}},
	{C, {"'l"}},
	{O, {"x", "'l"}},
	{C, {"x", "'s", "s"}},
	{O, {"x's", "s"}},
	{O, {"'s"}},
	{C, {"'s"}},
	{C, {" ", " '", "s"}},
	/* one character in front of a word */
	{C, {"(foo", ")", "\tbar", " \n", "baz"}},
	{O, {"(foo", ")", "\tbar", " \n", "baz"}},
	{C, {"$", "1", ".", "50"}},
	/* digits by three */
	{C, {"123", "456", "7", " ", "8"}},
	{O, {"123", "456", "7", "ab", "12"}},
	{C, {"\xD9\xA1\xD9\xA2\xD9\xA3", "\xD9\xA4"}},
	/* a change of case starts a word, in o200k only */
	{C, {"camelCaseHTTPServer"}},
	{O, {"camel", "Case", "HTTPServer"}},
	{O, {"\xE6\x97\xA5\xE6\x9C\xAC", "ABC"}},
	{C, {"\xE6\x97\xA5\xE6\x9C\xAC" "ABC"}},
	{O, {"AB\xE6\x97\xA5" "c", "D"}},
	{O, {"\xE6\x97\xA5" "AB\xC7\x85z"}},
	/* marks: part of a word in o200k, in front of one in cl100k */
	{O, {"e\xCC\x81t", "E\xCC\x81", "T"}},
	{C, {"e", "\xCC\x81t"}},
	{O, {"\xCC\x81\xCC\x81", "A"}},
	{C, {"\xCC\x81\xCC\x80"}},
	/* symbols take one space in front and newlines behind; o200k slashes too */
	{C, {"a", " ==", " ", " ", "1"}},
	{C, {"--\r\n\n", "/"}},
	{O, {"--\r\n/\n//", "x"}},
	{O, {"//\n", " /"}},
	/* white space */
	{C, {"a", "  ", " b"}},
	{C, {"a", " \n \n", "  ", " b"}},
	{C, {"a", "   "}},
	{C, {"a", " \r\n", "  "}},
	{C, {"\t", "\t", "1"}},
	{O, {"\xC2\x85", "\xC2\x85" "a"}},
	{O, {"\xEF\xBB\xBF" "a", " ", "\xE3\x80\x80" "b"}},
	{C, {"\xE3\x80\x80", "\xC2\xA0", "1"}},
	/* no special meaning */
	{C, {"<|", "endoftext", "|>"}},
	/* malformed bytes are symbols */
	{C, {"a", "\xFF\xFE\n", "\x80" "b"}},
	{O, {"\xE6\x97", " x"}},
};

static void test_cases(void);
static void check_case(const Case *item, size_t number);
static void test_progress(void);
static void test_polls(void);

int
main(void)
{
	test_cases();
	test_progress();
	test_polls();
	return check_report("test_token_split");
}

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(cases + i, i);
}

static void
check_case(const Case *item, size_t number)
{
	char		text[256] = "";
	TestEnv		test;
	PmTokenScan scan;
	size_t		pos = 0;
	bool		ok = true;

	env_init(&test);
	for (int i = 0; i < 10 && item->pieces[i] != NULL; i++)
		strcat(text, item->pieces[i]);
	scan.text = (const uint8_t *) text;
	scan.len = strlen(text);
	scan.env = &test.env;
	for (int i = 0; i < 10 && item->pieces[i] != NULL && ok; i++)
	{
		ok = pm_token_split(&scan, item->kind, pos) == pos + strlen(item->pieces[i]);
		pos += strlen(item->pieces[i]);
	}
	if (!CHECK(ok))
		printf("  case %zu, %s: \"%s\", before byte %zu\n", number,
			   pm_token_kind_name(item->kind), text, pos);
}

/* Any bytes are cut into pieces that are not empty and cover the text. */
static void
test_progress(void)
{
	static const uint8_t alphabet[] =
	"aZ'sll 1\n\r\t/-\xC3\x89\xCC\x81\xE6\x97\xA5\xF0\x9F\x98\x80\xC5\xBF\x85\xFF";
	uint32_t	state = 7;
	TestEnv		test;
	bool		ok = true;

	env_init(&test);
	for (int round = 0; round < 20000; round++)
	{
		size_t		len = 1 + test_random(&state) % 40;
		uint8_t    *text = malloc(len);
		PmTokenScan scan = {text, len, &test.env};

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[test_random(&state) % (sizeof(alphabet) - 1)];
		for (int kind = C; kind <= O; kind++)
			for (size_t pos = 0; pos < len && ok;)
			{
				size_t		end = pm_token_split(&scan, (PmTokenKind) kind, pos);

				ok = end > pos && end <= len;
				pos = end;
			}
		free(text);
	}
	CHECK(ok);
}

/* One long piece polls all along. */
static void
test_polls(void)
{
	static const char *const fills[] = {"a", "A", " ", "\n", "-", "\xE6\x97\xA5"};
	size_t		len = 1200000;
	uint8_t    *text = malloc(len);

	for (size_t f = 0; f < sizeof(fills) / sizeof(fills[0]); f++)
		for (int kind = C; kind <= O; kind++)
		{
			TestEnv		test;
			PmTokenScan scan = {text, len, &test.env};
			size_t		width = strlen(fills[f]);

			env_init(&test);
			for (size_t i = 0; i < len; i += width)
				memcpy(text + i, fills[f], width);
			CHECK(pm_token_split(&scan, (PmTokenKind) kind, 0) == len);
			CHECK(test.polls >= len / 4096);
		}
	free(text);
}
