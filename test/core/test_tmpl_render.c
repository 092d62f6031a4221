/*
 * test_tmpl_render.c
 *		Rendering: missing values, keep mode, limits, partials, spans, values.
 */
#include "tmpl_case.h"

/* A small generator of repeatable numbers. */
static uint32_t seed = 12345;

static uint32_t
next_random(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
test_missing(TestHost *h)
{
	const char *got;

	h->partials = case_json("{'p':'\\n {{q}}'}");
	got = case_run(h, "a {{x}} {{x}}\n{{#if y}}{{z}}{{/if}}{{#if not y}}{{u.v | upper}}{{/if}}"
				   "{{w | default: 1}}{{#y}}{{/y}}{{n}}{{> p}}{{d}}", case_json("{'n':null}"));
	CHECK_STR(got, "missing_variables");
	CHECK(h->result.nmissing == 4);
	if (h->result.nmissing == 4)
	{
		const PmMissing *m = h->result.missing;

		CHECK(m[0].path_len == 1 && m[0].path[0] == 'x' && m[0].line == 1 && m[0].column == 3);
		CHECK(m[1].path_len == 3 && memcmp(m[1].path, "u.v", 3) == 0 && m[1].line == 2);
		CHECK(m[1].column == 35 && !m[1].required && m[1].partial == NULL);
		CHECK(m[2].path[0] == 'q' && m[2].line == 2 && m[2].column == 2);
		CHECK(m[2].partial_len == 1 && m[2].partial[0] == 'p');
		CHECK(m[3].path[0] == 'd');
	}
	CHECK_STR(h->out.data, "a  \n1\n ");
	/* many of them: each once, in order */
	{
		char		big[6000];
		size_t		n = 0;

		for (int i = 0; i < 300; i++)
			n += (size_t) sprintf(big + n, "{{v%d}}{{v%d}}", i % 100, i / 3);
		case_run(h, big, case_json("{}"));
		CHECK(h->result.nmissing == 100);
		CHECK(h->result.missing[99].path_len == 3 && memcmp(h->result.missing[99].path, "v99", 3) == 0);
	}
	case_run(h, "{{a|required}}{{a}}{{b}}", case_json("{}"));
	CHECK(h->result.nmissing == 2 && h->result.missing[0].required && !h->result.missing[1].required);
	h->render.on_missing = PM_ON_MISSING_EMPTY;
	CHECK_STR(case_run(h, "[{{x}}{{y|prefix:'p'}}{{#each z}}1{{/each}}]", case_json("{}")), "[]");
	CHECK_STR(case_run(h, "[{{x|required}}]", case_json("{}")), "missing_variables");
	h->defaults = case_json("{'x':'X','u.v':[1]}");
	CHECK_STR(case_run(h, "{{x}}{{u.v}}{{#if u.v}}1{{/if}}{{x.y}}", case_json("{'u':{}}")), "X[1]1");
	CHECK_STR(case_run(h, "{{x}}{{#with o}}{{x}}{{/with}}", case_json("{'x':'own','o':{'x':null}}")), "own");
	h->defaults = NULL;
	h->render.on_missing = PM_ON_MISSING_ERROR;
}

/* What keep mode prints is the source, byte for byte. */
static void
test_keep(TestHost *h)
{
	static const Case same[] = {
		{"a {{ x }} b{{{y}}}{{&  z|upper }}{{~w~}}", "{}", "a {{ x }} b{{{y}}}{{&  z|upper }}{{~w~}}"},
		{"{{x|default:y}}{{x|default:1}}{{n|default:1}}{{y|required}}", "{'n':null}",
		"{{x|default:y}}{{x|default:1}}1{{y|required}}"},
		{"{{#if x|default:1}}y{{/if}}", "{}", "y"},
		{"\\{{x}} {{{{raw}}}}{{y}}{{{{/raw}}}} \\\\{{z}}", "{'z':1}",
		"\\{{x}} {{{{raw}}}}{{y}}{{{{/raw}}}} \\1"},
		{"\\\\{{z}}", "{}", "\\\\{{z}}"},
		{"{{#if a}}x{{/if}}{{#b}}y{{/b}}", "{}", ""},
		{"{{=| |=}}|x|", "{}", "{{=| |=}}|x||={{ }}=|"}
	};
	static const Case blocks[] = {
		{"1\n  {{#if a}}\n x {{b}}\n  {{else}}\n y\n {{/if}} \n2", "{'b':1}",
		"1\n  {{#if a}}\n x {{b}}\n  {{else}}\n y\n {{/if}} \n2"},
		{"{{#if c}}{{#each a}}{{.}}{{/each}}{{d}}{{/if}}", "{'c':1}", "{{#each a}}{{.}}{{/each}}{{d}}"},
		{"{{#if a == 1 or c}}x{{/if}}{{^a}}y{{/a}}", "{'c':1}", "{{#if a == 1 or c}}x{{/if}}{{^a}}y{{/a}}"},
		{"{{#if a|default:1}}x{{/if}}{{#if c}}z{{/if}}", "{'c':0}", "{{#if a|default:1}}x{{/if}}"},
		{"{{! c }}{{#a}}\nx\n{{/a}}{{! d }}\n", "{}", "{{!}}{{#a}}\nx\n{{/a}}{{!}}\n"},
		{"{{#if c}}1{{else if a}}2{{/if}}", "{'c':0}", "{{#if c}}1{{else if a}}2{{/if}}"},
		{"{{=<% %>=}}\n<%#a%>\nx\n<%/a%>\nend", "{}", "{{=<% %>=}}\n<%#a%>\nx\n<%/a%>\n<%={{ }}=%>\nend"}
	};

	h->render.on_missing = PM_ON_MISSING_KEEP;
	CASE_TABLE(h, same);
	h->render.keep_blocks = true;
	CASE_TABLE(h, blocks);
	h->render.keep_blocks = false;
	h->render.on_missing = PM_ON_MISSING_ERROR;
}

/* Pieces that templates are put together from at random. */
static const char *const pieces[] = {
	"text ", "line\n", "{{a}}", "{{ b }}", "{{{c}}}", "{{&d}}", "{{a|upper}}", "{{b|default:c}}",
	"{{#if a}}A{{else}}B{{/if}}", "{{#each l}}({{.}}{{b}}){{/each}}", "  {{#c}}\n x{{d}}\n  {{/c}}\n",
	"{{^d}}none{{/d}}", "{ } }} ", "\\{{lit}}", "\\\\{{a}}", "{{! c }}\n", "{{~a~}} ",
	"{{=<% %>=}}<%a%> <%#b%>\nx<%c%>\n<%/b%>\n<%={{ }}=%>", "{{{{raw}}}}{{a}}{{{{/raw}}}}", "\n\n",
	"{{#if b == 'x' and a}}1{{else if c}}2{{/if}}", "{{#with o}}{{k}}{{a}}{{/with}}",
	"{{! c }}  {{#d}}\n{{a}}{{/d}}\n", "{{#b}}\n  {{/b}}{{!c}}\n", "  {{^a}}\n{{^c}} \n{{/c}}\n{{/a}}\n"
};

static char *
random_template(char *buf, int n)
{
	buf[0] = '\0';
	for (int i = 0; i < n; i++)
		strcat(buf, pieces[next_random(sizeof(pieces) / sizeof(pieces[0]))]);
	return buf;
}

/* A document with the members whose bit is set. */
static const Json *
some_members(uint32_t mask)
{
	static const char *const members[] = {"'a':' va '", "'b':'x'", "'c':[1,2]", "'d':''",
	"'l':[1,'two']", "'o':{'k':'v'}"};
	char		buf[256] = "{";

	for (int i = 0; i < 6; i++)
	{
		if (!(mask & (1u << i)))
			continue;
		if (strlen(buf) > 1)
			strcat(buf, ",");
		strcat(buf, members[i]);
	}
	strcat(buf, "}");
	return case_json(buf);
}

/* render(render(T, A, keep), B) = render(T, A and B) where blocks are kept. */
static void
test_keep_property(TestHost *h)
{
	char		template[4096];
	char		first[8192];
	char		whole[8192];

	for (int round = 0; round < 3000; round++)
	{
		uint32_t	a = next_random(64);
		uint32_t	b = 63 & ~a;

		random_template(template, 1 + (int) next_random(8));
		h->render.on_missing = PM_ON_MISSING_EMPTY;
		snprintf(whole, sizeof(whole), "%s", case_run(h, template, some_members(63)));
		h->render.on_missing = PM_ON_MISSING_KEEP;
		h->render.keep_blocks = true;
		snprintf(first, sizeof(first), "%s", case_run(h, template, some_members(a)));
		h->render.keep_blocks = false;
		h->render.on_missing = PM_ON_MISSING_EMPTY;
		/* a loop over known items keeps tags that then see the root alone */
		if (!CHECK_STR(case_run(h, first, some_members(b | a)), whole))
		{
			printf("  template: %s\n  first: %s\n", template, first);
			break;
		}
	}
	h->render.on_missing = PM_ON_MISSING_ERROR;
}

/* A value is inserted byte for byte, whatever it looks like. */
static void
test_values_stay(TestHost *h)
{
	static const char *const bits[] = {"{{", "}}", "#", "/", ">", "!", "|", "~", "\\", "{", "}",
	"a", "b", " ", "\n", "=", "{{a}}", "{{/if}}", "{{{{raw}}}}", "{{! ", "\"", "'", "[", "<%"};
	static Json members[2];
	static Json keys[2];
	Json		root;
	char		value[2][256];
	char		want[2048];

	memset(&root, 0, sizeof(root));
	root.type = JSON_OBJECT;
	root.n = 2;
	root.items = members;
	root.keys = keys;
	for (int i = 0; i < 2; i++)
	{
		keys[i].type = members[i].type = JSON_STRING;
		keys[i].str = i == 0 ? "a" : "b";
		keys[i].len = 1;
	}
	for (int round = 0; round < 10000; round++)
	{
		for (int i = 0; i < 2; i++)
		{
			value[i][0] = '\0';
			for (uint32_t n = next_random(8); n > 0; n--)
				strcat(value[i], bits[next_random(sizeof(bits) / sizeof(bits[0]))]);
			members[i].str = value[i];
			members[i].len = strlen(value[i]);
		}
		snprintf(want, sizeof(want), "x %s {%s}%s%s\n%s", value[0], value[1], value[0], value[0],
				 value[1]);
		if (!CHECK_STR(case_run(h, "x {{a}} { {{~b~}} }{{{a}}}{{#if b or true}}{{a}}\n{{/if}}{{b}}",
								&root), want))
			break;
	}
}

/* Run-time limits, each at its value and one beyond. */
static void
test_limits(TestHost *h)
{
	const Json *data = case_json("{'l':[1,2,3],'s':'0123456789','n':[[[[1]]]],"
								 "'o':{'a':{'b':1}},'big':[0,1,2,3,4,5,6,7,8,9]}");
	const char *loops = "{{#each big}}{{#each big}}{{#each big}}{{#each big}}{{#each big}}"
		"{{#each big}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}";

	h->limits.iterations = 6;
	CHECK_STR(case_run(h, "{{#l}}{{.}}{{/l}}{{#each l}}{{.}}{{/each}}", data), "123123");
	CHECK_STR(case_run(h, "{{#l}}{{.}}{{/l}}{{#each l}}{{.}}{{/each}}{{#l}}{{/l}}", data), "iterations");
	h->limits.iterations = 10000000;
	h->limits.fuel = 500000;
	CHECK_STR(case_run(h, loops, data), "fuel");
	CHECK(h->result.error.status == PM_ERR_LIMIT);
	CHECK(h->polls > 100);
	pm_limits_init(&h->limits);
	CHECK_STR(case_run(h, loops, data), "iterations");
	h->limits.output_bytes = 20;
	CHECK_STR(case_run(h, "{{s}}{{s}}", data), "01234567890123456789");
	CHECK_STR(case_run(h, "{{s}}{{s}}x", data), "output_bytes");
	CHECK_STR(case_run(h, "{{s|replace:'1','xxxxxxxxxxxxx'|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{s|indent:11|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{l|json:9|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{big|join:'--'|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{s|prefix:s|suffix:'x'|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{s|md_code:s|length}}", data), "output_bytes");
	CHECK_STR(case_run(h, "{{big|truncate:3}}", data), "output_bytes");
	pm_limits_init(&h->limits);
	h->limits.json_depth = 4;
	CHECK_STR(case_run(h, "{{n}}", data), "[[[[1]]]]");
	h->limits.json_depth = 3;
	CHECK_STR(case_run(h, "{{n}}", data), "json_depth");
	CHECK_STR(case_run(h, "{{n|json:2}}", data), "json_depth");
	pm_limits_init(&h->limits);
	h->limits.work_bytes = 4096;
	CHECK_STR(case_run(h, "{{#each big}}{{big|sort|join:''}}{{/each}}", data),
			  "0123456789012345678901234567890123456789012345678901234567890123456789"
			  "012345678901234567890123456789");
	CHECK_STR(case_run(h, "{{s|indent:1000|indent:1000|indent:1000}}", data), "work_bytes");
	pm_limits_init(&h->limits);
}

/* What a loop computes is given back: memory does not grow with its turns. */
static void
test_memory(TestHost *h)
{
	const char *loop = "{{#each a}}{{#each b}}{{#each b}}{{s|upper|lower|replace:'x','yy'|length}}"
		"{{@index}}{{#with (s|trim)}}{{.|length}}{{/with}}{{b|sort|length}}{{/each}}{{/each}}{{/each}}";
	char		data[2048];
	size_t		few;

	snprintf(data, sizeof(data), "{'a':[1],'b':[1,2,3,4,5],'s':'%0500d'}", 0);
	case_run(h, loop, case_json(data));
	few = h->allocated - h->out.cap;
	snprintf(data, sizeof(data), "{'a':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],"
			 "'b':[1,2,3,4,5],'s':'%0500d'}", 0);
	CHECK(strlen(case_run(h, loop, case_json(data))) > 1000);
	/* only the output buffer may have grown */
	CHECK(h->allocated < few + 16 * h->out.cap);
}

static void
test_partials(TestHost *h)
{
	h->partials = case_json("{'a':'A{{> b}}','b':'B{{> a}}','c':'{{> c@7}}','d':'{{> x@prod}}',"
							"'n':'{{v}}{{#l}}{{> n}}{{/l}}','e':'{{> f}}','f':'{{> f2}}','f2':'2',"
							"'l1':'{{> l2}}{{> l2}}','l2':'{{> l3}}{{> l3}}','l3':'.'}");
	CHECK_STR(case_run(h, "{{> a}}", case_json("{}")), "partial_cycle");
	CHECK_STR(h->result.error.message, "partials form a cycle: a -> b -> a");
	CHECK(h->result.error_partial_len == 1 && h->result.error_partial[0] == 'b');
	CHECK(h->result.error.line == 1 && h->result.error.column == 2);
	CHECK_STR(case_run(h, "{{> c}}", case_json("{}")), "partial_cycle");
	h->render.name = "top";
	h->render.name_len = 3;
	CHECK_STR(case_run(h, "{{> top@2}}", case_json("{}")), "partial_cycle");
	CHECK_STR(h->result.error.message, "partials form a cycle: top -> top");
	h->render.name = NULL;
	CHECK_STR(case_run(h, "ab\n {{> d}}", case_json("{}")), "partial_not_found");
	CHECK_STR(h->result.error.message, "partial \"x\", label \"prod\", does not exist");
	CHECK(h->result.error.status == PM_ERR_PARTIAL_NOT_FOUND);
	h->limits.partial_depth = 3;
	CHECK_STR(case_run(h, "{{> e}}", case_json("{}")), "2");
	h->limits.partial_depth = 2;
	CHECK_STR(case_run(h, "{{> e}}", case_json("{}")), "partial_depth");
	pm_limits_init(&h->limits);
	h->limits.partial_calls = 7;
	CHECK_STR(case_run(h, "{{> l1}}", case_json("{}")), "....");
	h->limits.partial_calls = 6;
	CHECK_STR(case_run(h, "{{> l1}}", case_json("{}")), "partial_calls");
	pm_limits_init(&h->limits);
	/* recursion that the data ends, and recursion that nothing ends */
	h->compile.format = PM_FORMAT_MUSTACHE;
	CHECK_STR(case_run(h, "{{> n}}", case_json("{'v':1,'l':[{'v':2,'l':[]},{'v':3,'l':false}]}")), "123");
	CHECK_STR(case_run(h, "{{> a}}", case_json("{}")), "partial_depth");
	CHECK_STR(case_run(h, "[{{> nothing}}]", case_json("{}")), "[]");
	h->compile.format = PM_FORMAT_PROMPT;
	h->partials = NULL;
}

static void
record(void *ctx, size_t start, size_t end, const char *name, uint32_t len)
{
	TestHost   *h = ctx;
	size_t		n = strlen(h->spans);

	snprintf(h->spans + n, sizeof(h->spans) - n, "%zu-%zu:%.*s ", start, end, (int) len, name);
}

static void
test_spans(TestHost *h)
{
	static const Case cases[] = {
		{"a{{x}}b{{y.z}}", "{'x':'12','y':{'z':'3'}}", "1-3:x 4-5:y "},
		{"{{#each l}}{{.}}{{n}}{{o}}{{/each}}", "{'l':['1',{'n':'2','o':3}],'o':4,'n':5}",
		"0-1:l 1-2:n 2-3:o 3-18:l 18-19:l 19-20:l "},
		{"{{x|default:y}}{{(x or y)}}", "{'y':'ab'}", "0-2:y 2-4:y "},
		{"{{x|prefix:y}}", "{'x':'a','y':'b'}", "0-2:x 0-2:y "},
		{"{{#each l as |v k|}}{{v}}{{k}}{{/each}}", "{'l':{'a':'1'}}", "0-1:l 1-2:l "},
		{"{{#with x}}{{../y}}{{@root.y}}{{this.q}}{{/with}}", "{'x':{'q':1},'y':2}", "0-1:y 1-2:y 2-3:x "},
		{"{{> p a=x}}", "{'x':'1'}", "0-1:x "},
		{"{{'lit'}}{{@root}}{{e}}", "{'e':''}", ""}
	};

	h->host.record_span = record;
	h->partials = case_json("{'p':'{{a}}'}");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		h->spans[0] = '\0';
		case_run(h, cases[i].template, case_json(cases[i].data));
		if (!CHECK_STR(h->spans, cases[i].expected))
			printf("  %s\n", cases[i].template);
	}
	h->host.record_span = NULL;
	h->partials = NULL;
}

