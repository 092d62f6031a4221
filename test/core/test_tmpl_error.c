/*
 * test_tmpl_error.c
 *		Compile errors: code and exact place of each, and their limits.
 */
#include "tmpl_case.h"

typedef struct Bad
{
	const char *template;
	uint32_t	line;
	uint32_t	column;
	const char *code;
} Bad;

/* One error each, in format prompt. */
static const Bad corpus[] = {
	{"{{", 1, 1, "unclosed_tag"},
	{"a {{name", 1, 3, "unclosed_tag"},
	{"a\nb {{name }\nc", 2, 3, "unclosed_tag"},
	{"{{a {{b}}", 1, 1, "unclosed_tag"},
	{"x{{#if a", 1, 2, "unclosed_tag"},
	{"{{a}", 1, 1, "unclosed_tag"},
	{"{{{a}}", 1, 1, "unclosed_triple"},
	{"{{! comment", 1, 1, "unclosed_comment"},
	{"{{!-- comment --}", 1, 1, "unclosed_comment"},
	{"ab{{{{raw}}}}{{x}}", 1, 3, "unclosed_raw"},
	{"{{ \"abc }}", 1, 4, "unclosed_string"},
	{"{{[abc}}", 1, 3, "unclosed_bracket"},
	{"{{}}", 1, 1, "empty_tag"},
	{"a{{  }}", 1, 2, "empty_tag"},
	{"{{{ }}}", 1, 1, "empty_tag"},
	{"{{&}}", 1, 1, "empty_tag"},
	{"{{#if a}}x", 1, 1, "unclosed_block"},
	{"\n\n  {{#each a}}x{{y}}", 3, 3, "unclosed_block"},
	{"{{#a}}{{#if b}}{{/a}}", 1, 16, "close_mismatch"},
	{"{{#a}}{{/b}}", 1, 7, "close_mismatch"},
	{"{{#if a}}{{/a}}", 1, 10, "close_mismatch"},
	{"{{#each a}}\n{{/if}}", 2, 1, "close_mismatch"},
	{"x{{/a}}", 1, 2, "close_without_open"},
	{"{{/if}}", 1, 1, "close_without_open"},
	{"{{else}}", 1, 1, "else_outside_block"},
	{"ab{{^}}", 1, 3, "else_outside_block"},
	{"{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "second_else"},
	{"{{#each a}}{{else}}{{else if b}}{{/each}}", 1, 20, "second_else"},
	{"{{a b}}", 1, 5, "unexpected_token"},
	{"{{a + b}}", 1, 5, "unexpected_token"},
	{"{{a == b}}", 1, 5, "unexpected_token"},
	{"{{a,b}}", 1, 4, "unexpected_token"},
	{"{{#if a = b}}{{/if}}", 1, 9, "unexpected_token"},
	{"{{#if a b}}{{/if}}", 1, 9, "unexpected_token"},
	{"{{#if a < b < c}}{{/if}}", 1, 13, "unexpected_token"},
	{"{{#if a ==}}{{/if}}", 1, 11, "unexpected_end"},
	{"{{#if a and}}{{/if}}", 1, 12, "unexpected_end"},
	{"{{#if (a or b}}{{/if}}", 1, 7, "unclosed_paren"},
	{"{{#if a)}}{{/if}}", 1, 8, "unexpected_token"},
	{"{{#a | sort}}{{/a}}", 1, 6, "unexpected_token"},
	{"{{a | uper}}", 1, 7, "unknown_filter"},
	{"{{a | }}", 1, 7, "unexpected_end"},
	{"{{a | truncate}}", 1, 7, "filter_arguments"},
	{"{{a | upper: 1}}", 1, 7, "filter_arguments"},
	{"{{a | truncate: \"x\"}}", 1, 7, "filter_arguments"},
	{"{{a | truncate: 1.5}}", 1, 7, "filter_arguments"},
	{"{{a | prefix: 1}}", 1, 7, "filter_arguments"},
	{"{{a | replace: \"x\"}}", 1, 7, "filter_arguments"},
	{"{{a | replace: \"x\", \"y\", \"z\"}}", 1, 7, "filter_arguments"},
	{"{{a..b}}", 1, 5, "empty_segment"},
	{"{{a.}}", 1, 5, "empty_segment"},
	{"{{.a}}", 1, 3, "empty_segment"},
	{"{{a.[]}}", 1, 6, "empty_segment"},
	{"{{@foo}}", 1, 3, "unknown_loop_data"},
	{"{{= x =}}", 1, 1, "bad_delimiters"},
	{"{{=a b c=}}", 1, 1, "bad_delimiters"},
	{"{{=123456789 }}=}}", 1, 1, "bad_delimiters"},
	{"{{#foo bar}}x{{/foo}}", 1, 4, "unknown_block"},
	{"{{> }}", 1, 1, "bad_partial"},
	{"{{> a@}}", 1, 7, "bad_partial"},
	{"{{> a b}}", 1, 7, "bad_partial"},
	{"{{> a!}}", 1, 6, "unexpected_token"},
	{"{{f(x)}}", 1, 3, "function_call"},
	{"{{\"key\": 1}}", 1, 8, "doubled_braces"},
	{"{{ \"\\x\" }}", 1, 5, "bad_escape"},
	{"{{ \"\\u12\" }}", 1, 5, "bad_escape"},
	{"{{ \"\\ud800\" }}", 1, 5, "bad_escape"},
	{"\xC3\xA9\xE6\x97\xA5 {{a | x\xC3\xA9}}", 1, 10, "unknown_filter"},
	{"a\r\nb\r\n\xF0\x9F\x98\x80{{a b}}", 3, 6, "unexpected_token"},
	{"\xF0\x9F\x98\x80\n{{#if \xC3\xA9}}\n{{a b}}{{/if}}", 3, 5, "unexpected_token"},
	{"{{#each a as |}}{{/each}}", 1, 15, "unexpected_end"},
	{"{{#each a as |x y z|}}{{/each}}", 1, 19, "unexpected_token"},
	{"abc\xFF{{x}}", 1, 4, "bad_encoding"}
};

static void
test_corpus(TestHost *h)
{
	for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++)
	{
		const Bad  *bad = &corpus[i];
		PmStatus	status = host_run(h, bad->template, strlen(bad->template), case_json("{}"));
		const PmError *error = &h->compiled.diags[0];

		if (!CHECK(status == PM_ERR_SYNTAX) || !CHECK(h->compiled.ndiags == 1) ||
			!CHECK_STR(error->code, bad->code) || !CHECK(error->line == bad->line) ||
			!CHECK(error->column == bad->column) || !CHECK(error->message[0] != '\0'))
		{
			printf("  template: %s\n", bad->template);
			for (int j = 0; j < h->compiled.ndiags; j++)
				printf("  %u:%u %s: %s\n", h->compiled.diags[j].line,
					   h->compiled.diags[j].column, h->compiled.diags[j].code,
					   h->compiled.diags[j].message);
		}
		CHECK(h->compiled.program == NULL);
	}
}

