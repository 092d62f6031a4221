/*
 * make_tokenizer.c
 *		Turns a rank file into a table image.
 *
 *		make_tokenizer ENCODING SHA256 INPUT OUTPUT
 *		make_tokenizer --check ENCODING SHA256 IMAGE
 *
 * INPUT has one token per line: its bytes in base64, a space, its rank; the
 * ranks are 0, 1, 2, ... without gaps, in any order.  SHA256 is the checksum
 * of INPUT in hexadecimal; it goes into the image's header unchecked, so the
 * caller must have compared it.  OUTPUT appears complete or not at all.  The
 * second form succeeds where IMAGE is what the first one would write.
 *
 * Errors are one line on stderr and exit status 1.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "token_image.h"

typedef struct Token
{
	uint32_t	rank;
	uint32_t	len;
	size_t		offset;			/* of its bytes in the decoded buffer */
} Token;

typedef struct Ranks
{
	Token	   *tokens;
	size_t		ntokens;
	uint8_t    *bytes;
	size_t		nbytes;
} Ranks;

static void die(const char *format,...) __attribute__((format(printf, 1, 2), noreturn));
static PmTokenKind parse_kind(const char *name);
static void parse_sha256(const char *hex, uint8_t source[32]);
static int	hex_digit(char c);
static char *read_file(const char *path, size_t *len);
static void parse_ranks(const char *path, const char *text, size_t len, Ranks *ranks);
static bool parse_line(const char *line, size_t len, Ranks *ranks);
static bool decode_base64(const char *text, size_t len, Ranks *ranks);
static int	base64_digit(char c);
static int	by_rank(const void *a, const void *b);
static void make_list(const char *path, Ranks *ranks, TokenList *list);
static int	check_file(PmTokenKind kind, const uint8_t source[32], const char *path);
static void check_image(const char *path, const void *image, size_t len,
						PmTokenTable *table);
static void write_file(const char *path, const void *data, size_t len);

int
main(int argc, char **argv)
{
	PmTokenKind kind;
	uint8_t		source[32];
	char	   *text;
	size_t		len;
	Ranks		ranks;
	TokenList	list;
	PmTokenImage *image;
	PmTokenTable table;

	if (argc == 5 && strcmp(argv[1], "--check") == 0)
	{
		parse_sha256(argv[3], source);
		return check_file(parse_kind(argv[2]), source, argv[4]);
	}
	if (argc != 5)
		die("usage: make_tokenizer ENCODING SHA256 INPUT OUTPUT");
	kind = parse_kind(argv[1]);
	parse_sha256(argv[2], source);
	text = read_file(argv[3], &len);
	parse_ranks(argv[3], text, len, &ranks);
	make_list(argv[3], &ranks, &list);
	image = token_image_build(&list, kind, source);
	if (image == NULL)
		die("%s: a token is too long or there twice", argv[3]);
	check_image(argv[4], image, (size_t) image->size, &table);
	write_file(argv[4], image, (size_t) image->size);
	printf("%s: %" PRIu32 " tokens, %" PRIu64 " bytes\n", argv[4], image->ntokens,
		   image->size);
	return 0;
}

static void
die(const char *format,...)
{
	va_list		args;

	fputs("make_tokenizer: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static PmTokenKind
parse_kind(const char *name)
{
	for (int kind = PM_TOKEN_CL100K; kind <= PM_TOKEN_O200K; kind++)
		if (strcmp(name, pm_token_kind_name((PmTokenKind) kind)) == 0)
			return (PmTokenKind) kind;
	die("unknown encoding \"%s\"", name);
}

static void
parse_sha256(const char *hex, uint8_t source[32])
{
	if (strlen(hex) != 64)
		die("\"%s\" is not a SHA-256 in hexadecimal", hex);
	for (int i = 0; i < 32; i++)
	{
		int			high = hex_digit(hex[2 * i]);
		int			low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			die("\"%s\" is not a SHA-256 in hexadecimal", hex);
		source[i] = (uint8_t) (high << 4 | low);
	}
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int) (at - digits);
}

static char *
read_file(const char *path, size_t *len)
{
	FILE	   *file = fopen(path, "rb");
	char	   *text = NULL;
	size_t		room = 0;

	if (file == NULL)
		die("cannot read %s: %s", path, strerror(errno));
	*len = 0;
	for (;;)
	{
		size_t		got;

		if (*len == room)
		{
			room = room == 0 ? 1 << 20 : room * 2;
			text = realloc(text, room);
			if (text == NULL)
				die("out of memory");
		}
		got = fread(text + *len, 1, room - *len, file);
		if (got == 0)
			break;
		*len += got;
	}
	if (ferror(file))
		die("cannot read %s: %s", path, strerror(errno));
	fclose(file);
	return text;
}

static void
parse_ranks(const char *path, const char *text, size_t len, Ranks *ranks)
{
	size_t		lines = 1;
	size_t		number = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	ranks->ntokens = 0;
	ranks->nbytes = 0;
	ranks->tokens = malloc(lines * sizeof(Token));
	ranks->bytes = malloc(len + 1);
	if (ranks->tokens == NULL || ranks->bytes == NULL)
		die("out of memory");
	for (size_t pos = 0; pos < len;)
	{
		const char *end = memchr(text + pos, '\n', len - pos);
		size_t		n = end == NULL ? len - pos : (size_t) (end - text) - pos;

		number++;
		if (n > 0 && !parse_line(text + pos, n, ranks))
			die("%s: line %zu is not base64, a space and a rank", path, number);
		pos += n + 1;
	}
}

static bool
parse_line(const char *line, size_t len, Ranks *ranks)
{
	const char *space = memchr(line, ' ', len);
	Token	   *token = ranks->tokens + ranks->ntokens;
	size_t		digits;

	if (space == NULL)
		return false;
	digits = len - (size_t) (space + 1 - line);
	if (digits < 1 || digits > 8)
		return false;
	token->rank = 0;
	for (size_t i = 1; i <= digits; i++)
	{
		if (space[i] < '0' || space[i] > '9')
			return false;
		token->rank = token->rank * 10 + (uint32_t) (space[i] - '0');
	}
	token->offset = ranks->nbytes;
	if (!decode_base64(line, (size_t) (space - line), ranks))
		return false;
	token->len = (uint32_t) (ranks->nbytes - token->offset);
	ranks->ntokens++;
	return true;
}

/* Appends the bytes, three for each four characters. */
static bool
decode_base64(const char *text, size_t len, Ranks *ranks)
{
	if (len == 0 || len % 4 != 0)
		return false;
	for (size_t i = 0; i < len; i += 4)
	{
		size_t		padding = 0;
		uint32_t	bits = 0;

		if (i + 4 == len)
			padding = text[len - 1] != '=' ? 0 : text[len - 2] != '=' ? 1 : 2;
		for (size_t j = 0; j < 4; j++)
		{
			int			digit = j < 4 - padding ? base64_digit(text[i + j]) : 0;

			if (digit < 0)
				return false;
			bits = bits << 6 | (uint32_t) digit;
		}
		for (size_t j = 0; j < 3 - padding; j++)
			ranks->bytes[ranks->nbytes++] = (uint8_t) (bits >> (16 - 8 * j));
	}
	return true;
}

static int
base64_digit(char c)
{
	const char *digits =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int) (at - digits);
}

