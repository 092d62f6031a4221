#!/usr/bin/env python3
"""Writes pm_case_table.c: Unicode simple case mapping as ranges.

Run from the project root:  python3 src/core/gen/case_table.py > src/core/pm_case_table.c
Only one-to-one mappings are taken, those of UnicodeData.txt.  The Unicode
version is that of the Python that runs this.
"""
import sys
import unicodedata


def simple(cp, upper):
    """The code point's simple mapping, or itself where it has none.

    str.upper() applies full mapping; where that is longer than one character
    the simple one is not known to Python, but is the title case of the few
    letters listed here (Greek with ypogegrammeni) or the letter itself.
    """
    ch = chr(cp)
    out = ch.upper() if upper else ch.lower()
    if len(out) == 1:
        return ord(out)
    if upper and len(ch.title()) == 1:
        return ord(ch.title())
    # U+1F80..1FAF, 1FB3, 1FC3, 1FF3: small letters with an iota below
    if upper and (0x1F80 <= cp <= 0x1FAF and cp & 8 == 0):
        return cp + 8
    if upper and cp in (0x1FB3, 0x1FC3, 0x1FF3):
        return cp + 9
    if not upper and cp == 0x130:
        return 0x69
    return cp


def ranges(upper):
    """(first, last, step, delta) so that cp maps to cp + delta."""
    rows = []
    for cp in range(0x80, 0x110000):
        if 0xD800 <= cp < 0xE000:
            continue
        to = simple(cp, upper)
        if to == cp:
            continue
        delta = to - cp
        if rows:
            first, last, step, d = rows[-1]
            gap = cp - last
            if d == delta and (gap == step or (first == last and gap <= 2)):
                rows[-1] = (first, cp, gap, d)
                continue
        rows.append((cp, cp, 1, delta))
    return rows


def emit(name, rows):
    print("const PmCaseRange %s[] = {" % name)
    print(",\n".join("\t{0x%05X, 0x%05X, %d, %d}" % row for row in rows))
    print("};\n")
    print("const uint32_t %s_n = sizeof(%s) / sizeof(%s[0]);" % (name, name, name))


def main():
    print("/*")
    print(" * pm_case_table.c")
    print(" *\t\tSimple case mapping of Unicode %s; generated, do not edit." %
          unicodedata.unidata_version)
    print(" *")
    print(" * Made by src/core/gen/case_table.py.  ASCII is not in the tables.")
    print(" */")
    print('#include "pm_case.h"\n')
    emit("pm_case_upper", ranges(True))
    print()
    emit("pm_case_lower", ranges(False))
    return 0


sys.exit(main())
