/*
 * pm_valop.c
 *		Operations on values: truth, comparison, walks, text.
 *
 * Deep comparison walks both sides with a stack of its own, as deep as JSON may
 * be printed.  Every step counts as work, so that a loop of comparisons of
 * large values runs out of fuel and not out of patience.
 */
#include "pm_valop.h"

#include "pm_json_out.h"
#include "pm_num.h"

/* Two containers being compared, side by side. */
typedef struct Pair
{
	PmIter		iter;			/* over the left one */
	PmValue		right;
	bool		keyed;
} Pair;

static bool same_scalar(PmEnv *env, const PmValue *a, const PmValue *b);
static bool find_element(PmEnv *env, const PmValue *array, const PmValue *v, bool *found);
static bool contains(PmEnv *env, const PmValue *whole, const PmValue *part, bool *found);
static bool find_bytes(PmEnv *env, const PmValue *text, const PmValue *part, bool *found);

PmValue
pm_val_number(PmEnv *env, const PmValue *v)
{
	const char *text;
	uint32_t	len;

	if (v->kind != PM_NUMBER || (v->flags & PM_VF_TEXT))
		return *v;
	env->provider->number_text(env->provider->ctx, v, &env->scratch, &text, &len);
	return pm_value_number(text, len);
}

bool
pm_val_truthy(PmEnv *env, const PmValue *v)
{
	PmValue		number;

	switch ((PmKind) v->kind)
	{
		case PM_MISSING:
		case PM_NULL:
			return false;
		case PM_BOOL:
			return (v->flags & PM_VF_TRUE) != 0;
		case PM_NUMBER:
			number = pm_val_number(env, v);
			return !pm_num_is_zero(number.u.str, number.len);
		case PM_STRING:
		case PM_ARRAY:
			return v->len > 0;
		case PM_OBJECT:
			break;
	}
	return true;
}

/* Native arrays need no help from the provider. */
void
pm_val_walk(PmEnv *env, const PmValue *container, PmIter *iter)
{
	iter->container = *container;
	iter->index = 0;
	iter->count = container->len;
	if (!(container->flags & PM_VF_NATIVE))
		env->provider->iter_begin(env->provider->ctx, iter);
}

bool
pm_val_next(PmEnv *env, PmIter *iter, PmValue *key, PmValue *value)
{
	if (iter->index >= iter->count)
		return false;
	if (iter->container.flags & PM_VF_NATIVE)
		*value = iter->container.u.items[iter->index];
	else if (!env->provider->iter_next(env->provider->ctx, iter, key, value))
		return false;
	iter->index++;
	return true;
}

bool
pm_val_element(PmEnv *env, const PmValue *array, uint32_t index, PmValue *out)
{
	if (index >= array->len)
		return false;
	if (array->flags & PM_VF_NATIVE)
	{
		*out = array->u.items[index];
		return true;
	}
	return env->provider->get_element(env->provider->ctx, array, index, out);
}

/*
 * A loop over pairs of values: a pair of containers is pushed, and the next pair
 * comes from the innermost one.  Objects are compared by looking the keys of one
 * up in the other, so their order does not matter.
 */
bool
pm_val_equal(PmEnv *env, const PmValue *a, const PmValue *b, bool *equal)
{
	Pair		stack[PM_MAX_JSON_DEPTH];
	uint32_t	depth = 0;
	PmValue		left = *a;
	PmValue		right = *b;
	PmValue		key;

	*equal = false;
	for (;;)
	{
		if (left.kind != right.kind)
			return true;
		if (left.kind != PM_ARRAY && left.kind != PM_OBJECT)
		{
			if (!same_scalar(env, &left, &right))
				return true;
		}
		else if (left.len != right.len)
			return true;
		else
		{
			if (depth == PM_MAX_JSON_DEPTH)
				return pm_env_limit(env, "json_depth", "levels of nested values",
									PM_MAX_JSON_DEPTH);
			pm_val_walk(env, &left, &stack[depth].iter);
			stack[depth].right = right;
			stack[depth++].keyed = left.kind == PM_OBJECT;
		}
		/* the next pair of the innermost container that has one */
		while (depth > 0 && !pm_val_next(env, &stack[depth - 1].iter, &key, &left))
			depth--;
		if (depth == 0)
			break;
		if (!pm_env_work(env, 16))
			return false;
		if (stack[depth - 1].keyed)
		{
			PmKey		k = {key.u.str, key.len, pm_hash(key.u.str, key.len)};

			if (!env->provider->get_member(env->provider->ctx, &stack[depth - 1].right,
										   &k, &right))
				return true;
		}
		else if (!pm_val_element(env, &stack[depth - 1].right,
								 stack[depth - 1].iter.index - 1, &right))
			return true;
	}
	*equal = true;
	return true;
}

static bool
same_scalar(PmEnv *env, const PmValue *a, const PmValue *b)
{
	if (a->kind == PM_STRING)
		return a->len == b->len && (a->len == 0 || memcmp(a->u.str, b->u.str, a->len) == 0);
	if (a->kind == PM_BOOL)
		return ((a->flags ^ b->flags) & PM_VF_TRUE) == 0;
	if (a->kind == PM_NUMBER)
	{
		PmValue		x = pm_val_number(env, a);
		PmValue		y = pm_val_number(env, b);

		return pm_num_compare(x.u.str, x.len, y.u.str, y.len) == 0;
	}
	/* null, and missing, which equals nothing */
	return a->kind == PM_NULL;
}

