/*
 * test_tmpl_vars.c
 *		Looking into programs: variables, partials; and case tables.
 */
#include "pm_case.h"
#include "tmpl_case.h"

/* One line per row: path kind parent depth flags occurrences line:column */
static const char *
describe(TestHost *h, const char *template)
{
	static char buf[4096];
	const PmVariable *rows;
	uint32_t	n;
	size_t		at = 0;

	host_reset(h);
	if (pm_tmpl_compile(template, strlen(template), &h->compile, &h->host.arena,
						&h->compiled) != PM_OK)
		return h->compiled.diags[0].message;
	rows = pm_tmpl_variables(h->compiled.program, NULL, &h->host.arena, &n);
	buf[0] = '\0';
	for (uint32_t i = 0; i < n; i++)
	{
		const PmVariable *v = &rows[i];

		at += (size_t) snprintf(buf + at, sizeof(buf) - at, "%.*s %s (%.*s) %u %s%s%u %u:%u\n",
								(int) v->path_len, v->path, pm_var_kind_name(v->kind),
								(int) v->parent_len, v->parent_len > 0 ? v->parent : "", v->depth,
								v->guarded ? "G" : "", v->has_default ? "D" : "", v->occurrences,
								v->first_line, v->first_column);
	}
	return buf;
}

static void
test_variables(TestHost *h)
{
	static const char *const cases[][2] = {
		{"Hi {{name}} {{{name}}} {{name | upper}}\n\xC3\xA9 {{&x.y.0}}",
		"name var () 0 2 1:4\nname raw () 0 1 1:13\nx.y.0 raw () 0 1 2:3\n"},
		{"{{#items}}{{name}}{{.}}{{this.a}}{{../b}}{{@index}}{{@root.c}}{{else}}{{d}}{{/items}}",
		"items section () 0 1 1:1\nitems[].name var (items) 1 1 1:11\n"
		"items[].a var (items) 1 1 1:24\nb var (items) 1 1 1:34\nc var (items) 1 1 1:52\n"
		"d var (items) 1 1 1:71\n"},
		{"{{#each a.b as |v k|}}{{v}}{{v.n}}{{k}}{{z}}{{#each v.l}}{{q}}{{v.m}}{{/each}}{{/each}}",
		"a.b each () 0 1 1:1\na.b[].n var (a.b) 1 1 1:28\nz var (a.b) 1 1 1:40\n"
		"a.b[].l each (a.b) 1 1 1:45\na.b[].l[].q var (a.b[].l) 2 1 1:58\n"
		"a.b[].m var (a.b[].l) 2 1 1:63\n"},
		{"{{#with u}}{{n}}{{#with v}}{{w}}{{/with}}{{/with}}",
		"u with () 0 1 1:1\nu.n var (u) 1 1 1:12\nu.v with (u) 1 1 1:17\nu.v.w var (u.v) 2 1 1:28\n"},
		{"{{#if a and b.c > 1}}{{a}}{{d}}{{else if d}}{{d}}{{/if}}{{a}}",
		"a if () 0 1 1:1\nb.c if () 0 1 1:1\na var () 1 2 1:22\nd var () 1 2 1:27\nd if () 1 1 1:32\n"},
		{"{{#name}}{{name}}{{/name}}{{#unless q}}{{q}}{{/unless}}",
		"name section () 0 1 1:1\nname[].name var (name) 1 G1 1:10\nq if () 0 1 1:27\nq var () 1 G1 1:40\n"},
		{"{{^e}}{{f}}{{/e}}", "e inverted () 0 1 1:1\nf var (e) 1 1 1:7\n"},
		{"{{a | default: b | upper}}{{a}}", "a var () 0 D2 1:1\nb var () 0 1 1:1\n"},
		{"{{#l}}{{> p@prod x=y}}{{/l}}{{> p}}{{> p}}",
		"l section () 0 1 1:1\np partial (l) 1 1 1:7\nl[].y var (l) 1 1 1:7\np partial () 0 2 1:29\n"},
		{"{{[a b].c}}{{\"lit\"}}{{@first}}{{.}}", "a b.c var () 0 1 1:1\n"},
		{"{{#each (a or b)}}{{c}}{{/each}}", "a each () 0 1 1:1\nb each () 0 1 1:1\nc var () 1 1 1:19\n"}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		if (!CHECK_STR(describe(h, cases[i][0]), cases[i][1]))
			printf("  %s\n", cases[i][0]);
	}
	h->compile.format = PM_FORMAT_MUSTACHE;
	CHECK_STR(describe(h, "{{a b}}{{#l}}{{x}}{{> q}}{{/l}}"),
			  "a b var () 0 1 1:1\nl section () 0 1 1:8\nl[].x var (l) 1 1 1:14\nq partial (l) 1 1 1:19\n");
	h->compile.format = PM_FORMAT_PROMPT;
	/* as written, and the filters by their bits */
	describe(h, "{{#l}}{{this.a | trim | json}}{{/l}}");
	{
		uint32_t	n;
		const PmVariable *v = pm_tmpl_variables(h->compiled.program, NULL, &h->host.arena, &n);
		int			bits = 0;

		CHECK(n == 2 && v[1].name_len == 6 && memcmp(v[1].name, "this.a", 6) == 0);
		for (uint32_t i = 0; pm_filter_name(i) != NULL; i++)
		{
			if (v[1].filters & (UINT64_C(1) << i))
				bits += strcmp(pm_filter_name(i), "trim") == 0 || strcmp(pm_filter_name(i), "json") == 0
					? 1 : 100;
		}
		CHECK(bits == 2);
	}
}