static PmStatus
eval(TestHost *h, const char *template, const char *data, PmValue *value)
{
	PmValue		root = host_value(case_json(data));

	host_reset(h);
	if (pm_tmpl_compile(template, strlen(template), &h->compile, &h->host.arena,
						&h->compiled) != PM_OK)
		return PM_ERR_SYNTAX;
	return pm_tmpl_eval(h->compiled.program, &root, &h->host, &h->render, value, &h->result);
}

static bool
truth_of(TestHost *h, const char *cond, const char *data)
{
	PmValue		root = host_value(case_json(data));
	bool		truth = false;

	host_reset(h);
	CHECK(pm_tmpl_compile_cond(cond, strlen(cond), &h->compile, &h->host.arena,
							   &h->compiled) == PM_OK);
	CHECK(pm_tmpl_eval_cond(h->compiled.program, &root, &h->host, &h->render, &truth,
							&h->result) == PM_OK);
	return truth;
}

static void
test_eval(TestHost *h)
{
	static const struct
	{
		const char *template;
		bool		is_value;
	}			cases[] = {
		{"{{x | value}}", true}, {"{{ a.b | default: c | value }}", true}, {"{{x}}", false},
		{"{{x | value | upper}}", false}, {" {{x | value}}", false}, {"{{x | value}}\n", false},
		{"{{x | value}}{{x | value}}", false}, {"{{x | value}}{{y}}", false},
		{"{{#if a}}{{x | value}}{{/if}}", false}, {"{{! c }}{{x | value}}", true}, {"", false},
		{"{{y | default: (x | value)}}", false}, {"{{{x | value}}}", true}
	};
	PmValue		v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		case_run(h, cases[i].template, case_json("{'x':1,'y':1,'a':{'b':1},'c':1}"));
		if (!CHECK(pm_tmpl_is_value(h->compiled.program) == cases[i].is_value))
			printf("  %s\n", cases[i].template);
	}
	CHECK(eval(h, "{{x | value}}", "{'x':[1,{}]}", &v) == PM_OK && v.kind == PM_ARRAY && v.len == 2);
	CHECK(eval(h, "{{x | slice: 1 | value}}", "{'x':[1,{}]}", &v) == PM_OK && v.kind == PM_ARRAY &&
		  v.len == 1 && (v.flags & PM_VF_NATIVE) && v.u.items[0].kind == PM_OBJECT);
	CHECK(eval(h, "{{x | value}}", "{'x':null}", &v) == PM_OK && v.kind == PM_NULL);
	CHECK(eval(h, "{{x | value}}", "{}", &v) == PM_ERR_MISSING && v.kind == PM_MISSING);
	CHECK(h->result.nmissing == 1);
	CHECK(eval(h, "  {{! c }}\n{{x | value}}", "{'x':7}", &v) == PM_OK && v.kind == PM_NUMBER);
	CHECK(eval(h, "a{{x}}", "{'x':7}", &v) == PM_ERR_PROGRAM && v.kind == PM_MISSING);
	CHECK(truth_of(h, "a.b >= 18 and not banned", "{'a':{'b':18}}"));
	CHECK(!truth_of(h, " a.b >= 18 and not banned ", "{'a':{'b':18},'banned':true}"));
	CHECK(!truth_of(h, "nothing", "{}"));
	CHECK(truth_of(h, "'}}' contains '}' or x", "{}"));
	CHECK(pm_tmpl_compile_cond("a ==", 4, &h->compile, &h->host.arena, &h->compiled) == PM_ERR_SYNTAX);
	CHECK_STR(h->compiled.diags[0].code, "unexpected_end");
	CHECK(pm_tmpl_compile_cond("a b", 3, &h->compile, &h->host.arena, &h->compiled) == PM_ERR_SYNTAX);
	CHECK(h->compiled.diags[0].column == 3);
	CHECK(pm_tmpl_compile_cond("", 0, &h->compile, &h->host.arena, &h->compiled) == PM_ERR_SYNTAX);
}

