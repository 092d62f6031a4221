/*
 * pm_filter.c
 *		The closed list of filters.
 *
 * The order of the first four is that of PmFilterId; the rest is by topic.
 * Programs hold filter numbers, so a change of this table is a change of
 * PM_PROG_VERSION.
 */
#include "pm_filter.h"

#include <string.h>

#include "pm_filter_fn.h"
#include "pm_msg.h"
#include "pm_num.h"
#include "pm_valop.h"

static const PmFilterDef filters[] = {
	{"default", 1, 1, "v", 0, NULL},
	{"required", 0, 0, "", 0, NULL},
	{"value", 0, 0, "", 0, NULL},
	{"raw", 0, 0, "", PM_FILTER_ESCAPES, NULL},
	{"html", 0, 0, "", PM_FILTER_ESCAPES, pm_filter_html},
	{"xml", 0, 0, "", PM_FILTER_ESCAPES, pm_filter_xml},
	{"json_str", 0, 0, "", PM_FILTER_ESCAPES, pm_filter_json_str},
	{"json", 0, 1, "i", 0, pm_filter_json},
	{"quote", 0, 0, "", 0, pm_filter_quote},
	{"md_code", 0, 1, "s", 0, pm_filter_md_code},
	{"upper", 0, 0, "", 0, pm_filter_upper},
	{"lower", 0, 0, "", 0, pm_filter_lower},
	{"capitalize", 0, 0, "", 0, pm_filter_capitalize},
	{"trim", 0, 0, "", 0, pm_filter_trim},
	{"ltrim", 0, 0, "", 0, pm_filter_ltrim},
	{"rtrim", 0, 0, "", 0, pm_filter_rtrim},
	{"truncate", 1, 2, "is", 0, pm_filter_truncate},
	{"truncate_tokens", 1, 2, "iw", 0, pm_filter_truncate_tokens},
	{"replace", 2, 2, "ss", 0, pm_filter_replace},
	{"indent", 1, 1, "i", 0, pm_filter_indent},
	{"prefix", 1, 1, "s", 0, pm_filter_prefix},
	{"suffix", 1, 1, "s", 0, pm_filter_suffix},
	{"sanitize", 0, 1, "w", 0, pm_filter_sanitize},
	{"strip_tags", 0, 0, "", 0, pm_filter_strip_tags},
	{"nl2space", 0, 0, "", 0, pm_filter_nl2space},
	{"squeeze", 0, 0, "", 0, pm_filter_squeeze},
	{"round", 0, 1, "i", 0, pm_filter_round},
	{"date", 1, 1, "s", 0, pm_filter_date},
	{"length", 0, 0, "", 0, pm_filter_length},
	{"first", 0, 0, "", 0, pm_filter_first},
	{"last", 0, 0, "", 0, pm_filter_last},
	{"slice", 1, 2, "ii", 0, pm_filter_slice},
	{"join", 0, 1, "s", 0, pm_filter_join},
	{"sort", 0, 0, "", 0, pm_filter_sort},
	{"unique", 0, 0, "", 0, pm_filter_unique},
	{"keys", 0, 0, "", 0, pm_filter_keys},
	{"values", 0, 0, "", 0, pm_filter_values},
	{"map", 1, 1, "w", 0, pm_filter_map},
	{"where", 2, 2, "wv", 0, pm_filter_where}
};

#define NFILTERS (sizeof(filters) / sizeof(filters[0]))

/* PmVariable.filters has one bit per filter. */
typedef char filters_fit_a_mask[NFILTERS <= 64 ? 1 : -1];

static bool
is_name(const char *name, const char *text, uint32_t len)
{
	return strlen(name) == len && memcmp(name, text, len) == 0;
}

uint32_t
pm_filter_find(const char *name, uint32_t len)
{
	for (uint32_t i = 0; i < NFILTERS; i++)
	{
		if (is_name(filters[i].name, name, len))
			return i;
	}
	return PM_FILTER_NONE;
}

/* Names people know from other languages, and what they are called here. */
static const char *const synonyms[][2] = {
	{"uppercase", "upper"}, {"upcase", "upper"}, {"lowercase", "lower"},
	{"downcase", "lower"}, {"strip", "trim"}, {"lstrip", "ltrim"},
	{"rstrip", "rtrim"}, {"size", "length"}, {"count", "length"},
	{"tojson", "json"}, {"to_json", "json"}, {"escape", "html"},
	{"safe", "raw"}, {"append", "suffix"}, {"prepend", "prefix"},
	{"uniq", "unique"}, {"fallback", "default"}, {"title", "capitalize"}
};

/* A known synonym, or the nearest spelling if it is near enough to be meant. */
const char *
pm_filter_nearest(const char *name, uint32_t len)
{
	const char *best = NULL;
	uint32_t	best_distance = len <= 3 ? 2 : 3;

	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
	{
		if (is_name(synonyms[i][0], name, len))
			return synonyms[i][1];
	}
	for (uint32_t i = 0; i < NFILTERS; i++)
	{
		uint32_t	distance = pm_msg_distance(name, len, filters[i].name,
											   strlen(filters[i].name));

		if (distance < best_distance)
		{
			best_distance = distance;
			best = filters[i].name;
		}
	}
	return best;
}

const PmFilterDef *
pm_filter_def(uint32_t id)
{
	return &filters[id];
}

const char *
pm_filter_name(uint32_t id)
{
	return id < NFILTERS ? filters[id].name : NULL;
}

/*
 * Numbers become text here, once for all filters, so that these can read their
 * arguments without asking the provider.
 */
bool
pm_filter_check(PmEnv *env, const PmFilterDef *def, PmValue *args, uint32_t nargs)
{
	for (uint32_t i = 0; i < nargs; i++)
	{
		const char *what = NULL;
		int64_t		n;

		args[i] = pm_val_number(env, &args[i]);
		if (def->args[i] == PM_ARG_INTEGER &&
			(args[i].kind != PM_NUMBER ||
			 !pm_num_integer(args[i].u.str, args[i].len, INT32_MAX, &n)))
			what = " must be an integer";
		else if ((def->args[i] == PM_ARG_STRING || def->args[i] == PM_ARG_WORD) &&
				 args[i].kind != PM_STRING)
			what = " must be a string";
		if (what == NULL)
			continue;
		pm_env_fail(env, PM_ERR_ARGUMENT, "filter_arguments", "filter ");
		pm_msg_quoted(env->error->message, def->name, strlen(def->name));
		pm_msg_str(env->error->message, ": argument ");
		pm_msg_uint(env->error->message, i + 1);
		pm_msg_str(env->error->message, what);
		return false;
	}
	return true;
}
