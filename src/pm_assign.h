/*
 * pm_assign.h
 *		Which variant of which experiment a unit has.  Include it after
 *		postgres.h.
 */
#ifndef PM_ASSIGN_H
#define PM_ASSIGN_H

#include "utils/jsonb.h"

/* Which variant a unit has, and what is known of it. */
typedef struct PmAssignment
{
	bool		found;			/* else the unit is in no experiment */
	Datum		experiment_id;
	Datum		experiment;		/* its name */
	Datum		epoch;
	Datum		variant_no;
	Datum		key;
	Datum		prompt;			/* what the variant serves */
	Datum		prompt_id;
	Datum		version;		/* 0 = by label */
	Datum		label;
	bool		sticky;			/* the unit was exposed before, to: */
	int			sticky_no;
	Datum		exposure_id;
	bool		forced;
} PmAssignment;

/*
 * Finds, through the statement's snapshot and with the caller's rights, the
 * first experiment on a prompt and label that a unit is in.  unit may be 0,
 * which is in none.
 */
extern void pm_assign(Datum prompt, Datum label, Datum unit, Jsonb *attributes, PmAssignment *a);

/*
 * Records the first exposure of a unit.  What was recorded before stands, and
 * where another session was first, the assignment becomes that one's.
 */
extern void pm_expose(Datum unit, Datum exposure_id, PmAssignment *a);

#endif							/* PM_ASSIGN_H */
