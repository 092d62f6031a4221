/*
 * check.h
 *		Assertions of the core unit tests.
 *
 * Each test_*.c is a program of its own: it includes this header once, calls
 * the CHECK macros and ends with "return check_report(name);".  A failed check
 * prints its place and goes on, so that one run shows every failure.
 */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int	check_passed;
static int	check_failed;

#define CHECK(cond) check_that((cond), #cond, __FILE__, __LINE__)
#define CHECK_STR(got, want) check_str((got), (want), __FILE__, __LINE__)
#define CHECK_NEAR(got, want, rel, label) \
	check_near((got), (want), (rel), (label), __FILE__, __LINE__)

static inline bool
check_that(bool ok, const char *what, const char *file, int line)
{
	if (ok)
		check_passed++;
	else
	{
		check_failed++;
		printf("not ok: %s:%d: %s\n", file, line, what);
	}
	return ok;
}

static inline bool
check_str(const char *got, const char *want, const char *file, int line)
{
	bool		ok = got != NULL && want != NULL && strcmp(got, want) == 0;

	check_that(ok, "strings are equal", file, line);
	if (!ok)
		printf("  got:  %s\n  want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return ok;
}

/* Relative comparison; the absolute difference counts where want is 0. */
static inline bool
check_near(double got, double want, double rel, const char *label,
		   const char *file, int line)
{
	double		scale = want == 0 ? 1 : fabs(want);
	bool		ok = got == want || fabs(got - want) <= rel * scale;

	check_that(ok, label, file, line);
	if (!ok)
		printf("  got:  %.17g\n  want: %.17g\n", got, want);
	return ok;
}

/* Prints the line that test runners read, returns the exit status of main(). */
static inline int
check_report(const char *name)
{
	printf("%s: %d passed, %d failed\n", name, check_passed, check_failed);
	return check_failed == 0 && check_passed > 0 ? 0 : 1;
}

/* The folder of reference data; tests that need it say so and skip. */
static inline const char *
check_data_dir(void)
{
	const char *dir = getenv("PROMPT_MGR_DATA");

	return dir != NULL && dir[0] != '\0' ? dir : "../shared/data";
}

#endif							/* CHECK_H */
