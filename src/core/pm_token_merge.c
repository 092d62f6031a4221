/*
 * pm_token_merge.c
 *		Byte-pair merging of one piece that is no token itself.
 *
 * The rule: starting from single bytes, join the two neighbours whose joined
 * bytes have the lowest rank, the leftmost on ties, until no two neighbours
 * form a token.
 *
 * Short pieces keep bounds and pair ranks in two arrays and search them for
 * the lowest each time, which is quadratic but cheap at this size.  Long ones
 * link the bounds both ways and take pairs from a binary heap, O(n log n).
 * The heap is never searched: a merge leaves the pairs it broke behind, and
 * they are dropped when they surface.  Rank (24 bits), start (32) and length
 * (8) of a pair make one 64-bit number whose order is the order of merging.
 *
 * Memory comes from env->alloc(), once per call unless pieces grow, and is
 * never freed.  Both callbacks may longjmp.
 */
#include "pm_token_merge.h"

#define POLL_STEPS 4096
#define MAX_PIECE (UINT32_MAX - 1)

#define PAIR(rank, start, len) \
	((uint64_t) (rank) << 40 | (uint64_t) (start) << 8 | (len))
#define PAIR_START(pair) ((uint32_t) ((pair) >> 8))
#define PAIR_LEN(pair) ((uint32_t) ((pair) & 0xFF))

static PmTokenStatus reserve(const PmTokenEnv *env, size_t n, PmTokenWork *work);
static void link_bytes(const PmTokenTable *table, const PmTokenEnv *env,
					   const uint8_t *piece, size_t n, PmTokenWork *work);
static void add_pair(const PmTokenTable *table, const uint8_t *piece, size_t start,
					 size_t end, size_t room, PmTokenWork *work);
static uint64_t heap_take(PmTokenWork *work);
static void heap_up(PmTokenWork *work, size_t i);
static void heap_down(PmTokenWork *work, size_t i);

size_t
pm_token_merge_small(const PmTokenTable *table, const uint8_t *piece, size_t n,
					 size_t room, uint8_t start[PM_TOKEN_SMALL + 2])
{
	uint32_t	rank[PM_TOKEN_SMALL];	/* of the token at i joined with the next */
	size_t		count = n;

	for (size_t i = 0; i + 1 < n; i++)
	{
		start[i] = (uint8_t) i;
		rank[i] = pm_token_find(table, piece + i, 2, 2);
	}
	start[n - 1] = (uint8_t) (n - 1);
	start[n] = (uint8_t) n;

	while (count > 1)
	{
		uint32_t	lowest = PM_TOKEN_NONE;
		size_t		at = 0;

		for (size_t i = 0; i + 1 < count; i++)
			if (rank[i] < lowest)
			{
				lowest = rank[i];
				at = i;
			}
		if (lowest == PM_TOKEN_NONE)
			break;
		memmove(start + at + 1, start + at + 2, count - at - 1);
		memmove(rank + at, rank + at + 1, (count - at - 2) * sizeof(rank[0]));
		count--;
		if (at + 1 < count)
			rank[at] = pm_token_find(table, piece + start[at],
									 start[at + 2] - start[at], room - start[at]);
		if (at > 0)
			rank[at - 1] = pm_token_find(table, piece + start[at - 1],
										 start[at + 1] - start[at - 1],
										 room - start[at - 1]);
	}
	return count;
}

PmTokenStatus
pm_token_merge_large(const PmTokenTable *table, const PmTokenEnv *env,
					 const uint8_t *piece, size_t n, size_t room,
					 PmTokenWork *work, size_t *count)
{
	PmTokenStatus status = reserve(env, n, work);
	uint32_t   *next;
	size_t		steps = 0;

	if (status != PM_TOKEN_OK)
		return status;
	link_bytes(table, env, piece, n, work);
	next = work->next;
	*count = n;

	while (work->nheap > 0)
	{
		uint64_t	pair = heap_take(work);
		uint32_t	start = PAIR_START(pair);
		uint32_t	end = start + PAIR_LEN(pair);
		uint32_t	middle = next[start];

		if (++steps % POLL_STEPS == 0)
			env->poll(env->ctx);
		/* A bound that is gone, or a pair that is no pair any more. */
		if (middle == 0 || middle == n || next[middle] != end)
			continue;
		next[start] = end;
		next[middle] = 0;
		work->prev[end] = start;
		(*count)--;
		if (end < n)
			add_pair(table, piece, start, next[end], room, work);
		if (start > 0)
			add_pair(table, piece, work->prev[start], end, room, work);
	}
	return PM_TOKEN_OK;
}

