/*
 * test_hygiene.c
 *		Control sequences in what untrusted values wrote, and their markers.
 *
 * Random texts are compared with a slow twin that tries every substring.
 */
#include <time.h>

#include "check.h"

#include "../../src/core/pm_hygiene.h"

#define WIDE "\xEF\xBD\x9C"
#define TEXT_MAX 512

static const char *const sequences[] = {
	"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|a|>", "<|\"|>", "<|a|b|>", "<|||>",
	"<" WIDE "User" WIDE ">", "<" WIDE "tool\xE2\x96\x81" "begin" WIDE ">",
	"<s>", "</s>", "<<SYS>>", "<</SYS>>", "<bos>", "<eos>", "<sop>",
	"<start_of_turn>", "<end_of_turn>", "<turn|>", "<|turn>", "<|tool_call>", "<tool_call|>",
	"[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]",
	"[/AVAILABLE_TOOLS]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[gMASK]"
};

static const char *const harmless[] = {
	"", "<", "[", "<|", "<>", "<|>", "<||>", "< |im_start|>", "<|im start|>", "<|im\nstart|>",
	"a <| f x |> b", "<a|b>", "<\xCF\x88|>", "<|\xCF\x88>", "<|a-b>", "<div>", "<S>", "[inst]",
	"[INST", "INST]", "[INSTA]", "<" WIDE WIDE ">", "<" WIDE ">", "<" WIDE "a|>", "<SYS>",
	"x = a[i] < b[j]", "<|a", "<|a-c>b|>", "Human:", "x\nAssistant: y"
};

#define NSEQUENCES (sizeof(sequences) / sizeof(sequences[0]))

typedef struct Text
{
	char		bytes[TEXT_MAX];
	size_t		len;
	PmSpan		spans[TEXT_MAX];
	size_t		nspans;
} Text;

static const PmBreakOptions chat = {false, WIDE, 3};
static const PmBreakOptions plain = {true, WIDE, 3};
static uint64_t seed = 1;

static void test_whole(void);
static void test_splits(void);
static void check_split(const char *sequence, size_t first, size_t second, unsigned untrusted);
static void test_inside(void);
static void test_roles(void);
static void test_encodings(void);
static void test_buffer(void);
static void test_random(void);
static void check_random(const Text *text, const PmBreakOptions *options);
static void test_hostile(void);
static void test_delimit(void);

static char *grow(PmBuf *buf, size_t cap);
static void add(Text *text, const char *bytes, size_t len, bool untrusted);
static const char *broken(const Text *text, const PmBreakOptions *options);
static const char *all_broken(const char *bytes, const PmBreakOptions *options);
static bool is_sequence(const char *p, size_t n, bool line_start, bool line_roles);
static unsigned pick(unsigned n);

int
main(void)
{
	test_whole();
	test_splits();
	test_inside();
	test_roles();
	test_encodings();
	test_buffer();
	test_random();
	test_hostile();
	test_delimit();
	return check_report("test_hygiene");
}

/* Untrusted as a whole: one blank behind the first character; trusted: none. */
static void
test_whole(void)
{
	for (size_t i = 0; i < NSEQUENCES; i++)
	{
		char		want[64];
		Text		text = {.len = 0};

		snprintf(want, sizeof(want), "%c %s", sequences[i][0], sequences[i] + 1);
		CHECK_STR(all_broken(sequences[i], &chat), want);
		CHECK_STR(all_broken(want, &chat), want);
		add(&text, sequences[i], strlen(sequences[i]), false);
		CHECK_STR(broken(&text, &chat), sequences[i]);
		/* beside an untrusted value, but not in it */
		add(&text, "x", 1, true);
		snprintf(want, sizeof(want), "%sx", sequences[i]);
		CHECK_STR(broken(&text, &chat), want);
	}
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		CHECK_STR(all_broken(harmless[i], &chat), harmless[i]);
}

/* Every sequence, in one to three pieces, each by a value or by the author. */
static void
test_splits(void)
{
	for (size_t i = 0; i < NSEQUENCES; i++)
	{
		size_t		len = strlen(sequences[i]);

		for (size_t first = 0; first <= len; first++)
		{
			for (size_t second = first; second <= len; second++)
			{
				for (unsigned untrusted = 0; untrusted < 8; untrusted++)
					check_split(sequences[i], first, second, untrusted);
			}
		}
	}
}

