/*
 * pm_targeting.c
 *		Targeting rules of experiments: conditions on a unit's attributes.
 *
 * The language is closed: no function, no pattern, nothing that could run for
 * long.  Every rule is looked at on every call, so that rules which cannot be
 * meant are found when they are written and not when a unit comes that needs
 * them.  Strings compare by their bytes, whatever the database's collation.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_error.h"
#include "pm_jsonb.h"
#include "pm_targeting.h"

/* What is looked for in a string, so that looking stays quick. */
#define MAX_PART_BYTES 1024

typedef enum Operator
{
	OP_EQ, OP_NE, OP_IN, OP_NOT_IN, OP_LT, OP_LTE, OP_GT, OP_GTE,
	OP_CONTAINS, OP_STARTS_WITH, OP_EXISTS, OPERATORS
} Operator;

static const char *const operator_names[OPERATORS] = {
	"eq", "ne", "in", "not_in", "lt", "lte", "gt", "gte",
	"contains", "starts_with", "exists"
};

static bool matches_list(JsonbContainer *list, Jsonb *attributes, bool any);
static bool matches_rule(JsonbContainer *rule, Jsonb *attributes);
static bool matches_condition(JsonbContainer *rule, Jsonb *attributes);
static Operator operator_of(const JsonbValue *word);
static void check_value(Operator op, const JsonbValue *value);
static void check_part(const JsonbValue *value);
static bool compare(Operator op, const JsonbValue *attribute, const JsonbValue *value);
static bool in_list(const JsonbValue *attribute, JsonbContainer *list);
static bool contains(const JsonbValue *attribute, const JsonbValue *value);
static bool is_array(const JsonbValue *value);
static bool same(const JsonbValue *a, const JsonbValue *b);
static bool order(const JsonbValue *a, const JsonbValue *b, int *result);
pg_noreturn static void bad_rules(const char *reason);

bool
pm_targeting_matches(Jsonb *rules, Jsonb *attributes)
{
	if (!JB_ROOT_IS_ARRAY(rules) || JB_ROOT_IS_SCALAR(rules))
		bad_rules("must be a JSON array");
	return matches_list(&rules->root, attributes, false);
}

static bool
matches_list(JsonbContainer *list, Jsonb *attributes, bool any)
{
	bool		result = !any;

	for (uint32 i = 0; i < JsonContainerSize(list); i++)
	{
		JsonbValue *rule = getIthJsonbValueFromContainer(list, i);
		bool		match;

		if (rule->type != jbvBinary || !JsonContainerIsObject(rule->val.binary.data))
			bad_rules("must have objects as conditions");
		match = matches_rule(rule->val.binary.data, attributes);
		result = any ? result || match : result && match;
	}
	return result;
}

static bool
matches_rule(JsonbContainer *rule, Jsonb *attributes)
{
	JsonbValue	part;

	check_stack_depth();
	if (getKeyJsonValueFromContainer(rule, "attribute", 9, &part) != NULL)
		return matches_condition(rule, attributes);
	if (JsonContainerSize(rule) != 1)
		bad_rules("must have conditions with attribute, op and value, or one of all, any and not");
	if (getKeyJsonValueFromContainer(rule, "not", 3, &part) != NULL)
	{
		if (part.type != jbvBinary || !JsonContainerIsObject(part.val.binary.data))
			bad_rules("must have an object in not");
		return !matches_rule(part.val.binary.data, attributes);
	}
	for (int any = 0; any < 2; any++)
		if (getKeyJsonValueFromContainer(rule, any ? "any" : "all", 3, &part) != NULL)
		{
			if (!is_array(&part))
				bad_rules("must have arrays in all and any");
			return matches_list(part.val.binary.data, attributes, any);
		}
	bad_rules("must have conditions with attribute, op and value, or one of all, any and not");
}

static bool
matches_condition(JsonbContainer *rule, Jsonb *attributes)
{
	JsonbValue	name;
	JsonbValue	word;
	JsonbValue	value;
	JsonbValue	attribute;
	Operator	op;
	bool		present;

	getKeyJsonValueFromContainer(rule, "attribute", 9, &name);
	if (name.type != jbvString || JsonContainerSize(rule) != 3 ||
		getKeyJsonValueFromContainer(rule, "op", 2, &word) == NULL ||
		getKeyJsonValueFromContainer(rule, "value", 5, &value) == NULL)
		bad_rules("must have conditions with attribute, op and value");
	op = operator_of(&word);
	check_value(op, &value);

	present = JB_ROOT_IS_OBJECT(attributes) &&
		getKeyJsonValueFromContainer(&attributes->root, name.val.string.val, name.val.string.len, &attribute) != NULL &&
		attribute.type != jbvNull;
	if (op == OP_EXISTS)
		return present == value.val.boolean;
	if (!present)
		return op == OP_NE || op == OP_NOT_IN;
	return compare(op, &attribute, &value);
}

