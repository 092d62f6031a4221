/*
 * pm_declare_value.c
 *		Declared variables: one value against its declaration.
 *
 * Numbers are compared as numeric, so neither size nor digits are lost; lengths
 * count characters of the server's encoding.  A rule that speaks of another
 * type than the value's is not broken by it: that is the business of type.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_declare.h"

/* A number given as text that is longer, or has a larger exponent, is none. */
#define MAX_NUMBER_LENGTH 1000
#define MAX_NUMBER_EXPONENT 1000

/* A longer value is not matched against a pattern. */
#define MAX_SUBJECT (64 * 1024)

static bool coerce_string(PmDeclareType type, JsonbValue *value);
static bool is_plain_number(const char *text, int len);
static void check_type(const PmDeclaration *declaration, const char *path,
					   const JsonbValue *value, PmProblems *problems);
static void check_string(const PmDeclaration *declaration, const char *path,
						 const JsonbValue *value, PmProblems *problems);
static void check_number(const PmDeclaration *declaration, const char *path,
						 const JsonbValue *value, PmProblems *problems);
static void check_items(const PmDeclaration *declaration, const char *path,
						const JsonbValue *value, PmProblems *problems);
static bool is_choice(const PmDeclaration *declaration, const JsonbValue *value);
static char *number_text(Numeric number);

bool
pm_declare_coerce(const PmDeclaration *declaration, JsonbValue *value)
{
	char	   *text;

	if (!declaration->coerce || pm_declare_has_type(declaration->type, value))
		return false;
	if (value->type == jbvString)
		return coerce_string(declaration->type, value);
	if (declaration->type != PM_DECLARE_STRING || (value->type != jbvNumeric && value->type != jbvBool))
		return false;
	if (value->type == jbvBool)
		text = value->val.boolean ? "true" : "false";
	else
		text = number_text(value->val.numeric);
	value->type = jbvString;
	value->val.string.val = text;
	value->val.string.len = strlen(text);
	return true;
}

static bool
coerce_string(PmDeclareType type, JsonbValue *value)
{
	char	   *text = value->val.string.val;
	int			len = value->val.string.len;

	if (type == PM_DECLARE_BOOLEAN && (pm_rules_is(value, "true") || pm_rules_is(value, "false")))
	{
		value->type = jbvBool;
		value->val.boolean = len == 4;
		return true;
	}
	if ((type == PM_DECLARE_NUMBER || type == PM_DECLARE_INTEGER) && is_plain_number(text, len))
	{
		value->type = jbvNumeric;
		value->val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(text, len)),
																 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
		return true;
	}
	return false;
}

/* A number as JSON writes it, of a size that numeric has. */
static bool
is_plain_number(const char *text, int len)
{
	int			exponent = 0;
	int			at = 0;

	if (len > MAX_NUMBER_LENGTH || !IsValidJsonNumber(text, len))
		return false;
	while (at < len && text[at] != 'e' && text[at] != 'E')
		at++;
	for (at++; at < len; at++)
		if (text[at] >= '0' && text[at] <= '9')
			exponent = Min(exponent * 10 + (text[at] - '0'), MAX_NUMBER_EXPONENT + 1);
	return exponent <= MAX_NUMBER_EXPONENT;
}

bool
pm_declare_has_type(PmDeclareType type, const JsonbValue *value)
{
	Datum		number;

	switch (type)
	{
		case PM_DECLARE_CONTEXT:
			return true;
		case PM_DECLARE_STRING:
			return value->type == jbvString;
		case PM_DECLARE_NUMBER:
			return value->type == jbvNumeric;
		case PM_DECLARE_INTEGER:
			if (value->type != jbvNumeric)
				return false;
			number = NumericGetDatum(value->val.numeric);
			return DatumGetBool(DirectFunctionCall2(numeric_eq, number,
													DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0))));
		case PM_DECLARE_BOOLEAN:
			return value->type == jbvBool;
		case PM_DECLARE_ARRAY:
			return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
		case PM_DECLARE_OBJECT:
			return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
	}
	return false;
}

bool
pm_declare_check_value(const PmDeclaration *declaration, const char *path,
					   const JsonbValue *value, PmProblems *problems)
{
	int			before = problems->n;

	check_type(declaration, path, value, problems);
	if (problems->n > before)
		return false;
	if (value->type == jbvString)
		check_string(declaration, path, value, problems);
	else if (value->type == jbvNumeric)
		check_number(declaration, path, value, problems);
	else if (value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data))
		check_items(declaration, path, value, problems);
	if (declaration->choices != NULL && !is_choice(declaration, value))
		pm_problem_add(problems, path, "enum", pm_declare_text(value), "must be one of the values of enum");
	return problems->n == before;
}

