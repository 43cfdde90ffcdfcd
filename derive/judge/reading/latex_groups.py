"""From raw LaTeX tokens to the pieces the grammar reads: symbols with their scripts, commands, brackets, signs."""

from __future__ import annotations

from ...forward.building import exact
from ...forward.names import nearest
from . import latex_words as words
from .assembling import Piece
from .latex_brackets import Brackets
from .latex_symbols import Symbols
from .latex_tokens import Raw
from .limits import refuse
from .sketch import Name, Number

COMMANDS = ("frac", "sum", "prod", "sqrt", "partial", "nabla", "left", "right", "text", "mathrm", "mathbf")
"""Commands that are often written, offered where one is written wrong; the symbols are offered as well."""
_SINGLE = {",": "COMMA", ";": "SEMI", ":": "COLON", "/": "SLASH", "&": "AMP", "!": "BANG"}


class Grouping(Symbols, Brackets):
    """Reads raw tokens from left to right into pieces."""

    def one(self, found: list[Piece], opened: list[Piece], scripted: bool = True) -> None:
        """Reads on by one symbol, command, bracket or sign."""
        raw = self.next("a symbol")
        before = len(found)
        if raw.kind == "cmd":
            self.command(raw, found, opened)
        elif raw.kind == "num":
            found.append(Piece("ATOM", raw.text, raw.column, Number(exact(raw.text))))
        elif raw.kind == "word":
            found += self.word(raw)
        elif raw.kind == "prime":
            if not found or (self.in_script and found[-1].type == "RPAR"):
                found.append(Piece("PRIME", raw.text, raw.column))
            else:
                refuse(raw.column, "found a prime that stands on nothing")
        elif raw.kind == "beg":
            self.environment(raw, found, opened)
        elif raw.kind == "end":
            if raw.text not in words.LINES:
                refuse(raw.column, f"found \\end{{{raw.text}}} that nothing begins")
        else:
            self.character(raw, found, opened)
        if scripted and len(found) > before:
            self.scripts(found)

    def command(self, raw: Raw, found: list[Piece], opened: list[Piece]) -> None:
        """A command with what belongs to it."""
        name, column = raw.text, raw.column
        if name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            found.append(self.fraction(name, column))
        elif name in words.FUNCTIONS and name != "sqrt":
            found.append(Piece("FUNC", name, column, Name(name)))
        elif name == "Delta":
            found.append(Piece("NAME", name, column, Name("Delta")))
        elif name in words.SYMBOLS:
            found.append(Piece("NAME", name, column, Name(words.SYMBOLS[name])))
        elif name == "sqrt":
            found.append(Piece("ATOM", "\\sqrt", column, self.root()))
        elif name in words.MARKS:
            found += self.marked(name, column)
        elif name in words.WORDLIKE:
            found += self.upright(name, column)
        elif name in ("sum", "prod"):
            found.append(Piece("SUM", name, column, (name, (), None, None, "", ())))
        elif name in ("partial", "nabla"):
            found.append(Piece(name.upper(), f"\\{name}", column))
        elif name in words.TIMES:
            found.append(Piece("TIMES", f"\\{name}", column, words.TIMES[name]))
        elif name in words.RELATIONS:
            found.append(Piece("REL", f"\\{name}", column, words.RELATIONS[name]))
        elif name in words.OPEN or name in words.CLOSE or name in ("|", "Vert", "vert", "mid"):
            self.bracket(name, column, found, opened)
        else:
            self.layout(raw, found)

    def layout(self, raw: Raw, found: list[Piece]) -> None:
        """Commands about looks and lines; anything unknown is refused by name."""
        name, column = raw.text, raw.column
        if name in words.SILENT_WITH_ARGUMENT:
            self.plain_argument(f"\\{name}")
        elif name in words.KEEP_SECOND:
            self.plain_argument(f"\\{name}")
            found += self.argument(f"\\{name}")
        elif name in words.KEEP_FIRST:
            self.kept(name, column, found)
        elif name in ("prime", "dprime"):
            found.append(Piece("PRIME", "'" if name == "prime" else "''", column))
        elif name in ("top", "intercal"):
            found.append(Piece("NAME", "T", column, Name("T")))
        elif name in words.GAPS:
            found.append(Piece("GAP", f"\\{name}", column))
        elif name in words.DOTS:
            found.append(Piece("DOTS", f"\\{name}", column))
        elif name == "forall":
            found.append(Piece("TEXT", "for all", column))
        elif name in ("\\", "newline", "cr", "par"):
            if self.peek("char", "*"):
                self.at += 1
            found.append(Piece("NEWLINE", "\\\\", column))
        elif name in ("%", "$"):
            refuse(column, f'found "\\{name}", which is no part of a formula')
        elif name == "not":
            self.negated(found, column)
        elif name == "mathbbm1":
            found.append(Piece("NAME", "1", column, Name("1", ("bb",))))
        else:
            near = nearest(name, (*words.SYMBOLS, *words.FUNCTION_WORDS, *words.TIMES, *words.RELATIONS, *COMMANDS))
            refuse(column, f"found \\{name}, which is not known here" + (f"; did you mean \\{near}?" if near else ""))

    def character(self, raw: Raw, found: list[Piece], opened: list[Piece]) -> None:
        """A sign that is a single character."""
        text, column = raw.text, raw.column
        if text == "{":
            inner = self.pieces("}")
            self.at += 1
            found += self.grouped(inner, column)
        elif text in "()[]|":
            self.bracket(text, column, found, opened)
        elif text in "+-":
            found.append(Piece("SIGN", text, column, text))
        elif text == "<" and self.in_script and not found and self.angled():
            self.place("<", False, column, found, opened)
        elif text == ">" and opened and str(opened[-1]) == "<":
            self.place(">", True, column, found, opened)
        elif text in "=<>":
            found.append(Piece("REL", text, column, text))
        elif text in "*@":
            found.append(Piece("TIMES", text, column, text))
        elif text in "_^":
            refuse(column, f'found "{text}" that hangs on nothing')
        elif text in _SINGLE:
            found.append(Piece(_SINGLE[text], text, column))
        elif text == "𝟙":
            found.append(Piece("NAME", "1", column, Name("1", ("bb",))))
        elif text == ".":
            self.point(found, column)
        else:
            refuse(column, f'found "{text}", which no formula contains')

    def point(self, found: list[Piece], column: int) -> None:
        """A full stop ends a formula; before * it is NumPy's or MATLAB's elementwise product."""
        if self.peek("char", "*"):
            self.at += 1
            found.append(Piece("TIMES", ".*", column, "o"))
        else:
            found.append(Piece("STOP", ".", column))
