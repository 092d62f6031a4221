/*
 * pm_store.h
 *		Things of this backend that are found by content.  Include it after
 *		postgres.h.
 *
 * A store keeps what was made of some bytes, so that the same bytes need not
 * be read twice.  Least recently used entries go first, and never one that is
 * pinned.  The caller makes an entry in memory under the store's context; the
 * store only keeps the lists.
 */
#ifndef PM_STORE_H
#define PM_STORE_H

#include "lib/ilist.h"

/* What an entry is found by: bytes, and how they were read. */
typedef struct PmContent
{
	const char *data;
	size_t		len;
	uint32		flags;
	const void *how;
	size_t		how_len;
} PmContent;

/* The first member of what the owner keeps. */
typedef struct PmStored
{
	dlist_node	bucket_node;
	dlist_node	lru_node;
	uint64		hash;
	uint32		pins;
	size_t		size;			/* counted against the store's bytes */
	PmContent	content;		/* lives as long as the entry */
} PmStored;

/* Declared static by its owner, who sets the first five members. */
typedef struct PmStore
{
	const char *name;			/* of the memory context; a constant */
	int			nbuckets;
	int			max_entries;
	size_t		max_bytes;
	void		(*drop) (PmStored *entry);	/* frees it */
	MemoryContext context;		/* NULL until first used */
	dlist_head *buckets;
	dlist_head	lru;			/* most recently used first */
	int			entries;
	size_t		bytes;
} PmStore;

/* Of a sample of the bytes; finding compares them all. */
extern uint64 pm_store_hash(const PmContent *content);

/* The entry, now the most recently used one; NULL where there is none. */
extern PmStored *pm_store_find(PmStore *store, const PmContent *content, uint64 hash);

/* Drops what must go before size more bytes come in. */
extern void pm_store_make_room(PmStore *store, size_t size);

/* Takes in an entry whose content, hash and size are set. */
extern void pm_store_add(PmStore *store, PmStored *entry);

/* Keeps the entry until the memory context is reset or deleted. */
extern void pm_store_pin(PmStored *entry, MemoryContext context);

#endif							/* PM_STORE_H */