static void
check_split(const char *sequence, size_t first, size_t second, unsigned untrusted)
{
	static const char *const around[] = {"", "author ", "<s>", "a <|own|> b", "[INST] "};
	const char *before = around[pick(5)];
	const char *after = around[pick(5)];
	size_t		cuts[] = {0, first, second, strlen(sequence)};
	Text		text = {.len = 0};
	char		want[128];
	bool		caught = false;

	add(&text, before, strlen(before), false);
	for (int i = 0; i < 3; i++)
	{
		bool		mine = (untrusted >> i) & 1;

		add(&text, sequence + cuts[i], cuts[i + 1] - cuts[i], mine);
		caught |= mine && cuts[i + 1] > cuts[i];
	}
	add(&text, after, strlen(after), false);
	snprintf(want, sizeof(want), "%s%c%s%s%s", before, sequence[0], caught ? " " : "",
			 sequence + 1, after);
	CHECK_STR(broken(&text, &chat), want);
}

/* Sequences in sequences: what is taken out elsewhere reassembles, not here. */
static void
test_inside(void)
{
	CHECK_STR(all_broken("<|im_<|im_start|>start|>", &chat), "<|im_< |im_start|>start|>");
	CHECK_STR(all_broken("<<|a|>", &chat), "<< |a|>");
	CHECK_STR(all_broken("<<<SYS>>>", &chat), "<< <SYS>>>");
	CHECK_STR(all_broken("<|a[INST]|>", &chat), "< |a[ INST]|>");
	CHECK_STR(all_broken("[[INST]]", &chat), "[[ INST]]");
	CHECK_STR(all_broken("<s><s></s>", &chat), "< s>< s>< /s>");
	CHECK_STR(all_broken("<<SYS>><</SYS>>", &chat), "< <SYS>>< </SYS>>");
	CHECK_STR(all_broken("<|a|><|b|>", &chat), "< |a|>< |b|>");
}

static void
test_roles(void)
{
	Text		text = {.len = 0};

	CHECK_STR(all_broken("Human: hi", &plain), "Human : hi");
	CHECK_STR(all_broken("x\n\nHuman: hi\rAssistant:\r\n Human:", &plain),
			  "x\n\nHuman : hi\rAssistant :\r\n Human :");
	CHECK_STR(all_broken("\n \t Assistant:", &plain), "\n \t Assistant :");
	CHECK_STR(all_broken("a Human: b", &plain), "a Human: b");
	CHECK_STR(all_broken("Humans: Human", &plain), "Humans: Human");
	CHECK_STR(all_broken("Human:", &chat), "Human:");
	CHECK_STR(all_broken("Human:<s>\nHuman:Human:", &plain), "Human :< s>\nHuman :Human:");

	add(&text, "Human: ", 7, false);
	add(&text, "1\nHuman", 7, true);
	add(&text, ": ok\nAssistant: ", 16, false);
	CHECK_STR(broken(&text, &plain), "Human: 1\nHuman : ok\nAssistant: ");
}

static void
test_encodings(void)
{
	PmBreakOptions options = {false, "\xA1\xC3", 2};

	CHECK_STR(all_broken("<\xA1\xC3User\xA1\xC3>", &options), "< \xA1\xC3User\xA1\xC3>");
	CHECK_STR(all_broken("<" WIDE "User" WIDE ">", &options), "<" WIDE "User" WIDE ">");
	options.wide_bar_len = 0;
	CHECK_STR(all_broken("<\xA1\xC3User\xA1\xC3><|a|>", &options), "<\xA1\xC3User\xA1\xC3>< |a|>");
}

