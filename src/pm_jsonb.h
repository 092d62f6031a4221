/*
 * pm_jsonb.h
 *		jsonb documents as values of the core.  Include it after postgres.h.
 */
#ifndef PM_JSONB_H
#define PM_JSONB_H

#include "utils/jsonb.h"

#include "pm_value.h"

/* Reads values out of jsonb. */
extern const PmProvider pm_jsonb_provider;

/* The document as a value that points into it. */
extern PmValue pm_jsonb_root(Jsonb *document);

/*
 * A document given as an argument.  PostgREST hands the jsonb arguments of a
 * GET over as JSON strings, so a string that holds an object is that object.
 */
extern Jsonb *pm_jsonb_argument(Jsonb *argument);

/* The same for an argument that must be an object; 22023 otherwise. */
extern Jsonb *pm_jsonb_object_argument(Jsonb *argument, const char *path);

/* A member of a jsonb object by its name; false where it has none. */
extern bool pm_jsonb_member(Jsonb *object, const char *name, JsonbValue *value);

/*
 * Pushes a value as WJB_ELEM or WJB_VALUE into a document being built; missing
 * becomes null.
 */
extern void pm_jsonb_push(JsonbParseState **state, JsonbIteratorToken token, const PmValue *value);

#endif							/* PM_JSONB_H */
