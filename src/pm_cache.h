/*
 * pm_cache.h
 *		Compiled templates of this backend.  Include it after postgres.h.
 */
#ifndef PM_CACHE_H
#define PM_CACHE_H

#include "pm_tmpl.h"

/*
 * The program of a template, compiled now or before; NULL where it does not
 * compile, and then *failure tells why.  The program lives until the memory
 * context pin is reset or deleted; where pin is NULL, until the next call.
 */
extern const PmProgram *pm_cache_get(const char *src, size_t len,
									 const PmCompileOptions *options,
									 MemoryContext pin,
									 PmCompileResult *failure);

/* The same for a bare condition, see pm_tmpl_compile_cond(). */
extern const PmProgram *pm_cache_get_condition(const char *src, size_t len,
											   const PmCompileOptions *options,
											   MemoryContext pin,
											   PmCompileResult *failure);

#endif							/* PM_CACHE_H */
