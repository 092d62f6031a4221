/*
 * pm_tmpl_build.c
 *		The tables of a program under construction.
 *
 * Tables grow by doubling inside the arena; what they leave behind dies with
 * it.  Their first size is guessed from the template's length, so that a
 * prompt of usual size grows nothing.  pm_build_finish() is the only place that
 * knows how the tables lie in the finished block.
 */
#include "pm_tmpl_build.h"

#include <string.h>

#include "pm_msg.h"
#include "pm_utf8.h"

static PmError *add_diag(PmCompiler *c, const char *code, uint32_t offset,
						 const char *message, PmStatus status);
static void vec_init(PmVec *vec, uint32_t size);
static uint32_t place(size_t *total, const PmVec *vec);
static void link_conditions(PmCompiler *c);

void
pm_limits_init(PmLimits *limits)
{
	limits->template_bytes = 256 * 1024;
	limits->block_depth = 32;
	limits->tag_bytes = 4096;
	limits->path_segments = 16;
	limits->tag_filters = PM_MAX_TAG_FILTERS;
	limits->ops = 65536;
	limits->partial_depth = 16;
	limits->partial_calls = 1000;
	limits->iterations = 100000;
	limits->fuel = 2000000;
	limits->output_bytes = 8 * 1024 * 1024;
	limits->work_bytes = 16 * 1024 * 1024;
	limits->json_depth = PM_MAX_JSON_DEPTH;
}

/* Lists start empty and get memory with their first entry. */
void
pm_build_init(PmCompiler *c, const char *src, uint32_t len,
			  const PmCompileOptions *options, const PmArena *arena,
			  PmCompileResult *result)
{
	/* the array of open blocks needs no zeroes */
	memset(c, 0, offsetof(PmCompiler, open_blocks));
	c->depth = 0;
	c->src = src;
	c->len = len;
	c->options = *options;
	if (options->limits != NULL)
		c->limits = *options->limits;
	else
		pm_limits_init(&c->limits);
	if (c->limits.block_depth > PM_MAX_BLOCK_DEPTH)
		c->limits.block_depth = PM_MAX_BLOCK_DEPTH;
	if (c->limits.tag_filters > PM_MAX_TAG_FILTERS)
		c->limits.tag_filters = PM_MAX_TAG_FILTERS;
	c->arena = arena;
	c->result = result;
	result->program = NULL;
	result->program_size = 0;
	result->ndiags = 0;
	c->open = "{{";
	c->close = "}}";
	c->open_len = 2;
	c->close_len = 2;
	c->tag = PM_NONE;
	c->cond_block = PM_NONE;
	vec_init(&c->ops, sizeof(PmOp));
	vec_init(&c->op_tags, sizeof(uint32_t));
	vec_init(&c->paths, sizeof(PmPath));
	vec_init(&c->segs, sizeof(PmSeg));
	vec_init(&c->consts, sizeof(PmConst));
	vec_init(&c->tags, sizeof(PmTag));
	vec_init(&c->partials, sizeof(PmPartial));
	vec_init(&c->blocks, sizeof(PmBlock));
	vec_init(&c->refs, sizeof(PmVarRef));
	vec_init(&c->bytes, 1);
}

/*
 * Two rounds over the tables: where each one lies, then copying.  The source is
 * copied too: literal text, names and keep mode refer to it.
 */
