/*
 * pm_sketch_datum.h
 *		Sketch types: values of a PmSketchKind of the core, their text and binary
 *		form.  Include it after postgres.h.
 *
 * A value is packed wherever it is stored or sent.  Only the state of an
 * aggregate is the form in memory, so that a row costs one slot; an aggregate
 * ends with pm_sketch_packed().
 */
#ifndef PM_SKETCH_DATUM_H
#define PM_SKETCH_DATUM_H

#include "pm.h"
#include "pm_sketch.h"

/* The bodies of the four I/O functions.  Text is {slot:value,...}. */
extern Datum pm_sketch_in(FunctionCallInfo fcinfo, const PmSketchKind *kind);
extern Datum pm_sketch_out(FunctionCallInfo fcinfo, const PmSketchKind *kind);
extern Datum pm_sketch_recv(FunctionCallInfo fcinfo, const PmSketchKind *kind);
extern Datum pm_sketch_send(FunctionCallInfo fcinfo, const PmSketchKind *kind);

/* The binary form as a bytea; pm_sketch_send() is the way back. */
extern Datum pm_sketch_from_bytea(FunctionCallInfo fcinfo, const PmSketchKind *kind);

/* The same of bytes that are trusted as those of a stored value are. */
extern Datum pm_sketch_of(FunctionCallInfo fcinfo, const PmSketchKind *kind);

/* Transition: one value merged into a slot of argument 0. */
extern Datum pm_sketch_accum(FunctionCallInfo fcinfo, const PmSketchKind *kind, int slot, int64 value);

/* Combine function: argument 1 merged into argument 0; packed outside of aggregates. */
extern Datum pm_sketch_combine(FunctionCallInfo fcinfo, const PmSketchKind *kind);

/* Final function: argument 0, packed. */
extern Datum pm_sketch_packed(FunctionCallInfo fcinfo, const PmSketchKind *kind);

/* Starts a walk over an argument's slots; pm_sketch_step() is pm_sketch_next() that raises. */
extern void pm_sketch_open(PmSketchReader *reader, const PmSketchKind *kind, Datum value);
extern bool pm_sketch_step(PmSketchReader *reader, int64 *value);

#endif							/* PM_SKETCH_DATUM_H */
