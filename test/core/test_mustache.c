/*
 * test_mustache.c
 *		The Mustache specification and generated cases, in both formats.
 *
 * Every case runs twice: in format mustache, and in format prompt with escape
 * html and on_missing empty, which must give the same.  The data comes from
 * outside the project; without it the test says so and passes.
 */
#include "check.h"
#include "tmpl_host.h"

static const char *const modules[] = {"comments", "delimiters", "interpolation",
"inverted", "partials", "sections"};

/* Runs one file in one format; returns the number of its cases. */
static int
run_file(const char *path, PmFormat format, bool dynamic)
{
	size_t		len;
	char	   *text = file_read(path, &len);
	const Json *doc = text != NULL ? json_parse(text, len) : NULL;
	const Json *tests = doc != NULL && doc->type == JSON_OBJECT ? json_get(doc, "tests") : doc;
	TestHost	h;
	int			n = 0;

	if (!CHECK(tests != NULL && tests->type == JSON_ARRAY))
		return 0;
	host_init(&h, format, PM_ESCAPE_HTML, PM_ON_MISSING_EMPTY);
	h.compile.dynamic_names = dynamic;
	for (size_t i = 0; i < tests->n; i++)
	{
		const Json *test = &tests->items[i];
		const Json *source = json_get(test, "template");
		const Json *expected = json_get(test, "expected");
		PmStatus	status;

		h.partials = json_get(test, "partials");
		status = host_run(&h, source->str, source->len, json_get(test, "data"));
		if (!CHECK(status == PM_OK) ||
			!CHECK(h.out.len == expected->len &&
				   memcmp(h.out.data, expected->str, expected->len) == 0))
			printf("  %s, format %d: %s\n  template: %s\n  got:  %s\n  want: %s\n", path,
				   (int) format, json_get(test, "name")->str, source->str,
				   h.out.data != NULL ? h.out.data : h.compiled.diags[0].message,
				   expected->str);
		n++;
	}
	host_reset(&h);
	return n;
}

int
main(void)
{
	char		path[1024];
	size_t		len;

	snprintf(path, sizeof(path), "%s/mustache/fuzz.json", check_data_dir());
	if (file_read(path, &len) == NULL)
	{
		printf("mustache: skipped, no reference data\n");
		return 0;
	}
	for (int format = PM_FORMAT_PROMPT; format <= PM_FORMAT_MUSTACHE; format++)
	{
		int			n = 0;

		for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		{
			snprintf(path, sizeof(path), "%s/mustache/spec/%s.json", check_data_dir(),
					 modules[i]);
			n += run_file(path, (PmFormat) format, false);
		}
		CHECK(n == 136);
		snprintf(path, sizeof(path), "%s/mustache/spec/optional-dynamic-names.json",
				 check_data_dir());
		CHECK(run_file(path, (PmFormat) format, true) == 21);
		snprintf(path, sizeof(path), "%s/mustache/fuzz.json", check_data_dir());
		CHECK(run_file(path, (PmFormat) format, false) == 150);
	}
	return check_report("mustache");
}
