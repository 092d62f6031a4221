/*
 * pm_tokenizer.c
 *		Runs the core's tokenizer over text of the server.
 *
 * The core works on UTF-8.  Text of a database in another encoding is converted
 * for it, and places in the converted text are found again in the original, so
 * that a part of a text is always a part of its bytes.
 *
 * Memory for long pieces lies in a context of the call, which exists only if
 * there is such a piece and goes with the caller's context after an error.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "pm_error.h"
#include "pm_tokenizer.h"
#include "pm_tokenizer_map.h"

/* For the long pieces of one text; each takes 24 bytes for every byte of it. */
#define MAX_PIECE_MEMORY MaxAllocSize

/* UTF-8 bytes that one character of any server encoding can become. */
#define MAX_UTF8_GROWTH 8

typedef struct PieceMemory
{
	MemoryContext context;		/* NULL until there is a long piece */
	size_t		used;
} PieceMemory;

/* What a call of the core needs. */
typedef struct TokenCall
{
	const PmTokenTable *table;
	PmTokenEnv	env;
	PieceMemory memory;
	const char *original;
	const char *text;			/* in UTF-8; the original where that is so */
	size_t		len;
} TokenCall;

typedef struct IdArray
{
	ArrayType  *array;			/* with room for that many */
	size_t		room;
	size_t		n;
} IdArray;

static void start_call(TokenCall *call, const char *encoding, const char *text, size_t len);
static void end_call(TokenCall *call);
static void check_status(PmTokenStatus status);
static PmTokenKind encoding_kind(const char *encoding);
static bool find_kind(const char *name, size_t len, PmTokenKind *kind);
static void *alloc_memory(void *ctx, size_t size);
static void poll_interrupts(void *ctx);
static const char *to_utf8(const char *text, size_t *len);
static bool add_id(void *arg, uint32_t id, size_t start, size_t len);
static void grow_ids(IdArray *ids);
static size_t server_prefix(const char *text, size_t len, const char *utf8,
							size_t wanted, bool longer, bool *exact);

uint64
pm_tokens_count(const char *text, size_t len, const char *encoding, uint64 limit)
{
	TokenCall	call;
	uint64_t	count;

	start_call(&call, encoding, text, len);
	check_status(pm_token_count(call.table, &call.env, call.text, call.len, limit, &count));
	end_call(&call);
	return count;
}

bool
pm_tokens_can_count(const char *encoding)
{
	return pm_tokenizer_is_there(encoding_kind(encoding));
}

bool
pm_tokens_fits(const char *text, size_t len, const char *encoding, uint64 limit)
{
	TokenCall	call;
	bool		fits;

	start_call(&call, encoding, text, len);
	check_status(pm_token_fits(call.table, &call.env, call.text, call.len, limit, &fits));
	end_call(&call);
	return fits;
}

ArrayType *
pm_tokens_ids(const char *text, size_t len, const char *encoding)
{
	TokenCall	call;
	IdArray		ids = {NULL, 0, 0};

	start_call(&call, encoding, text, len);
	check_status(pm_token_each(call.table, &call.env, call.text, call.len, add_id, &ids));
	end_call(&call);
	if (ids.n == 0)
		return construct_empty_array(INT4OID);
	SET_VARSIZE(ids.array, ARR_OVERHEAD_NONULLS(1) + ids.n * sizeof(int32));
	ids.array->ndim = 1;
	ids.array->dataoffset = 0;
	ids.array->elemtype = INT4OID;
	ARR_DIMS(ids.array)[0] = (int) ids.n;
	ARR_LBOUND(ids.array)[0] = 1;
	return ids.array;
}

size_t
pm_tokens_truncate(const char *text, size_t len, const char *encoding,
				   uint64 limit, PmTokenSide side)
{
	bool		tail = side == PM_TOKEN_KEEP_END;
	bool		exact;

	/* Again where the cut had to be moved, as that can change the number. */
	do
	{
		TokenCall	call;
		size_t		start;
		size_t		end;

		start_call(&call, encoding, text, len);
		check_status(pm_token_truncate(call.table, &call.env, call.text, call.len,
									   limit, side, &start, &end));
		exact = true;
		if (call.text == text)
			len = end - start;
		else
		{
			size_t		cut = server_prefix(text, len, call.text, tail ? start : end,
											tail, &exact);

			len = tail ? len - cut : cut;
			text += tail ? cut : 0;
		}
		end_call(&call);
	} while (!exact);
	return len;
}

bool
pm_tokens_host_truncate(void *ctx pg_attribute_unused(), const char *text, size_t len,
						uint32_t limit, const char *encoding, uint32_t encoding_len,
						size_t *prefix)
{
	PmTokenKind kind;

	if (encoding_len == 0)
		encoding = PM_DEFAULT_ENCODING;
	else if (find_kind(encoding, encoding_len, &kind))
		encoding = pm_token_kind_name(kind);
	else
		return false;
	*prefix = pm_tokens_truncate(text, len, encoding, limit, PM_TOKEN_KEEP_START);
	return true;
}

