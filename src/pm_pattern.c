/*
 * pm_pattern.c
 *		Patterns of prompt authors: PostgreSQL's regular expressions, within
 *		limits.
 *
 * The engine is the server's: matching is by automaton, polls for interrupts,
 * and stops at statement_timeout.  What makes it slow is refused: back
 * references, which need backtracking; look-around, which is tried anew at each
 * character; and repeat counts that multiply.  A pattern with its counts
 * written out, so that (ab{3}){2} is abbbabbb, must not have more than
 * MAX_WRITTEN_OUT characters.  Embedded options that change the syntax are
 * refused, because counting reads the default syntax.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "regex/regex.h"
#include "utils/memutils.h"

#include "pm.h"
#include "pm_pattern.h"

#define MAX_CHARACTERS 512
#define MAX_WRITTEN_OUT 1000
#define MAX_GROUPS 64			/* inside each other */
#define SIZE_PER_CHARACTER 256	/* of an automaton; measured, rounded up */

struct PmPattern
{
	regex_t		compiled;
	size_t		size;
	MemoryContextCallback callback;
	char		source[FLEXIBLE_ARRAY_MEMBER];
};

/* A walk along the text of a pattern. */
typedef struct Walk
{
	const char *at;
	const char *end;
	int64		sums[MAX_GROUPS];	/* characters in each open group */
	int			depth;
	int64		atom;			/* what a repeat count would multiply */
} Walk;

static char *measure(const char *source, size_t len, size_t *written_out);
static char *skip_options(Walk *walk);
static void read_bracket(Walk *walk);
static void read_count(Walk *walk);
static void add_atom(Walk *walk, int64 atom);
static char *compile_error(int status, regex_t *compiled);
static void free_compiled(void *arg);

PmPattern *
pm_pattern_compile(const char *source, size_t len, char **reason)
{
	PmPattern  *pattern;
	PmSubject	subject;
	size_t		written_out = 0;
	int			status;

	*reason = measure(source, len, &written_out);
	if (*reason != NULL)
		return NULL;
	pattern = palloc(offsetof(PmPattern, source) + len + 1);
	memcpy(pattern->source, source, len);
	pattern->source[len] = '\0';
	pattern->size = (written_out + len) * SIZE_PER_CHARACTER;
	subject = pm_pattern_subject(source, len);
	status = pg_regcomp(&pattern->compiled, subject.chars, subject.len,
						REG_ADVANCED, DEFAULT_COLLATION_OID);
	pfree(subject.chars);
	if (status != REG_OKAY)
	{
		/* nothing to free: the engine has done so */
		*reason = compile_error(status, &pattern->compiled);
		return NULL;
	}
	pattern->callback.func = free_compiled;
	pattern->callback.arg = pattern;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &pattern->callback);
	if (pattern->compiled.re_info & REG_UBACKREF)
		*reason = "must not contain a back reference";
	else if (pattern->compiled.re_info & REG_ULOOKAROUND)
		*reason = "must not look ahead or behind";
	return *reason == NULL ? pattern : NULL;
}

size_t
pm_pattern_size(const PmPattern *pattern)
{
	return pattern->size;
}

const char *
pm_pattern_source(const PmPattern *pattern)
{
	return pattern->source;
}

PmSubject
pm_pattern_subject(const char *text, size_t len)
{
	PmSubject	subject;

	subject.chars = palloc_extended((len + 1) * sizeof(pg_wchar), MCXT_ALLOC_HUGE);
	subject.len = pg_mb2wchar_with_len(text, subject.chars, (int) len);
	return subject;
}

size_t
pm_pattern_find(PmPattern *pattern, const PmSubject *subject)
{
	regmatch_t	match;
	char		message[100];
	int			status = pg_regexec(&pattern->compiled, subject->chars, subject->len, 0,
									NULL, 1, &match, 0);

	if (status == REG_OKAY)
		return match.rm_so + 1;
	if (status == REG_NOMATCH)
		return 0;
	/* before 16 a cancel is an error of the engine */
	CHECK_FOR_INTERRUPTS();
	pg_regerror(status, &pattern->compiled, message, sizeof(message));
	ereport(ERROR,
			(errcode(PM_ERRCODE_LIMIT),
			 errmsg("pattern \"%s\" could not be matched: %s", pattern->source, message)));
	return 0;
}

static void
free_compiled(void *arg)
{
	pg_regfree(&((PmPattern *) arg)->compiled);
}

