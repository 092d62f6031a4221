/*
 * pm_vm.h
 *		The machine that runs programs: its state and its parts.
 *
 * All state is this one struct on the C stack of the render.  Only the counters
 * are initialised: entries of the stacks are written before they are read.
 * Every function that can fail returns false with env.error set.
 */
#ifndef PM_VM_H
#define PM_VM_H

#include "pm_env.h"
#include "pm_prog.h"

#define PM_STACK_CONTEXTS	128
#define PM_STACK_LOOPS		64
#define PM_MAX_ORIGINS		16
#define PM_DIGITS			10	/* of a 32-bit number */

/* The root variable a value comes from; len 0 where none. */
typedef struct PmOrigin
{
	const char *name;
	uint32_t	len;
} PmOrigin;

/* A value under a name: an argument of a partial, or what a loop binds. */
typedef struct PmNamed
{
	PmValue		value;
	PmOrigin	origin;
} PmNamed;

/* One step of the chain in which names are looked up. */
typedef struct PmContext
{
	PmValue		value;			/* a pushed value, if named is NULL */
	PmOrigin	origin;
	const PmNamed *named;		/* n of them, whose names are segments */
	const PmSeg *names;
	const char *text;			/* text area of the names */
	uint32_t	n;
} PmContext;

/* A block that runs. */
typedef struct PmLoop
{
	bool		once;			/* it pushes its subject and does not loop */
	uint32_t	nbinds;
	PmIter		iter;
	PmValue		key;			/* of an object's member */
	PmNamed		bound[2];		/* value and key */
	char		digits[PM_DIGITS];	/* the key of an array's element */
	PmOrigin	origin;
	PmScratchMark outer;		/* what vm->base was outside */
} PmLoop;

/* The caller of a partial. */
typedef struct PmCall
{
	const PmProgram *program;
	uint32_t	next;			/* op to go on with */
	const char *indent;
	uint32_t	indent_len;
	const char *name;			/* of the partial that is called */
	uint32_t	name_len;
	bool		has_args;
	PmScratchMark outer;
} PmCall;

typedef struct PmVm
{
	PmEnv		env;
	const PmHost *host;
	const PmRenderOptions *options;
	PmBuf	   *out;
	size_t		out_start;		/* the host's header ends here */
	PmValue    *result;			/* where a value is wanted and no text */
	PmLimits	default_limits;

	/* the program that runs */
	const PmProgram *program;
	const PmSeg *segs;
	const PmPath *paths;
	const char *text;
	uint32_t	pc;				/* of the op being executed */

	const char *indent;			/* of each line of a standalone partial */
	uint32_t	indent_len;
	PmScratchMark base;			/* scratch memory to keep behind a statement */
	bool		saw_missing;	/* a path of this statement has no value */
	uint32_t	iterations;
	uint32_t	total_calls;
	uint32_t	nvalues;
	uint32_t	ncontexts;
	uint32_t	nloops;
	uint32_t	ncalls;
	uint32_t	norigins;		/* of this statement, for record_span */

	/* missing variables: a growing array, and a hash table of its indexes */
	PmMissing  *missing;
	uint32_t	nmissing;
	uint32_t	missing_cap;
	uint32_t   *missing_slots;

	/* the place found last: the next one is mostly behind it */
	const PmProgram *placed_in;
	uint32_t	placed_at;
	uint32_t	placed_line;
	uint32_t	placed_column;

	PmValue		values[PM_STACK_VALUES];
	PmOrigin	value_origins[PM_STACK_VALUES];
	uint32_t	value_paths[PM_STACK_VALUES];	/* or PM_NONE */
	PmOrigin	origins[PM_MAX_ORIGINS];
	PmContext	contexts[PM_STACK_CONTEXTS];
	PmLoop		loops[PM_STACK_LOOPS];
	PmCall		calls[PM_MAX_CALLS];
} PmVm;

/* ---- pm_vm.c: the loop over ops */
extern bool pm_vm_run(PmVm *vm);
extern void pm_vm_load(PmVm *vm, const PmProgram *program);

/* Behind a statement: its computed values go. */
static inline void
pm_vm_end_statement(PmVm *vm)
{
	vm->saw_missing = false;
	vm->norigins = 0;
	pm_env_release(&vm->env, vm->base);
}

/* ---- pm_vm_scope.c: names */

/* Value of a path; PM_MISSING where it has none. */
extern bool pm_vm_lookup(PmVm *vm, uint32_t path, PmValue *out, PmOrigin *origin);

/* A number as a value whose text is in digits. */
extern PmValue pm_vm_number(char *digits, uint32_t n);

/* ---- pm_vm_block.c: blocks */

/* Enter the block of op, or go to its else part: sets *next. */
extern bool pm_vm_enter(PmVm *vm, const PmOp *op, uint32_t *next);
extern bool pm_vm_next(PmVm *vm, const PmOp *op, uint32_t *next);

/* ---- pm_vm_call.c: partials */
extern bool pm_vm_call(PmVm *vm, const PmOp *op, uint32_t *next);

/* False where the outermost program has ended. */
extern bool pm_vm_return(PmVm *vm, uint32_t *next);

/* ---- pm_vm_out.c: output and missing values */
extern bool pm_vm_text(PmVm *vm, uint32_t off, uint32_t len);
extern bool pm_vm_literal(PmVm *vm, uint32_t off, uint32_t len);
extern bool pm_vm_print(PmVm *vm, PmEscape escape, const PmValue *v);
extern bool pm_vm_indent(PmVm *vm);

/* A value that is needed and missing: note it or print the tag again. */
extern bool pm_vm_missing(PmVm *vm, const PmValue *v);
extern bool pm_vm_note_missing(PmVm *vm, uint32_t path, bool required);

/* The whole block again, from opener to closing tag. */
extern bool pm_vm_keep_block(PmVm *vm, const PmBlock *block);

#endif							/* PM_VM_H */
