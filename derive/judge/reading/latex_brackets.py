"""Brackets of LaTeX, kept in pairs: round, square, bars, angles, and the environments of cases and lines."""

from __future__ import annotations

from . import latex_words as words
from .assembling import Piece
from .latex_cases import cases
from .latex_commands import Commands
from .latex_tokens import Raw
from .limits import DEEPEST, refuse

_OPERATORS = set("SIGN TIMES SLASH REL COMMA LPAR LBAR LNORM SUM FUNC COLON AMP NEWLINE".split())


class Brackets(Commands):
    """Reads what opens and what closes; `opened` are the brackets still open."""

    def bracket(self, name: str, column: int, found: list[Piece], opened: list[Piece]) -> None:
        """An opening or closing bracket; bars close what they opened."""
        if name in ("|", "vert", "mid", "Vert"):
            raw = self.raws[self.at - 1]
            sign = "‖" if name == "Vert" or (name == "|" and raw.kind == "cmd") else "|"
            closes = bool(opened) and str(opened[-1]) == sign and bool(found) and found[-1].type not in _OPERATORS
            self.place(sign, closes, column, found, opened)
        elif name in words.OPEN:
            self.place(words.OPEN[name], False, column, found, opened)
        elif name in words.CLOSE:
            self.place(words.CLOSE[name], True, column, found, opened)
        else:
            self.place(name, name in ")]", column, found, opened)

    def place(self, sign: str, closes: bool, column: int, found: list[Piece], opened: list[Piece]) -> None:
        """Keeps the brackets in pairs."""
        kind = {"|": "BAR", "‖": "NORM"}.get(sign, "PAR")
        if not closes:
            opened.append(Piece(f"L{kind}", sign, column))
            if len(opened) > DEEPEST:
                refuse(column, f"a formula nested more than {DEEPEST} levels deep; give its parts names")
            found.append(opened[-1])
            return
        if not opened or words.PAIRS[str(opened[-1])] != sign:
            seen = f'"{opened[-1]}" is closed by "{sign}"' if opened else f'nothing opens this "{sign}"'
            refuse(column, f"unbalanced bracket: {seen}")
        opened.pop()
        found.append(Piece(f"R{kind}", sign, column, None))

    def angled(self) -> bool:
        """Whether ``<t>`` is a bracket: it closes before the group does."""
        for raw in self.raws[self.at : self.at + 20]:
            if raw.kind == "char" and raw.text in ">}":
                return raw.text == ">"
        return False

    def environment(self, raw: Raw, found: list[Piece], opened: list[Piece]) -> None:
        """Lines of formulas, or cases; matrices of numbers are refused."""
        if raw.text in words.LINES:
            if raw.text.startswith("alignat") or raw.text.startswith("alignedat"):
                self.plain_argument("\\begin{alignat}")
            if self.peek("char", "["):
                while self.at < len(self.raws) and not self.peek("char", "]"):
                    self.at += 1
                self.at += 1
            return
        if raw.text == "array" and opened and str(opened[-1]) == "{" and found and found[-1] is opened[-1]:
            self.plain_argument("\\begin{array}")
            opened.pop()
            found.pop()
        elif raw.text not in ("cases", "dcases", "cases*", "rcases"):
            refuse(raw.column, f"found \\begin{{{raw.text}}}: arrays written out are not read; formulas and cases are")
        inner = self.pieces(raw.text)
        self.next(f"\\end{{{raw.text}}}")
        found.append(Piece("ATOM", "\\begin{cases}", raw.column, cases(inner, raw.column)))