/* Texts that people act on. */
static void
test_messages(TestHost *h)
{
	static const struct
	{
		const char *template;
		const char *message;
		const char *hint;
	}			cases[] = {
		{"{{a | uper}}", "unknown filter \"uper\"", "Did you mean \"upper\"?"},
		{"{{a | tojson}}", "unknown filter \"tojson\"", "Did you mean \"json\"?"},
		{"{{a | wholly_different}}", "unknown filter \"wholly_different\"", ""},
		{"x\n{{#a}}{{/b}}", "closing tag \"b\" does not match \"a\" opened at line 2, column 1", ""},
		{"{{a | truncate}}", "filter \"truncate\" needs 1 argument", ""},
		{"{{a | upper: 1}}", "filter \"upper\" takes no argument", ""},
		{"{{a | truncate: \"x\"}}", "filter \"truncate\": argument 1 must be an integer", ""},
		{"{{a ; b}}", "unexpected \";\"", ""},
		{"{{f(x)}}", "function calls are not supported",
		"Use a filter: {{ value | filter: argument }}."},
		{"{{#if a}}", "block is never closed: \"if\"", ""}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		case_run(h, cases[i].template, case_json("{}"));
		CHECK_STR(h->compiled.diags[0].message, cases[i].message);
		CHECK_STR(h->compiled.diags[0].hint, cases[i].hint);
	}
}

