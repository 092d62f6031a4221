/*
 * test_tmpl_lang.c
 *		The template language: lookup, blocks, operators, whitespace.
 */
#include "tmpl_case.h"

static const Case values[] = {
	{"{{s}}", "{'s':'a & <b>'}", "a & <b>"},
	{"{{n}}", "{'n':1.10}", "1.10"},
	{"{{n}}", "{'n':123456789012345678901234567890.5}", "123456789012345678901234567890.5"},
	{"{{t}}{{f}}", "{'t':true,'f':false}", "truefalse"},
	{"[{{z}}]", "{'z':null}", "[]"},
	{"{{o}}", "{'o':{'a':[1,'x',null,true],'b':{}}}", "{\"a\":[1,\"x\",null,true],\"b\":{}}"},
	{"{{a}}", "{'a':[]}", "[]"},
	{"{{ \"{{\" }}", "{}", "{{"},
	{"{{ 'a}}b' }}", "{}", "a}}b"},
	{"{{ \"q\\\"\\n\\t\\u00e9\\ud83d\\ude00\" }}", "{}", "q\"\n\t\xC3\xA9\xF0\x9F\x98\x80"},
	{"{{ 12 }}{{ -3.50 }}{{ true }}{{ null }}", "{}", "12-3.50true"},
	{"{{2nd}}{{007}}", "{'2nd':'x','007':'y'}", "xy"},
	{"{{a.1.b}}", "{'a':[0,{'b':'x'}]}", "x"},
	{"{{a.01}}", "{'a':[0,1]}", "missing_variables"},
	{"{{[weird key].x}}", "{'weird key':{'x':1}}", "1"},
	{"{{a.[b.c]}}", "{'a':{'b.c':1}}", "1"},
	{"{{my-var_1$}}{{n\xC3\xA4me}}", "{'my-var_1$':1,'n\xC3\xA4me':2}", "12"},
	{"{{this.a}}{{./x}}", "{'a':1}", "unexpected_token"},
	{"{{this.a}} {{.}}", "{'a':1}", "1 {\"a\":1}"},
	{"{\"a\":{\"b\":{{x}}}}", "{'x':1}", "{\"a\":{\"b\":1}}"},
	{"} }} {x} { {y} }", "{}", "} }} {x} { {y} }"},
	{"\\{{x}} \\\\{{x}} \\\\\\{{x}} \\x", "{'x':1}", "{{x}} \\1 \\\\{{x}} \\x"},
	{"{{{{raw}}}}{{x}} \\{{ {{{{/raw}}}}!", "{}", "{{x}} \\{{ !"},
	{"{{{x}}}{{&x}}{{~&x}}", "{'x':'<'}", "<<<"},
	{"{{! c }}{{!-- a }} b --}}x{{!--~}}y", "{}", "xy"},
	{"{{!-- a }}b{{!-- c --}}d{{!-- e }}f", "{}", "df"},
	{"{{! a }}{{=<% %>=}}<%!-- }} %> --%>x<%! %>y", "{}", "xy"},
	{"{{=<% %>=}}<%!-- a %>y<%={{ }}=%>{{!-- }} --}}z", "{}", "yz"},
	{"{{=<% %>=}}<% x %>{{x}}<%={{ }}=%>{{x}}", "{'x':1}", "1{{x}}1"},
	{"{{x}}", "{'x':'{{y}}','y':1}", "{{y}}"},
	{"{{a.b}}", "{'a.b':1,'a':{}}", "missing_variables"},
	{"{{@root.a}}", "{'a':1}", "1"},
	{"{{(a or b)}}{{ (a) | default: \"d\" }}", "{'a':'','b':'x'}", "xd"},
	{"{{a | default: b | upper}}", "{'b':'x'}", "X"},
	{"{{a | default(b)}}{{b | truncate( 1 , \"\" )}}", "{'b':'xy'}", "xyx"},
	{"{{#with (a or b)}}{{c}}{{/with}}", "{'b':{'c':1}}", "1"}
};

