"""Finding the formulas of a LaTeX text, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENVIRONMENTS = (
    "equation", "align", "gather", "multline", "eqnarray", "displaymath", "flalign", "alignat", "dmath", "math",
)  # fmt: skip
"""Environments that display formulas, each also with a star."""
INNER = ("aligned", "split", "gathered", "alignedat", "multlined")
VERBATIM = ("verbatim", "lstlisting", "minted", "comment", "Verbatim", "filecontents")
LONGEST_INLINE = 2000

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_VERBATIM = re.compile(rf"\\begin\{{({'|'.join(VERBATIM)})\*?\}}")
_VERB = re.compile(r"\\verb\*?([^\sA-Za-z*])[^\n]*?\1")
_BEGIN = re.compile(rf"\\begin\{{(({'|'.join((*ENVIRONMENTS, *INNER))})\*?)\}}")
_OPENER = re.compile(rf"\\\\|\\\$|\$\$|\\\[|\\\(|\$|\\begin\{{(?P<environment>(?:{'|'.join(ENVIRONMENTS)})\*?)\}}")
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_TOKEN = re.compile(r"\\\\(?:\*|\s*\[[^\]\n]*\])?|\\[{}]|\\(?:begin|end)(?=\{)|\\left(?![a-z])|\\right(?![a-z])|[{}]")
RELATION = re.compile(
    r"[=~]|\\(?:left|get|equiv|approx|propto|sim|simeq|triangleq|coloneqq|doteq|defeq|Leftarrow)(?:arrow|s)?(?![a-z])"
)
_GOES_ON = re.compile(r"(?:[-+=/*]|:=|\\(?:cdot|times|odot|circ|ast|approx|equiv|propto|pm|mp|sim|leftarrow)(?![a-z]))")
_OPEN_END = re.compile(r"(?:[-+=/*]|\\(?:cdot|times|odot|circ|ast|approx|equiv|propto|leftarrow))$")
_SPACES = re.compile(r"(?:\s|&|\\[,;:!> ]|\\q?quad(?![a-z])|\{\})+")
_ABOUT_GRADIENTS = re.compile(r"\\(?:partial|delta|nabla|Delta)(?![a-z])|\\frac\s*\{\s*d|\bd\w+\s*/\s*d")


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: one formula; `problem` where it never ends."""

    start: int
    end: int
    problem: str = ""


def tex_formulas(text: str) -> Iterator[Piece]:
    """The displayed formulas of a LaTeX text, and those within lines that speak of derivatives."""
    for piece, inline in _everything(text):
        if not inline or _is_claim(text[piece.start : piece.end]):
            yield piece


def asides(text: str) -> Iterator[Piece]:
    """The other formulas within lines that hold an equality sign: ``let $e_k = a_k - y_k$``."""
    for piece, inline in _everything(text):
        inner = text[piece.start : piece.end]
        if inline and "=" in inner and not _is_claim(inner):
            yield piece


def _everything(text: str) -> Iterator[tuple[Piece, bool]]:
    """All formulas, and whether they stand within a line."""
    text = blanked(text)
    place = _body(text)
    never: set[str] = set()
    while opener := _OPENER.search(text, place):
        sign, environment = opener.group(), opener["environment"]
        place = opener.end()
        if sign in ("\\\\", "\\$"):
            continue
        if sign in ("$", "\\("):
            end = _inline_end(text, place, sign)
            if end is not None:
                yield Piece(place, end), True
                place = end + len(_CLOSERS.get(sign, sign))
            continue
        closer = f"\\end{{{environment}}}" if environment else _CLOSERS[sign]
        end = text.find(closer, place) if closer not in never else -1
        if end < 0:
            if closer not in never:
                yield Piece(opener.start(), opener.end(), f"{sign} is never closed"), False
            never.add(closer)
            continue
        yield from ((piece, False) for piece in rows(text, place, end))
        place = end + len(closer)


def blanked(text: str) -> str:
    """The text with comments and verbatim parts as spaces, every character at its place."""
    text = _COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)
    text = _VERB.sub(lambda m: " " * len(m[0]), text)
    place = 0
    parts = []
    while opener := _VERBATIM.search(text, place):
        end = text.find(f"\\end{{{opener[1]}", opener.end())
        end = len(text) if end < 0 else end
        parts += [text[place : opener.start()], re.sub(r"[^\n]", " ", text[opener.start() : end])]
        place = end
    return "".join((*parts, text[place:]))


