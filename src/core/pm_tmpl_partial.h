/*
 * pm_tmpl_partial.h
 *		Compiling references to partials.
 */
#ifndef PM_TMPL_PARTIAL_H
#define PM_TMPL_PARTIAL_H

#include "pm_tmpl_build.h"

/* Behind ">" in format prompt, to the end of the tag. */
extern bool pm_partial_compile(PmCompiler *c);

/* In format mustache, where src[off, off + len) is the name. */
extern bool pm_partial_plain(PmCompiler *c, uint32_t off, uint32_t len);

/* Offset of the next @@@langfusePrompt: at or behind from, or PM_NONE. */
extern uint32_t pm_partial_find_langfuse(const PmCompiler *c, uint32_t from);

/* That tag, from c->pos on: @@@langfusePrompt:name=NAME|version=7@@@. */
extern bool pm_partial_langfuse(PmCompiler *c);

/* The line of the last partial is its own: its indentation, from here. */
extern void pm_partial_set_indent(PmCompiler *c, uint32_t off, uint32_t len);

#endif							/* PM_TMPL_PARTIAL_H */
