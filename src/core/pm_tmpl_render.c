/*
 * pm_tmpl_render.c
 *		Rendering a program: entry points.
 *
 * Setting up costs a few dozen stores: the stacks of the machine stay as they
 * are.  Errors get their place here, from the op that failed.
 */
#include "pm_vm.h"

#include "pm_valop.h"

static PmStatus run(const PmProgram *program, const PmValue *root, const PmHost *host,
					const PmRenderOptions *options, PmBuf *out, PmValue *value,
					bool *truth, PmRenderResult *result);
static void set_up(PmVm *vm, const PmProgram *program, const PmValue *root,
				   const PmHost *host, const PmRenderOptions *options,
				   PmRenderResult *result);
static void place_error(PmVm *vm, PmRenderResult *result);

PmStatus
pm_tmpl_render(const PmProgram *program, const PmValue *root, const PmHost *host,
			   const PmRenderOptions *options, PmBuf *out, PmRenderResult *result)
{
	return run(program, root, host, options, out, NULL, NULL, result);
}

PmStatus
pm_tmpl_eval(const PmProgram *program, const PmValue *root, const PmHost *host,
			 const PmRenderOptions *options, PmValue *value, PmRenderResult *result)
{
	return run(program, root, host, options, NULL, value, NULL, result);
}

PmStatus
pm_tmpl_eval_cond(const PmProgram *program, const PmValue *root, const PmHost *host,
				  const PmRenderOptions *options, bool *truth, PmRenderResult *result)
{
	PmValue		value;

	return run(program, root, host, options, NULL, &value, truth, result);
}

/* Text to out, or a value and its truth where they are wanted. */
static PmStatus
run(const PmProgram *program, const PmValue *root, const PmHost *host,
	const PmRenderOptions *options, PmBuf *out, PmValue *value, bool *truth,
	PmRenderResult *result)
{
	PmVm		vm;
	PmBuf		none;
	size_t		max;

	result->nmissing = 0;
	result->missing = NULL;
	result->error_partial = NULL;
	result->error_partial_len = 0;
	set_up(&vm, program, root, host, options, result);
	vm.out = out;
	vm.result = value;
	if (value != NULL)
	{
		/* text that was cut to nothing may still be written */
		memset(&none, 0, sizeof(none));
		vm.out = &none;
		*value = pm_value_simple(PM_MISSING);
	}
	else
	{
		max = vm.env.limits->output_bytes;
		out->max = max < SIZE_MAX - out->len ? out->len + max : SIZE_MAX;
		if (out->cap > out->max)
			out->cap = out->max;
		vm.out_start = out->len;
	}
	if (program->magic != PM_PROG_MAGIC || program->version != PM_PROG_VERSION)
	{
		pm_env_fail(&vm.env, PM_ERR_PROGRAM, "bad_program", "not a program of this version");
		return PM_ERR_PROGRAM;
	}
	if (value != NULL && !(program->flags & (PM_PROG_VALUE | PM_PROG_COND)))
	{
		pm_env_fail(&vm.env, PM_ERR_PROGRAM, "no_value", "template does not stand for a value");
		return PM_ERR_PROGRAM;
	}
	pm_vm_load(&vm, program);
	if (!pm_vm_run(&vm))
	{
		place_error(&vm, result);
		return result->error.status;
	}
	if (truth != NULL)
		*truth = pm_val_truthy(&vm.env, value);
	if (vm.nmissing == 0)
		return PM_OK;
	result->missing = vm.missing;
	result->nmissing = vm.nmissing;
	pm_env_fail(&vm.env, PM_ERR_MISSING, "missing_variables", "variables are missing");
	result->error.offset = vm.missing[0].offset;
	result->error.line = vm.missing[0].line;
	result->error.column = vm.missing[0].column;
	return PM_ERR_MISSING;
}

/* No memset: the stacks alone are larger than a usual prompt. */
static void
set_up(PmVm *vm, const PmProgram *program, const PmValue *root, const PmHost *host,
	   const PmRenderOptions *options, PmRenderResult *result)
{
	const PmLimits *limits = options->limits;

	if (limits == NULL)
	{
		pm_limits_init(&vm->default_limits);
		limits = &vm->default_limits;
	}
	pm_env_init(&vm->env, host, limits, &result->error);
	vm->host = host;
	vm->options = options;
	vm->program = program;
	vm->indent = NULL;
	vm->indent_len = 0;
	vm->base = pm_env_mark(&vm->env);
	vm->saw_missing = false;
	vm->iterations = 0;
	vm->total_calls = 0;
	vm->nvalues = 0;
	vm->nloops = 0;
	vm->ncalls = 0;
	vm->norigins = 0;
	vm->missing = NULL;
	vm->nmissing = 0;
	vm->missing_cap = 0;
	vm->missing_slots = NULL;
	vm->placed_in = NULL;
	vm->contexts[0].value = *root;
	vm->contexts[0].origin.len = 0;
	vm->contexts[0].named = NULL;
	vm->ncontexts = 1;
}

/* The tag of the op that failed, or the text it was about to write. */
static void
place_error(PmVm *vm, PmRenderResult *result)
{
	const PmOp *op = PM_PROG_OPS(vm->program) + vm->pc;
	uint32_t	tag = PM_PROG_OP_TAGS(vm->program)[vm->pc];

	if (tag != PM_NONE)
		result->error.offset = PM_PROG_TAGS(vm->program)[tag].start;
	else if (op->code == PM_OP_TEXT)
		result->error.offset = op->imm;
	pm_tmpl_position(vm->text, vm->program->src_len, result->error.offset,
					 vm->host->char_len, &result->error.line, &result->error.column);
	if (vm->ncalls > 0)
	{
		result->error_partial = vm->calls[vm->ncalls - 1].name;
		result->error_partial_len = vm->calls[vm->ncalls - 1].name_len;
	}
}
