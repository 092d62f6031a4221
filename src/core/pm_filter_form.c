/*
 * pm_filter_form.c
 *		Filters that give a value the form of another language.
 *
 * date reads ISO 8601 and nothing else: YYYY-MM-DD, optionally followed by "T"
 * or a blank and HH:MM[:SS[.fraction]], optionally followed by a zone, which is
 * read over: the filter prints the time that is written.  Its format knows
 *		%Y %m %d %H %M %S	numbers with leading zeros
 *		%j					day of the year, three digits
 *		%b %B %a %A			English names, short and long
 *		%%					a percent sign
 * and is an error with any other letter.
 */
#include "pm_filter_fn.h"

#include "pm_json_out.h"
#include "pm_num.h"
#include "pm_valop.h"

/* Of a fence, which must be longer than any run of backticks in the text. */
#define FENCE_MIN 3

typedef struct Date
{
	int			year;
	int			month;
	int			day;
	int			hour;
	int			minute;
	int			second;
} Date;

static bool escape_filter(PmEnv *env, const PmValue *in, PmEscape mode, bool quotes,
						  PmValue *out);
static bool read_date(const char *text, uint32_t len, Date *date);
static bool valid_date(const Date *date);
static int	day_of_year(const Date *date);
static int	day_of_week(const Date *date);
static bool write_field(char field, const Date *date, PmBuf *buf, bool *known);

bool
pm_filter_html(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return escape_filter(env, in, PM_ESCAPE_HTML, false, out);
}

bool
pm_filter_xml(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return escape_filter(env, in, PM_ESCAPE_XML, false, out);
}

bool
pm_filter_json_str(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				   PmValue *out)
{
	(void) args;
	(void) nargs;
	return escape_filter(env, in, PM_ESCAPE_JSON, false, out);
}

/* The text as a JSON string, whatever kind the value is. */
bool
pm_filter_quote(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	(void) args;
	(void) nargs;
	return escape_filter(env, in, PM_ESCAPE_JSON, true, out);
}

/* The four filters above differ in mode and in quotes around the result. */
static bool
escape_filter(PmEnv *env, const PmValue *in, PmEscape mode, bool quotes, PmValue *out)
{
	const char *text;
	uint32_t	len;
	PmBuf		buf;

	if (!pm_val_text(env, in, &text, &len))
		return false;
	pm_env_buf(env, &buf);
	if (quotes && !pm_buf_char(&buf, '"'))
		return pm_env_too_long(env);
	if (!pm_escape(env, mode, text, len, &buf))
		return false;
	if (quotes && !pm_buf_char(&buf, '"'))
		return pm_env_too_long(env);
	return pm_env_buf_value(env, &buf, out);
}

/* The value as JSON; the argument is the number of blanks per level. */
bool
pm_filter_json(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	int64_t		indent = 0;
	PmBuf		buf;

	if (nargs > 0)
		(void) pm_num_integer(args[0].u.str, args[0].len, INT32_MAX, &indent);
	if (indent < 0 || indent > 16)
		return pm_filter_unfit(env, "json", "the indentation must be between 0 and 16");
	pm_env_buf(env, &buf);
	return pm_json_write(env, in, (uint32_t) indent, &buf) && pm_env_buf_value(env, &buf, out);
}

/* A fenced block of Markdown, whose fence the text cannot close. */
bool
pm_filter_md_code(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs,
				  PmValue *out)
{
	const char *text;
	uint32_t	len;
	uint32_t	run = 0;
	uint32_t	fence = FENCE_MIN;
	PmBuf		buf;
	bool		ok;

	if (!pm_val_text(env, in, &text, &len) || !pm_env_work(env, len))
		return false;
	for (uint32_t i = 0; i < len; i++)
	{
		run = text[i] == '`' ? run + 1 : 0;
		if (run >= fence)
			fence = run + 1;
	}
	pm_env_buf(env, &buf);
	ok = pm_buf_fill(&buf, '`', fence) &&
		(nargs == 0 || pm_buf_append(&buf, args[0].u.str, args[0].len)) &&
		pm_buf_char(&buf, '\n') && pm_buf_append(&buf, text, len) &&
		(len == 0 || text[len - 1] == '\n' || pm_buf_char(&buf, '\n')) &&
		pm_buf_fill(&buf, '`', fence);
	if (!ok)
		return pm_env_too_long(env);
	return pm_env_buf_value(env, &buf, out);
}

/* Decimal places; halves go away from zero, as the server's round() does. */
bool
pm_filter_round(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	int64_t		places = 0;
	PmValue		number = pm_val_number(env, in);
	PmBuf		buf;

	if (number.kind != PM_NUMBER)
		return pm_filter_unfit(env, "round", "the value is not a number");
	if (nargs > 0)
		(void) pm_num_integer(args[0].u.str, args[0].len, INT32_MAX, &places);
	if (places < -1000 || places > 1000)
		return pm_filter_unfit(env, "round", "the places must be between -1000 and 1000");
	pm_env_buf(env, &buf);
	if (!pm_num_round(number.u.str, number.len, (int) places, &buf))
		return pm_env_too_long(env);
	*out = pm_value_number(buf.data, (uint32_t) buf.len);
	return pm_env_work(env, buf.len);
}