bool
pm_build_finish(PmCompiler *c, uint32_t flags)
{
	size_t		total = (sizeof(PmProgram) + 7) & ~(size_t) 7;
	PmProgram	head;
	char	   *block;
	const PmVec *vecs[] = {&c->ops, &c->op_tags, &c->paths, &c->segs, &c->consts,
	&c->tags, &c->partials, &c->blocks, &c->refs};
	uint32_t   *places[] = {&head.ops, &head.op_tags, &head.paths, &head.segs,
		&head.consts, &head.tags, &head.partials, &head.blocks, &head.refs};

	link_conditions(c);
	memset(&head, 0, sizeof(head));
	for (size_t i = 0; i < sizeof(vecs) / sizeof(vecs[0]); i++)
		*places[i] = place(&total, vecs[i]);
	head.text = (uint32_t) total;
	total += (size_t) c->len + c->bytes.n;
	if (total > UINT32_MAX / 2)
	{
		pm_build_limit(c, "too_many_ops", 0, "bytes of program", UINT32_MAX / 2);
		return false;
	}
	head.magic = PM_PROG_MAGIC;
	head.version = PM_PROG_VERSION;
	head.size = (uint32_t) total;
	head.flags = (uint16_t) flags;
	head.format = (uint8_t) c->options.format;
	head.escape = (uint8_t) c->options.escape;
	head.src_len = c->len;
	head.literal_bytes = c->literal_bytes;
	head.nops = c->ops.n;
	head.npaths = c->paths.n;
	head.nsegs = c->segs.n;
	head.nconsts = c->consts.n;
	head.ntags = c->tags.n;
	head.npartials = c->partials.n;
	head.nblocks = c->blocks.n;
	head.nrefs = c->refs.n;
	block = c->arena->alloc(c->arena->ctx, total);
	memcpy(block, &head, sizeof(head));
	for (size_t i = 0; i < sizeof(vecs) / sizeof(vecs[0]); i++)
	{
		if (vecs[i]->n > 0)
			memcpy(block + *places[i], vecs[i]->data,
				   (size_t) vecs[i]->n * vecs[i]->size);
	}
	if (c->len > 0)
		memcpy(block + head.text, c->src, c->len);
	if (c->bytes.n > 0)
		memcpy(block + head.text + c->len, c->bytes.data, c->bytes.n);
	c->result->program = (PmProgram *) block;
	c->result->program_size = total;
	return true;
}

/*
 * Offset of a table in the finished block.  A table has at most a few entries
 * per byte of the template, so the sum fits size_t by far.
 */
static uint32_t
place(size_t *total, const PmVec *vec)
{
	uint32_t	at = (uint32_t) *total;

	*total = (*total + (size_t) vec->n * vec->size + 7) & ~(size_t) 7;
	return at;
}

/* Chains the uses in conditions of each block, for introspection. */
static void
link_conditions(PmCompiler *c)
{
	PmVarRef   *refs = c->refs.data;

	for (uint32_t i = 0; i < c->refs.n; i++)
	{
		PmBlock    *block;

		if (refs[i].cond_of == PM_NONE)
			continue;
		block = (PmBlock *) c->blocks.data + refs[i].cond_of;
		refs[i].prev_cond = block->last_cond;
		block->last_cond = i + 1;
	}
}

static void
vec_init(PmVec *vec, uint32_t size)
{
	vec->data = NULL;
	vec->n = 0;
	vec->cap = 0;
	vec->size = size;
}

/* The first allocation is sized after the template: long ones have many tags. */
void *
pm_vec_add(PmCompiler *c, PmVec *vec)
{
	char	   *entry;

	if (vec->n == vec->cap)
	{
		uint32_t	cap = vec->cap == 0 ? 16 + c->len / 256 : vec->cap * 2;
		void	   *data = c->arena->alloc(c->arena->ctx, (size_t) cap * vec->size);

		if (vec->n > 0)
			memcpy(data, vec->data, (size_t) vec->n * vec->size);
		vec->data = data;
		vec->cap = cap;
	}
	entry = (char *) vec->data + (size_t) vec->n++ * vec->size;
	memset(entry, 0, vec->size);
	return entry;
}

/*
 * At the limit the last op is returned, so that callers that patch their op
 * need no check; the program is never finished then.
 */
uint32_t
pm_build_op(PmCompiler *c, PmOpCode code, uint32_t imm, uint32_t arg)
{
	PmOp	   *op;

	if (c->ops.n >= c->limits.ops)
	{
		if (!c->stop)
			pm_build_limit(c, "too_many_ops", c->tag_start,
						   "operations in the template", c->limits.ops);
		c->stop = true;
		return c->ops.n - 1;
	}
	op = pm_vec_add(c, &c->ops);
	op->code = (uint8_t) code;
	op->imm = imm & 0xFFFFFFu;
	op->arg = arg;
	*(uint32_t *) pm_vec_add(c, &c->op_tags) = c->tag;
	return c->ops.n - 1;
}