static const Case blocks[] = {
	{"{{#if a}}A{{else if b}}B{{else if c}}C{{else}}D{{/if}}", "{'c':1}", "C"},
	{"{{#if a}}A{{else if b}}B{{else}}D{{/if}}", "{'a':1,'b':1}", "A"},
	{"{{#if a}}A{{^}}D{{/if}}", "{}", "D"},
	{"{{#unless a}}A{{else}}B{{/unless}}", "{'a':0}", "A"},
	{"{{#each a}}{{.}},{{else}}none{{/each}}", "{'a':[1,2]}", "1,2,"},
	{"{{#each a}}{{.}},{{else}}none{{/each}}", "{'a':[]}", "none"},
	{"{{#each a}}{{.}},{{else}}none{{/each}}", "{}", "none"},
	{"{{#each a}}{{@key}}={{.}};{{/each}}", "{'a':{'x':1,'y':2}}", "x=1;y=2;"},
	{"{{#each a as |v k|}}{{k}}={{v}};{{/each}}", "{'a':{'x':1}}", "x=1;"},
	{"{{#each a as |v i|}}{{i}}={{v.n}};{{/each}}", "{'a':[{'n':'x'},{'n':'y'}]}", "0=x;1=y;"},
	{"{{#each a as |v|}}{{v}}{{b}}{{/each}}", "{'a':[{'b':1}],'b':2}", "{\"b\":1}2"},
	{"{{#each a}}{{@index}}{{@index1}}{{@first}}{{@last}}{{@length}};{{/each}}", "{'a':[7,8]}",
	"01truefalse2;12falsetrue2;"},
	{"{{#a}}{{@index}}{{#b}}{{@../index}}{{@index}} {{/b}}{{/a}}",
	"{'a':[{'b':[1]},{'b':[1,2]}]}", "000 110 11 "},
	{"{{#a}}{{#b}}{{../n}}{{n}}{{/b}}{{/a}}", "{'a':{'n':1,'b':{'n':2}}}", "12"},
	{"{{#a}}{{#b}}{{../.}}{{/b}}{{/a}}", "{'a':{'b':{'c':1}}}", "{\"b\":{\"c\":1}}"},
	{"{{#a}}{{../../x}}{{/a}}", "{'a':1,'x':1}", "missing_variables"},
	{"{{#if x}}{{@index}}{{/if}}", "{'x':1}", "missing_variables"},
	{"{{#a}}x{{else}}y{{/a}}{{^a}}z{{else}}w{{/a}}", "{'a':0}", "yz"},
	{"{{#with a}}{{b}}{{else}}no{{/with}}{{#with c}}1{{else}}no{{/with}}", "{'a':{'b':1}}",
	"1no"},
	{"{{#with a}}{{.}}{{/with}}", "{'a':[1,2]}", "[1,2]"},
	{"{{#if}}yes{{/if}}{{#each}}{{.}}{{/each}}", "{'if':1,'each':[1,2]}", "yes12"},
	{"{{#o}}{{k}}{{/o}}{{#e}}empty{{/e}}", "{'o':{'k':1},'e':{}}", "1empty"},
	{"{{#a}}{{#.}}{{.}}{{/.}};{{/a}}", "{'a':[[1,2],[3]]}", "12;3;"},
	{"{{#each (a | sort)}}{{.}}{{/each}}", "{'a':[3,1,2]}", "123"},
	{"{{#each a | sort as |x|}}{{x}}{{#each a}}{{.}}{{/each}} {{/each}}", "{'a':[2,1]}",
	"121 221 "},
	{"{{#if not a}}1{{/if}}{{#if !a}}2{{/if}}{{#if not}}3{{/if}}", "{'a':0,'not':1}", "123"},
	{"{{#if a and (b or c) and not d}}1{{/if}}", "{'a':1,'c':1}", "1"},
	{"{{#if a == 1 && b != 2 || c}}1{{/if}}", "{'a':1,'b':1}", "1"},
	{"{{#if (a | length) > 2}}1{{/if}}{{#if a | length > 2}}2{{/if}}", "{'a':'abc'}", "12"},
	{"{{#if not a == 1}}1{{else}}2{{/if}}", "{'a':1}", "2"},
	{"{{> p a=1 b=x}}{{> q}}", "{'x':'y','z':3}", "1y33"},
	{"{{#each l}}{{> r}}{{/each}}", "{'l':[{'n':1},{'n':2}],'n':9}", "0:1 1:2 "},
	{"{{> 'quoted name'}}|{{> dir/p-1.x}}", "{}", "Q|D"}
};

