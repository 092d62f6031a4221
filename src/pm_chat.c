/*
 * pm_chat.c
 *		Rendering chat prompts.
 *
 * The messages are walked as JSON, and each string in them is a template of
 * its own: the JSON text is never templated, so no value can change its
 * structure.  Besides messages there may be placeholders, which a variable's
 * messages replace as they are, and any message may have a condition "if".  A
 * string that is a single tag with the filter "value", or an object
 * {"$var": "path"}, becomes the JSON value itself.
 *
 * Keys are not templates.  Roles come from a closed list, whatever they were
 * rendered from.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "pm_chat.h"
#include "pm_error.h"
#include "pm_extra.h"
#include "pm_jsonb.h"
#include "pm_trust.h"

#define MAX_MESSAGES 1000

typedef struct ChatWriter
{
	PmRender   *render;
	JsonbParseState *state;
	StringInfoData where;		/* path of the text being rendered */
	int			nmessages;
	int			depth;			/* of the value being written */
} ChatWriter;

static void write_element(ChatWriter *writer, JsonbValue *element);
static void write_placeholder(ChatWriter *writer, JsonbContainer *placeholder);
static void write_given_messages(ChatWriter *writer, const char *name,
								 JsonbContainer *messages, int32 max);
static void check_given_message(const char *name, const JsonbValue *message);
static void write_message(ChatWriter *writer, JsonbContainer *message);
static void write_node(ChatWriter *writer, JsonbIteratorToken token, JsonbValue *node);
static void write_node_inside(ChatWriter *writer, JsonbIteratorToken token, JsonbValue *node);
static void write_string(ChatWriter *writer, JsonbIteratorToken token, const char *src, size_t len);
static void write_array(ChatWriter *writer, JsonbContainer *array);
static void write_object(ChatWriter *writer, JsonbContainer *object, const char *skipped);
static void count_message(ChatWriter *writer);
static void check_role(ChatWriter *writer, const char *role, size_t len);

Jsonb *
pm_render_chat(PmRender *render, Jsonb *messages)
{
	ChatWriter	writer = {.render = render};
	JsonbIterator *walk = JsonbIteratorInit(&messages->root);
	JsonbValue	element;
	JsonbIteratorToken token;
	JsonbValue *result;
	int			index = 0;

	/* What is written points into programs until it is all written: pin them. */
	pm_render_own_context(render);
	initStringInfo(&writer.where);
	pushJsonbValue(&writer.state, WJB_BEGIN_ARRAY, NULL);
	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		resetStringInfo(&writer.where);
		appendStringInfo(&writer.where, "messages[%d]", index++);
		write_element(&writer, &element);
	}
	result = pushJsonbValue(&writer.state, WJB_END_ARRAY, NULL);
	render->where = NULL;
	return JsonbValueToJsonb(result);
}

static void
write_element(ChatWriter *writer, JsonbValue *element)
{
	JsonbContainer *object;
	JsonbValue	member;

	if (element->type != jbvBinary || !JsonContainerIsObject(element->val.binary.data))
		pm_bad_argument("messages", "must contain objects only");
	object = element->val.binary.data;
	if (pm_chat_is_placeholder(object))
	{
		write_placeholder(writer, object);
		return;
	}
	if (pm_chat_member(object, "if", jbvString, &member))
	{
		writer->render->where = writer->where.data;
		if (!pm_render_condition(writer->render, member.val.string.val, member.val.string.len))
			return;
	}
	write_message(writer, object);
}

static void
write_placeholder(ChatWriter *writer, JsonbContainer *placeholder)
{
	JsonbValue	member;
	JsonbValue	given;
	bool		required;
	int32		max = MAX_MESSAGES;
	char	   *name;

	if (!pm_chat_member(placeholder, "name", jbvString, &member))
		pm_bad_argument("messages", "must have a name in each placeholder");
	name = pnstrdup(member.val.string.val, member.val.string.len);
	pm_extra_note_name(writer->render, name);
	required = !pm_chat_member(placeholder, "required", jbvBool, &member) || member.val.boolean;
	if (pm_chat_member(placeholder, "max", jbvNumeric, &member))
		max = DatumGetInt32(DirectFunctionCall1(numeric_int4, NumericGetDatum(member.val.numeric)));

	if (!pm_jsonb_member(writer->render->variables, name, &given) || given.type == jbvNull)
	{
		writer->render->where = writer->where.data;
		if (required)
			pm_render_missing(writer->render, name);
		return;
	}
	if (given.type != jbvBinary || !JsonContainerIsArray(given.val.binary.data))
		pm_bad_variable(name, "must be an array of messages");
	write_given_messages(writer, name, given.val.binary.data, max);
}

/* The last max of them, untouched: what a user wrote is never a template. */
static void
write_given_messages(ChatWriter *writer, const char *name, JsonbContainer *messages, int32 max)
{
	JsonbIterator *walk = JsonbIteratorInit(messages);
	int64		skip = (int64) JsonContainerSize(messages) - max;
	JsonbValue	message;
	PmValue		value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&walk, &message, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		check_given_message(name, &message);
		if (skip-- > 0)
			continue;
		count_message(writer);
		value = pm_value_container(PM_OBJECT, message.val.binary.data,
								   JsonContainerSize(message.val.binary.data));
		pm_trust_push(writer->render, &writer->state, WJB_ELEM, &value, name, strlen(name));
	}
}

