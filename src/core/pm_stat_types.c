/*
 * pm_stat_types.c
 *		Words for the shared enums, and the argument checks they stand for.
 *
 * The texts are fragments that the glue puts into its own message; they name
 * no function and no internal type.
 */
#include "pm_stat_types.h"

#include <string.h>

static bool word_is(const char *text, size_t len, const char *word);

const char *
pm_stat_status_text(PmStatStatus status)
{
	switch (status)
	{
		case PM_STAT_OK:
			return "ok";
		case PM_STAT_BAD_COUNT:
			return "counts must lie between 0 and 1000000000000000";
		case PM_STAT_BAD_SUCCESSES:
			return "successes must not exceed trials";
		case PM_STAT_BAD_ALPHA:
			return "alpha must lie between 0 and 1 (below 0.5 for a one-sided sequential test)";
		case PM_STAT_BAD_LEVEL:
			return "level must lie between 0 and 1";
		case PM_STAT_BAD_MARGIN:
			return "margin must be finite, and between -1 and 1 for proportions";
		case PM_STAT_BAD_LENGTH:
			return "array has the wrong number of elements";
		case PM_STAT_BAD_WEIGHT:
			return "weights must be finite, not negative, not all zero, and of comparable size";
		case PM_STAT_BAD_PRIOR:
			return "prior parameters must be positive and finite";
		case PM_STAT_BAD_PROBABILITY:
			return "probabilities must lie between 0 and 1";
		case PM_STAT_BAD_POWER:
			return "power must lie between 0 and 1";
		case PM_STAT_BAD_PLAN:
			return "planned size and allocation ratio must be positive";
		case PM_STAT_BAD_MOMENT:
			return "means and standard deviations must be finite, deviations not negative";
		case PM_STAT_BAD_FRACTION:
			return "information fractions must increase from above 0 to at most 1";
		case PM_STAT_OVERFLOW:
			return "value out of range: overflow";
	}
	return "unknown status";
}

const char *
pm_stat_reason_text(PmStatReason reason)
{
	switch (reason)
	{
		case PM_STAT_REASON_NONE:
			return NULL;
		case PM_STAT_NO_UNITS:
			return "no_units";
		case PM_STAT_NO_VARIATION:
			return "no_variation";
		case PM_STAT_ZERO_BASELINE:
			return "zero_baseline";
		case PM_STAT_TOO_FEW:
			return "too_few";
		case PM_STAT_ZERO_WEIGHT_UNITS:
			return "zero_weight_units";
	}
	return NULL;
}

const char *
pm_stat_alternative_text(PmStatAlternative alternative)
{
	switch (alternative)
	{
		case PM_STAT_TWO_SIDED:
			return "two-sided";
		case PM_STAT_GREATER:
			return "greater";
		case PM_STAT_LESS:
			return "less";
	}
	return "two-sided";
}

bool
pm_stat_alternative_parse(const char *text, size_t len,
						  PmStatAlternative *alternative)
{
	static const PmStatAlternative known[] = {
		PM_STAT_TWO_SIDED, PM_STAT_GREATER, PM_STAT_LESS
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		if (word_is(text, len, pm_stat_alternative_text(known[i])))
		{
			*alternative = known[i];
			return true;
		}
	}
	return false;
}

PmStatStatus
pm_stat_check_arm(int64_t x, int64_t n)
{
	if (n < 0 || n > PM_STAT_COUNT_MAX || x < 0 || x > PM_STAT_COUNT_MAX)
		return PM_STAT_BAD_COUNT;
	return x > n ? PM_STAT_BAD_SUCCESSES : PM_STAT_OK;
}

/* The comparisons are written so that NaN fails them. */
PmStatStatus
pm_stat_check_alpha(double alpha)
{
	return alpha > 0 && alpha < 1 ? PM_STAT_OK : PM_STAT_BAD_ALPHA;
}

PmStatStatus
pm_stat_check_level(double level)
{
	return level > 0 && level < 1 ? PM_STAT_OK : PM_STAT_BAD_LEVEL;
}

bool
pm_stat_reconcile(bool rejected, double effect, double null_value,
				  double *low, double *high)
{
	double		was_low = *low;
	double		was_high = *high;

	if (rejected && effect > null_value && *low < null_value)
		*low = null_value;
	else if (rejected && effect < null_value && *high > null_value)
		*high = null_value;
	else if (!rejected && *low > null_value)
		*low = null_value;
	else if (!rejected && *high < null_value)
		*high = null_value;

	/* An interval that lay wholly beyond the null value keeps its order. */
	if (*low > *high)
	{
		if (*high == was_high)
			*high = *low;
		else
			*low = *high;
	}
	return !(*low == was_low || isnan(was_low)) ||
		!(*high == was_high || isnan(was_high));
}

static bool
word_is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(text, word, len) == 0;
}
