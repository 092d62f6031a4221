/*
 * pm_render.c
 *		Rendering: the core's engine as the server runs it.
 *
 * A rendering takes its memory from the caller's context.  Only where partials
 * are used does it have a context of its own, on which their programs are
 * pinned in the cache.  The output is written into a text datum from the
 * start, so the result is not copied.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "pm_cache.h"
#include "pm_catalog.h"
#include "pm_declare.h"
#include "pm_error.h"
#include "pm_extra.h"
#include "pm_jsonb.h"
#include "pm_render.h"
#include "pm_tokenizer.h"
#include "pm_trust.h"

/* Rough size of what the variables add; the buffer grows where it is short. */
#define VALUES_HINT 256

static text *run_text(PmRender *render, const PmProgram *program);
static void check_result(PmRender *render, PmStatus status, const PmRenderResult *result);
static void add_missing(PmRender *render, const PmMissing *missing, uint32 n);
static const PmProgram *load_program(PmRender *render, const char *src, size_t len);
static bool uses_partials(const PmProgram *program);
static void poll_interrupts(void *ctx);
static const PmProgram *load_partial(void *ctx, const PmPartialRef *ref);
static const PmProgram *load_given_partial(PmRender *render, const PmPartialRef *ref);
static const PmProgram *load_stored_partial(PmRender *render, const PmPartialRef *ref);

void
pm_render_begin(PmRender *render, const char *name, const char *label, const pg_uuid_t *version_id,
				Jsonb *variables, const PmSettings *settings)
{
	if (settings->declarations != NULL || settings->constraints != NULL)
		variables = pm_declare_apply(name, settings, variables);
	render->name = name;
	render->label = label;
	render->version_id = version_id;
	render->settings = settings;
	render->options = settings->render;
	render->options.name = name;
	render->options.name_len = name != NULL ? strlen(name) : 0;
	render->variables = variables;
	render->root = pm_jsonb_root(variables);
	render->own = NULL;
	render->where = NULL;
	render->missing = NIL;
	render->programs = NIL;
	render->names = NIL;
	render->host = (PmHost)
	{
		.arena = {pm_arena_palloc, NULL},
		.provider = pm_jsonb_provider,
		.ctx = render,
		.poll = poll_interrupts,
		.load_partial = load_partial,
		.truncate_tokens = pm_tokens_host_truncate,
		.char_len = settings->compile.char_len
	};
	pm_trust_begin(render);
}

text *
pm_render_text(PmRender *render, const char *src, size_t len)
{
	return run_text(render, load_program(render, src, len));
}

bool
pm_render_value(PmRender *render, const char *src, size_t len,
				PmValue *value, text **rendered)
{
	const PmProgram *program = load_program(render, src, len);
	PmRenderResult result;

	if (!pm_tmpl_is_value(program))
	{
		*rendered = run_text(render, program);
		return false;
	}
	check_result(render, pm_tmpl_eval(program, &render->root, &render->host,
									  &render->options, value, &result), &result);
	return true;
}

char *
pm_render_root_variable(PmRender *render, const char *src, size_t len)
{
	const PmProgram *program = load_program(render, src, len);
	uint32		n;
	const PmVariable *variables = pm_tmpl_variables(program, render->host.char_len,
													&render->host.arena, &n);
	size_t		end;

	if (n == 0)
		return pstrdup("");
	for (end = 0; end < variables[0].path_len && strchr(".[", variables[0].path[end]) == NULL; end++)
		;
	return pnstrdup(variables[0].path, end);
}

bool
pm_render_condition(PmRender *render, const char *src, size_t len)
{
	const PmProgram *program = pm_compile_condition(src, len, &render->settings->compile, render->own);
	PmRenderResult result;
	bool		truth = false;

	if (render->settings->on_extra != PM_ON_EXTRA_IGNORE)
	{
		pm_render_own_context(render);
		program = pm_compile_condition(src, len, &render->settings->compile, render->own);
		pm_extra_note_program(render, program);
	}

	check_result(render, pm_tmpl_eval_cond(program, &render->root, &render->host,
										   &render->options, &truth, &result), &result);
	return truth;
}

void
pm_render_missing(PmRender *render, const char *path)
{
	PmMissing  *missing = palloc0(sizeof(*missing));

	missing->path = path;
	missing->path_len = strlen(path);
	add_missing(render, missing, 1);
}

void
pm_render_end(PmRender *render)
{
	if (render->missing != NIL)
		pm_raise_missing(render);
	pm_extra_check(render);
	if (render->own != NULL)
		MemoryContextDelete(render->own);
}

const PmProgram *
pm_compile(const char *src, size_t len, const PmCompileOptions *options, MemoryContext pin)
{
	PmCompileResult failure;
	const PmProgram *program = pm_cache_get(src, len, options, pin, &failure);

	if (program == NULL)
		pm_raise_compile(&failure, NULL);
	return program;
}

const PmProgram *
pm_compile_condition(const char *src, size_t len, const PmCompileOptions *options, MemoryContext pin)
{
	PmCompileResult failure;
	const PmProgram *program = pm_cache_get_condition(src, len, options, pin, &failure);

	if (program == NULL)
		pm_raise_compile(&failure, NULL);
	return program;
}

