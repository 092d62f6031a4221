/*
 * pm.h
 *		What every file of the backend layers knows: names and SQLSTATEs.
 *
 * Include it after postgres.h.
 */
#ifndef PM_H
#define PM_H

#include "pm_compat.h"

#define PM_SCHEMA "prompt_mgr"

/*
 * SQLSTATEs say what a client does next.  PTxyz is HTTP status xyz through
 * PostgREST; the PM class is ours.  The standard's own codes are used where
 * one fits: ERRCODE_INVALID_PARAMETER_VALUE, ERRCODE_SYNTAX_ERROR, ...
 */
#define PM_ERRCODE_NOT_FOUND MAKE_SQLSTATE('P', 'T', '4', '0', '4')
#define PM_ERRCODE_CONFLICT MAKE_SQLSTATE('P', 'T', '4', '0', '9')
#define PM_ERRCODE_LIMIT MAKE_SQLSTATE('P', 'T', '4', '1', '3')
#define PM_ERRCODE_MISSING_VARIABLES MAKE_SQLSTATE('P', 'M', '0', '0', '1')
#define PM_ERRCODE_EXTRA_VARIABLES MAKE_SQLSTATE('P', 'M', '0', '0', '2')
#define PM_ERRCODE_INVALID_VALUES MAKE_SQLSTATE('P', 'M', '0', '0', '3')
#define PM_ERRCODE_TOKEN_BUDGET MAKE_SQLSTATE('P', 'M', '0', '0', '4')
#define PM_ERRCODE_FORBIDDEN MAKE_SQLSTATE('P', 'M', '0', '0', '5')

#endif							/* PM_H */
