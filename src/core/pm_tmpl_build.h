/*
 * pm_tmpl_build.h
 *		State of one compilation and the tables it fills.
 *
 * The parts of the compiler (text, tags, blocks, expressions) share this state;
 * they append ops and table entries through the functions here, which keep the
 * program's invariants, and report trouble through pm_build_error().
 */
#ifndef PM_TMPL_BUILD_H
#define PM_TMPL_BUILD_H

#include "pm_prog.h"

/* A growing table in arena memory. */
typedef struct PmVec
{
	void	   *data;
	uint32_t	n;
	uint32_t	cap;
	uint32_t	size;			/* of one entry */
} PmVec;

/* A block that is not closed yet. */
typedef struct PmOpen
{
	uint32_t	block;			/* id */
	uint32_t	name_off;		/* of a section, for the closing tag */
	uint32_t	name_len;
	uint32_t	enter_op;		/* op that jumps when the body is skipped */
	uint32_t	body_op;
	uint32_t	end_jumps;		/* list of jumps to the end, through arg */
	uint8_t		is_section;		/* closed by its name, not by a keyword */
	uint8_t		pushes;			/* the body ends with NEXT */
	uint8_t		seen_else;		/* a plain else: nothing may follow */
	uint8_t		in_else;		/* else or else if */
} PmOpen;

/* How far the tables are filled: to take a bad tag back. */
typedef struct PmMark
{
	uint32_t	n[9];
	uint32_t	depth;
} PmMark;

/* How the tag at hand ends. */
typedef enum PmCloser
{
	PM_CLOSER_NORMAL = 0,		/* the closing delimiter, or ~ and it */
	PM_CLOSER_TRIPLE,			/* } and the closing delimiter */
	PM_CLOSER_BARE				/* the end of the text: a bare condition */
} PmCloser;

/*
 * The latest search for a closing delimiter: from where, and what it found
 * (PM_NONE for nothing).  It answers every search that begins in between, so
 * that a template full of bad tags is still read in linear time.
 */
typedef struct PmSearch
{
	bool		valid;
	uint32_t	from;
	uint32_t	at;
} PmSearch;

/* What stands before the closing delimiter that is searched for. */
typedef enum PmLead
{
	PM_LEAD_NONE = 0,
	PM_LEAD_EQUALS,
	PM_LEAD_BRACE,
	PM_LEAD_DASHES
} PmLead;

typedef struct PmCompiler
{
	const char *src;
	uint32_t	len;
	uint32_t	pos;
	uint32_t	text_start;		/* text not yet written as an op */
	PmCompileOptions options;
	PmLimits	limits;
	const PmArena *arena;
	PmCompileResult *result;
	int			nerrors;
	PmError		spare;			/* for findings that are not kept */
	bool		tag_failed;		/* the tag at hand has reported its error */
	bool		hard_error;		/* the tag at hand cannot be taken for text */
	bool		stop;			/* no sense in going on */
	bool		warned_jinja;

	/* delimiters in force: bytes of the source or the defaults */
	const char *open;
	const char *close;
	uint32_t	open_len;
	uint32_t	close_len;
	PmSearch	searches[4];	/* by PmLead, for these delimiters */
	uint32_t	langfuse;		/* the next tag of Langfuse's, or PM_NONE */

	/* the tag at hand */
	uint32_t	tag;			/* its number, or PM_NONE */
	uint32_t	tag_start;
	PmCloser	closer;			/* what ends it */
	bool		standalone_kind;	/* may stand alone on its line */
	bool		trim_right;		/* ended by ~ */
	bool		no_escape;		/* a filter of the tag escapes by itself */
	bool		is_value;		/* the last filter is "value" */
	uint32_t	ref_kind;		/* PmVarKind of the paths of the tag */
	uint32_t	cond_block;		/* block whose condition they are */

	/* what pm_tmpl_is_value() needs to know */
	uint32_t	value_tags;
	uint32_t	other_output;

	PmVec		ops;
	PmVec		op_tags;
	PmVec		paths;
	PmVec		segs;
	PmVec		consts;
	PmVec		tags;
	PmVec		partials;
	PmVec		blocks;
	PmVec		refs;
	PmVec		bytes;			/* decoded strings, behind the source */
	uint32_t	literal_bytes;
	PmOpen		open_blocks[PM_MAX_BLOCK_DEPTH];
	uint32_t	depth;
} PmCompiler;

extern void pm_build_init(PmCompiler *c, const char *src, uint32_t len,
						  const PmCompileOptions *options,
						  const PmArena *arena, PmCompileResult *result);

/* Copies everything into the program; false if a limit forbids it. */
extern bool pm_build_finish(PmCompiler *c, uint32_t flags);

/* Appends a zeroed entry and returns it. */
extern void *pm_vec_add(PmCompiler *c, PmVec *vec);

/* Appends an op that belongs to the tag at hand; returns its number. */
extern uint32_t pm_build_op(PmCompiler *c, PmOpCode code, uint32_t imm, uint32_t arg);

static inline PmOp *
pm_build_op_at(PmCompiler *c, uint32_t n)
{
	return (PmOp *) c->ops.data + n;
}

/* Appends a segment; the string is src[off, off + len). */
extern uint32_t pm_build_seg(PmCompiler *c, uint32_t off, uint32_t len);

/* The block that encloses what is written now, as PmVarRef.block says it. */
extern uint32_t pm_build_enclosing(const PmCompiler *c);

extern void pm_build_mark(const PmCompiler *c, PmMark *mark);
extern void pm_build_rollback(PmCompiler *c, const PmMark *mark);

/*
 * Reports an error of the tag at hand; only the first one counts.  Returns the
 * error, whose texts the caller may extend.
 */
extern PmError *pm_build_error(PmCompiler *c, PmStatus status, const char *code,
							   uint32_t offset, const char *message);
extern PmError *pm_build_warning(PmCompiler *c, const char *code,
								 uint32_t offset, const char *message);

/* The error of a limit: "more than N <what>". */
extern void pm_build_limit(PmCompiler *c, const char *code, uint32_t offset,
						   const char *what, uint64_t limit);

#endif							/* PM_TMPL_BUILD_H */
