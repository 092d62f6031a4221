/*
 * pm_config.c
 *		The check of a version's config when it is saved.
 *
 * A schema is checked for its form: that the keywords which hold types, names
 * and further schemas hold such.  What a schema says is between the caller and
 * the model.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_config.h"
#include "pm_declare.h"
#include "pm_problem.h"

#define MAX_SCHEMA_DEPTH 64

/* Numbers that models take, by the names of the common interfaces. */
typedef struct Range
{
	const char *name;
	bool		whole;
	double		min;
	double		max;
} Range;

static const Range ranges[] = {
	{"temperature", false, 0, 2},
	{"top_p", false, 0, 1},
	{"top_k", true, 0, PG_INT32_MAX},
	{"max_tokens", true, 1, PG_INT32_MAX},
	{"max_output_tokens", true, 1, PG_INT32_MAX},
	{"max_completion_tokens", true, 1, PG_INT32_MAX},
	{"frequency_penalty", false, -2, 2},
	{"presence_penalty", false, -2, 2}
};

/* Keywords of a schema, by what they hold. */
static const char *const schema_keywords[] = {"additionalProperties", "not", NULL};
static const char *const schema_list_keywords[] = {"anyOf", "oneOf", "allOf", "prefixItems", NULL};
static const char *const schema_map_keywords[] = {"properties", "$defs", "definitions", "patternProperties", NULL};

static void check_range(const Range *range, const JsonbValue *config, PmProblems *problems);
static void check_tools(const JsonbValue *tools, PmProblems *problems);
static void check_response_format(const JsonbValue *format, PmProblems *problems);
static void check_schema_at(const JsonbValue *holder, const char *name, const char *path, int depth, PmProblems *problems);
static void check_schema(const JsonbValue *schema, const char *path, int depth, PmProblems *problems);
static void check_each(const JsonbValue *holder, const char *name, bool list, const char *path, int depth, PmProblems *problems);
static void check_names(const JsonbValue *schema, const char *name, bool one_is_enough, const char *path, PmProblems *problems);
static JsonbValue *member_of(const JsonbValue *object, const char *name);
static bool is_object(const JsonbValue *value);
static bool is_array(const JsonbValue *value);

void
pm_config_check(Jsonb *config)
{
	JsonbValue	root = {.type = jbvBinary, .val.binary = {.data = &config->root, .len = VARSIZE_ANY_EXHDR(config)}};
	PmProblems	problems;
	JsonbValue *value;

	pm_problems_init(&problems);
	for (size_t i = 0; i < lengthof(ranges); i++)
		check_range(&ranges[i], &root, &problems);
	if ((value = member_of(&root, "tools")) != NULL)
		check_tools(value, &problems);
	if ((value = member_of(&root, "response_format")) != NULL)
		check_response_format(value, &problems);
	pm_problems_raise(&problems);
}

static void
check_range(const Range *range, const JsonbValue *config, PmProblems *problems)
{
	JsonbValue *value = member_of(config, range->name);
	double		number;

	if (value == NULL)
		return;
	if (value->type == jbvNumeric)
	{
		/* One that is beyond a double is infinite, and out of every range. */
		number = strtod(DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))), NULL);
		if (number >= range->min && number <= range->max && !(range->whole && number != floor(number)))
			return;
	}
	pm_problem_add(problems, psprintf("config.%s", range->name), NULL, pm_declare_text(value),
				   "must be a %s from %g to %.0f", range->whole ? "whole number" : "number", range->min, range->max);
}

static void
check_tools(const JsonbValue *tools, PmProblems *problems)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	tool;
	int			n = 0;

	if (!is_array(tools))
	{
		pm_problem_add(problems, "config.tools", NULL, pm_declare_text(tools), "must be an array");
		return;
	}
	iterator = JsonbIteratorInit(tools->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &tool, true)) != WJB_DONE)
	{
		const char *path = psprintf("config.tools[%d]", n);
		JsonbValue *function;

		if (token != WJB_ELEM)
			continue;
		n++;
		if (!is_object(&tool))
		{
			pm_problem_add(problems, path, NULL, pm_declare_text(&tool), "must be an object");
			continue;
		}
		check_schema_at(&tool, "parameters", path, 0, problems);
		check_schema_at(&tool, "input_schema", path, 0, problems);
		if ((function = member_of(&tool, "function")) != NULL)
			check_schema_at(function, "parameters", psprintf("%s.function", path), 0, problems);
	}
}

