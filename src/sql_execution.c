/*
 * sql_execution.c
 *		SQL-callable help for the log of executions: ids, and what the rows of
 *		a batch may hold.
 *
 * A batch is checked as a whole before anything of it is read, so that all
 * that is wrong is told at once, each with its place, and the conversions that
 * follow cannot fail.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "pm_error.h"
#include "pm_problem.h"
#include "pm_uuid.h"

#define MAX_ROWS 5000
#define MAX_BYTES (8 * 1024 * 1024)

/* Whoever sends more that is wrong has one mistake, not many. */
#define MAX_PROBLEMS 100

/* Some are parts of keys of indexes, whose rows have a limit. */
#define MAX_NAME_BYTES 255
#define MAX_KEY_BYTES 1024

typedef enum FieldKind
{
	FIELD_ID,
	FIELD_NAME,
	FIELD_KEY,
	FIELD_TEXT,
	FIELD_TEXTS,
	FIELD_OBJECT,
	FIELD_FLAG,
	FIELD_INTEGER,
	FIELD_NUMBER
} FieldKind;

typedef struct Field
{
	const char *name;
	FieldKind	kind;
	double		min;			/* of a number */
	double		max;
} Field;

#define LARGEST 1e300
#define SMALLEST 1e-300

static const Field fields[] = {
	{"execution_id", FIELD_ID},
	{"prompt", FIELD_KEY},
	{"version", FIELD_INTEGER, 1, PG_INT32_MAX},
	{"experiment", FIELD_KEY},
	{"variant", FIELD_KEY},
	{"unit", FIELD_KEY},
	{"user_id", FIELD_KEY},
	{"conversation_id", FIELD_KEY},
	{"operation_name", FIELD_NAME},
	{"provider_name", FIELD_NAME},
	{"request_model", FIELD_NAME},
	{"response_model", FIELD_NAME},
	{"response_id", FIELD_KEY},
	{"finish_reasons", FIELD_TEXTS},
	{"input_tokens", FIELD_INTEGER, 0, PG_INT32_MAX},
	{"output_tokens", FIELD_INTEGER, 0, PG_INT32_MAX},
	{"cache_read_input_tokens", FIELD_INTEGER, 0, PG_INT32_MAX},
	{"cache_write_input_tokens", FIELD_INTEGER, 0, PG_INT32_MAX},
	{"reasoning_output_tokens", FIELD_INTEGER, 0, PG_INT32_MAX},
	{"duration", FIELD_NUMBER, 0, LARGEST},
	{"time_to_first_chunk", FIELD_NUMBER, 0, LARGEST},
	{"cost_usd", FIELD_NUMBER, 0, 1e6},
	{"success", FIELD_FLAG},
	{"error_type", FIELD_NAME},
	{"error_message", FIELD_TEXT},
	{"confidence", FIELD_NUMBER, -LARGEST, LARGEST},
	{"ref", FIELD_OBJECT},
	{"attributes", FIELD_OBJECT},
	{"variables", FIELD_OBJECT},
	{"rendered", FIELD_TEXT},
	{"response", FIELD_TEXT}
};

typedef struct BatchCheck
{
	PmProblems	problems;
	TimestampTz oldest;
	TimestampTz newest;
	bool		single;			/* the row of a call, whose arguments need no index */
	int			row;
} BatchCheck;

static int	check_rows(BatchCheck *check, Jsonb *rows);
static void check_row(BatchCheck *check, JsonbContainer *row);
static const Field *find_field(const JsonbValue *name);
static void check_field(BatchCheck *check, const Field *field, const JsonbValue *value);
static void check_id(BatchCheck *check, const Field *field, const JsonbValue *value);
static bool read_uuid(const JsonbValue *value, pg_uuid_t *uuid);
static void check_string(BatchCheck *check, const Field *field, const JsonbValue *value, int max);
static bool are_strings(const JsonbValue *value);
static void check_number(BatchCheck *check, const Field *field, const JsonbValue *value);
static void add_problem(BatchCheck *check, const char *field, int len, const char *reason);

