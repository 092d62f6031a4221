/*
 * pm_schema_write.h
 *		From the uses and declarations of variables to JSON Schema.  Include it
 *		after postgres.h.
 */
#ifndef PM_SCHEMA_WRITE_H
#define PM_SCHEMA_WRITE_H

#include "utils/jsonb.h"

typedef struct PmSchemaNode PmSchemaNode;

/* A name and how templates use it. */
struct PmSchemaNode
{
	const char *name;			/* NUL-terminated; NULL: the root, or items */
	uint32		name_len;
	PmSchemaNode *next;			/* of the same parent */
	PmSchemaNode *children;		/* members */
	PmSchemaNode *items;		/* what the elements of a list have */
	bool		required;		/* inserted whatever the data */
	bool		printed;
	bool		condition;
	bool		section;
	bool		each;
	bool		with;
	bool		placeholder;	/* for chat messages */
};

/* declarations as stored with a version, or NULL. */
extern Jsonb *pm_schema_write(const char *title, const PmSchemaNode *root, Jsonb *declarations);

#endif							/* PM_SCHEMA_WRITE_H */
