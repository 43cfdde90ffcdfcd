"""Arguments of LaTeX commands: groups in braces or single tokens, as TeX takes them."""

from __future__ import annotations

from ...forward.building import exact
from .assembling import Piece
from .latex_tokens import Raw
from .limits import DEEPEST, refuse
from .sketch import Name, Number


class Arguments:
    """Raw tokens read from left to right; a subclass says in `one` what a token means."""

    def __init__(self, raws: list[Raw]) -> None:
        self.raws = raws
        self.at = 0
        self.depth = 0
        self.in_script = 0

    def one(self, found: list[Piece], opened: list[Piece], scripted: bool = True) -> None:
        """Reads on by one symbol, command, bracket or sign."""
        raise NotImplementedError

    def pieces(self, stop: str = "") -> list[Piece]:
        """The pieces up to the brace or ``\\end`` that closes what has been opened."""
        self.depth += 1
        if self.depth > DEEPEST:
            refuse(self.column(), f"a formula nested more than {DEEPEST} levels deep; give its parts names")
        found: list[Piece] = []
        opened: list[Piece] = []
        while self.at < len(self.raws):
            raw = self.raws[self.at]
            if stop and (raw.kind, raw.text) in (("char", stop), ("end", stop)):
                break
            self.one(found, opened)
        if opened:
            refuse(opened[-1].column, f'unbalanced bracket: this "{opened[-1]}" is never closed')
        self.depth -= 1
        return found

    def column(self) -> int:
        """Where the next token stands."""
        return self.raws[min(self.at, len(self.raws) - 1)].column if self.raws else 0

    def peek(self, kind: str, text: str) -> bool:
        """Whether this token comes next."""
        return self.at < len(self.raws) and (self.raws[self.at].kind, self.raws[self.at].text) == (kind, text)

    def next(self, wanted: str) -> Raw:
        """The next token. Raises InputError at the end."""
        if self.at >= len(self.raws):
            refuse(self.column(), f"the formula ends where {wanted} is expected")
        self.at += 1
        return self.raws[self.at - 1]

    def argument(self, command: str) -> list[Piece]:
        """A group in braces, or a single token, as TeX takes it."""
        raw = self.next(f"the argument of {command}")
        if (raw.kind, raw.text) == ("char", "{"):
            found = self.pieces("}")
            self.at += 1
            return found
        if raw.kind in ("num", "word") and len(raw.text) > 1 and "_" not in raw.text:
            self.at -= 1
            self.raws[self.at] = Raw(raw.kind, raw.text[1:], raw.column + 1)
            raw = Raw(raw.kind, raw.text[0], raw.column)
        elif (raw.kind, raw.text) == ("char", "}"):
            refuse(raw.column, f"the argument of {command} is missing")
        else:
            self.at -= 1
            found = []
            self.depth += 1
            if self.depth > DEEPEST:
                refuse(raw.column, f"a formula nested more than {DEEPEST} levels deep; give its parts names")
            self.one(found, [], scripted=False)
            self.depth -= 1
            return found
        return (
            [Piece("ATOM", raw.text, raw.column, Number(exact(raw.text)))]
            if raw.kind == "num"
            else [Piece("NAME", raw.text, raw.column, Name(raw.text))]
        )

    def plain_argument(self, command: str) -> str:
        """The letters of an argument that is a word."""
        raw = self.next(f"the argument of {command}")
        if (raw.kind, raw.text) != ("char", "{"):
            if raw.kind == "word" and len(raw.text) > 1:
                self.at -= 1
                self.raws[self.at] = Raw("word", raw.text[1:], raw.column + 1)
            return raw.text[0] if raw.kind == "word" else raw.text
        depth = 1
        parts: list[str] = []
        last = raw.column + 1
        while depth:
            raw = self.next('"}"')
            depth += {"{": 1, "}": -1}.get(raw.text, 0) if raw.kind == "char" else 0
            if depth:
                parts.append(" " * (raw.column > last and bool(parts)) + ("\\" * (raw.kind == "cmd")) + raw.text)
                last = raw.column + len(raw.text) + raw.text.count("_") * (raw.kind == "word")
        return "".join(parts).strip()
