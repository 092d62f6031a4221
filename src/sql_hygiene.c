/*
 * sql_hygiene.c
 *		SQL-callable hygiene: invisible characters.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_invisible.h"
#include "pm_row.h"

static const char *to_utf8(text *value, size_t *len);

/* report_invisible(text text) -> setof record */
PM_FUNCTION(prompt_mgr_report_invisible);
Datum
prompt_mgr_report_invisible(PG_FUNCTION_ARGS)
{
	size_t		len;
	const char *source = to_utf8(PG_GETARG_TEXT_PP(0), &len);
	PmInvisibleScan scan;
	PmInvisible hit;
	PmRow		row;

	pm_row_begin_set(&row, fcinfo);
	pm_invisible_init(&scan, source, len, PM_CLEAN_STRICT, NULL);
	while (pm_invisible_next(&scan, &hit))
	{
		CHECK_FOR_INTERRUPTS();
		/* to substr() a character of SQL_ASCII is a byte */
		pm_row_int32(&row, (int32) (GetDatabaseEncoding() == PG_SQL_ASCII ? hit.offset + 1 : hit.position));
		pm_row_text(&row, psprintf("U+%04X", hit.cp));
		pm_row_text(&row, hit.kind);
		pm_row_text(&row, pm_clean_level_name(hit.level));
		pm_row_next(&row);
	}
	return (Datum) 0;
}

/* sanitize_text(text text, level text) -> text */
PM_FUNCTION(prompt_mgr_sanitize_text);
Datum
prompt_mgr_sanitize_text(PG_FUNCTION_ARGS)
{
	text	   *level = PG_GETARG_TEXT_PP(1);
	size_t		len;
	const char *source = to_utf8(PG_GETARG_TEXT_PP(0), &len);
	char	   *clean = palloc(len + 1);
	char	   *end = clean;
	size_t		done = 0;
	PmCleanLevel clean_level;
	PmInvisibleScan scan;
	PmInvisible hit;

	if (!pm_clean_level(VARDATA_ANY(level), VARSIZE_ANY_EXHDR(level), &clean_level))
		pm_bad_argument("level", "must be basic or strict");
	pm_invisible_init(&scan, source, len, clean_level, NULL);
	while (pm_invisible_next(&scan, &hit))
	{
		memcpy(end, source + done, hit.offset - done);
		end += hit.offset - done;
		done = hit.offset + hit.len;
	}
	memcpy(end, source + done, len - done);
	end += len - done;
	*end = '\0';
	if (GetDatabaseEncoding() != PG_SQL_ASCII)
		clean = pg_any_to_server(clean, (int) (end - clean), PG_UTF8);
	PG_RETURN_TEXT_P(cstring_to_text(clean));
}

/*
 * The text as UTF-8, copied only where it has to be converted.  Bytes of
 * SQL_ASCII are taken for UTF-8 where they can be, and left alone elsewhere.
 */
static const char *
to_utf8(text *value, size_t *len)
{
	char	   *bytes = VARDATA_ANY(value);
	char	   *converted;

	*len = VARSIZE_ANY_EXHDR(value);
	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return bytes;
	converted = pg_server_to_any(bytes, (int) *len, PG_UTF8);
	if (converted != bytes)
		*len = strlen(converted);
	return converted;
}