/* new_execution_id() -> uuid */
PM_FUNCTION(prompt_mgr_new_execution_id);
Datum
prompt_mgr_new_execution_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));

	pm_uuid_make(uuid, 1);
	PG_RETURN_UUID_P(uuid);
}

/* execution_time(id uuid) -> timestamptz */
PM_FUNCTION(prompt_mgr_execution_time);
Datum
prompt_mgr_execution_time(PG_FUNCTION_ARGS)
{
	TimestampTz time;

	if (!pm_uuid_time(PG_GETARG_UUID_P(0), &time))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(time);
}

/* check_executions(rows jsonb, oldest timestamptz, newest timestamptz, single boolean) -> integer */
PM_FUNCTION(prompt_mgr_check_executions);
Datum
prompt_mgr_check_executions(PG_FUNCTION_ARGS)
{
	Jsonb	   *rows = PG_GETARG_JSONB_P(0);
	BatchCheck	check = {
		.oldest = PG_GETARG_TIMESTAMPTZ(1),
		.newest = PG_GETARG_TIMESTAMPTZ(2),
		.single = PG_GETARG_BOOL(3)
	};
	int			n;

	if (!JB_ROOT_IS_ARRAY(rows) || JB_ROOT_IS_SCALAR(rows))
		pm_bad_argument("rows", "must be a JSON array");
	if (VARSIZE(rows) > MAX_BYTES)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("%s has more than 8 MB", check.single ? "an execution" : "a batch of executions"),
				 check.single ? 0 : errhint("Send fewer rows at a time.")));
	if (JB_ROOT_COUNT(rows) > MAX_ROWS)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("a batch of executions has more than %d rows", MAX_ROWS),
				 errhint("Send fewer rows at a time.")));
	pm_problems_init(&check.problems);
	n = check_rows(&check, rows);
	pm_problems_raise(&check.problems);
	PG_RETURN_INT32(n);
}

static int
check_rows(BatchCheck *check, Jsonb *rows)
{
	JsonbIterator *walk = JsonbIteratorInit(&rows->root);
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&walk, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		CHECK_FOR_INTERRUPTS();
		if (value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data))
			check_row(check, value.val.binary.data);
		else
			add_problem(check, NULL, 0, "must be a JSON object");
		check->row++;
	}
	return check->row;
}

static void
check_row(BatchCheck *check, JsonbContainer *row)
{
	JsonbIterator *walk = JsonbIteratorInit(row);
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue	value;
	bool		prompt = false;
	bool		experiment = false;
	bool		variant = false;

	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		const Field *field;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		field = find_field(&name);
		if (field == NULL)
			add_problem(check, name.val.string.val, name.val.string.len, "is no field of an execution");
		else if (value.type != jbvNull)
		{
			prompt |= strcmp(field->name, "prompt") == 0;
			experiment |= strcmp(field->name, "experiment") == 0;
			variant |= strcmp(field->name, "variant") == 0;
			check_field(check, field, &value);
		}
	}
	if (!prompt)
		add_problem(check, "prompt", 6, "must be given");
	if (experiment != variant)
		add_problem(check, experiment ? "variant" : "experiment", experiment ? 7 : 10,
					experiment ? "must be given with experiment" : "must be given with variant");
}

static const Field *
find_field(const JsonbValue *name)
{
	for (int i = 0; i < (int) lengthof(fields); i++)
		if (strncmp(fields[i].name, name->val.string.val, name->val.string.len) == 0 &&
			fields[i].name[name->val.string.len] == '\0')
			return &fields[i];
	return NULL;
}

static void
check_field(BatchCheck *check, const Field *field, const JsonbValue *value)
{
	const char *expected = NULL;

	switch (field->kind)
	{
		case FIELD_ID:
			check_id(check, field, value);
			break;
		case FIELD_NAME:
			check_string(check, field, value, MAX_NAME_BYTES);
			break;
		case FIELD_KEY:
			check_string(check, field, value, MAX_KEY_BYTES);
			break;
		case FIELD_TEXT:
			if (value->type != jbvString)
				expected = "must be a string";
			break;
		case FIELD_TEXTS:
			if (!are_strings(value))
				expected = "must be an array of strings";
			break;
		case FIELD_OBJECT:
			if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
				expected = "must be a JSON object";
			break;
		case FIELD_FLAG:
			if (value->type != jbvBool)
				expected = "must be true or false";
			break;
		case FIELD_INTEGER:
		case FIELD_NUMBER:
			check_number(check, field, value);
			break;
	}
	if (expected != NULL)
		add_problem(check, field->name, strlen(field->name), expected);
}