static void
test_partial_refs(TestHost *h)
{
	PmPartialRef ref;
	uint32_t	pos = 0;
	uint32_t	offset;
	bool		dynamic;

	h->compile.dynamic_names = true;
	describe(h, "{{> a}} {{> \"b c\"@12}}{{> d@prod-1}}{{> *e.f}}");
	CHECK(pm_tmpl_next_partial(h->compiled.program, &pos, &ref, &dynamic, &offset));
	CHECK(ref.name_len == 1 && ref.selector_kind == PM_SELECT_NONE && !dynamic && offset == 0);
	CHECK(pm_tmpl_next_partial(h->compiled.program, &pos, &ref, &dynamic, &offset));
	CHECK(ref.name_len == 3 && memcmp(ref.name, "b c", 3) == 0 && offset == 8);
	CHECK(ref.selector_kind == PM_SELECT_VERSION && memcmp(ref.selector, "12", 2) == 0);
	CHECK(pm_tmpl_next_partial(h->compiled.program, &pos, &ref, &dynamic, &offset));
	CHECK(ref.selector_kind == PM_SELECT_LABEL && ref.selector_len == 6);
	CHECK(pm_tmpl_next_partial(h->compiled.program, &pos, &ref, &dynamic, &offset) && dynamic);
	CHECK(!pm_tmpl_next_partial(h->compiled.program, &pos, &ref, &dynamic, &offset));
	h->compile.dynamic_names = false;
}

/* The case tables: known letters, and what must hold for all of them. */
static void
test_case(void)
{
	uint32_t	mapped = 0;
	bool		sorted = true;

	CHECK(pm_to_upper(0xFF) == 0x178 && pm_to_lower(0x178) == 0xFF);
	CHECK(pm_to_upper(0x131) == 'I' && pm_to_lower(0x130) == 'i');
	CHECK(pm_to_upper(0xDF) == 0xDF && pm_to_lower(0x1E9E) == 0xDF);
	CHECK(pm_to_upper(0x1C6) == 0x1C4 && pm_to_upper(0x1C5) == 0x1C4 && pm_to_lower(0x1C5) == 0x1C6);
	CHECK(pm_to_upper(0x3C2) == 0x3A3 && pm_to_upper(0x1F80) == 0x1F88 && pm_to_upper(0x1FB3) == 0x1FBC);
	CHECK(pm_to_lower(0x2126) == 0x3C9 && pm_to_lower(0x212A) == 'k' && pm_to_upper(0x17F) == 'S');
	CHECK(pm_to_upper(0x10D0) == 0x1C90 && pm_to_upper(0x13F8) == 0x13F0 && pm_to_upper(0xAB70) == 0x13A0);
	CHECK(pm_to_upper(0x1E943) == 0x1E921 && pm_to_lower(0x10400) == 0x10428);
	CHECK(pm_to_upper(0x4E2D) == 0x4E2D && pm_to_lower(0x10FFFF) == 0x10FFFF);
	for (uint32_t cp = 0; cp < 0x110000; cp++)
	{
		uint32_t	upper = pm_to_upper(cp);
		uint32_t	lower = pm_to_lower(cp);

		mapped += (upper != cp) + (lower != cp);
		/* mapping twice changes nothing more */
		if (pm_to_upper(upper) != upper || pm_to_lower(lower) != lower)
			sorted = false;
	}
	CHECK(sorted);
	CHECK(mapped > 2700 && mapped < 3000);
	CHECK(pm_is_white(0x3000) && pm_is_white('\n') && pm_is_white(0x85) && !pm_is_white(0xFEFF));
}

int
main(void)
{
	TestHost	h;

	host_init(&h, PM_FORMAT_PROMPT, PM_ESCAPE_NONE, PM_ON_MISSING_ERROR);
	test_variables(&h);
	test_partial_refs(&h);
	test_case();
	host_reset(&h);
	return check_report("tmpl_vars");
}
