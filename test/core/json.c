/*
 * json.c
 *		A small JSON reader for the core unit tests and fuzz targets.
 *
 * The reader keeps its own stack of open containers, so the depth of a text
 * costs heap and not C stack.  Elements are collected in growing arrays that
 * belong to the tree; nothing is ever freed, the programs that use it are
 * short.  Numbers keep the text they were written with, because the template
 * engine prints and compares numbers as text.
 */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reader
{
	const char *p;
	const char *end;
} Reader;

/* A container that is still open, with the room its arrays have. */
typedef struct Frame
{
	Json	   *node;
	size_t		cap;
} Frame;

static bool read_value(Reader *r, Json *out);
static bool read_string(Reader *r, Json *out);
static bool read_escape(Reader *r, char *buf, size_t *n);
static bool read_number(Reader *r, Json *out);
static bool read_word(Reader *r, const char *word, JsonType type, Json *out);
static Json *add_slot(Frame *frame, const Json *key);
static void skip_space(Reader *r);

static void *
must_alloc(void *old, size_t size)
{
	void	   *p = realloc(old, size);

	if (p == NULL)
		abort();
	return p;
}

/*
 * One loop over values: a value is placed into the slot its container gave,
 * an opening bracket pushes a frame, and after each value the frames that end
 * there are popped.
 */
Json *
json_parse(const char *text, size_t len)
{
	Reader		r = {text, text + len};
	Frame	   *stack = NULL;
	size_t		depth = 0;
	size_t		room = 0;
	Json	   *root = must_alloc(NULL, sizeof(Json));
	Json	   *slot = root;

	for (;;)
	{
		skip_space(&r);
		if (slot != NULL)
		{
			if (!read_value(&r, slot))
				break;
			if (slot->type >= JSON_ARRAY)
			{
				if (depth == room)
				{
					room = room ? room * 2 : 16;
					stack = must_alloc(stack, room * sizeof(Frame));
				}
				stack[depth].node = slot;
				stack[depth++].cap = 0;
			}
			slot = NULL;
		}
		else if (depth == 0)
		{
			free(stack);
			return r.p == r.end ? root : NULL;
		}
		else
		{
			Frame	   *top = &stack[depth - 1];
			Json	   *node = top->node;
			char		close = node->type == JSON_ARRAY ? ']' : '}';
			Json		key;

			if (r.p < r.end && *r.p == close)
			{
				r.p++;
				depth--;
				continue;
			}
			if (node->n > 0)
			{
				if (r.p >= r.end || *r.p != ',')
					break;
				r.p++;
				skip_space(&r);
			}
			if (node->type == JSON_OBJECT)
			{
				if (r.p >= r.end || *r.p != '"' || !read_string(&r, &key))
					break;
				skip_space(&r);
				if (r.p >= r.end || *r.p != ':')
					break;
				r.p++;
			}
			slot = add_slot(top, node->type == JSON_OBJECT ? &key : NULL);
		}
	}
	free(stack);
	return NULL;
}

const Json *
json_get(const Json *obj, const char *key)
{
	size_t		len = strlen(key);

	if (obj == NULL || obj->type != JSON_OBJECT)
		return NULL;
	/* from the end: the last of equal keys counts */
	for (size_t i = obj->n; i-- > 0;)
	{
		if (obj->keys[i].len == len && memcmp(obj->keys[i].str, key, len) == 0)
			return &obj->items[i];
	}
	return NULL;
}

double
json_double(const Json *value)
{
	char	   *end;
	double		d;

	if (value == NULL || (value->type != JSON_NUMBER && value->type != JSON_STRING))
		return NAN;
	d = strtod(value->str, &end);
	return end == value->str || *end != '\0' ? NAN : d;
}

char *
file_read(const char *path, size_t *len)
{
	FILE	   *f = fopen(path, "rb");
	char	   *buf = NULL;
	size_t		n = 0;
	size_t		cap = 0;

	if (f == NULL)
		return NULL;
	for (;;)
	{
		size_t		got;

		if (cap - n < 65536)
		{
			cap = cap ? cap * 2 : 131072;
			buf = must_alloc(buf, cap);
		}
		got = fread(buf + n, 1, cap - n - 1, f);
		n += got;
		if (got == 0)
			break;
	}
	fclose(f);
	buf[n] = '\0';
	if (len != NULL)
		*len = n;
	return buf;
}

/* A scalar is read whole; of a container only the opening bracket. */
static bool
read_value(Reader *r, Json *out)
{
	memset(out, 0, sizeof(*out));
	if (r->p >= r->end)
		return false;
	switch (*r->p)
	{
		case '"':
			return read_string(r, out);
		case '[':
		case '{':
			out->type = *r->p++ == '[' ? JSON_ARRAY : JSON_OBJECT;
			return true;
		case 'n':
			return read_word(r, "null", JSON_NULL, out);
		case 't':
			return read_word(r, "true", JSON_TRUE, out);
		case 'f':
			return read_word(r, "false", JSON_FALSE, out);
		default:
			return read_number(r, out);
	}
}

