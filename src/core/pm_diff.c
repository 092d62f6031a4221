/*
 * pm_diff.c
 *		Lines that differ between two texts.
 *
 * The greedy algorithm of Myers (1986) in its form with linear space: from both
 * ends paths of ever more edits are followed along the diagonals of the grid of
 * all pairs of lines, until they meet; where they do, the problem falls into
 * two smaller ones.  Lines are numbered first, equal ones alike, so that
 * comparing two is comparing two numbers.
 *
 * Bad input cannot hang it.  A search that has gone too far without meeting is
 * cut where the forward path has come farthest, and every step is paid for from
 * a budget; once that is spent, what is left counts as changed.
 */
#include <string.h>

#include "pm_diff.h"

#define FAR_EDITS 1024			/* as far as one search goes */
#define NO_PATH (-1)			/* on a diagonal that no path has come to, or that left the box */

/* One of the texts. */
typedef struct Side
{
	const char *text;
	size_t		len;
	uint32_t	n;				/* lines */
	uint32_t   *starts;			/* offset of each, and the end of the text + 1 */
	uint32_t   *ids;			/* equal lines have equal ones */
	bool	   *changed;
} Side;

/* The paths from one corner, by the diagonal that each is on. */
typedef struct Paths
{
	int32_t    *x;				/* how far each has come, counted in old lines */
	int32_t		low;			/* those still within the box, every second one */
	int32_t		high;
} Paths;

typedef struct Differ
{
	Side		old;
	Side		new;
	uint64_t	budget;
	bool		cut;
	Paths		forward;
	Paths		backward;
} Differ;

/* A part of the grid: lines from and to, the latter excluded. */
typedef struct Box
{
	uint32_t	x0,
				x1;
	uint32_t	y0,
				y1;
} Box;

static void split_lines(Side *side, const char *text, size_t len, const PmArena *arena);
static void number_lines(Differ *differ, const PmArena *arena);
static uint32_t *find_slot(const Differ *differ, uint32_t *slots, uint32_t mask, uint32_t line);
static void line_at(const Differ *differ, uint32_t line, const char **text, size_t *len);
static void compare(Differ *differ, Box box);
static bool trim(Differ *differ, Box *box);
static void mark(Differ *differ, const Box *box);
static bool find_split(Differ *differ, const Box *box, uint32_t *x, uint32_t *y);
static void clear_paths(Differ *differ, const Box *box, int32_t corner);
static bool step_forward(Differ *differ, const Box *box, bool meets, int32_t *k);
static bool step_backward(Differ *differ, const Box *box, bool meets, int32_t *k);
static void spread(Paths *paths, const Box *box);
static void forget(Paths *paths);
static int32_t farthest(const Paths *paths);
static void pay(Differ *differ, uint64_t steps);
static void write_lines(const Differ *differ, PmDiff *diff, const PmArena *arena);

void
pm_diff(const char *old_text, size_t old_len, const char *new_text, size_t new_len,
		uint64_t budget, const PmArena *arena, PmDiff *diff)
{
	Differ		differ = {.budget = budget};
	Box			all = {0};
	size_t		diagonals;

	split_lines(&differ.old, old_text, old_len, arena);
	split_lines(&differ.new, new_text, new_len, arena);
	number_lines(&differ, arena);
	all.x1 = differ.old.n;
	all.y1 = differ.new.n;
	/* From -y1 to x1, and one more at either end. */
	diagonals = (size_t) all.x1 + all.y1 + 3;
	differ.forward.x = (int32_t *) arena->alloc(arena->ctx, 2 * diagonals * sizeof(int32_t));
	differ.backward.x = differ.forward.x + diagonals + all.y1 + 1;
	differ.forward.x += all.y1 + 1;
	compare(&differ, all);
	diff->cut = differ.cut;
	write_lines(&differ, diff, arena);
}

/* An empty text has no line; a line feed at the end begins an empty one. */
static void
split_lines(Side *side, const char *text, size_t len, const PmArena *arena)
{
	const char *end = text + len;
	uint32_t	n = len > 0;

	for (const char *p = text; p < end && (p = memchr(p, '\n', end - p)) != NULL; p++)
		n++;
	side->text = text;
	side->len = len;
	side->n = n;
	side->starts = (uint32_t *) arena->alloc(arena->ctx, (n + 1) * sizeof(uint32_t));
	side->ids = (uint32_t *) arena->alloc(arena->ctx, (n + 1) * sizeof(uint32_t));
	side->changed = (bool *) arena->alloc(arena->ctx, n + 1);
	memset(side->changed, 0, n + 1);
	side->starts[0] = 0;
	n = 1;
	for (const char *p = text; p < end && (p = memchr(p, '\n', end - p)) != NULL; p++)
		side->starts[n++] = (uint32_t) (p - text) + 1;
	side->starts[side->n] = (uint32_t) len + 1;
}

