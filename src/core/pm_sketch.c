/*
 * pm_sketch.c
 *		Sketches: vectors of small counts, most of them 0, in memory and packed.
 *
 * A packed slot is a number in base 128, low digits first, of which the lowest
 * four bits are the value, or 15 where the value is 15 or more and follows,
 * less 15, as a number of its own; the bits above are the slots left out.
 */
#include "pm_sketch.h"

#define VALUE_BITS 4
#define VALUE_FOLLOWS 15
#define ZEROS ((int) sizeof(uint64_t))

static inline int next_slot(PmSketchReader *reader, int64_t *value);
static inline int next_in_memory(PmSketchReader *reader, int64_t *value);
static inline bool are_zeros(const PmSketchReader *reader);
static inline int next_packed(PmSketchReader *reader, int64_t *value);
static inline bool read_number(PmSketchReader *reader, uint64_t *number);
static size_t write_number(uint8_t *out, uint64_t number);
static inline int64_t slot_value(const PmSketchKind *kind, const uint8_t *slots, int slot);
static inline bool merge_slot(const PmSketchKind *kind, uint8_t *slots, int slot, int64_t value);

void
pm_sketch_read_packed(PmSketchReader *reader, const PmSketchKind *kind, const uint8_t *data, size_t len)
{
	*reader = (PmSketchReader) {.kind = kind, .at = data, .end = data + len, .slot = -1};
}

void
pm_sketch_read_slots(PmSketchReader *reader, const PmSketchKind *kind, const uint8_t *slots)
{
	*reader = (PmSketchReader) {.kind = kind, .at = slots, .slot = -1};
}

int
pm_sketch_next(PmSketchReader *reader, int64_t *value)
{
	return next_slot(reader, value);
}

static inline int
next_slot(PmSketchReader *reader, int64_t *value)
{
	return reader->end == NULL ? next_in_memory(reader, value) : next_packed(reader, value);
}

static inline int
next_in_memory(PmSketchReader *reader, int64_t *value)
{
	const PmSketchKind *kind = reader->kind;

	while (++reader->slot < kind->nslots)
	{
		if (kind->width == 1 && are_zeros(reader))
		{
			reader->slot += ZEROS - 1;
			continue;
		}
		*value = slot_value(kind, reader->at, reader->slot);
		if (*value != 0)
			return 1;
	}
	return 0;
}

/* Most slots of one byte are 0, and passed by eight at a time. */
static inline bool
are_zeros(const PmSketchReader *reader)
{
	uint64_t	slots;

	if (reader->slot % ZEROS != 0 || reader->slot + ZEROS > reader->kind->nslots)
		return false;
	memcpy(&slots, reader->at + reader->slot, sizeof(slots));
	return slots == 0;
}

/* Nearly every slot is one byte. */
static inline int
next_packed(PmSketchReader *reader, int64_t *value)
{
	const PmSketchKind *kind = reader->kind;
	uint64_t	number;
	uint64_t	rest = 0;

	if (reader->at == reader->end)
		return 0;
	number = *reader->at;
	if (number < 0x80 && (number & VALUE_FOLLOWS) != VALUE_FOLLOWS)
		reader->at++;
	else if (!read_number(reader, &number) || number >> VALUE_BITS >= (uint64_t) kind->nslots ||
			 ((number & VALUE_FOLLOWS) == VALUE_FOLLOWS &&
			  (!read_number(reader, &rest) || rest > (uint64_t) kind->most)))
		return -1;
	reader->slot += 1 + (int) (number >> VALUE_BITS);
	*value = (int64_t) ((number & VALUE_FOLLOWS) + rest);
	return reader->slot < kind->nslots && *value > 0 && *value <= kind->most ? 1 : -1;
}

/* Works on copies, which no write to a slot can change: they stay in registers. */
int
pm_sketch_merge_rest(PmSketchReader *reader, uint8_t *slots)
{
	const PmSketchKind kind = *reader->kind;
	PmSketchReader walk = *reader;
	int64_t		value;
	int			got;

	walk.kind = &kind;
	while ((got = next_slot(&walk, &value)) > 0)
		if (!merge_slot(&kind, slots, walk.slot, value))
			return 0;
	return got < 0 ? -1 : 1;
}

bool
pm_sketch_merge(const PmSketchKind *kind, uint8_t *slots, int slot, int64_t value)
{
	return merge_slot(kind, slots, slot, value);
}

static inline bool
merge_slot(const PmSketchKind *kind, uint8_t *slots, int slot, int64_t value)
{
	int64_t		merged = slot_value(kind, slots, slot);

	if (kind->adds ? value > kind->most - merged : value > kind->most)
		return false;
	if (kind->adds)
		merged += value;
	else if (value > merged)
		merged = value;
	if (kind->width == 1)
		slots[slot] = (uint8_t) merged;
	else
		memcpy(slots + (size_t) slot * sizeof(merged), &merged, sizeof(merged));
	return true;
}

size_t
pm_sketch_write(uint8_t *out, int before, int slot, int64_t value)
{
	uint64_t	gap = (uint64_t) (slot - before - 1) << VALUE_BITS;
	size_t		len;

	if (value < VALUE_FOLLOWS)
		return write_number(out, gap | (uint64_t) value);
	len = write_number(out, gap | VALUE_FOLLOWS);
	return len + write_number(out + len, (uint64_t) value - VALUE_FOLLOWS);
}

/* Only the shortest form of a number is one, so that equal is equal bytes. */
static inline bool
read_number(PmSketchReader *reader, uint64_t *number)
{
	uint64_t	result = 0;

	for (int shift = 0; shift < 63 && reader->at < reader->end; shift += 7)
	{
		uint8_t		byte = *reader->at++;

		result |= (uint64_t) (byte & 0x7F) << shift;
		if (byte < 0x80)
		{
			*number = result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

static size_t
write_number(uint8_t *out, uint64_t number)
{
	size_t		len = 0;

	for (; number >= 0x80; number >>= 7)
		out[len++] = (uint8_t) (number | 0x80);
	out[len++] = (uint8_t) number;
	return len;
}

/* By bytes: a state that came from a parallel worker need not be aligned. */
static inline int64_t
slot_value(const PmSketchKind *kind, const uint8_t *slots, int slot)
{
	int64_t		value;

	if (kind->width == 1)
		return slots[slot];
	memcpy(&value, slots + (size_t) slot * sizeof(value), sizeof(value));
	return value;
}
