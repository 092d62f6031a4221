/*
 * pm_declare_format.c
 *		Declared variables: sanitizing and formatting a value.
 *
 * The steps are the filters of the template language, in one fixed order:
 * uppercase, lowercase, trim, sanitize, maxLength, prefix, suffix.  Only
 * sanitize reaches into arrays and objects, keys included.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "pm_declare.h"
#include "pm_filter_fn.h"
#include "pm_jsonb.h"

static bool format_text(const PmDeclaration *declaration, PmEnv *env, JsonbValue *value);
static void run_step(PmEnv *env, bool wanted,
					 bool (*filter) (PmEnv *, const PmValue *, const PmValue *, uint32_t, PmValue *),
					 const PmValue *argument, PmValue *text);
static void sanitize_container(const PmDeclaration *declaration, PmEnv *env, JsonbValue *value);
static void sanitize(const PmDeclaration *declaration, PmEnv *env, PmValue *text);
static PmValue text_of(const JsonbValue *value);
static void set_text(JsonbValue *value, const PmValue *text);
static void poll_interrupts(void *ctx);

bool
pm_declare_format(const PmDeclaration *declaration, const PmSettings *settings, JsonbValue *value)
{
	PmHost		host = {
		.arena = {.alloc = pm_arena_palloc},
		.provider = pm_jsonb_provider,
		.poll = poll_interrupts,
		.char_len = settings->compile.char_len
	};
	PmError		error;
	PmEnv		env;

	if (value->type != jbvString && (value->type != jbvBinary || !declaration->sanitize))
		return false;
	pm_env_init(&env, &host, settings->render.limits, &error);
	if (value->type == jbvString)
		return format_text(declaration, &env, value);
	sanitize_container(declaration, &env, value);
	return true;
}

static bool
format_text(const PmDeclaration *declaration, PmEnv *env, JsonbValue *value)
{
	PmValue		text = text_of(value);
	PmValue		cut = pm_value_simple(PM_NUMBER);
	PmValue		prefix = pm_value_string("", 0);
	PmValue		suffix = pm_value_string("", 0);
	char		digits[24];
	bool		same;

	if (declaration->cut >= 0)
		cut = pm_value_number(digits, snprintf(digits, sizeof(digits), INT64_FORMAT, declaration->cut));
	if (declaration->prefix != NULL)
		prefix = text_of(declaration->prefix);
	if (declaration->suffix != NULL)
		suffix = text_of(declaration->suffix);
	run_step(env, declaration->uppercase, pm_filter_upper, NULL, &text);
	run_step(env, declaration->lowercase, pm_filter_lower, NULL, &text);
	run_step(env, declaration->trim, pm_filter_trim, NULL, &text);
	sanitize(declaration, env, &text);
	run_step(env, declaration->cut >= 0, pm_filter_truncate, &cut, &text);
	run_step(env, prefix.len > 0, pm_filter_prefix, &prefix, &text);
	run_step(env, suffix.len > 0, pm_filter_suffix, &suffix, &text);
	same = (int) text.len == value->val.string.len &&
		memcmp(text.u.str, value->val.string.val, text.len) == 0;
	set_text(value, &text);
	return !same;
}

static void
run_step(PmEnv *env, bool wanted,
		 bool (*filter) (PmEnv *, const PmValue *, const PmValue *, uint32_t, PmValue *),
		 const PmValue *argument, PmValue *text)
{
	PmValue		result;

	if (!wanted)
		return;
	if (!filter(env, text, argument, argument != NULL ? 1 : 0, &result))
		ereport(ERROR,
				(errcode(env->error->status == PM_ERR_LIMIT ? PM_ERRCODE_LIMIT : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", env->error->message)));
	*text = result;
}

static void
sanitize(const PmDeclaration *declaration, PmEnv *env, PmValue *text)
{
	const char *name = pm_clean_level_name(declaration->level);
	PmValue		level = pm_value_string(name, strlen(name));

	run_step(env, declaration->sanitize, pm_filter_sanitize, &level, text);
}

static void
sanitize_container(const PmDeclaration *declaration, PmEnv *env, JsonbValue *value)
{
	JsonbIterator *walk = JsonbIteratorInit(value->val.binary.data);
	JsonbIteratorToken token;
	JsonbParseState *state = NULL;
	JsonbValue	item;
	JsonbValue *result = NULL;

	while ((token = JsonbIteratorNext(&walk, &item, false)) != WJB_DONE)
	{
		bool		scalar = token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM;

		if (scalar && item.type == jbvString)
		{
			PmValue		text = text_of(&item);

			sanitize(declaration, env, &text);
			set_text(&item, &text);
		}
		result = pushJsonbValue(&state, token, scalar ? &item : NULL);
	}
	*value = *result;
}

static PmValue
text_of(const JsonbValue *value)
{
	return pm_value_string(value->val.string.val, value->val.string.len);
}

static void
set_text(JsonbValue *value, const PmValue *text)
{
	value->val.string.val = unconstify(char *, text->u.str);
	value->val.string.len = (int) text->len;
}

static void
poll_interrupts(void *ctx pg_attribute_unused())
{
	CHECK_FOR_INTERRUPTS();
}
