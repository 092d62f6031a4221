/*
 * pm_prog.h
 *		Layout of a compiled program.
 *
 * A program is one block: this header, then its tables, each at an offset from
 * the header and 8-byte aligned, then the text area: the template's source and
 * behind it the strings that had to be decoded.  String offsets count from the
 * start of the text area, so an offset into the source is the same number in
 * both.  There are no pointers: memcpy moves a program.
 *
 * Ops are two 32-bit words.  Only the compiler writes programs and the machine
 * trusts them: what it relies on (stack depth, jump targets, table indexes) is
 * checked when the program is built.
 */
#ifndef PM_PROG_H
#define PM_PROG_H

#include "pm_tmpl.h"

#define PM_PROG_MAGIC	0x504d5450u
#define PM_PROG_VERSION	1

#define PM_NONE			0xFFFFFFFFu

/* flags of PmProgram */
#define PM_PROG_VALUE	0x01	/* see pm_tmpl_is_value() */
#define PM_PROG_COND	0x02	/* a bare condition */

/* Depth of the machine's value stack; the compiler refuses more. */
#define PM_STACK_VALUES	16
#define PM_MAX_ARGS		8

typedef enum PmOpCode
{
	PM_OP_TEXT = 0,				/* imm offset, arg length: source bytes */
	PM_OP_LITERAL,				/* the same; keep mode prints the tag */
	PM_OP_LINE,					/* a source line starts with a tag */
	PM_OP_VAR,					/* imm escape, arg path: look up and print */
	PM_OP_PATH,					/* arg path: push */
	PM_OP_CONST,				/* arg constant: push */
	PM_OP_FILTER,				/* imm filter and flag, arg how many arguments */
	PM_OP_OUT,					/* imm escape: pop and print */
	PM_OP_NOT,
	PM_OP_CMP,					/* imm PmCompare: pop two, push boolean */
	PM_OP_AND,					/* jump to arg and keep if false, else pop */
	PM_OP_OR,					/* jump to arg and keep if true, else pop */
	PM_OP_JUMP,					/* to arg */
	PM_OP_IF,					/* imm block: pop, jump to arg if false */
	PM_OP_UNLESS,				/* imm block: pop, jump to arg if true */
	PM_OP_SECTION,				/* imm block: pop, enter or jump to arg */
	PM_OP_EACH,
	PM_OP_WITH,
	PM_OP_NEXT,					/* next item: jump to arg, or leave the block */
	PM_OP_CALL,					/* arg partial */
	PM_OP_END
} PmOpCode;

/* imm of PM_OP_FILTER: the expression belongs to a block and prints nothing. */
#define PM_FILTER_IN_BLOCK	0x10000
#define PM_FILTER_ID(imm)	((imm) & 0xFFFF)

typedef enum PmCompare
{
	PM_CMP_EQ = 0,
	PM_CMP_NE,
	PM_CMP_LT,
	PM_CMP_LE,
	PM_CMP_GT,
	PM_CMP_GE,
	PM_CMP_IN,
	PM_CMP_CONTAINS
} PmCompare;

typedef struct PmOp
{
	uint32_t	code:8;
	uint32_t	imm:24;
	uint32_t	arg;
} PmOp;

/* Where a path starts. */
typedef enum PmBase
{
	PM_BASE_NAME = 0,			/* the first segment walks the contexts */
	PM_BASE_THIS,				/* the innermost context's value */
	PM_BASE_ROOT,
	PM_BASE_INDEX,				/* this and the rest: data of a loop */
	PM_BASE_INDEX1,
	PM_BASE_FIRST,
	PM_BASE_LAST,
	PM_BASE_LENGTH,
	PM_BASE_KEY
} PmBase;

typedef struct PmPath
{
	uint32_t	first_seg;
	uint16_t	nsegs;
	uint8_t		base;			/* PmBase */
	uint8_t		up;				/* contexts, or loops, to skip */
	uint32_t	off;			/* the path as written */
	uint32_t	len;
} PmPath;

typedef struct PmSeg
{
	uint32_t	off;
	uint32_t	len;
	uint32_t	hash;
	uint32_t	index;			/* as an array index, or PM_NONE */
} PmSeg;

typedef struct PmConst
{
	uint8_t		kind;			/* PmKind */
	uint8_t		flags;			/* of PmValue */
	uint16_t	unused;
	uint32_t	off;
	uint32_t	len;
} PmConst;

