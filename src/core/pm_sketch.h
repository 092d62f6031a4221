/*
 * pm_sketch.h
 *		Sketches: vectors of small counts, most of them 0, in memory and packed.
 *
 * In memory a sketch is an array of slots, all zeros at first.  Packed it lists
 * the slots that are not 0, each in one byte where the distance to the one
 * before is under 8 and the value under 15.  Equal slots give equal bytes.
 */
#ifndef PM_SKETCH_H
#define PM_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct PmSketchKind
{
	const char *name;			/* of the SQL type */
	int			nslots;
	int			width;			/* bytes of a slot in memory, 8 or 1 */
	int64_t		most;			/* that a slot can hold */
	bool		adds;			/* merging adds; else the larger value stays */
} PmSketchKind;

/* A walk over the slots that are not 0, of either form. */
typedef struct PmSketchReader
{
	const PmSketchKind *kind;
	const uint8_t *at;			/* packed: what is left; in memory: slot 0 */
	const uint8_t *end;			/* NULL for the form in memory */
	int			slot;			/* the last one read, -1 before the first */
} PmSketchReader;

#define PM_SKETCH_SLOT_BYTES(kind) ((size_t) (kind)->nslots * (size_t) (kind)->width)

/* Bytes of a packed slot at most: a distance and a value of 64 bits. */
#define PM_SKETCH_PACKED_MAX(nslots) ((size_t) (nslots) * 12)

extern void pm_sketch_read_packed(PmSketchReader *reader, const PmSketchKind *kind,
								  const uint8_t *data, size_t len);
extern void pm_sketch_read_slots(PmSketchReader *reader, const PmSketchKind *kind,
								 const uint8_t *slots);

/* The next slot: 1, or 0 at the end, or -1 where the bytes are no sketch. */
extern int	pm_sketch_next(PmSketchReader *reader, int64_t *value);

/* Merges a value into a slot; false where it would exceed what a slot holds. */
extern bool pm_sketch_merge(const PmSketchKind *kind, uint8_t *slots, int slot, int64_t value);

/*
 * Merges all that a walk still has before it: 1, or 0 where a slot would exceed
 * what it holds, or -1 where the bytes are no sketch.
 */
extern int	pm_sketch_merge_rest(PmSketchReader *reader, uint8_t *slots);

/* Writes one more slot of a packed form, behind slot before; bytes written. */
extern size_t pm_sketch_write(uint8_t *out, int before, int slot, int64_t value);

#endif							/* PM_SKETCH_H */
