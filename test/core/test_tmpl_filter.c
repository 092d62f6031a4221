/*
 * test_tmpl_filter.c
 *		Every filter: the usual case, edges, values it refuses.
 */
#include "tmpl_case.h"

#define FAIL "filter_input"

static const Case text[] = {
	{"{{s|upper}}", "{'s':'abc\xC3\xA9\xC3\x9F\xC4\xB1\xCE\xB1\xD0\xB6\xF0\x90\x90\xA8 1'}",
	"ABC\xC3\x89\xC3\x9FI\xCE\x91\xD0\x96\xF0\x90\x90\x80 1"},
	{"{{s|lower}}", "{'s':'ABC\xC3\x89\xC4\xB0\xCE\xA3\xE1\xBA\x9E'}",
	"abc\xC3\xA9i\xCF\x83\xC3\x9F"},
	{"{{s|capitalize}}", "{'s':'hELLO wORLD'}", "Hello world"},
	{"{{s|capitalize}}", "{'s':'\xC3\xA9TAT'}", "\xC3\x89tat"},
	{"[{{s|capitalize}}{{s|upper}}{{s|trim}}]", "{'s':''}", "[]"},
	{"{{n|upper}}{{t|upper}}{{z|upper}}{{a|upper}}", "{'n':1.5,'t':true,'z':null,'a':['x']}",
	"1.5TRUE[\"X\"]"},
	{"[{{s|trim}}][{{s|ltrim}}][{{s|rtrim}}]", "{'s':' \\t\xC2\xA0x y\xE3\x80\x80\\n'}",
	"[x y][x y\xE3\x80\x80\n][ \t\xC2\xA0x y]"},
	{"[{{s|trim}}{{s|ltrim}}{{s|rtrim}}]", "{'s':'  \\n'}", "[]"},
	{"{{s|truncate:3}}", "{'s':'h\xC3\xA9llo'}", "h\xC3\xA9l"},
	{"{{s|truncate:5}}{{s|truncate:9,'...'}}{{s|truncate:0}}", "{'s':'hello'}", "hellohello"},
	{"{{s|truncate:4,'..'}}", "{'s':'hello'}", "he.."},
	{"{{s|truncate:4,\"\xE2\x80\xA6\"}}", "{'s':'hello'}", "hel\xE2\x80\xA6"},
	{"{{s|truncate:1,'...'}}", "{'s':'hello'}", "."},
	{"{{s|truncate:-1}}", "{'s':'hello'}", FAIL},
	{"{{s|truncate:n}}", "{'s':'hello','n':2}", "he"},
	{"{{s|truncate:n}}", "{'s':'hello','n':'2'}", "filter_arguments"},
	{"{{s|truncate:n}}", "{'s':'hello','n':2.5}", "filter_arguments"},
	{"{{s|truncate:n}}", "{'s':'hello','n':2.0}", "he"},
	{"{{s|truncate:n}}", "{'s':'hello','n':99999999999}", "filter_arguments"},
	{"{{s|truncate_tokens:1}}", "{'s':'hello'}", "no_tokenizer"},
	{"{{s|replace:'l','LL'}}", "{'s':'hello'}", "heLLLLo"},
	{"{{s|replace:'aa','b'}}{{s|replace:'','x'}}{{s|replace:'z','x'}}", "{'s':'aaa'}", "baaaaaaa"},
	{"{{s|replace:a,b}}", "{'s':'x{y}','a':'{y}','b':'{{x}}'}", "x{{x}}"},
	{"{{s|replace:'l',''}}{{s|replace:'hello!','x'}}", "{'s':'hello'}", "heohello"},
	{"{{s|indent:2}}", "{'s':'a\\n\\n b\\n'}", "  a\n\n   b\n"},
	{"{{s|indent:2}}", "{'s':'a\\r\\n\\r\\nb'}", "  a\r\n\r\n  b"},
	{"{{s|indent:0}}{{e|indent:3}}", "{'s':'a','e':''}", "a"},
	{"{{s|indent:1001}}", "{'s':'a'}", FAIL},
	{"{{s|prefix:'<'|suffix:'>'}}{{z|prefix:'p'}}", "{'s':1,'z':null}", "<1>p"},
	{"{{s|prefix:p}}", "{'s':1}", "missing_variables"},
	{"{{m|prefix:'p'|upper}}", "{}", "missing_variables"}
};

