/*
 * pm_catalog.h
 *		Reading the registry's tables.  Include it after postgres.h.
 */
#ifndef PM_CATALOG_H
#define PM_CATALOG_H

#include "access/tupdesc.h"
#include "datatype/timestamp.h"
#include "tcop/dest.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pm.h"

/* Which version of a prompt somebody asks for. */
typedef struct PmWanted
{
	const char *name;
	text	   *name_text;		/* the same */
	Datum		prompt_id;		/* of that prompt where it is known, else 0 */
	int			version;		/* 0 = not by number, then by label */
	const char *label;			/* never NULL where version is 0 */
	bool		has_as_of;
	TimestampTz as_of;			/* the label's holder at that time */
} PmWanted;

/* What rendering needs of a version. */
typedef struct PmVersion
{
	int			version;
	pg_uuid_t	version_id;
	const char *format;
	const char *escape;			/* NULL = the format's default */
	text	   *template;		/* NULL for a chat prompt */
	Jsonb	   *messages;		/* NULL for a text prompt */
	Jsonb	   *declarations;	/* of variables; NULL: none */
	Jsonb	   *constraints;	/* NULL: none */
	Jsonb	   *config;
} PmVersion;

/* Raises PT409 where init() has not made the tables. */
extern void pm_check_ready(void);

/*
 * Reads the arguments name, version and label, given by their positions;
 * 22023 for what cannot be meant.  Without version and label it is production.
 */
extern void pm_get_wanted(FunctionCallInfo fcinfo, int name, int version, int label,
						  PmWanted *wanted);

/*
 * Reads a version through the statement's snapshot with the caller's rights;
 * false where it does not exist or is not visible.  The result is allocated in
 * the caller's memory context.
 */
extern bool pm_find_version(const PmWanted *wanted, PmVersion *result);

/*
 * Where the name is the former name of a prompt that is visible, puts the
 * prompt's name in its place and returns true.  Ask only after a miss.
 */
extern bool pm_follow_alias(PmWanted *wanted);

/* The version, by a former name too; raises PT404 where there is none. */
extern void pm_load_version(PmWanted *wanted, PmVersion *result);

/* The same as a composite datum of get_prompt()'s row type. */
extern Datum pm_load_prompt_row(PmWanted *wanted, TupleDesc desc);

/*
 * Fills in template, messages, declarations and constraints from detoasted
 * datums, 0 standing for NULL.
 */
extern void pm_set_content(PmVersion *version, const Datum *content);

#define PM_QUERY_MAX_ARGS 12
#define PM_QUERY_MAX_COLUMNS 16

/*
 * A query that is prepared once and kept.  Every name and operator in its text
 * is qualified.  One that writes, and one that asks for what is committed now,
 * runs under a snapshot of its own, all others under the statement's.
 */
typedef struct PmQuery
{
	const char *text;
	int			nargs;
	Oid			types[PM_QUERY_MAX_ARGS];
	bool		fresh;			/* writes, or must see what has just been written */
	bool		latest;			/* must see what is committed, however old the transaction */
	void	   *plan;			/* NULL until first used */
} PmQuery;

/* Its first row. */
typedef struct PmQueryRow
{
	Datum		values[PM_QUERY_MAX_COLUMNS];
	bool		nulls[PM_QUERY_MAX_COLUMNS];
} PmQueryRow;

/*
 * Runs it with the caller's rights; args[i] = 0 of a type passed by reference
 * is NULL.  Returns whether a row came back, or was written; the row, if wanted, is
 * copied into the caller's memory context.
 */
extern bool pm_query(PmQuery *query, const Datum *args, PmQueryRow *row);

/*
 * Runs a text that somebody else has written, read-only, as another role and
 * in a context from which it cannot change the role.
 */
extern void pm_query_as(const char *text, Oid role, DestReceiver *to);

#endif							/* PM_CATALOG_H */
