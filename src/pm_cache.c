/*
 * pm_cache.c
 *		Compiled templates of this backend.
 *
 * Entries are found by content: the template's text and how it is compiled,
 * the limits it had to keep included.
 * Whoever brings the same text gets the same program, whatever its name, label
 * or version, so there is nothing to invalidate.  Which text a name stands for
 * is asked of the tables each time.
 *
 * The hash reads a sample of the text only, and a find compares all of it.
 * Least recently used entries go first, and never one that is pinned: a render
 * that loads partials pins what it uses, by a callback on its memory context.
 */
#include "postgres.h"

#include "lib/ilist.h"
#include "utils/memutils.h"

#include "pm_cache.h"
#include "pm_guc.h"

#define CACHE_BUCKETS 1024
#define CACHE_MAX_ENTRIES 1024
#define CACHE_MAX_BYTES ((size_t) 16 * 1024 * 1024)
#define HASH_SAMPLES 16

/* The limits that compiling looks at are the first members of PmLimits. */
#define COMPILE_LIMITS offsetof(PmLimits, partial_depth)

/* Beside the flags of options_flags(): the text is a condition. */
#define CONDITION_FLAG 0x80

typedef struct CacheEntry
{
	dlist_node	bucket_node;
	dlist_node	lru_node;
	uint64		hash;
	uint32		flags;			/* of the compile options */
	char		limits[COMPILE_LIMITS];
	uint32		pins;
	size_t		size;			/* of the whole entry */
	const char *src;			/* inside the program */
	size_t		src_len;
	const PmProgram *program;	/* right behind this struct */
} CacheEntry;

static MemoryContext cache_context = NULL;
static dlist_head *buckets;
static dlist_head lru;			/* most recently used first */
static int	cache_entries;
static size_t cache_bytes;

static void create_cache(void);
static uint32 options_flags(const PmCompileOptions *options);
static uint64 content_hash(const char *src, size_t len, uint32 flags);
static CacheEntry *find(uint64 hash, uint32 flags, const PmLimits *limits,
						const char *src, size_t len);
static const PmProgram *get(const char *src, size_t len, const PmCompileOptions *options,
							uint32 flags, MemoryContext pin, PmCompileResult *failure);
static CacheEntry *compile(const char *src, size_t len, const PmCompileOptions *options,
						   const PmLimits *limits, bool condition, PmCompileResult *failure);
static void make_room(size_t size);
static void pin_entry(CacheEntry *entry, MemoryContext context);
static void unpin_entry(void *arg);

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
	uint64		hash = content_hash(src, len, flags);
	CacheEntry *entry;

	if (cache_context == NULL)
		create_cache();
	entry = find(hash, flags, limits, src, len);
	if (entry == NULL)
	{
		entry = compile(src, len, options, limits, (flags & CONDITION_FLAG) != 0, failure);
		if (entry == NULL)
			return NULL;
		entry->hash = hash;
		entry->flags = flags;
		memcpy(entry->limits, limits, COMPILE_LIMITS);
		dlist_push_head(&buckets[hash % CACHE_BUCKETS], &entry->bucket_node);
		dlist_push_head(&lru, &entry->lru_node);
		cache_entries++;
		cache_bytes += entry->size;
	}
	else
		dlist_move_head(&lru, &entry->lru_node);
	if (pin != NULL)
		pin_entry(entry, pin);
	return entry->program;
}

static void
create_cache(void)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "prompt_mgr templates",
												  ALLOCSET_DEFAULT_SIZES);

	buckets = MemoryContextAllocZero(context, CACHE_BUCKETS * sizeof(dlist_head));
	dlist_init(&lru);
	cache_context = context;
}

/* What besides the text makes a different program. */
static uint32
options_flags(const PmCompileOptions *options)
{
	return (uint32) options->format | (uint32) options->escape << 2 |
		(uint32) options->dynamic_names << 4 | (uint32) options->literal_bad_tags << 5;
}

static uint64
content_hash(const char *src, size_t len, uint32 flags)
{
	const uint64 factor = UINT64CONST(0x9e3779b97f4a7c15);
	uint64		hash = (len << 8 | flags) * factor;
	size_t		step = len / HASH_SAMPLES;
	uint64		word;

	if (step < sizeof(word))
		step = sizeof(word);
	for (size_t at = 0; at + sizeof(word) <= len; at += step)
	{
		memcpy(&word, src + at, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 29;
	}
	word = 0;
	memcpy(&word, src + len - Min(len, sizeof(word)), Min(len, sizeof(word)));
	hash = (hash ^ word) * factor;
	return hash ^ (hash >> 32);
}

static CacheEntry *
find(uint64 hash, uint32 flags, const PmLimits *limits, const char *src, size_t len)
{
	dlist_iter	iter;

	dlist_foreach(iter, &buckets[hash % CACHE_BUCKETS])
	{
		CacheEntry *entry = dlist_container(CacheEntry, bucket_node, iter.cur);

		if (entry->hash == hash && entry->flags == flags &&
			entry->src_len == len && memcmp(entry->src, src, len) == 0 &&
			memcmp(entry->limits, limits, COMPILE_LIMITS) == 0)
			return entry;
	}
	return NULL;
}

static void *
arena_alloc(void *context, size_t size)
{
	return MemoryContextAlloc(context, size);
}

/* A new entry, not yet in the lists; NULL where the template is wrong. */
static CacheEntry *
compile(const char *src, size_t len, const PmCompileOptions *options,
		const PmLimits *limits, bool condition, PmCompileResult *failure)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "prompt_mgr compile",
											   ALLOCSET_DEFAULT_SIZES);
	PmArena		arena = {arena_alloc, work};
	CacheEntry *entry = NULL;
	PmCompileOptions limited = *options;
	PmStatus	status;

	limited.limits = limits;
	status = condition ?
		pm_tmpl_compile_cond(src, len, &limited, &arena, failure) :
		pm_tmpl_compile(src, len, &limited, &arena, failure);
	if (status == PM_OK)
	{
		size_t		size = MAXALIGN(sizeof(CacheEntry)) + failure->program_size;
		char	   *copy;

		make_room(size);
		entry = MemoryContextAlloc(cache_context, size);
		copy = (char *) entry + MAXALIGN(sizeof(CacheEntry));
		memcpy(copy, failure->program, failure->program_size);
		entry->program = (const PmProgram *) copy;
		entry->src = pm_tmpl_source(entry->program, &entry->src_len);
		entry->size = size;
		entry->pins = 0;
	}
	MemoryContextDelete(work);
	return entry;
}

static void
make_room(size_t size)
{
	dlist_node *node = dlist_is_empty(&lru) ? NULL : dlist_tail_node(&lru);

	while (node != NULL &&
		   (cache_entries >= CACHE_MAX_ENTRIES || cache_bytes + size > CACHE_MAX_BYTES))
	{
		CacheEntry *entry = dlist_container(CacheEntry, lru_node, node);

		node = dlist_has_prev(&lru, node) ? dlist_prev_node(&lru, node) : NULL;
		if (entry->pins > 0)
			continue;
		dlist_delete(&entry->bucket_node);
		dlist_delete(&entry->lru_node);
		cache_entries--;
		cache_bytes -= entry->size;
		pfree(entry);
	}
}

static void
pin_entry(CacheEntry *entry, MemoryContext context)
{
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));

	entry->pins++;
	callback->func = unpin_entry;
	callback->arg = entry;
	MemoryContextRegisterResetCallback(context, callback);
}

static void
unpin_entry(void *arg)
{
	((CacheEntry *) arg)->pins--;
}
