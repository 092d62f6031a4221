/*
 * sql_content.c
 *		The check of a version's content when it is saved.
 *
 * It is called by the trigger on the versions, so it runs as the tables' owner
 * and under every way to save.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "pm_chat.h"
#include "pm_config.h"
#include "pm_constraint.h"
#include "pm_declare.h"

/* What the texts of one version are checked against. */
typedef struct Content
{
	PmSettings	settings;
	Jsonb	   *declarations;	/* NULL: none */
	Jsonb	   *constraints;	/* NULL: none */
} Content;

static void check_text(void *ctx, const char *where, const char *src, size_t len);
static Jsonb *object_argument(FunctionCallInfo fcinfo, int number);
static char *text_argument(FunctionCallInfo fcinfo, int number);

/*
 * _check_content(template text, messages jsonb, variables jsonb, config jsonb,
 *				  constraints jsonb, format text, escape text,
 *				  restored boolean) -> void
 */
PM_FUNCTION(prompt_mgr_check_content);
Datum
prompt_mgr_check_content(PG_FUNCTION_ARGS)
{
	Content		content;
	Jsonb	   *config = object_argument(fcinfo, 3);
	bool		restored = !PG_ARGISNULL(7) && PG_GETARG_BOOL(7);

	pm_read_settings(text_argument(fcinfo, 5), text_argument(fcinfo, 6), NULL, &content.settings);
	content.declarations = object_argument(fcinfo, 2);
	content.constraints = object_argument(fcinfo, 4);
	if (content.declarations != NULL)
		pm_declare_check(content.declarations, restored);
	if (content.constraints != NULL)
		pm_constraint_check(content.constraints, config, content.declarations);
	if (config != NULL && !restored)
		pm_config_check(config);
	if (!PG_ARGISNULL(0))
	{
		text	   *source = PG_GETARG_TEXT_PP(0);

		check_text(&content, NULL, VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	}
	if (!PG_ARGISNULL(1))
	{
		Jsonb	   *messages = PG_GETARG_JSONB_P(1);

		pm_check_chat(messages, content.declarations, &content.settings.compile);
		pm_chat_each_text(messages, check_text, &content);
	}
	PG_RETURN_VOID();
}

static void
check_text(void *ctx, const char *where, const char *src, size_t len)
{
	const Content *content = ctx;
	const PmProgram *program = pm_compile(src, len, &content->settings.compile, NULL);

	if (content->declarations != NULL)
		pm_declare_check_use(content->declarations, program, where, content->settings.compile.char_len);
	if (content->constraints != NULL)
		pm_constraint_check_template(content->constraints, where, src, len);
}

/* NULL where there is nothing in it. */
static Jsonb *
object_argument(FunctionCallInfo fcinfo, int number)
{
	Jsonb	   *object = PG_ARGISNULL(number) ? NULL : PG_GETARG_JSONB_P(number);

	return object == NULL || JB_ROOT_COUNT(object) == 0 ? NULL : object;
}

static char *
text_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(number));
}
