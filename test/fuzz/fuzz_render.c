/*
 * fuzz_render.c
 *		libFuzzer target: any template over a fixed document, within limits.
 *
 * The first byte chooses the options.  A NUL byte ends the template; what
 * follows is the partial that every name refers to, and a value of the
 * document.  The program runs from a copy, its first block overwritten.
 */
#include "../core/tmpl_host.h"

#define OUTPUT_MAX	20000
#define MEMORY_MAX	(4 * 1024 * 1024)

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char document[] =
"{\"a\":\"text & <b>\",\"b\":[1,2.50,-3,\"x\",null,true,[1,[2]],{\"a\":1}],"
"\"c\":{\"a\":{\"b\":{\"c\":\"deep\"}},\"n\":0,\"e\":\"\",\"l\":[]},\"n\":123456789012345678901234567890.125,"
"\"t\":true,\"f\":false,\"z\":null,\"s\":\"\\u00e9\\u202e\\ud83d\\ude00 `` \\n\\n x\",\"d\":\"2024-02-29T01:02:03Z\","
"\"l\":[{\"k\":1,\"n\":\"x\"},{\"k\":2,\"n\":\"y\"},{\"k\":1}],\"name\":\"p\",\"fuzz\":\"\"}";

typedef struct Fuzz
{
	TestHost	h;				/* first, as the host's callbacks get it */
	PmProgram  *partial;
} Fuzz;

static const PmProgram *
load(void *ctx, const PmPartialRef *ref)
{
	(void) ref;
	return ((Fuzz *) ctx)->partial;
}

static void
span(void *ctx, size_t start, size_t end, const char *name, uint32_t len)
{
	const Fuzz *f = ctx;

	if (start >= end || end > f->h.out.len || len == 0 || memchr(name, '\0', len) != NULL)
		abort();
}

/* Compiles and moves to memory of its own; NULL where it does not compile. */
static PmProgram *
compile(TestHost *h, const char *text, size_t len)
{
	PmProgram  *copy;

	if (pm_tmpl_compile(text, len, &h->compile, &h->host.arena, &h->compiled) != PM_OK)
		return NULL;
	copy = host_alloc(h, h->compiled.program_size);
	memcpy(copy, h->compiled.program, h->compiled.program_size);
	memset(h->compiled.program, 0xEE, h->compiled.program_size);
	return copy;
}

static void
render(Fuzz *f, Json *root)
{
	TestHost   *h = &f->h;
	PmValue		value;
	PmValue		doc = host_value(root);
	PmStatus	status;

	status = pm_tmpl_render(h->compiled.program, &doc, &h->host, &h->render, &h->out, &h->result);
	if (h->out.len > OUTPUT_MAX || h->allocated > MEMORY_MAX)
		abort();
	if (status == PM_OK && h->result.nmissing > 0)
		abort();
	if (status != PM_OK && (h->result.error.status != status || h->result.error.line == 0 ||
							h->result.error.message[0] == '\0'))
		abort();
	(void) pm_tmpl_eval(h->compiled.program, &doc, &h->host, &h->render, &value, &h->result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Json *root;
	const char *text = (const char *) data + 1;
	const char *rest;
	Fuzz		f;
	Json	   *extra;

	if (size == 0)
		return 0;
	if (root == NULL)
		root = json_parse(document, sizeof(document) - 1);
	rest = memchr(text, '\0', size - 1);
	size = rest != NULL ? size - 2 : size - 1;
	host_init(&f.h, (PmFormat) (data[0] % 2), (PmEscape) (data[0] / 2 % 4),
			  (PmOnMissing) (data[0] / 8 % 3));
	f.h.render.keep_blocks = (data[0] & 32) != 0;
	f.h.compile.literal_bad_tags = (data[0] & 64) != 0;
	f.h.compile.dynamic_names = (data[0] & 128) != 0;
	f.h.compile.utf8 = false;
	f.h.limits.output_bytes = OUTPUT_MAX;
	f.h.limits.work_bytes = 100000;
	f.h.limits.fuel = 50000;
	f.h.limits.iterations = 5000;
	f.h.host.load_partial = load;
	if (data[0] & 16)
		f.h.host.record_span = span;
	f.partial = rest != NULL ? compile(&f.h, rest + 1, size - (size_t) (rest - text)) : NULL;
	extra = &root->items[root->n - 1];
	extra->str = rest != NULL ? rest + 1 : "";
	extra->len = rest != NULL ? size - (size_t) (rest - text) : 0;
	f.h.compiled.program = compile(&f.h, text, rest != NULL ? (size_t) (rest - text) : size);
	if (f.h.compiled.program != NULL)
		render(&f, root);
	host_reset(&f.h);
	return 0;
}