static Operator
operator_of(const JsonbValue *word)
{
	if (word->type == jbvString)
		for (int op = 0; op < OPERATORS; op++)
			if (strlen(operator_names[op]) == (size_t) word->val.string.len &&
				memcmp(operator_names[op], word->val.string.val, word->val.string.len) == 0)
				return (Operator) op;
	bad_rules("must have op eq, ne, in, not_in, lt, lte, gt, gte, contains, starts_with or exists");
}

static void
check_value(Operator op, const JsonbValue *value)
{
	switch (op)
	{
		case OP_IN:
		case OP_NOT_IN:
			if (!is_array(value))
				bad_rules("must have an array as value of in and not_in");
			break;
		case OP_EXISTS:
			if (value->type != jbvBool)
				bad_rules("must have true or false as value of exists");
			break;
		case OP_STARTS_WITH:
			if (value->type != jbvString)
				bad_rules("must have a string as value of starts_with");
			check_part(value);
			break;
		case OP_LT:
		case OP_LTE:
		case OP_GT:
		case OP_GTE:
			if (value->type != jbvString && value->type != jbvNumeric)
				bad_rules("must have a number or a string as value of lt, lte, gt and gte");
			break;
		default:
			if (value->type == jbvBinary || value->type == jbvNull)
				bad_rules("must have a string, a number, true or false as value of eq, ne and contains");
			if (op == OP_CONTAINS)
				check_part(value);
			break;
	}
}

static void
check_part(const JsonbValue *value)
{
	if (value->type == jbvString && value->val.string.len > MAX_PART_BYTES)
		bad_rules("must have at most 1024 bytes as value of contains and starts_with");
}

static bool
compare(Operator op, const JsonbValue *attribute, const JsonbValue *value)
{
	int			sign;

	switch (op)
	{
		case OP_EQ:
			return same(attribute, value);
		case OP_NE:
			return !same(attribute, value);
		case OP_IN:
			return in_list(attribute, value->val.binary.data);
		case OP_NOT_IN:
			return !in_list(attribute, value->val.binary.data);
		case OP_CONTAINS:
			return contains(attribute, value);
		case OP_STARTS_WITH:
			return attribute->type == jbvString &&
				attribute->val.string.len >= value->val.string.len &&
				memcmp(attribute->val.string.val, value->val.string.val, value->val.string.len) == 0;
		default:
			break;
	}
	if (!order(attribute, value, &sign))
		return false;
	return op == OP_LT ? sign < 0 : op == OP_LTE ? sign <= 0 : op == OP_GT ? sign > 0 : sign >= 0;
}

static bool
in_list(const JsonbValue *attribute, JsonbContainer *list)
{
	for (uint32 i = 0; i < JsonContainerSize(list); i++)
		if (same(attribute, getIthJsonbValueFromContainer(list, i)))
			return true;
	return false;
}

/* An element of an array, or a part of a string. */
static bool
contains(const JsonbValue *attribute, const JsonbValue *value)
{
	int			last;

	if (is_array(attribute))
		return in_list(value, attribute->val.binary.data);
	if (attribute->type != jbvString || value->type != jbvString)
		return false;
	last = attribute->val.string.len - value->val.string.len;
	for (int i = 0; i <= last; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (memcmp(attribute->val.string.val + i, value->val.string.val, value->val.string.len) == 0)
			return true;
	}
	return false;
}

static bool
is_array(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
}

static bool
same(const JsonbValue *a, const JsonbValue *b)
{
	int			sign;

	if (a->type == jbvBool && b->type == jbvBool)
		return a->val.boolean == b->val.boolean;
	return order(a, b, &sign) && sign == 0;
}

/* False where the two cannot be compared. */
static bool
order(const JsonbValue *a, const JsonbValue *b, int *result)
{
	if (a->type == jbvNumeric && b->type == jbvNumeric)
	{
		*result = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a->val.numeric),
													NumericGetDatum(b->val.numeric)));
		return true;
	}
	if (a->type == jbvString && b->type == jbvString)
	{
		int			shorter = Min(a->val.string.len, b->val.string.len);

		*result = memcmp(a->val.string.val, b->val.string.val, shorter);
		if (*result == 0)
			*result = a->val.string.len - b->val.string.len;
		return true;
	}
	return false;
}

static void
bad_rules(const char *reason)
{
	pm_bad_argument("targeting", reason);
}