/* The number of a line is that of the first one equal to it, old lines first. */
static void
number_lines(Differ *differ, const PmArena *arena)
{
	uint32_t	n = differ->old.n + differ->new.n;
	uint32_t	size = 16;
	uint32_t   *slots;

	while (size < 2 * (uint64_t) n)
		size *= 2;
	slots = (uint32_t *) arena->alloc(arena->ctx, size * sizeof(uint32_t));
	memset(slots, 0, size * sizeof(uint32_t));
	for (uint32_t line = 0; line < n; line++)
	{
		uint32_t   *slot = find_slot(differ, slots, size - 1, line);

		if (*slot == 0)
			*slot = line + 1;
		if (line < differ->old.n)
			differ->old.ids[line] = *slot;
		else
			differ->new.ids[line - differ->old.n] = *slot;
	}
}

/* Where the line is, or is to be; a slot holds a line + 1. */
static uint32_t *
find_slot(const Differ *differ, uint32_t *slots, uint32_t mask, uint32_t line)
{
	const char *text;
	const char *other;
	size_t		len;
	size_t		other_len;
	uint64_t	hash = UINT64_C(0xcbf29ce484222325);

	line_at(differ, line, &text, &len);
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) text[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	for (uint32_t at = (uint32_t) hash & mask;; at = (at + 1) & mask)
	{
		if (slots[at] == 0)
			return &slots[at];
		line_at(differ, slots[at] - 1, &other, &other_len);
		if (len == other_len && memcmp(text, other, len) == 0)
			return &slots[at];
	}
}

/* Lines are counted through both texts. */
static void
line_at(const Differ *differ, uint32_t line, const char **text, size_t *len)
{
	const Side *side = line < differ->old.n ? &differ->old : &differ->new;

	if (side == &differ->new)
		line -= differ->old.n;
	*text = side->text + side->starts[line];
	*len = side->starts[line + 1] - side->starts[line] - 1;
}

/* The first part by recursion, which halves the edits or is bounded by FAR_EDITS; the rest in the loop. */
static void
compare(Differ *differ, Box box)
{
	while (trim(differ, &box))
	{
		Box			first = box;

		if (!find_split(differ, &box, &first.x1, &first.y1))
		{
			mark(differ, &box);
			return;
		}
		compare(differ, first);
		box.x0 = first.x1;
		box.y0 = first.y1;
	}
}

/* Takes equal lines off both ends; false where nothing is left to be searched. */
static bool
trim(Differ *differ, Box *box)
{
	const uint32_t *old = differ->old.ids;
	const uint32_t *new = differ->new.ids;

	while (box->x0 < box->x1 && box->y0 < box->y1 && old[box->x0] == new[box->y0])
		box->x0++, box->y0++;
	while (box->x0 < box->x1 && box->y0 < box->y1 && old[box->x1 - 1] == new[box->y1 - 1])
		box->x1--, box->y1--;
	if (box->x0 < box->x1 && box->y0 < box->y1)
		return true;
	mark(differ, box);
	return false;
}

static void
mark(Differ *differ, const Box *box)
{
	memset(differ->old.changed + box->x0, true, box->x1 - box->x0);
	memset(differ->new.changed + box->y0, true, box->y1 - box->y0);
}

/*
 * A point of the box through which a shortest path goes, or a good one; false
 * where the budget is spent.  Neither corner is it: after trim() there are two
 * edits at least.  Diagonal k holds the points with x - y = k.
 */
static bool
find_split(Differ *differ, const Box *box, uint32_t *x, uint32_t *y)
{
	int32_t		first = (int32_t) box->x0 - (int32_t) box->y0;
	int32_t		last = (int32_t) box->x1 - (int32_t) box->y1;
	bool		odd = ((last - first) & 1) != 0;
	int32_t		k = 0;

	clear_paths(differ, box, first);
	clear_paths(differ, box, last);
	/* Before the first edit they are in their corners: after trim() nothing is equal there. */
	differ->forward.x[first] = (int32_t) box->x0;
	differ->forward.low = differ->forward.high = first;
	differ->backward.x[last] = (int32_t) box->x1;
	differ->backward.low = differ->backward.high = last;
	for (int d = 1; d <= FAR_EDITS; d++)
	{
		Paths	   *meeting = step_forward(differ, box, odd, &k) ? &differ->forward :
			step_backward(differ, box, !odd, &k) ? &differ->backward : NULL;

		if (meeting != NULL)
		{
			*x = (uint32_t) meeting->x[k];
			*y = (uint32_t) (meeting->x[k] - k);
			return true;
		}
		if (differ->cut)
			return false;
	}
	k = farthest(&differ->forward);
	*x = (uint32_t) differ->forward.x[k];
	*y = (uint32_t) (differ->forward.x[k] - k);
	return true;
}

/* The diagonals that one search can come to from a corner, and their neighbours. */
static void
clear_paths(Differ *differ, const Box *box, int32_t corner)
{
	int32_t		low = (int32_t) box->x0 - (int32_t) box->y1 - 1;
	int32_t		high = (int32_t) box->x1 - (int32_t) box->y0 + 1;

	if (low < corner - FAR_EDITS - 1)
		low = corner - FAR_EDITS - 1;
	if (high > corner + FAR_EDITS + 1)
		high = corner + FAR_EDITS + 1;
	for (int32_t k = low; k <= high; k++)
		differ->forward.x[k] = differ->backward.x[k] = NO_PATH;
	pay(differ, (uint64_t) (high - low) + 1);
}

