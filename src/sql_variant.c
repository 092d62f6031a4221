/*
 * sql_variant.c
 *		SQL-callable choice of a variant.
 *
 * Usually one statement picks for many units with the same salt, weights and
 * algorithm, written as constants.  Then these are checked and prepared once,
 * and kept with the function's call site.  Parameters and columns are prepared
 * for each call: a parameter's value may change while a call site lives on.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "pm_digest.h"
#include "pm_error.h"
#include "pm_pick.h"
#include "pm_variant.h"
#include "pm_vendor.h"

/* What all arguments but the unit say, checked. */
typedef struct PickPlan
{
	const PmVendor *vendor;
	PmText		salt;
	PmWeights	weights;
	uint32_t	coverage;
	PmMurmur	salted;			/* m3's hash, the unit still to come */
} PickPlan;

static const PickPlan *keep_plan(FunctionCallInfo fcinfo);
static void fill_plan(PickPlan *plan, text *salt, ArrayType *weights,
					  text *algorithm, int32 coverage);
static bool constant_arguments(FmgrInfo *flinfo);
static const PmVendor *check_algorithm(text *name);
static PmText check_salt(const PmVendor *vendor, text *value);
static PmWeights check_weights(ArrayType *array);
static int	pick_unit(const PickPlan *plan, PmText unit);
static int	pick_m3(const PickPlan *plan, PmText unit);
static int	pick_other(const PickPlan *plan, PmText unit);
static uint64 number_of(const PmVendor *vendor, PmText salt, PmText unit, const char *suffix);
static PmText to_utf8(text *value);

/*
 * pick_variant(unit text, salt text, weights int[], algorithm text,
 *				coverage_ppm int) -> int
 */