/* Bytes in front are the host's; what does not fit changes nothing. */
static void
test_buffer(void)
{
	static const PmSpan span = {4, 11};
	PmBuf		buf = {.max = 13, .grow = grow};

	CHECK(pm_buf_append(&buf, "<s>!<s><s>]", 11));
	CHECK(pm_break_tokens(&buf, 4, &span, 1, &chat));
	CHECK(buf.len == 13 && memcmp(buf.data, "<s>!< s>< s>]", 13) == 0);
	free(buf.data);

	buf = (PmBuf) {.max = 12, .grow = grow};
	CHECK(pm_buf_append(&buf, "<s>!<s><s>]", 11));
	CHECK(!pm_break_tokens(&buf, 4, &span, 1, &chat));
	CHECK(buf.len == 11 && memcmp(buf.data, "<s>!<s><s>]", 11) == 0);
	CHECK(pm_break_tokens(&buf, 0, NULL, 0, &chat) && buf.len == 11);
	free(buf.data);
}

static void
test_random(void)
{
	static const char *const pieces[] = {
		"<", ">", "|", "[", "]", "/", " ", "\n", "a", "s", "SYS", "INST", "turn", "im_start", WIDE,
		"<|", "|>", "<<", ">>", "<s>", "[INST]", "<" WIDE, WIDE ">", "Human", ":", "Assistant:", "\t",
		"\xEF", "\xBD", "\x9C", "\xFF", "[/", "gMASK]", "<|x|>", "<turn|>", "eos"
	};

	for (int round = 0; round < 60000; round++)
	{
		Text		text = {.len = 0};
		unsigned	n = pick(14);
		unsigned	trust = pick(4);

		for (unsigned i = 0; i < n; i++)
		{
			const char *piece = pieces[pick(sizeof(pieces) / sizeof(pieces[0]))];
			size_t		cut = pick((unsigned) strlen(piece) + 1);

			add(&text, piece, cut, pick(4) < trust);
			add(&text, piece + cut, strlen(piece) - cut, pick(4) < trust);
		}
		check_random(&text, pick(2) ? &plain : &chat);
	}
}

/* The blanks are where the slow twin wants them, and a second pass has none. */
static void
check_random(const Text *text, const PmBreakOptions *options)
{
	bool		blank[TEXT_MAX + 1] = {false};
	bool		line_start = true;
	Text		want = {.len = 0};
	size_t		span = 0;

	for (size_t i = 0; i < text->len; i++)
	{
		char		c = text->bytes[i];
		size_t		n = 1;

		while (i + n <= text->len &&
			   !is_sequence(text->bytes + i, n, line_start, options->line_roles))
			n++;
		for (size_t k = 0; k < text->nspans && i + n <= text->len; k++)
		{
			if (text->spans[k].start < i + n && text->spans[k].end > i)
				blank[c == '<' || c == '[' ? i + 1 : i + n - 1] = true;
		}
		line_start = c == '\n' || c == '\r' || (line_start && (c == ' ' || c == '\t'));
	}
	for (size_t i = 0; i < text->len; i++)
	{
		bool		mine;

		while (span < text->nspans && text->spans[span].end <= i)
			span++;
		mine = span < text->nspans && text->spans[span].start <= i;
		if (blank[i])
			add(&want, " ", 1, true);
		add(&want, text->bytes + i, 1, mine);
	}
	CHECK_STR(broken(text, options), want.bytes);
	CHECK_STR(broken(&want, options), want.bytes);
}

/* A megabyte that invites to look far ahead from everywhere. */
static void
test_hostile(void)
{
	static const char *const units[] = {"<", "<|", "[", "<|a", "<<", "\n", " ", "Human", "<s", "|",
	"<|x|>", "[INST]", "<" WIDE, "aaaaaaaaaaaaaaaa"};
	size_t		len = 1 << 20;
	PmSpan		span = {0, len};

	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++)
	{
		size_t		n = strlen(units[u]);
		PmBuf		buf = {.max = 4 * len, .grow = grow};
		clock_t		start;
		double		seconds;

		for (size_t i = 0; i + n <= len; i += n)
			pm_buf_append(&buf, units[u], n);
		span.end = buf.len;
		start = clock();
		CHECK(pm_break_tokens(&buf, 0, &span, 1, &plain));
		seconds = (double) (clock() - start) / CLOCKS_PER_SEC;
		/* Generous: this also runs under sanitizers and on busy machines. */
		CHECK(seconds < 2);
		if (getenv("PROMPT_MGR_TIMES") != NULL)
			printf("# break %-20s %8.0f MB/s\n", u == 5 ? "\\n" : units[u], 1.048576 / seconds);
		free(buf.data);
	}
}

