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

#endif							/* PM_VALIDATE_H */
