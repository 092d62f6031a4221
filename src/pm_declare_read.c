/*
 * pm_declare_read.c
 *		Declared variables: reading one declaration.
 *
 * Each key of a declaration has one spelling and one function that reads it.  A
 * key that is not known is a mistake, like a rule that cannot apply to the
 * declared type: otherwise a misspelt rule would pass in silence.  All mistakes
 * are told together.  See docs/variables.md for what the keys mean.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_declare.h"
#include "pm_validator.h"

#define MAX_LENGTH PG_INT32_MAX

/* Types, as a set. */
#define ANY 0x7F
#define OF(type) (1 << (type) | 1 << PM_DECLARE_CONTEXT)
#define TEXTS OF(PM_DECLARE_STRING)
#define NUMBERS (OF(PM_DECLARE_NUMBER) | OF(PM_DECLARE_INTEGER))
#define HIDING (OF(PM_DECLARE_STRING) | OF(PM_DECLARE_ARRAY) | OF(PM_DECLARE_OBJECT))

typedef struct Reading
{
	PmRulesReader *reader;
	PmDeclarations *all;
	PmDeclaration *declaration;
	const char *key;			/* that is read */
	size_t		offset;			/* in the declaration, of what it sets */
	const JsonbValue *requires; /* read when all names are known */
	const JsonbValue *excludes;
	const JsonbValue *required_if;
} Reading;

typedef struct Key
{
	const char *name;
	int			types;			/* to which it applies */
	void		(*read) (Reading *reading, const JsonbValue *value);
	size_t		offset;			/* in PmDeclaration, where read is generic */
} Key;

static void read_keys(Reading *reading, JsonbContainer *object, bool given[]);
static void check_together(Reading *reading, const bool given[]);
static void check_choices(Reading *reading);
static void read_names(Reading *reading, const char *key, const JsonbValue *value, PmDeclareList *list);
static void read_condition(Reading *reading, const JsonbValue *value);
static void mistake(Reading *reading, const char *reason);

static void read_type(Reading *reading, const JsonbValue *value);
static void read_flag(Reading *reading, const JsonbValue *value);
static void read_limit(Reading *reading, const JsonbValue *value);
static void read_number(Reading *reading, const JsonbValue *value);
static void read_default(Reading *reading, const JsonbValue *value);
static void read_text(Reading *reading, const JsonbValue *value);
static void read_list(Reading *reading, const JsonbValue *value);
static void read_pattern(Reading *reading, const JsonbValue *value);
static void read_enum(Reading *reading, const JsonbValue *value);
static void read_requires(Reading *reading, const JsonbValue *value);
static void read_excludes(Reading *reading, const JsonbValue *value);
static void read_required_if(Reading *reading, const JsonbValue *value);
static void read_validate(Reading *reading, const JsonbValue *value);
static void read_trust(Reading *reading, const JsonbValue *value);
static void read_sanitize(Reading *reading, const JsonbValue *value);
static void read_format(Reading *reading, const JsonbValue *value);
static void read_format_step(Reading *reading, JsonbContainer *object);

#define AT(member) offsetof(PmDeclaration, member)

static const Key keys[] = {
	{"type", ANY, read_type},
	{"required", ANY, read_flag, AT(required)},
	{"nullable", ANY, read_flag, AT(nullable)},
	{"coerce", ANY, read_flag, AT(coerce)},
	{"delimit", ANY, read_flag, AT(delimit)},
	{"default", ANY, read_default},
	{"description", ANY, read_text},
	{"examples", ANY, read_list},
	{"minLength", TEXTS, read_limit, AT(min_length)},
	{"maxLength", TEXTS, read_limit, AT(max_length)},
	{"minItems", OF(PM_DECLARE_ARRAY), read_limit, AT(min_items)},
	{"maxItems", OF(PM_DECLARE_ARRAY), read_limit, AT(max_items)},
	{"min", NUMBERS, read_number, AT(min)},
	{"max", NUMBERS, read_number, AT(max)},
	{"pattern", TEXTS, read_pattern},
	{"enum", ANY, read_enum},
	{"requires", ANY, read_requires},
	{"excludes", ANY, read_excludes},
	{"requiredIf", ANY, read_required_if},
	{"validate", ANY, read_validate},
	{"trust", ANY, read_trust},
	{"sanitize", HIDING, read_sanitize},
	{"format", TEXTS, read_format}
};

