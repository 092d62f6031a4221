/*
 * pm_case.c
 *		Upper and lower case of single characters.
 *
 * ASCII is computed; everything else is a binary search over ranges in which
 * every code point, or every second one, has the same distance to its mapping.
 */
#include "pm_case.h"

static uint32_t map(const PmCaseRange *table, uint32_t n, uint32_t cp);

uint32_t
pm_to_upper(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
	return map(pm_case_upper, pm_case_upper_n, cp);
}

uint32_t
pm_to_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	return map(pm_case_lower, pm_case_lower_n, cp);
}

bool
pm_is_white(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
		cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* The mapping of cp in a table sorted by first; cp itself where it has none. */
static uint32_t
map(const PmCaseRange *table, uint32_t n, uint32_t cp)
{
	uint32_t	low = 0;
	uint32_t	high = n;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;
		const PmCaseRange *range = &table[middle];

		if (cp < range->first)
			high = middle;
		else if (cp > range->last)
			low = middle + 1;
		else
			return (cp - range->first) % range->step == 0
				? (uint32_t) ((int32_t) cp + range->delta) : cp;
	}
	return cp;
}