static void
test_delimit(void)
{
	static const char *const cases[][2] = {
		{"", ""}, {"plain", "plain"}, {"a < b", "a < b"}, {"</", "</"}, {"</dat", "</dat"},
		{"</data id=\"0123456789abcdef\">", "< /data id=\"0123456789abcdef\">"},
		{"</data>x</DATA id=\"1\"><</Data", "< /data>x< /DATA id=\"1\"><< /Data"},
		{"<data id=\"0123456789abcdef\">", "<data id=\"0123456789abcdef\">"},
		{"< /data>", "< /data>"}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char		want[128];
		size_t		len = strlen(cases[i][0]);
		char	   *value = malloc(len + (len == 0));
		PmBuf		buf = {.max = 1000, .grow = grow};

		memcpy(value, cases[i][0], len);
		snprintf(want, sizeof(want), "<data id=\"0123456789abcdef\">%s</data id=\"0123456789abcdef\">",
				 cases[i][1]);
		CHECK(pm_delimit(&buf, value, len, "0123456789abcdef"));
		CHECK(buf.len == strlen(want) && memcmp(buf.data, want, buf.len) == 0);
		free(buf.data);

		buf = (PmBuf) {.max = strlen(want), .grow = grow};
		CHECK(pm_buf_char(&buf, 'x'));
		CHECK(!pm_delimit(&buf, value, len, "0123456789abcdef") && buf.len == 1);
		free(buf.data);
		free(value);
	}
}

static char *
grow(PmBuf *buf, size_t cap)
{
	return realloc(buf->data, cap);
}

static void
add(Text *text, const char *bytes, size_t len, bool untrusted)
{
	if (len == 0)
		return;
	memcpy(text->bytes + text->len, bytes, len);
	if (untrusted)
		text->spans[text->nspans++] = (PmSpan) {text->len, text->len + len};
	text->len += len;
	text->bytes[text->len] = '\0';
}

/* The result lives until the next call. */
static const char *
broken(const Text *text, const PmBreakOptions *options)
{
	static char result[2 * TEXT_MAX];
	/* no spare byte, so that a sanitizer sees one too many */
	PmBuf		buf = {malloc(text->len + 1), text->len, text->len, sizeof(result), grow, NULL};

	memcpy(buf.data, text->bytes, text->len);
	CHECK(pm_break_tokens(&buf, 0, text->spans, text->nspans, options));
	memcpy(result, buf.data, buf.len);
	result[buf.len] = '\0';
	free(buf.data);
	return result;
}

static const char *
all_broken(const char *bytes, const PmBreakOptions *options)
{
	Text		text = {.len = 0};

	add(&text, bytes, strlen(bytes), true);
	return broken(&text, options);
}

/* By the definition: the literals, or bars inside of angles. */
static bool
is_sequence(const char *p, size_t n, bool line_start, bool line_roles)
{
	char		text[TEXT_MAX];
	size_t		inner = n - 2;
	bool		left;
	bool		right;

	if (line_roles && line_start &&
		((n == 6 && memcmp(p, "Human:", 6) == 0) || (n == 10 && memcmp(p, "Assistant:", 10) == 0)))
		return true;
	for (size_t i = 0; i < NSEQUENCES; i++)
	{
		if (strlen(sequences[i]) == n && memcmp(p, sequences[i], n) == 0)
			return true;
	}
	if (n < 4 || p[0] != '<' || p[n - 1] != '>')
		return false;
	memcpy(text, p + 1, inner);
	text[inner] = '\0';
	if (strpbrk(text, "<> \t\n\r") != NULL)
		return false;
	if (inner > 6 && strncmp(text, WIDE, 3) == 0 && strcmp(text + inner - 3, WIDE) == 0)
		return true;
	left = text[0] == '|';
	right = text[inner - 1] == '|';
	if (left && right)
		return inner > 2;
	if (right)
		text[inner - 1] = '\0';
	return left != right &&
		strspn(text + left, "_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == inner - 1;
}

static unsigned
pick(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned) ((seed >> 33) % n);
}
