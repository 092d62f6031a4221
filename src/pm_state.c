/*
 * pm_state.c
 *		Summary types: fixed-size states of aggregates, their text and binary form.
 *
 * A description of the members drives all four functions, so that a type cannot
 * be written in one order and read in another.  What comes from outside is
 * hostile: every number is read into a slot of its own, the whole is checked
 * before anybody sees it, and no length in it is believed.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"

#include "pm_state.h"

/* Leads the binary form, in case another one is ever needed. */
#define STATE_FORMAT 1

#define WHITE_SPACE " \t\n\r\v\f"

/* One member. */
typedef union Slot
{
	int64		count;
	float8		number;
} Slot;

StaticAssertDecl(sizeof(Slot) == 8, "a member is 8 bytes wide");

static bool parse_state(const char *input, const PmStateType *type, Slot *slots);
static const char *parse_member(const char *input, char member, Slot *slot);

Datum
pm_state_in(FunctionCallInfo fcinfo, const PmStateType *type)
{
	char	   *input = PG_GETARG_CSTRING(0);
	Slot	   *slots = palloc(strlen(type->members) * sizeof(Slot));

	if (!parse_state(input, type, slots))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", type->name, input),
				 errdetail("Expected %s.", type->shape)));
	if (!type->valid(slots))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("impossible value for type %s: \"%s\"", type->name, input),
				 errdetail("%s", type->rule)));
	PG_RETURN_POINTER(slots);
}

Datum
pm_state_out(FunctionCallInfo fcinfo, const PmStateType *type)
{
	const Slot *slots = (const Slot *) PG_GETARG_POINTER(0);
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; type->members[i] != '\0'; i++)
	{
		appendStringInfoChar(&buf, i == 0 ? '(' : ',');
		if (type->members[i] == 'i')
			appendStringInfo(&buf, INT64_FORMAT, slots[i].count);
		else
		{
			double_to_shortest_decimal_buf(slots[i].number, digits);
			appendStringInfoString(&buf, digits);
		}
	}
	appendStringInfoChar(&buf, ')');
	PG_RETURN_CSTRING(buf.data);
}

Datum
pm_state_recv(FunctionCallInfo fcinfo, const PmStateType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Slot	   *slots = palloc(strlen(type->members) * sizeof(Slot));

	if (pq_getmsgbyte(buf) != STATE_FORMAT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unknown format of type %s", type->name)));
	for (int i = 0; type->members[i] != '\0'; i++)
	{
		if (type->members[i] == 'i')
			slots[i].count = pq_getmsgint64(buf);
		else
			slots[i].number = pq_getmsgfloat8(buf);
	}
	if (!type->valid(slots))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("impossible value for type %s", type->name),
				 errdetail("%s", type->rule)));
	PG_RETURN_POINTER(slots);
}

Datum
pm_state_send(FunctionCallInfo fcinfo, const PmStateType *type)
{
	const Slot *slots = (const Slot *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, STATE_FORMAT);
	for (int i = 0; type->members[i] != '\0'; i++)
	{
		if (type->members[i] == 'i')
			pq_sendint64(&buf, slots[i].count);
		else
			pq_sendfloat8(&buf, slots[i].number);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

void *
pm_state_writable(FunctionCallInfo fcinfo, size_t size)
{
	void	   *state = PG_GETARG_POINTER(0);

	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return memcpy(palloc(size), state, size);
}

/* "(1,2.5,...)", with white space wherever it may stand. */
static bool
parse_state(const char *input, const PmStateType *type, Slot *slots)
{
	for (int i = 0; type->members[i] != '\0'; i++)
	{
		input += strspn(input, WHITE_SPACE);
		if (*input++ != (i == 0 ? '(' : ','))
			return false;
		input = parse_member(input, type->members[i], &slots[i]);
		if (input == NULL)
			return false;
	}
	input += strspn(input, WHITE_SPACE);
	if (*input++ != ')')
		return false;
	return input[strspn(input, WHITE_SPACE)] == '\0';
}

/*
 * What follows the member, NULL where it is none.  strtod() sets ERANGE for
 * numbers too small for full precision as well, which are right as they are.
 */
static const char *
parse_member(const char *input, char member, Slot *slot)
{
	char	   *end;

	errno = 0;
	if (member == 'i')
		slot->count = strtoi64(input, &end, 10);
	else
		slot->number = strtod(input, &end);
	if (end == input)
		return NULL;
	if (member == 'i' ? errno != 0 : !isfinite(slot->number))
		return NULL;
	return end;
}
