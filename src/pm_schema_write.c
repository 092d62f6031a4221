/*
 * pm_schema_write.c
 *		From the uses and declarations of variables to JSON Schema.
 *
 * The schema is written as text and read back as jsonb, which puts its keys in
 * order.  A declaration's own words are translated one by one; those that JSON
 * Schema has no word for (custom checks, formatting) are left out.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "pm_schema_write.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

static void write_root(StringInfo out, const PmSchemaNode *root, Jsonb *declarations);
static void write_declared_names(StringInfo out, const PmSchemaNode *root, Jsonb *declarations,
								 StringInfo required, StringInfo dependent);
static void write_declared(StringInfo out, JsonbContainer *declaration, const PmSchemaNode *node);
static void write_declared_type(StringInfo out, JsonbContainer *declaration, bool nullable);
static void write_enum(StringInfo out, JsonbContainer *declaration, bool nullable);
static bool declared_required(JsonbContainer *declaration);
static void write_inferred(StringInfo out, const PmSchemaNode *node);
static void write_members(StringInfo out, const PmSchemaNode *node);
static void write_items(StringInfo out, const PmSchemaNode *node);
static const char *inferred_type(const PmSchemaNode *node);
static const char *inferred_description(const PmSchemaNode *node);
static const PmSchemaNode *find_child(const PmSchemaNode *node, const JsonbValue *name);
static void write_key(StringInfo out, const char *key);
static void write_value(StringInfo out, const JsonbValue *value);
static void add_name(StringInfo list, const char *name);
static bool member(JsonbContainer *object, const char *name, JsonbValue *value);
static bool flag(JsonbContainer *object, const char *name);

Jsonb *
pm_schema_write(const char *title, const PmSchemaNode *root, Jsonb *declarations)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoString(&out, "{\"$schema\": \"" DIALECT "\", \"type\": \"object\"");
	write_key(&out, "title");
	escape_json(&out, title);
	write_root(&out, root, declarations);
	appendStringInfoString(&out, ", \"additionalProperties\": true}");
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data)));
}

/* Declared variables first, then those that only the templates know. */
static void
write_root(StringInfo out, const PmSchemaNode *root, Jsonb *declarations)
{
	StringInfoData required;
	StringInfoData dependent;

	initStringInfo(&required);
	initStringInfo(&dependent);
	appendStringInfoString(out, ", \"properties\": {");
	if (declarations != NULL)
		write_declared_names(out, root, declarations, &required, &dependent);
	for (const PmSchemaNode *node = root->children; node != NULL; node = node->next)
	{
		if (declarations != NULL &&
			getKeyJsonValueFromContainer(&declarations->root, node->name, (int) node->name_len,
										 &(JsonbValue) {0}) != NULL)
			continue;
		write_key(out, node->name);
		write_inferred(out, node);
		if (node->required)
			add_name(&required, node->name);
	}
	appendStringInfo(out, "}, \"required\": [%s]", required.data);
	if (dependent.len > 0)
		appendStringInfo(out, ", \"dependentRequired\": {%s}", dependent.data);
}

static void
write_declared_names(StringInfo out, const PmSchemaNode *root, Jsonb *declarations,
					 StringInfo required, StringInfo dependent)
{
	JsonbIterator *walk = JsonbIteratorInit(&declarations->root);
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		const PmSchemaNode *node;
		char	   *key;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		key = pnstrdup(name.val.string.val, name.val.string.len);
		node = find_child(root, &name);
		write_key(out, key);
		if (value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data))
		{
			appendStringInfoString(out, "{}");
			continue;
		}
		write_declared(out, value.val.binary.data, node);
		if (declared_required(value.val.binary.data))
			add_name(required, key);
		if (member(value.val.binary.data, "requires", &value) && value.type == jbvBinary)
		{
			write_key(dependent, key);
			write_value(dependent, &value);
		}
	}
}

static void
write_declared(StringInfo out, JsonbContainer *declaration, const PmSchemaNode *node)
{
	static const char *const words[][2] = {
		{"default", "default"}, {"description", "description"}, {"examples", "examples"},
		{"minLength", "minLength"}, {"maxLength", "maxLength"}, {"pattern", "pattern"},
		{"min", "minimum"}, {"max", "maximum"}, {"minItems", "minItems"}, {"maxItems", "maxItems"}
	};
	bool		nullable = flag(declaration, "nullable");
	JsonbValue	value;

	appendStringInfoChar(out, '{');
	write_declared_type(out, declaration, nullable);
	write_enum(out, declaration, nullable);
	for (int i = 0; i < (int) lengthof(words); i++)
	{
		if (!member(declaration, words[i][0], &value))
			continue;
		write_key(out, words[i][1]);
		write_value(out, &value);
	}
	if (node != NULL)
	{
		write_members(out, node);
		write_items(out, node);
	}
	appendStringInfoChar(out, '}');
}

