"""Expressions in loops whose numbers are all of one type: a number of Python would turn all into 8 bytes."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from ..fast.multiples import number
from ..numbers import ATOM, PRODUCT, SUM
from ..special import ERF, NORMAL
from ..trees import Apply, Fill, Mask, Tree, Ufunc, Value, View
from ..writing import COMPARISONS, children
from .entries import Scalar
from .functions import FUNCTIONS

DECAYS = {ERF: 1, NORMAL: 0.5}
"""The rate of the exp(-rate x^2) in a function of x that is given it, as those who call it often need it too."""
AT = "{}_at"
"""What a function of one number is called in loops."""
WORDS = {"0": "zero", "1": "one", "2": "two", "0.5": "half"}


class Constants:
    """Names for the numbers of formulas; `used` are the functions that are called."""

    def __init__(self, fresh: Callable[[str], str]) -> None:
        self._fresh = fresh
        self.names: dict[str, str] = {}
        self.used: set[str] = set()

    def name(self, text: str) -> str:
        """The name of a number that is written like this."""
        if text not in self.names:
            self.names[text] = WORDS[text] if text in WORDS else self._fresh("c")
        return self.names[text]


class Typed(Scalar):
    """An expression at one place, its numbers named constants, other plain numbers converted where they are read."""

    def __init__(self, called: Callable[[str], str], constants: Constants) -> None:
        super().__init__(called)
        self.constants = constants

    def _parts(self, tree: Tree) -> tuple[str, int]:
        written = constant(tree)
        if written is not None:
            return self.constants.name(written), ATOM
        match tree:
            case Ufunc("square", (Value() as of,)):
                return f"{self.text(of, PRODUCT)} * {self.text(of, PRODUCT + 1)}", PRODUCT
            case Ufunc(name, arguments) if name in FUNCTIONS:
                self.constants.used.add(name)
                return f"{AT.format(name)}({', '.join(map(self.text, arguments))})", ATOM
            case Apply(name, argument, None) if name in DECAYS:
                self.constants.used.add(name)
                return f"{AT.format(name)}({self.text(argument)}, {self._decay(argument, DECAYS[name])})", ATOM
            case Ufunc("multiply" | "divide", _):
                return self._quotient(tree)
            case Mask(name, (left, right)):
                plain = Scalar(self.called)
                texts = [plain.text(x, SUM) for x in (left, right)]
                if not any("«" in text and "[" not in text for text in texts):
                    texts = [self.text(x, SUM) for x in (left, right)]
                else:
                    self.read += plain.read
                one, zero = self.constants.name("1"), self.constants.name("0")
                return f"({one} if {texts[0]} {COMPARISONS[name]} {texts[1]} else {zero})", ATOM
        return super()._parts(tree)

    def _decay(self, argument: Tree, rate: float) -> str:
        """exp(-rate x^2), for x = c z written as exp(-rate c^2 z^2), as others have it."""
        above, below, rest = factored(argument)
        factor = number(" * ".join(["1", *above]) + "".join(f" / {x}" for x in below))
        square = f"({self.text(rest, PRODUCT)} * {self.text(rest, PRODUCT + 1)})" if rest is not None else ""
        if not square or factor is None:
            square, factor = f"({self.text(argument, PRODUCT)} * {self.text(argument, PRODUCT + 1)})", 1.0
        return f"exp_at({self.constants.name(_literal(-rate * factor**2))} * {square})"

    def _quotient(self, tree: Tree) -> tuple[str, int]:
        """A product or quotient, its numbers as one number in front."""
        above, below, rest = factored(tree)
        if len(above) + len(below) < 2 or rest is None:
            return super()._parts(tree)
        text = " * ".join(above or ["1"]) + "".join(f" / {x}" for x in below)
        return f"{self.constants.name(text)} * {self.text(rest, PRODUCT)}", PRODUCT

    def _entry(self, tree: Value) -> tuple[str, int]:
        written, strength = super()._entry(tree)
        if "[" in written or written == "z":
            return written, strength
        return f"number({written})", ATOM


def factored(tree: Tree) -> tuple[list[str], list[str], Tree | None]:
    """The numbers that a product or quotient is multiplied with and divided by, as text, and what is left of it."""
    written = constant(tree)
    if written is not None:
        return [written if written.isidentifier() or "/" not in written else f"({written})"], [], None
    match tree:
        case Ufunc("multiply", (left, right)):
            (above, below, one), (more, under, other) = factored(left), factored(right)
            rest = replace(tree, arguments=(one, other)) if one is not None and other is not None else one or other
            return above + more, below + under, rest
        case Ufunc("divide", (left, right)) if constant(right) is not None:
            above, below, one = factored(left)
            return above, [*below, f"({constant(right)})"], one
    return [], [], tree


def constant(tree: Tree) -> str | None:
    """The text of a number without names of sizes or arrays; None for anything else."""
    if not _has_no_names(tree):
        return None
    value = _evaluated(Scalar(str).text(tree))
    return None if value is None else value


def _has_no_names(tree: Tree) -> bool:
    match tree:
        case Value(text):
            return not set(re.findall(r"(?<![\w.])[A-Za-z_«]\w*", text)) - {"math"}
        case Ufunc() | View() | Fill():
            return all(map(_has_no_names, children(tree)))
    return False


def _evaluated(text: str) -> str | None:
    """A number as Python writes it: whole ones short, others as their formula."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text if "math." in text or "/" in text or "*" in text else None
    return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 100 else repr(value)


def _literal(value: float) -> str:
    """A number as text; a fraction with a small denominator that only rounding hides is that fraction."""
    near = float(Fraction(value).limit_denominator(1000))
    return repr(near if abs(near - value) <= 4e-16 * abs(value) else value)
