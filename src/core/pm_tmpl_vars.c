/*
 * pm_tmpl_vars.c
 *		Looking into a program: variables, partials, properties.
 *
 * A variable's row carries the path from the document's root as far as the
 * template alone can tell it: inside {{#items}} a name is taken to be a member
 * of the items.  At run time the name may as well be found further out, so the
 * row also says how it was written.
 *
 * The path is built from the inside outwards along the enclosing blocks, then
 * written the other way round; no recursion.
 */
#include "pm_filter.h"
#include "pm_prog.h"

#define MAX_STEPS (PM_MAX_BLOCK_DEPTH + 1)

/* One block's contribution to a path: segments of a path, and what follows. */
typedef struct Step
{
	const PmPath *path;
	uint32_t	skip;			/* leading segments that are bound names */
	bool		each;			/* "[]" follows */
} Step;

typedef struct Rows
{
	const PmProgram *program;
	const PmArena *arena;
	PmVariable *rows;
	uint32_t	n;
	uint32_t   *slots;
	uint32_t	mask;
	uint32_t	op;				/* the first of the latest tag, or before it */

	/* the latest place, from which the next one is counted */
	uint32_t	offset;
	uint32_t	line;
	uint32_t	column;
	PmCharLen	char_len;
} Rows;

static bool resolve(const PmProgram *program, uint32_t path, uint32_t block,
					const PmArena *arena, const char **text, uint32_t *len);
static uint32_t enclosing_context(const PmProgram *program, const PmPath *path,
								  uint32_t block, bool *skip);
static uint32_t write_steps(const PmProgram *program, const Step *steps, uint32_t n, char *out);
static void add_row(Rows *rows, PmVariable *row, uint32_t tag);
static void add_ref(Rows *rows, const PmVarRef *ref);
static void add_partial(Rows *rows, const PmPartial *partial);
static void parent_path(Rows *rows, uint32_t block, PmVariable *row);
static bool is_guarded(const PmProgram *program, const PmVarRef *ref);
static bool is_needed(Rows *rows, const PmVarRef *ref);
static void advance(Rows *rows, uint32_t offset);

bool
pm_tmpl_check(const void *data, size_t size)
{
	const PmProgram *program = data;

	return size >= sizeof(PmProgram) && program->magic == PM_PROG_MAGIC &&
		program->version == PM_PROG_VERSION && program->size == size;
}

size_t
pm_tmpl_size(const PmProgram *program)
{
	return program->size;
}

size_t
pm_tmpl_literal_bytes(const PmProgram *program)
{
	return program->literal_bytes;
}

const char *
pm_tmpl_source(const PmProgram *program, size_t *len)
{
	*len = program->src_len;
	return PM_PROG_TEXT(program);
}

bool
pm_tmpl_is_value(const PmProgram *program)
{
	return (program->flags & PM_PROG_VALUE) != 0;
}

const char *
pm_var_kind_name(PmVarKind kind)
{
	static const char *const names[] = {"var", "raw", "section", "inverted", "if",
	"each", "with", "partial"};

	return names[kind];
}

bool
pm_tmpl_next_partial(const PmProgram *program, uint32_t *pos, PmPartialRef *ref,
					 bool *dynamic, uint32_t *offset)
{
	const PmPartial *partial = PM_PROG_PARTIALS(program) + *pos;
	const char *text = PM_PROG_TEXT(program);

	if (*pos >= program->npartials)
		return false;
	(*pos)++;
	ref->name = text + partial->off;
	ref->name_len = partial->len;
	ref->selector_kind = (PmSelector) partial->selector;
	ref->selector = text + partial->sel_off;
	ref->selector_len = partial->sel_len;
	*dynamic = partial->path != PM_NONE;
	*offset = PM_PROG_TAGS(program)[partial->tag].start;
	return true;
}

/* One row per use at most; equal rows meet in a hash table. */
const PmVariable *
pm_tmpl_variables(const PmProgram *program, PmCharLen char_len, const PmArena *arena,
				  uint32_t *n)
{
	const PmVarRef *refs = PM_PROG_REFS(program);
	const PmPartial *partials = PM_PROG_PARTIALS(program);
	uint32_t	max = program->nrefs + program->npartials;
	uint32_t	room = 16;
	uint32_t	r = 0;
	uint32_t	p = 0;
	Rows		rows;

	while (room / 2 < max)
		room *= 2;
	memset(&rows, 0, sizeof(rows));
	rows.program = program;
	rows.arena = arena;
	rows.rows = arena->alloc(arena->ctx, (size_t) max * sizeof(PmVariable) + 1);
	rows.slots = arena->alloc(arena->ctx, (size_t) room * sizeof(uint32_t));
	memset(rows.slots, 0xFF, (size_t) room * sizeof(uint32_t));
	rows.mask = room - 1;
	rows.line = 1;
	rows.column = 1;
	rows.char_len = char_len;
	/* both tables are in the order of their tags */
	while (r < program->nrefs || p < program->npartials)
	{
		if (p == program->npartials ||
			(r < program->nrefs && refs[r].tag < partials[p].tag))
			add_ref(&rows, &refs[r++]);
		else
			add_partial(&rows, &partials[p++]);
	}
	*n = rows.n;
	return rows.rows;
}