static const Case forms[] = {
	{"{{s|html}}", "{'s':'<&>\\u0027\\u0022/`='}", "&lt;&amp;&gt;&#39;&quot;/`="},
	{"{{s|xml}}", "{'s':'<&>\\u0027\\u0022\\u0001\\t\\uffff\\ufffd'}",
	"&lt;&amp;&gt;&apos;&quot;\t\xEF\xBF\xBD"},
	{"{{s|json_str}}", "{'s':'a\\u0022\\\\\\n\\t\\r\\b\\f\\u0001\xC3\xA9/'}",
	"a\\\"\\\\\\n\\t\\r\\b\\f\\u0001\xC3\xA9/"},
	{"{{s|quote}}{{n|quote}}{{z|quote}}", "{'s':'a\\u0022b','n':1,'z':null}", "\"a\\\"b\"\"1\"\"\""},
	{"{{a|json}}", "{'a':{'x':[1,{'y':[]},{}],'z':'\\u0022'}}",
	"{\"x\":[1,{\"y\":[]},{}],\"z\":\"\\\"\"}"},
	{"{{a|json:2}}", "{'a':{'x':[1,{}],'y':{'z':null}}}",
	"{\n  \"x\": [\n    1,\n    {}\n  ],\n  \"y\": {\n    \"z\": null\n  }\n}"},
	{"{{s|json}}{{n|json}}{{t|json}}{{z|json}}", "{'s':'x','n':1.0,'t':false,'z':null}",
	"\"x\"1.0falsenull"},
	{"{{a|json:17}}", "{'a':[1]}", FAIL},
	{"{{s|md_code}}", "{'s':'x'}", "```\nx\n```"},
	{"{{s|md_code:'c'}}", "{'s':'x\\n'}", "```c\nx\n```"},
	{"{{s|md_code}}", "{'s':'a ```` b'}", "`````\na ```` b\n`````"},
	{"{{s|md_code}}", "{'s':''}", "```\n```"},
	{"{{n|round}} {{n|round:1}} {{n|round:2}} {{n|round:5}}", "{'n':2.345}", "2 2.3 2.35 2.34500"},
	{"{{n|round}} {{n|round:1}} {{n|round:-1}} {{n|round:-2}}", "{'n':-99.95}", "-100 -100.0 -100 -100"},
	{"{{n|round}} {{n|round:-2}} {{n|round:-3}} {{n|round:-5}}", "{'n':1550}", "1550 1600 2000 0"},
	{"{{a|round}} {{b|round}} {{c|round:2}} {{d|round}}", "{'a':0.5,'b':-0.4,'c':0.004,'d':0.499}",
	"1 0 0.00 0"},
	{"{{n|round:3}}", "{'n':99999999999999999999.9999}", "100000000000000000000.000"},
	{"{{n|round}}", "{'n':'2.5'}", FAIL},
	{"{{n|round:1001}}", "{'n':1}", FAIL},
	{"{{d|date:'%d.%m.%Y %H:%M:%S %j %%'}}", "{'d':'2024-12-31T23:59:08Z'}",
	"31.12.2024 23:59:08 366 %"},
	{"{{d|date:'%a %A %b %B'}}", "{'d':'2000-02-29'}", "Tue Tuesday Feb February"},
	{"{{d|date:'%A'}}", "{'d':'1970-01-01'}", "Thursday"},
	{"{{d|date:'%a %j'}}", "{'d':'1900-03-01 01:02'}", "Thu 060"},
	{"{{d|date:'%H:%M'}}", "{'d':'2024-01-01 07:05:06.123456+02:00'}", "07:05"},
	{"{{d|date:'%Y'}}", "{'d':'2023-02-29'}", FAIL},
	{"{{d|date:'%Y'}}", "{'d':'2023-2-9'}", FAIL},
	{"{{d|date:'%Y'}}", "{'d':'2023-02-09x'}", FAIL},
	{"{{d|date:'%Y'}}", "{'d':5}", FAIL},
	{"{{d|date:'%q'}}", "{'d':'2023-02-09'}", FAIL},
	{"{{d|date:'%'}}", "{'d':'2023-02-09'}", FAIL},
	{"[{{d|date:'%Y'}}]", "{'d':null}", "[]"}
};

