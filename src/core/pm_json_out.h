/*
 * pm_json_out.h
 *		Printing values as JSON, and escaping text.
 */
#ifndef PM_JSON_OUT_H
#define PM_JSON_OUT_H

#include "pm_env.h"

/*
 * Appends the value as JSON: compact where indent is 0, otherwise with this
 * many blanks per level.  False with the error set.
 */
extern bool pm_json_write(PmEnv *env, const PmValue *v, uint32_t indent, PmBuf *out);

/* Appends text with the characters escaped that the mode names. */
extern bool pm_escape(PmEnv *env, PmEscape mode, const char *text, size_t len, PmBuf *out);

#endif							/* PM_JSON_OUT_H */
