/*
 * pm_vm_call.c
 *		Running partials.
 *
 * A call pushes the caller's place and goes on in the partial's program; the
 * contexts stay, so a partial sees what its caller sees.
 *
 * Mustache's rules: a partial that is not there is empty, and one may call
 * itself as long as the data lasts.  In format prompt both are errors, unless
 * what is missing shall be empty: then prompts follow Mustache here too.
 */
#include "pm_vm.h"

#include "pm_msg.h"

static bool resolve(PmVm *vm, const PmPartial *partial, PmPartialRef *ref, bool *skip);
static bool check_cycle(PmVm *vm, const PmPartialRef *ref);
static bool not_found(PmVm *vm, const PmPartialRef *ref);
static bool push_call(PmVm *vm, const PmPartial *partial, const PmPartialRef *ref,
					  const PmProgram *program);
static bool push_args(PmVm *vm, const PmPartial *partial);

/*
 * Limits are checked before the partial is loaded: loading may be a query.  What
 * was computed for the arguments stays below vm->base while the partial runs.
 */
bool
pm_vm_call(PmVm *vm, const PmOp *op, uint32_t *next)
{
	const PmPartial *partial = PM_PROG_PARTIALS(vm->program) + op->arg;
	const PmProgram *program = NULL;
	bool		strict = vm->program->format == PM_FORMAT_PROMPT &&
		vm->options->on_missing != PM_ON_MISSING_EMPTY;
	PmPartialRef ref;
	bool		skip;

	vm->nvalues -= partial->nargs;
	if (!resolve(vm, partial, &ref, &skip))
		return false;
	if (skip)
		return true;
	if (vm->ncalls >= vm->env.limits->partial_depth || vm->ncalls >= PM_MAX_CALLS)
		return pm_env_limit(&vm->env, "partial_depth", "nested partials",
							vm->env.limits->partial_depth);
	if (++vm->total_calls > vm->env.limits->partial_calls)
		return pm_env_limit(&vm->env, "partial_calls", "partials in one render",
							vm->env.limits->partial_calls);
	if (strict && !check_cycle(vm, &ref))
		return false;
	if (vm->host->load_partial != NULL)
		program = vm->host->load_partial(vm->host->ctx, &ref);
	if (program == NULL)
		return strict ? not_found(vm, &ref) : true;
	if (program->magic != PM_PROG_MAGIC || program->version != PM_PROG_VERSION)
		return pm_env_fail(&vm->env, PM_ERR_PROGRAM, "bad_program",
						   "partial is not a program of this version");
	*next = 0;
	return push_call(vm, partial, &ref, program);
}

/* Behind a call the statement is over: its arguments go. */
bool
pm_vm_return(PmVm *vm, uint32_t *next)
{
	const PmCall *call;

	if (vm->ncalls == 0)
		return false;
	call = &vm->calls[--vm->ncalls];
	if (call->has_args)
		vm->ncontexts--;
	vm->indent = call->indent;
	vm->indent_len = call->indent_len;
	vm->base = call->outer;
	*next = call->next;
	pm_vm_load(vm, call->program);
	pm_vm_end_statement(vm);
	return true;
}

/* What the tag names; *skip where a dynamic name has no value. */
static bool
resolve(PmVm *vm, const PmPartial *partial, PmPartialRef *ref, bool *skip)
{
	PmValue		name;
	PmOrigin	origin;

	*skip = false;
	ref->name = vm->text + partial->off;
	ref->name_len = partial->len;
	ref->selector_kind = (PmSelector) partial->selector;
	ref->selector = vm->text + partial->sel_off;
	ref->selector_len = partial->sel_len;
	if (partial->path == PM_NONE)
		return true;
	if (!pm_vm_lookup(vm, partial->path, &name, &origin))
		return false;
	*skip = name.kind != PM_STRING;
	if (name.kind == PM_MISSING)
		return pm_vm_missing(vm, &name);
	ref->name = name.u.str;
	ref->name_len = name.len;
	return true;
}

static bool
same_name(const PmPartialRef *ref, const char *name, uint32_t len)
{
	return ref->name_len == len && (len == 0 || memcmp(ref->name, name, len) == 0);
}

