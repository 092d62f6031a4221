/*
 * test_diff.c
 *		Differences of two texts in lines.
 */
#include <time.h>

#include "check.h"
#include "pm_diff.h"

static void *
alloc(void *ctx, size_t size)
{
	void	  **chain = malloc(size + sizeof(void *));

	*chain = *(void **) ctx;
	*(void **) ctx = chain;
	return chain + 1;
}

static void
free_all(void *chain)
{
	while (chain != NULL)
	{
		void	   *next = *(void **) chain;

		free(chain);
		chain = next;
	}
}

/* The least number of edits, by the table of all pairs. */
static int
least_edits(const char *a, const char *b)
{
	static int	table[1100][1100];
	int			n = (int) strlen(a);
	int			m = (int) strlen(b);

	for (int i = n; i >= 0; i--)
		for (int j = m; j >= 0; j--)
			table[i][j] = i == n ? m - j : j == m ? n - i : a[i] == b[j] ? table[i + 1][j + 1] :
				1 + (table[i + 1][j] < table[i][j + 1] ? table[i + 1][j] : table[i][j + 1]);
	return table[0][0];
}

/* A letter a line. */
static char *
as_lines(const char *letters, size_t *len)
{
	size_t		n = strlen(letters);
	char	   *text = malloc(2 * n + 1);

	for (size_t i = 0; i < n; i++)
	{
		text[2 * i] = letters[i];
		text[2 * i + 1] = '\n';
	}
	*len = n > 0 ? 2 * n - 1 : 0;
	return text;
}

/*
 * Both texts come out again, in order and with the right numbers; returns the
 * number of edits.
 */
static int
check_diff(const char *a, size_t a_len, const char *b, size_t b_len, uint64_t budget, bool *cut)
{
	void	   *chain = NULL;
	PmArena		arena = {alloc, &chain};
	PmDiff		diff;
	size_t		a_at = 0;
	size_t		b_at = 0;
	uint32_t	a_line = 0;
	uint32_t	b_line = 0;
	int			edits = 0;
	bool		ok = true;

	pm_diff(a, a_len, b, b_len, budget, &arena, &diff);
	for (size_t i = 0; i < diff.n; i++)
	{
		const PmDiffLine *line = &diff.lines[i];

		if (line->kind != PM_DIFF_ADDED)
		{
			ok = ok && line->old_line == ++a_line && a_at + line->len <= a_len && memcmp(a + a_at, line->text, line->len) == 0;
			a_at += line->len + 1;
			ok = ok && (a_at > a_len || a[a_at - 1] == '\n');
		}
		if (line->kind != PM_DIFF_REMOVED)
		{
			ok = ok && line->new_line == ++b_line && b_at + line->len <= b_len && memcmp(b + b_at, line->text, line->len) == 0;
			b_at += line->len + 1;
			ok = ok && (b_at > b_len || b[b_at - 1] == '\n');
		}
		ok = ok && (line->kind != PM_DIFF_REMOVED || line->new_line == 0) && (line->kind != PM_DIFF_ADDED || line->old_line == 0);
		edits += line->kind != PM_DIFF_EQUAL;
	}
	CHECK(ok);
	CHECK(a_at == (a_len > 0 ? a_len + 1 : 0) && b_at == (b_len > 0 ? b_len + 1 : 0));
	if (cut != NULL)
		*cut = diff.cut;
	free_all(chain);
	return edits;
}

static int
edits_of(const char *a, const char *b)
{
	return check_diff(a, strlen(a), b, strlen(b), PM_DIFF_BUDGET, NULL);
}

static int
edits_of_letters(const char *a, const char *b)
{
	size_t		a_len;
	size_t		b_len;
	char	   *a_text = as_lines(a, &a_len);
	char	   *b_text = as_lines(b, &b_len);
	bool		cut;
	int			edits = check_diff(a_text, a_len, b_text, b_len, PM_DIFF_BUDGET, &cut);

	CHECK(!cut);
	free(a_text);
	free(b_text);
	return edits;
}

