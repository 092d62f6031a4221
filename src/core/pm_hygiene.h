/*
 * pm_hygiene.h
 *		Control sequences in what untrusted values wrote, and their markers.
 *
 * A model's tokenizer takes some sequences of characters, such as <|im_start|>,
 * for control tokens.  Those that lie in the output of untrusted values, be it
 * in part, get one visible blank; those that the author wrote stay.  Nothing is
 * taken out, for what is left around a hole may close up to a new sequence.
 * No sequence holds a blank, so putting one in never makes one, and the result
 * has no sequence left that one pass could find.
 *
 * This makes an attack harder and does not end it: a model may well read a
 * broken sequence, or plain words, as what they pretend to be.
 */
#ifndef PM_HYGIENE_H
#define PM_HYGIENE_H

#include "pm_buf.h"

/* Bytes [start, end) of a text. */
typedef struct PmSpan
{
	size_t		start;
	size_t		end;
} PmSpan;

typedef struct PmBreakOptions
{
	bool		line_roles;		/* also "Human:" where a line begins */
	const char *wide_bar;		/* U+FF5C in the encoding of the text */
	uint32_t	wide_bar_len;	/* 0: it has none */
} PmBreakOptions;

/* A scan in progress; its fields are its own. */
typedef struct PmBreakScan
{
	const char *text;
	size_t		len;
	size_t		at;
	bool		line_start;
	const PmSpan *spans;
	size_t		nspans;
	size_t		span;			/* first one that ends behind at */
	PmBreakOptions options;
} PmBreakScan;

/*
 * Begins a scan of [from, len), which begins a line.  The spans are offsets
 * of the same text, in rising order, and do not overlap.
 */
extern void pm_break_init(PmBreakScan *scan, const char *text, size_t from, size_t len,
						  const PmSpan *spans, size_t nspans,
						  const PmBreakOptions *options);

/* Where the next blank goes, in rising order; false where none is left. */
extern bool pm_break_next(PmBreakScan *scan, size_t *at);

/*
 * Breaks the control sequences of buf from offset from on.  Time is linear in
 * the length.  False, with nothing changed, where the blanks do not fit.
 */
extern bool pm_break_tokens(PmBuf *buf, size_t from, const PmSpan *spans, size_t nspans,
							const PmBreakOptions *options);

/*
 * Length of the control sequence that begins at text + at, 0 for none;
 * line_start says whether a line does.
 */
extern size_t pm_control_length(const char *text, size_t at, size_t len, bool line_start,
								const PmBreakOptions *options);

#define PM_DELIMIT_KEY_LEN 16

/*
 * Appends the value as <data id="KEY">...</data id="KEY">.  Any "</data" in it,
 * in whatever case, gets a blank behind its first character.  False where it
 * does not fit; buf then ends as before.
 */
extern bool pm_delimit(PmBuf *buf, const char *value, size_t len,
					   const char key[PM_DELIMIT_KEY_LEN]);

#endif							/* PM_HYGIENE_H */
