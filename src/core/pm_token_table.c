/*
 * pm_token_table.c
 *		Opening and verifying a table image.
 *
 * Opening looks at the header only, so that a new session counts its first
 * text without reading megabytes: the sections must fill the image exactly,
 * and lookups check every number they take from them.  Verifying reads all of
 * the image and compares its sum, which finds accidental damage that would
 * change a count; whoever can forge the sum could as well forge the library.
 *
 * Nothing here allocates or calls back.
 */
#include "pm_token_table.h"

#define SINGLES 256
#define PAIRS 65536

static bool sizes_sane(const PmTokenImage *image);
static uint64_t image_size(const PmTokenImage *image);
static void set_sections(PmTokenTable *table, const PmTokenImage *image);
static bool bytes_complete(const PmTokenTable *table);
static uint64_t sum_step(uint64_t lane, uint64_t word);

const char *
pm_token_kind_name(PmTokenKind kind)
{
	if (kind == PM_TOKEN_CL100K)
		return "cl100k_base";
	return kind == PM_TOKEN_O200K ? "o200k_base" : NULL;
}

const char *
pm_token_status_text(PmTokenStatus status)
{
	switch (status)
	{
		case PM_TOKEN_OK:
			return "no error";
		case PM_TOKEN_BAD_MAGIC:
			return "not a tokenizer table";
		case PM_TOKEN_BAD_FORMAT:
			return "tokenizer table has another format version";
		case PM_TOKEN_BAD_ENDIAN:
			return "tokenizer table was made for another byte order";
		case PM_TOKEN_BAD_SIZE:
			return "tokenizer table has a wrong size";
		case PM_TOKEN_BAD_TABLE:
			return "tokenizer table is damaged";
		case PM_TOKEN_TOO_LONG:
			return "text has an unbroken piece that is too long";
		case PM_TOKEN_NO_MEMORY:
			return "out of memory";
	}
	return "unknown status";
}

PmTokenStatus
pm_token_open(PmTokenTable *table, const void *data, size_t len)
{
	const PmTokenImage *image = data;

	if (len < sizeof(PmTokenImage) || (uintptr_t) data % 8 != 0)
		return PM_TOKEN_BAD_SIZE;
	if (memcmp(image->magic, PM_TOKEN_MAGIC, sizeof(image->magic)) != 0)
		return PM_TOKEN_BAD_MAGIC;
	if (image->endian != PM_TOKEN_ENDIAN)
		return PM_TOKEN_BAD_ENDIAN;
	if (image->format != PM_TOKEN_FORMAT)
		return PM_TOKEN_BAD_FORMAT;
	if (image->size != len)
		return PM_TOKEN_BAD_SIZE;
	if (!sizes_sane(image))
		return PM_TOKEN_BAD_TABLE;
	if (image_size(image) != len)
		return PM_TOKEN_BAD_SIZE;
	set_sections(table, image);
	return bytes_complete(table) ? PM_TOKEN_OK : PM_TOKEN_BAD_TABLE;
}

PmTokenStatus
pm_token_verify(const PmTokenTable *table)
{
	const PmTokenImage *image = table->image;
	uint32_t	longest = 0;

	if (pm_token_sum(image + 1, (size_t) image->size - sizeof(*image)) != image->sum)
		return PM_TOKEN_BAD_TABLE;
	if (table->offsets[0] != 0 || table->offsets[table->ntokens] > table->nbytes)
		return PM_TOKEN_BAD_TABLE;
	for (uint32_t rank = 0; rank < table->ntokens; rank++)
	{
		uint32_t	n = table->offsets[rank + 1] - table->offsets[rank];

		if (table->offsets[rank + 1] <= table->offsets[rank])
			return PM_TOKEN_BAD_TABLE;
		if (n > longest)
			longest = n;
	}
	return longest == table->longest ? PM_TOKEN_OK : PM_TOKEN_BAD_TABLE;
}

const uint8_t *
pm_token_source(const PmTokenTable *table)
{
	return table->image->source;
}

/* Four lanes, because one would wait for its own multiplications. */
uint64_t
pm_token_sum(const void *data, size_t n)
{
	const uint8_t *p = data;
	uint64_t	lane[4] = {n, 1, 2, 3};

	for (; n >= 32; n -= 32, p += 32)
		for (int i = 0; i < 4; i++)
			lane[i] = sum_step(lane[i], pm_token_load(p + 8 * i));
	for (; n >= 8; n -= 8, p += 8)
		lane[0] = sum_step(lane[0], pm_token_load(p));
	for (int i = 1; i < 4; i++)
		lane[0] = sum_step(lane[0], lane[i]);
	return lane[0] ^ lane[0] >> 32;
}

/* Whether the header's numbers are in their ranges. */
static bool
sizes_sane(const PmTokenImage *image)
{
	if (pm_token_kind_name((PmTokenKind) image->kind) == NULL)
		return false;
	if (image->ntokens < SINGLES || image->ntokens > PM_TOKEN_MAX_RANK)
		return false;
	if (image->longest < 1 || image->longest > PM_TOKEN_MAX_BYTES)
		return false;
	if (image->probes < 1 || image->probes > PM_TOKEN_MAX_PROBES)
		return false;
	return image->nshort >= 1 && image->nlong >= 1 && image->nbytes % 8 == 0;
}

/* Size by the header; 32-bit counts of small things cannot overflow this. */
static uint64_t
image_size(const PmTokenImage *image)
{
	uint64_t	size = sizeof(PmTokenImage) + 4 * (SINGLES + PAIRS);

	size += sizeof(PmTokenShort) * ((uint64_t) image->nshort + image->probes);
	size += sizeof(PmTokenLong) * ((uint64_t) image->nlong + image->probes);
	size += 4 * (((uint64_t) image->ntokens + 2) & ~UINT64_C(1));
	return size + image->nbytes;
}

static void
set_sections(PmTokenTable *table, const PmTokenImage *image)
{
	table->kind = (PmTokenKind) image->kind;
	table->ntokens = image->ntokens;
	table->longest = image->longest;
	table->nshort = image->nshort;
	table->nlong = image->nlong;
	table->probes = image->probes;
	table->nbytes = image->nbytes;
	table->image = image;
	table->single = (const uint32_t *) (image + 1);
	table->pair = table->single + SINGLES;
	table->shorts = (const PmTokenShort *) (table->pair + PAIRS);
	table->longs = (const PmTokenLong *) (table->shorts + image->nshort + image->probes);
	table->offsets = (const uint32_t *) (table->longs + image->nlong + image->probes);
	/* An even number of offsets keeps the bytes aligned. */
	table->bytes = (const uint8_t *) (table->offsets +
									  ((image->ntokens + 2) & ~UINT32_C(1)));
}

/* Every byte must be a token, or some text would have no encoding. */
static bool
bytes_complete(const PmTokenTable *table)
{
	for (int i = 0; i < SINGLES; i++)
		if (table->single[i] >= table->ntokens)
			return false;
	return true;
}

static uint64_t
sum_step(uint64_t lane, uint64_t word)
{
	lane = (lane ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return lane ^ lane >> 31;
}
