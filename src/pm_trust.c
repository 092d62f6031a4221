/*
 * pm_trust.c
 *		Variables declared as untrusted, in a rendering.
 *
 * The declarations stay pinned on the rendering's own context, because the
 * names of untrusted variables are theirs.  A rendering without any costs one
 * look at a pointer.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

#include "pm_declare.h"
#include "pm_jsonb.h"
#include "pm_trust.h"
#include "pm_untrusted.h"

static Jsonb *delimit_values(PmRender *render, const PmDeclarations *declarations);
static void delimit_string(PmRender *render, JsonbValue *string);
static void record_span(void *ctx, size_t start, size_t end, const char *name, uint32_t len);
static bool is_untrusted(PmRender *render, const char *root, size_t len);
static void break_string(PmRender *render, JsonbValue *string, const char *root, size_t root_len);

void
pm_trust_begin(PmRender *render)
{
	Jsonb	   *declared = render->settings->declarations;
	const PmDeclarations *declarations;

	render->untrusted = NULL;
	if (declared == NULL)
		return;
	pm_render_own_context(render);
	declarations = pm_declare_get(declared, render->name != NULL ? "variables" : "declared", render->own);
	render->variables = delimit_values(render, declarations);
	render->root = pm_jsonb_root(render->variables);
	if (declarations->nuntrusted == 0)
		return;
	render->declarations = declarations;
	render->untrusted = pm_untrusted_begin(declarations->untrusted, declarations->nuntrusted);
	render->host.record_span = record_span;
}

/* The variables with those strings wrapped that are declared so. */
static Jsonb *
delimit_values(PmRender *render, const PmDeclarations *declarations)
{
	JsonbParseState *state = NULL;
	JsonbIterator *walk;
	JsonbValue	item;
	JsonbIteratorToken token;
	JsonbValue *result = NULL;
	bool		any = false;

	for (int i = 0; i < declarations->n; i++)
		any = any || declarations->items[i].delimit;
	if (!any)
		return render->variables;

	walk = JsonbIteratorInit(&render->variables->root);
	while ((token = JsonbIteratorNext(&walk, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			const PmDeclaration *declaration = pm_declare_find(declarations, item.val.string.val,
															   item.val.string.len);

			pushJsonbValue(&state, WJB_KEY, &item);
			token = JsonbIteratorNext(&walk, &item, true);
			if (declaration != NULL && declaration->delimit && item.type == jbvString)
				delimit_string(render, &item);
			pushJsonbValue(&state, token, &item);
		}
		else
			result = pushJsonbValue(&state, token, NULL);
	}
	return JsonbValueToJsonb(result);
}

static void
delimit_string(PmRender *render, JsonbValue *string)
{
	const char *salt = render->settings->delimit_salt;
	const char *version = render->version_id == NULL ? "" :
		DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(render->version_id)));
	char		key[PM_DELIMIT_KEY_LEN];
	PmBuf		buf = {.max = MaxAllocSize, .grow = pm_render_grow};

	pm_delimit_key(version, string->val.string.val, string->val.string.len,
				   salt, strlen(salt), key);
	buf.cap = string->val.string.len + 64;
	buf.data = palloc(buf.cap);
	if (!pm_delimit(&buf, string->val.string.val, string->val.string.len, key))
		elog(ERROR, "delimited value does not fit");
	string->val.string.val = buf.data;
	string->val.string.len = (int) buf.len;
}

static void
record_span(void *ctx, size_t start, size_t end, const char *name, uint32_t len)
{
	pm_untrusted_span(((PmRender *) ctx)->untrusted, start, end, name, len);
}

void
pm_trust_finish_text(PmRender *render, PmBuf *out)
{
	/* In a chat prompt the structure, not the text, says who speaks. */
	pm_untrusted_finish(render->untrusted, out, VARHDRSZ, render->where == NULL);
}

void
pm_trust_push(PmRender *render, JsonbParseState **state, JsonbIteratorToken token,
			  const PmValue *value, const char *root, size_t root_len)
{
	JsonbParseState *copy = NULL;
	JsonbIterator *walk;
	JsonbValue	item;
	JsonbIteratorToken part;
	int			depth = 0;

	if (!is_untrusted(render, root, root_len))
	{
		pm_jsonb_push(state, token, value);
		return;
	}

	/* As the only element of an array, so that one walk does for any value. */
	pushJsonbValue(&copy, WJB_BEGIN_ARRAY, NULL);
	pm_jsonb_push(&copy, WJB_ELEM, value);
	walk = JsonbIteratorInit(&JsonbValueToJsonb(pushJsonbValue(&copy, WJB_END_ARRAY, NULL))->root);
	while ((part = JsonbIteratorNext(&walk, &item, false)) != WJB_DONE)
	{
		bool		scalar = part == WJB_ELEM || part == WJB_VALUE || part == WJB_KEY;

		if (part == WJB_END_ARRAY || part == WJB_END_OBJECT)
			depth--;
		if (scalar && part != WJB_KEY && item.type == jbvString)
			break_string(render, &item, root, root_len);
		if (depth == 1 && part == WJB_ELEM)
			part = token;
		if (depth > 0)
			pushJsonbValue(state, part, scalar ? &item : NULL);
		if (part == WJB_BEGIN_ARRAY || part == WJB_BEGIN_OBJECT)
			depth++;
	}
}

static bool
is_untrusted(PmRender *render, const char *root, size_t len)
{
	const PmDeclaration *declaration;

	if (render->untrusted == NULL)
		return false;
	declaration = pm_declare_find(render->declarations, root, len);
	return declaration != NULL && declaration->untrusted;
}

static void
break_string(PmRender *render, JsonbValue *string, const char *root, size_t root_len)
{
	PmBuf		buf = {.max = MaxAllocSize, .grow = pm_render_grow};

	buf.len = string->val.string.len;
	buf.cap = buf.len + 16;
	buf.data = palloc(buf.cap);
	memcpy(buf.data, string->val.string.val, buf.len);
	pm_untrusted_span(render->untrusted, 0, buf.len, root, (uint32_t) root_len);
	pm_untrusted_finish(render->untrusted, &buf, 0, false);
	string->val.string.val = buf.data;
	string->val.string.len = (int) buf.len;
}