static char *
compile_error(int status, regex_t *compiled)
{
	char		message[100];

	CHECK_FOR_INTERRUPTS();
	pg_regerror(status, compiled, message, sizeof(message));
	return psprintf("is not a regular expression: %s", message);
}

/* Reason to refuse the pattern by its text alone, or NULL. */
static char *
measure(const char *source, size_t len, size_t *written_out)
{
	Walk		walk = {source, source + len, {0}, 0, 0};

	if (len == 0)
		return "must not be empty";
	if (pg_mbstrlen_with_len(source, (int) len) > MAX_CHARACTERS)
		return psprintf("must not have more than %d characters", MAX_CHARACTERS);
	if (len >= 3 && memcmp(source, "***", 3) == 0)
		return "must not begin with ***";
	while (walk.at < walk.end)
	{
		char		c = *walk.at++;
		char	   *reason = NULL;

		if (c == '(' && walk.end - walk.at >= 2 && walk.at[0] == '?')
			reason = skip_options(&walk);
		else if (c == '(' && walk.depth < MAX_GROUPS - 1)
			walk.sums[++walk.depth] = 0;
		else if (c == '(')
			reason = psprintf("must not have more than %d groups inside each other", MAX_GROUPS - 1);
		else if (c == ')' && walk.depth > 0)
		{
			walk.depth--;
			add_atom(&walk, walk.sums[walk.depth + 1]);
		}
		else if (c == '[')
			read_bracket(&walk);
		else if (c == '{' && walk.at < walk.end && *walk.at >= '0' && *walk.at <= '9')
			read_count(&walk);
		else
		{
			if (c == '\\' && walk.at < walk.end)
				walk.at++;
			add_atom(&walk, 1);
		}
		if (reason != NULL)
			return reason;
		if (walk.sums[walk.depth] > MAX_WRITTEN_OUT)
			return psprintf("must not have more than %d characters with its repeat counts written out",
							MAX_WRITTEN_OUT);
	}
	*written_out = walk.sums[0];
	return NULL;
}

static void
add_atom(Walk *walk, int64 atom)
{
	walk->atom = atom;
	walk->sums[walk->depth] += atom;
}

/* "(?" was read up to "(": a comment, options, or a group of some kind. */
static char *
skip_options(Walk *walk)
{
	const char *at = walk->at + 1;

	if (*at == '#')
	{
		const char *close = memchr(at, ')', walk->end - at);

		walk->at = close != NULL ? close + 1 : walk->end;
		return NULL;
	}
	if ((*at >= 'a' && *at <= 'z'))
	{
		while (at < walk->end && strchr("cimnpstw", *at) != NULL)
			at++;
		if (at == walk->end || *at != ')')
			return "must not contain options other than c, i, m, n, p, s, t and w";
		walk->at = at + 1;
		return NULL;
	}
	/* ?: ?= ?! ?<= ?<! */
	walk->at = at + 1;
	if (walk->depth >= MAX_GROUPS - 1)
		return psprintf("must not have more than %d groups inside each other", MAX_GROUPS - 1);
	walk->sums[++walk->depth] = 0;
	return NULL;
}

/* "[" was read; a bracket expression is one character. */
static void
read_bracket(Walk *walk)
{
	const char *at = walk->at;

	if (at < walk->end && *at == '^')
		at++;
	if (at < walk->end && *at == ']')
		at++;
	while (at < walk->end && *at != ']')
	{
		char		c = *at++;

		if (c == '\\' && at < walk->end)
			at++;
		else if (c == '[' && at < walk->end && (*at == '.' || *at == ':' || *at == '='))
		{
			char		kind = *at++;

			while (at + 1 < walk->end && !(at[0] == kind && at[1] == ']'))
				at++;
			at = Min(at + 2, walk->end);
		}
	}
	walk->at = Min(at + 1, walk->end);
	add_atom(walk, 1);
}

/* "{" was read and a digit follows: n} n,} or n,m} */
static void
read_count(Walk *walk)
{
	int64		count = 0;
	int64		most = 1;

	for (; walk->at < walk->end && *walk->at != '}'; walk->at++)
	{
		if (*walk->at >= '0' && *walk->at <= '9')
			count = Min(count * 10 + (*walk->at - '0'), MAX_WRITTEN_OUT + 1);
		else
			count = 0;
		most = Max(most, count);
	}
	walk->at = Min(walk->at + 1, walk->end);
	walk->sums[walk->depth] += walk->atom * (most - 1);
	walk->atom *= most;
}
