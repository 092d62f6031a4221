/*
 * pm_filter_list.c
 *		Filters on arrays and objects.
 *
 * Results are native arrays in scratch memory, whose elements are the values of
 * the input: nothing is copied but the 16 bytes of each.  Where a filter gets a
 * value it has no use for, it says so.
 */
#include "pm_filter_fn.h"

#include "pm_num.h"
#include "pm_valop.h"

static bool collect(PmEnv *env, const PmValue *in, PmValue **items);
static bool sort_values(PmEnv *env, PmValue *items, uint32_t n);
static uint32_t hash_value(PmEnv *env, const PmValue *v);
static bool string_length(PmEnv *env, const PmValue *in, uint32_t *chars);

/* A count as a value: ten digits are enough for 32 bits. */
static bool
number_out(PmEnv *env, uint32_t n, PmValue *out)
{
	char	   *digits = pm_env_alloc(env, 10);
	uint32_t	at = 10;

	do
	{
		digits[--at] = (char) ('0' + n % 10);
		n /= 10;
	} while (n > 0);
	*out = pm_value_number(digits + at, 10 - at);
	return true;
}

/* Elements, members, or characters of the text. */
bool
pm_filter_length(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	uint32_t	n = in->len;

	(void) args;
	(void) nargs;
	if (in->kind != PM_ARRAY && in->kind != PM_OBJECT && !string_length(env, in, &n))
		return false;
	return number_out(env, n, out);
}

/* Characters of the text a value prints as. */
static bool
string_length(PmEnv *env, const PmValue *in, uint32_t *chars)
{
	const char *text;
	uint32_t	len;

	if (!pm_val_text(env, in, &text, &len))
		return false;
	*chars = 0;
	for (uint32_t at = 0; at < len; (*chars)++)
	{
		at += pm_env_char_len(env, text + at, len - at);
		if ((*chars & 4095) == 4095 && !pm_env_work(env, 4096))
			return false;
	}
	return true;
}

/* The first element, or character; null of something empty. */
bool
pm_filter_first(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	*out = pm_value_simple(PM_NULL);
	if (in->kind == PM_STRING && in->len > 0)
		*out = pm_value_string(in->u.str, pm_env_char_len(env, in->u.str, in->len));
	else if (in->kind == PM_ARRAY)
		(void) pm_val_element(env, in, 0, out);
	else if (in->kind != PM_STRING && in->kind != PM_NULL)
		return pm_filter_unfit(env, "first", "the value is no array and no string");
	return true;
}

/* The last character is found from the left: encodings may not be read backwards. */
bool
pm_filter_last(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	uint32_t	start = 0;
	uint32_t	n;

	(void) args;
	(void) nargs;
	*out = pm_value_simple(PM_NULL);
	if (in->kind == PM_ARRAY && in->len > 0)
		(void) pm_val_element(env, in, in->len - 1, out);
	else if (in->kind == PM_STRING && in->len > 0)
	{
		for (uint32_t at = 0; at < in->len; at += n)
		{
			start = at;
			n = pm_env_char_len(env, in->u.str + at, in->len - at);
		}
		*out = pm_value_string(in->u.str + start, in->len - start);
	}
	else if (in->kind != PM_ARRAY && in->kind != PM_STRING && in->kind != PM_NULL)
		return pm_filter_unfit(env, "last", "the value is no array and no string");
	return pm_env_work(env, in->kind == PM_STRING ? in->len : 0);
}

/* A position that may count from the end, held inside [0, n]. */
static uint32_t
clamp(const PmValue *arg, uint32_t n)
{
	int64_t		at = 0;

	(void) pm_num_integer(arg->u.str, arg->len, INT32_MAX, &at);
	if (at < 0)
		at += n;
	return at < 0 ? 0 : at > (int64_t) n ? n : (uint32_t) at;
}

