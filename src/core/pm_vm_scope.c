/*
 * pm_vm_scope.c
 *		Names: from a path to its value.
 *
 * The first segment walks the contexts from the innermost outwards; only
 * objects and named values can answer.  Where one does, the walk is over: later
 * segments look inside that value alone, and a broken chain is missing.
 */
#include "pm_vm.h"

#include "pm_valop.h"

static bool find_name(PmVm *vm, const PmPath *path, PmValue *out, PmOrigin *origin);
static bool find_this(PmVm *vm, const PmPath *path, PmValue *out, PmOrigin *origin);
static bool loop_data(PmVm *vm, const PmPath *path, PmValue *out);
static bool number_value(PmVm *vm, uint32_t n, PmValue *out);
static uint32_t skip_up(const PmVm *vm, uint32_t up);
static bool follow(PmVm *vm, const PmPath *path, uint32_t first, PmValue *value);

/* The hash was computed when the template was compiled. */
static inline PmKey
key_of(const PmVm *vm, const PmSeg *seg)
{
	PmKey		key;

	key.str = vm->text + seg->off;
	key.len = seg->len;
	key.hash = seg->hash;
	return key;
}

/*
 * Declared defaults stand in for names only: a path such as @root.x or this.x
 * asks for one place.
 */
bool
pm_vm_lookup(PmVm *vm, uint32_t n, PmValue *out, PmOrigin *origin)
{
	const PmPath *path = &vm->paths[n];
	uint32_t	used = 0;
	bool		found;

	origin->len = 0;
	if (path->base == PM_BASE_NAME)
	{
		found = find_name(vm, path, out, origin);
		used = 1;
	}
	else if (path->base == PM_BASE_THIS)
		found = find_this(vm, path, out, origin);
	else if (path->base == PM_BASE_ROOT)
	{
		*out = vm->contexts[0].value;
		found = true;
		if (path->nsegs > 0)
		{
			origin->name = vm->text + vm->segs[path->first_seg].off;
			origin->len = vm->segs[path->first_seg].len;
		}
	}
	else
	{
		found = loop_data(vm, path, out);
		if (found && path->base == PM_BASE_KEY)
			*origin = vm->loops[vm->nloops - 1].origin;
	}
	if (found && (used >= path->nsegs || follow(vm, path, used, out)))
		return true;
	if (path->base == PM_BASE_NAME && vm->host->declared_default != NULL &&
		vm->host->declared_default(vm->host->ctx, vm->text + path->off, path->len, out))
		return true;
	*out = pm_value_simple(PM_MISSING);
	out->len = n;
	origin->len = 0;
	return true;
}

/* A named value that is missing does not hide what is further out. */
static bool
find_name(PmVm *vm, const PmPath *path, PmValue *out, PmOrigin *origin)
{
	const PmProvider *provider = vm->env.provider;
	const PmSeg *seg = &vm->segs[path->first_seg];
	PmKey		key = key_of(vm, seg);

	for (uint32_t i = path->up == 0 ? vm->ncontexts : skip_up(vm, path->up); i-- > 0;)
	{
		const PmContext *context = &vm->contexts[i];

		if (context->named == NULL)
		{
			if (context->value.kind != PM_OBJECT ||
				!provider->get_member(provider->ctx, &context->value, &key, out))
				continue;
			*origin = context->origin;
			if (i == 0)
			{
				origin->name = key.str;
				origin->len = key.len;
			}
			return true;
		}
		for (uint32_t j = 0; j < context->n; j++)
		{
			const PmSeg *name = &context->names[j];

			if (name->hash != key.hash || name->len != key.len ||
				memcmp(context->text + name->off, key.str, key.len) != 0 ||
				context->named[j].value.kind == PM_MISSING)
				continue;
			*out = context->named[j].value;
			*origin = context->named[j].origin;
			return true;
		}
	}
	return false;
}

/* Named values are no context of their own: they have no "." */
static bool
find_this(PmVm *vm, const PmPath *path, PmValue *out, PmOrigin *origin)
{
	for (uint32_t i = skip_up(vm, path->up); i-- > 0;)
	{
		if (vm->contexts[i].named != NULL)
			continue;
		*out = vm->contexts[i].value;
		*origin = vm->contexts[i].origin;
		return true;
	}
	return false;
}

/* Number of contexts left when the innermost up pushed values are left out. */
static uint32_t
skip_up(const PmVm *vm, uint32_t up)
{
	uint32_t	n = vm->ncontexts;

	while (up > 0 && n > 0)
	{
		if (vm->contexts[--n].named == NULL)
			up--;
	}
	return n;
}

/* @index and its like: of the innermost loop, or "../" further out. */
static bool
loop_data(PmVm *vm, const PmPath *path, PmValue *out)
{
	uint32_t	up = path->up;

	for (uint32_t i = vm->nloops; i-- > 0;)
	{
		const PmLoop *loop = &vm->loops[i];
		uint32_t	index = loop->iter.index - 1;

		if (loop->once)
			continue;
		if (up-- > 0)
			continue;
		switch ((PmBase) path->base)
		{
			case PM_BASE_INDEX:
				return number_value(vm, index, out);
			case PM_BASE_INDEX1:
				return number_value(vm, index + 1, out);
			case PM_BASE_LENGTH:
				return number_value(vm, loop->iter.count, out);
			case PM_BASE_FIRST:
				*out = pm_value_bool(index == 0);
				return true;
			case PM_BASE_LAST:
				*out = pm_value_bool(index + 1 == loop->iter.count);
				return true;
			default:
				/* the key of an array's element is its index */
				if (loop->iter.container.kind != PM_OBJECT)
					return number_value(vm, index, out);
				*out = loop->key;
				return true;
		}
	}
	return false;
}

/* In scratch memory: the value lives as long as its statement. */
static bool
number_value(PmVm *vm, uint32_t n, PmValue *out)
{
	*out = pm_vm_number(pm_env_alloc(&vm->env, PM_DIGITS), n);
	return true;
}

PmValue
pm_vm_number(char *digits, uint32_t n)
{
	uint32_t	at = PM_DIGITS;

	do
	{
		digits[--at] = (char) ('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return pm_value_number(digits + at, PM_DIGITS - at);
}

/* The segments from first on, each inside what the one before found. */
static bool
follow(PmVm *vm, const PmPath *path, uint32_t first, PmValue *value)
{
	const PmProvider *provider = vm->env.provider;

	for (uint32_t i = first; i < path->nsegs; i++)
	{
		const PmSeg *seg = &vm->segs[path->first_seg + i];
		PmValue		outer = *value;
		PmKey		key = key_of(vm, seg);

		if (outer.kind == PM_OBJECT)
		{
			if (!provider->get_member(provider->ctx, &outer, &key, value))
				return false;
		}
		else if (outer.kind != PM_ARRAY || seg->index == PM_NONE ||
				 !pm_val_element(&vm->env, &outer, seg->index, value))
			return false;
	}
	return true;
}
