"""How the fonts of this folder were made: ``python codegen/documents/fonts/make_fonts.py [TEXMF]``.

Needs fonttools and brotli, and Latin Modern as Debian's fonts-lmodern has it. The subsets have names of their
own, as the GUST Font License asks. The same fonts give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent
TEXMF = Path("/usr/share/texmf/fonts/opentype/public")

PRINTABLE = range(0x20, 0x7F)
LATIN = range(0xA0, 0x100)
GREEK = (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA))
BOLD = range(0x1D400, 0x1D434)
ITALIC = range(0x1D434, 0x1D468)
BOLD_GREEK_CAPITALS = range(0x1D6A8, 0x1D6C1)
ITALIC_GREEK = range(0x1D6E2, 0x1D71C)
BOLD_ITALIC_GREEK = range(0x1D736, 0x1D750)
BOLD_DIGITS = range(0x1D7CE, 0x1D7D8)
SIGNS = "✓ℎ𝟙ℝ′∂∇∈∏∑−√∞≔≠≤≥⊙⊤⋅←→⇒…·×±\u2061\u2062"
PUNCTUATION = "–—‘’“”…•ﬁﬂﬀﬃﬄ"

MATH = (
    *PRINTABLE, *map(ord, SIGNS), *GREEK, *BOLD, *ITALIC, *BOLD_GREEK_CAPITALS, *ITALIC_GREEK, *BOLD_ITALIC_GREEK,
    *BOLD_DIGITS,
)  # fmt: skip
ROMAN = (*PRINTABLE, *LATIN, *map(ord, PUNCTUATION))

BRACKETS = {
    "big1": {
        "(": "parenleft.v2",
        ")": "parenright.v2",
        "[": "bracketleft.v2",
        "]": "bracketright.v2",
        "|": "divides.v1",
    },
    "big2": {
        "(": "parenleft.v4",
        ")": "parenright.v4",
        "[": "bracketleft.v4",
        "]": "bracketright.v4",
        "|": "divides.v3",
    },
    "big3": {
        "(": "parenleft.v6",
        ")": "parenright.v6",
        "[": "bracketleft.v6",
        "]": "bracketright.v6",
        "|": "divides.v5",
    },
}
"""Brackets of a fixed size: browsers leave room for the largest size around a bracket that they stretch."""

FONTS = {
    "math": ("lm-math/latinmodern-math.otf", MATH, ("ssty",)),
    "regular": ("lm/lmroman10-regular.otf", ROMAN, ("liga", "kern")),
    "italic": ("lm/lmroman10-italic.otf", ROMAN, ("liga", "kern")),
    "bold": ("lm/lmroman10-bold.otf", ROMAN, ("liga", "kern")),
}
"""For each file made: what it is made of, its characters, its features."""


def subset(font: TTFont, characters: Iterable[int], features: tuple[str, ...], name: str) -> TTFont:
    """The font with these characters and all that they may turn into, such as the sizes of a bracket."""
    options = Options()
    options.layout_features = list(features)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    options.drop_tables += ["FFTM"] if features else ["FFTM", "MATH", "GSUB", "GPOS", "GDEF"]
    maker = Subsetter(options)
    maker.populate(unicodes=characters)
    maker.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = f"Backproof-{name}" if record.nameID == 6 else f"Backproof {name}"
    font["CFF "].cff.fontNames = [f"Backproof-{name}"]
    font.flavor = "woff2"
    return font


def brackets(font: TTFont, glyphs: Mapping[str, str], name: str) -> TTFont:
    """A font of brackets alone, drawn as larger ones are."""
    for table in font["cmap"].tables:
        table.cmap.update({ord(bracket): glyph for bracket, glyph in glyphs.items() if ord(bracket) in table.cmap})
    return subset(font, map(ord, glyphs), (), name)


def main(texmf: Path = TEXMF) -> None:
    """Make every font anew."""
    made = {}
    for name, (source, characters, features) in FONTS.items():
        made[name] = subset(_opened(texmf / source), characters, features, name.capitalize())
    for name, glyphs in BRACKETS.items():
        made[name] = brackets(_opened(texmf / FONTS["math"][0]), glyphs, name.capitalize())
    for name, font in made.items():
        path = FOLDER / f"{name}.woff2"
        font.save(path)
        print(f"{path.name}: {path.stat().st_size} bytes")


def _opened(path: Path) -> TTFont:
    return TTFont(path, recalcTimestamp=False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