static void
check_given_message(const char *name, const JsonbValue *message)
{
	JsonbValue	member;
	JsonbValue	calls;
	JsonbContainer *object;

	if (message->type != jbvBinary || !JsonContainerIsObject(message->val.binary.data))
		pm_bad_variable(name, "must be an array of messages");
	object = message->val.binary.data;
	if (!pm_chat_member(object, "role", jbvString, &member) || !pm_chat_is_role(&member))
		pm_bad_variable(name, "must have a known role in each message");

	/* An assistant's message that only calls tools has no content. */
	if (getKeyJsonValueFromContainer(object, "content", 7, &member) == NULL)
		member.type = jbvNull;
	if (member.type != jbvString &&
		!(member.type == jbvBinary && JsonContainerIsArray(member.val.binary.data)) &&
		!(member.type == jbvNull && getKeyJsonValueFromContainer(object, "tool_calls", 10, &calls) != NULL))
		pm_bad_variable(name, "must have text or a list of parts as the content of each message");
}

static void
write_message(ChatWriter *writer, JsonbContainer *message)
{
	count_message(writer);
	write_object(writer, message, "if");
}

static void
write_node(ChatWriter *writer, JsonbIteratorToken token, JsonbValue *node)
{
	if (++writer->depth > PM_CHAT_MAX_DEPTH)
		pm_chat_too_deep();
	write_node_inside(writer, token, node);
	writer->depth--;
}

static void
write_node_inside(ChatWriter *writer, JsonbIteratorToken token, JsonbValue *node)
{
	JsonbContainer *container;
	JsonbValue	path;

	if (node->type == jbvString)
	{
		write_string(writer, token, node->val.string.val, node->val.string.len);
		return;
	}
	if (node->type != jbvBinary)
	{
		pushJsonbValue(&writer->state, token, node);
		return;
	}
	container = node->val.binary.data;
	if (JsonContainerIsArray(container))
		write_array(writer, container);
	else if (JsonContainerSize(container) == 1 && pm_chat_member(container, "$var", jbvString, &path))
	{
		char	   *tag = psprintf("{{%.*s | value}}", path.val.string.len, path.val.string.val);

		write_string(writer, token, tag, strlen(tag));
	}
	else
		write_object(writer, container, NULL);
}

static void
write_string(ChatWriter *writer, JsonbIteratorToken token, const char *src, size_t len)
{
	PmValue		value;
	text	   *rendered;

	writer->render->where = writer->where.data;
	if (pm_render_value(writer->render, src, len, &value, &rendered))
	{
		char	   *root = pm_render_root_variable(writer->render, src, len);

		pm_trust_push(writer->render, &writer->state, token, &value, root, strlen(root));
		return;
	}
	value = pm_value_string(VARDATA(rendered), VARSIZE(rendered) - VARHDRSZ);
	pm_jsonb_push(&writer->state, token, &value);
}

static void
write_array(ChatWriter *writer, JsonbContainer *array)
{
	JsonbIterator *walk = JsonbIteratorInit(array);
	int			outer = writer->where.len;
	int			index = 0;
	JsonbValue	item;
	JsonbIteratorToken token;

	pushJsonbValue(&writer->state, WJB_BEGIN_ARRAY, NULL);
	while ((token = JsonbIteratorNext(&walk, &item, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		appendStringInfo(&writer->where, "[%d]", index++);
		write_node(writer, WJB_ELEM, &item);
		writer->where.len = outer;
		writer->where.data[outer] = '\0';
	}
	pushJsonbValue(&writer->state, WJB_END_ARRAY, NULL);
}

/* All members but one, where a message's own role is checked as it is written. */
static void
write_object(ChatWriter *writer, JsonbContainer *object, const char *skipped)
{
	JsonbIterator *walk = JsonbIteratorInit(object);
	int			outer = writer->where.len;
	JsonbValue	key;
	JsonbValue	item;
	JsonbIteratorToken token;

	pushJsonbValue(&writer->state, WJB_BEGIN_OBJECT, NULL);
	while ((token = JsonbIteratorNext(&walk, &key, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &item, true);
		if (skipped != NULL && pm_chat_word_is(&key, skipped))
			continue;
		appendStringInfo(&writer->where, ".%.*s", key.val.string.len, key.val.string.val);
		pushJsonbValue(&writer->state, WJB_KEY, &key);
		if (skipped != NULL && pm_chat_word_is(&key, "role") && item.type == jbvString)
		{
			text	   *role;

			writer->render->where = writer->where.data;
			role = pm_render_text(writer->render, item.val.string.val, item.val.string.len);
			check_role(writer, VARDATA(role), VARSIZE(role) - VARHDRSZ);
			item.val.string.val = VARDATA(role);
			item.val.string.len = VARSIZE(role) - VARHDRSZ;
			pushJsonbValue(&writer->state, WJB_VALUE, &item);
		}
		else
			write_node(writer, WJB_VALUE, &item);
		writer->where.len = outer;
		writer->where.data[outer] = '\0';
	}
	pushJsonbValue(&writer->state, WJB_END_OBJECT, NULL);
}

static void
count_message(ChatWriter *writer)
{
	if (++writer->nmessages > MAX_MESSAGES)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("more than %d messages", MAX_MESSAGES),
				 errhint("Give the placeholder a smaller \"max\", which keeps the last messages.")));
}

/* A role that is missing is told at the end, with all that is missing. */
static void
check_role(ChatWriter *writer, const char *role, size_t len)
{
	JsonbValue	word = {.type = jbvString};

	word.val.string.val = unconstify(char *, role);
	word.val.string.len = len;
	if (writer->render->missing == NIL && !pm_chat_is_role(&word))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%.*s\" is not a role", (int) len, role),
				 errdetail("[{\"path\": \"%s\", \"reason\": \"not a role\"}]", writer->where.data),
				 errhint("The roles are %s.", PM_CHAT_ROLES)));
}
