/*
 * pm_schema.h
 *		JSON Schema of the variables that a prompt needs.  Include it after
 *		postgres.h.
 */
#ifndef PM_SCHEMA_H
#define PM_SCHEMA_H

#include "utils/jsonb.h"

#include "pm_catalog.h"

/*
 * The schema of a version, as an object; name is its prompt's.  Raises 42601
 * where a template of it does not compile.
 */
extern Jsonb *pm_schema_build(const char *name, const PmVersion *version);

#endif							/* PM_SCHEMA_H */
