/*
 * pm_uuid.c
 *		UUIDs of version 7: milliseconds, then randomness.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "pm_uuid.h"

#define TIME_BYTES 6
#define UNIX_EPOCH_USECS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

void
pm_uuid_make(pg_uuid_t *uuids, int n)
{
	uint64		ms = (uint64) ((GetCurrentTimestamp() + UNIX_EPOCH_USECS) / 1000);

	if (!pg_strong_random(uuids, n * sizeof(pg_uuid_t)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	for (int i = 0; i < n; i++)
	{
		unsigned char *data = uuids[i].data;

		for (int k = 0; k < TIME_BYTES; k++)
			data[k] = (unsigned char) (ms >> (40 - 8 * k));
		data[6] = (data[6] & 0x0f) | 0x70;
		data[8] = (data[8] & 0x3f) | 0x80;
	}
}

bool
pm_uuid_time(const pg_uuid_t *uuid, TimestampTz *time)
{
	int64		ms = 0;

	if ((uuid->data[6] & 0xf0) != 0x70 || (uuid->data[8] & 0xc0) != 0x80)
		return false;
	for (int k = 0; k < TIME_BYTES; k++)
		ms = ms << 8 | uuid->data[k];
	*time = ms * 1000 - UNIX_EPOCH_USECS;
	return true;
}
