"""What the scripts of a symbol say: its layer, its indices, or words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..reading.sketch import Minus, Name, Number, Plus, Sketch, Statement, walk

LAYER_LETTERS = ("l", "L", "ell")
WORDS = ("t",)
LAST = ("L", "n_l", "T")
LAYER_WORDS = {
    "o": "output",
    "out": "output",
    "output": "output",
    "outputs": "output",
    "h": "hidden",
    "hid": "hidden",
    "hidden": "hidden",
    "i": "input",
    "in": "input",
    "input": "input",
    "ho": "output",
    "ih": "input",
    "hy": "output",
    "xh": "input",
    "hh": "",
}


@dataclass(frozen=True)
class Script:
    """One way to read the scripts of a symbol. `layer` is a number, or "last"; `letters` are indices in order."""

    letters: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    layer: int | str | None = None
    words: tuple[str, ...] = ()
    literal: tuple[int, ...] = ()
    cost: float = 0.0
    marked: int | None = field(default=None, compare=False)

    @property
    def indices(self) -> tuple[str, ...]:
        """All index letters: those above stand for records, which come first."""
        return (*self.above, *self.letters)


def generic_letters(statement: Statement, recurrent: bool = False) -> tuple[str, ...]:
    """The letters that stand for any layer or moment: l above a symbol, and what is written with + 1 in a script."""
    found: dict[str, None] = {}
    bound = {letter for node in walk(*statement.sides) for letter in getattr(node, "letters", ())}
    for node in walk(*statement.sides):
        if not isinstance(node, Name):
            continue
        for part in (*node.below, *node.above):
            shifted = shifted_letter(part)
            if shifted and shifted[1]:
                found[shifted[0]] = None
        for part in (*node.below, *node.above) if recurrent else ():
            if part == Name("t") and "t" not in bound:
                found["t"] = None
        for part in node.above:
            if isinstance(part, Name) and part.stem in ("l", "ell") and not part.below and part.stem not in bound:
                found[part.stem] = None
    return tuple(letter for letter in found if letter not in bound)


def shifted_letter(part: Sketch) -> tuple[str, int] | None:
    """The letter and the number added to it, as in l - 1."""
    match part:
        case Name(stem, _, (), (), 0):
            return stem, 0
        case Name("n", _, (Name("l"),), (), 0):
            return "n_l", 0
        case Plus((Name(), Number() as number)):
            return _added(part.terms[0], int(number.value))
        case Plus((Name(), Minus(Number() as number))):
            return _added(part.terms[0], -int(number.value))
    return None


def _added(name: Sketch, number: int) -> tuple[str, int] | None:
    found = shifted_letter(name)
    return (found[0], found[1] + number) if found else None


def scripts(name: Name, marks: Mapping[str, int], bound: Mapping[str, str]) -> list[Script]:
    """The ways to read the scripts of a symbol, where `marks` are the numbers of generic layers.

    A letter below a bold symbol may be no index, as a whole array has none.
    """
    found = [Script()]
    for part, above in (*((p, False) for p in name.below), *((p, True) for p in name.above)):
        found = [more for one in found for more in _with(one, part, above, "bold" in name.marks, marks, bound)]
    return found


def _with(
    one: Script, part: Sketch, above: bool, is_whole: bool, marks: Mapping[str, int], bound: Mapping[str, str]
) -> Iterator[Script]:
    if (
        isinstance(part, Name)
        and len(part.stem) > 1
        and not part.below
        and any(letter in bound for letter in part.stem)
    ):
        if part.stem not in bound:
            yield Script((*one.letters, *part.stem), one.above, one.layer, one.words, one.literal, one.cost)
            return
    shifted = shifted_letter(part)
    if isinstance(part, Number):
        number = int(part.value)
        if one.layer is None:
            yield _more(one, layer=number)
        if not above:
            yield _more(one, literal=number, cost=1.0 if one.layer is None else 0)
        return
    if shifted is None:
        yield _more(one, word="?", cost=0.5)
        return
    letter, added = shifted
    if letter in marks:
        yield _more(one, layer=marks[letter] + added)
    elif letter in LAST and letter not in bound and (above or added or letter == "n_l" or not one.letters):
        yield _more(one, layer="last" if not added else f"last{added:+d}")
    elif added:
        yield _more(one, word="?", cost=1)
    elif getattr(part, "marks", ()) and "bold" not in part.marks:  # type: ignore[attr-defined]
        yield _more(one, word="?")
    elif len(letter) == 1 or letter in bound or len(letter) > 1 and letter[0] in bound and letter[1:].isdigit():
        if letter in bound or not above or letter not in LAYER_WORDS:
            yield _more(one, letter=letter, above=above)
        if letter not in bound and (letter in LAYER_WORDS or letter in WORDS or is_whole):
            yield _more(one, word=letter, cost=2.5 if letter not in LAYER_WORDS else 0.0 if above else 1.2)
    else:
        yield _more(one, word=letter)


def _more(
    one: Script,
    letter: str = "",
    above: bool = False,
    layer: int | str | None = None,
    word: str = "",
    literal: int | None = None,
    cost: float = 0.0,
) -> Script:
    return Script(
        one.letters + ((letter,) if letter and not above else ()),
        one.above + ((letter,) if letter and above else ()),
        one.layer if layer is None else layer,
        one.words + ((word,) if word else ()),
        one.literal + ((literal,) if literal is not None else ()),
        one.cost + cost,
    )
