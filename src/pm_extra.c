/*
 * pm_extra.c
 *		Variables that were given and that nothing asks for.
 *
 * A misspelt name of an optional variable shows only here.  A variable counts
 * as used where any path of a program that took part has a segment of its
 * name: inside a block a plain name may be found outside of it, and only the
 * rendering knows.  So no variable in use is ever called extra.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/json.h"

#include "pm.h"
#include "pm_extra.h"

static bool is_used(PmRender *render, const char *name, uint32 len);
static bool program_uses(PmRender *render, const PmProgram *program, const char *name, uint32 len);
static bool uses_whole_document(const PmProgram *program);
static bool path_has_segment(const char *path, uint32 path_len, const char *name, uint32 len);

void
pm_extra_note_program(PmRender *render, const PmProgram *program)
{
	render->programs = list_append_unique_ptr(render->programs, unconstify(PmProgram *, program));
}

void
pm_extra_note_name(PmRender *render, const char *name)
{
	render->names = lappend(render->names, pstrdup(name));
}

void
pm_extra_check(PmRender *render)
{
	JsonbIterator *walk;
	JsonbValue	key;
	JsonbIteratorToken token;
	StringInfoData names;
	StringInfoData detail;
	bool		is_error = render->settings->on_extra == PM_ON_EXTRA_ERROR;

	if (render->settings->on_extra == PM_ON_EXTRA_IGNORE || !JB_ROOT_IS_OBJECT(render->variables))
		return;
	initStringInfo(&names);
	initStringInfo(&detail);
	walk = JsonbIteratorInit(&render->variables->root);
	while ((token = JsonbIteratorNext(&walk, &key, true)) != WJB_DONE)
	{
		char	   *name;

		if (token != WJB_KEY || is_used(render, key.val.string.val, key.val.string.len))
			continue;
		name = pnstrdup(key.val.string.val, key.val.string.len);
		appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", name);
		appendStringInfoString(&detail, detail.len > 0 ? ", {\"path\": " : "{\"path\": ");
		escape_json(&detail, name);
		appendStringInfoString(&detail, ", \"reason\": \"not used\"}");
	}
	if (names.len > 0)
		ereport(is_error ? ERROR : NOTICE,
				(errcode(PM_ERRCODE_EXTRA_VARIABLES),
				 errmsg("variables that nothing asks for: %s", names.data),
				 errdetail_internal("[%s]", detail.data)));
}

static bool
is_used(PmRender *render, const char *name, uint32 len)
{
	Jsonb	   *declarations = render->settings->declarations;
	JsonbValue	declaration;
	ListCell   *cell;

	if (declarations != NULL &&
		getKeyJsonValueFromContainer(&declarations->root, name, (int) len, &declaration) != NULL)
		return true;
	foreach(cell, render->names)
	{
		const char *noted = lfirst(cell);

		if (strlen(noted) == len && memcmp(noted, name, len) == 0)
			return true;
	}
	foreach(cell, render->programs)
		if (program_uses(render, lfirst(cell), name, len))
			return true;
	return false;
}

static bool
program_uses(PmRender *render, const PmProgram *program, const char *name, uint32 len)
{
	uint32		n;
	const PmVariable *variables;

	if (uses_whole_document(program))
		return true;
	variables = pm_tmpl_variables(program, render->host.char_len, &render->host.arena, &n);

	for (uint32 i = 0; i < n; i++)
	{
		const char *path = variables[i].path;
		uint32		path_len = variables[i].path_len;

		if (path_has_segment(path, path_len, name, len))
			return true;
	}
	return false;
}

/* {{.}}, {{this}} and {{@root}} may print all of it; their look is enough. */
static bool
uses_whole_document(const PmProgram *program)
{
	static const char *const words[] = {".", "this", "@root"};
	size_t		len;
	const char *source = pm_tmpl_source(program, &len);
	const char *end = source + len;

	for (const char *at = source; at + 2 < end; at++)
	{
		if (at[0] != '{' || at[1] != '{')
			continue;
		for (at += 2; at < end && strchr("{&#^~ \t\n", *at) != NULL && *at != '\0'; at++)
			;
		for (size_t i = 0; i < lengthof(words); i++)
			if ((size_t) (end - at) > strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0)
				return true;
	}
	return false;
}

/* Segments are separated by "." and end where a "[" begins. */
static bool
path_has_segment(const char *path, uint32 path_len, const char *name, uint32 len)
{
	uint32		start = 0;

	if (path_len == len && memcmp(path, name, len) == 0)
		return true;
	for (uint32 at = 0; at <= path_len; at++)
	{
		if (at < path_len && path[at] != '.' && path[at] != '[')
			continue;
		if (at - start == len && memcmp(path + start, name, len) == 0)
			return true;
		while (at < path_len && path[at] != '.')
			at++;
		start = at + 1;
	}
	return false;
}
