/*
 * pm_schema.c
 *		JSON Schema of the variables that a prompt needs.
 *
 * Two sources speak of a variable: its declaration, and how the templates use
 * it.  The uses are gathered first, as a tree of names; then the tree is
 * written, and a declaration stands in the place of what was inferred.
 *
 * The schema must not refuse what would render.  So a type is inferred only
 * where nothing else will do: a path through a name makes it an object, #each
 * over items with members makes it an array, but a section may be given a list,
 * an object, a text or a truth.  What is looked at in a branch alone is not
 * required, and names inside a list may as well be found outside of it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "pm_render.h"
#include "pm_schema.h"
#include "pm_schema_write.h"

typedef struct Builder
{
	PmSchemaNode *root;
	const PmSettings *settings;
	bool		optional;		/* what is read now may be left out */
} Builder;

static void add_messages(Builder *builder, Jsonb *messages);
static void add_element(Builder *builder, JsonbContainer *element);
static void add_strings(Builder *builder, JsonbContainer *container, const char *skipped);
static void add_template(Builder *builder, const char *src, size_t len);
static void add_condition(Builder *builder, const JsonbValue *condition);
static void add_placeholder(Builder *builder, JsonbContainer *element);
static void add_program(Builder *builder, const PmProgram *program, bool condition);
static PmSchemaNode *find_path(PmSchemaNode *root, const char *path, uint32_t len, bool required);
static bool is_number(const char *text, uint32_t len);
static PmSchemaNode *find_child(PmSchemaNode *node, const char *name, uint32_t len);
static bool member(JsonbContainer *object, const char *name, enum jbvType type, JsonbValue *value);

Jsonb *
pm_schema_build(const char *name, const PmVersion *version)
{
	Builder		builder = {0};
	PmSettings	settings;

	pm_read_settings(version->format, version->escape, NULL, &settings);
	builder.root = palloc0(sizeof(PmSchemaNode));
	builder.settings = &settings;
	if (version->template != NULL)
		add_template(&builder, VARDATA_ANY(version->template),
					 VARSIZE_ANY_EXHDR(version->template));
	else
		add_messages(&builder, version->messages);
	return pm_schema_write(name, builder.root, version->declarations);
}

static void
add_messages(Builder *builder, Jsonb *messages)
{
	JsonbIterator *walk = JsonbIteratorInit(&messages->root);
	JsonbIteratorToken token;
	JsonbValue	element;

	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
		if (token == WJB_ELEM && element.type == jbvBinary &&
			JsonContainerIsObject(element.val.binary.data))
			add_element(builder, element.val.binary.data);
}

/* A message, perhaps under a condition, or a placeholder for messages. */
static void
add_element(Builder *builder, JsonbContainer *element)
{
	JsonbValue	value;

	if (member(element, "type", jbvString, &value) &&
		value.val.string.len == 11 && memcmp(value.val.string.val, "placeholder", 11) == 0)
	{
		add_placeholder(builder, element);
		return;
	}
	builder->optional = member(element, "if", jbvString, &value);
	if (builder->optional)
		add_condition(builder, &value);
	add_strings(builder, element, "if");
	builder->optional = false;
}

