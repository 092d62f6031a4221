/*
 * pm_validate.c
 *		All that is wrong with a template.
 *
 * The compiler finds what is wrong in the text itself.  Where the options give
 * partials, the references to them are followed as a render would, whatever
 * the data: one that does not exist, does not compile or leads back to itself
 * is an error at the place of the reference in the template.
 *
 * Each partial is looked at once, so that a thousand references to each other
 * cost a thousand looks and not an exponential number.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "pm_declare.h"
#include "pm_error.h"
#include "pm_validate.h"

typedef struct Partial
{
	const char *name;
	uint32_t	len;
	const PmProgram *program;	/* NULL: not looked at yet */
	bool		open;			/* on the way to what is looked at now */
	bool		bad;			/* it, or what it refers to, is in error */
} Partial;

/* One step of the way from the template to the reference at hand. */
typedef struct Step
{
	Partial    *partial;		/* NULL: the template itself */
	const PmProgram *program;
	uint32_t	pos;			/* in its references */
} Step;

typedef struct Walk
{
	const PmSettings *settings;
	PmArena		arena;
	PmCompileResult *result;
	Partial    *partials;
	int			npartials;
	Step		steps[PM_MAX_CALLS + 1];
	int			depth;			/* steps after the first */
	uint32_t	offset;			/* of the reference in the template */
} Walk;

static void list_partials(Walk *walk);
static void follow(Walk *walk, const PmPartialRef *ref);
static Partial *find_partial(Walk *walk, const PmPartialRef *ref);
static bool compile_partial(Walk *walk, Partial *partial);
static void leave(Walk *walk);
static char *cycle_text(const Walk *walk, const Partial *partial);
static void add_finding(Walk *walk, PmStatus status, const char *code, const char *message);

void
pm_validate(const char *src, size_t len, const PmSettings *settings, PmCompileResult *result)
{
	PmArena		arena = {.alloc = pm_arena_palloc};
	PmPartialRef ref;
	bool		dynamic;
	uint32_t	offset;
	Walk	   *walk;

	(void) pm_tmpl_compile(src, len, &settings->compile, &arena, result);
	if (result->program != NULL && settings->declarations != NULL)
		pm_declare_validate(settings->declarations, result->program, settings->compile.char_len, result);
	/* to Mustache a missing partial is empty, and one may call itself */
	if (result->program == NULL || settings->partials == NULL ||
		settings->compile.format != PM_FORMAT_PROMPT ||
		settings->render.on_missing == PM_ON_MISSING_EMPTY)
		return;
	walk = palloc0(sizeof(Walk));
	walk->settings = settings;
	walk->arena = arena;
	walk->result = result;
	list_partials(walk);
	walk->steps[0].program = result->program;
	while (walk->depth >= 0)
	{
		Step	   *step = &walk->steps[walk->depth];

		CHECK_FOR_INTERRUPTS();
		if (!pm_tmpl_next_partial(step->program, &step->pos, &ref, &dynamic, &offset))
			leave(walk);
		else
		{
			if (walk->depth == 0)
				walk->offset = offset;
			if (!dynamic && ref.selector_kind == PM_SELECT_NONE)
				follow(walk, &ref);
		}
	}
}

