/*
 * pm_guc.c
 *		Settings of the extension.
 *
 * Each limit of a render is a setting that anybody may change for a session or
 * a role, up to a ceiling that nobody can pass: at the ceilings a statement
 * still ends, in bounded memory, and can be cancelled at any time.  The limit
 * x_bytes is the setting max_x_size, every other limit x is max_x; options of
 * a call use the limit's own name.
 *
 * The server keeps settings as int, the core wants its own struct.  The struct
 * is filled again when a setting has changed since, not for each render.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/numeric.h"

#include "pm_error.h"
#include "pm_guc.h"

typedef struct Limit
{
	const char *option;			/* name in the options of a call */
	const char *setting;
	const char *summary;
	size_t		offset;			/* in PmLimits */
	size_t		size;
	int			min;
	int			max;
	int			flags;
} Limit;

#define MEMBER(name) offsetof(PmLimits, name), sizeof(((PmLimits *) NULL)->name)
#define MB (1024 * 1024)

static const Limit all_limits[] = {
	{"template_bytes", "prompt_mgr.max_template_size", "Largest template, in bytes.",
	MEMBER(template_bytes), 1, PM_MAX_TEMPLATE_BYTES, GUC_UNIT_BYTE},
	{"block_depth", "prompt_mgr.max_block_depth", "Most blocks of a template inside each other.",
	MEMBER(block_depth), 0, PM_MAX_BLOCK_DEPTH, 0},
	{"tag_bytes", "prompt_mgr.max_tag_size", "Longest tag of a template, in bytes.",
	MEMBER(tag_bytes), 16, 64 * 1024, GUC_UNIT_BYTE},
	{"path_segments", "prompt_mgr.max_path_segments", "Most names in one path of a template.",
	MEMBER(path_segments), 1, 64, 0},
	{"tag_filters", "prompt_mgr.max_tag_filters", "Most filters in one tag of a template.",
	MEMBER(tag_filters), 0, PM_MAX_TAG_FILTERS, 0},
	{"ops", "prompt_mgr.max_ops", "Most operations that a template compiles to.",
	MEMBER(ops), 1, 1024 * 1024, 0},
	{"partial_depth", "prompt_mgr.max_partial_depth", "Most partials inside each other.",
	MEMBER(partial_depth), 0, PM_MAX_CALLS, 0},
	{"partial_calls", "prompt_mgr.max_partial_calls", "Most partials that one render inserts.",
	MEMBER(partial_calls), 0, 100 * 1000, 0},
	{"iterations", "prompt_mgr.max_iterations", "Most turns of all loops of one render together.",
	MEMBER(iterations), 0, 10 * 1000 * 1000, 0},
	{"fuel", "prompt_mgr.max_fuel", "Most steps of one render: operations, and one for each 256 bytes of work.",
	MEMBER(fuel), 1, 1000 * 1000 * 1000, 0},
	{"output_bytes", "prompt_mgr.max_output_size", "Longest text that one render makes, in bytes.",
	MEMBER(output_bytes), 0, 512 * MB, GUC_UNIT_BYTE},
	{"work_bytes", "prompt_mgr.max_work_size", "Most memory for computed values of one render, in bytes.",
	MEMBER(work_bytes), 1024, 512 * MB, GUC_UNIT_BYTE},
	{"json_depth", "prompt_mgr.max_json_depth", "Most levels of a value that is printed as JSON or compared.",
	MEMBER(json_depth), 1, PM_MAX_JSON_DEPTH, 0}
};

/* Limits on what is saved.  The triggers ask for them by name. */
static const struct
{
	const char *name;
	const char *summary;
	int			fallback;
	int			max;
}			save_limits[] = {
	{"prompt_mgr.max_prompt_length", "Most characters of a prompt's template, or of each of its messages, when it is saved.", 10000, PM_MAX_TEMPLATE_BYTES},
	{"prompt_mgr.max_variables", "Most variables of a prompt when it is saved.", 50, 100000},
	{"prompt_mgr.max_versions", "Versions of a prompt that stay in service; older ones are archived. 0 is all.", 0, PG_INT32_MAX}
};

/* A password, secret, token or key with a value that has a digit; keys known by their form. */
#define DEFAULT_FORBIDDEN \
	"(?i)(password|passwd|secret|token|api[_ -]?key)[\"']?\\s*([:=]|\\yis\\y)\\s*[\"']?(?=[^\\s\"'{}]*\\d)[^\\s\"'{}]{6,}" \
	"|\\ysk-[a-z0-9_-]{20,}|\\yakia[0-9a-z]{16}\\y|\\ygh[pousr]_[a-z0-9]{36}|-----begin [a-z ]*private key-----"

static int	save_settings[lengthof(save_limits)];
static char *forbidden_patterns;
static int	settings[lengthof(all_limits)];
static PmLimits limits;
static bool limits_stale = true;
static bool notify = true;

