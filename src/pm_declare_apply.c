/*
 * pm_declare_apply.c
 *		Declared variables: what a prompt is rendered with.
 *
 * For each declared variable in turn: find the value or take the default,
 * coerce, check; then what the variables ask of each other; then validators,
 * for values that are good so far.  All failures are told at once.  Only then
 * are values sanitized and formatted, so the rules see what the caller gave.
 *
 * Under on_missing "keep" what is not given is left for a later rendering: no
 * default applies and nothing is required.
 *
 * All but the result is allocated in a context of its own, which also pins the
 * declarations: a validator may render prompts itself.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "pm_constraint.h"
#include "pm_declare.h"
#include "pm_error.h"
#include "pm_validator.h"

/* What is known of one declared variable. */
typedef struct State
{
	JsonbValue	value;
	bool		given;			/* by the caller, and not as "not given" */
	bool		present;		/* given, or by its default */
	bool		changed;		/* value is not what the caller's jsonb has */
	bool		failed;
} State;

typedef struct Applying
{
	const char *prompt;
	const PmSettings *settings;
	const PmDeclarations *declarations;
	Jsonb	   *variables;
	State	   *states;
	bool		keep;
	PmProblems	problems;
} Applying;

static void find_value(Applying *applying, int number);
static void check_relations(Applying *applying, int number);
static bool is_required(const Applying *applying, const PmDeclaration *declaration);
static void run_validator(Applying *applying, int number);
static void finish_value(Applying *applying, int number);
static Jsonb *build(const Applying *applying, MemoryContext caller);

Jsonb *
pm_declare_apply(const char *prompt, const PmSettings *settings, Jsonb *variables)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext own = AllocSetContextCreate(caller, "prompt_mgr declarations", ALLOCSET_DEFAULT_SIZES);
	PmDeclarations none = {0};
	Applying	applying = {
		.prompt = prompt,
		.settings = settings,
		.declarations = &none,
		.variables = variables,
		.keep = settings->render.on_missing == PM_ON_MISSING_KEEP
	};
	bool		changed = false;
	Jsonb	   *result = variables;

	if (!JB_ROOT_IS_OBJECT(variables))
		pm_bad_argument("variables", "must be a JSON object");
	MemoryContextSwitchTo(own);
	pm_problems_init(&applying.problems);
	if (settings->declarations != NULL)
		applying.declarations = pm_declare_get(settings->declarations,
											   prompt != NULL ? "variables" : "declared", own);
	applying.states = palloc0_array(State, applying.declarations->n + 1);
	for (int i = 0; i < applying.declarations->n; i++)
		find_value(&applying, i);
	for (int i = 0; i < applying.declarations->n; i++)
		check_relations(&applying, i);
	if (settings->constraints != NULL && !applying.keep)
		pm_constraint_check_given(settings->constraints, applying.declarations, variables, &applying.problems);
	for (int i = 0; i < applying.declarations->n; i++)
		run_validator(&applying, i);
	pm_problems_raise_values(&applying.problems, prompt);
	for (int i = 0; i < applying.declarations->n; i++)
	{
		finish_value(&applying, i);
		changed |= applying.states[i].changed;
	}
	if (changed)
		result = build(&applying, caller);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(own);
	return result;
}

/* Null is no value where the variable is not nullable. */
static void
find_value(Applying *applying, int number)
{
	const PmDeclaration *declaration = &applying->declarations->items[number];
	State	   *state = &applying->states[number];
	bool		found = getKeyJsonValueFromContainer(&applying->variables->root, declaration->name.val.string.val,
													 declaration->name.val.string.len, &state->value) != NULL;

	state->given = found && (state->value.type != jbvNull || declaration->nullable);
	state->present = state->given;
	if (state->given && state->value.type != jbvNull)
	{
		state->changed = pm_declare_coerce(declaration, &state->value);
		state->failed = !pm_declare_check_value(declaration, declaration->cname, &state->value,
												&applying->problems);
	}
	if (state->given || applying->keep)
		return;
	if (declaration->has_default)
	{
		state->value = declaration->fallback;
		state->present = state->changed = true;
		return;
	}
	/* an optional variable prints nothing rather than being missing */
	state->changed = !found;
	state->value.type = jbvNull;
}