static const Case clean[] = {
	{"{{s|sanitize}}", "{'s':'a\\u0000\\u0007\\t\\n\\r\\u007f\\u0085b\\u202ec\\u200bd\\ufeff\\u2066e\\u00ad'}",
	"a\t\n\rbcde\xC2\xAD"},
	{"{{s|sanitize:'strict'}}", "{'s':'a\\u00ad\\u034fb\\ue000\\ufdd0\\uffff\\u3164\\ufe0fc'}", "abc"},
	/* family emoji, Persian with a non-joiner: joiners stay */
	{"{{s|sanitize}}", "{'s':'\\ud83d\\udc68\\u200d\\ud83d\\udc69 \\u0645\\u06cc\\u200c\\u062e'}",
	"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 \xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"},
	{"{{s|sanitize:strict}}", "{'s':'\\ud83d\\udc68\\u200d\\ud83d\\udc69 \\u0645\\u06cc\\u200c\\u062e'}",
	"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 \xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"},
	{"{{s|sanitize:strict}}", "{'s':'a\\u200db'}", "ab"},
	/* the flag of England stays, tags without a flag go, and so does an open flag */
	{"{{s|sanitize}}", "{'s':'\\ud83c\\udff4\\udb40\\udc67\\udb40\\udc62\\udb40\\udc65\\udb40\\udc6e\\udb40\\udc67\\udb40\\udc7f'}",
	"\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0\x81\xA7\xF3\xA0\x81\xBF"},
	{"{{s|sanitize}}", "{'s':'a\\udb40\\udc67\\udb40\\udc7fb\\ud83c\\udff4\\udb40\\udc67'}",
	"ab\xF0\x9F\x8F\xB4"},
	{"{{s|sanitize:'loose'}}", "{'s':'a'}", FAIL},
	{"{{s|strip_tags}}", "{'s':'<p class=\\u0022a>b\\u0022>x</p> 1 < 2 <!-- c > -->y<br/>'}", "x 1 < 2 y"},
	{"{{s|strip_tags}}", "{'s':'a<b'}", "a"},
	{"{{s|strip_tags}}", "{'s':'a <3 <'}", "a <3 <"},
	{"{{s|nl2space}}", "{'s':'a\\n\\nb\\r\\nc d\\n'}", "a b c d "},
	{"{{s|squeeze}}", "{'s':'  a \\t b\\n\\n  c\\t'}", " a b\n\n c "}
};

static const Case lists[] = {
	{"{{a|length}}{{o|length}}{{s|length}}{{z|length}}{{n|length}}",
	"{'a':[1,2],'o':{'x':1},'s':'h\xC3\xA9','z':null,'n':12.5}", "21204"},
	{"{{a|first}}{{a|last}}{{s|first}}{{s|last}}[{{e|first}}{{e|last}}{{es|first}}]",
	"{'a':[1,2,3],'s':'\xC3\xA9x\xC3\xA8','e':[],'es':''}", "13\xC3\xA9\xC3\xA8[]"},
	{"{{n|first}}", "{'n':1}", FAIL},
	{"{{o|last}}", "{'o':{}}", FAIL},
	{"{{a|slice:1}} {{a|slice:1,3}} {{a|slice:-2}} {{a|slice:0,-1}} {{a|slice:3,1}} {{a|slice:9}}",
	"{'a':[1,2,3,4]}", "[2,3,4] [2,3] [3,4] [1,2,3] [] []"},
	{"{{s|slice:1}} {{s|slice:1,2}} {{s|slice:-2,-1}} [{{s|slice:3,1}}{{s|slice:9}}]",
	"{'s':'h\xC3\xA9llo'}", "\xC3\xA9llo \xC3\xA9 l []"},
	{"{{o|slice:1}}", "{'o':{}}", FAIL},
	{"{{a|join}} {{a|join:'-'}} {{a|join:''}} {{s|join}} [{{e|join}}]",
	"{'a':[1,'x',null,true,[2]],'s':'y','e':[]}", "1, x, , true, [2] 1-x--true-[2] 1xtrue[2] y []"},
	{"{{o|join}}", "{'o':{'a':1,'b':2}}", "1, 2"},
	{"{{a|sort}}", "{'a':[10,9,'b','a',2.5,-1,true,false,null,'B',1e0]}",
	"[null,false,true,-1,1e0,2.5,9,10,\"B\",\"a\",\"b\"]"},
	{"{{a|sort|json}}{{e|sort}}", "{'a':[3,1,2,5,4,0,7,6,9,8],'e':[]}", "[0,1,2,3,4,5,6,7,8,9][]"},
	{"{{s|sort}}", "{'s':'x'}", FAIL},
	{"{{a|unique}}", "{'a':[1,1.0,'1','x','x',null,null,[1],[1.0],{'a':1},{'a':1},[2],true,false,true]}",
	"[1,\"1\",\"x\",null,[1],{\"a\":1},[2],true,false]"},
	{"{{o|unique}}", "{'o':{}}", FAIL},
	{"{{o|keys}} {{o|values}} {{o|keys|join}}", "{'o':{'a':1,'b':[2]}}", "[\"a\",\"b\"] [1,[2]] a, b"},
	{"{{a|keys}}", "{'a':[1]}", FAIL},
	{"{{a|values}}", "{'a':[1]}", FAIL},
	{"{{a|map:'n'}} {{a|map:n|join:' '}}", "{'a':[{'n':1},{'m':2},{'n':'x'},3]}",
	"[1,null,\"x\",null] 1  x "},
	{"{{a|where:'k',1|map:n}} {{a|where:k,v|length}}",
	"{'a':[{'k':1,'n':'x'},{'k':1.0,'n':'y'},{'k':'1'},{},2],'v':'1'}", "[\"x\",\"y\"] 1"},
	{"{{o|map:'a'}}", "{'o':{}}", FAIL},
	{"{{s|where:'a',1}}", "{'s':''}", FAIL}
};

