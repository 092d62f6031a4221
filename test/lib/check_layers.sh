#!/bin/sh
# check_layers.sh
#		Proves that src/core needs nothing but the C library, that each header
#		stands alone, and that what only one file may use is used there alone.
#
#	check_layers.sh OBJECTS_DIRECTORY
#
# Run from the project's root; the directory holds the compiled core.  CC and
# PG_CONFIG come from the environment.
set -u

objects=$1
CC=${CC:-cc}
PG_CONFIG=${PG_CONFIG:-pg_config}
passed=0
failed=0

ok()
{
	passed=$((passed + 1))
}

not_ok()
{
	failed=$((failed + 1))
	printf 'not ok: %s\n' "$1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/  /'
}

# A core file's headers: those of src/core and those of C and POSIX.  Only the
# core is on the include path, so a server header is not even found; naming
# those allowed keeps other libraries out as well.
libc='assert|ctype|errno|fcntl|float|inttypes|limits|math|setjmp|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|time|unistd|sys/[a-z]+'

check_includes()
{
	for file in src/core/*.c; do
		if ! files=$($CC -M -Isrc/core "$file" 2>&1); then
			not_ok "$file: its headers are not all of the core or the C library" "$files"
			continue
		fi
		foreign=$(echo "$files" | tr ' ' '\n' | grep -E 'postgres|libpq|pgsql|^src/[^c]')
		if [ -n "$foreign" ]; then
			not_ok "$file includes server headers" "$foreign"
		else
			ok
		fi
	done
	for file in src/core/*.c src/core/*.h; do
		foreign=$(sed -n 's/^[ \t]*#[ \t]*include[ \t]*<\(.*\)>.*/\1/p' "$file" | grep -Evx "($libc)\.h")
		if [ -n "$foreign" ]; then
			not_ok "$file includes other than C and POSIX headers" "$foreign"
		else
			ok
		fi
	done
}

# Every symbol that the core leaves undefined is in the C or the mathematical
# library, or is the compiler's own helper.
check_symbols()
{
	known=$(mktemp)
	{
		nm -g --defined-only "$objects"/*.o | awk 'NF == 3 { print $3 }'
		nm -D --defined-only "$($CC -print-file-name=libc.so.6)" "$($CC -print-file-name=libm.so.6)" |
			awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }'
		nm -g --defined-only "$($CC -print-libgcc-file-name)" 2>/dev/null | awk 'NF == 3 { print $3 }'
		echo _GLOBAL_OFFSET_TABLE_
	} | sort -u >"$known"
	for file in "$objects"/*.o; do
		foreign=$(nm -u "$file" | awk 'NF == 2 { print $2 }' | sort -u | comm -23 - "$known")
		if [ -n "$foreign" ]; then
			not_ok "$file needs symbols from outside the core and the C library" "$foreign"
		else
			ok
		fi
	done
	rm -f "$known"
}

check_headers()
{
	for file in src/core/*.h; do
		if messages=$($CC -fsyntax-only -Wall -Werror -Isrc/core -x c -include "$file" /dev/null 2>&1); then
			ok
		else
			not_ok "$file does not compile alone" "$messages"
		fi
	done
	server=$($PG_CONFIG --includedir-server 2>/dev/null)
	if [ ! -f "$server/postgres.h" ]; then
		echo "skipped: headers of src/*.h, as $PG_CONFIG finds no postgres.h"
		return
	fi
	for file in src/*.h; do
		if messages=$($CC -fsyntax-only -Wall -Werror -Isrc -Isrc/core -isystem "$server" -x c \
			-include postgres.h -include "$file" /dev/null 2>&1); then
			ok
		else
			not_ok "$file does not compile right after postgres.h" "$messages"
		fi
	done
}

# only_in WORD FILE: no other source file has the word.
only_in()
{
	others=$(grep -l "$1" src/*.[ch] src/core/*.[ch] | grep -vx "$2")
	if [ -n "$others" ]; then
		not_ok "$1 occurs outside of $2" "$others"
	else
		ok
	fi
}

check_includes
check_symbols
check_headers
only_in PG_VERSION_NUM src/pm_compat.h
only_in SPI_ src/pm_catalog.c
# What 18 no longer has; pg_noreturn goes before the declaration.
only_in pg_attribute_noreturn src/pm_compat.h

echo "check-layers: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
