/*
 * pm_token.h
 *		Exact token counts for the encodings cl100k_base and o200k_base.
 *
 * A table image (file *.ptok, written by tools/make_tokenizer) holds the
 * vocabulary.  The caller maps it, opens it once and keeps the PmTokenTable;
 * the image must stay mapped as long as that is used.  An opened image is safe
 * to use whatever its bytes are: no read leaves it.  pm_token_verify() tells
 * whether its content is also the one that was written.
 *
 * Services come in through PmTokenEnv.  poll() and alloc() may longjmp: this
 * module owns nothing but memory from alloc(), which it never frees, so the
 * caller passes an arena.  Memory is taken only for a piece above 128 bytes
 * that is no token itself: 24 bytes for each byte of the longest such piece,
 * at most five times that in all when longer and longer pieces follow.  poll()
 * is called at least once per 4 kB of text and per 4096 steps of a merge.
 *
 * Text that spells a special token is ordinary text; nothing is normalised.
 */
#ifndef PM_TOKEN_H
#define PM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PM_TOKEN_NO_LIMIT UINT64_MAX

typedef enum PmTokenStatus
{
	PM_TOKEN_OK,
	PM_TOKEN_BAD_MAGIC,			/* not a table image */
	PM_TOKEN_BAD_FORMAT,		/* of another format version */
	PM_TOKEN_BAD_ENDIAN,		/* made on a machine of other byte order */
	PM_TOKEN_BAD_SIZE,			/* cut off, or its sizes do not add up */
	PM_TOKEN_BAD_TABLE,			/* damaged */
	PM_TOKEN_TOO_LONG,			/* a piece of 4 GB or more */
	PM_TOKEN_NO_MEMORY			/* alloc() returned NULL */
} PmTokenStatus;

typedef enum PmTokenKind
{
	PM_TOKEN_CL100K = 1,
	PM_TOKEN_O200K = 2
} PmTokenKind;

typedef enum PmTokenSide
{
	PM_TOKEN_KEEP_START,
	PM_TOKEN_KEEP_END
} PmTokenSide;

typedef struct PmTokenEnv
{
	void	   *ctx;
	void	   *(*alloc) (void *ctx, size_t size);	/* may return NULL */
	void		(*poll) (void *ctx);
} PmTokenEnv;

struct PmTokenImage;
struct PmTokenShort;
struct PmTokenLong;

/* An opened image; the pointers lead into it. */
typedef struct PmTokenTable
{
	PmTokenKind kind;
	uint32_t	ntokens;
	uint32_t	longest;		/* bytes of the longest token */
	uint32_t	nshort;
	uint32_t	nlong;
	uint32_t	probes;			/* slots to look at before giving up */
	uint32_t	nbytes;
	const struct PmTokenImage *image;
	const uint32_t *single;		/* rank of each byte */
	const uint32_t *pair;		/* rank of each two bytes, or none */
	const struct PmTokenShort *shorts;
	const struct PmTokenLong *longs;
	const uint32_t *offsets;	/* of each token's bytes, and the end */
	const uint8_t *bytes;
} PmTokenTable;

/* Sees each token in order: its id and its bytes in the text; false stops. */
typedef bool (*PmTokenVisit) (void *arg, uint32_t id, size_t start, size_t len);

/* "cl100k_base", "o200k_base"; NULL for another number. */
extern const char *pm_token_kind_name(PmTokenKind kind);

/* A short English description for an error detail. */
extern const char *pm_token_status_text(PmTokenStatus status);

/*
 * Checks header and sizes in constant time and fills *table.  The image must
 * be aligned to 8 bytes.
 */
extern PmTokenStatus pm_token_open(PmTokenTable *table, const void *image,
								   size_t len);

/* Checks sum and content of an opened image: reads all of it. */
extern PmTokenStatus pm_token_verify(const PmTokenTable *table);

/* SHA-256, 32 bytes, of the rank file the image was made from. */
extern const uint8_t *pm_token_source(const PmTokenTable *table);

/* Number of tokens in *count, or limit + 1 as soon as it exceeds the limit. */
extern PmTokenStatus pm_token_count(const PmTokenTable *table,
									const PmTokenEnv *env, const char *text,
									size_t len, uint64_t limit,
									uint64_t *count);

/* Whether the text has at most limit tokens; often without counting. */
extern PmTokenStatus pm_token_fits(const PmTokenTable *table,
								   const PmTokenEnv *env, const char *text,
								   size_t len, uint64_t limit, bool *fits);

/* Shows each token to visit() until it returns false. */
extern PmTokenStatus pm_token_each(const PmTokenTable *table,
								   const PmTokenEnv *env, const char *text,
								   size_t len, PmTokenVisit visit, void *arg);

/*
 * The part [*start, *end) of the text that keeps its start or its end and has
 * at most limit tokens when counted by itself.  It is cut between tokens and
 * between characters.
 */
extern PmTokenStatus pm_token_truncate(const PmTokenTable *table,
									   const PmTokenEnv *env, const char *text,
									   size_t len, uint64_t limit,
									   PmTokenSide side, size_t *start,
									   size_t *end);

#endif							/* PM_TOKEN_H */
