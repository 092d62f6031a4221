/*
 * pm_uuid.c
 *		UUIDs of version 7: milliseconds, then randomness.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "pm_uuid.h"

#define TIME_BYTES 6
#define RANDOM_BYTES (UUID_LEN - TIME_BYTES)
#define UNIX_EPOCH_USECS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

static const unsigned char *random_bytes(void);

void
pm_uuid_make(pg_uuid_t *uuids, int n)
{
	uint64		ms = (uint64) ((GetCurrentTimestamp() + UNIX_EPOCH_USECS) / 1000);

	for (int i = 0; i < n; i++)
	{
		unsigned char *data = uuids[i].data;

		for (int k = 0; k < TIME_BYTES; k++)
			data[k] = (unsigned char) (ms >> (40 - 8 * k));
		memcpy(&data[TIME_BYTES], random_bytes(), RANDOM_BYTES);
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

/* RANDOM_BYTES never given before; by the hundred they cost a tenth. */
static const unsigned char *
random_bytes(void)
{
	static unsigned char stock[100][RANDOM_BYTES];
	static int	left = 0;

	if (left == 0)
	{
		if (!pg_strong_random(stock, sizeof(stock)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate random values")));
		left = lengthof(stock);
	}
	return stock[--left];
}