static void
check_response_format(const JsonbValue *format, PmProblems *problems)
{
	JsonbValue *named;

	if (!is_object(format))
	{
		pm_problem_add(problems, "config.response_format", NULL, pm_declare_text(format), "must be an object");
		return;
	}
	check_schema_at(format, "schema", "config.response_format", 0, problems);
	if ((named = member_of(format, "json_schema")) != NULL)
		check_schema_at(named, "schema", "config.response_format.json_schema", 0, problems);
}

/* The schema that an object has under a name, if it has one. */
static void
check_schema_at(const JsonbValue *holder, const char *name, const char *path, int depth, PmProblems *problems)
{
	JsonbValue *schema;

	if (!is_object(holder))
		pm_problem_add(problems, path, NULL, pm_declare_text(holder), "must be an object");
	else if ((schema = member_of(holder, name)) != NULL)
		check_schema(schema, psprintf("%s.%s", path, name), depth, problems);
}

static void
check_schema(const JsonbValue *schema, const char *path, int depth, PmProblems *problems)
{
	JsonbValue *items;

	check_stack_depth();
	if (schema->type == jbvBool && depth > 0)
		return;
	if (!is_object(schema))
	{
		pm_problem_add(problems, path, NULL, pm_declare_text(schema), "must be a JSON schema");
		return;
	}
	if (depth > MAX_SCHEMA_DEPTH)
	{
		pm_problem_add(problems, path, NULL, NULL, "must not be more than %d schemas deep", MAX_SCHEMA_DEPTH);
		return;
	}
	check_names(schema, "type", true, path, problems);
	check_names(schema, "required", false, path, problems);
	/* One for all, or one for each place. */
	if ((items = member_of(schema, "items")) != NULL && is_array(items))
		check_each(schema, "items", true, path, depth + 1, problems);
	else
		check_schema_at(schema, "items", path, depth + 1, problems);
	for (const char *const *name = schema_keywords; *name != NULL; name++)
		check_schema_at(schema, *name, path, depth + 1, problems);
	for (const char *const *name = schema_list_keywords; *name != NULL; name++)
		check_each(schema, *name, true, path, depth + 1, problems);
	for (const char *const *name = schema_map_keywords; *name != NULL; name++)
		check_each(schema, *name, false, path, depth + 1, problems);
}

/* A keyword that holds a list of schemas, or schemas by name. */
static void
check_each(const JsonbValue *holder, const char *name, bool list, const char *path, int depth, PmProblems *problems)
{
	JsonbValue *all = member_of(holder, name);
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	item;
	const char *key = "";
	int			n = 0;

	if (all == NULL)
		return;
	path = psprintf("%s.%s", path, name);
	if (list ? !is_array(all) : !is_object(all))
	{
		pm_problem_add(problems, path, NULL, pm_declare_text(all), list ? "must be an array" : "must be an object");
		return;
	}
	iterator = JsonbIteratorInit(all->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = pnstrdup(item.val.string.val, item.val.string.len);
		else if (token == WJB_VALUE)
			check_schema(&item, psprintf("%s.%s", path, key), depth, problems);
		else if (token == WJB_ELEM)
			check_schema(&item, psprintf("%s[%d]", path, n++), depth, problems);
	}
}

/* A keyword that holds strings. */
static void
check_names(const JsonbValue *schema, const char *name, bool one_is_enough, const char *path, PmProblems *problems)
{
	JsonbValue *names = member_of(schema, name);
	bool		fits = names == NULL || (one_is_enough && names->type == jbvString);

	if (!fits && is_array(names))
	{
		JsonbIterator *iterator = JsonbIteratorInit(names->val.binary.data);
		JsonbIteratorToken token;
		JsonbValue	item;

		fits = true;
		while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
			if (token == WJB_ELEM && item.type != jbvString)
				fits = false;
	}
	if (!fits)
		pm_problem_add(problems, psprintf("%s.%s", path, name), NULL, pm_declare_text(names),
					   one_is_enough ? "must be a string or an array of strings" : "must be an array of strings");
}

/* NULL where it is not there, or null, which says no more. */
static JsonbValue *
member_of(const JsonbValue *object, const char *name)
{
	JsonbValue *value = getKeyJsonValueFromContainer(object->val.binary.data, name, (int) strlen(name), NULL);

	return value == NULL || value->type == jbvNull ? NULL : value;
}

static bool
is_object(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
}

static bool
is_array(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) &&
		!JsonContainerIsScalar(value->val.binary.data);
}
