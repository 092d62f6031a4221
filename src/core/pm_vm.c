/*
 * pm_vm.c
 *		The machine that runs programs: the loop over ops.
 *
 * Programs come from the compiler of this version, so the loop trusts jump
 * targets and stack depths.  What data decides is checked: contexts, loops and
 * calls have limits, and every 1,024 ops the fuel is looked at and the host
 * polled.
 *
 * The common op is PM_OP_VAR with one name at the root of an object: one call
 * of the provider and one copy.
 */
#include "pm_vm.h"

#include "pm_filter.h"
#include "pm_valop.h"

#define SLICE 1024

static bool simple_op(PmVm *vm, const PmOp *op);
static bool tick(PmVm *vm);
static bool print_path(PmVm *vm, const PmOp *op);
static bool print_top(PmVm *vm, PmEscape escape);
static bool push_path(PmVm *vm, uint32_t path);
static void push_const(PmVm *vm, uint32_t n);
static bool apply_filter(PmVm *vm, const PmOp *op);
static bool is_kept(const PmVm *vm, const PmOp *op);
static bool filter_default(PmVm *vm, PmValue *in, uint32_t at);
static bool compare(PmVm *vm, PmCompare op);

void
pm_vm_load(PmVm *vm, const PmProgram *program)
{
	vm->program = program;
	vm->segs = PM_PROG_SEGS(program);
	vm->paths = PM_PROG_PATHS(program);
	vm->text = PM_PROG_TEXT(program);
}

/*
 * next is kept in a local: it is what nearly every op changes.  vm->pc is the op
 * being executed, for places of errors and for keep mode.
 */
bool
pm_vm_run(PmVm *vm)
{
	const PmOp *ops = PM_PROG_OPS(vm->program);
	uint32_t	left = SLICE;
	uint32_t	next = 0;
	bool		ok = true;

	while (ok)
	{
		const PmOp *op = &ops[next];

		if (--left == 0)
		{
			left = SLICE;
			if (!tick(vm))
				return false;
		}
		vm->pc = next++;
		switch ((PmOpCode) op->code)
		{
			case PM_OP_TEXT:
				ok = pm_vm_text(vm, op->imm, op->arg);
				break;
			case PM_OP_VAR:
				ok = print_path(vm, op);
				break;
			case PM_OP_PATH:
				ok = push_path(vm, op->arg);
				break;
			case PM_OP_CONST:
				push_const(vm, op->arg);
				break;
			case PM_OP_FILTER:
				ok = apply_filter(vm, op);
				break;
			case PM_OP_OUT:
				ok = print_top(vm, (PmEscape) op->imm);
				if (vm->result != NULL)
					return ok;
				break;
			case PM_OP_AND:
			case PM_OP_OR:
				/* the value that decides stays on the stack */
				if (pm_val_truthy(&vm->env, &vm->values[vm->nvalues - 1]) ==
					(op->code == PM_OP_OR))
					next = op->arg;
				else
					vm->nvalues--;
				break;
			case PM_OP_JUMP:
				next = op->arg;
				break;
			case PM_OP_IF:
			case PM_OP_UNLESS:
			case PM_OP_SECTION:
			case PM_OP_EACH:
			case PM_OP_WITH:
				ok = pm_vm_enter(vm, op, &next);
				break;
			case PM_OP_NEXT:
				ok = pm_vm_next(vm, op, &next);
				break;
			case PM_OP_CALL:
				ok = pm_vm_call(vm, op, &next);
				ops = PM_PROG_OPS(vm->program);
				break;
			case PM_OP_END:
				if (!pm_vm_return(vm, &next))
					return true;
				ops = PM_PROG_OPS(vm->program);
				break;
			default:
				ok = simple_op(vm, op);
				break;
		}
	}
	return false;
}

/* Ops that are rare or large, and do not jump. */
static bool
simple_op(PmVm *vm, const PmOp *op)
{
	PmValue    *top;

	switch ((PmOpCode) op->code)
	{
		case PM_OP_LITERAL:
			return pm_vm_literal(vm, op->imm, op->arg);
		case PM_OP_LINE:
			return vm->indent_len == 0 || pm_vm_indent(vm);
		case PM_OP_CMP:
			return compare(vm, (PmCompare) op->imm);
		case PM_OP_NOT:
			top = &vm->values[vm->nvalues - 1];
			*top = pm_value_bool(!pm_val_truthy(&vm->env, top));
			return true;
		default:
			return pm_env_fail(&vm->env, PM_ERR_PROGRAM, "bad_program",
							   "program has an unknown operation");
	}
}

/* Fuel goes in slices: a render of fewer ops than one is never stopped. */
static bool
tick(PmVm *vm)
{
	if (vm->env.fuel < SLICE)
		return pm_env_limit(&vm->env, "fuel", "steps in one render",
							vm->env.limits->fuel);
	vm->env.fuel -= SLICE;
	if (vm->host->poll != NULL)
		vm->host->poll(vm->host->ctx);
	return true;
}