/* Places of keys above that are asked for. */
enum
{
	KEY_TYPE, KEY_REQUIRED, KEY_COERCE = 3
};

static const char *const type_names[PM_DECLARE_TYPES] = {
	"context", "string", "number", "integer", "boolean", "array", "object"
};

void
pm_declare_read(PmRulesReader *reader, PmDeclarations *all, int number, JsonbContainer *object)
{
	PmDeclaration *declaration = &all->items[number];
	Reading		reading = {.reader = reader, .all = all, .declaration = declaration};
	bool		given[lengthof(keys)] = {false};

	declaration->min_length = declaration->max_length = -1;
	declaration->min_items = declaration->max_items = -1;
	declaration->cut = declaration->required_if = -1;
	read_keys(&reading, object, given);
	if (!given[KEY_REQUIRED])
		declaration->required = !declaration->has_default && reading.required_if == NULL;

	if (reading.requires != NULL)
		read_names(&reading, "requires", reading.requires, &declaration->requires);
	if (reading.excludes != NULL)
		read_names(&reading, "excludes", reading.excludes, &declaration->excludes);
	if (reading.required_if != NULL)
		read_condition(&reading, reading.required_if);
	check_together(&reading, given);
}

static void
read_keys(Reading *reading, JsonbContainer *object, bool given[])
{
	JsonbIterator *walk = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	name;

	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		JsonbValue *value;
		int			i = 0;

		if (token != WJB_KEY)
			continue;
		value = palloc(sizeof(JsonbValue));
		(void) JsonbIteratorNext(&walk, value, true);
		while (i < (int) lengthof(keys) && !pm_rules_is(&name, keys[i].name))
			i++;
		reading->key = i < (int) lengthof(keys) ? keys[i].name : pm_rules_cstring(&name);
		if (i == (int) lengthof(keys))
		{
			mistake(reading, "is not a rule that exists");
			continue;
		}
		given[i] = true;
		reading->offset = keys[i].offset;
		keys[i].read(reading, value);
	}
}

/* What can be told only when the whole declaration is known. */
static void
check_together(Reading *reading, const bool given[])
{
	PmDeclaration *declaration = reading->declaration;
	MemoryContext old;

	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		reading->key = keys[i].name;
		if (given[i] && (keys[i].types & 1 << declaration->type) == 0)
			mistake(reading, psprintf("does not apply to type %s", type_names[declaration->type]));
	}
	reading->key = "coerce";
	if (declaration->coerce && declaration->type == PM_DECLARE_CONTEXT)
		mistake(reading, "needs a type to turn values into");
	reading->key = "maxLength";
	if (declaration->max_length >= 0 && declaration->max_length < declaration->min_length)
		mistake(reading, "must not be less than minLength");
	reading->key = "maxItems";
	if (declaration->max_items >= 0 && declaration->max_items < declaration->min_items)
		mistake(reading, "must not be less than minItems");
	reading->key = "max";
	if (declaration->min != NULL && declaration->max != NULL &&
		DatumGetBool(DirectFunctionCall2(numeric_lt, NumericGetDatum(declaration->max),
										 NumericGetDatum(declaration->min))))
		mistake(reading, "must not be less than min");
	check_choices(reading);

	old = MemoryContextSwitchTo(reading->reader->scratch);
	reading->key = "default";
	if (declaration->has_default && declaration->fallback.type == jbvNull)
	{
		if (!declaration->nullable)
			mistake(reading, "must not be null where the variable is not nullable");
	}
	else if (declaration->has_default)
		(void) pm_declare_check_value(declaration,
									  psprintf("%s.%s.default", reading->reader->path, declaration->cname),
									  &declaration->fallback, &reading->reader->problems);
	MemoryContextSwitchTo(old);
}

static void
check_choices(Reading *reading)
{
	PmDeclaration *declaration = reading->declaration;
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	choice;
	bool		fit = true;

	if (declaration->choices == NULL)
		return;
	walk = JsonbIteratorInit(declaration->choices);
	while ((token = JsonbIteratorNext(&walk, &choice, true)) != WJB_DONE)
		if (token == WJB_ELEM && (choice.type != jbvNull || !declaration->nullable))
			fit = fit && pm_declare_has_type(declaration->type, &choice);
	reading->key = "enum";
	if (!fit)
		mistake(reading, psprintf("must hold values of type %s alone", type_names[declaration->type]));
}