/* A program is position-independent, and knows what it is not. */
static void
test_program(TestHost *h)
{
	const char *template = "{{#each l}}{{n}}{{> p}}{{ \"\\u00e9\" }}{{/each}}{{x|default:'d'}}";
	char		expected[256];
	size_t		size;
	char	   *copy;
	size_t		len;

	h->partials = case_json("{'p':'-'}");
	snprintf(expected, sizeof(expected), "%s", case_run(h, template, case_json("{'l':[{'n':1}]}")));
	CHECK_STR(expected, "1-\xC3\xA9" "d");
	size = h->compiled.program_size;
	CHECK(pm_tmpl_size(h->compiled.program) == size);
	copy = malloc(size + 8);
	/* another address, the old block overwritten */
	memcpy(copy + 8, h->compiled.program, size);
	memset(h->compiled.program, 0xEE, size);
	h->compiled.program = (PmProgram *) (copy + 8);
	CHECK(host_render(h, case_json("{'l':[{'n':1}]}")) == PM_OK);
	CHECK_STR(h->out.data, expected);
	CHECK(pm_tmpl_check(copy + 8, size) && !pm_tmpl_check(copy + 8, size - 1));
	CHECK(strncmp(pm_tmpl_source(h->compiled.program, &len), template, strlen(template)) == 0);
	CHECK(len == strlen(template));
	copy[8] ^= 1;
	CHECK(!pm_tmpl_check(copy + 8, size));
	CHECK(host_render(h, case_json("{}")) == PM_ERR_PROGRAM);
	free(copy);
	h->partials = NULL;
	CHECK(!pm_tmpl_check("", 0));
}