static void
test_edges(void)
{
	CHECK(edits_of("", "") == 0);
	CHECK(edits_of("a", "a") == 0);
	CHECK(edits_of("", "a") == 1);
	CHECK(edits_of("a", "") == 1);
	CHECK(edits_of("", "a\n") == 2);
	CHECK(edits_of("\n", "\n") == 0);
	CHECK(edits_of("a", "b") == 2);
	CHECK(edits_of("a", "a\n") == 1);
	CHECK(edits_of("a\nb\nc", "a\nx\nc") == 2);
	CHECK(edits_of("a\n\nb", "a\nb") == 1);
	CHECK(edits_of("a\r\nb", "a\nb") == 2);
	CHECK(edits_of_letters("abcabba", "cbabac") == 5);
	CHECK(edits_of_letters("aaaaaaaaaa", "aaa") == 7);
	CHECK(edits_of_letters("ab", "ba") == 2);
}

/* Removed before added, each with its number. */
static void
test_order(void)
{
	void	   *chain = NULL;
	PmArena		arena = {alloc, &chain};
	PmDiff		diff;
	const char *want = "=1,1 a\n-2,0 b\n-3,0 c\n+0,2 x\n=4,3 d\n+0,4 e\n";
	char		got[200] = "";

	pm_diff("a\nb\nc\nd", 7, "a\nx\nd\ne", 7, PM_DIFF_BUDGET, &arena, &diff);
	for (size_t i = 0; i < diff.n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%c%u,%u %.*s\n", "=-+"[diff.lines[i].kind],
				 diff.lines[i].old_line, diff.lines[i].new_line, (int) diff.lines[i].len, diff.lines[i].text);
	CHECK_STR(got, want);
	free_all(chain);
}

/* Against the table, over small alphabets, where paths are many. */
static void
test_least(void)
{
	uint32_t	random = 12345;
	char		a[1100];
	char		b[1100];

	for (int round = 0; round < 4000; round++)
	{
		int			letters = 1 + round % 5;
		int			longest = round % 400 == 0 ? 1000 : round % 40;
		int			n[2];

		for (int side = 0; side < 2; side++)
		{
			random = random * 1664525 + 1013904223;
			n[side] = longest == 0 ? 0 : (int) ((random >> 8) % (longest + 1));
			for (int i = 0; i < n[side]; i++)
			{
				random = random * 1664525 + 1013904223;
				(side == 0 ? a : b)[i] = (char) ('a' + (random >> 16) % letters);
			}
			(side == 0 ? a : b)[n[side]] = '\0';
		}
		if (edits_of_letters(a, b) != least_edits(a, b))
			CHECK(!"the least number of edits");
	}
	CHECK(true);
}

/* Large and unlike texts: an answer in time, complete if not the least. */
static void
test_bounds(void)
{
	enum {N = 200000};
	char	   *a = malloc(8 * N);
	char	   *b = malloc(8 * N);
	size_t		a_len = 0;
	size_t		b_len = 0;
	uint32_t	random = 1;
	clock_t		began = clock();
	bool		cut;

	for (int i = 0; i < N; i++)
	{
		random = random * 1664525 + 1013904223;
		a_len += (size_t) sprintf(a + a_len, "%u\n", (random >> 20) % 3);
		random = random * 1664525 + 1013904223;
		b_len += (size_t) sprintf(b + b_len, "%u\n", (random >> 20) % 3);
	}
	(void) check_diff(a, a_len, b, b_len, PM_DIFF_BUDGET, &cut);
	CHECK(cut);
	/* Nothing in common at all, and one against many. */
	a_len = b_len = 0;
	for (int i = 0; i < N; i++)
	{
		a_len += (size_t) sprintf(a + a_len, "a%d\n", i % 1000);
		b_len += (size_t) sprintf(b + b_len, "b%d\n", i % 1000);
	}
	CHECK(check_diff(a, a_len - 1, b, b_len - 1, PM_DIFF_BUDGET, &cut) == 2 * N);
	CHECK(check_diff("x", 1, b, b_len - 1, PM_DIFF_BUDGET, &cut) == N + 1 && !cut);
	CHECK(check_diff(a, a_len, a, a_len, 0, &cut) == 0 && !cut);
	CHECK(check_diff("a\nb", 3, "b\na", 3, 0, &cut) >= 2 && cut);
	/* Both ends equal and one line in the middle: hardly any work. */
	memcpy(b, a, a_len);
	b[a_len / 2] = '\n';
	CHECK(check_diff(a, a_len, b, a_len, 1000, &cut) <= 3 && !cut);
	CHECK((double) (clock() - began) / CLOCKS_PER_SEC < 20);
	free(a);
	free(b);
}

int
main(void)
{
	test_edges();
	test_order();
	test_least();
	test_bounds();
	return check_report("diff");
}