static void
read_type(Reading *reading, const JsonbValue *value)
{
	for (int type = 0; type < PM_DECLARE_TYPES; type++)
	{
		if (pm_rules_is(value, type_names[type]))
		{
			reading->declaration->type = type;
			return;
		}
	}
	mistake(reading, "must be one of string, number, integer, boolean, array, object, context");
}

static void
read_flag(Reading *reading, const JsonbValue *value)
{
	bool	   *flag = (bool *) ((char *) reading->declaration + reading->offset);

	*flag = pm_rules_flag(reading->reader, &reading->declaration->name, reading->key, value);
}

static void
read_limit(Reading *reading, const JsonbValue *value)
{
	int64	   *limit = (int64 *) ((char *) reading->declaration + reading->offset);

	*limit = pm_rules_integer(reading->reader, &reading->declaration->name, reading->key, value,
							  0, MAX_LENGTH, -1);
}

static void
read_number(Reading *reading, const JsonbValue *value)
{
	Numeric    *number = (Numeric *) ((char *) reading->declaration + reading->offset);

	if (value->type == jbvNumeric)
		*number = value->val.numeric;
	else
		mistake(reading, "must be a number");
}

static void
read_default(Reading *reading, const JsonbValue *value)
{
	reading->declaration->has_default = true;
	reading->declaration->fallback = *value;
}

static void
read_text(Reading *reading, const JsonbValue *value)
{
	if (value->type != jbvString)
		mistake(reading, "must be a string");
}

static void
read_list(Reading *reading, const JsonbValue *value)
{
	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		mistake(reading, "must be an array");
}

static void
read_pattern(Reading *reading, const JsonbValue *value)
{
	char	   *reason = "must be a string";

	if (value->type == jbvString)
		reading->declaration->pattern = pm_pattern_compile(value->val.string.val, value->val.string.len, &reason);
	if (reading->declaration->pattern == NULL)
		mistake(reading, reason);
	else
		reading->reader->size += pm_pattern_size(reading->declaration->pattern);
}

static void
read_enum(Reading *reading, const JsonbValue *value)
{
	if (value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) &&
		JsonContainerSize(value->val.binary.data) > 0)
		reading->declaration->choices = value->val.binary.data;
	else
		mistake(reading, "must be an array with at least one value");
}

static void
read_requires(Reading *reading, const JsonbValue *value)
{
	reading->requires = value;
}

static void
read_excludes(Reading *reading, const JsonbValue *value)
{
	reading->excludes = value;
}

static void
read_required_if(Reading *reading, const JsonbValue *value)
{
	reading->required_if = value;
}

static void
read_validate(Reading *reading, const JsonbValue *value)
{
	char	   *schema;
	char	   *function;

	if (value->type == jbvString)
		reading->declaration->validate = pm_rules_cstring(value);
	if (reading->declaration->validate == NULL ||
		!pm_validator_name(reading->declaration->validate, &schema, &function))
		mistake(reading, "must be the name of a function with its schema");
}

static void
read_trust(Reading *reading, const JsonbValue *value)
{
	reading->declaration->untrusted = pm_rules_is(value, "untrusted");
	if (!reading->declaration->untrusted && !pm_rules_is(value, "trusted"))
		mistake(reading, "must be trusted or untrusted");
}

static void
read_sanitize(Reading *reading, const JsonbValue *value)
{
	PmDeclaration *declaration = reading->declaration;
	PmCleanLevel level;

	if (value->type != jbvString ||
		!pm_clean_level(value->val.string.val, value->val.string.len, &level))
	{
		mistake(reading, "must be basic or strict");
		return;
	}
	declaration->sanitize = true;
	declaration->level = Max(declaration->level, level);
}