/* The name must not be one of those on the call stack, nor the template's own. */
static bool
check_cycle(PmVm *vm, const PmPartialRef *ref)
{
	const PmRenderOptions *options = vm->options;
	uint32_t	first = 0;
	char	   *message;

	if (options->name == NULL || !same_name(ref, options->name, options->name_len))
	{
		while (first < vm->ncalls &&
			   !same_name(ref, vm->calls[first].name, vm->calls[first].name_len))
			first++;
		if (first == vm->ncalls)
			return true;
		first++;
	}
	pm_env_fail(&vm->env, PM_ERR_PARTIAL_CYCLE, "partial_cycle", "partials form a cycle: ");
	message = vm->env.error->message;
	pm_msg_bytes(message, ref->name, ref->name_len);
	for (uint32_t i = first; i < vm->ncalls; i++)
	{
		pm_msg_str(message, " -> ");
		pm_msg_bytes(message, vm->calls[i].name, vm->calls[i].name_len);
	}
	pm_msg_str(message, " -> ");
	pm_msg_bytes(message, ref->name, ref->name_len);
	return false;
}

/* Names the selector too: the name may exist under another label. */
static bool
not_found(PmVm *vm, const PmPartialRef *ref)
{
	char	   *message;

	pm_env_fail(&vm->env, PM_ERR_PARTIAL_NOT_FOUND, "partial_not_found", "partial ");
	message = vm->env.error->message;
	pm_msg_quoted(message, ref->name, ref->name_len);
	if (ref->selector_kind != PM_SELECT_NONE)
	{
		pm_msg_str(message, ref->selector_kind == PM_SELECT_LABEL ? ", label " : ", version ");
		pm_msg_quoted(message, ref->selector, ref->selector_len);
		pm_msg_str(message, ",");
	}
	pm_msg_str(message, " does not exist");
	return false;
}

/*
 * The partial's lines get the indentation of the call, and the call's own line
 * has that of the caller; a partial inside a line has none.
 */
static bool
push_call(PmVm *vm, const PmPartial *partial, const PmPartialRef *ref,
		  const PmProgram *program)
{
	PmCall	   *call = &vm->calls[vm->ncalls];
	char	   *indent = NULL;
	uint32_t	len = 0;

	call->program = vm->program;
	call->next = vm->pc + 1;
	call->indent = vm->indent;
	call->indent_len = vm->indent_len;
	call->name = ref->name;
	call->name_len = ref->name_len;
	call->has_args = partial->nargs > 0;
	call->outer = vm->base;
	if (partial->standalone)
		len = vm->indent_len + partial->indent_len;
	if (len > 0)
	{
		indent = pm_env_alloc(&vm->env, len);
		if (vm->indent_len > 0)
			memcpy(indent, vm->indent, vm->indent_len);
		memcpy(indent + vm->indent_len, vm->text + partial->indent_off, partial->indent_len);
	}
	if (call->has_args && !push_args(vm, partial))
		return false;
	vm->ncalls++;
	vm->indent = indent;
	vm->indent_len = len;
	vm->base = pm_env_mark(&vm->env);
	vm->norigins = 0;
	vm->saw_missing = false;
	pm_vm_load(vm, program);
	return true;
}

/* The arguments are a context of their own, inside all others. */
static bool
push_args(PmVm *vm, const PmPartial *partial)
{
	PmContext  *context;
	PmNamed    *named = pm_env_alloc(&vm->env, partial->nargs * sizeof(PmNamed));

	if (vm->ncontexts == PM_STACK_CONTEXTS)
		return pm_env_limit(&vm->env, "block_depth", "nested contexts", PM_STACK_CONTEXTS);
	for (uint32_t i = 0; i < partial->nargs; i++)
	{
		named[i].value = vm->values[vm->nvalues + i];
		named[i].origin = vm->value_origins[vm->nvalues + i];
	}
	context = &vm->contexts[vm->ncontexts++];
	context->value = pm_value_simple(PM_NULL);
	context->origin.len = 0;
	context->named = named;
	context->names = vm->segs + partial->first_arg;
	context->text = vm->text;
	context->n = partial->nargs;
	return true;
}
