/*
 * pm_tmpl_block.h
 *		Compiling blocks: sections, if, unless, each, with.
 *
 * Each function is called with c->pos behind the sigil of the tag and reads to
 * the end of the tag.
 */
#ifndef PM_TMPL_BLOCK_H
#define PM_TMPL_BLOCK_H

#include "pm_tmpl_build.h"

extern bool pm_block_open(PmCompiler *c);
extern bool pm_block_inverted(PmCompiler *c);
extern bool pm_block_else(PmCompiler *c);
extern bool pm_block_close(PmCompiler *c);

/* The same tags in format mustache, where src[off, off + len) is the name. */
extern bool pm_block_plain_open(PmCompiler *c, bool inverted, uint32_t off, uint32_t len);
extern bool pm_block_plain_close(PmCompiler *c, uint32_t off, uint32_t len);

/*
 * After an error in an opening tag whose name begins at offset start: opens the
 * block all the same, so that its closing tag is not an error too.
 */
extern void pm_block_recover(PmCompiler *c, uint32_t start);

/* Reports the blocks that are still open at the end of the template. */
extern void pm_block_check_closed(PmCompiler *c);

/* Tells the block that was just closed which tag closed it. */
extern void pm_block_set_close(PmCompiler *c);

#endif							/* PM_TMPL_BLOCK_H */
