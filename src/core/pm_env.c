/*
 * pm_env.c
 *		Scratch memory, polls and errors of a render.
 *
 * Chunks stay linked in the order they were first used; releasing moves back
 * along the list and allocation forward again, taking a new chunk from the
 * arena only where the next one is missing or too small.
 */
#include "pm_env.h"

#include "pm_msg.h"
#include "pm_utf8.h"

#define CHUNK_MIN	4096
#define POLL_BYTES	4096
#define FUEL_BYTES	256
#define APPEND_MAX	(1024 * 1024)

/* What the provider sees of scratch memory. */
static void *
provider_alloc(void *ctx, size_t size)
{
	return pm_env_alloc(ctx, size);
}

void
pm_env_init(PmEnv *env, const PmHost *host, const PmLimits *limits, PmError *error)
{
	env->host = host;
	env->provider = &host->provider;
	env->limits = limits;
	env->error = error;
	env->fuel = limits->fuel;
	env->work = 0;
	env->first = NULL;
	env->now.chunk = NULL;
	env->now.used = 0;
	env->now.total = 0;
	env->last = NULL;
	env->scratch.alloc = provider_alloc;
	env->scratch.ctx = env;
}

/*
 * Room in the current chunk, else in the next one that was left by an earlier
 * statement and is large enough, else in a new one.  Chunks that are skipped
 * because they are small come back into use when the mark is released.
 */
void *
pm_env_alloc(PmEnv *env, size_t size)
{
	PmChunk    *chunk = env->now.chunk;
	PmChunk   **link = chunk != NULL ? &chunk->next : &env->first;
	size_t		room;

	/* no caller comes near this: their sizes are bounded by the limits */
	if (size > SIZE_MAX / 4)
		size = SIZE_MAX / 4;
	size = (size + 7) & ~(size_t) 7;
	env->now.total += size;
	if (chunk == NULL || chunk->size - env->now.used < size)
	{
		while (*link != NULL && (*link)->size < size)
			link = &(*link)->next;
		if (*link == NULL)
		{
			room = chunk != NULL ? chunk->size : CHUNK_MIN / 2;
			room = room < SIZE_MAX / 8 && room < 1024 * 1024 ? room * 2 : room;
			if (room < size)
				room = size;
			chunk = env->host->arena.alloc(env->host->arena.ctx, sizeof(PmChunk) + room);
			chunk->next = NULL;
			chunk->size = room;
			*link = chunk;
		}
		chunk = *link;
		env->now.chunk = chunk;
		env->now.used = 0;
	}
	env->last = chunk->data + env->now.used;
	env->last_at = env->now.used;
	env->now.used += size;
	return env->last;
}

/*
 * Called between pieces of work and never in the middle of building a value,
 * because the poll may leave by longjmp.  One step costs at least one unit of
 * fuel, so that many small pieces are counted too.
 */
bool
pm_env_work(PmEnv *env, size_t bytes)
{
	uint64_t	fuel = 1 + bytes / FUEL_BYTES;

	if (env->now.total > env->limits->work_bytes)
		return pm_env_limit(env, "work_bytes", "bytes of computed values",
							env->limits->work_bytes);
	if (env->fuel < fuel)
		return pm_env_limit(env, "fuel", "steps in one render", env->limits->fuel);
	env->fuel -= fuel;
	/* a call is work too: escaping byte by byte makes many for nothing */
	env->work += bytes + 1;
	if (env->work >= POLL_BYTES)
	{
		env->work = 0;
		if (env->host->poll != NULL)
			env->host->poll(env->host->ctx);
	}
	return true;
}

bool
pm_env_fail(PmEnv *env, PmStatus status, const char *code, const char *message)
{
	pm_error_init(env->error, status, code, message);
	return false;
}

bool
pm_env_limit(PmEnv *env, const char *code, const char *what, uint64_t limit)
{
	pm_env_fail(env, PM_ERR_LIMIT, code, "more than ");
	pm_msg_uint(env->error->message, limit);
	pm_msg_str(env->error->message, " ");
	pm_msg_str(env->error->message, what);
	return false;
}

/* The buffer is the latest allocation as a rule: then it grows in its place. */
static char *
scratch_grow(PmBuf *buf, size_t cap)
{
	PmEnv	   *env = buf->ctx;
	PmChunk    *chunk = env->now.chunk;
	char	   *data;

	cap = (cap + 7) & ~(size_t) 7;
	if (buf->data != NULL && buf->data == env->last && chunk->size - env->last_at >= cap)
	{
		env->now.total += cap - (env->now.used - env->last_at);
		env->now.used = env->last_at + cap;
		return buf->data;
	}
	data = pm_env_alloc(env, cap);
	if (buf->len > 0)
		memcpy(data, buf->data, buf->len);
	return data;
}

/*
 * The limit is that of the output: a value that could never be printed need not
 * be computed.  Lengths in PmValue have 32 bits, which bounds it besides.
 */
void
pm_env_buf(PmEnv *env, PmBuf *buf)
{
	buf->data = NULL;
	buf->len = 0;
	buf->cap = 0;
	buf->max = env->limits->output_bytes;
	if (buf->max > UINT32_MAX / 2)
		buf->max = UINT32_MAX / 2;
	buf->grow = scratch_grow;
	buf->ctx = env;
}

bool
pm_env_buf_value(PmEnv *env, const PmBuf *buf, PmValue *out)
{
	/* a computed string without bytes still needs an address */
	*out = pm_value_string(buf->data != NULL ? buf->data : "", (uint32_t) buf->len);
	return pm_env_work(env, 0);
}

bool
pm_env_append(PmEnv *env, PmBuf *out, const char *text, size_t len)
{
	while (len >= POLL_BYTES)
	{
		size_t		n = len < APPEND_MAX ? len : APPEND_MAX;

		if (!pm_buf_append(out, text, n))
			return pm_env_too_long(env);
		if (!pm_env_work(env, n))
			return false;
		text += n;
		len -= n;
	}
	return pm_buf_append(out, text, len) || pm_env_too_long(env);
}

bool
pm_env_too_long(PmEnv *env)
{
	return pm_env_limit(env, "output_bytes", "bytes of output", env->limits->output_bytes);
}

uint32_t
pm_env_char_len(const PmEnv *env, const char *p, size_t remaining)
{
	return pm_char_len(env->host->char_len, p, remaining);
}