def rows(text: str, start: int, end: int) -> Iterator[Piece]:
    """The formulas of one display, a line that goes on with the one above joined to it."""
    start, end = unwrapped(text, start, end)
    waiting: Piece | None = None
    for row in _lines(text, start, end):
        if not _content(text[row.start : row.end]):
            continue
        if waiting is not None and _goes_on(text[waiting.start : waiting.end], text[row.start : row.end]):
            waiting = Piece(waiting.start, row.end)
            continue
        if waiting is not None:
            yield from _stated(text, waiting)
        waiting = row
    if waiting is not None:
        yield from _stated(text, waiting)


def unwrapped(text: str, start: int, end: int) -> tuple[int, int]:
    """The inside of an environment such as aligned that makes up a whole display."""
    inner = text[start:end]
    stripped = inner.strip()
    begin = _BEGIN.match(stripped)
    if begin and stripped.endswith(f"\\end{{{begin[1]}}}") and stripped.count(f"\\begin{{{begin[1]}}}") == 1:
        offset = start + len(inner) - len(inner.lstrip())
        return unwrapped(text, offset + begin.end(), offset + len(stripped) - len(f"\\end{{{begin[1]}}}"))
    return start, end


def _lines(text: str, start: int, end: int) -> Iterator[Piece]:
    """The lines of a display, as \\\\ parts them outside braces and inner environments."""
    depth, place = 0, start
    for token in _TOKEN.finditer(text, start, end):
        sign = token.group()
        if sign.startswith("\\\\"):
            if depth <= 0:
                yield Piece(place, token.start())
                place = token.end()
        else:
            depth += (sign in ("{", "\\begin", "\\left")) - (sign in ("}", "\\end", "\\right"))
    yield Piece(place, end)


def _goes_on(above: str, row: str) -> bool:
    """Whether a line of a display belongs to the formula above it."""
    above, row = _bare(above), _bare(row)
    if row[:1] == "=" or row[:2] == ":=" or _OPEN_END.search(above) or not RELATION.search(above):
        return True
    return bool(_GOES_ON.match(row)) and not RELATION.search(row)


def _bare(text: str) -> str:
    """A line without what stands around its formula and means nothing."""
    leading = _SPACES.match(text)
    text = text[leading.end() :] if leading else text
    return text.rstrip(" \t\n&")


def _content(text: str) -> bool:
    return bool(re.sub(r"\\(?:label|tag)\*?\{[^{}]*\}|\\(?:nonumber|notag)", "", _bare(text)).strip(" .,;"))


def _stated(text: str, piece: Piece) -> Iterator[Piece]:
    """The stretch without spaces around it, if it states anything."""
    inner = text[piece.start : piece.end]
    if RELATION.search(_without_scripts(inner)):
        start = piece.start + len(inner) - len(inner.lstrip(" \t\n&"))
        yield Piece(start, start + len(inner.strip(" \t\n&")))


def _without_scripts(text: str) -> str:
    """The text without what stands in braces, so that \\sum_{k=1} is no statement; all of it if braces do not match."""
    kept, depth = [], 0
    for part in re.split(r"(\\[{}]|[{}])", text):
        depth += (part == "{") - (part == "}")
        kept.append(part if depth == 0 else "")
    return text if depth else "".join(kept) or text


def _body(text: str) -> int:
    """Where the document begins."""
    found = text.find("\\begin{document}")
    return found + len("\\begin{document}") if found >= 0 else 0


def _inline_end(text: str, place: int, sign: str) -> int | None:
    """Where a formula within a line ends; None where it does not, in its paragraph."""
    stretch = text[place : place + LONGEST_INLINE].partition("\n\n")[0]
    found = stretch.find("\\)") if sign == "\\(" else next((m.start() for m in re.finditer(r"(?<!\\)\$", stretch)), -1)
    return place + found if found > 0 else None


def _is_claim(inner: str) -> bool:
    return bool(_ABOUT_GRADIENTS.search(inner)) and "=" in _without_scripts(inner)
