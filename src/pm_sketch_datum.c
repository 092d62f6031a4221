/*
 * pm_sketch_datum.c
 *		Sketch types: values of a PmSketchKind of the core, their text and binary
 *		form.
 *
 * What comes from outside is hostile: it is read by the reader that checks
 * every slot, and packed anew.  What lies in a table is checked as it is read,
 * by the same reader.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "pm_sketch_datum.h"

#define PACKED 1				/* leads the binary form as well */
#define IN_MEMORY 2

typedef struct Sketch
{
	int32		vl_len_;
	uint8		form;
	uint8		data[FLEXIBLE_ARRAY_MEMBER];
} Sketch;

#define DATA_SIZE(sketch) (VARSIZE(sketch) - offsetof(Sketch, data))

static Sketch *make_sketch(uint8 form, size_t size);
static Sketch *pack(PmSketchReader *reader);
static Sketch *from_bytes(const uint8 *bytes, size_t len, const PmSketchKind *kind);
static Sketch *state_of(FunctionCallInfo fcinfo, const PmSketchKind *kind);
static void merge_rest(PmSketchReader *reader, Sketch *state);
static bool parse(const char *input, const PmSketchKind *kind, uint8 *slots);
pg_noreturn static void impossible(const PmSketchKind *kind);
pg_noreturn static void out_of_range(const PmSketchKind *kind);
pg_noreturn static void corrupt(const PmSketchKind *kind);

Datum
pm_sketch_in(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	char	   *input = PG_GETARG_CSTRING(0);
	uint8	   *slots = palloc0(PM_SKETCH_SLOT_BYTES(kind));
	PmSketchReader reader;

	if (!parse(input, kind, slots))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", kind->name, input),
				 errdetail("Expected {slot:value,...}, slots in rising order from 0 to %d, values from 1 to " INT64_FORMAT ".",
						   kind->nslots - 1, kind->most)));
	pm_sketch_read_slots(&reader, kind, slots);
	PG_RETURN_POINTER(pack(&reader));
}

Datum
pm_sketch_out(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	PmSketchReader reader;
	StringInfoData buf;
	int64		value;

	pm_sketch_open(&reader, kind, PG_GETARG_DATUM(0));
	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	while (pm_sketch_step(&reader, &value))
		appendStringInfo(&buf, "%s%d:" INT64_FORMAT, buf.len > 1 ? "," : "", reader.slot, value);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

Datum
pm_sketch_recv(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			len = buf->len - buf->cursor;

	PG_RETURN_POINTER(from_bytes((const uint8 *) pq_getmsgbytes(buf, len), len, kind));
}

Datum
pm_sketch_from_bytea(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);

	PG_RETURN_POINTER(from_bytes((const uint8 *) VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes), kind));
}

/* The binary form has the bytes of a packed value, which is checked as it is merged. */
Datum
pm_sketch_of(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);

	if (VARSIZE_ANY_EXHDR(bytes) < 1 || *(const uint8 *) VARDATA_ANY(bytes) != PACKED)
		impossible(kind);
	PG_RETURN_BYTEA_P(bytes);
}

