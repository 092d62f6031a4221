/*
 * pm_filter_fn.h
 *		The filters themselves, by topic.
 *
 * All have the shape of PmFilterFn.  Those that work on text take any value
 * and see what it prints as; null is the empty text.
 */
#ifndef PM_FILTER_FN_H
#define PM_FILTER_FN_H

#include "pm_env.h"

#define PM_FILTER(name) \
	extern bool pm_filter_##name(PmEnv *env, const PmValue *in, \
								 const PmValue *args, uint32_t nargs, PmValue *out)

/* pm_filter_text.c: letters, blanks, pieces */
PM_FILTER(upper);
PM_FILTER(lower);
PM_FILTER(capitalize);
PM_FILTER(trim);
PM_FILTER(ltrim);
PM_FILTER(rtrim);
PM_FILTER(truncate);
PM_FILTER(truncate_tokens);
PM_FILTER(replace);
PM_FILTER(indent);
PM_FILTER(prefix);
PM_FILTER(suffix);

/* pm_filter_form.c: forms for another language */
PM_FILTER(html);
PM_FILTER(xml);
PM_FILTER(json_str);
PM_FILTER(json);
PM_FILTER(quote);
PM_FILTER(md_code);
PM_FILTER(round);
PM_FILTER(date);

/* pm_filter_clean.c: taking out what should not be there */
PM_FILTER(sanitize);
PM_FILTER(strip_tags);
PM_FILTER(nl2space);
PM_FILTER(squeeze);

/* pm_filter_list.c: arrays and objects */
PM_FILTER(length);
PM_FILTER(first);
PM_FILTER(last);
PM_FILTER(slice);
PM_FILTER(join);
PM_FILTER(sort);
PM_FILTER(unique);
PM_FILTER(keys);
PM_FILTER(values);
PM_FILTER(map);
PM_FILTER(where);

/* The error of a value that a filter cannot work on; returns false. */
extern bool pm_filter_unfit(PmEnv *env, const char *filter, const char *message);

#endif							/* PM_FILTER_FN_H */