/* From a up to, not including, b; negative positions count from the end. */
bool
pm_filter_slice(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmValue    *items;
	const char *text;
	uint32_t	len;
	uint32_t	n = in->len;
	uint32_t	from;
	uint32_t	to;
	uint32_t	at = 0;
	uint32_t	start = 0;

	if (in->kind == PM_OBJECT)
		return pm_filter_unfit(env, "slice", "the value is an object");
	if (in->kind != PM_ARRAY && !string_length(env, in, &n))
		return false;
	from = clamp(&args[0], n);
	to = nargs > 1 ? clamp(&args[1], n) : n;
	if (to < from)
		to = from;
	if (in->kind == PM_ARRAY)
	{
		if (!collect(env, in, &items))
			return false;
		*out = pm_value_native(items + from, to - from);
		return true;
	}
	if (!pm_val_text(env, in, &text, &len))
		return false;
	for (uint32_t i = 0; i < to; i++)
	{
		if (i == from)
			start = at;
		at += pm_env_char_len(env, text + at, len - at);
	}
	*out = pm_value_string(text + (from < to ? start : at), from < to ? at - start : 0);
	return pm_env_work(env, at);
}

/* Of an object its values; anything that is no container is its own only element. */
bool
pm_filter_join(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmIter		iter;
	PmValue		key;
	PmValue		item;
	PmBuf		buf;

	if (in->kind != PM_ARRAY && in->kind != PM_OBJECT)
	{
		*out = *in;
		return true;
	}
	pm_env_buf(env, &buf);
	pm_val_walk(env, in, &iter);
	while (pm_val_next(env, &iter, &key, &item))
	{
		const char *text;
		uint32_t	len;

		if (!pm_val_text(env, &item, &text, &len) || !pm_env_work(env, len))
			return false;
		if (iter.index > 1 && !pm_buf_append(&buf, nargs > 0 ? args[0].u.str : ", ",
											 nargs > 0 ? args[0].len : 2))
			return pm_env_too_long(env);
		if (!pm_buf_append(&buf, text, len))
			return pm_env_too_long(env);
	}
	return pm_env_buf_value(env, &buf, out);
}

/* By kind, then numbers by value and strings by bytes; stable. */
bool
pm_filter_sort(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmValue    *items;

	(void) args;
	(void) nargs;
	if (in->kind != PM_ARRAY)
		return pm_filter_unfit(env, "sort", "the value is no array");
	if (!collect(env, in, &items) || !sort_values(env, items, in->len))
		return false;
	*out = pm_value_native(items, in->len);
	return true;
}