static void
list_partials(Walk *walk)
{
	JsonbContainer *object = &walk->settings->partials->root;
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	item;

	walk->partials = palloc0(sizeof(Partial) * (JsonContainerSize(object) + 1));
	while ((token = JsonbIteratorNext(&iterator, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			walk->partials[walk->npartials].name = item.val.string.val;
			walk->partials[walk->npartials++].len = item.val.string.len;
		}
		else if (token == WJB_VALUE && item.type != jbvString)
			pm_bad_argument("partials", "must map each name to a template");
	}
}

/* Goes into a partial, or finds what is wrong with the reference to it. */
static void
follow(Walk *walk, const PmPartialRef *ref)
{
	Partial    *partial = find_partial(walk, ref);
	Step	   *step;

	if (partial == NULL)
	{
		add_finding(walk, PM_ERR_PARTIAL_NOT_FOUND, "partial_not_found",
					psprintf("partial \"%s\" does not exist", pnstrdup(ref->name, ref->name_len)));
		return;
	}
	if (partial->open)
	{
		add_finding(walk, PM_ERR_PARTIAL_CYCLE, "partial_cycle", cycle_text(walk, partial));
		return;
	}
	if (partial->program == NULL && !partial->bad)
	{
		if (!compile_partial(walk, partial) || walk->depth >= PM_MAX_CALLS)
			return;
		partial->open = true;
		step = &walk->steps[++walk->depth];
		step->partial = partial;
		step->program = partial->program;
		step->pos = 0;
	}
	else if (partial->bad && walk->depth == 0)
		add_finding(walk, PM_ERR_ARGUMENT, "partial_error",
					psprintf("partial \"%s\" is in error", pnstrdup(ref->name, ref->name_len)));
}

/* Keys of jsonb are ordered by length, then bytes. */
static Partial *
find_partial(Walk *walk, const PmPartialRef *ref)
{
	int			low = 0;
	int			high = walk->npartials;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		Partial    *partial = &walk->partials[middle];
		int			order = partial->len == ref->name_len ?
			memcmp(partial->name, ref->name, ref->name_len) :
			partial->len < ref->name_len ? -1 : 1;

		if (order == 0)
			return partial;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool
compile_partial(Walk *walk, Partial *partial)
{
	PmCompileResult result;
	JsonbValue	source;

	(void) getKeyJsonValueFromContainer(&walk->settings->partials->root,
										partial->name, (int) partial->len, &source);
	if (pm_tmpl_compile(source.val.string.val, source.val.string.len,
						&walk->settings->compile, &walk->arena, &result) != PM_OK)
	{
		const PmError *error = result.diags;

		while (error->severity != PM_SEV_ERROR)
			error++;
		partial->bad = true;
		add_finding(walk, error->status, "partial_error",
					psprintf("partial \"%s\", line %u, column %u: %s",
							 pnstrdup(partial->name, partial->len),
							 error->line, error->column, error->message));
		return false;
	}
	partial->program = result.program;
	return true;
}

static void
leave(Walk *walk)
{
	Partial    *partial = walk->steps[walk->depth--].partial;

	if (partial != NULL)
		partial->open = false;
}

/* "partials form a cycle: a -> b -> a" */
static char *
cycle_text(const Walk *walk, const Partial *partial)
{
	StringInfoData text;
	int			first = walk->depth;

	while (walk->steps[first].partial != partial)
		first--;
	initStringInfo(&text);
	appendStringInfoString(&text, "partials form a cycle: ");
	for (int i = first; i <= walk->depth; i++)
	{
		appendBinaryStringInfo(&text, walk->steps[i].partial->name, walk->steps[i].partial->len);
		appendStringInfoString(&text, " -> ");
	}
	appendBinaryStringInfo(&text, partial->name, partial->len);
	return text.data;
}

/* Sorted in by place; what is wrong further in makes all on the way wrong. */
static void
add_finding(Walk *walk, PmStatus status, const char *code, const char *message)
{
	for (int i = 1; i <= walk->depth; i++)
		walk->steps[i].partial->bad = true;
	(void) pm_validate_add(walk->result, walk->settings->compile.char_len, walk->offset,
						   status, code, message);
}

PmError *
pm_validate_add(PmCompileResult *result, PmCharLen char_len, uint32_t offset,
				PmStatus status, const char *code, const char *message)
{
	PmError    *diag;
	size_t		len;
	const char *src = pm_tmpl_source(result->program, &len);
	int			at = result->ndiags;

	if (result->ndiags == PM_MAX_DIAGS)
		return NULL;
	while (at > 0 && result->diags[at - 1].offset > offset)
	{
		result->diags[at] = result->diags[at - 1];
		at--;
	}
	result->ndiags++;
	diag = &result->diags[at];
	memset(diag, 0, sizeof(*diag));
	diag->status = status;
	diag->severity = PM_SEV_ERROR;
	diag->code = code;
	diag->offset = offset;
	pm_tmpl_position(src, len, offset, char_len, &diag->line, &diag->column);
	strlcpy(diag->message, message, sizeof(diag->message));
	diag->message[pg_mbcliplen(diag->message, (int) strlen(diag->message),
							   PM_MESSAGE_LEN - 1)] = '\0';
	return diag;
}
