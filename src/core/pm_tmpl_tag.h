/*
 * pm_tmpl_tag.h
 *		Compiling one tag.
 */
#ifndef PM_TMPL_TAG_H
#define PM_TMPL_TAG_H

#include "pm_tmpl_build.h"

/*
 * Compiles the tag whose opening delimiter begins at c->pos and leaves c->pos
 * behind its end.  False where the tag has an error; it is reported.
 */
extern bool pm_tag_compile(PmCompiler *c);

#endif							/* PM_TMPL_TAG_H */
