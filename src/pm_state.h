/*
 * pm_state.h
 *		Summary types: fixed-size states of aggregates, their text and binary form.
 *		Include it after postgres.h.
 *
 * Such a type is a struct whose members are all 8 bytes wide, counts or
 * numbers, in the order of its description.  The struct is what lies on disk:
 * members are neither reordered nor given another meaning.
 */
#ifndef PM_STATE_H
#define PM_STATE_H

#include "pm.h"

typedef struct PmStateType
{
	const char *name;			/* of the SQL type */
	const char *members;		/* one letter each: i count, d number */
	const char *shape;			/* the text form, for an error's DETAIL */
	const char *rule;			/* what valid asks for, a sentence */
	bool		(*valid) (const void *value);
} PmStateType;

/*
 * The bodies of the four I/O functions.  Text is "(1,0.5,...)" with the
 * shortest digits that read back as the same number, whatever
 * extra_float_digits says; binary is a format byte and the members.  Input is
 * refused where valid refuses it: 22P02, softly, and 22P03.
 */
extern Datum pm_state_in(FunctionCallInfo fcinfo, const PmStateType *type);
extern Datum pm_state_out(FunctionCallInfo fcinfo, const PmStateType *type);
extern Datum pm_state_recv(FunctionCallInfo fcinfo, const PmStateType *type);
extern Datum pm_state_send(FunctionCallInfo fcinfo, const PmStateType *type);

/*
 * Argument 0 to be changed: itself inside an aggregate, whose state is nobody
 * else's, and a copy elsewhere.
 */
extern void *pm_state_writable(FunctionCallInfo fcinfo, size_t size);

#endif							/* PM_STATE_H */
