/*
 * pm_core.h
 *		What every part of the core shares: status, error, arena, limits.
 *
 * The core is plain C over libc.  It asks for memory through PmArena and never
 * frees: a callback of the host may leave by longjmp at any time, so the core
 * owns nothing that an abandoned arena does not own.  Errors are returned, not
 * printed; the texts in PmError are lower case without a full stop, the hint is
 * a sentence.  Strings carry their length and need no NUL after them.
 */
#ifndef PM_CORE_H
#define PM_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum PmStatus
{
	PM_OK = 0,
	PM_ERR_SYNTAX,				/* the template cannot be compiled */
	PM_ERR_LIMIT,				/* a limit of PmLimits; message names it */
	PM_ERR_MISSING,				/* variables without a value, all listed */
	PM_ERR_ARGUMENT,			/* a filter got a value it cannot work on */
	PM_ERR_PARTIAL_NOT_FOUND,
	PM_ERR_PARTIAL_CYCLE,
	PM_ERR_UNSUPPORTED,			/* the host lacks an optional service */
	PM_ERR_PROGRAM				/* not a program of this version */
} PmStatus;

typedef enum PmSeverity
{
	PM_SEV_ERROR = 0,
	PM_SEV_WARNING
} PmSeverity;

#define PM_MESSAGE_LEN 240

/*
 * One error or warning.  line and column are 1-based and count characters;
 * they are 0 where there is no place.  code is a short constant word per kind
 * of error, fit for programs ("unclosed_tag").
 */
typedef struct PmError
{
	PmStatus	status;
	PmSeverity	severity;
	const char *code;
	uint32_t	offset;			/* byte offset in the template */
	uint32_t	line;
	uint32_t	column;
	char		message[PM_MESSAGE_LEN];	/* NUL-terminated */
	char		hint[PM_MESSAGE_LEN];	/* NUL-terminated, may be empty */
} PmError;

/*
 * Memory.  alloc returns at least 8-byte aligned memory and never NULL; it may
 * longjmp.  What it returned lives until the host drops the whole arena.
 */
typedef struct PmArena
{
	void	   *(*alloc) (void *ctx, size_t size);
	void	   *ctx;
} PmArena;

/*
 * Length in bytes of the character at p, at least 1 and at most remaining.
 * NULL where such a pointer is optional means UTF-8.
 */
typedef uint32_t (*PmCharLen) (const char *p, size_t remaining);

/* Each is inclusive: a value equal to the limit is allowed. */
typedef struct PmLimits
{
	uint32_t	template_bytes;
	uint32_t	block_depth;	/* at most PM_MAX_BLOCK_DEPTH */
	uint32_t	tag_bytes;
	uint32_t	path_segments;
	uint32_t	tag_filters;	/* at most PM_MAX_TAG_FILTERS */
	uint32_t	ops;
	uint32_t	partial_depth;	/* at most PM_MAX_CALLS */
	uint32_t	partial_calls;
	uint32_t	iterations;
	uint64_t	fuel;			/* ops executed, plus one per 256 bytes of work */
	size_t		output_bytes;
	size_t		work_bytes;		/* memory of computed values at one time */
	uint32_t	json_depth;		/* at most PM_MAX_JSON_DEPTH */
} PmLimits;

#define PM_MAX_TEMPLATE_BYTES	(4 * 1024 * 1024)
#define PM_MAX_BLOCK_DEPTH		128
#define PM_MAX_TAG_FILTERS		8
#define PM_MAX_CALLS			64
#define PM_MAX_JSON_DEPTH		64

/* Fills in the defaults. */
extern void pm_limits_init(PmLimits *limits);

#endif							/* PM_CORE_H */
