/*
 * pm_constraint.c
 *		Constraints of a prompt: what may stand in it, go in, and come out.
 *
 * They are read once for each different text of them and kept, see pm_rules.h.
 * An error about a forbidden pattern tells the pattern and the place, never
 * what was found: that may be the secret the pattern is there for.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/json.h"

#include "pm_constraint.h"
#include "pm_tokenizer.h"

typedef struct Constraints
{
	int64		max_tokens;		/* each limit -1: none */
	int64		min_tokens;
	int64		max_length;		/* in characters */
	char	   *encoding;
	bool		check_output;
	int			nrequired;
	JsonbValue *required;
	int			nmodels;
	JsonbValue *models;			/* NULL: any */
	int			npatterns;
	PmPattern **patterns;
} Constraints;

static const Constraints *get(Jsonb *constraints);
static void *read_constraints(PmRulesReader *reader, Jsonb *object);
static bool read_one(PmRulesReader *reader, Constraints *constraints,
					 const JsonbValue *name, const JsonbValue *value);
static void read_patterns(PmRulesReader *reader, Constraints *constraints, const JsonbValue *value);
static void check_model(const Constraints *constraints, Jsonb *config, PmProblems *problems);
static void check_forbidden(const Constraints *constraints, const char *prompt, const char *where,
							const char *text, size_t len);
static void check_size(const Constraints *constraints, const char *prompt, const char *text, size_t len);
pg_noreturn static void raise_size(const char *prompt, const char *rule, const char *what,
								   int64 count, int64 limit, const char *encoding);
static void append_texts(StringInfo texts, JsonbContainer *container, bool content_only);

void
pm_constraint_check(Jsonb *constraints, Jsonb *config, Jsonb *declarations)
{
	const Constraints *read = get(constraints);
	PmProblems	problems;

	pm_problems_init(&problems);
	for (int i = 0; i < read->nrequired && declarations != NULL; i++)
	{
		JsonbValue	ignored;

		if (getKeyJsonValueFromContainer(&declarations->root, read->required[i].val.string.val,
										 read->required[i].val.string.len, &ignored) == NULL)
			pm_problem_add(&problems, "constraints.requiredVariables", NULL, NULL,
						   "names \"%s\", which is not declared", pm_rules_cstring(&read->required[i]));
	}
	check_model(read, config, &problems);
	pm_problems_raise(&problems);
}

void
pm_constraint_check_template(Jsonb *constraints, const char *where, const char *src, size_t len)
{
	check_forbidden(get(constraints), NULL, where != NULL ? where : "template", src, len);
}

void
pm_constraint_check_given(Jsonb *constraints, const PmDeclarations *declarations,
						  Jsonb *variables, PmProblems *problems)
{
	const Constraints *read = get(constraints);

	for (int i = 0; i < read->nrequired; i++)
	{
		const JsonbValue *name = &read->required[i];
		const PmDeclaration *declared = pm_declare_find(declarations, name->val.string.val, name->val.string.len);
		JsonbValue	value;

		/* one that is declared so was told already */
		if (declared != NULL && (declared->has_default || declared->required))
			continue;
		if (getKeyJsonValueFromContainer(&variables->root, name->val.string.val,
										 name->val.string.len, &value) == NULL || value.type == jbvNull)
			pm_problem_add(problems, pm_rules_cstring(name), "requiredVariables", NULL, "must be given");
	}
}

void
pm_constraint_check_output(const char *prompt, Jsonb *constraints, const char *output, size_t len)
{
	const Constraints *read = get(constraints);

	check_size(read, prompt, output, len);
	if (read->check_output)
		check_forbidden(read, prompt, "output", output, len);
}

void
pm_constraint_check_messages(const char *prompt, Jsonb *constraints, Jsonb *messages)
{
	const Constraints *read = get(constraints);
	StringInfoData texts;

	initStringInfo(&texts);
	append_texts(&texts, &messages->root, true);
	check_size(read, prompt, texts.data, texts.len);
	if (!read->check_output)
		return;
	resetStringInfo(&texts);
	append_texts(&texts, &messages->root, false);
	check_forbidden(read, prompt, "output", texts.data, texts.len);
}

int32
pm_constraint_count_tokens(Jsonb *constraints, const text *output, Jsonb *messages)
{
	const char *encoding = constraints != NULL ? get(constraints)->encoding : PM_DEFAULT_ENCODING;
	StringInfoData texts;

	if (!pm_tokens_can_count(encoding))
		return -1;
	if (output != NULL)
		return (int32) pm_tokens_count(VARDATA_ANY(output), VARSIZE_ANY_EXHDR(output), encoding, PG_INT32_MAX);
	initStringInfo(&texts);
	append_texts(&texts, &messages->root, true);
	return (int32) pm_tokens_count(texts.data, texts.len, encoding, PG_INT32_MAX);
}