/* The host's header stays in front, and the limit counts the output alone. */
static void
test_output(TestHost *h)
{
	const char *template = "{{a}}";
	PmValue		root = host_value(case_json("{'a':'0123456789'}"));

	host_reset(h);
	pm_tmpl_compile(template, 5, &h->compile, &h->host.arena, &h->compiled);
	h->limits.output_bytes = 10;
	h->out.data = host_alloc(h, 8);
	memcpy(h->out.data, "HEAD", 4);
	h->out.cap = 8;
	h->out.len = 4;
	CHECK(pm_tmpl_render(h->compiled.program, &root, &h->host, &h->render, &h->out,
						 &h->result) == PM_OK);
	CHECK(h->out.len == 14 && memcmp(h->out.data, "HEAD0123456789", 14) == 0);
	CHECK(h->out.cap <= 14);
	pm_limits_init(&h->limits);
}

int
main(void)
{
	TestHost	h;

	host_init(&h, PM_FORMAT_PROMPT, PM_ESCAPE_NONE, PM_ON_MISSING_ERROR);
	test_missing(&h);
	test_keep(&h);
	test_keep_property(&h);
	test_values_stay(&h);
	test_limits(&h);
	test_memory(&h);
	test_partials(&h);
	test_spans(&h);
	test_eval(&h);
	test_program(&h);
	test_output(&h);
	host_reset(&h);
	return check_report("tmpl_render");
}
