/*
 * pm_rules.c
 *		Rules of a prompt, read once: the cache of what was read from a jsonb
 *		object.
 *
 * An entry has a memory context of its own, which holds a copy of the object
 * and what was read from it.  It is built under the caller's context and moved
 * to the store on success, so an error frees it.  Only rules without a mistake
 * are kept.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "pm_rules.h"
#include "pm_store.h"

#define RULES_MAX_SOURCE (1024 * 1024)

typedef struct RulesEntry
{
	PmStored	stored;
	MemoryContext context;		/* holds this struct too */
	void	   *rules;
} RulesEntry;

static void drop_entry(PmStored *entry);

static PmStore store = {
	.name = "prompt_mgr rules",
	.nbuckets = 256,
	.max_entries = 256,
	.max_bytes = 8 * 1024 * 1024,
	.drop = drop_entry
};

static RulesEntry *read_entry(PmRulesKind kind, Jsonb *object, const char *path, PmRulesRead read);

void *
pm_rules_get(PmRulesKind kind, Jsonb *object, const char *path, PmRulesRead read, MemoryContext pin)
{
	PmContent	content = {.data = (char *) &object->root, .len = VARSIZE(object) - VARHDRSZ, .flags = kind};
	uint64		hash = pm_store_hash(&content);
	RulesEntry *entry = (RulesEntry *) pm_store_find(&store, &content, hash);

	if (entry == NULL)
	{
		entry = read_entry(kind, object, path, read);
		entry->stored.hash = hash;
		pm_store_make_room(&store, entry->stored.size);
		MemoryContextSetParent(entry->context, store.context);
		pm_store_add(&store, &entry->stored);
	}
	if (pin != NULL)
		pm_store_pin(&entry->stored, pin);
	return entry->rules;
}

static RulesEntry *
read_entry(PmRulesKind kind, Jsonb *object, const char *path, PmRulesRead read)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "prompt_mgr rules of a prompt",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext caller = CurrentMemoryContext;
	RulesEntry *entry = MemoryContextAllocZero(context, sizeof(RulesEntry));
	PmRulesReader reader = {.path = path};
	Jsonb	   *copy;

	pm_problems_init(&reader.problems);
	if (VARSIZE(object) > RULES_MAX_SOURCE)
		pm_problem_add(&reader.problems, path, NULL, NULL, "must not be larger than 1 MB");
	pm_problems_raise(&reader.problems);
	reader.scratch = AllocSetContextCreate(caller, "prompt_mgr rules reading", ALLOCSET_SMALL_SIZES);

	MemoryContextSwitchTo(context);
	copy = palloc(VARSIZE(object));
	memcpy(copy, object, VARSIZE(object));
	entry->rules = read(&reader, copy);
	MemoryContextSwitchTo(caller);
	pm_problems_raise(&reader.problems);
	MemoryContextDelete(reader.scratch);

	entry->context = context;
	entry->stored.content.data = (char *) &copy->root;
	entry->stored.content.len = VARSIZE(copy) - VARHDRSZ;
	entry->stored.content.flags = kind;
	entry->stored.size = MemoryContextMemAllocated(context, true) + reader.size;
	return entry;
}

static void
drop_entry(PmStored *entry)
{
	MemoryContextDelete(((RulesEntry *) entry)->context);
}

void
pm_rules_problem(PmRulesReader *reader, const JsonbValue *member, const char *key, const char *reason)
{
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	char	   *path = member == NULL ? pstrdup(reader->path) :
		psprintf("%s.%.*s", reader->path, member->val.string.len, member->val.string.val);

	if (key != NULL)
		path = psprintf("%s.%s", path, key);
	pm_problem_add(&reader->problems, path, NULL, NULL, "%s", reason);
	MemoryContextSwitchTo(old);
}

int64
pm_rules_integer(PmRulesReader *reader, const JsonbValue *member, const char *key,
				 const JsonbValue *value, int64 min, int64 max, int64 fallback)
{
	if (value->type == jbvNumeric)
	{
		Datum		number = NumericGetDatum(value->val.numeric);
		Datum		whole = DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0));
		Datum		least = DirectFunctionCall1(int8_numeric, Int64GetDatum(min));
		Datum		most = DirectFunctionCall1(int8_numeric, Int64GetDatum(max));

		if (DatumGetBool(DirectFunctionCall2(numeric_eq, number, whole)) &&
			DatumGetBool(DirectFunctionCall2(numeric_ge, number, least)) &&
			DatumGetBool(DirectFunctionCall2(numeric_le, number, most)))
			return DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
	}
	pm_rules_problem(reader, member, key,
					 psprintf("must be an integer from " INT64_FORMAT " to " INT64_FORMAT, min, max));
	return fallback;
}

bool
pm_rules_flag(PmRulesReader *reader, const JsonbValue *member, const char *key, const JsonbValue *value)
{
	if (value->type == jbvBool)
		return value->val.boolean;
	pm_rules_problem(reader, member, key, "must be true or false");
	return false;
}

JsonbValue *
pm_rules_strings(PmRulesReader *reader, const JsonbValue *member, const char *key,
				 const JsonbValue *value, int *n)
{
	JsonbValue *strings;
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	element;
	bool		broken = false;

	*n = 0;
	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
	{
		pm_rules_problem(reader, member, key, "must be an array of strings");
		return NULL;
	}
	strings = palloc(sizeof(JsonbValue) * (JsonContainerSize(value->val.binary.data) + 1));
	walk = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (element.type == jbvString && element.val.string.len > 0)
			strings[(*n)++] = element;
		else
			broken = true;
	}
	if (broken)
		pm_rules_problem(reader, member, key, "must be an array of strings, none of them empty");
	return strings;
}

bool
pm_rules_is(const JsonbValue *value, const char *word)
{
	return value->type == jbvString && value->val.string.len == (int) strlen(word) &&
		memcmp(value->val.string.val, word, value->val.string.len) == 0;
}

char *
pm_rules_cstring(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}