/* One tag of the source, or an escape such as \{{ or a raw block. */
typedef struct PmTag
{
	uint32_t	keep;			/* keep mode prints from here ... */
	uint32_t	start;
	uint32_t	end;
	uint32_t	keep_end;		/* ... to here: backslashes, a whole line */
	uint8_t		open_len;		/* of the delimiters in force */
	uint8_t		close_len;
	uint16_t	custom;			/* these are not {{ }} */
} PmTag;

typedef struct PmPartial
{
	uint32_t	off;			/* name; its length is 0 where dynamic */
	uint32_t	len;
	uint32_t	path;			/* PM_NONE, or the path of a dynamic name */
	uint32_t	selector;		/* PmSelector */
	uint32_t	sel_off;
	uint32_t	sel_len;
	uint32_t	indent_off;
	uint32_t	indent_len;
	uint32_t	standalone;
	uint32_t	nargs;			/* their values are on the stack */
	uint32_t	first_arg;		/* segment that holds the first name */
	uint32_t	tag;
	uint32_t	block;			/* of introspection, see PmVarRef */
} PmPartial;

/*
 * A block.  Blocks are referred to by id * 2 + (1 inside its else part), or
 * PM_NONE outside all blocks: the else part does not see what the block binds.
 */
typedef struct PmBlock
{
	uint8_t		kind;			/* PmVarKind of its opener */
	uint8_t		nbinds;			/* as |value key| */
	uint16_t	depth;
	uint32_t	path;			/* subject, or PM_NONE for a condition */
	uint32_t	parent;
	uint32_t	first_bind;		/* segment */
	uint32_t	tag;			/* of the opener */
	uint32_t	close_tag;
	uint32_t	end_op;
	uint32_t	last_cond;		/* 1 + the last use in a condition of it, or 0 */
} PmBlock;

/* A use of a path, for introspection. */
typedef struct PmVarRef
{
	uint32_t	path;
	uint32_t	block;			/* enclosing */
	uint32_t	cond_of;		/* block id whose condition it is, or PM_NONE */
	uint32_t	tag;
	uint32_t	kind;			/* PmVarKind */
	uint32_t	has_default;
	uint32_t	prev_cond;		/* as PmBlock.last_cond: the one before */
	uint64_t	filters;
} PmVarRef;

struct PmProgram
{
	uint32_t	magic;
	uint32_t	version;
	uint32_t	size;
	uint16_t	flags;
	uint8_t		format;
	uint8_t		escape;
	uint32_t	src_len;
	uint32_t	literal_bytes;
	uint32_t	nops;
	uint32_t	npaths;
	uint32_t	nsegs;
	uint32_t	nconsts;
	uint32_t	ntags;
	uint32_t	npartials;
	uint32_t	nblocks;
	uint32_t	nrefs;
	uint32_t	ops;			/* offsets of the tables */
	uint32_t	op_tags;		/* uint32_t per op: its tag, or PM_NONE */
	uint32_t	paths;
	uint32_t	segs;
	uint32_t	consts;
	uint32_t	tags;
	uint32_t	partials;
	uint32_t	blocks;
	uint32_t	refs;
	uint32_t	text;
};

#define PM_PROG_TABLE(prog, field, type) \
	((const type *) ((const char *) (prog) + (prog)->field))
#define PM_PROG_OPS(prog)		PM_PROG_TABLE(prog, ops, PmOp)
#define PM_PROG_OP_TAGS(prog)	PM_PROG_TABLE(prog, op_tags, uint32_t)
#define PM_PROG_PATHS(prog)		PM_PROG_TABLE(prog, paths, PmPath)
#define PM_PROG_SEGS(prog)		PM_PROG_TABLE(prog, segs, PmSeg)
#define PM_PROG_CONSTS(prog)	PM_PROG_TABLE(prog, consts, PmConst)
#define PM_PROG_TAGS(prog)		PM_PROG_TABLE(prog, tags, PmTag)
#define PM_PROG_PARTIALS(prog)	PM_PROG_TABLE(prog, partials, PmPartial)
#define PM_PROG_BLOCKS(prog)	PM_PROG_TABLE(prog, blocks, PmBlock)
#define PM_PROG_REFS(prog)		PM_PROG_TABLE(prog, refs, PmVarRef)
#define PM_PROG_TEXT(prog)		PM_PROG_TABLE(prog, text, char)

#endif							/* PM_PROG_H */