/* Values of different kinds are unequal and in no order. */
bool
pm_val_compare(PmEnv *env, PmCompare op, const PmValue *a, const PmValue *b, bool *result)
{
	int			order;

	if (!pm_env_work(env, (size_t) a->len + b->len))
		return false;
	if (op == PM_CMP_EQ || op == PM_CMP_NE)
	{
		if (!pm_val_equal(env, a, b, result))
			return false;
		*result = *result == (op == PM_CMP_EQ);
		return true;
	}
	if (op == PM_CMP_IN)
		return contains(env, b, a, result);
	if (op == PM_CMP_CONTAINS)
		return contains(env, a, b, result);
	*result = false;
	if (a->kind != b->kind || (a->kind != PM_NUMBER && a->kind != PM_STRING))
		return true;
	order = pm_val_order(env, a, b);
	*result = op == PM_CMP_LT ? order < 0 : op == PM_CMP_LE ? order <= 0
		: op == PM_CMP_GT ? order > 0 : order >= 0;
	return true;
}

/* Containers of one kind are equal to it: sort is stable and leaves them. */
int
pm_val_order(PmEnv *env, const PmValue *a, const PmValue *b)
{
	uint32_t	shorter = a->len < b->len ? a->len : b->len;
	int			cmp;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == PM_NUMBER)
	{
		PmValue		x = pm_val_number(env, a);
		PmValue		y = pm_val_number(env, b);

		return pm_num_compare(x.u.str, x.len, y.u.str, y.len);
	}
	if (a->kind == PM_BOOL)
		return (a->flags & PM_VF_TRUE) - (b->flags & PM_VF_TRUE);
	if (a->kind != PM_STRING)
		return 0;
	/* bytes of UTF-8 are in the order of code points */
	cmp = shorter > 0 ? memcmp(a->u.str, b->u.str, shorter) : 0;
	if (cmp == 0)
		cmp = (a->len > b->len) - (a->len < b->len);
	return cmp;
}

/* An element of an array, a key of an object, a part of a string. */
static bool
contains(PmEnv *env, const PmValue *whole, const PmValue *part, bool *found)
{
	PmValue		member;

	*found = false;
	if (part->kind == PM_MISSING)
		return true;
	if (whole->kind == PM_ARRAY)
		return find_element(env, whole, part, found);
	if (part->kind != PM_STRING)
		return true;
	if (whole->kind == PM_OBJECT)
	{
		PmKey		key = {part->u.str, part->len, pm_hash(part->u.str, part->len)};

		*found = env->provider->get_member(env->provider->ctx, whole, &key, &member);
	}
	else if (whole->kind == PM_STRING)
		return find_bytes(env, whole, part, found);
	return true;
}

/* By walking: an array of the document may have no quick access by index. */
static bool
find_element(PmEnv *env, const PmValue *array, const PmValue *v, bool *found)
{
	PmIter		iter;
	PmValue		key;
	PmValue		element;

	pm_val_walk(env, array, &iter);
	while (!*found && pm_val_next(env, &iter, &key, &element))
	{
		if (!pm_env_work(env, 16) || !pm_val_equal(env, &element, v, found))
			return false;
	}
	return true;
}

/*
 * A substring that begins where a character does.  Both are whole characters,
 * so in UTF-8 any hit is one; in other encodings the walk goes by characters.
 */
static bool
find_bytes(PmEnv *env, const PmValue *text, const PmValue *part, bool *found)
{
	const char *s = text->u.str;
	uint32_t	at = 0;

	if (part->len == 0)
		*found = true;
	while (!*found && text->len - at >= part->len)
	{
		if (s[at] == part->u.str[0])
		{
			if (!pm_env_work(env, part->len))
				return false;
			*found = memcmp(s + at, part->u.str, part->len) == 0;
		}
		at += pm_env_char_len(env, s + at, text->len - at);
	}
	return true;
}

/* What needs building is built in scratch memory, the rest is pointed at. */
bool
pm_val_text(PmEnv *env, const PmValue *v, const char **text, uint32_t *len)
{
	PmValue		printed = *v;
	PmBuf		buf;

	switch ((PmKind) v->kind)
	{
		case PM_MISSING:
		case PM_NULL:
			*text = "";
			*len = 0;
			return true;
		case PM_BOOL:
			*text = v->flags & PM_VF_TRUE ? "true" : "false";
			*len = v->flags & PM_VF_TRUE ? 4 : 5;
			return true;
		case PM_NUMBER:
			printed = pm_val_number(env, v);
			break;
		case PM_STRING:
			break;
		case PM_ARRAY:
		case PM_OBJECT:
			pm_env_buf(env, &buf);
			if (!pm_json_write(env, v, 0, &buf) || !pm_env_buf_value(env, &buf, &printed))
				return false;
			break;
	}
	*text = printed.u.str;
	*len = printed.len;
	return true;
}
