/*
 * pm_chat_check.c
 *		What messages may look like, asked when a chat prompt is saved.
 *
 * Everything that is wrong with the shape is told at once.  Texts are compiled
 * one after the other; the first that does not compile ends the check, with
 * its place in the messages.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "pm_cache.h"
#include "pm_chat.h"
#include "pm_error.h"
#include "pm_jsonb.h"

typedef struct ChatCheck
{
	Jsonb	   *messages;
	Jsonb	   *declarations;	/* NULL: none */
	const PmCompileOptions *options;
	StringInfoData problems;	/* members of the DETAIL array */
	const char *first;			/* the first one's reason */
} ChatCheck;

static const char *const roles[] = {
	"system", "developer", "user", "assistant", "tool", "function", "model", NULL
};

static void raise_problems(const ChatCheck *check);
static void check_element(ChatCheck *check, const char *where, JsonbValue *element);
static void check_placeholder(ChatCheck *check, const char *where, JsonbContainer *placeholder);
static bool is_identifier(const char *name, int len);
static bool is_count(const JsonbValue *value);
static void check_message(ChatCheck *check, const char *where, JsonbContainer *message);
static void compile_condition(ChatCheck *check, const char *where, const JsonbValue *condition);
static void check_role(ChatCheck *check, const char *where, JsonbContainer *message);
static bool role_is_declared(ChatCheck *check, const char *src, size_t len);
static void add_problem(ChatCheck *check, const char *where, const char *reason);
static void compile_text(void *ctx, const char *where, const char *src, size_t len);
static void check_use(ChatCheck *check, const char *where, const PmVariable *use);
static void each_text(JsonbContainer *container, StringInfo where, int depth,
					  PmChatVisit visit, void *ctx);

void
pm_chat_too_deep(void)
{
	ereport(ERROR,
			(errcode(PM_ERRCODE_LIMIT),
			 errmsg("messages are nested more than %d levels deep", PM_CHAT_MAX_DEPTH)));
	pg_unreachable();
}

bool
pm_chat_member(JsonbContainer *object, const char *key, int type, JsonbValue *member)
{
	return getKeyJsonValueFromContainer(object, key, (int) strlen(key), member) != NULL &&
		member->type == (enum jbvType) type;
}

bool
pm_chat_word_is(const JsonbValue *string, const char *word)
{
	return (size_t) string->val.string.len == strlen(word) &&
		memcmp(string->val.string.val, word, strlen(word)) == 0;
}

bool
pm_chat_is_placeholder(JsonbContainer *element)
{
	JsonbValue	type;

	return JsonContainerIsObject(element) &&
		pm_chat_member(element, "type", jbvString, &type) && pm_chat_word_is(&type, "placeholder");
}

bool
pm_chat_is_role(const JsonbValue *string)
{
	for (int i = 0; roles[i] != NULL; i++)
		if (pm_chat_word_is(string, roles[i]))
			return true;
	return false;
}

void
pm_check_chat(Jsonb *messages, Jsonb *declarations, const PmCompileOptions *options)
{
	ChatCheck	check = {.messages = messages, .declarations = declarations, .options = options};
	JsonbIterator *walk;
	JsonbValue	element;
	JsonbIteratorToken token;
	int			index = 0;

	initStringInfo(&check.problems);
	if (!JB_ROOT_IS_ARRAY(messages) || JB_ROOT_IS_SCALAR(messages) || JB_ROOT_COUNT(messages) == 0)
		pm_bad_argument("messages", "must be a JSON array with at least one message");
	walk = JsonbIteratorInit(&messages->root);
	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
		if (token == WJB_ELEM)
			check_element(&check, psprintf("messages[%d]", index++), &element);
	raise_problems(&check);
	pm_chat_each_text(messages, compile_text, &check);
	raise_problems(&check);
}

static void
raise_problems(const ChatCheck *check)
{
	if (check->first != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", check->first),
				 errdetail_internal("[%s]", check->problems.data)));
}

