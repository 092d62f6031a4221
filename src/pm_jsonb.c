/*
 * pm_jsonb.c
 *		jsonb documents as values of the core.
 *
 * Nothing is copied: strings point into the document, arrays and objects are
 * handles to their JsonbContainer, numbers to their Numeric, whose text is
 * made when it is asked for.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_error.h"
#include "pm_jsonb.h"

static PmValue from_jsonb(const JsonbValue *value);
static bool get_member(void *ctx, const PmValue *object, const PmKey *key, PmValue *out);
static bool get_element(void *ctx, const PmValue *array, uint32_t index, PmValue *out);
static void iter_begin(void *ctx, PmIter *iter);
static bool iter_next(void *ctx, PmIter *iter, PmValue *key, PmValue *value);
static void number_text(void *ctx, const PmValue *number, const PmArena *scratch,
						const char **str, uint32_t *len);

const PmProvider pm_jsonb_provider = {
	.get_member = get_member,
	.get_element = get_element,
	.iter_begin = iter_begin,
	.iter_next = iter_next,
	.number_text = number_text
};

PmValue
pm_jsonb_root(Jsonb *document)
{
	JsonbValue	value;

	if (JB_ROOT_IS_SCALAR(document))
	{
		JsonbExtractScalar(&document->root, &value);
		return from_jsonb(&value);
	}
	return pm_value_container(JB_ROOT_IS_OBJECT(document) ? PM_OBJECT : PM_ARRAY,
							  &document->root, JB_ROOT_COUNT(document));
}

Jsonb *
pm_jsonb_argument(Jsonb *argument)
{
	JsonbValue	value;
	char	   *inner;

	if (!JB_ROOT_IS_SCALAR(argument) || !JsonbExtractScalar(&argument->root, &value) ||
		value.type != jbvString)
		return argument;
	inner = pnstrdup(value.val.string.val, value.val.string.len);
	if (inner[strspn(inner, " \t\n\r")] != '{')
		return argument;
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(inner)));
}

Jsonb *
pm_jsonb_object_argument(Jsonb *argument, const char *path)
{
	Jsonb	   *document = pm_jsonb_argument(argument);

	if (!JB_ROOT_IS_OBJECT(document))
		pm_bad_argument(path, "must be a JSON object");
	return document;
}

bool
pm_jsonb_member(Jsonb *object, const char *name, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(&object->root, name, (int) strlen(name), value) != NULL;
}

static PmValue
from_jsonb(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return pm_value_string(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			{
				PmValue		number = pm_value_simple(PM_NUMBER);

				number.u.handle = value->val.numeric;
				return number;
			}
		case jbvBool:
			return pm_value_bool(value->val.boolean);
		case jbvBinary:
			{
				JsonbContainer *container = value->val.binary.data;

				return pm_value_container(JsonContainerIsObject(container) ? PM_OBJECT : PM_ARRAY,
										  container, JsonContainerSize(container));
			}
		default:
			return pm_value_simple(PM_NULL);
	}
}

static bool
get_member(void *ctx pg_attribute_unused(), const PmValue *object, const PmKey *key, PmValue *out)
{
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(unconstify(void *, object->u.handle),
									 key->str, key->len, &value) == NULL)
		return false;
	*out = from_jsonb(&value);
	return true;
}

static bool
get_element(void *ctx pg_attribute_unused(), const PmValue *array, uint32_t index, PmValue *out)
{
	JsonbValue *value = getIthJsonbValueFromContainer(unconstify(void *, array->u.handle), index);

	if (value == NULL)
		return false;
	*out = from_jsonb(value);
	return true;
}

static void
iter_begin(void *ctx pg_attribute_unused(), PmIter *iter)
{
	JsonbValue	ignored;
	JsonbIterator *walk = JsonbIteratorInit(unconstify(void *, iter->container.u.handle));

	(void) JsonbIteratorNext(&walk, &ignored, true);	/* enter the container */
	iter->word[0] = (uintptr_t) walk;
}

static bool
iter_next(void *ctx pg_attribute_unused(), PmIter *iter, PmValue *key, PmValue *value)
{
	JsonbIterator *walk = (JsonbIterator *) iter->word[0];
	JsonbValue	item;
	JsonbIteratorToken token = JsonbIteratorNext(&walk, &item, true);
	bool		found = token == WJB_KEY || token == WJB_ELEM;

	if (token == WJB_KEY)
	{
		*key = from_jsonb(&item);
		(void) JsonbIteratorNext(&walk, &item, true);
	}
	if (found)
		*value = from_jsonb(&item);
	iter->word[0] = (uintptr_t) walk;
	return found;
}

static void
number_text(void *ctx pg_attribute_unused(), const PmValue *number, const PmArena *scratch,
			const char **str, uint32_t *len)
{
	char	   *decimal;
	char	   *copy;

	/* a number may have 130,000 digits */
	CHECK_FOR_INTERRUPTS();
	decimal = DatumGetCString(DirectFunctionCall1(numeric_out, PointerGetDatum(number->u.handle)));
	*len = strlen(decimal);
	copy = scratch->alloc(scratch->ctx, *len);
	memcpy(copy, decimal, *len);
	pfree(decimal);
	*str = copy;
}

void
pm_jsonb_push(JsonbParseState **state, JsonbIteratorToken token, const PmValue *value)
{
	JsonbValue	item;

	check_stack_depth();
	switch ((PmKind) value->kind)
	{
		case PM_MISSING:
		case PM_NULL:
			item.type = jbvNull;
			break;
		case PM_BOOL:
			item.type = jbvBool;
			item.val.boolean = (value->flags & PM_VF_TRUE) != 0;
			break;
		case PM_NUMBER:
			item.type = jbvNumeric;
			item.val.numeric = (value->flags & PM_VF_TEXT) == 0 ?
				(Numeric) unconstify(void *, value->u.handle) :
				DatumGetNumeric(DirectFunctionCall3(numeric_in,
													CStringGetDatum(pnstrdup(value->u.str, value->len)),
													ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
			break;
		case PM_STRING:
			item.type = jbvString;
			item.val.string.val = unconstify(char *, value->u.str);
			item.val.string.len = value->len;
			break;
		case PM_ARRAY:
		case PM_OBJECT:
			if ((value->flags & PM_VF_NATIVE) != 0)
			{
				pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
				for (uint32 i = 0; i < value->len; i++)
					pm_jsonb_push(state, WJB_ELEM, &value->u.items[i]);
				pushJsonbValue(state, WJB_END_ARRAY, NULL);
				return;
			}
			item.type = jbvBinary;
			item.val.binary.data = unconstify(void *, value->u.handle);
			item.val.binary.len = 0;
			break;
	}
	pushJsonbValue(state, token, &item);
}
