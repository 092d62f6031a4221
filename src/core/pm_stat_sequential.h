/*
 * pm_stat_sequential.h
 *		Always-valid inference: the normal-mixture e-value and what rests on it.
 */
#ifndef PM_STAT_SEQUENTIAL_H
#define PM_STAT_SEQUENTIAL_H

#include "pm_stat_means.h"

/* The gate: expected events and non-events, or units, that each arm needs. */
#define PM_GATE_EXPECTED 5.0
#define PM_GATE_UNITS 30

/* Tuning size where no plan is given. */
#define PM_SEQUENTIAL_DEFAULT_N INT64_C(5000)

/* Share of alpha that the hybrid method spends on the e-value. */
#define PM_HYBRID_SHARE 0.1

typedef struct PmAlwaysValid
{
	int64_t		n_control;
	int64_t		n_treatment;
	double		mean_control;	/* rate or mean; NULL for an empty arm */
	double		mean_treatment;
	double		diff;
	double		z;				/* (diff - margin) / null standard error */
	double		log_e_value;
	double		p_value;		/* min(1, 1 / e) */
	double		critical_z;		/* |z| at which e reaches 1 / alpha */
	double		ci_low;			/* confidence sequence; NULL = unbounded side */
	double		ci_high;
	bool		reject;			/* log_e_value >= log(1 / alpha) and gate_open */
	bool		gate_open;
	bool		ci_adjusted;	/* a bound was moved onto the margin */
	double		level;
	double		alpha;
	double		margin;
	int64_t		planned_n;
	PmStatAlternative alternative;
	PmStatReason reason;
} PmAlwaysValid;

typedef struct PmHybrid
{
	PmAlwaysValid sequential;	/* at PM_HYBRID_SHARE * alpha */
	double		fixed_p_value;	/* NULL unless this is the planned look */
	double		fixed_alpha;	/* (1 - PM_HYBRID_SHARE) * alpha */
	bool		planned_look;	/* the first look with N >= planned_n */
	bool		reject;
} PmHybrid;

/*
 * Mixture variance rho^2 tuned to planned_n units in both arms together
 * (Waudby-Smith et al., 2103.06476, eq 161); one-sided it is that of 2 alpha.
 */
extern double pm_sequential_rho2(double alpha, double planned_n,
								 PmStatAlternative alternative);

/*
 * Natural logarithm of the e-value of z after n units (spec 4.9; Howard et al.,
 * 1810.08240, eq 14); one-sided the half-normal mixture, finite for any z.
 */
extern double pm_sequential_log_e(double z, double n, double rho2,
								  PmStatAlternative alternative);

/*
 * z at which log e reaches log(1 / alpha): p <= alpha iff z is at least this.
 * The loose form (2103.06476, eq 134) is what others publish one-sided.
 */
extern double pm_sequential_critical(double n, double rho2, double alpha,
									 PmStatAlternative alternative);
extern double pm_sequential_critical_loose(double n, double rho2, double alpha);

/*
 * The always-valid test of two proportions (spec 4.9): pooled variance, gate on
 * expected counts, Agresti-Caffo interval, one decision.  While the gate is
 * closed log_e_value and p_value are the formula's and may not be acted on, nor
 * stored as a running extreme.
 *
 * Data conditions: an empty arm gives NULL and no_units; X = 0 or X = N gives
 * z = 0 and no_variation (NULL with a margin).
 * Errors: BAD_COUNT, BAD_SUCCESSES, BAD_ALPHA (one-sided: below 1/2),
 * BAD_PLAN (planned_n < 1), BAD_MARGIN.
 */
extern PmStatStatus pm_always_valid_counts(int64_t x_control, int64_t n_control,
										   int64_t x_treatment,
										   int64_t n_treatment,
										   double alpha, int64_t planned_n,
										   PmStatAlternative alternative,
										   double margin, PmAlwaysValid *result);

/*
 * The same for means and ratios: total pooled variance, gate on units, Welch
 * standard error in the interval.  Fewer than two units in an arm: too_few; no
 * variance at all: no_variation, NULL.
 * Errors as above, BAD_MOMENT and OVERFLOW.
 */
extern PmStatStatus pm_always_valid_means(const PmMeanArm *control,
										  const PmMeanArm *treatment,
										  double alpha, int64_t planned_n,
										  PmStatAlternative alternative,
										  double margin, PmAlwaysValid *result);

/*
 * Hybrid method (spec 4.10).  previous_n is the number of units in both arms at
 * the look before this one, 0 at the first: the planned z-test happens at the
 * first look with N >= planned_n and never again.
 */
extern PmStatStatus pm_hybrid_counts(int64_t x_control, int64_t n_control,
									 int64_t x_treatment, int64_t n_treatment,
									 double alpha, int64_t planned_n,
									 int64_t previous_n,
									 PmStatAlternative alternative,
									 double margin, PmHybrid *result);
extern PmStatStatus pm_hybrid_means(const PmMeanArm *control,
									const PmMeanArm *treatment,
									double alpha, int64_t planned_n,
									int64_t previous_n,
									PmStatAlternative alternative,
									double margin, PmHybrid *result);

/*
 * Exact small-sample alternative (spec 4.9): whether conversions split like the
 * allocation weights.  planned_events tunes the prior, c = max(1, X / 7.94).
 * Gives log e; reject iff it reaches log(1 / alpha).
 * Errors: those of pm_multinomial_log_e, BAD_PLAN.
 */
extern PmStatStatus pm_multinomial_split_log_e(int64_t x_control,
											   int64_t x_treatment,
											   double weight_control,
											   double weight_treatment,
											   double planned_events,
											   double *log_e);

#endif							/* PM_STAT_SEQUENTIAL_H */