static void
check_element(ChatCheck *check, const char *where, JsonbValue *element)
{
	if (element->type != jbvBinary || !JsonContainerIsObject(element->val.binary.data))
		add_problem(check, where, "must be an object");
	else if (pm_chat_is_placeholder(element->val.binary.data))
		check_placeholder(check, where, element->val.binary.data);
	else
		check_message(check, where, element->val.binary.data);
}

static void
check_placeholder(ChatCheck *check, const char *where, JsonbContainer *placeholder)
{
	JsonbIterator *walk = JsonbIteratorInit(placeholder);
	JsonbValue	member;
	JsonbIteratorToken token;

	if (!pm_chat_member(placeholder, "name", jbvString, &member))
		add_problem(check, where, "must have a name");
	else if (!is_identifier(member.val.string.val, member.val.string.len))
		add_problem(check, where, "must have a name of letters, digits and \"_\" that begins with a letter");
	while ((token = JsonbIteratorNext(&walk, &member, true)) != WJB_DONE)
	{
		JsonbValue	value;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		if (pm_chat_word_is(&member, "required"))
		{
			if (value.type != jbvBool)
				add_problem(check, where, "must have true or false as required");
		}
		else if (pm_chat_word_is(&member, "max"))
		{
			if (!is_count(&value))
				add_problem(check, where, "must have a number from 1 to 1000 as max");
		}
		else if (!pm_chat_word_is(&member, "type") && !pm_chat_word_is(&member, "name"))
			add_problem(check, where, "may have only type, name, required and max");
	}
}

/* ASCII, whatever the locale. */
static bool
is_identifier(const char *name, int len)
{
	for (int i = 0; i < len; i++)
	{
		char		c = name[i];
		bool		letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_')))
			return false;
	}
	return len > 0;
}

static bool
is_count(const JsonbValue *value)
{
	float8		number;

	if (value->type != jbvNumeric)
		return false;
	number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
												NumericGetDatum(value->val.numeric)));
	return number >= 1 && number <= 1000;
}

static void
check_message(ChatCheck *check, const char *where, JsonbContainer *message)
{
	JsonbValue	member;

	check_role(check, where, message);
	if (getKeyJsonValueFromContainer(message, "if", 2, &member) != NULL)
	{
		if (member.type != jbvString)
			add_problem(check, where, "must have a condition in a string as if");
		else
			compile_condition(check, psprintf("%s.if", where), &member);
	}
	if (getKeyJsonValueFromContainer(message, "content", 7, &member) == NULL)
		add_problem(check, where, "must have content");
	else if (member.type != jbvString && member.type != jbvBinary && member.type != jbvNull)
		add_problem(check, where, "must have text or a list of parts as content");
}

static void
compile_condition(ChatCheck *check, const char *where, const JsonbValue *condition)
{
	PmCompileResult failure;

	if (pm_cache_get_condition(condition->val.string.val, condition->val.string.len,
							   check->options, NULL, &failure) == NULL)
		pm_raise_compile(&failure, where);
}

/* A role is one of the list, or comes from a variable that can be nothing else. */
static void
check_role(ChatCheck *check, const char *where, JsonbContainer *message)
{
	JsonbValue	role;

	if (!pm_chat_member(message, "role", jbvString, &role))
		add_problem(check, where, "must have a role");
	else if (!pm_chat_is_role(&role) &&
			 !role_is_declared(check, role.val.string.val, role.val.string.len))
		add_problem(check, where, "must have one of the roles " PM_CHAT_ROLES
					", or a single variable whose declared enum has no others");
}