static void setting_changed(int value, void *extra);
static uint64 get_limit(const PmLimits *from, const Limit *limit);
static void set_limit(PmLimits *to, const Limit *limit, uint64 value);
static const Limit *find_limit(const JsonbValue *name);
static void lower_limit(PmLimits *lowered, const Limit *limit, const JsonbValue *value);

void
pm_guc_init(void)
{
	PmLimits	defaults;

	pm_limits_init(&defaults);
	for (int i = 0; i < (int) lengthof(all_limits); i++)
	{
		const Limit *limit = &all_limits[i];

		DefineCustomIntVariable(limit->setting, limit->summary, NULL, &settings[i],
								(int) get_limit(&defaults, limit), limit->min, limit->max,
								PGC_USERSET, limit->flags, NULL, setting_changed, NULL);
	}
	DefineCustomBoolVariable("prompt_mgr.notify", "Announce events by NOTIFY on channel prompt_mgr.",
							 "Events are written either way.", &notify, true,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	for (int i = 0; i < (int) lengthof(save_limits); i++)
		DefineCustomIntVariable(save_limits[i].name, save_limits[i].summary, NULL, &save_settings[i],
								save_limits[i].fallback, 0, save_limits[i].max, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("prompt_mgr.forbidden_patterns", "Regular expression that no prompt may match when it is saved; empty for none.",
							   NULL, &forbidden_patterns, DEFAULT_FORBIDDEN, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved(PM_SCHEMA);
}

bool
pm_guc_notify(void)
{
	return notify;
}

const PmLimits *
pm_guc_limits(void)
{
	if (unlikely(limits_stale))
	{
		for (int i = 0; i < (int) lengthof(all_limits); i++)
			set_limit(&limits, &all_limits[i], settings[i]);
		limits_stale = false;
	}
	return &limits;
}

const PmLimits *
pm_guc_lower_limits(Jsonb *wanted)
{
	PmLimits   *lowered = palloc(sizeof(PmLimits));
	JsonbIterator *walk = JsonbIteratorInit(&wanted->root);
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue	value;

	*lowered = *pm_guc_limits();
	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		lower_limit(lowered, find_limit(&name), &value);
	}
	return lowered;
}

/* Called before the variable has the new value, hence only a flag. */
static void
setting_changed(int value pg_attribute_unused(), void *extra pg_attribute_unused())
{
	limits_stale = true;
}

/* A member of PmLimits is a uint32_t, uint64_t or size_t. */
static uint64
get_limit(const PmLimits *from, const Limit *limit)
{
	const char *at = (const char *) from + limit->offset;

	return limit->size == sizeof(uint32) ? *(const uint32 *) at : *(const uint64 *) at;
}

static void
set_limit(PmLimits *to, const Limit *limit, uint64 value)
{
	char	   *at = (char *) to + limit->offset;

	if (limit->size == sizeof(uint32))
		*(uint32 *) at = (uint32) value;
	else
		*(uint64 *) at = value;
}

static const Limit *
find_limit(const JsonbValue *name)
{
	StringInfoData names;

	for (int i = 0; i < (int) lengthof(all_limits); i++)
		if ((int) strlen(all_limits[i].option) == name->val.string.len &&
			memcmp(all_limits[i].option, name->val.string.val, name->val.string.len) == 0)
			return &all_limits[i];

	initStringInfo(&names);
	for (int i = 0; i < (int) lengthof(all_limits); i++)
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", all_limits[i].option);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("limit \"%s\" does not exist",
					pnstrdup(name->val.string.val, name->val.string.len)),
			 errdetail("[{\"path\": \"limits\", \"reason\": \"unknown limit\"}]"),
			 errhint("The limits are %s.", names.data)));
	return NULL;
}

static void
lower_limit(PmLimits *lowered, const Limit *limit, const JsonbValue *value)
{
	int64		wanted = -1;

	if (value->type == jbvNull)
		return;
	if (value->type == jbvNumeric)
	{
		Datum		number = NumericGetDatum(value->val.numeric);
		Datum		least = DirectFunctionCall1(int4_numeric, Int32GetDatum(limit->min));
		Datum		most = DirectFunctionCall1(int4_numeric, Int32GetDatum(limit->max));
		Datum		whole = DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0));

		if (DatumGetBool(DirectFunctionCall2(numeric_eq, number, whole)) &&
			DatumGetBool(DirectFunctionCall2(numeric_ge, number, least)) &&
			DatumGetBool(DirectFunctionCall2(numeric_le, number, most)))
			wanted = DatumGetInt32(DirectFunctionCall1(numeric_int4, number));
	}
	if (wanted < 0)
		pm_bad_argument(psprintf("limits.%s", limit->option),
						psprintf("must be an integer from %d to %d", limit->min, limit->max));
	if ((uint64) wanted < get_limit(lowered, limit))
		set_limit(lowered, limit, (uint64) wanted);
}
