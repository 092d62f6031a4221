/*
 * pm_declare_use.c
 *		Declared variables: what templates use against what is declared.
 *
 * The path of a use is as far from the root as the template alone can tell:
 * inside {{#items}} a name counts as a member of the items.  So a use never
 * counts as undeclared where it may be another one's member, nor a declaration
 * as unused where a name inside of a block may mean it.
 */
#include "postgres.h"

#include "utils/varlena.h"

#include "pm_declare.h"
#include "pm_validate.h"
#include "pm_validator.h"

/* Longer names are not compared when a misspelt one is guessed. */
#define MAX_GUESSED 255

/* A name that is used and not declared, at its first place. */
typedef struct Undeclared
{
	char	   *name;
	const PmVariable *use;
	char	   *hint;			/* or NULL */
} Undeclared;

static List *list_undeclared(const PmDeclarations *all, const PmProgram *program, PmCharLen char_len);
static void add_unused(const PmDeclarations *all, const PmProgram *program, PmCharLen char_len,
					   PmCompileResult *result);
static const PmVariable *list_uses(const PmProgram *program, PmCharLen char_len, uint32_t *n);
static const PmDeclaration *find_declared(const PmDeclarations *all, const PmVariable *use);
static bool begins_with(const PmVariable *use, const JsonbValue *name);
static size_t root_length(const PmVariable *use);
static char *guess(const PmDeclarations *all, const char *name, int len);

void
pm_declare_check(Jsonb *declarations, bool restored)
{
	const PmDeclarations *all = pm_declare_get(declarations, "variables", CurrentMemoryContext);
	PmProblems	problems;

	pm_problems_init(&problems);
	for (int i = 0; i < all->n && !restored; i++)
	{
		const PmDeclaration *declaration = &all->items[i];
		const char *reason = NULL;

		if (declaration->validate != NULL)
			reason = pm_validator_check(declaration->validate);
		if (reason != NULL)
			pm_problem_add(&problems, psprintf("variables.%s.validate", declaration->cname), NULL, NULL,
						   "%s", reason);
	}
	pm_problems_raise(&problems);
}

void
pm_declare_check_use(Jsonb *declarations, const PmProgram *program, const char *where, PmCharLen char_len)
{
	const PmDeclarations *all = pm_declare_get(declarations, "variables", CurrentMemoryContext);
	List	   *undeclared = list_undeclared(all, program, char_len);
	StringInfoData names;
	Undeclared *first;
	ListCell   *cell;

	if (undeclared == NIL)
		return;
	first = linitial(undeclared);
	initStringInfo(&names);
	foreach(cell, undeclared)
		appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", ((Undeclared *) lfirst(cell))->name);
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("%s%svariable%s not declared: %s", where != NULL ? where : "", where != NULL ? ": " : "",
					list_length(undeclared) == 1 ? " is" : "s are", names.data),
			 errdetail("line %u, column %u", first->use->first_line, first->use->first_column),
			 first->hint != NULL ? errhint("%s", first->hint) :
			 errhint("A prompt that declares variables declares all that its templates use.")));
}

void
pm_declare_validate(Jsonb *declarations, const PmProgram *program, PmCharLen char_len, PmCompileResult *result)
{
	const PmDeclarations *all = pm_declare_get(declarations, "declared", CurrentMemoryContext);
	uint32_t	pos = 0;
	PmPartialRef ref;
	bool		dynamic;
	uint32_t	offset;
	ListCell   *cell;

	foreach(cell, list_undeclared(all, program, char_len))
	{
		Undeclared *undeclared = lfirst(cell);
		PmError    *finding = pm_validate_add(result, char_len, undeclared->use->first_offset,
											  PM_ERR_SYNTAX, "undeclared_variable",
											  psprintf("variable \"%s\" is not declared", undeclared->name));

		if (finding != NULL && undeclared->hint != NULL)
			strlcpy(finding->hint, undeclared->hint, sizeof(finding->hint));
	}
	/* a partial may use what the template does not */
	if (!pm_tmpl_next_partial(program, &pos, &ref, &dynamic, &offset))
		add_unused(all, program, char_len, result);
}

