/*
 * pm_store.c
 *		Things of this backend that are found by content.
 *
 * There is nothing to invalidate: the same bytes always mean the same thing.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "pm_store.h"

#define HASH_SAMPLES 8

static void set_up(PmStore *store);
static bool same_content(const PmContent *a, const PmContent *b);
static void unpin(void *arg);

uint64
pm_store_hash(const PmContent *content)
{
	const uint64 factor = UINT64CONST(0x9e3779b97f4a7c15);
	const char *data = content->data;
	size_t		len = content->len;
	uint64		hash = (len << 8 | content->flags) * factor;
	size_t		step = len / HASH_SAMPLES;
	uint64		word;

	if (step < sizeof(word))
		step = sizeof(word);
	for (size_t at = 0; at + sizeof(word) <= len; at += step)
	{
		memcpy(&word, data + at, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 29;
	}
	word = 0;
	memcpy(&word, data + len - Min(len, sizeof(word)), Min(len, sizeof(word)));
	hash = (hash ^ word) * factor;
	return hash ^ (hash >> 32);
}

PmStored *
pm_store_find(PmStore *store, const PmContent *content, uint64 hash)
{
	dlist_iter	iter;

	if (store->context == NULL)
		set_up(store);
	dlist_foreach(iter, &store->buckets[hash % store->nbuckets])
	{
		PmStored   *entry = dlist_container(PmStored, bucket_node, iter.cur);

		if (entry->hash == hash && same_content(&entry->content, content))
		{
			dlist_move_head(&store->lru, &entry->lru_node);
			return entry;
		}
	}
	return NULL;
}

static void
set_up(PmStore *store)
{
	MemoryContext context = AllocSetContextCreateInternal(TopMemoryContext, store->name,
														  ALLOCSET_DEFAULT_SIZES);

	store->buckets = MemoryContextAllocZero(context, store->nbuckets * sizeof(dlist_head));
	dlist_init(&store->lru);
	store->context = context;
}

static bool
same_content(const PmContent *a, const PmContent *b)
{
	return a->flags == b->flags && a->len == b->len && a->how_len == b->how_len &&
		memcmp(a->data, b->data, a->len) == 0 &&
		(a->how_len == 0 || memcmp(a->how, b->how, a->how_len) == 0);
}

void
pm_store_make_room(PmStore *store, size_t size)
{
	dlist_node *node = dlist_is_empty(&store->lru) ? NULL : dlist_tail_node(&store->lru);

	while (node != NULL &&
		   (store->entries >= store->max_entries || store->bytes + size > store->max_bytes))
	{
		PmStored   *entry = dlist_container(PmStored, lru_node, node);

		node = dlist_has_prev(&store->lru, node) ? dlist_prev_node(&store->lru, node) : NULL;
		if (entry->pins > 0)
			continue;
		dlist_delete(&entry->bucket_node);
		dlist_delete(&entry->lru_node);
		store->entries--;
		store->bytes -= entry->size;
		store->drop(entry);
	}
}

void
pm_store_add(PmStore *store, PmStored *entry)
{
	entry->pins = 0;
	dlist_push_head(&store->buckets[entry->hash % store->nbuckets], &entry->bucket_node);
	dlist_push_head(&store->lru, &entry->lru_node);
	store->entries++;
	store->bytes += entry->size;
}

void
pm_store_pin(PmStored *entry, MemoryContext context)
{
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));

	callback->func = unpin;
	callback->arg = entry;
	MemoryContextRegisterResetCallback(context, callback);
	entry->pins++;
}

static void
unpin(void *arg)
{
	((PmStored *) arg)->pins--;
}
