/*
 * tmpl_case.h
 *		Tables of template cases for the unit tests.
 *
 * Data is written with single quotes in place of double ones, because it
 * stands in C strings.
 */
#ifndef TMPL_CASE_H
#define TMPL_CASE_H

#include "check.h"
#include "tmpl_host.h"

typedef struct Case
{
	const char *template;
	const char *data;
	const char *expected;
} Case;

static inline const Json *
case_json(const char *text)
{
	size_t		len = strlen(text);
	char	   *copy = malloc(len + 1);
	const Json *json;

	for (size_t i = 0; i <= len; i++)
		copy[i] = text[i] == '\'' ? '"' : text[i];
	json = json_parse(copy, len);
	free(copy);
	if (json == NULL)
	{
		fprintf(stderr, "bad data in a test: %s\n", text);
		abort();
	}
	return json;
}

/* Compiles and renders; the text, or the error's code. */
static inline const char *
case_run(TestHost *h, const char *template, const Json *data)
{
	PmStatus	status = host_run(h, template, strlen(template), data);

	if (h->compiled.program == NULL)
		return h->compiled.diags[0].code;
	if (status != PM_OK)
		return h->result.error.code;
	return h->out.data;
}

static inline void
case_check(TestHost *h, const Case *c)
{
	const char *got = case_run(h, c->template, case_json(c->data));

	if (!CHECK_STR(got, c->expected))
		printf("  template: %s\n  data: %s\n", c->template, c->data);
}

#define CASE_TABLE(h, table) \
	for (size_t case_i = 0; case_i < sizeof(table) / sizeof(table[0]); case_i++) \
		case_check(h, &(table)[case_i])

#endif							/* TMPL_CASE_H */
