/*
 * csv.h
 *		A small CSV reader for the core unit tests.
 *
 * It is test code: it reads trusted fixtures (comma, optional double quotes, a
 * header line, no line break inside a field) into memory that is never freed.
 */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Csv
{
	int			columns;
	int			rows;			/* without the header */
	char	  **names;
	char	  **fields;			/* rows * columns, row by row */
} Csv;

/* NULL where the file cannot be read. */
extern Csv *csv_read(const char *path);

/* The field as text, never NULL; an unknown column ends the program. */
extern const char *csv_text(const Csv *csv, int row, const char *column);

/* A number; NaN where the field is empty.  "Infinity" is read as such. */
extern double csv_double(const Csv *csv, int row, const char *column);
extern int64_t csv_int(const Csv *csv, int row, const char *column);

/* A PostgreSQL array literal {..}; returns the number of elements. */
extern int	csv_doubles(const Csv *csv, int row, const char *column,
						double *values, int max);
extern int	csv_ints(const Csv *csv, int row, const char *column,
					 int64_t *values, int max);

#endif							/* CSV_H */
