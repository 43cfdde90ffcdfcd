"""From raw LaTeX tokens to the pieces the grammar reads: symbols with their scripts, commands, brackets, signs."""

from __future__ import annotations

from ...forward.building import exact
from . import latex_words as words
from .assembling import Piece, is_number
from .latex_cases import cases
from .latex_commands import Commands
from .latex_passes import parse
from .latex_scripts import Scripts, negative, on_expression, on_name, sum_letters
from .latex_tokens import Raw
from .limits import DEEPEST, refuse
from .sketch import Name, Number, Power, Transpose

_OPERATORS = set("SIGN TIMES SLASH REL COMMA LPAR LBAR LNORM SUM FUNC COLON AMP NEWLINE".split())
_SINGLE = {",": "COMMA", ";": "SEMI", ":": "COLON", "/": "SLASH", "&": "AMP", "!": "BANG"}


class Grouping(Commands):
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
            refuse(column, f"found \\{name}, which is not known here")

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

    def angled(self) -> bool:
        """Whether ``<t>`` is a bracket: it closes before the group does."""
        for raw in self.raws[self.at : self.at + 20]:
            if raw.kind == "char" and raw.text in ">}":
                return raw.text == ">"
        return False

    def point(self, found: list[Piece], column: int) -> None:
        """A full stop ends a formula; before * it is NumPy's or MATLAB's elementwise product."""
        if self.peek("char", "*"):
            self.at += 1
            found.append(Piece("TIMES", ".*", column, "o"))
        else:
            found.append(Piece("STOP", ".", column))

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


def _positive(power: Power) -> bool:
    return is_number(power.exponent) and not negative(power.exponent) and isinstance(power.base, Name)