static const Case defaults[] = {
	{"{{a|default:'d'}}{{b|default:'d'}}{{c|default:'d'}}{{e|default:'d'}}{{f|default:'d'}}",
	"{'b':null,'c':'','e':0,'f':false}", "ddd0false"},
	{"{{a.b.c|default:x}}", "{'x':1}", "1"},
	{"{{a|default:b|default:'z'}}", "{}", "z"},
	{"{{a|default:b}}", "{}", "missing_variables"},
	{"{{a|required}}", "{'a':'x'}", "x"},
	{"{{a|required}}", "{'a':0}", "0"},
	{"{{a|required}}", "{'a':''}", "missing_variables"},
	{"{{a|required}}", "{'a':null}", "missing_variables"},
	{"{{a|value}}", "{'a':[1]}", "[1]"}
};

/* Each escape is applied once: by the mode, or by a filter in its place. */
static void
test_escapes(TestHost *h)
{
	static const struct
	{
		PmEscape	escape;
		const char *template;
		const char *expected;
	}			cases[] = {
		{PM_ESCAPE_NONE, "{{s}}{{{s}}}{{&s}}", "<'\"&<'\"&<'\"&"},
		{PM_ESCAPE_HTML, "{{s}}", "&lt;&#39;&quot;&amp;"},
		{PM_ESCAPE_HTML, "{{{s}}}{{&s}}{{s|raw}}", "<'\"&<'\"&<'\"&"},
		{PM_ESCAPE_HTML, "{{s|html}}", "&lt;&#39;&quot;&amp;"},
		{PM_ESCAPE_HTML, "{{s|upper}}", "&lt;&#39;&quot;&amp;"},
		{PM_ESCAPE_HTML, "{{s|json_str}}", "<'\\\"&"},
		{PM_ESCAPE_HTML, "{{s|html|upper}}", "&LT;&#39;&QUOT;&AMP;"},
		{PM_ESCAPE_HTML, "{{a}}", "[&quot;&lt;&quot;]"},
		{PM_ESCAPE_HTML, "{{a|json}}", "[&quot;&lt;&quot;]"},
		{PM_ESCAPE_HTML, "{{ '<' }}", "&lt;"},
		{PM_ESCAPE_JSON, "\"{{s}}\"", "\"<'\\\"&\""},
		{PM_ESCAPE_JSON, "{{a}}", "[\\\"<\\\"]"},
		{PM_ESCAPE_XML, "{{s}}", "&lt;&apos;&quot;&amp;"}
	};
	const Json *data = case_json("{'s':'<\\u0027\\u0022&','a':['<']}");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		h->compile.escape = cases[i].escape;
		if (!CHECK_STR(case_run(h, cases[i].template, data), cases[i].expected))
			printf("  %s\n", cases[i].template);
	}
	h->compile.escape = PM_ESCAPE_NONE;
}