static void
start_call(TokenCall *call, const char *encoding, const char *text, size_t len)
{
	call->table = pm_tokenizer_map(encoding_kind(encoding));
	call->memory.context = NULL;
	call->memory.used = 0;
	call->env.ctx = &call->memory;
	call->env.alloc = alloc_memory;
	call->env.poll = poll_interrupts;
	call->original = text;
	call->len = len;
	call->text = to_utf8(text, &call->len);
}

static void
end_call(TokenCall *call)
{
	if (call->memory.context != NULL)
		MemoryContextDelete(call->memory.context);
	if (call->text != call->original)
		pfree(unconstify(char *, call->text));
}

/* The table was opened and alloc_memory() raises, so little is left. */
static void
check_status(PmTokenStatus status)
{
	if (status != PM_TOKEN_OK)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("%s", pm_token_status_text(status))));
}

static PmTokenKind
encoding_kind(const char *encoding)
{
	PmTokenKind kind = PM_TOKEN_O200K;

	if (encoding == NULL)
		encoding = PM_DEFAULT_ENCODING;
	if (!find_kind(encoding, strlen(encoding), &kind))
		pm_bad_argument("encoding", "must be cl100k_base or o200k_base");
	return kind;
}

static bool
find_kind(const char *name, size_t len, PmTokenKind *kind)
{
	for (int i = PM_TOKEN_CL100K; i <= PM_TOKEN_O200K; i++)
	{
		const char *known = pm_token_kind_name((PmTokenKind) i);

		if (strlen(known) == len && memcmp(known, name, len) == 0)
		{
			*kind = (PmTokenKind) i;
			return true;
		}
	}
	return false;
}

static void *
alloc_memory(void *ctx, size_t size)
{
	PieceMemory *memory = ctx;

	if (size > MAX_PIECE_MEMORY - memory->used)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("text has an unbroken piece that is too long"),
				 errdetail("Finding its tokens takes more than 1 GB of memory.")));
	if (memory->context == NULL)
		memory->context = AllocSetContextCreate(CurrentMemoryContext, "prompt_mgr tokens",
												ALLOCSET_DEFAULT_SIZES);
	memory->used += size;
	return MemoryContextAlloc(memory->context, size);
}

static void
poll_interrupts(void *ctx pg_attribute_unused())
{
	CHECK_FOR_INTERRUPTS();
}

/* The text in UTF-8: itself, or a copy from palloc() and its length. */
static const char *
to_utf8(const char *text, size_t *len)
{
	char	   *converted;

	if (GetDatabaseEncoding() == PG_UTF8)
		return text;
	converted = pg_server_to_any(text, (int) *len, PG_UTF8);
	if (converted != text)
		*len = strlen(converted);
	return converted;
}

static bool
add_id(void *arg, uint32_t id, size_t start pg_attribute_unused(),
	   size_t len pg_attribute_unused())
{
	IdArray    *ids = arg;

	if (ids->n == ids->room)
		grow_ids(ids);
	((int32 *) ((char *) ids->array + ARR_OVERHEAD_NONULLS(1)))[ids->n++] = (int32) id;
	return true;
}

static void
grow_ids(IdArray *ids)
{
	const size_t most = (MaxAllocSize - ARR_OVERHEAD_NONULLS(1)) / sizeof(int32);
	size_t		size;

	if (ids->room == most)
		ereport(ERROR,
				(errcode(PM_ERRCODE_LIMIT),
				 errmsg("text has more tokens than an array can hold")));
	ids->room = ids->room == 0 ? 250 : Min(ids->room * 2, most);
	size = ARR_OVERHEAD_NONULLS(1) + ids->room * sizeof(int32);
	ids->array = ids->array == NULL ? palloc(size) : repalloc(ids->array, size);
}

/*
 * Length of the part of the server's text that becomes the first bytes of its
 * UTF-8 form, as many as wanted.  In EUC_JIS_2004 a character can become two
 * of Unicode; between those there is no such place, *exact is set to false and
 * the place before them is taken, or the one behind them for a longer part.
 */
static size_t
server_prefix(const char *text, size_t len, const char *utf8, size_t wanted,
			  bool longer, bool *exact)
{
	int			chars = 0;

	for (size_t i = 0; i < wanted; i++)
		chars += ((unsigned char) utf8[i] & 0xC0) != 0x80;
	for (;;)
	{
		size_t		prefix = pg_mbcharcliplen(text, (int) len, chars);
		size_t		got = prefix;
		const char *converted = to_utf8(text, &got);

		if (converted != text)
			pfree(unconstify(char *, converted));
		if (got <= wanted)
		{
			*exact = got == wanted;
			return *exact || !longer ? prefix : (size_t) pg_mbcharcliplen(text, (int) len, chars + 1);
		}
		chars -= (int) ((got - wanted + MAX_UTF8_GROWTH - 1) / MAX_UTF8_GROWTH);
	}
}