static List *
list_undeclared(const PmDeclarations *all, const PmProgram *program, PmCharLen char_len)
{
	uint32_t	n;
	const PmVariable *uses = list_uses(program, char_len, &n);
	List	   *undeclared = NIL;

	for (uint32_t i = 0; i < n; i++)
	{
		Undeclared *new;
		ListCell   *cell;
		bool		known = false;

		if (uses[i].kind == PM_VAR_PARTIAL || find_declared(all, &uses[i]) != NULL)
			continue;
		new = palloc(sizeof(Undeclared));
		new->name = pnstrdup(uses[i].path, root_length(&uses[i]));
		new->use = &uses[i];
		new->hint = guess(all, new->name, strlen(new->name));
		foreach(cell, undeclared)
			known |= strcmp(((Undeclared *) lfirst(cell))->name, new->name) == 0;
		if (!known)
			undeclared = lappend(undeclared, new);
	}
	return undeclared;
}

static void
add_unused(const PmDeclarations *all, const PmProgram *program, PmCharLen char_len, PmCompileResult *result)
{
	bool	   *used = palloc0_array(bool, all->n + 1);
	uint32_t	n;
	const PmVariable *uses = list_uses(program, char_len, &n);

	for (uint32_t i = 0; i < n; i++)
	{
		const PmDeclaration *declared = find_declared(all, &uses[i]);

		if (declared != NULL)
			used[declared - all->items] = true;
		for (int d = 0; d < all->n && uses[i].depth > 0; d++)
			used[d] |= begins_with(&uses[i], &all->items[d].name);
	}
	for (int d = 0; d < all->n; d++)
	{
		PmError    *finding;

		if (used[d])
			continue;
		finding = pm_validate_add(result, char_len, 0, PM_OK, "unused_variable",
								  psprintf("variable \"%s\" is declared and not used", all->items[d].cname));
		if (finding != NULL)
			finding->severity = PM_SEV_WARNING;
	}
}

static const PmVariable *
list_uses(const PmProgram *program, PmCharLen char_len, uint32_t *n)
{
	PmArena		arena = {.alloc = pm_arena_palloc};

	return pm_tmpl_variables(program, char_len, &arena, n);
}

/* A declared name may itself hold the characters that part a path. */
static const PmDeclaration *
find_declared(const PmDeclarations *all, const PmVariable *use)
{
	for (uint32_t len = 1; len <= use->path_len; len++)
	{
		const PmDeclaration *declared;

		if (len < use->path_len && use->path[len] != '.' && use->path[len] != '[')
			continue;
		declared = pm_declare_find(all, use->path, len);
		if (declared != NULL)
			return declared;
	}
	return NULL;
}

/* Whether the use is written as a path from this name. */
static bool
begins_with(const PmVariable *use, const JsonbValue *name)
{
	uint32_t	len = (uint32_t) name->val.string.len;

	return use->name_len >= len && memcmp(use->name, name->val.string.val, len) == 0 &&
		(use->name_len == len || use->name[len] == '.');
}

static size_t
root_length(const PmVariable *use)
{
	uint32_t	len = 0;

	while (len < use->path_len && use->path[len] != '.' && use->path[len] != '[')
		len++;
	return len;
}

/* The declared name that is spelt most like it. */
static char *
guess(const PmDeclarations *all, const char *name, int len)
{
	int			limit = 1 + len / 4;
	int			best = limit + 1;
	char	   *hint = NULL;

	for (int i = 0; i < all->n && len <= MAX_GUESSED; i++)
	{
		const JsonbValue *other = &all->items[i].name;
		int			distance;

		if (other->val.string.len > MAX_GUESSED)
			continue;
		distance = varstr_levenshtein_less_equal(name, len, other->val.string.val, other->val.string.len,
												 1, 1, 1, limit, true);
		if (distance < best && distance < len)
		{
			best = distance;
			hint = psprintf("\"%s\" is declared; perhaps \"%s\" is misspelt.", all->items[i].cname, name);
		}
	}
	return hint;
}