/* One token is one blank-separated word here. */
static bool
word_tokens(void *ctx, const char *s, size_t len, uint32_t max, const char *encoding,
			uint32_t encoding_len, size_t *prefix)
{
	size_t		i = 0;

	(void) ctx;
	if (encoding_len > 0 && (encoding_len != 5 || memcmp(encoding, "words", 5) != 0))
		return false;
	for (; i < len; i++)
	{
		if (s[i] == ' ' && max-- <= 1)
			break;
	}
	*prefix = max == 0 && i == len && len > 0 && s[0] == ' ' ? 0 : i;
	return true;
}

/* Two bytes per character from 0x80 on, as in EUC. */
static uint32_t
two_bytes(const char *p, size_t remaining)
{
	return (unsigned char) *p >= 0x80 && remaining >= 2 ? 2 : 1;
}

static void
test_host_services(TestHost *h)
{
	static const Case tokens[] = {
		{"{{s|truncate_tokens:2}}", "{'s':'a b c d'}", "a b"},
		{"{{s|truncate_tokens:2,words}}{{s|truncate_tokens:9,'words'}}", "{'s':'a b c'}", "a ba b c"},
		{"{{s|truncate_tokens:2,'other'}}", "{'s':'a b c'}", FAIL},
		{"{{s|truncate_tokens:-1}}", "{'s':'a b c'}", FAIL}
	};
	static const Case euc[] = {
		{"{{s|length}}{{s|truncate:2}}{{s|last}}", "{'s':'a\xB1\xB2\xB3\xB4'}", "3a\xB1\xB2\xB3\xB4"},
		{"{{s|upper}}{{#if s contains t}}in{{else}}not in{{/if}}", "{'s':'x\xB1\xB2\xB3\xB4','t':'\xB2\xB3'}",
		"X\xB1\xB2\xB3\xB4not in"},
		{"{{s|replace:t,'x'}}", "{'s':'\xB1\xB2\xB3\xB4','t':'\xB2\xB3'}", "\xB1\xB2\xB3\xB4"},
		{"\xB1\xB2{{a b}}", "{}", "unexpected_token"}
	};

	h->host.truncate_tokens = word_tokens;
	CASE_TABLE(h, tokens);
	h->host.truncate_tokens = NULL;
	h->host.char_len = two_bytes;
	h->compile.utf8 = false;
	h->compile.char_len = two_bytes;
	CASE_TABLE(h, euc);
	CHECK(h->compiled.diags[0].column == 6);
	h->compile.utf8 = true;
	h->host.char_len = NULL;
}

/* Every filter has a name, is found by it, and survives every kind of value. */
static void
test_closed_list(TestHost *h)
{
	const Json *data = case_json("{'v':[null,true,0,1.5,'','x',[],[1,'a',[]],{},{'a':1}]}");
	static const char *const args[] = {"", ":'a'", ":1", ":'a','b'", ":1,2"};
	char		template[128];
	uint32_t	n = 0;

	for (; pm_filter_name(n) != NULL; n++)
	{
		int			accepted = 0;

		for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		{
			for (int v = 0; v < 10; v++)
			{
				snprintf(template, sizeof(template), "{{v.%d|%s%s}}", v, pm_filter_name(n), args[i]);
				case_run(h, template, data);
				accepted += h->compiled.program != NULL;
			}
		}
		if (!CHECK(accepted > 0))
			printf("  no form of %s compiles\n", pm_filter_name(n));
	}
	CHECK(n == 39);
}

int
main(void)
{
	TestHost	h;

	host_init(&h, PM_FORMAT_PROMPT, PM_ESCAPE_NONE, PM_ON_MISSING_ERROR);
	CASE_TABLE(&h, text);
	CASE_TABLE(&h, forms);
	CASE_TABLE(&h, clean);
	CASE_TABLE(&h, lists);
	CASE_TABLE(&h, defaults);
	test_escapes(&h);
	test_host_services(&h);
	test_closed_list(&h);
	host_reset(&h);
	return check_report("tmpl_filter");
}
