/*
 * pm_vm_out.c
 *		Output of a render: text, values, what is missing.
 *
 * Indentation of a standalone partial belongs to the lines of its source, not
 * to lines that values bring along.  Whether an op stands at the beginning of a
 * source line is read off the source itself, which the program carries; a
 * render without indentation never looks.
 */
#include "pm_vm.h"

#include "pm_json_out.h"
#include "pm_valop.h"

#define MISSING_MIN 16

static bool indented_text(PmVm *vm, uint32_t off, uint32_t len);
static bool keep_range(PmVm *vm, const PmTag *tag, uint32_t from, uint32_t to);
static PmMissing *find_missing(PmVm *vm, const char *path, uint32_t len, uint32_t **slot);
static void grow_missing(PmVm *vm);

bool
pm_vm_text(PmVm *vm, uint32_t off, uint32_t len)
{
	if (vm->indent_len > 0)
		return indented_text(vm, off, len);
	return pm_buf_append(vm->out, vm->text + off, len) || pm_env_too_long(&vm->env);
}

/* Lines that are empty in the source stay empty. */
static bool
indented_text(PmVm *vm, uint32_t off, uint32_t len)
{
	uint32_t	at = off;
	uint32_t	end = off + len;

	while (at < end)
	{
		const char *p = vm->text + at;
		const char *newline = memchr(p, '\n', end - at);
		uint32_t	n = newline != NULL ? (uint32_t) (newline - p) + 1 : end - at;
		bool		empty = p[0] == '\n' || (n == 2 && p[0] == '\r');

		if ((at == 0 || p[-1] == '\n') && !empty &&
			!pm_buf_append(vm->out, vm->indent, vm->indent_len))
			return pm_env_too_long(&vm->env);
		if (!pm_buf_append(vm->out, p, n))
			return pm_env_too_long(&vm->env);
		if (!pm_env_work(&vm->env, n))
			return false;
		at += n;
	}
	return true;
}

static inline const PmTag *
current_tag(const PmVm *vm)
{
	uint32_t	n = PM_PROG_OP_TAGS(vm->program)[vm->pc];

	return n != PM_NONE ? PM_PROG_TAGS(vm->program) + n : NULL;
}

/* Before what a tag prints: indentation, if the tag begins a source line. */
bool
pm_vm_indent(PmVm *vm)
{
	const PmTag *tag = current_tag(vm);

	if (tag != NULL && tag->start > 0 && vm->text[tag->start - 1] != '\n')
		return true;
	return pm_buf_append(vm->out, vm->indent, vm->indent_len) || pm_env_too_long(&vm->env);
}

/* What \{{ and raw blocks stand for; keep mode prints a template again. */
bool
pm_vm_literal(PmVm *vm, uint32_t off, uint32_t len)
{
	const PmTag *tag = current_tag(vm);

	if (vm->options->on_missing == PM_ON_MISSING_KEEP)
	{
		off = tag->keep;
		len = tag->keep_end - tag->keep;
	}
	return pm_vm_text(vm, off, len);
}

bool
pm_vm_print(PmVm *vm, PmEscape escape, const PmValue *v)
{
	const char *text;
	uint32_t	len;

	if (v->kind == PM_STRING)
		return pm_escape(&vm->env, escape, v->u.str, v->len, vm->out);
	/* containers go straight to the output unless they are escaped on the way */
	if ((v->kind == PM_ARRAY || v->kind == PM_OBJECT) && escape == PM_ESCAPE_NONE)
		return pm_json_write(&vm->env, v, 0, vm->out);
	if (!pm_val_text(&vm->env, v, &text, &len))
		return false;
	if (v->kind == PM_ARRAY || v->kind == PM_OBJECT)
		return pm_escape(&vm->env, escape, text, len, vm->out);
	return pm_buf_append(vm->out, text, len) || pm_env_too_long(&vm->env);
}

bool
pm_vm_missing(PmVm *vm, const PmValue *v)
{
	const PmTag *tag;

	switch (vm->options->on_missing)
	{
		case PM_ON_MISSING_ERROR:
			return pm_vm_note_missing(vm, v->len, false);
		case PM_ON_MISSING_KEEP:
			tag = current_tag(vm);
			return keep_range(vm, tag, tag->keep, tag->keep_end);
		case PM_ON_MISSING_EMPTY:
			break;
	}
	return true;
}

bool
pm_vm_keep_block(PmVm *vm, const PmBlock *block)
{
	const PmTag *tag = PM_PROG_TAGS(vm->program) + block->tag;

	return keep_range(vm, tag, tag->keep, block->end);
}

