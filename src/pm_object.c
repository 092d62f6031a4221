/*
 * pm_object.c
 *		Building a jsonb object member by member.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/numeric.h"

#include "pm_object.h"

static void add(PmObject *object, const char *name, JsonbValue *value);
static void set_string(JsonbValue *item, char *value, size_t len);

void
pm_object_begin(PmObject *object)
{
	object->state = NULL;
	pushJsonbValue(&object->state, WJB_BEGIN_OBJECT, NULL);
}

void
pm_object_string(PmObject *object, const char *name, const char *value)
{
	JsonbValue	item = {.type = jbvNull};

	if (value != NULL)
		set_string(&item, unconstify(char *, value), strlen(value));
	add(object, name, &item);
}

void
pm_object_text(PmObject *object, const char *name, const text *value)
{
	JsonbValue	item = {.type = jbvNull};

	if (value != NULL)
		set_string(&item, VARDATA_ANY(unconstify(text *, value)), VARSIZE_ANY_EXHDR(value));
	add(object, name, &item);
}

void
pm_object_integer(PmObject *object, const char *name, NullableDatum value)
{
	JsonbValue	item = {.type = jbvNull};

	if (!value.isnull)
	{
		item.type = jbvNumeric;
		item.val.numeric = int64_to_numeric(DatumGetInt64(value.value));
	}
	add(object, name, &item);
}

void
pm_object_uuid(PmObject *object, const char *name, const pg_uuid_t *value)
{
	pm_object_string(object, name, value == NULL ? NULL :
					 DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(value))));
}

void
pm_object_time(PmObject *object, const char *name, NullableDatum value)
{
	pm_object_string(object, name, value.isnull ? NULL :
					 JsonEncodeDateTime(palloc(MAXDATELEN + 1), value.value, TIMESTAMPTZOID, NULL));
}

void
pm_object_jsonb(PmObject *object, const char *name, const Jsonb *value)
{
	JsonbValue	item = {.type = jbvNull};

	if (value != NULL)
	{
		item.type = jbvBinary;
		item.val.binary.data = unconstify(JsonbContainer *, &value->root);
		item.val.binary.len = VARSIZE_ANY_EXHDR(value);
	}
	add(object, name, &item);
}

void
pm_object_members(PmObject *object, Jsonb *members)
{
	JsonbIterator *iterator = JsonbIteratorInit(&members->root);
	JsonbValue	item;
	JsonbIteratorToken token;

	/* Values of one that is not entered come whole. */
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
		if (token == WJB_KEY || token == WJB_VALUE)
			pushJsonbValue(&object->state, token, &item);
}

Jsonb *
pm_object_end(PmObject *object)
{
	return JsonbValueToJsonb(pushJsonbValue(&object->state, WJB_END_OBJECT, NULL));
}

static void
add(PmObject *object, const char *name, JsonbValue *value)
{
	JsonbValue	key;

	set_string(&key, unconstify(char *, name), strlen(name));
	pushJsonbValue(&object->state, WJB_KEY, &key);
	pushJsonbValue(&object->state, WJB_VALUE, value);
}

static void
set_string(JsonbValue *item, char *value, size_t len)
{
	item->type = jbvString;
	item->val.string.val = value;
	item->val.string.len = (int) len;
}