static text *
run_text(PmRender *render, const PmProgram *program)
{
	PmRenderResult result;
	PmStatus	status;
	PmBuf		out;

	out.cap = VARHDRSZ + pm_tmpl_literal_bytes(program) + VALUES_HINT;
	out.data = palloc(out.cap);
	out.len = VARHDRSZ;
	out.grow = pm_render_grow;
	out.ctx = NULL;
	status = pm_tmpl_render(program, &render->root, &render->host,
							&render->options, &out, &result);
	check_result(render, status, &result);
	if (render->untrusted != NULL)
		pm_trust_finish_text(render, &out);
	SET_VARSIZE(out.data, out.len);
	return (text *) out.data;
}

/* Missing variables wait for the end, so that all are told at once. */
static void
check_result(PmRender *render, PmStatus status, const PmRenderResult *result)
{
	if (status == PM_ERR_MISSING)
		add_missing(render, result->missing, result->nmissing);
	else if (status != PM_OK)
		pm_raise_render(render, status, result);
}

static void
add_missing(PmRender *render, const PmMissing *missing, uint32 n)
{
	PmMissingIn *entry = palloc(sizeof(*entry));

	entry->where = render->where != NULL ? pstrdup(render->where) : NULL;
	entry->missing = missing;
	entry->n = n;
	render->missing = lappend(render->missing, entry);
}

/* A program that stays until the rendering ends, whatever else is compiled. */
static const PmProgram *
load_program(PmRender *render, const char *src, size_t len)
{
	const PmCompileOptions *options = &render->settings->compile;
	const PmProgram *program = pm_compile(src, len, options, render->own);

	if (render->own == NULL &&
		(uses_partials(program) || render->settings->on_extra != PM_ON_EXTRA_IGNORE))
	{
		pm_render_own_context(render);
		program = pm_compile(src, len, options, render->own);
	}
	if (render->settings->on_extra != PM_ON_EXTRA_IGNORE)
		pm_extra_note_program(render, program);
	return program;
}

void
pm_render_own_context(PmRender *render)
{
	if (render->own == NULL)
		render->own = AllocSetContextCreate(CurrentMemoryContext, "prompt_mgr render",
											ALLOCSET_SMALL_SIZES);
}

static bool
uses_partials(const PmProgram *program)
{
	uint32_t	pos = 0;
	PmPartialRef ref;
	bool		dynamic;
	uint32_t	offset;

	return pm_tmpl_next_partial(program, &pos, &ref, &dynamic, &offset);
}

void *
pm_arena_palloc(void *ctx pg_attribute_unused(), size_t size)
{
	CHECK_FOR_INTERRUPTS();
	return palloc(size);
}

char *
pm_render_grow(PmBuf *buf, size_t cap)
{
	return repalloc(buf->data, cap);
}

static void
poll_interrupts(void *ctx pg_attribute_unused())
{
	CHECK_FOR_INTERRUPTS();
}

/*
 * A partial of the options, or where there is none of that name, and a stored
 * prompt is rendered, another stored prompt.
 */
static const PmProgram *
load_partial(void *ctx, const PmPartialRef *ref)
{
	PmRender   *render = ctx;
	const PmProgram *program = load_given_partial(render, ref);

	if (program == NULL && render->name != NULL)
		program = load_stored_partial(render, ref);
	if (program != NULL && render->settings->on_extra != PM_ON_EXTRA_IGNORE)
		pm_extra_note_program(render, program);
	return program;
}

static const PmProgram *
load_given_partial(PmRender *render, const PmPartialRef *ref)
{
	Jsonb	   *partials = render->settings->partials;
	JsonbValue	source;

	if (partials == NULL || ref->selector_kind != PM_SELECT_NONE ||
		getKeyJsonValueFromContainer(&partials->root, ref->name, (int) ref->name_len, &source) == NULL)
		return NULL;
	if (source.type != jbvString)
		pm_bad_argument("partials", "must map each name to a template");
	return pm_compile(source.val.string.val, source.val.string.len,
					  &render->settings->compile, render->own);
}

/*
 * Without a selector a partial is looked for under the label by which the
 * prompt itself was found, so that what was tried on staging is what goes to
 * production; production, where it was asked for by number.  Its own format
 * and escape hold in it.
 */
static const PmProgram *
load_stored_partial(PmRender *render, const PmPartialRef *ref)
{
	PmWanted	wanted = {0};
	PmVersion	version;
	PmSettings	settings;

	wanted.name = pnstrdup(ref->name, ref->name_len);
	wanted.name_text = cstring_to_text(wanted.name);
	if (ref->selector_kind == PM_SELECT_VERSION)
		wanted.version = pg_strtoint32(pnstrdup(ref->selector, ref->selector_len));
	else if (ref->selector_kind == PM_SELECT_LABEL)
		wanted.label = pnstrdup(ref->selector, ref->selector_len);
	else
		wanted.label = render->label != NULL ? render->label : "production";

	pm_load_version(&wanted, &version);
	if (version.template == NULL)
		ereport(ERROR,
				(errcode(PM_ERRCODE_CONFLICT),
				 errmsg("prompt \"%s\" is a chat prompt and cannot be a partial", wanted.name)));
	pm_read_settings(version.format, version.escape, NULL, &settings);
	return pm_compile(VARDATA_ANY(version.template), VARSIZE_ANY_EXHDR(version.template),
					  &settings.compile, render->own);
}
