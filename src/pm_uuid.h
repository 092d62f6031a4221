/*
 * pm_uuid.h
 *		UUIDs of version 7: milliseconds, then randomness.  Include it after
 *		postgres.h.
 */
#ifndef PM_UUID_H
#define PM_UUID_H

#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* Makes n of the current time. */
extern void pm_uuid_make(pg_uuid_t *uuids, int n);

/* The time in one; false where it is of another version. */
extern bool pm_uuid_time(const pg_uuid_t *uuid, TimestampTz *time);

#endif							/* PM_UUID_H */