/*
 * Source bytes, to be a template again.  Tags with delimiters of their own are
 * wrapped in tags that set them; where the range begins or ends with a line,
 * that tag gets a line of its own, so that it takes no other line's end away.
 */
static bool
keep_range(PmVm *vm, const PmTag *tag, uint32_t from, uint32_t to)
{
	PmBuf	   *out = vm->out;
	const char *open = vm->text + tag->start;
	const char *close = vm->text + tag->end - tag->close_len;
	bool		line_before = tag->keep_end > tag->end;
	bool		line_behind = to > from && vm->text[to - 1] == '\n';
	bool		ok;

	if (!tag->custom)
		return pm_buf_append(out, vm->text + from, to - from) || pm_env_too_long(&vm->env);
	ok = pm_buf_append(out, "{{=", 3) && pm_buf_append(out, open, tag->open_len) &&
		pm_buf_char(out, ' ') && pm_buf_append(out, close, tag->close_len) &&
		pm_buf_append(out, "=}}\n", line_before ? 4 : 3) &&
		pm_buf_append(out, vm->text + from, to - from) &&
		pm_buf_append(out, open, tag->open_len) && pm_buf_append(out, "={{ }}=", 7) &&
		pm_buf_append(out, close, tag->close_len) &&
		pm_buf_append(out, "\n", line_behind ? 1 : 0);
	return ok || pm_env_too_long(&vm->env);
}

/* Each path is noted once, at its first use. */
bool
pm_vm_note_missing(PmVm *vm, uint32_t path, bool required)
{
	const PmTag *tag = current_tag(vm);
	const char *name = vm->text + tag->start;
	uint32_t	len = tag->end - tag->start;
	PmMissing  *m;
	uint32_t   *slot;

	if (path != PM_NONE)
	{
		name = vm->text + vm->paths[path].off;
		len = vm->paths[path].len;
	}
	m = find_missing(vm, name, len, &slot);
	if (m == NULL)
	{
		*slot = vm->nmissing;
		m = &vm->missing[vm->nmissing++];
		m->path = name;
		m->path_len = len;
		m->partial = vm->ncalls > 0 ? vm->calls[vm->ncalls - 1].name : NULL;
		m->partial_len = vm->ncalls > 0 ? vm->calls[vm->ncalls - 1].name_len : 0;
		m->offset = tag->start;
		m->required = false;
		pm_tmpl_position(vm->text, vm->program->src_len, tag->start,
						 vm->host->char_len, &m->line, &m->column);
		/* finding the place reads the template: it is work like any other */
		if (!pm_env_work(&vm->env, tag->start))
			return false;
	}
	m->required = m->required || required;
	return true;
}

/* The entry of this path, or NULL and the slot for a new one. */
static PmMissing *
find_missing(PmVm *vm, const char *path, uint32_t len, uint32_t **slot)
{
	uint32_t	mask;
	uint32_t	at;

	if (vm->nmissing >= vm->missing_cap / 2)
		grow_missing(vm);
	mask = vm->missing_cap - 1;
	for (at = pm_hash(path, len) & mask;; at = (at + 1) & mask)
	{
		PmMissing  *m;

		*slot = &vm->missing_slots[at];
		if (**slot == PM_NONE)
			return NULL;
		m = &vm->missing[**slot];
		if (m->path_len == len && memcmp(m->path, path, len) == 0)
			return m;
	}
}

/*
 * Twice the room, from the arena: the list outlives scratch memory.  The
 * table is never more than half full.
 */
static void
grow_missing(PmVm *vm)
{
	const PmArena *arena = &vm->host->arena;
	uint32_t	cap = vm->missing_cap == 0 ? MISSING_MIN : vm->missing_cap * 2;
	PmMissing  *list = arena->alloc(arena->ctx, cap / 2 * sizeof(PmMissing));
	uint32_t   *slots = arena->alloc(arena->ctx, cap * sizeof(uint32_t));

	if (vm->nmissing > 0)
		memcpy(list, vm->missing, vm->nmissing * sizeof(PmMissing));
	memset(slots, 0xFF, cap * sizeof(uint32_t));
	for (uint32_t i = 0; i < vm->nmissing; i++)
	{
		uint32_t	at = pm_hash(list[i].path, list[i].path_len) & (cap - 1);

		while (slots[at] != PM_NONE)
			at = (at + 1) & (cap - 1);
		slots[at] = i;
	}
	vm->missing = list;
	vm->missing_slots = slots;
	vm->missing_cap = cap;
}
