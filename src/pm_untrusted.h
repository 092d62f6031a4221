/*
 * pm_untrusted.h
 *		What untrusted variables write into a rendered text.  Include it after
 *		postgres.h.
 *
 *	u = pm_untrusted_begin(names, n);
 *	... for each text: render, with pm_untrusted_span() for record_span ...
 *	pm_untrusted_finish(u, &out, first_byte_of_text, true);
 */
#ifndef PM_UNTRUSTED_H
#define PM_UNTRUSTED_H

#include "pm_hygiene.h"

typedef struct PmUntrusted PmUntrusted;

/*
 * Begins with the names of the untrusted root variables, which must outlive
 * it.  Memory is the current context's.
 */
extern PmUntrusted *pm_untrusted_begin(const char *const *names, int n);

/* The output bytes [start, end) are of this variable, trusted or not. */
extern void pm_untrusted_span(PmUntrusted *untrusted, size_t start, size_t end,
							  const char *name, uint32_t len);

/*
 * Breaks control sequences that untrusted values wrote into buf, from offset
 * from on, and forgets the spans.  line_roles: "Human:" at the start of a line
 * is one, as in the text of a prompt without messages.  Raises PT413 where
 * that passes buf->max.
 */
extern void pm_untrusted_finish(PmUntrusted *untrusted, PmBuf *buf, size_t from,
								bool line_roles);

/*
 * The marker key of a value: 16 hexadecimal digits of SHA-256 over the id of
 * the prompt's version, the value and the salt.  key gets no NUL.
 */
extern void pm_delimit_key(const char *version_id, const char *value, size_t len,
						   const char *salt, size_t salt_len,
						   char key[PM_DELIMIT_KEY_LEN]);

#endif							/* PM_UNTRUSTED_H */
