/*
 * pm_guc.h
 *		Settings of the extension.  Include it after postgres.h.
 */
#ifndef PM_GUC_H
#define PM_GUC_H

#include "utils/jsonb.h"

#include "pm_core.h"

/* Defines all settings; called once, when the library is loaded. */
extern void pm_guc_init(void);

/* Whether events are announced by NOTIFY. */
extern bool pm_guc_notify(void);

/* The limits in force.  They stay valid, and follow later changes. */
extern const PmLimits *pm_guc_limits(void);

/*
 * The limits in force, lowered by those that the object names; palloc'd.  A
 * limit above the one in force has no effect.  22023 for what is no limit.
 */
extern const PmLimits *pm_guc_lower_limits(Jsonb *wanted);

#endif							/* PM_GUC_H */
