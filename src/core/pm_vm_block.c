/*
 * pm_vm_block.c
 *		Running blocks: conditions, sections, loops.
 *
 * A block that pushes a context keeps a loop entry, also when it runs once, so
 * that NEXT can undo what entering did.  Computed values that a block ranges
 * over live in scratch memory below vm->base, which moves up while the block
 * runs: statements inside release down to it and no further.
 */
#include "pm_vm.h"

#include "pm_valop.h"

static bool enter_loop(PmVm *vm, const PmBlock *block, const PmValue *subject,
					   const PmOrigin *origin, bool once);
static bool push_item(PmVm *vm, const PmBlock *block, PmLoop *loop, const PmValue *item);

/*
 * In keep mode a condition that depends on a missing value is left to the second
 * render with its whole block.
 */
bool
pm_vm_enter(PmVm *vm, const PmOp *op, uint32_t *next)
{
	const PmBlock *block = PM_PROG_BLOCKS(vm->program) + op->imm;
	PmValue		v = vm->values[--vm->nvalues];
	PmOrigin	origin = vm->value_origins[vm->nvalues];
	bool		is_list = v.kind == PM_ARRAY || (v.kind == PM_OBJECT && op->code == PM_OP_EACH);
	bool		run;

	if (vm->saw_missing && vm->options->keep_blocks &&
		vm->options->on_missing == PM_ON_MISSING_KEEP && vm->result == NULL)
	{
		pm_vm_end_statement(vm);
		*next = block->end_op;
		return pm_vm_keep_block(vm, block);
	}
	if (op->code == PM_OP_EACH)
		run = is_list && v.len > 0;
	else
		run = pm_val_truthy(&vm->env, &v) == (op->code != PM_OP_UNLESS);
	vm->saw_missing = false;
	vm->norigins = 0;
	if (!run || op->code == PM_OP_IF || op->code == PM_OP_UNLESS)
	{
		pm_env_release(&vm->env, vm->base);
		if (!run)
			*next = op->arg;
		return true;
	}
	return enter_loop(vm, block, &v, &origin, !is_list || op->code == PM_OP_WITH);
}

/* Only the innermost block can end: the compiler nests them properly. */
bool
pm_vm_next(PmVm *vm, const PmOp *op, uint32_t *next)
{
	const PmBlock *block = PM_PROG_BLOCKS(vm->program) + op->imm;
	PmLoop	   *loop = &vm->loops[vm->nloops - 1];
	PmValue		item;

	vm->ncontexts--;
	if (!loop->once && pm_val_next(&vm->env, &loop->iter, &loop->key, &item))
	{
		*next = op->arg;
		return push_item(vm, block, loop, &item);
	}
	vm->base = loop->outer;
	vm->nloops--;
	pm_vm_end_statement(vm);
	return true;
}

/* A block that runs once keeps no iterator, and has no loop data. */
static bool
enter_loop(PmVm *vm, const PmBlock *block, const PmValue *subject,
		   const PmOrigin *origin, bool once)
{
	PmLoop	   *loop;
	PmValue		item = *subject;

	if (vm->nloops == PM_STACK_LOOPS)
		return pm_env_limit(&vm->env, "block_depth", "nested blocks", PM_STACK_LOOPS);
	loop = &vm->loops[vm->nloops++];
	loop->once = once;
	loop->nbinds = block->nbinds;
	loop->origin = *origin;
	loop->key = pm_value_simple(PM_NULL);
	loop->outer = vm->base;
	vm->base = pm_env_mark(&vm->env);
	if (once)
		return push_item(vm, block, loop, &item);
	pm_val_walk(&vm->env, subject, &loop->iter);
	if (!pm_val_next(&vm->env, &loop->iter, &loop->key, &item))
		return pm_env_fail(&vm->env, PM_ERR_PROGRAM, "bad_provider",
						   "document delivers fewer elements than it promised");
	return push_item(vm, block, loop, &item);
}

/* The context of one turn: the item itself, or the names it is bound to. */
static bool
push_item(PmVm *vm, const PmBlock *block, PmLoop *loop, const PmValue *item)
{
	PmContext  *context;

	if (vm->ncontexts == PM_STACK_CONTEXTS)
		return pm_env_limit(&vm->env, "block_depth", "nested contexts", PM_STACK_CONTEXTS);
	if (!loop->once && ++vm->iterations > vm->env.limits->iterations)
		return pm_env_limit(&vm->env, "iterations", "loop iterations",
							vm->env.limits->iterations);
	/* what the last turn computed goes; an array's key is computed anew */
	pm_env_release(&vm->env, vm->base);
	context = &vm->contexts[vm->ncontexts++];
	context->value = *item;
	context->origin = loop->origin;
	context->named = NULL;
	if (loop->nbinds == 0)
		return true;
	loop->bound[0].value = *item;
	loop->bound[0].origin = loop->origin;
	loop->bound[1].value = loop->iter.container.kind == PM_OBJECT ? loop->key
		: pm_vm_number(loop->digits, loop->iter.index - 1);
	loop->bound[1].origin = loop->origin;
	context->named = loop->bound;
	context->names = vm->segs + block->first_bind;
	context->text = vm->text;
	context->n = block->nbinds;
	return true;
}