/* Type context is anything at all; a value to be coerced comes as a text. */
static void
write_declared_type(StringInfo out, JsonbContainer *declaration, bool nullable)
{
	JsonbValue	type;
	char	   *word;
	bool		coerced;

	if (!member(declaration, "type", &type) || type.type != jbvString)
		return;
	word = pnstrdup(type.val.string.val, type.val.string.len);
	if (strcmp(word, "context") == 0)
		return;
	write_key(out, "type");
	coerced = flag(declaration, "coerce") && strcmp(word, "string") != 0;
	if (nullable || coerced)
		appendStringInfoChar(out, '[');
	escape_json(out, word);
	appendStringInfoString(out, coerced ? ", \"string\"" : "");
	appendStringInfoString(out, nullable ? ", \"null\"" : "");
	if (nullable || coerced)
		appendStringInfoChar(out, ']');
}

/* Null must be among the values where it is allowed. */
static void
write_enum(StringInfo out, JsonbContainer *declaration, bool nullable)
{
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		first = true;

	if (!member(declaration, "enum", &value) || value.type != jbvBinary ||
		!JsonContainerIsArray(value.val.binary.data))
		return;
	write_key(out, "enum");
	appendStringInfoChar(out, '[');
	walk = JsonbIteratorInit(value.val.binary.data);
	while ((token = JsonbIteratorNext(&walk, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		nullable = nullable && value.type != jbvNull;
		appendStringInfoString(out, first ? "" : ", ");
		write_value(out, &value);
		first = false;
	}
	if (nullable)
		appendStringInfoString(out, first ? "null" : ", null");
	appendStringInfoChar(out, ']');
}

/* Without a word about it a declared variable is required. */
static bool
declared_required(JsonbContainer *declaration)
{
	JsonbValue	value;

	if (member(declaration, "default", &value))
		return false;
	if (member(declaration, "required", &value) && value.type == jbvBool)
		return value.val.boolean;
	return !member(declaration, "requiredIf", &value);
}

static void
write_inferred(StringInfo out, const PmSchemaNode *node)
{
	const char *type = inferred_type(node);
	const char *description = inferred_description(node);

	check_stack_depth();
	appendStringInfoChar(out, '{');
	if (type != NULL)
	{
		write_key(out, "type");
		appendStringInfoString(out, type);
	}
	if (description != NULL)
	{
		write_key(out, "description");
		escape_json(out, description);
	}
	write_members(out, node);
	write_items(out, node);
	appendStringInfoChar(out, '}');
}

static void
write_members(StringInfo out, const PmSchemaNode *node)
{
	StringInfoData required;

	if (node->children == NULL)
		return;
	initStringInfo(&required);
	write_key(out, "properties");
	appendStringInfoChar(out, '{');
	for (const PmSchemaNode *child = node->children; child != NULL; child = child->next)
	{
		write_key(out, child->name);
		write_inferred(out, child);
		if (child->required)
			add_name(&required, child->name);
	}
	appendStringInfoChar(out, '}');
	if (required.len > 0)
		appendStringInfo(out, ", \"required\": [%s]", required.data);
}

static void
write_items(StringInfo out, const PmSchemaNode *node)
{
	if (node->placeholder)
		appendStringInfoString(out, ", \"items\": {\"type\": \"object\"}");
	else if (node->items != NULL)
	{
		write_key(out, "items");
		write_inferred(out, node->items);
	}
}

/* The type as JSON, or NULL where several would do. */
static const char *
inferred_type(const PmSchemaNode *node)
{
	if (node->placeholder)
		return "\"array\"";
	if (node->printed || node->section || node->condition)
		return NULL;
	if (node->each)
		return node->items != NULL && node->children == NULL ? "\"array\"" : "[\"array\", \"object\"]";
	if (node->with)
		return "[\"object\", \"null\"]";
	return node->children != NULL ? "\"object\"" : NULL;
}

static const char *
inferred_description(const PmSchemaNode *node)
{
	if (node->placeholder)
		return "Chat messages.";
	if (node->section && !node->printed)
		return "A list to repeat a section for, or what decides whether the section appears.";
	if (node->condition && !node->printed && !node->each && !node->with && node->children == NULL)
		return "Used in a condition.";
	return NULL;
}

static const PmSchemaNode *
find_child(const PmSchemaNode *node, const JsonbValue *name)
{
	const PmSchemaNode *child = node->children;

	while (child != NULL &&
		   (child->name_len != (uint32) name->val.string.len ||
			memcmp(child->name, name->val.string.val, child->name_len) != 0))
		child = child->next;
	return child;
}

/* ", "key": " unless it is the first of its object */
static void
write_key(StringInfo out, const char *key)
{
	if (out->len > 0 && out->data[out->len - 1] != '{')
		appendStringInfoString(out, ", ");
	escape_json(out, key);
	appendStringInfoString(out, ": ");
}

static void
write_value(StringInfo out, const JsonbValue *value)
{
	Jsonb	   *document = JsonbValueToJsonb(unconstify(JsonbValue *, value));

	(void) JsonbToCString(out, &document->root, VARSIZE(document));
}

static void
add_name(StringInfo list, const char *name)
{
	if (list->len > 0)
		appendStringInfoString(list, ", ");
	escape_json(list, name);
}

static bool
member(JsonbContainer *object, const char *name, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(object, name, (int) strlen(name), value) != NULL;
}

static bool
flag(JsonbContainer *object, const char *name)
{
	JsonbValue	value;

	return member(object, name, &value) && value.type == jbvBool && value.val.boolean;
}