/* Loop data, bound names and items themselves give no row. */
static void
add_ref(Rows *rows, const PmVarRef *ref)
{
	const PmProgram *program = rows->program;
	const PmPath *path = PM_PROG_PATHS(program) + ref->path;
	PmVariable	row;

	memset(&row, 0, sizeof(row));
	if (!resolve(program, ref->path, ref->block, rows->arena, &row.path, &row.path_len))
		return;
	row.name = PM_PROG_TEXT(program) + path->off;
	row.name_len = path->len;
	row.kind = (PmVarKind) ref->kind;
	parent_path(rows, ref->block, &row);
	row.guarded = is_guarded(program, ref);
	row.needed = is_needed(rows, ref);
	row.has_default = ref->has_default != 0;
	row.filters = ref->filters;
	add_row(rows, &row, ref->tag);
}

static void
add_partial(Rows *rows, const PmPartial *partial)
{
	PmVariable	row;

	/* a dynamic name is a variable and has its row as such */
	if (partial->path != PM_NONE)
		return;
	memset(&row, 0, sizeof(row));
	row.path = row.name = PM_PROG_TEXT(rows->program) + partial->off;
	row.path_len = row.name_len = partial->len;
	row.kind = PM_VAR_PARTIAL;
	parent_path(rows, partial->block, &row);
	add_row(rows, &row, partial->tag);
}

static bool
same_text(const char *a, uint32_t alen, const char *b, uint32_t blen)
{
	return alen == blen && (alen == 0 || memcmp(a, b, alen) == 0);
}

/* A new row, or one more occurrence of the row that is there. */
static void
add_row(Rows *rows, PmVariable *row, uint32_t tag)
{
	uint32_t	hash = pm_hash(row->path, row->path_len) * 31 +
		pm_hash(row->parent, row->parent_len) + (uint32_t) row->kind;
	uint32_t	at = hash & rows->mask;

	for (; rows->slots[at] != PM_NONE; at = (at + 1) & rows->mask)
	{
		PmVariable *old = &rows->rows[rows->slots[at]];

		if (old->kind != row->kind ||
			!same_text(old->path, old->path_len, row->path, row->path_len) ||
			!same_text(old->parent, old->parent_len, row->parent, row->parent_len))
			continue;
		old->occurrences++;
		/* guarded is what every use is, a default what some use has */
		old->guarded = old->guarded && row->guarded;
		old->needed = old->needed || row->needed;
		old->has_default = old->has_default || row->has_default;
		old->filters |= row->filters;
		return;
	}
	advance(rows, PM_PROG_TAGS(rows->program)[tag].start);
	row->occurrences = 1;
	row->first_offset = rows->offset;
	row->first_line = rows->line;
	row->first_column = rows->column;
	rows->slots[at] = rows->n;
	rows->rows[rows->n++] = *row;
}

/* Line and column of a place at or behind the latest one. */
static void
advance(Rows *rows, uint32_t offset)
{
	const char *text = PM_PROG_TEXT(rows->program);
	uint32_t	line;
	uint32_t	column;

	pm_tmpl_position(text + rows->offset, rows->program->src_len - rows->offset,
					 offset - rows->offset, rows->char_len, &line, &column);
	rows->column = line > 1 ? column : rows->column + column - 1;
	rows->line += line - 1;
	rows->offset = offset;
}

/*
 * The path from the root.  False where it is none of a variable: data of a
 * loop, a bound name, the item itself.
 */
static bool
resolve(const PmProgram *program, uint32_t n, uint32_t block, const PmArena *arena,
		const char **text, uint32_t *len)
{
	const PmPath *path = PM_PROG_PATHS(program) + n;
	Step		steps[MAX_STEPS];
	uint32_t	nsteps = 0;
	uint32_t	total;
	char	   *buf;

	for (;;)
	{
		Step	   *step = &steps[nsteps++];
		const PmBlock *outer;
		bool		skip = false;

		if (path->base > PM_BASE_ROOT)
			return false;
		step->path = path;
		step->skip = 0;
		step->each = false;
		block = path->base == PM_BASE_ROOT ? PM_NONE
			: enclosing_context(program, path, block, &skip);
		if (skip)
			step->skip = 1;
		if (nsteps == 1 && path->nsegs == step->skip)
			return false;
		if (block == PM_NONE || nsteps == MAX_STEPS)
			break;
		outer = PM_PROG_BLOCKS(program) + block / 2;
		if (outer->path == PM_NONE)
			break;
		path = PM_PROG_PATHS(program) + outer->path;
		block = outer->parent;
		/* what stands before the step that was just made */
		step->each = outer->kind != PM_VAR_WITH;
	}
	total = write_steps(program, steps, nsteps, NULL);
	buf = arena->alloc(arena->ctx, (size_t) total + 1);
	*len = write_steps(program, steps, nsteps, buf);
	*text = buf;
	return total > 0;
}

/*
 * The block whose items the path looks into, PM_NONE for the root.  *skip is
 * set where the first segment is the name the block binds its item to.
 */
