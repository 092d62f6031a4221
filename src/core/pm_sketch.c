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

static bool read_number(PmSketchReader *reader, uint64_t *number);
static size_t write_number(uint8_t *out, uint64_t number);
static int64_t slot_value(const PmSketchKind *kind, const uint8_t *slots, int slot);

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
	const PmSketchKind *kind = reader->kind;
	uint64_t	number;
	uint64_t	rest = 0;

	if (reader->end == NULL)
	{
		while (++reader->slot < kind->nslots)
		{
			*value = slot_value(kind, reader->at, reader->slot);
			if (*value != 0)
				return 1;
		}
		return 0;
	}
	if (reader->at == reader->end)
		return 0;
	if (!read_number(reader, &number) || number >> VALUE_BITS >= (uint64_t) kind->nslots)
		return -1;
	if ((number & VALUE_FOLLOWS) == VALUE_FOLLOWS &&
		(!read_number(reader, &rest) || rest > (uint64_t) kind->most))
		return -1;
	reader->slot += 1 + (int) (number >> VALUE_BITS);
	*value = (int64_t) ((number & VALUE_FOLLOWS) + rest);
	return reader->slot < kind->nslots && *value > 0 && *value <= kind->most ? 1 : -1;
}

bool
pm_sketch_merge(const PmSketchKind *kind, uint8_t *slots, int slot, int64_t value)
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
static bool
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
static int64_t
slot_value(const PmSketchKind *kind, const uint8_t *slots, int slot)
{
	int64_t		value;

	if (kind->width == 1)
		return slots[slot];
	memcpy(&value, slots + (size_t) slot * sizeof(value), sizeof(value));
	return value;
}
