/*
 * pm_token.c
 *		Counting, listing and cutting text by tokens.
 *
 * Text is split into pieces, each piece is one token or is merged from bytes,
 * and the tokens are counted or shown to a visitor.  The pieces of a text do
 * not depend on what becomes of them, so counting and listing share one walk.
 *
 * Cutting needs more than the walk: a part of a text, taken by itself, may
 * split in another way than it did inside the text and have more tokens.  So
 * each candidate is counted again before it is returned.
 *
 * All state lives on the stack of the calling function, and in memory from
 * env->alloc() for long pieces; see pm_token_merge.c.
 */
#include "pm_token.h"

#include <string.h>

#include "pm_token_merge.h"
#include "pm_token_split.h"

#define POLL_BYTES 4096

typedef struct TokenWalk
{
	const PmTokenTable *table;
	PmTokenScan scan;
	PmTokenVisit visit;			/* NULL to count only */
	void	   *arg;
	uint64_t	count;
	bool		stopped;		/* the visitor has seen enough */
	PmTokenWork work;
} TokenWalk;

/* A visitor that notes where token number "target" starts. */
typedef struct FindStart
{
	uint64_t	target;
	size_t		start;
} FindStart;

static void walk_init(TokenWalk *walk, const PmTokenTable *table,
					  const PmTokenEnv *env);
static PmTokenStatus walk_count(TokenWalk *walk, const char *text, size_t len,
								uint64_t limit, uint64_t *count);
static PmTokenStatus walk_text(TokenWalk *walk, const char *text, size_t len,
							   uint64_t limit);
static inline PmTokenStatus walk_piece(TokenWalk *walk, size_t pos, size_t end);
static PmTokenStatus merge_piece(TokenWalk *walk, size_t pos, size_t n);
static void show_small(TokenWalk *walk, size_t pos, const uint8_t *start,
					   size_t count);
static void show_large(TokenWalk *walk, size_t pos, size_t n);
static void show(TokenWalk *walk, size_t pos, size_t n);
static uint64_t fewest_tokens(const PmTokenTable *table, size_t len);
static bool find_start(void *arg, uint32_t id, size_t start, size_t len);
static PmTokenStatus walk_cut(TokenWalk *walk, const char *text, size_t len,
							  uint64_t target, PmTokenSide side, size_t *cut);

PmTokenStatus
pm_token_count(const PmTokenTable *table, const PmTokenEnv *env,
			   const char *text, size_t len, uint64_t limit, uint64_t *count)
{
	TokenWalk	walk;

	walk_init(&walk, table, env);
	return walk_count(&walk, text, len, limit, count);
}

PmTokenStatus
pm_token_fits(const PmTokenTable *table, const PmTokenEnv *env,
			  const char *text, size_t len, uint64_t limit, bool *fits)
{
	PmTokenStatus status;
	uint64_t	count;

	/* No token is empty. */
	*fits = len <= limit;
	if (*fits)
		return PM_TOKEN_OK;
	status = pm_token_count(table, env, text, len, limit, &count);
	*fits = status == PM_TOKEN_OK && count <= limit;
	return status;
}

PmTokenStatus
pm_token_each(const PmTokenTable *table, const PmTokenEnv *env,
			  const char *text, size_t len, PmTokenVisit visit, void *arg)
{
	TokenWalk	walk;

	walk_init(&walk, table, env);
	walk.visit = visit;
	walk.arg = arg;
	return walk_text(&walk, text, len, PM_TOKEN_NO_LIMIT);
}

PmTokenStatus
pm_token_truncate(const PmTokenTable *table, const PmTokenEnv *env,
				  const char *text, size_t len, uint64_t limit,
				  PmTokenSide side, size_t *start, size_t *end)
{
	bool		tail = side == PM_TOKEN_KEEP_END;
	uint64_t	keep = limit;
	uint64_t	step = 1;
	uint64_t	total;
	uint64_t	count;
	PmTokenStatus status;
	TokenWalk	walk;

	*start = 0;
	*end = len;
	if (len <= limit)
		return PM_TOKEN_OK;
	walk_init(&walk, table, env);
	/* To keep the end, all tokens must be counted anyway. */
	status = walk_count(&walk, text, len, tail ? PM_TOKEN_NO_LIMIT : limit, &total);

	for (count = total; status == PM_TOKEN_OK && count > limit;)
	{
		size_t		cut;

		status = walk_cut(&walk, text, len, tail ? total - keep : keep, side, &cut);
		if (status != PM_TOKEN_OK)
			break;
		*start = tail ? cut : 0;
		*end = tail ? len : cut;
		status = walk_count(&walk, text + *start, *end - *start, limit, &count);
		/* Widening steps bound the number of passes by a logarithm. */
		keep -= step < keep ? step : keep;
		step *= 2;
	}
	return status;
}

static void
walk_init(TokenWalk *walk, const PmTokenTable *table, const PmTokenEnv *env)
{
	memset(walk, 0, sizeof(*walk));
	walk->table = table;
	walk->scan.env = env;
}

