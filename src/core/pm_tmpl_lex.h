/*
 * pm_tmpl_lex.h
 *		Words of the tag language: paths, numbers, strings.
 *
 * All functions read at c->pos and leave it behind what they read.  Those that
 * can fail report the error and return false.
 */
#ifndef PM_TMPL_LEX_H
#define PM_TMPL_LEX_H

#include "pm_tmpl_build.h"

static inline bool
pm_is_space(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

/* True where src continues with these bytes at offset at. */
static inline bool
pm_lex_looking_at(const PmCompiler *c, uint32_t at, const char *bytes, uint32_t n)
{
	return c->len - at >= n && memcmp(c->src + at, bytes, n) == 0;
}

extern void pm_lex_space(PmCompiler *c);

/* At the end of the tag; *n gets the length of what ends it. */
extern bool pm_lex_at_close(const PmCompiler *c, uint32_t *n);

/*
 * Offset of the first closing delimiter at or behind at that has this lead; the
 * offset is that of the lead.  PM_NONE where there is none.
 */
extern uint32_t pm_lex_find_close(PmCompiler *c, uint32_t at, PmLead lead);

/* Reads the end of the tag, or reports what stands there instead. */
extern bool pm_lex_close(PmCompiler *c);

/* A character that may stand in a path segment at c->pos. */
extern bool pm_lex_segchar(const PmCompiler *c, uint32_t at);

/* Length of the run of segment characters at offset at. */
extern uint32_t pm_lex_word(const PmCompiler *c, uint32_t at);

/* True where the word at c->pos is this one. */
extern bool pm_lex_is_word(const PmCompiler *c, const char *word);

/* A path of format prompt; *path gets its number. */
extern bool pm_lex_path(PmCompiler *c, uint32_t *path);

/* A path of format mustache: src[off, off + len), dots between segments. */
extern bool pm_lex_plain_path(PmCompiler *c, uint32_t off, uint32_t len,
							  uint32_t *path);

/* A number; false and nothing read where there is none. */
extern bool pm_lex_number(PmCompiler *c, uint32_t *off, uint32_t *len);

/* A quoted string; off and len in the text area. */
extern bool pm_lex_string(PmCompiler *c, uint32_t *off, uint32_t *len);

/* Reports the character at c->pos as one that cannot stand there. */
extern PmError *pm_lex_unexpected(PmCompiler *c);

#endif							/* PM_TMPL_LEX_H */
