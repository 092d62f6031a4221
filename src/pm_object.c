/*
 * pm_object.c
 *		A JSON object that is built member by member, to be had as jsonb and as
 *		text.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/numeric.h"

#include "pm_object.h"

static JsonbValue *add(PmObject *object, const char *name);
static void set_string(JsonbValue *item, const char *value, size_t len);
static void value_to_text(const JsonbValue *value, StringInfo text);

void
pm_object_string(PmObject *object, const char *name, const char *value)
{
	JsonbValue *item = add(object, name);

	if (value != NULL)
		set_string(item, value, strlen(value));
}

void
pm_object_text(PmObject *object, const char *name, NullableDatum value)
{
	JsonbValue *item = add(object, name);

	if (!value.isnull)
	{
		text	   *string = DatumGetTextPP(value.value);

		set_string(item, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	}
}

void
pm_object_int32(PmObject *object, const char *name, NullableDatum value)
{
	if (value.isnull)
		add(object, name);
	else
		pm_object_int64(object, name, DatumGetInt32(value.value));
}

void
pm_object_int64(PmObject *object, const char *name, int64 value)
{
	JsonbValue *item = add(object, name);

	item->type = jbvNumeric;
	item->val.numeric = int64_to_numeric(value);
}

void
pm_object_uuid(PmObject *object, const char *name, NullableDatum value)
{
	pm_object_string(object, name, value.isnull ? NULL : DatumGetCString(DirectFunctionCall1(uuid_out, value.value)));
}

void
pm_object_time(PmObject *object, const char *name, NullableDatum value)
{
	pm_object_string(object, name, value.isnull ? NULL :
					 JsonEncodeDateTime(palloc(MAXDATELEN + 1), value.value, TIMESTAMPTZOID, NULL));
}

void
pm_object_jsonb(PmObject *object, const char *name, Jsonb *value)
{
	JsonbValue *item = add(object, name);

	item->type = jbvBinary;
	item->val.binary.data = &value->root;
	item->val.binary.len = VARSIZE_ANY_EXHDR(value);
}

void
pm_object_members(PmObject *object, Jsonb *members)
{
	JsonbIterator *iterator = JsonbIteratorInit(&members->root);
	JsonbValue	item;
	JsonbIteratorToken token;
	JsonbValue *value = NULL;

	/* Values that are not entered come whole. */
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			value = add(object, pnstrdup(item.val.string.val, item.val.string.len));
		else if (token == WJB_VALUE)
			*value = item;
	}
}

void
pm_object_add_all(PmObject *object, const PmObject *other)
{
	for (int i = 0; i < other->n; i++)
		*add(object, other->members[i].name) = other->members[i].value;
}

Jsonb *
pm_object_to_jsonb(const PmObject *object)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < object->n; i++)
	{
		JsonbValue	name;
		JsonbValue	value = object->members[i].value;

		set_string(&name, object->members[i].name, strlen(object->members[i].name));
		pushJsonbValue(&state, WJB_KEY, &name);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

void
pm_object_to_text(const PmObject *object, StringInfo text)
{
	appendStringInfoChar(text, '{');
	for (int i = 0; i < object->n; i++)
	{
		if (i > 0)
			appendStringInfoString(text, ", ");
		escape_json(text, object->members[i].name);
		appendStringInfoString(text, ": ");
		value_to_text(&object->members[i].value, text);
	}
	appendStringInfoChar(text, '}');
}

/* A member whose value is null until it is set. */
static JsonbValue *
add(PmObject *object, const char *name)
{
	if (object->n == PM_OBJECT_MAX)
		elog(ERROR, "an object has more than %d members", PM_OBJECT_MAX);
	object->members[object->n].name = name;
	object->members[object->n].value.type = jbvNull;
	return &object->members[object->n++].value;
}

static void
set_string(JsonbValue *item, const char *value, size_t len)
{
	item->type = jbvString;
	item->val.string.val = unconstify(char *, value);
	item->val.string.len = (int) len;
}

static void
value_to_text(const JsonbValue *value, StringInfo text)
{
	switch (value->type)
	{
		case jbvString:
			escape_json(text, pnstrdup(value->val.string.val, value->val.string.len));
			break;
		case jbvNumeric:
			appendStringInfoString(text, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))));
			break;
		case jbvBool:
			appendStringInfoString(text, value->val.boolean ? "true" : "false");
			break;
		case jbvBinary:
			JsonbToCString(text, value->val.binary.data, value->val.binary.len);
			break;
		default:
			appendStringInfoString(text, "null");
	}
}
