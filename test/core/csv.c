/*
 * csv.c
 *		A small CSV reader for the core unit tests.
 *
 * Fields are cut in place: the file stays in memory and the field pointers
 * lead into it.
 */
#include "csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static char *next_field(char **cursor, bool *last);

Csv *
csv_read(const char *path)
{
	size_t		len;
	char	   *text = file_read(path, &len);
	Csv		   *csv = calloc(1, sizeof(Csv));
	char	   *cursor = text;
	int			capacity = 0;
	int			count = 0;
	bool		last = false;

	if (text == NULL || csv == NULL)
		return NULL;
	while (!last)
	{
		csv->names = realloc(csv->names, sizeof(char *) * (size_t) (csv->columns + 1));
		csv->names[csv->columns++] = next_field(&cursor, &last);
	}
	while (*cursor != '\0')
	{
		if (count + csv->columns > capacity)
		{
			capacity = 2 * (count + csv->columns);
			csv->fields = realloc(csv->fields, sizeof(char *) * (size_t) capacity);
		}
		for (int i = 0; i < csv->columns; i++)
			csv->fields[count++] = next_field(&cursor, &last);
		csv->rows++;
	}
	return csv;
}

const char *
csv_text(const Csv *csv, int row, const char *column)
{
	for (int i = 0; i < csv->columns; i++)
	{
		if (strcmp(csv->names[i], column) == 0)
			return csv->fields[row * csv->columns + i];
	}
	printf("no column \"%s\" in the fixture\n", column);
	exit(1);
}

double
csv_double(const Csv *csv, int row, const char *column)
{
	const char *text = csv_text(csv, row, column);

	return text[0] == '\0' ? NAN : strtod(text, NULL);
}

int64_t
csv_int(const Csv *csv, int row, const char *column)
{
	return (int64_t) strtoll(csv_text(csv, row, column), NULL, 10);
}

int
csv_doubles(const Csv *csv, int row, const char *column, double *values, int max)
{
	const char *text = csv_text(csv, row, column) + 1;
	int			n = 0;

	while (n < max && *text != '\0' && *text != '}')
	{
		char	   *end;

		values[n++] = strtod(text, &end);
		text = *end == ',' ? end + 1 : end;
	}
	return n;
}

int
csv_ints(const Csv *csv, int row, const char *column, int64_t *values, int max)
{
	const char *text = csv_text(csv, row, column) + 1;
	int			n = 0;

	while (n < max && *text != '\0' && *text != '}')
	{
		char	   *end;

		values[n++] = (int64_t) strtoll(text, &end, 10);
		text = *end == ',' ? end + 1 : end;
	}
	return n;
}

/* Cuts one field off; *last tells whether it ended its line. */
static char *
next_field(char **cursor, bool *last)
{
	char	   *start = *cursor;
	char	   *end;

	if (*start == '"')
	{
		start++;
		end = strchr(start, '"');
		*end++ = '\0';
	}
	else
		end = start + strcspn(start, ",\r\n");
	*last = *end != ',';
	if (*end == '\r')
		*end++ = '\0';
	if (*end != '\0')
		*end++ = '\0';
	*cursor = end;
	return start;
}
