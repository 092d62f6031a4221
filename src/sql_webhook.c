/*
 * sql_webhook.c
 *		The signature of a webhook, in the form "t=<unix>,v1=<hex>".
 */
#include "postgres.h"

#include "common/hmac.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "pm_error.h"

static char *text_in_utf8(text *value);

/* webhook_signature(body text, secret text, at timestamptz) -> text */
PM_FUNCTION(prompt_mgr_webhook_signature);
Datum
prompt_mgr_webhook_signature(PG_FUNCTION_ARGS)
{
	char	   *body = text_in_utf8(PG_GETARG_TEXT_PP(0));
	char	   *secret = text_in_utf8(PG_GETARG_TEXT_PP(1));
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
	uint8		mac[PG_SHA256_DIGEST_LENGTH];
	StringInfoData result;
	int64		seconds;
	char	   *stamp;
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);

	if (TIMESTAMP_NOT_FINITE(at))
		pm_bad_argument("at", "must be finite");
	/* rounded down, before 2000 too */
	seconds = at / USECS_PER_SEC - (at % USECS_PER_SEC < 0)
		+ (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
	stamp = psprintf(INT64_FORMAT, seconds);
	if (context == NULL || pg_hmac_init(context, (uint8 *) secret, strlen(secret)) < 0
		|| pg_hmac_update(context, (uint8 *) stamp, strlen(stamp)) < 0
		|| pg_hmac_update(context, (const uint8 *) ".", 1) < 0
		|| pg_hmac_update(context, (uint8 *) body, strlen(body)) < 0
		|| pg_hmac_final(context, mac, sizeof(mac)) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("could not compute an HMAC-SHA256")));
	pg_hmac_free(context);

	initStringInfo(&result);
	appendStringInfo(&result, "t=%s,v1=", stamp);
	for (size_t i = 0; i < sizeof(mac); i++)
		appendStringInfo(&result, "%02x", mac[i]);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}

static char *
text_in_utf8(text *value)
{
	char	   *source = text_to_cstring(value);

	return pg_server_to_any(source, strlen(source), PG_UTF8);
}
