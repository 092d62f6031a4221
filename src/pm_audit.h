/*
 * pm_audit.h
 *		Writing the audit and the events.  Include it after postgres.h.
 */
#ifndef PM_AUDIT_H
#define PM_AUDIT_H

#include "pm_object.h"

/* A row of the audit, by column; all of them are hashed but the hash. */
enum
{
	PM_AUDIT_CHAIN, PM_AUDIT_NO, PM_AUDIT_AT, PM_AUDIT_ACTOR, PM_AUDIT_SESSION_ROLE, PM_AUDIT_TXID,
	PM_AUDIT_OBJECT, PM_AUDIT_KEY, PM_AUDIT_ACTION, PM_AUDIT_BEFORE, PM_AUDIT_AFTER,
	PM_AUDIT_HASH, PM_AUDIT_COLUMNS
};

/* What happened, for those who have to be told. */
typedef struct PmEvent
{
	const char *type;
	NullableDatum name;			/* of the prompt; NULL where it is not about one */
	NullableDatum reason;
	const PmObject *fields;		/* what belongs to this type of event */
} PmEvent;

/* SHA-256 over the hash of the row before, NULL being as good as empty, and the row's columns. */
extern bytea *pm_audit_hash(const bytea *previous, const NullableDatum *row);

/*
 * Appends the row to its chain, and where event is not NULL adds it and
 * announces it at commit.  Fills in number, session role, transaction and
 * hash, and the time of the row before where that is later.
 */
extern void pm_audit_append(NullableDatum *row, const PmEvent *event);

#endif							/* PM_AUDIT_H */
