/*
 * pm_settings.c
 *		The options argument of the render functions.
 *
 * An option that is not known, or has another type than it must have, is an
 * error: a misspelt on_missing would otherwise pass in silence.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "pm_error.h"
#include "pm_guc.h"
#include "pm_jsonb.h"
#include "pm_render.h"

typedef struct Choice
{
	const char *word;
	int			value;
} Choice;

static const Choice formats[] = {
	{"prompt", PM_FORMAT_PROMPT}, {"mustache", PM_FORMAT_MUSTACHE},
	{"text", PM_FORMAT_TEXT}, {NULL, 0}
};
static const Choice escapes[] = {
	{"none", PM_ESCAPE_NONE}, {"html", PM_ESCAPE_HTML},
	{"json", PM_ESCAPE_JSON}, {"xml", PM_ESCAPE_XML}, {NULL, 0}
};
static const Choice on_missings[] = {
	{"error", PM_ON_MISSING_ERROR}, {"empty", PM_ON_MISSING_EMPTY},
	{"keep", PM_ON_MISSING_KEEP}, {NULL, 0}
};

static const Choice on_extras[] = {
	{"ignore", PM_ON_EXTRA_IGNORE}, {"notice", PM_ON_EXTRA_NOTICE},
	{"error", PM_ON_EXTRA_ERROR}, {NULL, 0}
};

static int	choose(const char *path, const Choice *choices, const char *word, size_t len);
static bool choose_option(Jsonb *options, const char *path, const Choice *choices, int *value);
static bool read_flag(Jsonb *options, const char *path, bool fallback);
static const char *read_string(Jsonb *options, const char *path, const char *fallback);
static Jsonb *read_object(Jsonb *options, const char *path);
static void check_names(Jsonb *options);
static uint32_t server_char_len(const char *p, size_t remaining);
static void poll_interrupts(void *ctx);

void
pm_read_settings(const char *format, const char *escape, Jsonb *options, PmSettings *settings)
{
	int			chosen = PM_FORMAT_PROMPT;
	Jsonb	   *limits;

	memset(settings, 0, sizeof(*settings));
	settings->compile.utf8 = GetDatabaseEncoding() == PG_UTF8;
	settings->compile.char_len = settings->compile.utf8 ? NULL : server_char_len;
	settings->compile.limits = settings->render.limits = pm_guc_limits();
	settings->delimit_salt = "";
	settings->compile.poll = poll_interrupts;
	if (format != NULL)
		chosen = choose("format", formats, format, strlen(format));
	if (options != NULL)
		options = pm_jsonb_object_argument(options, "options");
	if (options != NULL && JB_ROOT_COUNT(options) > 0)
	{
		check_names(options);
		choose_option(options, "format", formats, &chosen);
	}
	settings->compile.format = chosen;
	settings->compile.escape = chosen == PM_FORMAT_MUSTACHE ? PM_ESCAPE_HTML : PM_ESCAPE_NONE;
	settings->render.on_missing = chosen == PM_FORMAT_MUSTACHE ? PM_ON_MISSING_EMPTY : PM_ON_MISSING_ERROR;
	if (escape != NULL)
		settings->compile.escape = choose("escape", escapes, escape, strlen(escape));
	if (options == NULL || JB_ROOT_COUNT(options) == 0)
		return;

	if (choose_option(options, "escape", escapes, &chosen))
		settings->compile.escape = chosen;
	if (choose_option(options, "on_missing", on_missings, &chosen))
		settings->render.on_missing = chosen;
	if (choose_option(options, "on_extra", on_extras, &chosen))
		settings->on_extra = chosen;
	settings->render.keep_blocks = read_flag(options, "keep_blocks", false);
	settings->compile.dynamic_names = read_flag(options, "dynamic_names", false);
	settings->partials = read_object(options, "partials");
	settings->delimit_salt = read_string(options, "delimit_salt", "");
	settings->declarations = read_object(options, "declared");
	limits = read_object(options, "limits");
	if (limits != NULL)
		settings->compile.limits = settings->render.limits = pm_guc_lower_limits(limits);
}

static void
check_names(Jsonb *options)
{
	static const char *const names[] = {
		"format", "escape", "on_missing", "on_extra", "keep_blocks", "dynamic_names", "partials", "declared", "delimit_salt", "limits", NULL
	};
	JsonbIterator *walk;
	JsonbValue	key;
	JsonbIteratorToken token;

	walk = JsonbIteratorInit(&options->root);
	while ((token = JsonbIteratorNext(&walk, &key, true)) != WJB_DONE)
	{
		int			i = 0;

		if (token != WJB_KEY)
			continue;
		while (names[i] != NULL &&
			   ((int) strlen(names[i]) != key.val.string.len ||
				memcmp(names[i], key.val.string.val, key.val.string.len) != 0))
			i++;
		if (names[i] == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("option \"%s\" does not exist",
							pnstrdup(key.val.string.val, key.val.string.len)),
					 errdetail("[{\"path\": \"options\", \"reason\": \"unknown option\"}]"),
					 errhint("The options are format, escape, on_missing, on_extra, keep_blocks, dynamic_names, partials, declared, delimit_salt and limits.")));
	}
}

static int
choose(const char *path, const Choice *choices, const char *word, size_t len)
{
	StringInfoData reason;

	for (int i = 0; choices[i].word != NULL; i++)
		if (strlen(choices[i].word) == len && memcmp(choices[i].word, word, len) == 0)
			return choices[i].value;

	initStringInfo(&reason);
	appendStringInfoString(&reason, "must be one of");
	for (int i = 0; choices[i].word != NULL; i++)
		appendStringInfo(&reason, "%s %s", i > 0 ? "," : "", choices[i].word);
	pm_bad_argument(path, reason.data);
	pg_unreachable();
}

/* JSON null stands for an option that is not given. */
static bool
choose_option(Jsonb *options, const char *path, const Choice *choices, int *value)
{
	JsonbValue	option;

	if (!pm_jsonb_member(options, path, &option) || option.type == jbvNull)
		return false;
	if (option.type != jbvString)
		pm_bad_argument(path, "must be a string");
	*value = choose(path, choices, option.val.string.val, option.val.string.len);
	return true;
}

static bool
read_flag(Jsonb *options, const char *path, bool fallback)
{
	JsonbValue	option;

	if (!pm_jsonb_member(options, path, &option) || option.type == jbvNull)
		return fallback;
	if (option.type != jbvBool)
		pm_bad_argument(path, "must be true or false");
	return option.val.boolean;
}

static const char *
read_string(Jsonb *options, const char *path, const char *fallback)
{
	JsonbValue	option;

	if (!pm_jsonb_member(options, path, &option) || option.type == jbvNull)
		return fallback;
	if (option.type != jbvString)
		pm_bad_argument(path, "must be a string");
	return pnstrdup(option.val.string.val, option.val.string.len);
}

static Jsonb *
read_object(Jsonb *options, const char *path)
{
	JsonbValue	option;

	if (!pm_jsonb_member(options, path, &option) || option.type == jbvNull)
		return NULL;
	if (option.type != jbvBinary || !JsonContainerIsObject(option.val.binary.data))
		pm_bad_argument(path, "must be a JSON object");
	return JsonbValueToJsonb(&option);
}

static uint32_t
server_char_len(const char *p, size_t remaining)
{
	int			len = pg_mblen(p);

	return (uint32_t) Min((size_t) len, remaining);
}

static void
poll_interrupts(void *ctx pg_attribute_unused())
{
	CHECK_FOR_INTERRUPTS();
}
