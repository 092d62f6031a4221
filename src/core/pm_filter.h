/*
 * pm_filter.h
 *		The closed list of filters.
 *
 * The table here is all the compiler knows about filters: names, numbers of
 * arguments, and what literal may stand where.  What they do is in the files
 * named after their topic, one function per filter.
 */
#ifndef PM_FILTER_H
#define PM_FILTER_H

#include "pm_tmpl.h"

/* Kinds of arguments, one letter each in PmFilterDef.args. */
#define PM_ARG_STRING	's'
#define PM_ARG_INTEGER	'i'
#define PM_ARG_WORD		'w'		/* a string; a bare name stands for itself */
#define PM_ARG_ANY		'v'

/* The filter escapes by itself: the tag's own escaping is off. */
#define PM_FILTER_ESCAPES	0x01

struct PmEnv;

/*
 * args[0..nargs) are present and of the kinds the table names (numbers as
 * text); *out may be the input.  False: the error is set in env.
 */
typedef bool (*PmFilterFn) (struct PmEnv *env, const PmValue *in,
							const PmValue *args, uint32_t nargs, PmValue *out);

typedef struct PmFilterDef
{
	const char *name;
	uint8_t		min_args;
	uint8_t		max_args;
	char		args[3];
	uint8_t		flags;
	PmFilterFn	fn;				/* NULL: the machine does it */
} PmFilterDef;

/*
 * Those the compiler or the machine treats by itself.  The first two see
 * missing values; every other filter hands a missing value on as it is.
 */
typedef enum PmFilterId
{
	PM_FILTER_DEFAULT = 0,
	PM_FILTER_REQUIRED,
	PM_FILTER_VALUE,
	PM_FILTER_RAW
} PmFilterId;

#define PM_FILTER_NONE 0xFFFFFFFFu

/* Number of a filter by name, or PM_FILTER_NONE. */
extern uint32_t pm_filter_find(const char *name, uint32_t len);

/* The filter whose name is nearest, or NULL where none is near. */
extern const char *pm_filter_nearest(const char *name, uint32_t len);

extern const PmFilterDef *pm_filter_def(uint32_t id);

/*
 * Checks the kinds of arguments whose values only the render knows, and turns
 * numbers into text.  False with the error set.
 */
extern bool pm_filter_check(struct PmEnv *env, const PmFilterDef *def,
							PmValue *args, uint32_t nargs);

#endif							/* PM_FILTER_H */