/* What pm_token_count does; memory for long pieces stays for the next time. */
static PmTokenStatus
walk_count(TokenWalk *walk, const char *text, size_t len, uint64_t limit,
		   uint64_t *count)
{
	PmTokenStatus status;

	*count = 0;
	if (fewest_tokens(walk->table, len) > limit)
	{
		*count = limit + 1;
		return PM_TOKEN_OK;
	}
	walk->visit = NULL;
	status = walk_text(walk, text, len, limit);
	if (status == PM_TOKEN_OK)
		*count = walk->count > limit ? limit + 1 : walk->count;
	return status;
}

/* Goes through the text until its end, the limit is exceeded, or a stop. */
static PmTokenStatus
walk_text(TokenWalk *walk, const char *text, size_t len, uint64_t limit)
{
	const PmTokenEnv *env = walk->scan.env;
	PmTokenKind kind = walk->table->kind;
	size_t		polled = 0;

	walk->scan.text = (const uint8_t *) text;
	walk->scan.len = len;
	walk->count = 0;
	walk->stopped = false;
	for (size_t pos = 0; pos < len && walk->count <= limit && !walk->stopped;)
	{
		size_t		end = pm_token_split(&walk->scan, kind, pos);
		PmTokenStatus status = walk_piece(walk, pos, end);

		if (status != PM_TOKEN_OK)
			return status;
		pos = end;
		if (pos - polled >= POLL_BYTES)
		{
			env->poll(env->ctx);
			polled = pos;
		}
	}
	return PM_TOKEN_OK;
}

/* Most pieces are tokens as they are. */
static inline PmTokenStatus
walk_piece(TokenWalk *walk, size_t pos, size_t end)
{
	uint32_t	id = pm_token_find(walk->table, walk->scan.text + pos, end - pos,
								   walk->scan.len - pos);

	if (id == PM_TOKEN_NONE)
		return merge_piece(walk, pos, end - pos);
	walk->count++;
	if (walk->visit != NULL)
		walk->stopped = !walk->visit(walk->arg, id, pos, end - pos);
	return PM_TOKEN_OK;
}

/* A single byte is always a token, so there are at least two. */
static PmTokenStatus
merge_piece(TokenWalk *walk, size_t pos, size_t n)
{
	const uint8_t *piece = walk->scan.text + pos;
	size_t		room = walk->scan.len - pos;
	size_t		count;

	if (n <= PM_TOKEN_SMALL)
	{
		uint8_t		start[PM_TOKEN_SMALL + 2];

		count = pm_token_merge_small(walk->table, piece, n, room, start);
		if (walk->visit != NULL)
			show_small(walk, pos, start, count);
	}
	else
	{
		PmTokenStatus status;

		status = pm_token_merge_large(walk->table, walk->scan.env, piece, n, room,
									  &walk->work, &count);
		if (status != PM_TOKEN_OK)
			return status;
		if (walk->visit != NULL)
			show_large(walk, pos, n);
	}
	walk->count += count;
	return PM_TOKEN_OK;
}

static void
show_small(TokenWalk *walk, size_t pos, const uint8_t *start, size_t count)
{
	for (size_t i = 0; i < count && !walk->stopped; i++)
		show(walk, pos + start[i], start[i + 1] - start[i]);
}

static void
show_large(TokenWalk *walk, size_t pos, size_t n)
{
	const PmTokenEnv *env = walk->scan.env;
	const uint32_t *next = walk->work.next;
	size_t		polled = 0;

	for (size_t i = 0; i < n && !walk->stopped; i = next[i])
	{
		show(walk, pos + i, next[i] - i);
		if (i - polled >= POLL_BYTES)
		{
			env->poll(env->ctx);
			polled = i;
		}
	}
}

static void
show(TokenWalk *walk, size_t pos, size_t n)
{
	uint32_t	id = pm_token_find(walk->table, walk->scan.text + pos, n,
								   walk->scan.len - pos);

	walk->stopped = !walk->visit(walk->arg, id, pos, n);
}

/* No text of this many bytes has fewer tokens. */
static uint64_t
fewest_tokens(const PmTokenTable *table, size_t len)
{
	return len / table->longest + (len % table->longest != 0);
}

static bool
find_start(void *arg, uint32_t id, size_t start, size_t len)
{
	FindStart  *find = arg;

	(void) id;
	(void) len;
	if (find->target > 0)
	{
		find->target--;
		return true;
	}
	find->start = start;
	return false;
}

/*
 * Where token number target starts, moved to the next character boundary that
 * makes the kept side shorter.
 */
static PmTokenStatus
walk_cut(TokenWalk *walk, const char *text, size_t len, uint64_t target,
		 PmTokenSide side, size_t *cut)
{
	FindStart	find = {target, len};
	PmTokenStatus status;

	walk->visit = find_start;
	walk->arg = &find;
	status = walk_text(walk, text, len, PM_TOKEN_NO_LIMIT);
	*cut = find.start;
	while (*cut > 0 && *cut < len && ((uint8_t) text[*cut] & 0xC0) == 0x80)
	{
		if (side == PM_TOKEN_KEEP_END)
			++*cut;
		else
			--*cut;
	}
	return status;
}
