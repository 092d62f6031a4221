/*
 * pm_msg.h
 *		Building the texts of errors.
 *
 * Messages go into the fixed buffers of PmError: no allocation, no printf (the
 * server replaces that family), cut at a whole character where they are too
 * long.
 */
#ifndef PM_MSG_H
#define PM_MSG_H

#include "pm_core.h"

/* Appends to a NUL-terminated text in a buffer of PM_MESSAGE_LEN bytes. */
extern void pm_msg_str(char *buf, const char *text);
extern void pm_msg_bytes(char *buf, const char *text, size_t len);
extern void pm_msg_uint(char *buf, uint64_t n);

/* The same, with double quotes around it, and shortened to a readable length. */
extern void pm_msg_quoted(char *buf, const char *text, size_t len);

/* Starts an error: all fields set, both texts empty but for message. */
extern void pm_error_init(PmError *error, PmStatus status, const char *code,
						  const char *message);

/*
 * Number of edits that turn a into b, for "did you mean"; names longer than 32
 * bytes are never near anything.
 */
extern uint32_t pm_msg_distance(const char *a, size_t alen, const char *b, size_t blen);

#endif							/* PM_MSG_H */
