/*
 * pm_latency.h
 *		Latencies as counts in buckets of a fixed relative width.
 *
 * Bucket i holds the seconds above bound(i - 1) up to and including bound(i) =
 * 0.01 x 2^((i - 320) / 32): 32 buckets to a doubling, 2.2 % wide each, and each
 * bound of OpenTelemetry's gen_ai.client.operation.duration (0.01, 0.02, ...
 * 81.92) is a bound here.  The bounds never change, so any two histograms add.
 */
#ifndef PM_LATENCY_H
#define PM_LATENCY_H

#include "pm_sketch.h"

/* From 10 microseconds to 46 hours; the ends take what lies beyond them. */
#define PM_LATENCY_BUCKETS (34 * 32 + 1)

extern const PmSketchKind pm_latency_kind;

/* The bucket of a time in seconds, -1 for one that is negative or not a number. */
extern int	pm_latency_bucket(double seconds);

/* The upper bound of a bucket in seconds. */
extern double pm_latency_bound(int bucket);

/* The value that no value of the bucket differs from by more than 1.09 %. */
extern double pm_latency_value(int bucket);

/*
 * The q-th quantile of a walk over n values in all, the smallest value that at
 * least the share q of them does not exceed; NaN where n is 0.
 */
extern double pm_latency_quantile(PmSketchReader *reader, int64_t n, double q);

/* How many values of a walk lie in buckets wholly at or below some seconds. */
extern int64_t pm_latency_within(PmSketchReader *reader, double seconds);

#endif							/* PM_LATENCY_H */
