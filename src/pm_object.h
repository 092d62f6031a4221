/*
 * pm_object.h
 *		Building a jsonb object member by member.  Include it after postgres.h.
 */
#ifndef PM_OBJECT_H
#define PM_OBJECT_H

#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pm.h"

typedef struct PmObject
{
	JsonbParseState *state;
} PmObject;

/* What is NULL becomes null.  Strings are not copied. */
extern void pm_object_begin(PmObject *object);
extern void pm_object_string(PmObject *object, const char *name, const char *value);
extern void pm_object_text(PmObject *object, const char *name, const text *value);
extern void pm_object_integer(PmObject *object, const char *name, NullableDatum value); /* int8 */
extern void pm_object_uuid(PmObject *object, const char *name, const pg_uuid_t *value);
extern void pm_object_time(PmObject *object, const char *name, NullableDatum value);
extern void pm_object_jsonb(PmObject *object, const char *name, const Jsonb *value);

/* All members of an object. */
extern void pm_object_members(PmObject *object, Jsonb *members);

extern Jsonb *pm_object_end(PmObject *object);

#endif							/* PM_OBJECT_H */
