"""Symbols of LaTeX with what hangs on them: words and letters, then their scripts and primes."""

from __future__ import annotations

from . import latex_words as words
from .assembling import Piece, is_number
from .latex_commands import Commands
from .latex_passes import parse
from .latex_scripts import Scripts, negative, on_expression, on_name, sum_letters
from .latex_tokens import Raw
from .limits import refuse
from .sketch import Name, Power, Transpose


class Symbols(Commands):
    """Reads words, and the scripts of the piece before them."""

    def word(self, raw: Raw) -> list[Piece]:
        """Letters that stand side by side: a known word, or a symbol each."""
        known = words.SCRIPT_WORDS if self.in_script else words.WORDS
        text, column = raw.text, raw.column
        if text == "np" and self.peek("char", ".") and self.at + 1 < len(self.raws):
            self.at += 2
            text = f"np.{self.raws[self.at - 1].text}"
            if text not in ("np.sum", "np.mean"):
                refuse(column, f'found "{text}"; in LaTeX only np.sum and np.mean are read')
            return [Piece("NAME", text, column, Name(text))]
        if text in words.FUNCTION_WORDS and not (self.in_script and text in ("max", "min")):
            return [Piece("FUNC", text, column, Name(text))]
        if "_" in text or text in known:
            return [Piece("NAME", text, column, Name(text))]
        if text[0] == "d" and text[1:] in words.WORDS:
            return [Piece("NAME", part, column, Name(part)) for part in ("d", text[1:])]
        return [Piece("NAME", one, column + place, Name(one)) for place, one in enumerate(text)]

    def scripts(self, found: list[Piece]) -> None:
        """What hangs on the piece just read."""
        read = Scripts(column=self.column())
        while self.at < len(self.raws):
            raw = self.raws[self.at]
            if raw.kind == "prime" and found[-1].type == "RPAR" and self.in_script:
                break
            if raw.kind == "prime" and found[-1].type in ("NAME", "FUNC", "RPAR", "ATOM"):
                self.at += 1
                read.primes += sum({"″": 2}.get(sign, 1) for sign in raw.text)
            elif raw.kind == "char" and raw.text in ("_", "^"):
                self.at += 1
                self.in_script += 1
                inner = self.argument(f'"{raw.text}"')
                self.in_script -= 1
                side = read.below if raw.text == "_" else read.above
                if side and not (side is read.above and all(p.type == "PRIME" for p in [*side, *inner][:1])):
                    refuse(raw.column, f'found a second "{raw.text}" on one symbol; put it in braces')
                side += inner
            else:
                break
        if read:
            found[-1] = self.with_scripts(found[-1], read)

    def with_scripts(self, piece: Piece, read: Scripts) -> Piece:
        """The piece with its scripts on it."""
        kind, text, column = piece.type, str(piece), piece.column
        if kind in ("NAME", "FUNC"):
            made = on_name(piece.held, read, parse)
            if kind == "FUNC":
                if isinstance(made, Transpose) or (isinstance(made, Power) and negative(made.exponent)):
                    refuse(column, f"found a power of \\{text} that could be its inverse function; use brackets")
                return Piece(kind, text, column, made)
            keeps = isinstance(made, Name) or (isinstance(made, Power) and _positive(made))
            return Piece("NAME" if keeps else "ATOM", text, column, made)
        if kind == "ATOM":
            return Piece(kind, text, column, on_expression(piece.held, read, parse))
        if kind in ("RPAR", "RBAR", "RNORM"):
            return Piece(kind, text, column, read)
        if kind == "SUM":
            letters, lower, over, conditions = sum_letters(read.below, parse)
            upper = parse(read.above) if read.above else None
            return Piece(kind, text, column, (text, letters, lower, upper, over, tuple(conditions)))
        if kind in ("NABLA", "PARTIAL") and not read.above:
            return Piece("PREFIX", text, column, parse(read.below))
        if kind == "PARTIAL":
            refuse(column, "found a second derivative; only first derivatives are read")
        refuse(read.column, f'found a script on "{text}"')


def _positive(power: Power) -> bool:
    return is_number(power.exponent) and not negative(power.exponent) and isinstance(power.base, Name)