/* Every string below, each a template; {"$var": "path"} is a path. */
static void
add_strings(Builder *builder, JsonbContainer *container, const char *skipped)
{
	JsonbIterator *walk = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		skip = false;

	check_stack_depth();
	if (JsonContainerIsObject(container) && JsonContainerSize(container) == 1 &&
		member(container, "$var", jbvString, &value))
	{
		PmSchemaNode *node = find_path(builder->root, value.val.string.val,
									   value.val.string.len, !builder->optional);

		if (node != NULL)
			node->printed = true;
		return;
	}
	while ((token = JsonbIteratorNext(&walk, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			skip = skipped != NULL && value.val.string.len == (int) strlen(skipped) &&
				memcmp(value.val.string.val, skipped, strlen(skipped)) == 0;
		else if (skip || (token != WJB_VALUE && token != WJB_ELEM))
			skip = false;
		else if (value.type == jbvString)
			add_template(builder, value.val.string.val, value.val.string.len);
		else if (value.type == jbvBinary)
			add_strings(builder, value.val.binary.data, NULL);
	}
}

static void
add_template(Builder *builder, const char *src, size_t len)
{
	add_program(builder, pm_compile(src, len, &builder->settings->compile, NULL), false);
}

static void
add_condition(Builder *builder, const JsonbValue *condition)
{
	PmArena		arena = {.alloc = pm_arena_palloc};
	PmCompileResult result;

	if (pm_tmpl_compile_cond(condition->val.string.val, condition->val.string.len,
							 &builder->settings->compile, &arena, &result) != PM_OK)
		pm_raise_compile(&result, NULL);
	add_program(builder, result.program, true);
}

static void
add_placeholder(Builder *builder, JsonbContainer *element)
{
	PmSchemaNode *node;
	JsonbValue	value;

	if (!member(element, "name", jbvString, &value))
		return;
	node = find_child(builder->root, value.val.string.val, value.val.string.len);
	node->placeholder = true;
	if (!member(element, "required", jbvBool, &value) || value.val.boolean)
		node->required = true;
}

static void
add_program(Builder *builder, const PmProgram *program, bool condition)
{
	PmArena		arena = {.alloc = pm_arena_palloc};
	const PmSettings *settings = builder->settings;
	const PmVariable *variables;
	uint32_t	n;

	variables = pm_tmpl_variables(program, settings->compile.char_len, &arena, &n);
	for (uint32_t i = 0; i < n; i++)
	{
		const PmVariable *use = &variables[i];
		bool		inserted = !condition && (use->kind == PM_VAR_VAR || use->kind == PM_VAR_RAW);
		bool		required = inserted && use->needed && !builder->optional &&
			settings->render.on_missing == PM_ON_MISSING_ERROR;
		PmSchemaNode *node;

		if (use->kind == PM_VAR_PARTIAL)
			continue;
		node = find_path(builder->root, use->path, use->path_len, required);
		if (node == NULL)
			continue;
		node->printed |= inserted;
		node->condition |= use->kind == PM_VAR_IF || condition;
		node->section |= use->kind == PM_VAR_SECTION || use->kind == PM_VAR_INVERTED;
		node->each |= use->kind == PM_VAR_EACH;
		node->with |= use->kind == PM_VAR_WITH;
	}
}

/*
 * The node of a path such as "user.name" or "items[].name"; NULL where it has
 * a number in it, which is a place in a list or the name of a member.
 */
static PmSchemaNode *
find_path(PmSchemaNode *root, const char *path, uint32_t len, bool required)
{
	PmSchemaNode *node = root;
	uint32_t	at = 0;

	while (at < len)
	{
		uint32_t	start = at;

		while (at < len && path[at] != '.' && (path[at] != '[' || at + 1 == len || path[at + 1] != ']'))
			at++;
		if (is_number(path + start, at - start))
		{
			node->printed = true;	/* it may be of any type */
			return NULL;
		}
		if (at > start)
		{
			node = find_child(node, path + start, at - start);
			node->required |= required;
		}
		for (; at + 1 < len && path[at] == '['; at += 2)
		{
			if (node->items == NULL)
				node->items = palloc0(sizeof(PmSchemaNode));
			node = node->items;
		}
		if (at < len && path[at] == '.')
			at++;
	}
	return node;
}

static bool
is_number(const char *text, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return len > 0;
}

static PmSchemaNode *
find_child(PmSchemaNode *node, const char *name, uint32_t len)
{
	PmSchemaNode **link = &node->children;

	while (*link != NULL && ((*link)->name_len != len || memcmp((*link)->name, name, len) != 0))
		link = &(*link)->next;
	if (*link == NULL)
	{
		*link = palloc0(sizeof(PmSchemaNode));
		(*link)->name = pnstrdup(name, len);
		(*link)->name_len = len;
	}
	return *link;
}

static bool
member(JsonbContainer *object, const char *name, enum jbvType type, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(object, name, (int) strlen(name), value) != NULL &&
		value->type == type;
}