/* What may be an index of an array is worked out here, once. */
uint32_t
pm_build_seg(PmCompiler *c, uint32_t off, uint32_t len)
{
	PmSeg	   *seg = pm_vec_add(c, &c->segs);
	const char *s = c->src + off;
	uint64_t	index = 0;

	seg->off = off;
	seg->len = len;
	seg->hash = pm_hash(s, len);
	seg->index = PM_NONE;
	/* an array index is written one way only: 0, 7, 12, not 007 */
	if (len == 0 || len > 9 || (len > 1 && s[0] == '0'))
		return c->segs.n - 1;
	for (uint32_t i = 0; i < len; i++)
	{
		if (s[i] < '0' || s[i] > '9')
			return c->segs.n - 1;
		index = index * 10 + (uint64_t) (s[i] - '0');
	}
	seg->index = (uint32_t) index;
	return c->segs.n - 1;
}

uint32_t
pm_build_enclosing(const PmCompiler *c)
{
	const PmOpen *top;

	if (c->depth == 0)
		return PM_NONE;
	top = &c->open_blocks[c->depth - 1];
	return top->block * 2 + top->in_else;
}

/* Tags are not among the tables: a bad tag is taken back by its caller. */
void
pm_build_mark(const PmCompiler *c, PmMark *mark)
{
	const PmVec *vecs[] = {&c->ops, &c->op_tags, &c->paths, &c->segs, &c->consts,
	&c->partials, &c->blocks, &c->refs, &c->bytes};

	for (int i = 0; i < 9; i++)
		mark->n[i] = vecs[i]->n;
	mark->depth = c->depth;
}

void
pm_build_rollback(PmCompiler *c, const PmMark *mark)
{
	PmVec	   *vecs[] = {&c->ops, &c->op_tags, &c->paths, &c->segs, &c->consts,
	&c->partials, &c->blocks, &c->refs, &c->bytes};

	for (int i = 0; i < 9; i++)
		vecs[i]->n = mark->n[i];
	c->depth = mark->depth;
}

PmError *
pm_build_error(PmCompiler *c, PmStatus status, const char *code,
			   uint32_t offset, const char *message)
{
	PmError    *error;

	/*
	 * A later error of the same tag would only be an echo of the first; it
	 * still needs a place for the caller's texts.
	 */
	error = add_diag(c, code, offset, message, status);
	if (!c->tag_failed)
	{
		/* what is found behind the last place for it nobody will see */
		c->stop |= ++c->nerrors >= PM_MAX_DIAGS && !c->options.literal_bad_tags;
		if (c->result->ndiags < PM_MAX_DIAGS)
			c->result->ndiags++;
	}
	c->tag_failed = true;
	return error;
}

PmError *
pm_build_warning(PmCompiler *c, const char *code, uint32_t offset,
				 const char *message)
{
	PmError    *error = add_diag(c, code, offset, message, PM_OK);

	error->severity = PM_SEV_WARNING;
	if (c->result->ndiags < PM_MAX_DIAGS)
		c->result->ndiags++;
	return error;
}

void
pm_build_limit(PmCompiler *c, const char *code, uint32_t offset,
			   const char *what, uint64_t limit)
{
	PmError    *error = pm_build_error(c, PM_ERR_LIMIT, code, offset, "more than ");

	pm_msg_uint(error->message, limit);
	pm_msg_str(error->message, " ");
	pm_msg_str(error->message, what);
}

/*
 * The slot behind the last finding, or a spare one where the finding will not
 * be kept.
 */
static PmError *
add_diag(PmCompiler *c, const char *code, uint32_t offset,
		 const char *message, PmStatus status)
{
	PmError    *error = &c->spare;

	if (!(status != PM_OK && c->tag_failed) && c->result->ndiags < PM_MAX_DIAGS)
		error = &c->result->diags[c->result->ndiags];
	pm_error_init(error, status, code, message);
	error->offset = offset;
	return error;
}