#define PARTIALS "{'p':'{{a}}{{b}}{{z}}','q':'{{z}}','r':'{{@index}}:{{n}} '," \
	"'quoted name':'Q','dir/p-1.x':'D'}"

/* Values a b with what each comparison says: < <= > >= == in contains */
static const struct
{
	const char *a;
	const char *b;
	const char *expected;
}			comparisons[] = {
	{"1", "2", "1100000"},
	{"2", "1", "0011000"},
	{"1", "1.0", "0101100"},
	{"-1", "1", "1100000"},
	{"-2", "-1", "1100000"},
	{"0", "-0", "0101100"},
	{"10", "9", "0011000"},
	{"0.10", "0.1", "0101100"},
	{"0.09", "0.1", "1100000"},
	{"123456789012345678901234567890", "123456789012345678901234567891", "1100000"},
	{"'a'", "'b'", "1100000"},
	{"'a'", "'a'", "0101111"},
	{"'a'", "'ab'", "1100010"},
	{"'ab'", "'b'", "1100001"},
	{"'B'", "'a'", "1100000"},
	{"''", "'a'", "1100010"},
	{"'\xC3\xA9'", "'z'", "0011000"},
	{"'1'", "1", "0000000"},
	{"true", "true", "0000100"},
	{"true", "false", "0000000"},
	{"true", "1", "0000000"},
	{"null", "null", "0000100"},
	{"null", "false", "0000000"},
	{"[1,2]", "[1,2.0]", "0000100"},
	{"[1,2]", "[2,1]", "0000000"},
	{"[]", "[]", "0000100"},
	{"1", "[3,1.0]", "0000010"},
	{"'x'", "['y','x']", "0000010"},
	{"[1]", "[[1],2]", "0000010"},
	{"null", "[null]", "0000010"},
	{"{'a':1,'b':2}", "{'b':2,'a':1}", "0000100"},
	{"{'a':1}", "{'a':2}", "0000000"},
	{"{'a':1}", "{'b':1}", "0000000"},
	{"'a'", "{'a':null}", "0000010"},
	{"{'a':{'b':[1]}}", "{'a':{'b':[1]}}", "0000100"},
	{"{'a':1}", "'a'", "0000001"},
	{"[1,2]", "2", "0000001"},
	{"5", "'5 apples'", "0000000"}
};

/* Truth of single values. */
static const struct
{
	const char *value;
	bool		truthy;
}			truths[] = {
	{"null", false}, {"false", false}, {"true", true}, {"0", false}, {"0.00", false},
	{"-0", false}, {"1", true}, {"-1", true}, {"0.0001", true}, {"''", false}, {"'0'", true},
	{"' '", true}, {"'false'", true}, {"[]", false}, {"[0]", true}, {"{}", true}
};

