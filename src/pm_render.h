/*
 * pm_render.h
 *		Rendering with the options of the SQL surface.  Include it after
 *		postgres.h.
 */
#ifndef PM_RENDER_H
#define PM_RENDER_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pm_compat.h"
#include "pm_tmpl.h"

typedef enum PmOnExtra
{
	PM_ON_EXTRA_IGNORE = 0,
	PM_ON_EXTRA_NOTICE,
	PM_ON_EXTRA_ERROR
} PmOnExtra;

/* The options argument of the render functions, with its defaults filled in. */
typedef struct PmSettings
{
	PmCompileOptions compile;
	PmRenderOptions render;
	Jsonb	   *partials;		/* name -> template, NULL: none */
	Jsonb	   *declarations;	/* of variables, NULL: none */
	Jsonb	   *constraints;	/* NULL: none */
	PmOnExtra	on_extra;
	const char *delimit_salt;	/* of the caller, "": none */
} PmSettings;

/*
 * One rendering: of one text, or of all the texts of a chat prompt.  What is
 * missing is collected over all of them and raised by pm_render_end().
 */
typedef struct PmRender
{
	const char *name;			/* of the stored prompt, NULL: a bare template */
	const char *label;			/* under which it was found, NULL: by number */
	const PmSettings *settings;
	PmRenderOptions options;	/* theirs, with the prompt's name */
	Jsonb	   *variables;
	PmValue		root;
	PmHost		host;
	MemoryContext own;			/* NULL until a partial needs pinning */
	const char *where;			/* in a chat prompt the text being rendered */
	const pg_uuid_t *version_id;	/* of the stored prompt, NULL: none */
	const struct PmDeclarations *declarations;	/* set where some are untrusted: */
	struct PmUntrusted *untrusted;	/* what they wrote; NULL: none are */
	List	   *missing;		/* of PmMissingIn */
	List	   *programs;		/* where extra variables are looked for: */
	List	   *names;			/* those that took part, variables in use */
} PmRender;

/* What was missing in one text. */
typedef struct PmMissingIn
{
	const char *where;			/* NULL: it is the only text */
	const PmMissing *missing;
	uint32		n;
} PmMissingIn;

/*
 * Reads options over the given format and escape ("prompt", NULL, ... as the
 * tables store them; NULL = not stored); 22023 for what cannot be meant.
 */
extern void pm_read_settings(const char *format, const char *escape,
							 Jsonb *options, PmSettings *settings);

/*
 * Begins by applying the declarations and required variables of the settings;
 * raises PM003 with every value that is not as declared.
 */
extern void pm_render_begin(PmRender *render, const char *name, const char *label,
							const pg_uuid_t *version_id, Jsonb *variables,
							const PmSettings *settings);

/* Makes the context in which what the rendering uses is pinned. */
extern void pm_render_own_context(PmRender *render);

/* Growth of an output buffer, by repalloc. */
extern char *pm_render_grow(PmBuf *buf, size_t cap);

/* The text of a template, in the caller's memory context. */
extern text *pm_render_text(PmRender *render, const char *src, size_t len);

/*
 * The same where the text may be a single tag with the filter "value": then
 * true, and its value, PM_MISSING where that is recorded as missing.
 */
extern bool pm_render_value(PmRender *render, const char *src, size_t len,
							PmValue *value, text **rendered);

/* The root variable of such a single tag; "" where it is none. */
extern char *pm_render_root_variable(PmRender *render, const char *src, size_t len);

/* The truth of a condition. */
extern bool pm_render_condition(PmRender *render, const char *src, size_t len);

/* Records a variable that is missing though no template asked for it. */
extern void pm_render_missing(PmRender *render, const char *path);

/* Raises PM001 where something was missing; gives back what was pinned. */
extern void pm_render_end(PmRender *render);

/* The compiled template; raises 42601 where it does not compile. */
extern const PmProgram *pm_compile(const char *src, size_t len,
								   const PmCompileOptions *options, MemoryContext pin);

/* The same for a condition. */
extern const PmProgram *pm_compile_condition(const char *src, size_t len,
											 const PmCompileOptions *options, MemoryContext pin);

/* An arena's alloc callback: the current memory context. */
extern void *pm_arena_palloc(void *ctx, size_t size);

/* ---- pm_render_error.c ---- */

/* where, if not NULL, is the text's place in a chat prompt. */
pg_noreturn extern void pm_raise_compile(const PmCompileResult *failure, const char *where);
pg_noreturn extern void pm_raise_render(const PmRender *render, PmStatus status,
										const PmRenderResult *result);
pg_noreturn extern void pm_raise_missing(const PmRender *render);

#endif							/* PM_RENDER_H */
