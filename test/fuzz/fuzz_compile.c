/*
 * fuzz_compile.c
 *		libFuzzer target: any bytes as a template, or as a condition.
 *
 * The first byte chooses the options.  What compiles is copied and looked into,
 * so that offsets that point outside the program show.
 */
#include "../core/tmpl_host.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inspect(TestHost *h)
{
	size_t		size = h->compiled.program_size;
	PmProgram  *copy = malloc(size);
	PmPartialRef ref;
	uint32_t	pos = 0;
	uint32_t	offset;
	uint32_t	n;
	bool		dynamic;

	memcpy(copy, h->compiled.program, size);
	if (!pm_tmpl_check(copy, size))
		abort();
	for (const PmVariable *v = pm_tmpl_variables(copy, NULL, &h->host.arena, &n); n > 0; n--, v++)
	{
		if (v->path_len == 0 || v->occurrences == 0 || v->first_line == 0)
			abort();
	}
	while (pm_tmpl_next_partial(copy, &pos, &ref, &dynamic, &offset))
	{
		if (ref.name_len == 0 || offset >= size)
			abort();
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TestHost	h;
	PmStatus	status;

	if (size == 0)
		return 0;
	host_init(&h, (PmFormat) (data[0] % 3), (PmEscape) (data[0] / 3 % 4), PM_ON_MISSING_ERROR);
	h.compile.dynamic_names = (data[0] & 64) != 0;
	h.compile.literal_bad_tags = (data[0] & 128) != 0;
	h.compile.utf8 = size % 2 == 0;
	if (size % 5 == 0)
		status = pm_tmpl_compile_cond((const char *) data + 1, size - 1, &h.compile,
									  &h.host.arena, &h.compiled);
	else
		status = pm_tmpl_compile((const char *) data + 1, size - 1, &h.compile,
								 &h.host.arena, &h.compiled);
	if ((status == PM_OK) != (h.compiled.program != NULL))
		abort();
	if (status != PM_OK && h.compiled.ndiags == 0)
		abort();
	if (status == PM_OK)
		inspect(&h);
	host_reset(&h);
	return 0;
}