/* Null stays null: a date that is not known yet prints as nothing. */
bool
pm_filter_date(PmEnv *env, const PmValue *in, const PmValue *args, uint32_t nargs, PmValue *out)
{
	const char *format = args[0].u.str;
	Date		date;
	bool		known;
	PmBuf		buf;

	(void) nargs;
	if (in->kind == PM_NULL)
	{
		*out = *in;
		return true;
	}
	if (in->kind != PM_STRING || !read_date(in->u.str, in->len, &date))
		return pm_filter_unfit(env, "date", "the value is not an ISO 8601 date");
	pm_env_buf(env, &buf);
	for (uint32_t i = 0; i < args[0].len; i++)
	{
		bool		ok;

		known = true;
		if (format[i] != '%')
			ok = pm_buf_char(&buf, format[i]);
		else if (++i == args[0].len)
			return pm_filter_unfit(env, "date", "the format ends with a percent sign");
		else
			ok = write_field(format[i], &date, &buf, &known);
		if (!known)
			return pm_filter_unfit(env, "date", "the format has an unknown letter");
		if (!ok)
			return pm_env_too_long(env);
	}
	return pm_env_work(env, args[0].len) && pm_env_buf_value(env, &buf, out);
}

/* Exactly n digits at *at. */
static bool
read_digits(const char *text, uint32_t len, uint32_t *at, uint32_t n, int *value)
{
	if (len - *at < n)
		return false;
	*value = 0;
	for (uint32_t end = *at + n; *at < end; (*at)++)
	{
		if (text[*at] < '0' || text[*at] > '9')
			return false;
		*value = *value * 10 + (text[*at] - '0');
	}
	return true;
}

static bool
read_char(const char *text, uint32_t len, uint32_t *at, char ch)
{
	if (*at >= len || text[*at] != ch)
		return false;
	(*at)++;
	return true;
}

/* Z, or a sign and HH, HHMM or HH:MM */
static bool
read_zone(const char *text, uint32_t len, uint32_t *at)
{
	int			n;

	if (read_char(text, len, at, 'Z') || read_char(text, len, at, 'z') || *at == len)
		return true;
	if (!read_char(text, len, at, '+') && !read_char(text, len, at, '-'))
		return false;
	if (!read_digits(text, len, at, 2, &n))
		return false;
	(void) read_char(text, len, at, ':');
	return *at == len || read_digits(text, len, at, 2, &n);
}

/* The whole text must be a date; what is valid for the calendar is asked last. */
static bool
read_date(const char *text, uint32_t len, Date *date)
{
	uint32_t	at = 0;

	memset(date, 0, sizeof(*date));
	if (!read_digits(text, len, &at, 4, &date->year) || !read_char(text, len, &at, '-') ||
		!read_digits(text, len, &at, 2, &date->month) || !read_char(text, len, &at, '-') ||
		!read_digits(text, len, &at, 2, &date->day))
		return false;
	if (at < len)
	{
		if (!read_char(text, len, &at, 'T') && !read_char(text, len, &at, 't') &&
			!read_char(text, len, &at, ' '))
			return false;
		if (!read_digits(text, len, &at, 2, &date->hour) || !read_char(text, len, &at, ':') ||
			!read_digits(text, len, &at, 2, &date->minute))
			return false;
		if (read_char(text, len, &at, ':'))
		{
			if (!read_digits(text, len, &at, 2, &date->second))
				return false;
			if (read_char(text, len, &at, '.'))
			{
				while (at < len && text[at] >= '0' && text[at] <= '9')
					at++;
			}
		}
		if (!read_zone(text, len, &at))
			return false;
	}
	return at == len && valid_date(date);
}

static bool
leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* 24:00 and a leap second are times that ISO 8601 can write. */
static bool
valid_date(const Date *date)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (date->month < 1 || date->month > 12 || date->day < 1)
		return false;
	if (date->day > days[date->month - 1] + (date->month == 2 && leap_year(date->year)))
		return false;
	return date->hour <= 24 && date->minute < 60 && date->second <= 60;
}

static int
day_of_year(const Date *date)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

	return before[date->month - 1] + date->day + (date->month > 2 && leap_year(date->year));
}

/* 0 is Sunday; the calendar repeats every 400 years, which are whole weeks. */
static int
day_of_week(const Date *date)
{
	int			y = date->year + 399;

	return (y * 365 + y / 4 - y / 100 + y / 400 + day_of_year(date)) % 7;
}

/* With leading zeros; width is at most 4. */
static bool
write_number(PmBuf *buf, int n, int width)
{
	char		digits[4];

	for (int i = width; i-- > 0; n /= 10)
		digits[i] = (char) ('0' + n % 10);
	return pm_buf_append(buf, digits, (size_t) width);
}

/* One letter behind a percent sign. */
static bool
write_field(char field, const Date *date, PmBuf *buf, bool *known)
{
	static const char *const months[] = {"January", "February", "March", "April", "May",
	"June", "July", "August", "September", "October", "November", "December"};
	static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday"};
	const char *name;

	switch (field)
	{
		case 'Y':
			return write_number(buf, date->year, 4);
		case 'm':
			return write_number(buf, date->month, 2);
		case 'd':
			return write_number(buf, date->day, 2);
		case 'H':
			return write_number(buf, date->hour, 2);
		case 'M':
			return write_number(buf, date->minute, 2);
		case 'S':
			return write_number(buf, date->second, 2);
		case 'j':
			return write_number(buf, day_of_year(date), 3);
		case 'b':
		case 'B':
			name = months[date->month - 1];
			return pm_buf_append(buf, name, field == 'b' ? 3 : strlen(name));
		case 'a':
		case 'A':
			name = days[day_of_week(date)];
			return pm_buf_append(buf, name, field == 'a' ? 3 : strlen(name));
		case '%':
			return pm_buf_char(buf, '%');
		default:
			*known = false;
			return true;
	}
}
