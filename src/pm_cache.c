/*
 * pm_cache.c
 *		Compiled templates of this backend.
 *
 * Entries are found by content: the template's text and how it is compiled,
 * the limits it had to keep included.  Whoever brings the same text gets the
 * same program, whatever its name, label or version, so there is nothing to
 * invalidate.  Which text a name stands for is asked of the tables each time.
 *
 * A render that loads partials pins what it uses, on its memory context.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "pm_cache.h"
#include "pm_guc.h"
#include "pm_store.h"

/* The limits that compiling looks at are the first members of PmLimits. */
#define COMPILE_LIMITS offsetof(PmLimits, partial_depth)

/* Beside the flags of options_flags(): the text is a condition. */
#define CONDITION_FLAG 0x80

typedef struct CacheEntry
{
	PmStored	stored;			/* content.data is inside the program */
	char		limits[COMPILE_LIMITS];
	const PmProgram *program;	/* right behind this struct */
} CacheEntry;

static void drop_entry(PmStored *entry);

static PmStore store = {
	.name = "prompt_mgr templates",
	.nbuckets = 1024,
	.max_entries = 1024,
	.max_bytes = (size_t) 16 * 1024 * 1024,
	.drop = drop_entry
};

static uint32 options_flags(const PmCompileOptions *options);
static const PmProgram *get(const char *src, size_t len, const PmCompileOptions *options,
							uint32 flags, MemoryContext pin, PmCompileResult *failure);
static CacheEntry *compile(const PmContent *content, const PmCompileOptions *options,
						   PmCompileResult *failure);

const PmProgram *
pm_cache_get(const char *src, size_t len, const PmCompileOptions *options,
			 MemoryContext pin, PmCompileResult *failure)
{
	return get(src, len, options, options_flags(options), pin, failure);
}

const PmProgram *
pm_cache_get_condition(const char *src, size_t len, const PmCompileOptions *options,
					   MemoryContext pin, PmCompileResult *failure)
{
	return get(src, len, options, options_flags(options) | CONDITION_FLAG, pin, failure);
}

static const PmProgram *
get(const char *src, size_t len, const PmCompileOptions *options, uint32 flags,
	MemoryContext pin, PmCompileResult *failure)
{
	const PmLimits *limits = options->limits != NULL ? options->limits : pm_guc_limits();
	PmContent	content = {src, len, flags, limits, COMPILE_LIMITS};
	uint64		hash = pm_store_hash(&content);
	CacheEntry *entry = (CacheEntry *) pm_store_find(&store, &content, hash);

	if (entry == NULL)
	{
		entry = compile(&content, options, failure);
		if (entry == NULL)
			return NULL;
		entry->stored.hash = hash;
		pm_store_add(&store, &entry->stored);
	}
	if (pin != NULL)
		pm_store_pin(&entry->stored, pin);
	return entry->program;
}

/* What besides the text makes a different program. */
static uint32
options_flags(const PmCompileOptions *options)
{
	return (uint32) options->format | (uint32) options->escape << 2 |
		(uint32) options->dynamic_names << 4 | (uint32) options->literal_bad_tags << 5;
}

static void *
arena_alloc(void *context, size_t size)
{
	return MemoryContextAlloc(context, size);
}

/* A new entry, not yet in the store; NULL where the template is wrong. */
static CacheEntry *
compile(const PmContent *content, const PmCompileOptions *options, PmCompileResult *failure)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "prompt_mgr compile",
											   ALLOCSET_DEFAULT_SIZES);
	PmArena		arena = {arena_alloc, work};
	CacheEntry *entry = NULL;
	PmCompileOptions limited = *options;
	PmStatus	status;

	limited.limits = content->how;
	status = (content->flags & CONDITION_FLAG) != 0 ?
		pm_tmpl_compile_cond(content->data, content->len, &limited, &arena, failure) :
		pm_tmpl_compile(content->data, content->len, &limited, &arena, failure);
	if (status == PM_OK)
	{
		size_t		size = MAXALIGN(sizeof(CacheEntry)) + failure->program_size;
		char	   *copy;

		pm_store_make_room(&store, size);
		entry = MemoryContextAlloc(store.context, size);
		copy = (char *) entry + MAXALIGN(sizeof(CacheEntry));
		memcpy(copy, failure->program, failure->program_size);
		memcpy(entry->limits, content->how, COMPILE_LIMITS);
		entry->program = (const PmProgram *) copy;
		entry->stored.content = *content;
		entry->stored.content.data = pm_tmpl_source(entry->program, &entry->stored.content.len);
		entry->stored.content.how = entry->limits;
		entry->stored.size = size;
	}
	MemoryContextDelete(work);
	return entry;
}

static void
drop_entry(PmStored *entry)
{
	pfree(entry);
}
