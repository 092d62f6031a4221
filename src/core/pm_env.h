/*
 * pm_env.h
 *		What a running render gives to values and filters: memory, polls, errors.
 *
 * Scratch memory holds computed values.  It is a stack over chunks of the
 * host's arena: the machine takes a mark before a statement and releases
 * behind it, so a loop of any length reuses the same chunks.  An allocation
 * never fails on the spot; passing the limit is noted and reported by the next
 * pm_env_work().
 */
#ifndef PM_ENV_H
#define PM_ENV_H

#include "pm_tmpl.h"

typedef struct PmChunk PmChunk;

struct PmChunk
{
	PmChunk    *next;
	size_t		size;			/* of data */
	char		data[];
};

typedef struct PmScratchMark
{
	PmChunk    *chunk;
	size_t		used;
	size_t		total;
} PmScratchMark;

typedef struct PmEnv
{
	const PmHost *host;
	const PmProvider *provider;
	const PmLimits *limits;
	PmError    *error;			/* set where a function returns false */
	uint64_t	fuel;			/* left */
	size_t		work;			/* bytes since the last poll */
	PmChunk    *first;
	PmScratchMark now;
	char	   *last;			/* the latest allocation, which can grow */
	size_t		last_at;		/* where it begins in its chunk */
	PmArena		scratch;		/* the same memory for the provider */
} PmEnv;

extern void pm_env_init(PmEnv *env, const PmHost *host, const PmLimits *limits,
						PmError *error);

extern void *pm_env_alloc(PmEnv *env, size_t size);

static inline PmScratchMark
pm_env_mark(const PmEnv *env)
{
	return env->now;
}

static inline void
pm_env_release(PmEnv *env, PmScratchMark mark)
{
	env->now = mark;
	env->last = NULL;
}

/*
 * Counts work: polls every 4 kB, burns fuel, checks scratch memory.  False
 * with the error set where a limit is passed.
 */
extern bool pm_env_work(PmEnv *env, size_t bytes);

/* Starts an error and returns false; the caller may extend the texts. */
extern bool pm_env_fail(PmEnv *env, PmStatus status, const char *code,
						const char *message);

/* Appends to the output; counted as work where it is long.  False: the error. */
extern bool pm_env_append(PmEnv *env, PmBuf *out, const char *text, size_t len);

/* "more than N <what>" */
extern bool pm_env_limit(PmEnv *env, const char *code, const char *what, uint64_t limit);

/* A buffer in scratch memory that refuses to pass the output limit. */
extern void pm_env_buf(PmEnv *env, PmBuf *buf);

/* What the buffer holds, as a string; false where it is over the limit. */
extern bool pm_env_buf_value(PmEnv *env, const PmBuf *buf, PmValue *out);

/* The error of an output that is too long. */
extern bool pm_env_too_long(PmEnv *env);

/* Length of the character at p, in the host's encoding. */
extern uint32_t pm_env_char_len(const PmEnv *env, const char *p, size_t remaining);

#endif							/* PM_ENV_H */