static const Case whitespace[] = {
	{"a\n{{#if x}}\nb\n{{/if}}\nc\n", "{'x':1}", "a\nb\nc\n"},
	{"a\n  {{#if x}}  \n  b\n\t{{else}}\n  d\n  {{/if}}\t\nc", "{'x':0}", "a\n  d\nc"},
	{"a\r\n{{#if x}}\r\nb\r\n{{/if}}\r\nc", "{'x':1}", "a\r\nb\r\nc"},
	{"{{#if x}}\n{{/if}}", "{'x':1}", ""},
	{"a {{#if x}}\nb\n{{/if}}", "{'x':1}", "a \nb\n"},
	{"{{#if x}} a\n{{/if}} b", "{'x':1}", " a\n b"},
	{"{{#if x}}{{/if}}\n", "{'x':1}", "\n"},
	{"{{x}}\n", "{'x':1}", "1\n"},
	{" {{! c }} \nb", "{}", "b"},
	{" {{!-- c\nd --}} \nb", "{}", "b"},
	{"a{{! c }}\nb", "{}", "a\nb"},
	{"{{=<% %>=}}\na", "{}", "a"},
	{"a \n {{~x~}} \n b", "{'x':1}", "a1b"},
	{"a {{~x}} b", "{'x':1}", "a1 b"},
	{"a {{x~}} b", "{'x':1}", "a 1b"},
	{"a\n{{~#if x~}}\n b \n{{~/if~}}\nc", "{'x':1}", "abc"},
	{"a {{~#if x}} b {{/if~}} c", "{'x':1}", "a b c"},
	{"{{#each l~}}\n {{.}}\n{{~/each}}", "{'l':[1,2]}", "12"},
	{"{{#each l}}\n- {{.}}\n{{/each}}\nend", "{'l':[1,2]}", "- 1\n- 2\nend"},
	{"a\n\n{{#if x}}\n\nb\n\n{{/if}}\n\nc", "{'x':1}", "a\n\n\nb\n\n\nc"},
	{"  {{#if x~}}  \n  b{{/if}}", "{'x':1}", "b"},
	{"a\n{{else_}}\n", "{'else_':1}", "a\n1\n"},
	{"x {{~! c ~}} y", "{}", "xy"},
	{"x {{~!-- c --~}} y", "{}", "xy"},
	{"x {{~{y}}} z", "{'y':1}", "x1 z"},
	{"{{#a}}\n{{#b}}\nx\n{{/b}}\n{{/a}}\n", "{'a':1,'b':1}", "x\n"},
	{"{{#a}}{{/a}} {{#a}}\nx{{/a}}", "{'a':1}", " \nx"},
	{"\t{{^a}}\t\nx\n\t{{/a}}", "{}", "x\n"},
	{"a\rb{{x}}\r{{#x}}\rc{{/x}}", "{'x':1}", "a\rb1\r\rc"},
	{"  {{> p}}\nb", "{}", "  1\n  2\nb"},
	{"a {{> p}} b", "{}", "a 1\n2\n b"},
	{"  {{> n}}\nb", "{'v':'x\\ny'}", "    1\n    2\n  x\ny\nb"},
	{"  {{> blank}}\n", "{}", "  a\n\n  b\n"},
	{"\t{{> line}}\n", "{'l':[1,2]}", "\t1;2;end\n"},
	{"  {{> tilde~}}  \n  c", "{}", "  ac"},
	{"{{#each l}}\n  {{#if @first}}\n  first\n  {{else}}\n  {{.}}\n  {{/if}}\n{{/each}}\n",
	"{'l':[1,2]}", "  first\n  2\n"},
	{"a\n{{{{raw}}}}\nb\n{{{{/raw}}}}\nc", "{}", "a\n\nb\n\nc"},
	{"\xC3\xA9\n {{#x}} \n\xC3\xA9\n {{/x}} \n", "{'x':1}", "\xC3\xA9\n\xC3\xA9\n"},
	{"{{#if x}}\r\n\r\n{{/if}}\r\n", "{'x':1}", "\r\n"},
	{"\\{{x}}\n{{#x}}\n{{/x}}\n", "{'x':1}", "{{x}}\n"}
};

#define WHITE_PARTIALS "{'p':'1\\n2\\n','n':'  {{> p}}\\n{{v}}\\n','blank':'a\\n\\nb\\n'," \
	"'line':'{{#l}}{{.}};{{/l}}end\\n','tilde':'a'}"