static bool
read_string(Reader *r, Json *out)
{
	size_t		room = 0;
	size_t		n = 0;
	char	   *buf;

	memset(out, 0, sizeof(*out));
	r->p++;
	while (r->p + room < r->end && r->p[room] != '"')
		room += r->p[room] == '\\' ? 2 : 1;
	/* no escape is shorter than what it stands for */
	buf = must_alloc(NULL, room + 1);
	while (r->p < r->end && *r->p != '"')
	{
		if ((unsigned char) *r->p < 0x20)
			return false;
		if (*r->p != '\\')
			buf[n++] = *r->p++;
		else if (!read_escape(r, buf, &n))
			return false;
	}
	if (r->p >= r->end)
		return false;
	r->p++;
	buf[n] = '\0';
	out->type = JSON_STRING;
	out->str = buf;
	out->len = n;
	return true;
}

static bool
read_hex4(Reader *r, unsigned *cp)
{
	*cp = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++)
	{
		char		c = *r->p++;

		*cp <<= 4;
		if (c >= '0' && c <= '9')
			*cp |= (unsigned) (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			*cp |= (unsigned) ((c | 32) - 'a' + 10);
		else
			return false;
	}
	return true;
}

static bool
read_escape(Reader *r, char *buf, size_t *n)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	unsigned	cp;
	unsigned	low;

	if (r->end - r->p < 2)
		return false;
	at = memchr(from, r->p[1], sizeof(from) - 1);
	if (at != NULL)
	{
		buf[(*n)++] = to[at - from];
		r->p += 2;
		return true;
	}
	if (r->p[1] != 'u')
		return false;
	r->p += 2;
	if (!read_hex4(r, &cp))
		return false;
	if (cp >= 0xD800 && cp < 0xDC00)
	{
		if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u')
			return false;
		r->p += 2;
		if (!read_hex4(r, &low) || low < 0xDC00 || low > 0xDFFF)
			return false;
		cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
	}
	if (cp < 0x80)
		buf[(*n)++] = (char) cp;
	else if (cp < 0x800)
	{
		buf[(*n)++] = (char) (0xC0 | (cp >> 6));
		buf[(*n)++] = (char) (0x80 | (cp & 63));
	}
	else
	{
		if (cp < 0x10000)
			buf[(*n)++] = (char) (0xE0 | (cp >> 12));
		else
		{
			buf[(*n)++] = (char) (0xF0 | (cp >> 18));
			buf[(*n)++] = (char) (0x80 | ((cp >> 12) & 63));
		}
		buf[(*n)++] = (char) (0x80 | ((cp >> 6) & 63));
		buf[(*n)++] = (char) (0x80 | (cp & 63));
	}
	return true;
}

static bool
read_digits(Reader *r)
{
	const char *start = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > start;
}

static bool
read_number(Reader *r, Json *out)
{
	const char *start = r->p;
	char	   *copy;

	if (*r->p == '-')
		r->p++;
	if (!read_digits(r))
		return false;
	if (r->p < r->end && *r->p == '.')
	{
		r->p++;
		if (!read_digits(r))
			return false;
	}
	if (r->p < r->end && (*r->p | 32) == 'e')
	{
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (!read_digits(r))
			return false;
	}
	out->type = JSON_NUMBER;
	out->len = (size_t) (r->p - start);
	copy = must_alloc(NULL, out->len + 1);
	memcpy(copy, start, out->len);
	copy[out->len] = '\0';
	out->str = copy;
	return true;
}

static bool
read_word(Reader *r, const char *word, JsonType type, Json *out)
{
	size_t		len = strlen(word);

	if ((size_t) (r->end - r->p) < len || memcmp(r->p, word, len) != 0)
		return false;
	r->p += len;
	out->type = type;
	return true;
}

/* Open frames point at nodes inside these arrays, but only the innermost grows. */
static Json *
add_slot(Frame *frame, const Json *key)
{
	Json	   *node = frame->node;

	if (node->n == frame->cap)
	{
		frame->cap = frame->cap ? frame->cap * 2 : 4;
		node->items = must_alloc(node->items, frame->cap * sizeof(Json));
		if (key != NULL)
			node->keys = must_alloc(node->keys, frame->cap * sizeof(Json));
	}
	if (key != NULL)
		node->keys[node->n] = *key;
	return &node->items[node->n++];
}

static void
skip_space(Reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}
