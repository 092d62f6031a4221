/*
 * pm_tmpl.h
 *		The template language: compile, render, inspect.
 *
 * A template is compiled once into a PmProgram: one block of memory that holds
 * offsets and no pointers, so that it can be copied with memcpy, kept in a
 * cache and shared by any number of renders.  A render is one run of a virtual
 * machine over a program and a document.  Nothing recurses, nothing is global.
 *
 * Every callback may longjmp; the core then leaves nothing behind but what the
 * arena and the output buffer already own.
 */
#ifndef PM_TMPL_H
#define PM_TMPL_H

#include "pm_buf.h"
#include "pm_core.h"
#include "pm_value.h"

typedef enum PmFormat
{
	PM_FORMAT_PROMPT = 0,		/* the superset, default escape none */
	PM_FORMAT_MUSTACHE,			/* Mustache 1.4, default escape html */
	PM_FORMAT_TEXT				/* no tags at all */
} PmFormat;

typedef enum PmEscape
{
	PM_ESCAPE_NONE = 0,
	PM_ESCAPE_HTML,
	PM_ESCAPE_JSON,
	PM_ESCAPE_XML
} PmEscape;

/*
 * KEEP prints the tag again, so that a second render can fill it in; the
 * filters default and required leave such a tag to that render.
 */
typedef enum PmOnMissing
{
	PM_ON_MISSING_ERROR = 0,
	PM_ON_MISSING_EMPTY,
	PM_ON_MISSING_KEEP
} PmOnMissing;

/* ---- compile ---------------------------------------------------------- */

typedef struct PmProgram PmProgram;

typedef struct PmCompileOptions
{
	PmFormat	format;
	PmEscape	escape;
	bool		dynamic_names;	/* {{>*name}}: the partial's name is a value */
	bool		literal_bad_tags;	/* a tag that is no tag is text */
	bool		utf8;			/* text is UTF-8, and is checked to be */
	PmCharLen	char_len;		/* for columns where the text is not UTF-8 */
	const PmLimits *limits;		/* NULL: the defaults */
	void		(*poll) (void *ctx);	/* called for each tag; optional */
	void	   *poll_ctx;
} PmCompileOptions;

#define PM_MAX_DIAGS 20

typedef struct PmCompileResult
{
	PmProgram  *program;		/* NULL where there is an error */
	size_t		program_size;	/* bytes to copy */
	int			ndiags;
	PmError		diags[PM_MAX_DIAGS];	/* errors and warnings by place */
} PmCompileResult;

/*
 * Compiles a template.  Returns PM_OK, or the status of the first error: then
 * diags holds all that were found, up to PM_MAX_DIAGS.  Warnings do not fail.
 * The result need not be initialised; the program is arena memory.
 */
extern PmStatus pm_tmpl_compile(const char *src, size_t len,
								const PmCompileOptions *options,
								const PmArena *arena, PmCompileResult *result);

/* The same for a bare condition such as "user.age >= 18 and not banned". */
extern PmStatus pm_tmpl_compile_cond(const char *src, size_t len,
									 const PmCompileOptions *options,
									 const PmArena *arena,
									 PmCompileResult *result);

/* ---- render ----------------------------------------------------------- */

typedef enum PmSelector
{
	PM_SELECT_NONE = 0,
	PM_SELECT_LABEL,
	PM_SELECT_VERSION
} PmSelector;

/* {{> name@selector}}; the strings belong to the program or the document. */
typedef struct PmPartialRef
{
	const char *name;
	uint32_t	name_len;
	PmSelector	selector_kind;
	const char *selector;		/* label, or the digits of a version */
	uint32_t	selector_len;
} PmPartialRef;

/*
 * Services of the host for one render.  Those marked optional may be NULL.
 */
typedef struct PmHost
{
	PmArena		arena;
	PmProvider	provider;
	void	   *ctx;			/* passed to all callbacks below */

	/* Called every 1,024 ops and every 4 kB of other work; optional. */
	void		(*poll) (void *ctx);

	/*
	 * The program of a partial, which must live until the render ends; NULL
	 * where there is none.  Optional: without it no partial exists.
	 */
	const PmProgram *(*load_partial) (void *ctx, const PmPartialRef *ref);

	/*
	 * The declared default of a path that no context has; optional.  path is
	 * as written in the template.
	 */
	bool		(*declared_default) (void *ctx, const char *path, uint32_t len,
									 PmValue *out);

	/*
	 * The output bytes [start, end) come from the value of this root variable
	 * (the loop's subject where the tag names a loop's item).  Offsets are
	 * those of the output buffer.  A tag that reads several variables reports
	 * the same span once for each.  Optional.
	 */
	void		(*record_span) (void *ctx, size_t start, size_t end,
								const char *name, uint32_t len);

	/*
	 * Length in bytes of the longest prefix of text that has at most max
	 * tokens; encoding is empty for the host's default.  False where the
	 * encoding does not exist.  Optional.
	 */
	bool		(*truncate_tokens) (void *ctx, const char *text, size_t len,
									uint32_t max, const char *encoding,
									uint32_t encoding_len, size_t *prefix);

	PmCharLen	char_len;		/* NULL: text is UTF-8 */
} PmHost;