PM_FUNCTION(prompt_mgr_pick_variant);
Datum
prompt_mgr_pick_variant(PG_FUNCTION_ARGS)
{
	const PickPlan *plan = fcinfo->flinfo->fn_extra;
	PmText		unit = to_utf8(PG_GETARG_TEXT_PP(0));
	PickPlan	once;
	int			pick;

	if (plan == NULL)
		plan = keep_plan(fcinfo);
	if (plan == NULL)
	{
		fill_plan(&once, PG_GETARG_TEXT_PP(1), PG_GETARG_ARRAYTYPE_P(2),
				  PG_GETARG_TEXT_PP(3), PG_GETARG_INT32(4));
		plan = &once;
	}
	if (unit.len == 0)
		PG_RETURN_NULL();
	pick = pick_unit(plan, unit);
	if (pick < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(pick + 1);
}

int
pm_pick_variant(text *unit_text, text *salt, ArrayType *weights, text *algorithm)
{
	PmText		unit = to_utf8(unit_text);
	PickPlan	plan;

	fill_plan(&plan, salt, weights, algorithm, PM_PPM);
	return unit.len == 0 ? 0 : pick_unit(&plan, unit) + 1;
}

/* unit_hash(unit text, salt text, algorithm text) -> numeric */
PM_FUNCTION(prompt_mgr_unit_hash);
Datum
prompt_mgr_unit_hash(PG_FUNCTION_ARGS)
{
	PmText		unit = to_utf8(PG_GETARG_TEXT_PP(0));
	const PmVendor *vendor = check_algorithm(PG_GETARG_TEXT_PP(2));
	PmText		salt = check_salt(vendor, PG_GETARG_TEXT_PP(1));
	char		digits[24];

	if (vendor->algorithm == PM_M3_RENDEZVOUS)
		pm_bad_argument("algorithm", "must have one hash for a unit, and m3_rendezvous has one for each arm");
	snprintf(digits, sizeof(digits), UINT64_FORMAT, number_of(vendor, salt, unit, vendor->suffix));
	return DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* The plan of a call site whose arguments are constants, NULL for another. */
static const PickPlan *
keep_plan(FunctionCallInfo fcinfo)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;
	MemoryContext caller;
	PickPlan   *plan;

	if (!constant_arguments(flinfo))
		return NULL;
	caller = MemoryContextSwitchTo(flinfo->fn_mcxt);
	plan = palloc(sizeof(PickPlan));
	fill_plan(plan, PG_GETARG_TEXT_P_COPY(1), PG_GETARG_ARRAYTYPE_P_COPY(2),
			  PG_GETARG_TEXT_P_COPY(3), PG_GETARG_INT32(4));
	MemoryContextSwitchTo(caller);
	flinfo->fn_extra = plan;
	return plan;
}

/* The plan points into salt and weights, which have to live as long. */
static void
fill_plan(PickPlan *plan, text *salt, ArrayType *weights, text *algorithm, int32 coverage)
{
	plan->vendor = check_algorithm(algorithm);
	plan->salt = check_salt(plan->vendor, salt);
	if (coverage < 0 || coverage > PM_PPM)
		pm_bad_argument("coverage_ppm", "must be between 0 and 1000000");
	plan->coverage = coverage;
	plan->weights = check_weights(weights);
	if (plan->vendor->algorithm == PM_M3)
		pm_m3_begin(&plan->salted, plan->salt);
}

/* Are all arguments but the first written as constants? */
static bool
constant_arguments(FmgrInfo *flinfo)
{
	Node	   *call = flinfo->fn_expr;
	ListCell   *cell;

	if (call == NULL || !IsA(call, FuncExpr))
		return false;
	for_each_from(cell, ((FuncExpr *) call)->args, 1)
	{
		if (!IsA(lfirst(cell), Const))
			return false;
	}
	return true;
}

static const PmVendor *
check_algorithm(text *name)
{
	const PmVendor *vendor = pm_vendor_find(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (vendor == NULL)
		pm_bad_argument("algorithm", "must be m3, m3_rendezvous, growthbook_v2, growthbook_v1, "
						"growthbook_v2_utf8, growthbook_v1_utf8, unleash, flagd, optimizely, split, "
						"planout, launchdarkly, posthog, statsig or eppo");
	return vendor;
}

static PmText
check_salt(const PmVendor *vendor, text *value)
{
	PmText		salt = to_utf8(value);
	const char *problem = pm_vendor_salt_problem(vendor->algorithm, salt);

	if (problem != NULL)
		pm_bad_argument("salt", problem);
	return salt;
}

static PmWeights
check_weights(ArrayType *array)
{
	PmWeights	weights = {(const int32_t *) ARR_DATA_PTR(array)};
	int64		sum = 0;

	if (ARR_NDIM(array) != 1)
		pm_bad_argument("weights", "must be an array with one dimension and at least one weight");
	if (array_contains_nulls(array))
		pm_bad_argument("weights", "must not contain null");
	weights.n = ARR_DIMS(array)[0];
	for (int i = 0; i < weights.n; i++)
	{
		if (weights.weight[i] < 0)
			pm_bad_argument("weights", "must not be negative");
		sum += weights.weight[i];
	}
	if (sum > PG_INT32_MAX)
		pm_bad_argument("weights", "must not sum to more than 2147483647");
	weights.total = (uint32_t) sum;
	return weights;
}

/* The 0-based variant of a unit, -1 where it has none. */
static int
pick_unit(const PickPlan *plan, PmText unit)
{
	return plan->vendor->algorithm == PM_M3 ? pick_m3(plan, unit) : pick_other(plan, unit);
}

static int
pick_m3(const PickPlan *plan, PmText unit)
{
	PmMurmur	state = plan->salted;

	if (!pm_m3_covered(plan->salt, unit, plan->coverage))
		return -1;
	pm_murmur_add(&state, unit.data, unit.len);
	return pm_m3_pick(pm_murmur_end(&state), &plan->weights);
}

static int
pick_other(const PickPlan *plan, PmText unit)
{
	const PmVendor *vendor = plan->vendor;
	uint64		rollout = 0;

	if (vendor->algorithm == PM_POSTHOG && plan->coverage < PM_PPM)
		rollout = number_of(vendor, plan->salt, unit, "");
	if (!pm_vendor_covered(vendor->algorithm, plan->salt, unit, rollout, plan->coverage))
		return -1;
	if (vendor->algorithm == PM_M3_RENDEZVOUS)
		return pm_m3_rendezvous(plan->salt, unit, &plan->weights);
	return pm_vendor_pick(vendor->algorithm, number_of(vendor, plan->salt, unit, vendor->suffix),
						  &plan->weights, plan->coverage);
}

/* The number of a unit; the suffix is of use only where there is a digest. */
static uint64
number_of(const PmVendor *vendor, PmText salt, PmText unit, const char *suffix)
{
	uint8		first[PM_DIGEST_USED];

	if (vendor->digest == PM_DIGEST_NONE)
		return pm_vendor_number(vendor->algorithm, salt, unit);
	pm_digest(vendor->digest,
			  (PmText[]) {salt, {vendor->joint, strlen(vendor->joint)}, unit, {suffix, strlen(suffix)}},
			  4, first);
	return pm_vendor_number_of(vendor->algorithm, first);
}

/* As UTF-8, copied only where the server's encoding differs. */
static PmText
to_utf8(text *value)
{
	PmText		result = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
	char	   *converted;

	if (GetDatabaseEncoding() == PG_UTF8)
		return result;
	converted = pg_server_to_any(result.data, (int) result.len, PG_UTF8);
	if (converted != result.data)
	{
		result.data = converted;
		result.len = strlen(converted);
	}
	return result;
}