/* Several errors in one call, in the order of their places. */
static void
test_many(TestHost *h)
{
	char		many[30 * 8 + 1];

	case_run(h, "{{#if a}}\n{{x y}}\n{{#each}}{{/if}}{{z | nope}}{{/each}}{{", case_json("{}"));
	CHECK(h->compiled.ndiags >= 4);
	for (int i = 1; i < h->compiled.ndiags; i++)
		CHECK(h->compiled.diags[i].offset >= h->compiled.diags[i - 1].offset);
	many[0] = '\0';
	for (int i = 0; i < 30; i++)
		strcat(many, "{{a b}} ");
	case_run(h, many, case_json("{}"));
	CHECK(h->compiled.ndiags == PM_MAX_DIAGS);
	CHECK(h->compiled.diags[PM_MAX_DIAGS - 1].column == (PM_MAX_DIAGS - 1) * 8 + 5);
	/* an error in an opening tag is not one of its closing tag too */
	case_run(h, "{{#if a ==}}x{{else}}y{{/if}}{{#each (}}{{/each}}", case_json("{}"));
	CHECK(h->compiled.ndiags == 2);
}

static void
test_warnings(TestHost *h)
{
	CHECK_STR(case_run(h, "{% if x %}{% y %}", case_json("{}")), "{% if x %}{% y %}");
	CHECK(h->compiled.ndiags == 1);
	CHECK(h->compiled.diags[0].severity == PM_SEV_WARNING);
	CHECK_STR(h->compiled.diags[0].code, "jinja_block");
	CHECK(h->compiled.diags[0].column == 1);
	CHECK_STR(case_run(h, "{{#if a | default: 1}}x{{/if}}", case_json("{}")), "x");
	CHECK_STR(h->compiled.diags[0].code, "default_in_condition");
	CHECK(h->compiled.diags[0].column == 11);
}

/* Bad tags as text, good ones as tags, broken blocks as errors all the same. */
static void
test_literal(TestHost *h)
{
	static const Case cases[] = {
		{"{{x y}} {{a}} {{}} {{ $now | f }} {{f(a)}} {{", "{'a':1}",
		"{{x y}} 1 {{}} {{ $now | f }} {{f(a)}} {{"},
		{"\\frac{{a b}}{c} {{#if a}}y{{b c}}{{/if}}", "{'a':1}", "\\frac{{a b}}{c} y{{b c}}"},
		{"{{#if a ==}}{{a}}", "{'a':1}", "{{#if a ==}}1"},
		{"{{x {{a}}", "{'a':1}", "{{x 1"},
		{"{{#if a}}", "{}", "unclosed_block"},
		{"{{#if a}}{{else}}{{else}}{{/if}}", "{}", "second_else"},
		{"{{#if a}}{{else foo}}{{/if}}", "{}", "unexpected_token"}
	};

	h->compile.literal_bad_tags = true;
	/* backslashes before a tag that is none belong to the text */
	CASE_TABLE(h, cases);
	h->compile.literal_bad_tags = false;
}