static const Constraints *
get(Jsonb *constraints)
{
	/* nothing else is read while they are in use */
	return pm_rules_get(PM_RULES_CONSTRAINTS, constraints, "constraints", read_constraints, NULL);
}

static void *
read_constraints(PmRulesReader *reader, Jsonb *object)
{
	Constraints *constraints = palloc0(sizeof(Constraints));
	JsonbIterator *walk;
	JsonbIteratorToken token;
	JsonbValue	name;
	JsonbValue	value;

	constraints->max_tokens = constraints->min_tokens = constraints->max_length = -1;
	constraints->encoding = PM_DEFAULT_ENCODING;
	if (!JB_ROOT_IS_OBJECT(object))
		pm_rules_problem(reader, NULL, NULL, "must be a JSON object");
	walk = JsonbIteratorInit(&object->root);
	while ((token = JsonbIteratorNext(&walk, &name, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&walk, &value, true);
		if (!read_one(reader, constraints, &name, &value))
			pm_rules_problem(reader, NULL, pm_rules_cstring(&name), "is not a rule that exists");
	}
	if (constraints->max_tokens >= 0 && constraints->max_tokens < constraints->min_tokens)
		pm_rules_problem(reader, NULL, "maxTokens", "must not be less than minTokens");
	return constraints;
}

/* False where there is no such rule. */
static bool
read_one(PmRulesReader *reader, Constraints *constraints, const JsonbValue *name, const JsonbValue *value)
{
	char	   *key = pm_rules_cstring(name);

	if (strcmp(key, "maxTokens") == 0)
		constraints->max_tokens = pm_rules_integer(reader, NULL, key, value, 0, PG_INT32_MAX, -1);
	else if (strcmp(key, "minTokens") == 0)
		constraints->min_tokens = pm_rules_integer(reader, NULL, key, value, 0, PG_INT32_MAX, -1);
	else if (strcmp(key, "maxLength") == 0)
		constraints->max_length = pm_rules_integer(reader, NULL, key, value, 0, PG_INT32_MAX, -1);
	else if (strcmp(key, "encoding") == 0)
	{
		if (pm_rules_is(value, "o200k_base") || pm_rules_is(value, "cl100k_base"))
			constraints->encoding = pm_rules_cstring(value);
		else
			pm_rules_problem(reader, NULL, key, "must be o200k_base or cl100k_base");
	}
	else if (strcmp(key, "requiredVariables") == 0)
		constraints->required = pm_rules_strings(reader, NULL, key, value, &constraints->nrequired);
	else if (strcmp(key, "allowedModels") == 0)
		constraints->models = pm_rules_strings(reader, NULL, key, value, &constraints->nmodels);
	else if (strcmp(key, "forbiddenPatterns") == 0)
		read_patterns(reader, constraints, value);
	else if (strcmp(key, "checkOutput") == 0)
		constraints->check_output = pm_rules_flag(reader, NULL, key, value);
	/* What a version may have instead of the settings' limits; _check_limits() looks at them. */
	else if (strcmp(key, "maxTemplateLength") == 0 || strcmp(key, "maxVariables") == 0)
		(void) pm_rules_integer(reader, NULL, key, value, 0, PG_INT32_MAX, -1);
	else if (strcmp(key, "allowForbidden") == 0)
		(void) pm_rules_flag(reader, NULL, key, value);
	else
		return false;
	return true;
}

static void
read_patterns(PmRulesReader *reader, Constraints *constraints, const JsonbValue *value)
{
	int			n;
	JsonbValue *sources = pm_rules_strings(reader, NULL, "forbiddenPatterns", value, &n);

	constraints->patterns = palloc_array(PmPattern *, n + 1);
	for (int i = 0; i < n; i++)
	{
		char	   *reason;
		PmPattern  *pattern = pm_pattern_compile(sources[i].val.string.val, sources[i].val.string.len, &reason);

		if (pattern == NULL)
		{
			pm_rules_problem(reader, NULL, psprintf("forbiddenPatterns[%d]", i), reason);
			continue;
		}
		reader->size += pm_pattern_size(pattern);
		constraints->patterns[constraints->npatterns++] = pattern;
	}
}

/* A config that names no model leaves the choice to whoever calls one. */
static void
check_model(const Constraints *constraints, Jsonb *config, PmProblems *problems)
{
	JsonbValue	model;
	StringInfoData models;

	if (constraints->models == NULL || config == NULL ||
		getKeyJsonValueFromContainer(&config->root, "model", 5, &model) == NULL || model.type == jbvNull)
		return;
	initStringInfo(&models);
	for (int i = 0; i < constraints->nmodels; i++)
	{
		if (pm_declare_equal(&constraints->models[i], &model))
			return;
		appendStringInfo(&models, "%s%s", i > 0 ? ", " : "", pm_rules_cstring(&constraints->models[i]));
	}
	pm_problem_add(problems, "config.model", "allowedModels", pm_declare_text(&model),
				   "must be one of the allowed models: %s", models.data);
}

/* prompt is NULL while it is saved. */
static void
check_forbidden(const Constraints *constraints, const char *prompt, const char *where,
				const char *text, size_t len)
{
	PmSubject	subject;
	StringInfoData detail;
	int			found = 0;

	if (constraints->npatterns == 0)
		return;
	initStringInfo(&detail);
	subject = pm_pattern_subject(text, len);
	for (int i = 0; i < constraints->npatterns; i++)
	{
		size_t		position = pm_pattern_find(constraints->patterns[i], &subject);

		if (position == 0)
			continue;
		appendStringInfoString(&detail, found++ > 0 ? ", {\"path\": " : "{\"path\": ");
		escape_json(&detail, where);
		appendStringInfoString(&detail, ", \"rule\": \"forbiddenPatterns\", \"pattern\": ");
		escape_json(&detail, pm_pattern_source(constraints->patterns[i]));
		appendStringInfo(&detail, ", \"position\": %zu}", position);
	}
	pfree(subject.chars);
	if (found > 0)
		ereport(ERROR,
				(errcode(PM_ERRCODE_FORBIDDEN),
				 errmsg("%s%s%s%s has %d forbidden pattern%s", prompt != NULL ? "prompt \"" : "",
						prompt != NULL ? prompt : "", prompt != NULL ? "\": " : "", where,
						found, found == 1 ? "" : "s"),
				 errdetail_internal("[%s]", detail.data)));
}

static void
check_size(const Constraints *constraints, const char *prompt, const char *text, size_t len)
{
	if (constraints->max_length >= 0)
	{
		int64		characters = pg_mbstrlen_with_len(text, (int) len);

		if (characters > constraints->max_length)
			raise_size(prompt, "maxLength", "characters", characters, constraints->max_length, NULL);
	}
	if (constraints->max_tokens >= 0 || constraints->min_tokens >= 0)
	{
		int64		tokens = (int64) pm_tokens_count(text, len, constraints->encoding, PG_INT32_MAX);

		if (constraints->max_tokens >= 0 && tokens > constraints->max_tokens)
			raise_size(prompt, "maxTokens", "tokens", tokens, constraints->max_tokens, constraints->encoding);
		if (tokens < constraints->min_tokens)
			raise_size(prompt, "minTokens", "tokens", tokens, constraints->min_tokens, constraints->encoding);
	}
}

static void
raise_size(const char *prompt, const char *rule, const char *what, int64 count, int64 limit,
		   const char *encoding)
{
	bool		few = count < limit;
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfo(&detail, "[{\"path\": \"constraints.%s\", \"rule\": \"%s\", \"count\": " INT64_FORMAT
					 ", \"limit\": " INT64_FORMAT, rule, rule, count, limit);
	if (encoding != NULL)
		appendStringInfo(&detail, ", \"encoding\": \"%s\"", encoding);
	ereport(ERROR,
			(errcode(PM_ERRCODE_TOKEN_BUDGET),
			 errmsg("%s%s%sthe output has " INT64_FORMAT " %s, %s than the " INT64_FORMAT " that are %s",
					prompt != NULL ? "prompt \"" : "", prompt != NULL ? prompt : "",
					prompt != NULL ? "\": " : "", count, what, few ? "fewer" : "more", limit,
					few ? "needed" : "allowed"),
			 errdetail_internal("%s}]", detail.data)));
	pg_unreachable();
}

/*
 * Every string that is a value, a line each; or only what a model reads: a
 * content, and a text inside of one.
 */
static void
append_texts(StringInfo texts, JsonbContainer *container, bool content_only)
{
	JsonbIterator *walk = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue	item;
	int			depth = 0;
	int			inside = 0;		/* depth of the content that is read, 0: none */
	bool		content = false;

	while ((token = JsonbIteratorNext(&walk, &item, false)) != WJB_DONE)
	{
		switch (token)
		{
			case WJB_KEY:
				content = pm_rules_is(&item, "content") || (inside > 0 && pm_rules_is(&item, "text"));
				break;
			case WJB_BEGIN_ARRAY:
			case WJB_BEGIN_OBJECT:
				depth++;
				if (content && inside == 0)
					inside = depth;
				content = false;
				break;
			case WJB_END_ARRAY:
			case WJB_END_OBJECT:
				if (depth-- == inside)
					inside = 0;
				break;
			default:
				if ((content || !content_only) && item.type == jbvString)
				{
					if (texts->len > 0)
						appendStringInfoChar(texts, '\n');
					appendBinaryStringInfo(texts, item.val.string.val, item.val.string.len);
				}
				content = false;
				break;
		}
	}
}