static int
by_rank(const void *a, const void *b)
{
	uint32_t	left = ((const Token *) a)->rank;
	uint32_t	right = ((const Token *) b)->rank;

	return (left > right) - (left < right);
}

/* Brings the tokens into the order of their ranks. */
static void
make_list(const char *path, Ranks *ranks, TokenList *list)
{
	uint32_t   *offsets = malloc((ranks->ntokens + 1) * sizeof(uint32_t));
	uint8_t    *bytes = malloc(ranks->nbytes + 1);
	uint32_t	nbytes = 0;

	if (offsets == NULL || bytes == NULL)
		die("out of memory");
	if (ranks->ntokens > PM_TOKEN_MAX_RANK || ranks->nbytes > UINT32_MAX / 2)
		die("%s: too many tokens", path);
	qsort(ranks->tokens, ranks->ntokens, sizeof(Token), by_rank);
	for (size_t i = 0; i < ranks->ntokens; i++)
	{
		const Token *token = ranks->tokens + i;

		if (token->rank != i)
			die("%s: rank %zu is missing or there twice", path, i);
		offsets[i] = nbytes;
		memcpy(bytes + nbytes, ranks->bytes + token->offset, token->len);
		nbytes += token->len;
	}
	offsets[ranks->ntokens] = nbytes;
	list->ntokens = (uint32_t) ranks->ntokens;
	list->offsets = offsets;
	list->bytes = bytes;
}

/* The second form: dies unless the file is an image made from that source. */
static int
check_file(PmTokenKind kind, const uint8_t source[32], const char *path)
{
	size_t		len;
	char	   *image = read_file(path, &len);
	PmTokenTable table;

	check_image(path, image, len, &table);
	if (table.kind != kind || memcmp(pm_token_source(&table), source, 32) != 0)
		die("%s: made from another rank file", path);
	return 0;
}

/* Reads the image as the server will, and looks every token up. */
static void
check_image(const char *path, const void *image, size_t len, PmTokenTable *table)
{
	PmTokenStatus status = pm_token_open(table, image, len);

	if (status == PM_TOKEN_OK)
		status = pm_token_verify(table);
	if (status != PM_TOKEN_OK)
		die("%s: %s", path, pm_token_status_text(status));
	for (uint32_t rank = 0; rank < table->ntokens; rank++)
	{
		uint32_t	offset = table->offsets[rank];

		if (pm_token_find(table, table->bytes + offset,
						  table->offsets[rank + 1] - offset,
						  table->nbytes - offset) != rank)
			die("%s: token %" PRIu32 " is not found", path, rank);
	}
}

/* Writes beside the target and renames, so that no reader sees half a file. */
static void
write_file(const char *path, const void *data, size_t len)
{
	size_t		room = strlen(path) + sizeof(".tmp");
	char	   *temp = malloc(room);
	FILE	   *file;

	if (temp == NULL)
		die("out of memory");
	snprintf(temp, room, "%s.tmp", path);
	file = fopen(temp, "wb");
	if (file == NULL)
		die("cannot write %s: %s", temp, strerror(errno));
	if (fwrite(data, 1, len, file) != len || fclose(file) != 0 ||
		rename(temp, path) != 0)
	{
		int			error = errno;

		remove(temp);
		die("cannot write %s: %s", path, strerror(error));
	}
}