/* One more edit on each forward path; true where one meets a backward path, if asked. */
static bool
step_forward(Differ *differ, const Box *box, bool meets, int32_t *k)
{
	Paths	   *paths = &differ->forward;

	spread(paths, box);
	for (*k = paths->low; *k <= paths->high; *k += 2)
	{
		int32_t		removed = paths->x[*k - 1];
		int32_t		added = paths->x[*k + 1];
		int32_t		start;
		int32_t		x;

		removed = removed != NO_PATH && removed < (int32_t) box->x1 ? removed + 1 : NO_PATH;
		if (added != NO_PATH && added - *k > (int32_t) box->y1)
			added = NO_PATH;
		x = start = removed > added ? removed : added;
		if (x != NO_PATH)
			while (x < (int32_t) box->x1 && x - *k < (int32_t) box->y1 && differ->old.ids[x] == differ->new.ids[x - *k])
				x++;
		paths->x[*k] = x;
		pay(differ, (uint64_t) (x - start) + 1);
		if (meets && x != NO_PATH && differ->backward.x[*k] != NO_PATH && differ->backward.x[*k] <= x)
			return true;
	}
	forget(paths);
	return false;
}

/* The same from the other end, where less is farther. */
static bool
step_backward(Differ *differ, const Box *box, bool meets, int32_t *k)
{
	Paths	   *paths = &differ->backward;

	spread(paths, box);
	for (*k = paths->low; *k <= paths->high; *k += 2)
	{
		int32_t		removed = paths->x[*k + 1];
		int32_t		added = paths->x[*k - 1];
		int32_t		start;
		int32_t		x;

		removed = removed != NO_PATH && removed > (int32_t) box->x0 ? removed - 1 : NO_PATH;
		if (added != NO_PATH && added - *k < (int32_t) box->y0)
			added = NO_PATH;
		x = start = removed == NO_PATH || (added != NO_PATH && added < removed) ? added : removed;
		if (x != NO_PATH)
			while (x > (int32_t) box->x0 && x - *k > (int32_t) box->y0 && differ->old.ids[x - 1] == differ->new.ids[x - *k - 1])
				x--;
		paths->x[*k] = x;
		pay(differ, (uint64_t) (start - x) + 1);
		if (meets && x != NO_PATH && differ->forward.x[*k] >= x)
			return true;
	}
	forget(paths);
	return false;
}

/* An edit leads to the diagonals on either side, within the box. */
static void
spread(Paths *paths, const Box *box)
{
	paths->low += paths->low > (int32_t) box->x0 - (int32_t) box->y1 ? -1 : 1;
	paths->high += paths->high < (int32_t) box->x1 - (int32_t) box->y0 ? 1 : -1;
}

/* What has left the box on the outside does not come back. */
static void
forget(Paths *paths)
{
	while (paths->low < paths->high && paths->x[paths->low] == NO_PATH)
		paths->low += 2;
	while (paths->low < paths->high && paths->x[paths->high] == NO_PATH)
		paths->high -= 2;
}

/* The diagonal on which the forward paths are farthest from their corner. */
static int32_t
farthest(const Paths *paths)
{
	int64_t		best = -1;
	int32_t		result = paths->low;

	for (int32_t k = paths->low; k <= paths->high; k += 2)
		if (paths->x[k] != NO_PATH && 2 * (int64_t) paths->x[k] - k > best)
		{
			best = 2 * (int64_t) paths->x[k] - k;
			result = k;
		}
	return result;
}

static void
pay(Differ *differ, uint64_t steps)
{
	differ->cut = differ->cut || differ->budget < steps;
	differ->budget -= differ->cut ? 0 : steps;
}

static void
write_lines(const Differ *differ, PmDiff *diff, const PmArena *arena)
{
	const Side *old = &differ->old;
	const Side *new = &differ->new;
	uint32_t	x = 0;
	uint32_t	y = 0;

	diff->n = 0;
	diff->lines = (PmDiffLine *) arena->alloc(arena->ctx, ((size_t) old->n + new->n + 1) * sizeof(PmDiffLine));
	while (x < old->n || y < new->n)
	{
		PmDiffLine *line = &diff->lines[diff->n++];

		line->kind = x < old->n && old->changed[x] ? PM_DIFF_REMOVED :
			y < new->n && new->changed[y] ? PM_DIFF_ADDED : PM_DIFF_EQUAL;
		line_at(differ, line->kind == PM_DIFF_ADDED ? old->n + y : x, &line->text, &line->len);
		line->old_line = line->kind == PM_DIFF_ADDED ? 0 : ++x;
		line->new_line = line->kind == PM_DIFF_REMOVED ? 0 : ++y;
	}
}
