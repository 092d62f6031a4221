# make_token_class.awk
#		Writes src/core/pm_token_class.c from a list of code-point ranges.
#
# Input: lines "first<TAB>last<TAB>class", hexadecimal, class one of Lu Lt Ll
# Lm Lo M N WS; "#" starts a comment.  Run by hand when Unicode changes:
#
#	awk -f tools/make_token_class.awk unicode16_classes.tsv > src/core/pm_token_class.c
#
# Plain POSIX awk: hexadecimal numbers are read by hand, and the blocks are
# told apart by their printed form.

BEGIN {
	BLOCK = 128
	STAGE1 = 1114112 / BLOCK
	class["Lu"] = 0
	class["Lt"] = 0
	class["Ll"] = 1
	class["Lm"] = 2
	class["Lo"] = 2
	class["M"] = 3
	class["N"] = 4
	class["WS"] = 5
	REST = 6
}

function hex(s,		i, v)
{
	v = 0
	s = tolower(s)
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}

# Adds one number to the array being printed, 72 columns to a line.
function put(v)
{
	if (length(line) + length(v) + 1 > 72)
		flush()
	line = line v ","
}

function flush()
{
	if (line != "")
		print "\t" line
	line = ""
}

/^#/ || NF == 0 {
	next
}

{
	if (!($3 in class))
	{
		print "unknown class " $3 " in line " NR > "/dev/stderr"
		failed = 1
		exit 1
	}
	last = hex($2)
	for (cp = hex($1); cp <= last; cp++)
		of[cp] = class[$3]
}

END {
	if (failed)
		exit 1
	blocks = 0
	for (b = 0; b < STAGE1; b++)
	{
		key = ""
		for (i = 0; i < BLOCK; i++)
			key = key ((b * BLOCK + i) in of ? of[b * BLOCK + i] : REST)
		if (!(key in number))
		{
			number[key] = blocks
			content[blocks++] = key
		}
		stage1[b] = number[key]
	}
	if (blocks > 256)
	{
		print "too many blocks for one byte" > "/dev/stderr"
		exit 1
	}

	print "/*"
	print " * pm_token_class.c"
	print " *\t\tCharacter classes of the token splitters, Unicode 16.0."
	print " *"
	print " * Written by tools/make_token_class.awk; change that, not this file.  The"
	print " * first table maps a code point's upper bits to a block, the second holds"
	print " * the class number of each code point of the blocks (see pm_token_class.h)."
	print " */"
	print "#include \"pm_token_class.h\""
	print ""
	printf "const uint8_t pm_token_class_index[%d] = {\n", STAGE1
	for (b = 0; b < STAGE1; b++)
		put(stage1[b])
	flush()
	print "};"
	print ""
	printf "const uint8_t pm_token_class_block[%d * %d] = {\n", blocks, BLOCK
	for (b = 0; b < blocks; b++)
		for (i = 1; i <= BLOCK; i++)
			put(substr(content[b], i, 1))
	flush()
	print "};"
	print ""
	print "const uint8_t pm_token_class_byte[256] = {"
	for (b = 0; b < 256; b++)
	{
		mask = 0
		if (b < 128)
			mask = 2 ^ (b in of ? of[b] : REST)
		if (b == 10 || b == 13)
			mask += 128
		put(mask)
	}
	flush()
	print "};"
}