static void
test_comparisons(TestHost *h)
{
	static const char *const ops[] = {"<", "<=", ">", ">=", "==", "in", "contains"};
	char		template[128];
	char		data[256];

	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
	{
		const Json *json;

		snprintf(data, sizeof(data), "{'a':%s,'b':%s}", comparisons[i].a, comparisons[i].b);
		json = case_json(data);
		for (int op = 0; op < 7; op++)
		{
			const char *want = comparisons[i].expected[op] == '1' ? "y" : "n";

			snprintf(template, sizeof(template), "{{#if a %s b}}y{{else}}n{{/if}}", ops[op]);
			if (!CHECK_STR(case_run(h, template, json), want))
				printf("  %s %s %s\n", comparisons[i].a, ops[op], comparisons[i].b);
		}
		/* and its negations */
		CHECK_STR(case_run(h, "{{#if a != b}}y{{else}}n{{/if}}", json),
				  comparisons[i].expected[4] == '1' ? "n" : "y");
		CHECK_STR(case_run(h, "{{#if not a < b}}y{{else}}n{{/if}}", json),
				  comparisons[i].expected[0] == '1' ? "n" : "y");
	}
}

/* Every value alone, negated, and in all pairs with and and or. */
static void
test_truth(TestHost *h)
{
	size_t		n = sizeof(truths) / sizeof(truths[0]);
	char		data[256];

	for (size_t i = 0; i < n; i++)
	{
		bool		a = truths[i].truthy;

		snprintf(data, sizeof(data), "{'a':%s}", truths[i].value);
		CHECK_STR(case_run(h, "{{#if a}}y{{else}}n{{/if}}", case_json(data)), a ? "y" : "n");
		CHECK_STR(case_run(h, "{{#unless a}}y{{else}}n{{/unless}}", case_json(data)), a ? "n" : "y");
		CHECK_STR(case_run(h, "{{^a}}y{{/a}}", case_json(data)), a ? "" : "y");
		for (size_t j = 0; j < n; j++)
		{
			bool		b = truths[j].truthy;

			snprintf(data, sizeof(data), "{'a':%s,'b':%s}", truths[i].value, truths[j].value);
			CHECK_STR(case_run(h, "{{#if a and b}}1{{/if}}{{#if a or b}}2{{/if}}"
							   "{{#if a and not b}}3{{/if}}", case_json(data)),
					  a && b ? "12" : a ? "23" : b ? "2" : "");
		}
	}
}

/* Missing values: no error in conditions, equal to nothing, in nothing. */
static void
test_missing_conditions(TestHost *h)
{
	static const Case cases[] = {
		{"{{#if a == b}}1{{/if}}{{#if a != b}}2{{/if}}{{#if a == null}}3{{/if}}", "{}", "2"},
		{"{{#if a in l}}1{{/if}}{{#if l contains a}}2{{/if}}", "{'l':[null]}", ""},
		{"{{#if a < 1 or a >= 1}}1{{/if}}", "{}", ""},
		{"{{#a.b.c}}1{{/a.b.c}}{{^a.b.c}}2{{/a.b.c}}", "{'a':{}}", "2"}
	};

	CASE_TABLE(h, cases);
}

int
main(void)
{
	TestHost	h;

	host_init(&h, PM_FORMAT_PROMPT, PM_ESCAPE_NONE, PM_ON_MISSING_ERROR);
	CASE_TABLE(&h, values);
	h.partials = case_json(PARTIALS);
	CASE_TABLE(&h, blocks);
	test_comparisons(&h);
	test_truth(&h);
	test_missing_conditions(&h);
	h.partials = case_json(WHITE_PARTIALS);
	CASE_TABLE(&h, whitespace);
	h.compile.format = PM_FORMAT_TEXT;
	CHECK_STR(case_run(&h, "{{x}} {{#if", case_json("{}")), "{{x}} {{#if");
	host_reset(&h);
	return check_report("tmpl_lang");
}