typedef struct PmRenderOptions
{
	PmOnMissing on_missing;
	bool		keep_blocks;	/* with KEEP: blocks whose subject is missing */
	const char *name;			/* of the template itself, for cycles; or NULL */
	uint32_t	name_len;
	const PmLimits *limits;		/* NULL: the defaults */
} PmRenderOptions;

/* A path that was evaluated and has no value. */
typedef struct PmMissing
{
	const char *path;
	uint32_t	path_len;
	const char *partial;		/* name of the partial it stands in, or NULL */
	uint32_t	partial_len;
	uint32_t	offset;			/* of its first use, in that template */
	uint32_t	line;
	uint32_t	column;
	bool		required;		/* by the filter required */
} PmMissing;

typedef struct PmRenderResult
{
	PmError		error;			/* valid where the status is not PM_OK */
	const PmMissing *missing;	/* arena memory, in order of evaluation */
	uint32_t	nmissing;
	const char *error_partial;	/* template the error stands in, NULL: the top */
	uint32_t	error_partial_len;
} PmRenderResult;

/*
 * Renders into out, behind what it holds already; root is the document.  On
 * PM_ERR_MISSING the output is complete but for the missing values, on other
 * errors it stops where the error is.  This function sets out->max, and lowers
 * out->cap to it.  The result need not be initialised.
 */
extern PmStatus pm_tmpl_render(const PmProgram *program, const PmValue *root,
							   const PmHost *host,
							   const PmRenderOptions *options,
							   PmBuf *out, PmRenderResult *result);

/*
 * Evaluates a template that pm_tmpl_is_value() is true of, or a condition, to
 * a value; PM_MISSING where it has none.  What the value points at lives as
 * long as program, document and arena.
 */
extern PmStatus pm_tmpl_eval(const PmProgram *program, const PmValue *root,
							 const PmHost *host,
							 const PmRenderOptions *options,
							 PmValue *value, PmRenderResult *result);

/* The truth of a condition; nothing in it can be missing. */
extern PmStatus pm_tmpl_eval_cond(const PmProgram *program, const PmValue *root,
								  const PmHost *host,
								  const PmRenderOptions *options,
								  bool *truth, PmRenderResult *result);

/* ---- inspect ---------------------------------------------------------- */

/* True where these bytes are a program this code can run. */
extern bool pm_tmpl_check(const void *data, size_t size);

/* Bytes of the whole block. */
extern size_t pm_tmpl_size(const PmProgram *program);

/* Capacity hint: bytes of literal text. */
extern size_t pm_tmpl_literal_bytes(const PmProgram *program);

/* The template text, as it was compiled. */
extern const char *pm_tmpl_source(const PmProgram *program, size_t *len);

/* Exactly one tag, no text, its last filter is "value". */
extern bool pm_tmpl_is_value(const PmProgram *program);

typedef enum PmVarKind
{
	PM_VAR_VAR = 0,
	PM_VAR_RAW,
	PM_VAR_SECTION,
	PM_VAR_INVERTED,
	PM_VAR_IF,
	PM_VAR_EACH,
	PM_VAR_WITH,
	PM_VAR_PARTIAL
} PmVarKind;

/* "var", "raw", ...: the names of the kinds. */
extern const char *pm_var_kind_name(PmVarKind kind);

/* One row for each different (path, kind, parent). */
typedef struct PmVariable
{
	const char *path;			/* items[].name; of a partial its name */
	uint32_t	path_len;
	const char *name;			/* the same as written in the template */
	uint32_t	name_len;
	const char *parent;			/* path of the enclosing block's subject */
	uint32_t	parent_len;		/* 0: none */
	PmVarKind	kind;
	uint32_t	depth;			/* enclosing blocks of the first use */
	bool		needed;			/* a use prints it whatever the data */
	bool		guarded;		/* inside a condition on itself */
	bool		has_default;	/* at least one use has the filter default */
	uint64_t	filters;		/* bit per pm_filter_name() */
	uint32_t	occurrences;
	uint32_t	first_offset;
	uint32_t	first_line;
	uint32_t	first_column;
} PmVariable;

/* All rows by place; arena memory.  char_len as in PmCompileOptions. */
extern const PmVariable *pm_tmpl_variables(const PmProgram *program,
										   PmCharLen char_len,
										   const PmArena *arena, uint32_t *n);

/*
 * The partial references one by one: start with *pos = 0.  dynamic is set where
 * the name is a path whose value names the partial.
 */
extern bool pm_tmpl_next_partial(const PmProgram *program, uint32_t *pos,
								 PmPartialRef *ref, bool *dynamic,
								 uint32_t *offset);

/* Names of the filters by number, NULL after the last. */
extern const char *pm_filter_name(uint32_t id);

/* 1-based line and column, in characters, of a byte offset; CR LF is one end. */
extern void pm_tmpl_position(const char *src, size_t len, size_t offset,
							 PmCharLen char_len, uint32_t *line,
							 uint32_t *column);

#endif							/* PM_TMPL_H */
