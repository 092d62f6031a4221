/*
 * pm_object.h
 *		A JSON object that is built member by member, to be had as jsonb and as
 *		text.  Include it after postgres.h.
 */
#ifndef PM_OBJECT_H
#define PM_OBJECT_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "pm.h"

#define PM_OBJECT_MAX 20

/* Begins empty, as {0}.  Names differ from each other. */
typedef struct PmObject
{
	int			n;
	struct
	{
		const char *name;
		JsonbValue	value;
	}			members[PM_OBJECT_MAX];
} PmObject;

/* What is NULL becomes null.  Values are not copied. */
extern void pm_object_string(PmObject *object, const char *name, const char *value);
extern void pm_object_text(PmObject *object, const char *name, NullableDatum value);
extern void pm_object_int32(PmObject *object, const char *name, NullableDatum value);
extern void pm_object_int64(PmObject *object, const char *name, int64 value);
extern void pm_object_uuid(PmObject *object, const char *name, NullableDatum value);
extern void pm_object_time(PmObject *object, const char *name, NullableDatum value);
extern void pm_object_jsonb(PmObject *object, const char *name, Jsonb *value);

/* All members of another. */
extern void pm_object_members(PmObject *object, Jsonb *members);
extern void pm_object_add_all(PmObject *object, const PmObject *other);

extern Jsonb *pm_object_to_jsonb(const PmObject *object);

/* Appends it. */
extern void pm_object_to_text(const PmObject *object, StringInfo text);

#endif							/* PM_OBJECT_H */