static bool
role_is_declared(ChatCheck *check, const char *src, size_t len)
{
	const PmProgram *program = pm_compile(src, len, check->options, NULL);
	PmArena		arena = {pm_arena_palloc, NULL};
	const PmVariable *variables;
	uint32		n;
	JsonbValue	declaration;
	JsonbValue	allowed;
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	item;

	variables = pm_tmpl_variables(program, check->options->char_len, &arena, &n);
	if (check->declarations == NULL || n != 1 || pm_tmpl_literal_bytes(program) > 0 ||
		getKeyJsonValueFromContainer(&check->declarations->root, variables[0].path,
									 (int) variables[0].path_len, &declaration) == NULL ||
		declaration.type != jbvBinary || !JsonContainerIsObject(declaration.val.binary.data) ||
		!pm_chat_member(declaration.val.binary.data, "enum", jbvBinary, &allowed))
		return false;
	walk = JsonbIteratorInit(allowed.val.binary.data);
	while ((token = JsonbIteratorNext(&walk, &item, true)) != WJB_DONE)
		if (token == WJB_ELEM && (item.type != jbvString || !pm_chat_is_role(&item)))
			return false;
	return true;
}

static void
add_problem(ChatCheck *check, const char *where, const char *reason)
{
	appendStringInfoString(&check->problems, check->first != NULL ? ", {\"path\": " : "{\"path\": ");
	escape_json(&check->problems, where);
	appendStringInfoString(&check->problems, ", \"reason\": ");
	escape_json(&check->problems, reason);
	appendStringInfoChar(&check->problems, '}');
	if (check->first == NULL)
		check->first = psprintf("%s %s", where, reason);
}

static void
compile_text(void *ctx, const char *where, const char *src, size_t len)
{
	ChatCheck  *check = ctx;
	PmArena		arena = {.alloc = pm_arena_palloc};
	PmCompileResult failure;
	const PmProgram *program = pm_cache_get(src, len, check->options, NULL, &failure);
	const PmVariable *uses;
	uint32_t	n;

	if (program == NULL)
		pm_raise_compile(&failure, where);
	uses = pm_tmpl_variables(program, check->options->char_len, &arena, &n);
	for (uint32_t i = 0; i < n; i++)
		if (uses[i].kind == PM_VAR_VAR || uses[i].kind == PM_VAR_RAW)
			check_use(check, where, &uses[i]);
}

/* Messages are no text: a block may ask for them, but none prints them. */
static void
check_use(ChatCheck *check, const char *where, const PmVariable *use)
{
	JsonbIterator *walk = JsonbIteratorInit(&check->messages->root);
	JsonbValue	element;
	JsonbValue	name;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
		if (token == WJB_ELEM && pm_chat_is_placeholder(element.val.binary.data) &&
			pm_chat_member(element.val.binary.data, "name", jbvString, &name) &&
			use->path_len == (uint32_t) name.val.string.len &&
			memcmp(use->path, name.val.string.val, use->path_len) == 0)
			add_problem(check, where, psprintf("prints \"%.*s\", which is a placeholder for messages",
											   (int) use->path_len, use->path));
}

void
pm_chat_each_text(Jsonb *messages, PmChatVisit visit, void *ctx)
{
	StringInfoData where;

	initStringInfo(&where);
	appendStringInfoString(&where, "messages");
	each_text(&messages->root, &where, 0, visit, ctx);
}

/* Every string below a container but the words of placeholders and conditions. */
static void
each_text(JsonbContainer *container, StringInfo where, int depth, PmChatVisit visit, void *ctx)
{
	JsonbIterator *walk = JsonbIteratorInit(container);
	int			outer = where->len;
	int			index = 0;
	JsonbValue	item;
	JsonbIteratorToken token;

	if (depth > PM_CHAT_MAX_DEPTH)
		pm_chat_too_deep();
	while ((token = JsonbIteratorNext(&walk, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			bool		condition = pm_chat_word_is(&item, "if");

			appendStringInfo(where, ".%.*s", item.val.string.len, item.val.string.val);
			(void) JsonbIteratorNext(&walk, &item, true);
			if (condition)
				item.type = jbvNull;
		}
		else if (token == WJB_ELEM)
			appendStringInfo(where, "[%d]", index++);
		else
			continue;
		if (item.type == jbvString)
			visit(ctx, where->data, item.val.string.val, item.val.string.len);
		else if (item.type == jbvBinary && !pm_chat_is_placeholder(item.val.binary.data))
			each_text(item.val.binary.data, where, depth + 1, visit, ctx);
		where->len = outer;
		where->data[outer] = '\0';
	}
}
