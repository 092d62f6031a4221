/*
 * pm_declare.c
 *		Declared variables: the declarations of a prompt.
 *
 * They are read once for each different text of them and kept, see pm_rules.h.
 */
#include "postgres.h"

#include "pm_declare.h"

#define MAX_VARIABLES 1000

static void *read_declarations(PmRulesReader *reader, Jsonb *object);
static void list_untrusted(PmDeclarations *all);

const PmDeclarations *
pm_declare_get(Jsonb *declarations, const char *path, MemoryContext pin)
{
	return pm_rules_get(PM_RULES_DECLARATIONS, declarations, path, read_declarations, pin);
}

const PmDeclaration *
pm_declare_find(const PmDeclarations *declarations, const char *name, size_t len)
{
	int			number = pm_declare_number(declarations, name, len);

	return number < 0 ? NULL : &declarations->items[number];
}

/* jsonb sorts the keys of an object by length first. */
int
pm_declare_number(const PmDeclarations *declarations, const char *name, size_t len)
{
	int			low = 0;
	int			high = declarations->n;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		const JsonbValue *other = &declarations->items[middle].name;
		int			order = (int) len - other->val.string.len;

		if (order == 0)
			order = memcmp(name, other->val.string.val, len);
		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

static void *
read_declarations(PmRulesReader *reader, Jsonb *object)
{
	PmDeclarations *all = palloc0(sizeof(PmDeclarations));
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	item;
	JsonbValue *values;

	if (!JB_ROOT_IS_OBJECT(object))
		pm_rules_problem(reader, NULL, NULL, "must be a JSON object");
	else if (JB_ROOT_COUNT(object) > MAX_VARIABLES)
		pm_rules_problem(reader, NULL, NULL, psprintf("must not declare more than %d variables", MAX_VARIABLES));
	if (reader->problems.n > 0)
		return all;

	all->items = palloc0_array(PmDeclaration, JB_ROOT_COUNT(object) + 1);
	values = palloc_array(JsonbValue, JB_ROOT_COUNT(object) + 1);
	walk = JsonbIteratorInit(&object->root);
	while ((token = JsonbIteratorNext(&walk, &item, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		all->items[all->n].name = item;
		all->items[all->n].cname = pm_rules_cstring(&item);
		(void) JsonbIteratorNext(&walk, &values[all->n], true);
		all->n++;
	}
	for (int i = 0; i < all->n; i++)
	{
		if (all->items[i].name.val.string.len == 0)
			pm_rules_problem(reader, NULL, NULL, "must not declare a variable without a name");
		if (values[i].type == jbvBinary && JsonContainerIsObject(values[i].val.binary.data))
			pm_declare_read(reader, all, i, values[i].val.binary.data);
		else
			pm_rules_problem(reader, &all->items[i].name, NULL, "must be a JSON object");
	}
	list_untrusted(all);
	return all;
}

static void
list_untrusted(PmDeclarations *all)
{
	all->untrusted = palloc_array(const char *, all->n + 1);
	for (int i = 0; i < all->n; i++)
		if (all->items[i].untrusted)
			all->untrusted[all->nuntrusted++] = all->items[i].cname;
}
