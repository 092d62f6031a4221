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

/*
 * Comments that print nothing: company for a tag on its line, and a new line
 * that is taken back, so that a tag can stand alone on it.
 */
#define COMPANY		"{{!}}"
#define NEW_LINE	"{{!}}{{!~}}\n"

static bool indented_text(PmVm *vm, uint32_t off, uint32_t len);
static bool keep_tags(PmVm *vm, const PmTag *first, const PmTag *last);
static bool keep_custom(PmVm *vm, const PmTag *first, const PmTag *last);
static bool trims_again(PmVm *vm, const PmTag *first, const PmTag *last, bool behind);
static bool blank_before(const char *text, size_t len);
static bool blank_behind(const PmVm *vm, uint32_t at);
static bool find_place(PmVm *vm, uint32_t offset);
static PmMissing *find_missing(PmVm *vm, const char *path, uint32_t len, uint32_t **slot);
static void grow_missing(PmVm *vm);

/* The usual case is one comparison and one copy. */
bool
pm_vm_text(PmVm *vm, uint32_t off, uint32_t len)
{
	if (vm->indent_len > 0)
		return indented_text(vm, off, len);
	return pm_env_append(&vm->env, vm->out, vm->text + off, len);
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

static inline bool
is_blank(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

/* Ops that print text between tags have none. */
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

/* Strings and containers may be long; what is left needs no escaping. */
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
			return keep_tags(vm, tag, tag);
		case PM_ON_MISSING_EMPTY:
			break;
	}
	return true;
}

/*
 * The second render must see each tag of the block as this one did: a tag that
 * shared its line must not find itself alone, or it takes the line's end with
 * it, and a tag that stood alone must still do so.  Comments see to both.
 */
bool
pm_vm_keep_block(PmVm *vm, const PmBlock *block)
{
	const PmTag *tag = PM_PROG_TAGS(vm->program) + block->tag;
	const PmTag *close = PM_PROG_TAGS(vm->program) + block->close_tag;
	const char *out = vm->out->data + vm->out_start;
	size_t		len = vm->out->len - vm->out_start;
	bool		alone = tag->keep_end > tag->end;
	const char *before = "";
	const char *behind = "";

	if (alone && len > 0 && out[len - 1] != '\n' && vm->program->format == PM_FORMAT_PROMPT)
		before = NEW_LINE;
	else if (!alone && !tag->custom && blank_behind(vm, tag->end) && blank_before(out, len))
		before = COMPANY;
	if (!tag->custom && close->keep_end == close->end && blank_before(vm->text, close->start))
		behind = COMPANY;
	if (!pm_buf_append(vm->out, before, strlen(before)))
		return pm_env_too_long(&vm->env);
	if (!keep_tags(vm, tag, close))
		return false;
	return pm_buf_append(vm->out, behind, strlen(behind)) || pm_env_too_long(&vm->env);
}

/* Whether these bytes end with a line that has nothing but blanks so far. */
static bool
blank_before(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return len == 0 || text[len - 1] == '\n';
}

/* Whether the source's line has nothing but blanks from here on. */
static bool
blank_behind(const PmVm *vm, uint32_t at)
{
	uint32_t	len = vm->program->src_len;

	while (at < len && (vm->text[at] == ' ' || vm->text[at] == '\t' || vm->text[at] == '\r'))
		at++;
	return at == len || vm->text[at] == '\n';
}

/* The source from one tag to another (or the same), to be a template again. */
static bool
keep_tags(PmVm *vm, const PmTag *first, const PmTag *last)
{
	PmBuf	   *out = vm->out;
	bool		ok;

	if (first->custom)
		return keep_custom(vm, first, last);
	ok = (!trims_again(vm, first, last, false) || pm_buf_append(out, COMPANY, strlen(COMPANY))) &&
		pm_buf_append(out, vm->text + first->keep, last->keep_end - first->keep) &&
		(!trims_again(vm, first, last, true) || pm_buf_append(out, COMPANY, strlen(COMPANY)));
	return ok || pm_env_too_long(&vm->env);
}

/*
 * Whether a "~" at this end would trim what it did not trim here: the text it
 * was for is gone, but a value, or text behind a comment, may begin or end with
 * blanks.
 */
static bool
trims_again(PmVm *vm, const PmTag *first, const PmTag *last, bool behind)
{
	const char *text = vm->text;
	uint32_t	len = vm->program->src_len;
	uint32_t	at = last->end;

	if (vm->program->format != PM_FORMAT_PROMPT)
		return false;
	if (!behind)
		return text[first->start + first->open_len] == '~' &&
			vm->out->len > vm->out_start && is_blank(vm->out->data[vm->out->len - 1]);
	if (text[at - last->close_len - 1] != '~')
		return false;
	while (at < len && is_blank(text[at]))
		at++;
	/* behind the end of a partial its caller goes on */
	if (at == len)
		return vm->ncalls > 0;
	return len - at >= last->open_len &&
		memcmp(text + at, text + last->start, last->open_len) == 0;
}

/*
 * The same where the delimiters are not {{ }}: wrapped in tags that set them.
 * Where the range begins or ends with a line, such a tag gets a line of its
 * own, so that it takes no other line's end away.
 */
static bool
keep_custom(PmVm *vm, const PmTag *first, const PmTag *last)
{
	PmBuf	   *out = vm->out;
	const char *open = vm->text + first->start;
	const char *close = vm->text + first->end - first->close_len;
	bool		line_before = first->keep_end > first->end;
	bool		line_behind = vm->text[last->keep_end - 1] == '\n';
	bool		ok;

	ok = pm_buf_append(out, "{{=", 3) && pm_buf_append(out, open, first->open_len) &&
		pm_buf_char(out, ' ') && pm_buf_append(out, close, first->close_len) &&
		pm_buf_append(out, "=}}\n", line_before ? 4 : 3) &&
		pm_buf_append(out, vm->text + first->keep, last->keep_end - first->keep) &&
		pm_buf_append(out, open, first->open_len) && pm_buf_append(out, "={{ }}=", 7) &&
		pm_buf_append(out, close, first->close_len) &&
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
		if (!find_place(vm, tag->start))
			return false;
		m->line = vm->placed_line;
		m->column = vm->placed_column;
	}
	m->required = m->required || required;
	return true;
}

/*
 * Line and column of an offset, counted on from the place found before where
 * that is possible.  It reads the template, which is work like any other.
 */
static bool
find_place(PmVm *vm, uint32_t offset)
{
	uint32_t	from;
	uint32_t	line;
	uint32_t	column;

	if (vm->placed_in != vm->program || vm->placed_at > offset)
	{
		vm->placed_in = vm->program;
		vm->placed_at = 0;
		vm->placed_line = 1;
		vm->placed_column = 1;
	}
	from = vm->placed_at;
	pm_tmpl_position(vm->text + from, vm->program->src_len - from, offset - from,
					 vm->host->char_len, &line, &column);
	vm->placed_column = line > 1 ? column : vm->placed_column + column - 1;
	vm->placed_line += line - 1;
	vm->placed_at = offset;
	return pm_env_work(&vm->env, offset - from);
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
