"""Writes archive_unicode_tables.cpp: `python3 archive_unicode_tables.py > archive_unicode_tables.cpp`.

word: the ranges of general categories L, N and M. fold: simple case folding, then the base letter of the canonical decomposition.
The output is kept in the tree, so that no build needs Python and no upgrade of it changes what a stored index means.
"""
import sys
import unicodedata


def base_of(text):
    decomposed = unicodedata.normalize("NFD", text)
    marks = decomposed[1:]
    return decomposed[0] if marks and all(0x300 <= ord(m) <= 0x36F for m in marks) else text


def fold(code):
    folded = base_of(chr(code)).casefold()
    if len(folded) != 1:
        folded = base_of(chr(code)).lower()[0]
    return ord(base_of(folded))


def word_bounds():
    inside, bounds = False, []
    for code in range(0x80, 0x110001):
        is_word = code < 0x110000 and not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code))[0] in "LNM"
        if is_word != inside:
            bounds.append(code)
            inside = is_word
    return bounds


def rows(values, width):
    for start in range(0, len(values), width):
        yield "    " + " ".join(f"{value:#x}," for value in values[start:start + width])


def table(kind, name, values, width):
    print(f"constexpr {kind} {name}[] = {{")
    print("\n".join(rows(values, width)))
    print("};")


print(f"""// Made by archive_unicode_tables.py from Unicode {unicodedata.unidata_version}; not edited by hand.
#include "engine/sqlite/archive_unicode.hpp"

namespace godwit::engine::sqlite {{
namespace {{

// clang-format off
// Where a range of letters, digits and marks begins, and where it is over, in turn.""")
table("char32_t", "kWordBounds", word_bounds(), 14)
print("// U+00C0 to U+058F, folded.")
table("char16_t", "kFoldLow", [fold(c) for c in range(0xC0, 0x590)], 17)
print("// U+1E00 to U+1FFF, folded.")
table("char16_t", "kFoldHigh", [fold(c) for c in range(0x1E00, 0x2000)], 15)
print("""// clang-format on

}  // namespace

const UnicodeTables& unicode_tables() noexcept {
  static constexpr UnicodeTables tables{kWordBounds, kFoldLow, kFoldHigh};
  return tables;
}

}  // namespace godwit::engine::sqlite""")
sys.stdout.flush()
