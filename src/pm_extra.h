/*
 * pm_extra.h
 *		Variables that were given and that nothing asks for.  Include it after
 *		postgres.h.
 */
#ifndef PM_EXTRA_H
#define PM_EXTRA_H

#include "pm_render.h"

/* Notes that a rendering uses this program, which must stay pinned. */
extern void pm_extra_note_program(PmRender *render, const PmProgram *program);

/* Notes that it uses this variable, whatever the programs say. */
extern void pm_extra_note_name(PmRender *render, const char *name);

/* Raises PM002, or tells by NOTICE, as the option on_extra says. */
extern void pm_extra_check(PmRender *render);

#endif							/* PM_EXTRA_H */