static void
check_type(const PmDeclaration *declaration, const char *path,
		   const JsonbValue *value, PmProblems *problems)
{
	static const char *const wanted[PM_DECLARE_TYPES] = {
		"a value", "a string", "a number", "an integer", "true or false", "an array", "an object"
	};

	if (!pm_declare_has_type(declaration->type, value))
		pm_problem_add(problems, path, "type", pm_declare_text(value),
					   "must be %s", wanted[declaration->type]);
}

static void
check_string(const PmDeclaration *declaration, const char *path,
			 const JsonbValue *value, PmProblems *problems)
{
	const char *text = value->val.string.val;
	int			len = value->val.string.len;
	int64		characters = 0;

	if (declaration->min_length >= 0 || declaration->max_length >= 0)
		characters = pg_mbstrlen_with_len(text, len);
	if (characters < declaration->min_length)
		pm_problem_add(problems, path, "minLength", pm_declare_text(value),
					   "must have at least " INT64_FORMAT " character%s", declaration->min_length,
					   declaration->min_length == 1 ? "" : "s");
	if (declaration->max_length >= 0 && characters > declaration->max_length)
		pm_problem_add(problems, path, "maxLength", pm_declare_text(value),
					   "must have at most " INT64_FORMAT " character%s", declaration->max_length,
					   declaration->max_length == 1 ? "" : "s");
	if (declaration->pattern == NULL)
		return;
	if (len > MAX_SUBJECT)
		pm_problem_add(problems, path, "pattern", pm_declare_text(value),
					   "must have at most %d bytes to be matched against a pattern", MAX_SUBJECT);
	else
	{
		PmSubject	subject = pm_pattern_subject(text, len);

		if (pm_pattern_find(declaration->pattern, &subject) == 0)
			pm_problem_add(problems, path, "pattern", pm_declare_text(value),
						   "must match the pattern %s", pm_pattern_source(declaration->pattern));
		pfree(subject.chars);
	}
}

static void
check_number(const PmDeclaration *declaration, const char *path,
			 const JsonbValue *value, PmProblems *problems)
{
	Datum		number = NumericGetDatum(value->val.numeric);

	if (declaration->min != NULL &&
		DatumGetBool(DirectFunctionCall2(numeric_lt, number, NumericGetDatum(declaration->min))))
		pm_problem_add(problems, path, "min", pm_declare_text(value),
					   "must be at least %s", number_text(declaration->min));
	if (declaration->max != NULL &&
		DatumGetBool(DirectFunctionCall2(numeric_gt, number, NumericGetDatum(declaration->max))))
		pm_problem_add(problems, path, "max", pm_declare_text(value),
					   "must be at most %s", number_text(declaration->max));
}

static void
check_items(const PmDeclaration *declaration, const char *path,
			const JsonbValue *value, PmProblems *problems)
{
	int64		items = JsonContainerSize(value->val.binary.data);

	if (items < declaration->min_items)
		pm_problem_add(problems, path, "minItems", NULL, "must have at least " INT64_FORMAT " item%s",
					   declaration->min_items, declaration->min_items == 1 ? "" : "s");
	if (declaration->max_items >= 0 && items > declaration->max_items)
		pm_problem_add(problems, path, "maxItems", NULL, "must have at most " INT64_FORMAT " item%s",
					   declaration->max_items, declaration->max_items == 1 ? "" : "s");
}

static bool
is_choice(const PmDeclaration *declaration, const JsonbValue *value)
{
	JsonbIterator *walk = JsonbIteratorInit(declaration->choices);
	JsonbIteratorToken token;
	JsonbValue	choice;

	while ((token = JsonbIteratorNext(&walk, &choice, true)) != WJB_DONE)
		if (token == WJB_ELEM && pm_declare_equal(&choice, value))
			return true;
	return false;
}

bool
pm_declare_equal(const JsonbValue *a, const JsonbValue *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type)
	{
		case jbvNull:
			return true;
		case jbvString:
			return a->val.string.len == b->val.string.len &&
				memcmp(a->val.string.val, b->val.string.val, a->val.string.len) == 0;
		case jbvNumeric:
			return DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(a->val.numeric),
													NumericGetDatum(b->val.numeric)));
		case jbvBool:
			return a->val.boolean == b->val.boolean;
		case jbvBinary:
			return compareJsonbContainers(a->val.binary.data, b->val.binary.data) == 0;
		default:
			return false;
	}
}

char *
pm_declare_text(const JsonbValue *value)
{
	JsonbValue	copy = *value;

	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type == jbvBinary)
		return JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	return JsonbToCString(NULL, &JsonbValueToJsonb(&copy)->root, 0);
}

static char *
number_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}
