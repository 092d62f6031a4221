/*
 * pm_declare.h
 *		Declared variables: what a prompt asks of the values it is given.
 *		Include it after postgres.h.
 */
#ifndef PM_DECLARE_H
#define PM_DECLARE_H

#include "pm_invisible.h"
#include "pm_pattern.h"
#include "pm_render.h"
#include "pm_rules.h"

typedef enum PmDeclareType
{
	PM_DECLARE_CONTEXT,			/* any value */
	PM_DECLARE_STRING,
	PM_DECLARE_NUMBER,
	PM_DECLARE_INTEGER,
	PM_DECLARE_BOOLEAN,
	PM_DECLARE_ARRAY,
	PM_DECLARE_OBJECT
} PmDeclareType;

#define PM_DECLARE_TYPES (PM_DECLARE_OBJECT + 1)

/* Other declared variables, by their numbers. */
typedef struct PmDeclareList
{
	int			n;
	int		   *items;
} PmDeclareList;

typedef struct PmDeclaration
{
	JsonbValue	name;
	char	   *cname;			/* the same, NUL-terminated */
	PmDeclareType type;
	bool		required;
	bool		nullable;
	bool		coerce;
	bool		untrusted;
	bool		delimit;
	bool		has_default;
	JsonbValue	fallback;		/* the default */
	int64		min_length;		/* in characters; each limit -1: none */
	int64		max_length;
	int64		min_items;
	int64		max_items;
	Numeric		min;			/* NULL: none */
	Numeric		max;
	PmPattern  *pattern;
	JsonbContainer *choices;	/* of enum, NULL: none */
	PmDeclareList requires;
	PmDeclareList excludes;
	int			required_if;	/* number of the variable asked, -1: none */
	bool		has_equals;
	JsonbValue	equals;
	char	   *validate;		/* name of a function, NULL: none */

	/* formatting, in the order in which it applies */
	bool		sanitize;
	PmCleanLevel level;
	bool		uppercase;
	bool		lowercase;
	bool		trim;
	int64		cut;			/* maxLength, -1: none */
	const JsonbValue *prefix;	/* NULL: none */
	const JsonbValue *suffix;
} PmDeclaration;

typedef struct PmDeclarations
{
	int			n;
	PmDeclaration *items;		/* in the order of jsonb: by length, then bytes */
	int			nuntrusted;
	const char **untrusted;		/* their names */
} PmDeclarations;

/* ---- pm_declare.c: reading ---- */

/*
 * The declarations of a prompt, read now or before; 22023 with every mistake,
 * its path beginning with path.  They live until pin is reset or deleted.
 */
extern const PmDeclarations *pm_declare_get(Jsonb *declarations, const char *path, MemoryContext pin);

/* The declaration of a root variable, or NULL. */
extern const PmDeclaration *pm_declare_find(const PmDeclarations *declarations,
											const char *name, size_t len);

/* Its number, or -1. */
extern int	pm_declare_number(const PmDeclarations *declarations, const char *name, size_t len);

/* ---- pm_declare_read.c ---- */

/* Reads one declaration; the names of all must be there already. */
extern void pm_declare_read(PmRulesReader *reader, PmDeclarations *all, int number,
							JsonbContainer *object);

/* ---- pm_declare_use.c: saving ---- */

/*
 * Checks declarations that are to be saved, apart from templates: 22023 with
 * every mistake, 42501 for a validator that whoever saves may not execute.
 * Validators are looked up unless restored.
 */
extern void pm_declare_check(Jsonb *declarations, bool restored);

/*
 * Raises 42601 where the program uses variables that are not declared; where is
 * the text in a chat prompt, else NULL.
 */
extern void pm_declare_check_use(Jsonb *declarations, const PmProgram *program, const char *where,
								 PmCharLen char_len);

/*
 * Adds the same as findings about a bare template, and declared variables that
 * it does not use as warnings.
 */
extern void pm_declare_validate(Jsonb *declarations, const PmProgram *program, PmCharLen char_len,
								PmCompileResult *result);

/* ---- pm_declare_apply.c: rendering ---- */

/*
 * The variables to render with: checked against the declarations and required
 * variables of the settings, with defaults, coercion, sanitizing and formatting
 * applied.  The same pointer where nothing changes.  Raises PM003 with all that
 * is wrong.  prompt is NULL for a bare template.
 */
extern Jsonb *pm_declare_apply(const char *prompt, const PmSettings *settings, Jsonb *variables);

/* ---- pm_declare_value.c: one value ---- */

/* Turns the value into the declared type where coerce allows it; false: as it was. */
extern bool pm_declare_coerce(const PmDeclaration *declaration, JsonbValue *value);

/*
 * Checks a value that is not null against all rules but validate; false with
 * every failure added.
 */
extern bool pm_declare_check_value(const PmDeclaration *declaration, const char *path,
								   const JsonbValue *value, PmProblems *problems);

/* Whether the value is of the type; null is of none but context. */
extern bool pm_declare_has_type(PmDeclareType type, const JsonbValue *value);

/* The value as JSON writes it, a string without quotes; palloc'd. */
extern char *pm_declare_text(const JsonbValue *value);

/* Equality of jsonb: numbers by value, objects whatever the order of keys. */
extern bool pm_declare_equal(const JsonbValue *a, const JsonbValue *b);

/* ---- pm_declare_format.c: shaping ---- */

/* Sanitizes and formats; true where the value is not the same any more. */
extern bool pm_declare_format(const PmDeclaration *declaration, const PmSettings *settings,
							  JsonbValue *value);

#endif							/* PM_DECLARE_H */
