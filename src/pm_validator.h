/*
 * pm_validator.h
 *		A prompt author's own functions that check a value.  Include it after
 *		postgres.h.
 */
#ifndef PM_VALIDATOR_H
#define PM_VALIDATOR_H

#include "utils/jsonb.h"

/* Splits "schema.function" or "schema.function(jsonb)"; false where it is neither. */
extern bool pm_validator_name(const char *name, char **schema, char **function);

/*
 * For saving: NULL, or why the function cannot be a validator.  Raises 42501
 * where whoever saves may not execute it.
 */
extern const char *pm_validator_check(const char *name);

/*
 * Runs the function as the caller: NULL, or why it refuses the value.  Raises
 * 42501 where the caller may not execute it, or must not trust it.
 */
extern const char *pm_validator_run(const char *name, bool immutable_only, Jsonb *value);

#endif							/* PM_VALIDATOR_H */