static void
check_relations(Applying *applying, int number)
{
	const PmDeclarations *all = applying->declarations;
	const PmDeclaration *declaration = &all->items[number];
	const State *state = &applying->states[number];

	if (!applying->keep && !state->present && is_required(applying, declaration))
		pm_problem_add(&applying->problems, declaration->cname,
					   declaration->required ? "required" : "requiredIf", NULL, "must be given");
	if (!state->given || state->value.type == jbvNull)
		return;
	for (int i = 0; i < declaration->requires.n && !applying->keep; i++)
	{
		const PmDeclaration *other = &all->items[declaration->requires.items[i]];

		if (!applying->states[declaration->requires.items[i]].present)
			pm_problem_add(&applying->problems, other->cname, "requires", NULL,
						   "must be given together with \"%s\"", declaration->cname);
	}
	for (int i = 0; i < declaration->excludes.n; i++)
	{
		const State *other = &applying->states[declaration->excludes.items[i]];

		if (other->given && other->value.type != jbvNull)
			pm_problem_add(&applying->problems, declaration->cname, "excludes", NULL,
						   "must not be given together with \"%s\"",
						   all->items[declaration->excludes.items[i]].cname);
	}
}

static bool
is_required(const Applying *applying, const PmDeclaration *declaration)
{
	const State *asked;

	if (declaration->required || declaration->required_if < 0)
		return declaration->required;
	asked = &applying->states[declaration->required_if];
	if (!asked->present)
		return false;
	if (declaration->has_equals)
		return pm_declare_equal(&asked->value, &declaration->equals);
	return asked->value.type != jbvNull;
}

static void
run_validator(Applying *applying, int number)
{
	const PmDeclaration *declaration = &applying->declarations->items[number];
	State	   *state = &applying->states[number];
	JsonbValue	value = state->value;
	const char *reason;

	if (declaration->validate == NULL || state->failed || !state->given || value.type == jbvNull)
		return;
	reason = pm_validator_run(declaration->validate, applying->prompt == NULL, JsonbValueToJsonb(&value));
	if (reason != NULL)
		pm_problem_add(&applying->problems, declaration->cname, "validate", pm_declare_text(&value),
					   "%s", reason);
}

static void
finish_value(Applying *applying, int number)
{
	State	   *state = &applying->states[number];

	if (state->present &&
		pm_declare_format(&applying->declarations->items[number], applying->settings, &state->value))
		state->changed = true;
}

/* The caller's members and the changed ones, in the caller's memory. */
static Jsonb *
build(const Applying *applying, MemoryContext caller)
{
	JsonbParseState *parse = NULL;
	JsonbIterator *walk = JsonbIteratorInit(&applying->variables->root);
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue	value;
	JsonbValue *object;

	(void) pushJsonbValue(&parse, WJB_BEGIN_OBJECT, NULL);
	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		int			number;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		number = pm_declare_number(applying->declarations, name.val.string.val, name.val.string.len);
		if (number >= 0 && applying->states[number].changed)
			continue;
		(void) pushJsonbValue(&parse, WJB_KEY, &name);
		(void) pushJsonbValue(&parse, WJB_VALUE, &value);
	}
	for (int i = 0; i < applying->declarations->n; i++)
	{
		if (!applying->states[i].changed)
			continue;
		name = applying->declarations->items[i].name;
		(void) pushJsonbValue(&parse, WJB_KEY, &name);
		(void) pushJsonbValue(&parse, WJB_VALUE, &applying->states[i].value);
	}
	object = pushJsonbValue(&parse, WJB_END_OBJECT, NULL);
	MemoryContextSwitchTo(caller);
	return JsonbValueToJsonb(object);
}
