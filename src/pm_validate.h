/*
 * pm_validate.h
 *		All that is wrong with a template.  Include it after postgres.h.
 */
#ifndef PM_VALIDATE_H
#define PM_VALIDATE_H

#include "pm_render.h"

/*
 * Compiles a template and looks at the partials that the options give it.
 * result holds up to PM_MAX_DIAGS findings by place; nothing is raised for a
 * bad template.  What is allocated comes from the current memory context.
 */
extern void pm_validate(const char *src, size_t len, const PmSettings *settings,
						PmCompileResult *result);

/* Adds an error by its place; NULL where there is no room for it. */
extern PmError *pm_validate_add(PmCompileResult *result, PmCharLen char_len, uint32_t offset,
								PmStatus status, const char *code, const char *message);

#endif							/* PM_VALIDATE_H */