/* A tag that is one path. */
static bool
print_path(PmVm *vm, const PmOp *op)
{
	PmValue		v;
	PmOrigin	origin;
	size_t		start;
	bool		ok;

	if (!pm_vm_lookup(vm, op->arg, &v, &origin))
		return false;
	if (vm->indent_len > 0 && !pm_vm_indent(vm))
		return false;
	if (v.kind == PM_STRING && op->imm == PM_ESCAPE_NONE && vm->host->record_span == NULL)
		return pm_env_append(&vm->env, vm->out, v.u.str, v.len);
	start = vm->out->len;
	ok = v.kind == PM_MISSING ? pm_vm_missing(vm, &v) : pm_vm_print(vm, (PmEscape) op->imm, &v);
	if (ok && origin.len > 0 && vm->host->record_span != NULL && vm->out->len > start)
		vm->host->record_span(vm->host->ctx, start, vm->out->len, origin.name, origin.len);
	pm_vm_end_statement(vm);
	return ok;
}

/* The end of an expression that is printed, or whose value is wanted. */
static bool
print_top(PmVm *vm, PmEscape escape)
{
	PmValue    *v = &vm->values[--vm->nvalues];
	size_t		start;
	bool		ok;

	if (vm->result != NULL)
	{
		*vm->result = *v;
		if (v->kind != PM_MISSING || (vm->program->flags & PM_PROG_COND) ||
			vm->options->on_missing != PM_ON_MISSING_ERROR)
			return true;
		return pm_vm_note_missing(vm, v->len, false);
	}
	if (vm->indent_len > 0 && !pm_vm_indent(vm))
		return false;
	start = vm->out->len;
	ok = v->kind == PM_MISSING ? pm_vm_missing(vm, v) : pm_vm_print(vm, escape, v);
	if (ok && vm->host->record_span != NULL && vm->out->len > start)
	{
		for (uint32_t i = 0; i < vm->norigins; i++)
			vm->host->record_span(vm->host->ctx, start, vm->out->len,
								  vm->origins[i].name, vm->origins[i].len);
	}
	pm_vm_end_statement(vm);
	return ok;
}

/* Where the value comes from is noted beside it. */
static bool
push_path(PmVm *vm, uint32_t path)
{
	PmValue    *v = &vm->values[vm->nvalues];
	PmOrigin   *origin = &vm->value_origins[vm->nvalues];

	if (!pm_vm_lookup(vm, path, v, origin))
		return false;
	vm->value_paths[vm->nvalues++] = path;
	vm->saw_missing |= v->kind == PM_MISSING;
	if (origin->len > 0 && vm->norigins < PM_MAX_ORIGINS)
		vm->origins[vm->norigins++] = *origin;
	return true;
}

static void
push_const(PmVm *vm, uint32_t n)
{
	const PmConst *c = PM_PROG_CONSTS(vm->program) + n;
	PmValue    *v = &vm->values[vm->nvalues];

	v->kind = c->kind;
	v->flags = c->flags;
	v->tag = 0;
	v->len = c->len;
	v->u.str = vm->text + c->off;
	vm->value_paths[vm->nvalues] = PM_NONE;
	vm->value_origins[vm->nvalues++].len = 0;
}

/* Input and arguments are on the stack; the result takes the input's place. */
static bool
apply_filter(PmVm *vm, const PmOp *op)
{
	uint32_t	id = PM_FILTER_ID(op->imm);
	const PmFilterDef *def = pm_filter_def(id);
	uint32_t	nargs = op->arg;
	uint32_t	at = vm->nvalues - nargs - 1;
	PmValue    *in = &vm->values[at];
	PmValue		out;

	vm->nvalues -= nargs;
	if (in->kind == PM_MISSING && is_kept(vm, op))
		return true;
	if (id == PM_FILTER_DEFAULT)
		return filter_default(vm, in, at);
	if (id == PM_FILTER_REQUIRED)
	{
		if (in->kind > PM_NULL && (in->kind != PM_STRING || in->len > 0))
			return true;
		return pm_vm_note_missing(vm, vm->value_paths[at], true);
	}
	if (def->fn == NULL || in->kind == PM_MISSING)
		return true;
	for (uint32_t i = 1; i <= nargs; i++)
	{
		if (in[i].kind == PM_MISSING)
		{
			*in = in[i];
			return true;
		}
	}
	if (!pm_filter_check(&vm->env, def, &in[1], nargs))
		return false;
	if (!pm_env_work(&vm->env, in->kind == PM_STRING ? in->len : 16) ||
		!def->fn(&vm->env, in, &in[1], nargs, &out))
		return false;
	*in = out;
	return true;
}

/* Whether a missing value is going to make the tag, or its block, print again. */
static bool
is_kept(const PmVm *vm, const PmOp *op)
{
	if (vm->options->on_missing != PM_ON_MISSING_KEEP || (vm->program->flags & PM_PROG_COND))
		return false;
	return vm->options->keep_blocks || !(op->imm & PM_FILTER_IN_BLOCK);
}

/* Fires on missing, null and "". */
static bool
filter_default(PmVm *vm, PmValue *in, uint32_t at)
{
	if (in->kind > PM_NULL && (in->kind != PM_STRING || in->len > 0))
		return true;
	*in = in[1];
	vm->value_origins[at] = vm->value_origins[at + 1];
	vm->value_paths[at] = vm->value_paths[at + 1];
	/* what the default stands in for is not missing any more */
	vm->saw_missing = in->kind == PM_MISSING;
	return true;
}

/* Both operands go, a boolean comes. */
static bool
compare(PmVm *vm, PmCompare op)
{
	PmValue    *left = &vm->values[vm->nvalues - 2];
	bool		result;

	vm->nvalues--;
	if (!pm_val_compare(&vm->env, op, &left[0], &left[1], &result))
		return false;
	*left = pm_value_bool(result);
	return true;
}