/*
 * Makes room for a piece of n bytes.  A pair leaves the heap for each merge
 * and at most two enter, so the heap never holds 2 n.
 */
static PmTokenStatus
reserve(const PmTokenEnv *env, size_t n, PmTokenWork *work)
{
	const size_t each = 2 * sizeof(uint32_t) + 2 * sizeof(uint64_t);
	size_t		want = n;

	if (n > MAX_PIECE || n > SIZE_MAX / each - 16)
		return PM_TOKEN_TOO_LONG;
	if (n <= work->room)
		return PM_TOKEN_OK;
	/* Growing by at least half keeps the sum of all requests linear. */
	if (want < work->room + work->room / 2)
		want = work->room + work->room / 2;
	if (want > MAX_PIECE || want > SIZE_MAX / each - 16)
		want = n;
	work->heap = env->alloc(env->ctx, (want + 1) * each);
	if (work->heap == NULL)
	{
		work->room = 0;
		return PM_TOKEN_NO_MEMORY;
	}
	work->next = (uint32_t *) (work->heap + 2 * (want + 1));
	work->prev = work->next + want + 1;
	work->room = want;
	return PM_TOKEN_OK;
}

/* Every byte a token of its own, and a heap of the pairs that can be joined. */
static void
link_bytes(const PmTokenTable *table, const PmTokenEnv *env,
		   const uint8_t *piece, size_t n, PmTokenWork *work)
{
	work->nheap = 0;
	for (size_t i = 0; i < n; i++)
	{
		work->next[i] = (uint32_t) i + 1;
		work->prev[i + 1] = (uint32_t) i;
		if (i + 1 < n)
		{
			uint32_t	rank = pm_token_find(table, piece + i, 2, 2);

			if (rank != PM_TOKEN_NONE)
				work->heap[work->nheap++] = PAIR(rank, i, 2);
		}
		if (i % POLL_STEPS == 0)
			env->poll(env->ctx);
	}
	for (size_t i = work->nheap / 2; i-- > 0;)
	{
		heap_down(work, i);
		if (i % POLL_STEPS == 0)
			env->poll(env->ctx);
	}
}

/* Enters the bytes from start to end where they form a token. */
static void
add_pair(const PmTokenTable *table, const uint8_t *piece, size_t start,
		 size_t end, size_t room, PmTokenWork *work)
{
	uint32_t	rank = pm_token_find(table, piece + start, end - start, room - start);

	if (rank == PM_TOKEN_NONE)
		return;
	work->heap[work->nheap] = PAIR(rank, start, end - start);
	heap_up(work, work->nheap++);
}

/* Removes and returns the lowest. */
static uint64_t
heap_take(PmTokenWork *work)
{
	uint64_t	lowest = work->heap[0];

	work->heap[0] = work->heap[--work->nheap];
	if (work->nheap > 1)
		heap_down(work, 0);
	return lowest;
}

static void
heap_up(PmTokenWork *work, size_t i)
{
	uint64_t	value = work->heap[i];

	while (i > 0 && work->heap[(i - 1) / 2] > value)
	{
		work->heap[i] = work->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	work->heap[i] = value;
}

static void
heap_down(PmTokenWork *work, size_t i)
{
	uint64_t	value = work->heap[i];

	for (;;)
	{
		size_t		child = 2 * i + 1;

		if (child >= work->nheap)
			break;
		if (child + 1 < work->nheap && work->heap[child + 1] < work->heap[child])
			child++;
		if (work->heap[child] >= value)
			break;
		work->heap[i] = work->heap[child];
		i = child;
	}
	work->heap[i] = value;
}
