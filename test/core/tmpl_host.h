/*
 * tmpl_host.h
 *		A host for the template tests: arena, provider over Json, partials.
 *
 * The arena is a list of malloc blocks that host_reset() frees, so that a
 * sanitizer sees every access behind the end of an allocation.
 */
#ifndef TMPL_HOST_H
#define TMPL_HOST_H

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "pm_tmpl.h"

typedef struct HostBlock HostBlock;

struct HostBlock
{
	HostBlock  *next;
	uint64_t	align;
};

typedef struct TestHost
{
	HostBlock  *blocks;
	size_t		allocated;
	PmCompileOptions compile;
	PmRenderOptions render;
	PmLimits	limits;
	const Json *partials;		/* name -> template text */
	const Json *defaults;		/* path -> value */
	PmHost		host;
	PmBuf		out;
	PmCompileResult compiled;
	PmRenderResult result;
	unsigned	polls;
	char		spans[512];
} TestHost;

static void *
host_alloc(void *ctx, size_t size)
{
	TestHost   *h = ctx;
	HostBlock  *block = malloc(sizeof(HostBlock) + size);

	if (block == NULL)
		abort();
	block->next = h->blocks;
	h->blocks = block;
	h->allocated += size;
	return block + 1;
}

static inline void
host_reset(TestHost *h)
{
	while (h->blocks != NULL)
	{
		HostBlock  *next = h->blocks->next;

		free(h->blocks);
		h->blocks = next;
	}
	h->allocated = 0;
	h->out.data = NULL;
	h->out.len = 0;
	h->out.cap = 0;
}

static char *
host_grow(PmBuf *buf, size_t cap)
{
	char	   *data = host_alloc(buf->ctx, cap);

	if (buf->len > 0)
		memcpy(data, buf->data, buf->len);
	return data;
}

/* A Json node as a value; the node itself is the handle. */
static PmValue
host_value(const Json *j)
{
	switch (j->type)
	{
		case JSON_NULL:
			return pm_value_simple(PM_NULL);
		case JSON_FALSE:
		case JSON_TRUE:
			return pm_value_bool(j->type == JSON_TRUE);
		case JSON_NUMBER:
			{
				PmValue		v = pm_value_simple(PM_NUMBER);

				v.u.handle = j;
				return v;
			}
		case JSON_STRING:
			return pm_value_string(j->str, (uint32_t) j->len);
		case JSON_ARRAY:
			return pm_value_container(PM_ARRAY, j, (uint32_t) j->n);
		case JSON_OBJECT:
			break;
	}
	return pm_value_container(PM_OBJECT, j, (uint32_t) j->n);
}

static bool
host_member(void *ctx, const PmValue *object, const PmKey *key, PmValue *out)
{
	const Json *j = object->u.handle;

	(void) ctx;
	for (size_t i = j->n; i-- > 0;)
	{
		if (j->keys[i].len == key->len && memcmp(j->keys[i].str, key->str, key->len) == 0)
		{
			*out = host_value(&j->items[i]);
			return true;
		}
	}
	return false;
}

static bool
host_element(void *ctx, const PmValue *array, uint32_t index, PmValue *out)
{
	const Json *j = array->u.handle;

	(void) ctx;
	if (index >= j->n)
		return false;
	*out = host_value(&j->items[index]);
	return true;
}

static void
host_iter_begin(void *ctx, PmIter *iter)
{
	(void) ctx;
	iter->word[0] = 0;
}

static bool
host_iter_next(void *ctx, PmIter *iter, PmValue *key, PmValue *value)
{
	const Json *j = iter->container.u.handle;
	size_t		at = iter->word[0];

	(void) ctx;
	if (at >= j->n)
		return false;
	if (j->type == JSON_OBJECT)
		*key = host_value(&j->keys[at]);
	*value = host_value(&j->items[at]);
	iter->word[0]++;
	return true;
}

/* Copied, so that a use after release of scratch memory shows. */
static void
host_number(void *ctx, const PmValue *number, const PmArena *scratch,
			const char **text, uint32_t *len)
{
	const Json *j = number->u.handle;
	char	   *copy = scratch->alloc(scratch->ctx, j->len);

	(void) ctx;
	memcpy(copy, j->str, j->len);
	*text = copy;
	*len = (uint32_t) j->len;
}

static void
host_poll(void *ctx)
{
	((TestHost *) ctx)->polls++;
}

static const PmProgram *
host_partial(void *ctx, const PmPartialRef *ref)
{
	TestHost   *h = ctx;
	PmKey		key = {ref->name, ref->name_len, 0};
	PmValue		root;
	PmValue		text;
	PmCompileResult *result;

	if (h->partials == NULL)
		return NULL;
	root = host_value(h->partials);
	if (!host_member(NULL, &root, &key, &text))
		return NULL;
	result = host_alloc(h, sizeof(PmCompileResult));
	if (pm_tmpl_compile(text.u.str, text.len, &h->compile, &h->host.arena, result) != PM_OK)
		return NULL;
	return result->program;
}

static bool
host_default(void *ctx, const char *path, uint32_t len, PmValue *out)
{
	TestHost   *h = ctx;
	PmKey		key = {path, len, 0};
	PmValue		root;

	if (h->defaults == NULL)
		return false;
	root = host_value(h->defaults);
	return host_member(NULL, &root, &key, out);
}

static inline void
host_init(TestHost *h, PmFormat format, PmEscape escape, PmOnMissing on_missing)
{
	memset(h, 0, sizeof(*h));
	pm_limits_init(&h->limits);
	h->compile.format = format;
	h->compile.escape = escape;
	h->compile.utf8 = true;
	h->compile.limits = &h->limits;
	h->render.on_missing = on_missing;
	h->render.limits = &h->limits;
	h->host.ctx = h;
	h->host.arena.alloc = host_alloc;
	h->host.arena.ctx = h;
	h->host.provider.get_member = host_member;
	h->host.provider.get_element = host_element;
	h->host.provider.iter_begin = host_iter_begin;
	h->host.provider.iter_next = host_iter_next;
	h->host.provider.number_text = host_number;
	h->host.poll = host_poll;
	h->host.load_partial = host_partial;
	h->host.declared_default = host_default;
	h->out.grow = host_grow;
	h->out.ctx = h;
}

/* Renders compiled.program; out holds the text with a NUL behind it. */
static inline PmStatus
host_render(TestHost *h, const Json *data)
{
	PmValue		root = host_value(data);
	PmStatus	status;

	h->out.data = NULL;
	h->out.len = 0;
	h->out.cap = 0;
	status = pm_tmpl_render(h->compiled.program, &root, &h->host, &h->render,
							&h->out, &h->result);
	h->out.max = SIZE_MAX;
	pm_buf_char(&h->out, '\0');
	h->out.len--;
	return status;
}

/* Compiles and renders; a failed compilation leaves the output empty. */
static inline PmStatus
host_run(TestHost *h, const char *src, size_t len, const Json *data)
{
	PmStatus	status;

	host_reset(h);
	status = pm_tmpl_compile(src, len, &h->compile, &h->host.arena, &h->compiled);
	if (status != PM_OK)
		return status;
	return host_render(h, data);
}

#endif							/* TMPL_HOST_H */