static uint32_t
enclosing_context(const PmProgram *program, const PmPath *path, uint32_t block, bool *skip)
{
	const PmSeg *segs = PM_PROG_SEGS(program);
	const char *text = PM_PROG_TEXT(program);
	uint32_t	up = path->up;
	uint32_t	found = PM_NONE;

	while (block != PM_NONE)
	{
		const PmBlock *b = PM_PROG_BLOCKS(program) + block / 2;
		bool		pushes = b->kind == PM_VAR_SECTION || b->kind == PM_VAR_EACH ||
			b->kind == PM_VAR_WITH;

		/* an else part sees nothing of its block */
		if (pushes && (block & 1) == 0)
		{
			for (uint32_t i = 0; i < b->nbinds && path->base == PM_BASE_NAME; i++)
			{
				const PmSeg *name = &segs[b->first_bind + i];
				const PmSeg *first = &segs[path->first_seg];

				if (same_text(text + name->off, name->len, text + first->off, first->len))
				{
					*skip = true;
					return block;
				}
			}
			/* a name may also be one that a block further out binds */
			if (b->nbinds == 0 && up == 0 && found == PM_NONE)
				found = block;
			else if (b->nbinds == 0 && up > 0)
				up--;
		}
		block = b->parent;
	}
	return found;
}

/* Writes the steps, the outermost first; returns their length. */
static uint32_t
write_steps(const PmProgram *program, const Step *steps, uint32_t n, char *out)
{
	const PmSeg *segs = PM_PROG_SEGS(program);
	const char *text = PM_PROG_TEXT(program);
	uint32_t	len = 0;

	while (n-- > 0)
	{
		const Step *step = &steps[n];

		if (step->each && len > 0)
		{
			if (out != NULL)
				memcpy(out + len, "[]", 2);
			len += 2;
		}
		for (uint32_t i = step->skip; i < step->path->nsegs; i++)
		{
			const PmSeg *seg = &segs[step->path->first_seg + i];

			if (len > 0)
			{
				if (out != NULL)
					out[len] = '.';
				len++;
			}
			if (out != NULL)
				memcpy(out + len, text + seg->off, seg->len);
			len += seg->len;
		}
	}
	return len;
}

/* Path of the nearest enclosing block that has a subject, and the depth. */
static void
parent_path(Rows *rows, uint32_t block, PmVariable *row)
{
	const PmProgram *program = rows->program;

	if (block != PM_NONE)
		row->depth = PM_PROG_BLOCKS(program)[block / 2].depth + 1u;
	while (block != PM_NONE)
	{
		const PmBlock *b = PM_PROG_BLOCKS(program) + block / 2;

		if (b->path != PM_NONE &&
			resolve(program, b->path, b->parent, rows->arena, &row->parent, &row->parent_len))
			return;
		block = b->parent;
	}
}

/* Whether an enclosing block's condition asks for the same path. */
static bool
is_guarded(const PmProgram *program, const PmVarRef *ref)
{
	const PmPath *paths = PM_PROG_PATHS(program);
	const PmVarRef *refs = PM_PROG_REFS(program);
	const char *text = PM_PROG_TEXT(program);
	const PmPath *path = &paths[ref->path];

	for (uint32_t block = ref->block; block != PM_NONE;
		 block = PM_PROG_BLOCKS(program)[block / 2].parent)
	{
		for (uint32_t n = PM_PROG_BLOCKS(program)[block / 2].last_cond; n > 0;
			 n = refs[n - 1].prev_cond)
		{
			const PmPath *asked = &paths[refs[n - 1].path];

			/* an "else if" further down does not guard what is before it */
			if (&refs[n - 1] < ref && same_text(text + asked->off, asked->len,
												text + path->off, path->len))
				return true;
		}
	}
	return false;
}

/*
 * Whether rendering fails without it: the tag stands outside all blocks and
 * what it prints begins with this path.  An argument, or a side of "or", may
 * not be looked at.
 */
static bool
is_needed(Rows *rows, const PmVarRef *ref)
{
	const PmOp *ops = PM_PROG_OPS(rows->program);
	const uint32_t *tags = PM_PROG_OP_TAGS(rows->program);
	uint32_t	n = rows->program->nops;

	if (ref->block != PM_NONE || ref->has_default ||
		(ref->kind != PM_VAR_VAR && ref->kind != PM_VAR_RAW))
		return false;
	while (rows->op < n && (tags[rows->op] == PM_NONE || tags[rows->op] < ref->tag))
		rows->op++;
	if (rows->op == n || tags[rows->op] != ref->tag || ops[rows->op].arg != ref->path ||
		(ops[rows->op].code != PM_OP_VAR && ops[rows->op].code != PM_OP_PATH))
		return false;
	for (uint32_t i = rows->op + 1; i < n && tags[i] == ref->tag; i++)
	{
		if (ops[i].code != PM_OP_PATH && ops[i].code != PM_OP_CONST &&
			ops[i].code != PM_OP_FILTER && ops[i].code != PM_OP_OUT)
			return false;
	}
	return true;
}