Datum
pm_sketch_send(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	PmSketchReader reader;
	Sketch	   *packed;
	StringInfoData buf;

	pm_sketch_open(&reader, kind, PG_GETARG_DATUM(0));
	packed = pack(&reader);
	pq_begintypsend(&buf);
	pq_sendbyte(&buf, PACKED);
	pq_sendbytes(&buf, (const char *) packed->data, DATA_SIZE(packed));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
pm_sketch_accum(FunctionCallInfo fcinfo, const PmSketchKind *kind, int slot, int64 value)
{
	Sketch	   *state = state_of(fcinfo, kind);

	if (!pm_sketch_merge(kind, state->data, slot, value))
		out_of_range(kind);
	PG_RETURN_POINTER(state);
}

Datum
pm_sketch_combine(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	Sketch	   *state = state_of(fcinfo, kind);
	PmSketchReader reader;

	pm_sketch_open(&reader, kind, PG_GETARG_DATUM(1));
	merge_rest(&reader, state);
	if (AggCheckCallContext(fcinfo, NULL))
		PG_RETURN_POINTER(state);
	pm_sketch_read_slots(&reader, kind, state->data);
	PG_RETURN_POINTER(pack(&reader));
}

Datum
pm_sketch_packed(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	PmSketchReader reader;

	pm_sketch_open(&reader, kind, PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(pack(&reader));
}

void
pm_sketch_open(PmSketchReader *reader, const PmSketchKind *kind, Datum value)
{
	Sketch	   *sketch = (Sketch *) PG_DETOAST_DATUM(value);

	if (VARSIZE(sketch) < offsetof(Sketch, data))
		corrupt(kind);
	if (sketch->form == PACKED)
		pm_sketch_read_packed(reader, kind, sketch->data, DATA_SIZE(sketch));
	else if (sketch->form == IN_MEMORY && DATA_SIZE(sketch) == PM_SKETCH_SLOT_BYTES(kind))
		pm_sketch_read_slots(reader, kind, sketch->data);
	else
		corrupt(kind);
}

bool
pm_sketch_step(PmSketchReader *reader, int64 *value)
{
	int			got = pm_sketch_next(reader, value);

	if (got < 0)
		corrupt(reader->kind);
	return got > 0;
}

static Sketch *
make_sketch(uint8 form, size_t size)
{
	Sketch	   *sketch = palloc(offsetof(Sketch, data) + size);

	SET_VARSIZE(sketch, offsetof(Sketch, data) + size);
	sketch->form = form;
	return sketch;
}

static Sketch *
pack(PmSketchReader *reader)
{
	Sketch	   *sketch = make_sketch(PACKED, PM_SKETCH_PACKED_MAX(reader->kind->nslots));
	size_t		len = 0;
	int			before = -1;
	int64		value;

	while (pm_sketch_step(reader, &value))
	{
		len += pm_sketch_write(sketch->data + len, before, reader->slot, value);
		before = reader->slot;
	}
	SET_VARSIZE(sketch, offsetof(Sketch, data) + len);
	return sketch;
}

/* The binary form, which may come from anywhere. */
static Sketch *
from_bytes(const uint8 *bytes, size_t len, const PmSketchKind *kind)
{
	PmSketchReader reader;
	int64		value;
	int			got = -1;
	Sketch	   *sketch;

	if (len > 0 && bytes[0] == PACKED)
	{
		pm_sketch_read_packed(&reader, kind, bytes + 1, len - 1);
		while ((got = pm_sketch_next(&reader, &value)) > 0)
			;
	}
	if (got < 0)
		impossible(kind);
	sketch = make_sketch(PACKED, len - 1);
	memcpy(sketch->data, bytes + 1, len - 1);
	return sketch;
}

/*
 * Argument 0 in memory, to be changed.  The executor takes the first one over
 * into the aggregate's context; from then on it is the aggregate's own.
 */
static Sketch *
state_of(FunctionCallInfo fcinfo, const PmSketchKind *kind)
{
	Sketch	   *sketch = (Sketch *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	PmSketchReader reader;
	Sketch	   *state;

	if (sketch->form == IN_MEMORY && AggCheckCallContext(fcinfo, NULL))
		return sketch;
	state = make_sketch(IN_MEMORY, PM_SKETCH_SLOT_BYTES(kind));
	memset(state->data, 0, PM_SKETCH_SLOT_BYTES(kind));
	pm_sketch_open(&reader, kind, PointerGetDatum(sketch));
	merge_rest(&reader, state);
	return state;
}

static void
merge_rest(PmSketchReader *reader, Sketch *state)
{
	int			merged = pm_sketch_merge_rest(reader, state->data);

	if (merged < 0)
		corrupt(reader->kind);
	if (merged == 0)
		out_of_range(reader->kind);
}

/* "{5:1,17:3}", with no white space. */
static bool
parse(const char *input, const PmSketchKind *kind, uint8 *slots)
{
	int64		before = -1;

	if (*input++ != '{')
		return false;
	while (*input != '}')
	{
		char	   *end;
		int64		slot;
		int64		value;

		if (before >= 0 && *input++ != ',')
			return false;
		errno = 0;
		slot = strtoi64(input, &end, 10);
		if (end == input || *end != ':' || slot <= before || slot >= kind->nslots)
			return false;
		input = end + 1;
		value = strtoi64(input, &end, 10);
		if (end == input || errno != 0 || value < 1 || !pm_sketch_merge(kind, slots, (int) slot, value))
			return false;
		input = end;
		before = slot;
	}
	return input[1] == '\0';
}

static void
impossible(const PmSketchKind *kind)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("impossible value for type %s", kind->name)));
}

static void
out_of_range(const PmSketchKind *kind)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value of type %s out of range", kind->name)));
}

static void
corrupt(const PmSketchKind *kind)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("a value of type %s is damaged", kind->name)));
}
