/*
 * pm_value.h
 *		Values of a render and the provider that reads them from a document.
 *
 * A value is 16 bytes and is copied freely.  It never owns memory: what it
 * points at is the host's document, the program's constants, or the arena of
 * the render.  Numbers are decimal text of any length ("-12.50"), or a handle
 * whose text the provider tells when it is needed.  Arrays and objects are the
 * provider's; only filters make native arrays.
 *
 * For arrays and objects len is the number of elements or members, so that
 * truth, length and @last need no call.
 */
#ifndef PM_VALUE_H
#define PM_VALUE_H

#include "pm_core.h"

typedef enum PmKind
{
	PM_MISSING = 0,
	PM_NULL,
	PM_BOOL,
	PM_NUMBER,
	PM_STRING,
	PM_ARRAY,
	PM_OBJECT
} PmKind;

/* PM_NUMBER: str is its decimal text (otherwise handle is the provider's). */
#define PM_VF_TEXT		0x01
/* PM_ARRAY: items is an array of len values (otherwise handle). */
#define PM_VF_NATIVE	0x02
/* PM_BOOL: the value is true. */
#define PM_VF_TRUE		0x04

typedef struct PmValue PmValue;

struct PmValue
{
	uint8_t		kind;			/* PmKind */
	uint8_t		flags;
	uint16_t	tag;			/* free for the provider, copied along */
	uint32_t	len;			/* bytes, elements, or members */
	union
	{
		const char *str;
		const PmValue *items;
		const void *handle;
	}			u;
};

/* A key of an object; hash is the same for equal bytes, see pm_hash(). */
typedef struct PmKey
{
	const char *str;
	uint32_t	len;
	uint32_t	hash;
} PmKey;

/*
 * State of one walk over a container.  The core sets the first three fields
 * before iter_begin; word[] is the provider's, so that a walk needs no
 * allocation.
 */
typedef struct PmIter
{
	PmValue		container;
	uint32_t	index;			/* elements already delivered */
	uint32_t	count;
	uintptr_t	word[4];
} PmIter;

/*
 * Reads the host's documents.  A function that finds nothing returns false and
 * leaves *out alone.  None may return a PM_MISSING value.  All may longjmp.
 */
typedef struct PmProvider
{
	void	   *ctx;
	bool		(*get_member) (void *ctx, const PmValue *object,
							   const PmKey *key, PmValue *out);
	bool		(*get_element) (void *ctx, const PmValue *array,
								uint32_t index, PmValue *out);
	void		(*iter_begin) (void *ctx, PmIter *iter);

	/* key is set for objects, as a PM_STRING */
	bool		(*iter_next) (void *ctx, PmIter *iter,
							  PmValue *key, PmValue *value);

	/*
	 * Decimal text of a number that is a handle, never in exponent form.  The
	 * text must come from scratch or live as long as the document.
	 */
	void		(*number_text) (void *ctx, const PmValue *number,
								const PmArena *scratch,
								const char **text, uint32_t *len);
} PmProvider;

static inline PmValue
pm_value_simple(PmKind kind)
{
	PmValue		v;

	v.kind = (uint8_t) kind;
	v.flags = 0;
	v.tag = 0;
	v.len = 0;
	v.u.handle = NULL;
	return v;
}

static inline PmValue
pm_value_bool(bool b)
{
	PmValue		v = pm_value_simple(PM_BOOL);

	v.flags = b ? PM_VF_TRUE : 0;
	return v;
}

static inline PmValue
pm_value_string(const char *str, uint32_t len)
{
	PmValue		v = pm_value_simple(PM_STRING);

	v.u.str = str;
	v.len = len;
	return v;
}

/* text must be plain decimal */
static inline PmValue
pm_value_number(const char *text, uint32_t len)
{
	PmValue		v = pm_value_simple(PM_NUMBER);

	v.flags = PM_VF_TEXT;
	v.u.str = text;
	v.len = len;
	return v;
}

static inline PmValue
pm_value_native(const PmValue *items, uint32_t n)
{
	PmValue		v = pm_value_simple(PM_ARRAY);

	v.flags = PM_VF_NATIVE;
	v.u.items = items;
	v.len = n;
	return v;
}

/* An array or object of the provider, with its number of elements. */
static inline PmValue
pm_value_container(PmKind kind, const void *handle, uint32_t n)
{
	PmValue		v = pm_value_simple(kind);

	v.u.handle = handle;
	v.len = n;
	return v;
}

/* FNV-1a over the bytes: the hash of a PmKey. */
static inline uint32_t
pm_hash(const char *data, size_t len)
{
	uint32_t	h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char) data[i]) * 16777619u;
	return h;
}

#endif							/* PM_VALUE_H */
