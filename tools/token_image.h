/*
 * token_image.h
 *		Builds a table image in memory.
 *
 * Used by tools/make_tokenizer.c and, with vocabularies of their own, by the
 * unit tests and the fuzz target.  It is a program's code, not the server's:
 * it uses malloc and returns NULL where that or the vocabulary fails it.
 */
#ifndef TOKEN_IMAGE_H
#define TOKEN_IMAGE_H

#include <stdlib.h>

#include "../src/core/pm_token_table.h"

/* Tokens in rank order; the bytes of rank r end where those of r + 1 start. */
typedef struct TokenList
{
	uint32_t	ntokens;
	const uint32_t *offsets;	/* ntokens + 1 of them */
	const uint8_t *bytes;
} TokenList;

/* Counts tokens by table and finds the longest; false where one is too long. */
static inline bool
token_image_measure(const TokenList *list, PmTokenImage *head)
{
	uint32_t	nshort = 0;
	uint32_t	nlong = 0;

	head->longest = 0;
	for (uint32_t rank = 0; rank < list->ntokens; rank++)
	{
		uint32_t	n = list->offsets[rank + 1] - list->offsets[rank];

		if (n < 1 || n > PM_TOKEN_MAX_BYTES)
			return false;
		if (n > head->longest)
			head->longest = n;
		nshort += n > 2 && n <= PM_TOKEN_SHORT;
		nlong += n > PM_TOKEN_SHORT;
	}
	/* Half full: most lookups miss, and end at the first free slot. */
	head->nshort = nshort * 2 + 1;
	head->nlong = nlong * 2 + 1;
	return true;
}

/* Enters one token; false where it is there already or its chain is full. */
static inline bool
token_image_enter(PmTokenTable *table, uint32_t rank, uint32_t *probes)
{
	const uint8_t *p = table->bytes + table->offsets[rank];
	size_t		n = table->offsets[rank + 1] - table->offsets[rank];
	uint32_t	i = 0;

	if (pm_token_find(table, p, n, n) != PM_TOKEN_NONE)
		return false;
	if (n == 1)
		((uint32_t *) table->single)[p[0]] = rank;
	else if (n == 2)
		((uint32_t *) table->pair)[p[0] << 8 | p[1]] = rank;
	else if (n <= PM_TOKEN_SHORT)
	{
		uint64_t	key = pm_token_key(p, n, n);
		PmTokenShort *slot = (PmTokenShort *) table->shorts +
			pm_token_short_slot(key, table->nshort);

		while (i < table->probes && slot[i].rank != PM_TOKEN_NONE)
			i++;
		slot[i].key = key;
		slot[i].rank = rank;
	}
	else
	{
		uint64_t	hash = pm_token_hash(p, n);
		PmTokenLong *slot = (PmTokenLong *) table->longs +
			pm_token_long_slot(hash, table->nlong);

		while (i < table->probes && slot[i].rank != PM_TOKEN_NONE)
			i++;
		slot[i].tag = (uint32_t) hash;
		slot[i].rank = rank;
	}
	/* One slot stays free behind the longest chain. */
	if (i + 2 > *probes)
		*probes = i + 2;
	return *probes < table->probes;
}

/* Lays the sections out in memory of the right size, all slots free. */
static inline PmTokenImage *
token_image_layout(const TokenList *list, PmTokenImage *head, PmTokenTable *table)
{
	uint32_t	noffsets = (list->ntokens + 2) & ~UINT32_C(1);
	uint32_t	nbytes = list->offsets[list->ntokens];
	PmTokenImage *image;
	uint8_t    *p;

	head->nbytes = (nbytes + 7) & ~UINT32_C(7);
	head->size = sizeof(*head) + 4 * (256 + 65536) +
		sizeof(PmTokenShort) * ((size_t) head->nshort + head->probes) +
		sizeof(PmTokenLong) * ((size_t) head->nlong + head->probes) +
		4 * (size_t) noffsets + head->nbytes;
	image = calloc(1, head->size);
	if (image == NULL)
		return NULL;
	memcpy(image, head, sizeof(*head));
	p = (uint8_t *) (image + 1);
	memset(p, 0xFF, 4 * (256 + 65536));
	table->single = (uint32_t *) p;
	table->pair = table->single + 256;
	table->shorts = (PmTokenShort *) (table->pair + 65536);
	table->longs = (PmTokenLong *) (table->shorts + head->nshort + head->probes);
	table->offsets = (uint32_t *) (table->longs + head->nlong + head->probes);
	table->bytes = (uint8_t *) (table->offsets + noffsets);
	for (uint32_t i = 0; i < head->nshort + head->probes; i++)
		((PmTokenShort *) table->shorts)[i].rank = PM_TOKEN_NONE;
	for (uint32_t i = 0; i < head->nlong + head->probes; i++)
		((PmTokenLong *) table->longs)[i].rank = PM_TOKEN_NONE;
	memcpy((uint32_t *) table->offsets, list->offsets,
		   4 * ((size_t) list->ntokens + 1));
	memcpy((uint8_t *) table->bytes, list->bytes, nbytes);
	table->ntokens = head->ntokens;
	table->longest = head->longest;
	table->nshort = head->nshort;
	table->nlong = head->nlong;
	table->probes = head->probes;
	table->nbytes = head->nbytes;
	return image;
}

/* Enters all tokens into a fresh image; NULL where one is there twice. */
static inline PmTokenImage *
token_image_fill(const TokenList *list, PmTokenImage *head, uint32_t *probes)
{
	PmTokenTable table;
	PmTokenImage *image = token_image_layout(list, head, &table);

	*probes = 2;
	for (uint32_t rank = 0; image != NULL && rank < list->ntokens; rank++)
		if (!token_image_enter(&table, rank, probes))
		{
			free(image);
			image = NULL;
		}
	if (image != NULL)
		image->sum = pm_token_sum(image + 1,
								  (size_t) image->size - sizeof(*image));
	return image;
}

/*
 * The image of a vocabulary, image->size bytes from malloc; NULL where a token
 * is too long, there twice or there is no memory.
 */
static inline PmTokenImage *
token_image_build(const TokenList *list, PmTokenKind kind, const uint8_t source[32])
{
	PmTokenImage head;
	PmTokenImage *image;
	uint32_t	probes;

	memset(&head, 0, sizeof(head));
	memcpy(head.magic, PM_TOKEN_MAGIC, sizeof(head.magic));
	head.format = PM_TOKEN_FORMAT;
	head.endian = PM_TOKEN_ENDIAN;
	head.kind = kind;
	head.ntokens = list->ntokens;
	memcpy(head.source, source, sizeof(head.source));
	if (list->ntokens > PM_TOKEN_MAX_RANK || !token_image_measure(list, &head))
		return NULL;
	/* Once to learn the longest chain, once with just that room behind. */
	head.probes = PM_TOKEN_MAX_PROBES;
	image = token_image_fill(list, &head, &probes);
	if (image == NULL)
		return NULL;
	free(image);
	head.probes = probes + 1;
	return token_image_fill(list, &head, &probes);
}

#endif							/* TOKEN_IMAGE_H */