/* Bottom-up merge sort between the array and as much room again. */
static bool
sort_values(PmEnv *env, PmValue *items, uint32_t n)
{
	PmValue    *from = items;
	PmValue    *to = pm_env_alloc(env, (size_t) n * sizeof(PmValue));

	for (size_t width = 1; width < n; width *= 2)
	{
		PmValue    *swap;

		for (size_t start = 0; start < n; start += 2 * width)
		{
			size_t		a = start;
			size_t		middle = start + width < n ? start + width : n;
			size_t		b = middle;
			size_t		end = start + 2 * width < n ? start + 2 * width : n;

			for (size_t i = start; i < end; i++)
			{
				PmScratchMark mark = pm_env_mark(env);
				bool		left = b >= end ||
					(a < middle && pm_val_order(env, &from[a], &from[b]) <= 0);

				/* the texts of numbers that were compared */
				pm_env_release(env, mark);
				to[i] = left ? from[a++] : from[b++];
				if (!pm_env_work(env, to[i].len))
					return false;
			}
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != items && n > 0)
		memcpy(items, from, (size_t) n * sizeof(PmValue));
	return true;
}

/* Each value once, where it comes first. */
bool
pm_filter_unique(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmValue    *items;
	uint32_t   *slots;
	uint32_t	room = 16;
	uint32_t	kept = 0;

	(void) args;
	(void) nargs;
	if (in->kind != PM_ARRAY)
		return pm_filter_unfit(env, "unique", "the value is no array");
	if (!collect(env, in, &items))
		return false;
	while (room / 2 < in->len)
		room *= 2;
	slots = pm_env_alloc(env, (size_t) room * sizeof(uint32_t));
	memset(slots, 0xFF, (size_t) room * sizeof(uint32_t));
	for (uint32_t i = 0; i < in->len; i++)
	{
		PmValue		v = items[i];
		uint32_t	at = hash_value(env, &v) & (room - 1);
		bool		equal = false;

		for (; slots[at] != PM_NONE; at = (at + 1) & (room - 1))
		{
			if (!pm_env_work(env, v.len) ||
				!pm_val_equal(env, &items[slots[at]], &v, &equal))
				return false;
			if (equal)
				break;
		}
		if (equal)
			continue;
		slots[at] = kept;
		items[kept++] = v;
	}
	*out = pm_value_native(items, kept);
	return pm_env_work(env, in->len);
}

/* Equal values have equal hashes; containers count their elements only. */
static uint32_t
hash_value(PmEnv *env, const PmValue *v)
{
	PmValue		number;

	if (v->kind == PM_STRING)
		return pm_hash(v->u.str, v->len);
	if (v->kind == PM_NUMBER)
	{
		number = pm_val_number(env, v);
		return pm_num_hash(number.u.str, number.len);
	}
	return (v->kind * 31u + v->len) * 31u + (v->flags & PM_VF_TRUE);
}

/* In the order in which the document keeps them. */
bool
pm_filter_keys(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmValue    *keys;
	PmIter		iter;
	PmValue		value;
	uint32_t	n = 0;

	(void) args;
	(void) nargs;
	if (in->kind != PM_OBJECT)
		return pm_filter_unfit(env, "keys", "the value is no object");
	keys = pm_env_alloc(env, (size_t) in->len * sizeof(PmValue));
	pm_val_walk(env, in, &iter);
	while (n < in->len && pm_val_next(env, &iter, &keys[n], &value))
	{
		n++;
		if (!pm_env_work(env, 16))
			return false;
	}
	*out = pm_value_native(keys, n);
	return true;
}

/* The members of an object as an array, in the order of their keys. */
bool
pm_filter_values(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmValue    *items;

	(void) args;
	(void) nargs;
	if (in->kind != PM_OBJECT)
		return pm_filter_unfit(env, "values", "the value is no object");
	if (!collect(env, in, &items))
		return false;
	*out = pm_value_native(items, in->len);
	return true;
}

/* The member of this name of every element; null where it has none. */
bool
pm_filter_map(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmKey		key = {args[0].u.str, args[0].len, pm_hash(args[0].u.str, args[0].len)};
	PmValue    *items;

	(void) nargs;
	if (in->kind != PM_ARRAY)
		return pm_filter_unfit(env, "map", "the value is no array");
	if (!collect(env, in, &items))
		return false;
	for (uint32_t i = 0; i < in->len; i++)
	{
		PmValue		element = items[i];

		items[i] = pm_value_simple(PM_NULL);
		if (element.kind == PM_OBJECT)
			(void) env->provider->get_member(env->provider->ctx, &element, &key, &items[i]);
	}
	*out = pm_value_native(items, in->len);
	return pm_env_work(env, in->len);
}

/* The objects whose member of this name equals the value. */
bool
pm_filter_where(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	PmKey		key = {args[0].u.str, args[0].len, pm_hash(args[0].u.str, args[0].len)};
	PmValue    *items;
	uint32_t	kept = 0;

	(void) nargs;
	if (in->kind != PM_ARRAY)
		return pm_filter_unfit(env, "where", "the value is no array");
	if (!collect(env, in, &items))
		return false;
	for (uint32_t i = 0; i < in->len; i++)
	{
		PmValue		member;
		bool		equal = false;

		if (items[i].kind == PM_OBJECT &&
			env->provider->get_member(env->provider->ctx, &items[i], &key, &member) &&
			!pm_val_equal(env, &member, &args[1], &equal))
			return false;
		if (!pm_env_work(env, 16))
			return false;
		if (equal)
			items[kept++] = items[i];
	}
	*out = pm_value_native(items, kept);
	return true;
}

/* The elements of a container as an array of their own, to be changed freely. */
static bool
collect(PmEnv *env, const PmValue *in, PmValue **items)
{
	PmIter		iter;
	PmValue		key;
	PmValue    *list = pm_env_alloc(env, (size_t) in->len * sizeof(PmValue));
	uint32_t	n = 0;

	*items = list;
	if (!pm_env_work(env, 0))
		return false;
	pm_val_walk(env, in, &iter);
	while (n < in->len && pm_val_next(env, &iter, &key, &list[n]))
	{
		n++;
		if (!pm_env_work(env, 16))
			return false;
	}
	/* a document that delivers less than it promised */
	while (n < in->len)
		list[n++] = pm_value_simple(PM_NULL);
	return true;
}