/* Compile-time limits: at the limit fine, one more is an error. */
static void
test_limits(TestHost *h)
{
	static const Case cases[] = {
		{"{{#a}}{{#a}}{{/a}}{{/a}}", "{'a':1}", ""},
		{"{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}", "{'a':1}", "too_deep"},
		{"{{a.b}}", "{'a':{'b':1}}", "1"},
		{"{{a.b.c}}", "{}", "path_too_long"},
		{"{{../../../a}}", "{}", "path_too_long"},
		{"{{a | upper | lower}}", "{'a':'x'}", "x"},
		{"{{a | upper | lower | upper}}", "{}", "too_many_filters"},
		{"{{ \"12345678901234\" }}", "{}", "12345678901234"},
		{"{{ \"1234567890123456789\" }}", "{}", "tag_too_long"},
		{"{{!12345678901234567890123456}}", "{}", ""},
		{"{{> p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9}}", "{}", "too_many_arguments"}
	};
	char		deep[256];
	size_t		n;

	h->limits.block_depth = 2;
	h->limits.path_segments = 2;
	h->limits.tag_filters = 2;
	h->limits.tag_bytes = 26;
	CASE_TABLE(h, cases);
	CHECK(h->compiled.diags[0].status == PM_ERR_LIMIT);
	pm_limits_init(&h->limits);
	/* 32 parentheses, 33, and more values at once than the machine holds */
	n = (size_t) snprintf(deep, sizeof(deep), "{{%.32sa%.32s}}",
						  "((((((((((((((((((((((((((((((((((", "))))))))))))))))))))))))))))))))))");
	CHECK_STR(case_run(h, deep, case_json("{'a':1}")), "1");
	memmove(deep + 3, deep + 2, n - 1);
	deep[2] = '(';
	CHECK_STR(case_run(h, deep, case_json("{'a':1}")), "too_deep");
	CHECK_STR(case_run(h, "{{#if a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==(a==a"
					   "))))))))))))))))}}{{/if}}", case_json("{}")), "too_deep");
	h->limits.template_bytes = 8;
	CHECK_STR(case_run(h, "12345678", case_json("{}")), "12345678");
	CHECK_STR(case_run(h, "123456789", case_json("{}")), "template_too_long");
	pm_limits_init(&h->limits);
	h->limits.ops = 4;
	CHECK_STR(case_run(h, "a{{b}}c", case_json("{'b':1}")), "a1c");
	CHECK_STR(case_run(h, "a{{b}}c{{b}}", case_json("{'b':1}")), "too_many_ops");
	pm_limits_init(&h->limits);
	CHECK(pm_tmpl_compile("a\0b", 3, &h->compile, &h->host.arena, &h->compiled) == PM_ERR_SYNTAX);
	CHECK_STR(h->compiled.diags[0].code, "bad_encoding");
}

static void
test_mustache_errors(TestHost *h)
{
	static const Case cases[] = {
		{"{{a", "{}", "unclosed_tag"}, {"{{ }}", "{}", "empty_tag"},
		{"{{#a}}", "{}", "unclosed_block"}, {"{{/a}}", "{}", "close_without_open"},
		{"{{#a}}{{/b}}", "{}", "close_mismatch"}, {"{{a..b}}", "{}", "empty_segment"},
		{"{{=a=}}", "{}", "bad_delimiters"}, {"{{! a", "{}", "unclosed_comment"},
		{"{{>}}", "{}", "empty_tag"}, {"{{a b | c}}", "{'a b | c':1}", "1"},
		{"\\{{a}} {{else}} {{^}}", "{}", "empty_tag"}, {"\\{{a}}{{else}}", "{'else':1,'a':2}", "\\21"}
	};

	h->compile.format = PM_FORMAT_MUSTACHE;
	CASE_TABLE(h, cases);
	h->compile.format = PM_FORMAT_PROMPT;
}

int
main(void)
{
	TestHost	h;

	host_init(&h, PM_FORMAT_PROMPT, PM_ESCAPE_NONE, PM_ON_MISSING_EMPTY);
	test_corpus(&h);
	test_messages(&h);
	test_many(&h);
	test_warnings(&h);
	test_literal(&h);
	test_limits(&h);
	test_mustache_errors(&h);
	host_reset(&h);
	return check_report("tmpl_error");
}