static void
check_id(BatchCheck *check, const Field *field, const JsonbValue *value)
{
	const char *reason = NULL;
	pg_uuid_t	uuid;
	TimestampTz time;

	if (!read_uuid(value, &uuid))
		reason = "must be a UUID";
	else if (!pm_uuid_time(&uuid, &time))
		reason = "must be a UUID of version 7, whose time places the execution";
	else if (time < check->oldest)
		reason = "is of a time whose executions are no longer kept";
	else if (time > check->newest)
		reason = "is of a time to come";
	if (reason != NULL)
		add_problem(check, field->name, strlen(field->name), reason);
}

/* In its canonical form. */
static bool
read_uuid(const JsonbValue *value, pg_uuid_t *uuid)
{
	const char *text = value->val.string.val;
	int			n = 0;

	if (value->type != jbvString || value->val.string.len != 36)
		return false;
	memset(uuid, 0, sizeof(*uuid));
	for (int i = 0; i < 36; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			if (c != '-')
				return false;
			continue;
		}
		if (!isxdigit(c))
			return false;
		c = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
		uuid->data[n / 2] = uuid->data[n / 2] << 4 | c;
		n++;
	}
	return true;
}

static void
check_string(BatchCheck *check, const Field *field, const JsonbValue *value, int max)
{
	if (value->type != jbvString)
		add_problem(check, field->name, strlen(field->name), "must be a string");
	else if (value->val.string.len == 0 || value->val.string.len > max)
		add_problem(check, field->name, strlen(field->name), psprintf("must have 1 to %d bytes", max));
}

static bool
are_strings(const JsonbValue *value)
{
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	element;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return false;
	walk = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&walk, &element, true)) != WJB_DONE)
		if (token == WJB_ELEM && element.type != jbvString)
			return false;
	return true;
}

static void
check_number(BatchCheck *check, const Field *field, const JsonbValue *value)
{
	Datum		numeric;
	double		number;

	if (value->type != jbvNumeric)
	{
		add_problem(check, field->name, strlen(field->name), "must be a number");
		return;
	}
	numeric = NumericGetDatum(value->val.numeric);
	number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
	if (field->kind == FIELD_INTEGER)
	{
		/* Numbers that a double cannot tell apart are far out of the range. */
		if (number != floor(number) || !(number >= field->min && number <= field->max) ||
			!DatumGetBool(DirectFunctionCall2(numeric_eq, numeric, DirectFunctionCall2(numeric_trunc, numeric, Int32GetDatum(0)))))
			add_problem(check, field->name, strlen(field->name),
						psprintf("must be an integer from %.0f to %.0f", field->min, field->max));
	}
	else if (!(number >= field->min && number <= field->max))
		add_problem(check, field->name, strlen(field->name),
					field->min < 0 ? "must be at most 1e300 in size" : psprintf("must be from 0 to %.15g", field->max));
	else if (fabs(number) < SMALLEST && !DatumGetBool(DirectFunctionCall2(numeric_eq, numeric, NumericGetDatum(int64_to_numeric(0)))))
		add_problem(check, field->name, strlen(field->name), "must be 0 or at least 1e-300 in size");
}

static void
add_problem(BatchCheck *check, const char *field, int len, const char *reason)
{
	StringInfoData path;

	if (check->problems.n >= MAX_PROBLEMS)
		return;
	initStringInfo(&path);
	if (!check->single)
		appendStringInfo(&path, "rows[%d]%s", check->row, field != NULL ? "." : "");
	if (field != NULL)
		appendBinaryStringInfo(&path, field, len);
	pm_problem_add(&check->problems, path.data, NULL, NULL, "%s", reason);
}
