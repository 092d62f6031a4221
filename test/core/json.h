/*
 * json.h
 *		A small JSON reader for the core unit tests and fuzz targets.
 *
 * It is test code: it reads trusted fixtures into a tree that is never freed.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

typedef enum JsonType
{
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
} JsonType;

typedef struct Json Json;

struct Json
{
	JsonType	type;
	const char *str;			/* decoded string, or the number as written */
	size_t		len;
	size_t		n;				/* members of an array or object */
	Json	   *items;			/* their values */
	Json	   *keys;			/* an object's keys, each a JSON_STRING */
};

/* Returns NULL where the text is not JSON. */
extern Json *json_parse(const char *text, size_t len);

/* Member of an object, NULL where it is absent or obj is no object. */
extern const Json *json_get(const Json *obj, const char *key);

/* A number, or a string that spells one; NaN otherwise. */
extern double json_double(const Json *value);

/* The whole file with a NUL after it, or NULL where it cannot be read. */
extern char *file_read(const char *path, size_t *len);

#endif							/* JSON_H */
