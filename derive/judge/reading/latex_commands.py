"""Commands of LaTeX with what belongs to them: fractions, roots, marks, words, boxes."""

from __future__ import annotations

from dataclasses import replace

from ...forward.building import exact
from . import latex_words as words
from .assembling import Piece, derivative
from .latex_arguments import Arguments
from .latex_passes import parse
from .limits import refuse
from .sketch import Apply, Divide, Name, Number, Power, Reduce, Sketch, Transpose


class Commands(Arguments):
    """What each sort of command becomes."""

    def fraction(self, name: str, column: int) -> Piece:
        """A fraction, or a derivative written as one."""
        above, below = self.argument(f"\\{name}"), self.argument(f"\\{name}")
        if not above or not below:
            refuse(column, f"\\{name} with an empty part")
        sort = _differential(below)
        if sort and _differential(above) == sort:
            by = parse(below[1:])
            if len(above) == 1:
                return Piece("DERIV", f"\\{name}", column, by)
            return Piece("ATOM", f"\\{name}", column, derivative(parse(above[1:]), by))
        return Piece("ATOM", f"\\{name}", column, Divide(parse(above), parse(below)))

    def root(self) -> Sketch:
        """``\\sqrt[n]{x}``."""
        degree: Sketch | None = None
        if self.peek("char", "["):
            self.at += 1
            degree = parse(self.pieces("]"))
            self.at += 1
        inside = parse(self.argument("\\sqrt"))
        return Apply(Name("sqrt"), (inside,)) if degree is None else Power(inside, Divide(Number(exact("1")), degree))

    def marked(self, name: str, column: int) -> list[Piece]:
        """A hat, a bar, a bold letter."""
        mark, inner = words.MARKS[name], self.argument(f"\\{name}")
        if len(inner) == 1 and inner[0].type in ("NAME", "ATOM"):
            made = _with_mark(inner[0].held, mark)
            if made is not None:
                after = self.raws[self.at].text if self.at < len(self.raws) else ""
                if made == Name("E", ("bb",)) and after in ("[", "(", "{", "_"):
                    refuse(column, "found an expectation, which is not read; write a sum or a mean")
                return [Piece("NAME" if isinstance(made, Name) else "ATOM", str(inner[0]), column, made)]
        if mark in words.FONTS and _is_word(inner):
            word = "".join(map(str, inner))
            return [Piece("NAME", word, column, Name(word, (mark,)))]
        if mark in words.FONTS:
            return [
                Piece(piece.type, str(piece), piece.column, _with_mark(piece.held, mark) or piece.held)
                if piece.type in ("NAME", "ATOM")
                else piece
                for piece in inner
            ]
        if name in ("overline", "bar"):
            return [Piece("ATOM", f"\\{name}", column, Reduce("mean", parse(inner)))]
        if mark == "under":
            return inner
        if all(piece.type == "NAME" and piece.held == Name(str(piece)) for piece in inner) and inner:
            word = "".join(map(str, inner))
            return [Piece("NAME", word, column, Name(word, (mark,)))]
        refuse(column, f"found \\{name} over more than one symbol")

    def upright(self, name: str, column: int) -> list[Piece]:
        """A word in roman letters: a function, a symbol, or a word between formulas."""
        start = self.at
        word = self.plain_argument(f"\\{name}").strip()
        bare = word.strip(" .,:;()~")
        if not bare:
            return [] if word != "," else [Piece("COMMA", ",", column)]
        if bare in words.FUNCTION_WORDS:
            return [Piece("FUNC", bare, column, Name(bare))]
        plain = bare.replace("_", "").replace("-", "").replace(" ", "")
        lone = not self.in_script and name in ("text", "textrm", "mbox", "hbox", "rm", "textit")
        texts = bare.lower().split()
        if lone and (len(texts) > 1 or texts[0] in words.JOINING | words.CASE_WORDS | words.OTHERWISE):
            return [Piece("TEXT", bare, column)]
        if plain.isalnum() and plain.isascii():
            if self.in_script and bare in ("t", "tr"):
                return [Piece("NAME", bare, column, Name("T"))]
            return [Piece("NAME", bare, column, Name("_".join(bare.replace("-", " ").split())))]
        end, self.at = self.at, start
        inner = self.argument(f"\\{name}")
        if self.at != end:
            refuse(column, f"found \\{name} with something that cannot be read")
        return inner

    def kept(self, name: str, column: int, found: list[Piece]) -> None:
        """The body of a box or brace, without its label."""
        inner = self.argument(f"\\{name}")
        for _ in range(2):
            if name.endswith("brace") and self.at < len(self.raws) and self.raws[self.at].text in ("_", "^"):
                self.at += 1
                self.plain_argument("a brace's label")
        if name == "substack":
            found += inner
        else:
            found += [*inner] if name == "boxed" else self.grouped(inner, column)

    def grouped(self, inner: list[Piece], column: int) -> list[Piece]:
        """What stands in braces: a symbol stays one, an operator too, anything longer becomes a unit."""
        if len(inner) == 1 and inner[0].type in ("NAME", "ATOM"):
            inner[0].braced = True
        if len(inner) <= 1 or any(piece.type in ("NEWLINE", "AMP", "GAP", "COMMA", "TEXT") for piece in inner):
            return inner
        if inner[0].type in ("PARTIAL", "PREFIX", "SUM", "REL", "TIMES", "FUNC", "SIGN") or len(inner) < 3:
            return inner
        if any(piece.type == "REL" for piece in inner):
            return inner
        return [Piece("ATOM", "{...}", column, parse(inner))]

    def negated(self, found: list[Piece], column: int) -> None:
        """``\\not=``."""
        if not (self.peek("char", "=")):
            refuse(column, "found \\not before something other than =")
        self.at += 1
        found.append(Piece("REL", "\\not=", column, "!="))


def _differential(pieces: list[Piece]) -> str:
    """Whether a numerator or denominator begins with ∂, d or δ as a differential."""
    first = pieces[0]
    if first.type == "PARTIAL":
        return "partial"
    if first.type == "NAME" and first.held == Name("d"):
        return "d"
    if first.type == "NAME" and first.held == Name("delta") and len(pieces) > 1 and pieces[1].type == "NAME":
        return "delta"
    return ""


def _is_word(pieces: list[Piece]) -> bool:
    """Whether these are several plain Latin letters: one name or a product, which the model tells apart."""
    plain = all(piece.type == "NAME" and piece.held == Name(str(piece)) and len(str(piece)) == 1 for piece in pieces)
    return plain and len(pieces) > 1


def _with_mark(held: Sketch, mark: str) -> Sketch | None:
    """The same symbol with a mark on it, under its scripts."""
    if isinstance(held, Name):
        return replace(held, marks=(mark, *held.marks))
    if isinstance(held, Number) and held.value == 1 and mark in ("bb", "bold"):
        return Name("1", (mark,))
    if isinstance(held, Power | Transpose) and mark in words.FONTS:
        inner = _with_mark(held.base if isinstance(held, Power) else held.of, mark)
        if inner is not None:
            return Power(inner, held.exponent) if isinstance(held, Power) else Transpose(inner)
    return None