/* A list of words, and of objects with one member. */
static void
read_format(Reading *reading, const JsonbValue *value)
{
	PmDeclaration *declaration = reading->declaration;
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	step;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
	{
		mistake(reading, "must be an array");
		return;
	}
	walk = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&walk, &step, true)) != WJB_DONE)
	{
		bool	   *flag = NULL;

		if (token != WJB_ELEM)
			continue;
		if (pm_rules_is(&step, "uppercase"))
			flag = &declaration->uppercase;
		else if (pm_rules_is(&step, "lowercase"))
			flag = &declaration->lowercase;
		else if (pm_rules_is(&step, "trim"))
			flag = &declaration->trim;
		else if (pm_rules_is(&step, "sanitize"))
			flag = &declaration->sanitize;
		if (flag != NULL)
			*flag = true;
		else if (step.type == jbvBinary && JsonContainerIsObject(step.val.binary.data))
			read_format_step(reading, step.val.binary.data);
		else
			mistake(reading, "must hold uppercase, lowercase, trim, sanitize, "
					"or an object with one of maxLength, prefix, suffix");
	}
	if (declaration->uppercase && declaration->lowercase)
		mistake(reading, "must not hold both uppercase and lowercase");
}

static void
read_format_step(Reading *reading, JsonbContainer *object)
{
	PmDeclaration *declaration = reading->declaration;
	JsonbIterator *walk = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue *value = palloc(sizeof(JsonbValue));
	const char *reason = NULL;

	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, value, true);
		if (JsonContainerSize(object) == 1 && pm_rules_is(&name, "maxLength"))
			declaration->cut = pm_rules_integer(reading->reader, &declaration->name, "format.maxLength",
												value, 0, MAX_LENGTH, -1);
		else if (JsonContainerSize(object) == 1 && value->type == jbvString && pm_rules_is(&name, "prefix"))
			declaration->prefix = value;
		else if (JsonContainerSize(object) == 1 && value->type == jbvString && pm_rules_is(&name, "suffix"))
			declaration->suffix = value;
		else
			reason = "must hold objects with one of maxLength (an integer), prefix, suffix (strings)";
	}
	if (JsonContainerSize(object) == 0 || reason != NULL)
		mistake(reading, "must hold objects with one of maxLength (an integer), prefix, suffix (strings)");
}

/* Names of other declared variables. */
static void
read_names(Reading *reading, const char *key, const JsonbValue *value, PmDeclareList *list)
{
	int			n;
	JsonbValue *names;

	reading->key = key;
	names = pm_rules_strings(reading->reader, &reading->declaration->name, key, value, &n);
	list->items = palloc_array(int, n + 1);
	for (int i = 0; i < n; i++)
	{
		int			number = pm_declare_number(reading->all, names[i].val.string.val,
											   names[i].val.string.len);

		if (number < 0)
			mistake(reading, psprintf("names \"%s\", which is not declared", pm_rules_cstring(&names[i])));
		else if (&reading->all->items[number] == reading->declaration)
			mistake(reading, "must not name the variable itself");
		else
			list->items[list->n++] = number;
	}
}

/* {"variable": name} or {"variable": name, "equals": value} */
static void
read_condition(Reading *reading, const JsonbValue *value)
{
	PmDeclaration *declaration = reading->declaration;
	JsonbContainer *object = value->type == jbvBinary ? value->val.binary.data : NULL;
	JsonbValue	name;
	int			members = 1;

	reading->key = "requiredIf";
	if (object == NULL || !JsonContainerIsObject(object) ||
		getKeyJsonValueFromContainer(object, "variable", 8, &name) == NULL || name.type != jbvString)
	{
		mistake(reading, "must be an object with variable, a name, and perhaps equals, a value");
		return;
	}
	declaration->has_equals = getKeyJsonValueFromContainer(object, "equals", 6, &declaration->equals) != NULL;
	members += declaration->has_equals ? 1 : 0;
	if ((int) JsonContainerSize(object) != members)
		mistake(reading, "must have no members but variable and equals");
	declaration->required_if = pm_declare_number(reading->all, name.val.string.val, name.val.string.len);
	if (declaration->required_if < 0)
		mistake(reading, psprintf("names \"%s\", which is not declared", pm_rules_cstring(&name)));
	else if (&reading->all->items[declaration->required_if] == declaration)
		mistake(reading, "must not name the variable itself");
}

static void
mistake(Reading *reading, const char *reason)
{
	pm_rules_problem(reading->reader, &reading->declaration->name, reading->key, reason);
}
