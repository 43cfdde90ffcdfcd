"""How an array library writes what the trees hold; this one is NumPy, other libraries say where theirs differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .special import SPECIAL
from .trees import Number, Tree


class Dialect:
    """The forms of one library, each given the texts of its parts.

    `name` is said to people, `library` stands before the names of functions; `words` are names that
    modules use besides those of every module, `helpers` functions that the lines may call, by name.
    """

    name = "NumPy"
    library = "np"
    words: frozenset[str] = frozenset()
    special: Mapping[str, str] = SPECIAL
    helpers: Mapping[str, str] = {}
    kind = "dtype"
    powers = False
    strength_of_full = 9
    float_type = "np.float64"
    whole = "(int, np.integer)"
    drawing = "rng = np.random.default_rng(seed)"

    def kind_of(self, array: str) -> str:
        """What numbers are made of the type of `array` with."""
        return f"{array}.dtype"

    def opening(self, array: str, body: str) -> list[str]:
        """The lines a function of one array begins with."""
        return []

    def view(self, pattern: str) -> str:
        """The pattern of a view, which the trees hold as NumPy writes it."""
        return pattern

    def call(self, name: str, arguments: Sequence[str], trees: Sequence[Tree]) -> str:
        """A function of the library, entry by entry; `trees` are what the arguments stand for."""
        return f"{self.library}.{name}({', '.join(arguments)})"

    def reduced(self, name: str, of: str, along: tuple[int, ...] | None) -> str:
        """The sum or the maximum along some axes."""
        return f"{self.library}.{name}({of}{axis_argument(along)})"

    def einsum(self, spec: str, operands: Sequence[str]) -> str:
        """A sum over repeated letters."""
        return f'{self.library}.einsum("{spec}", {", ".join(operands)}, optimize=True)'

    def truth(self, compared: str, kind: str, bare: bool) -> str:
        """1 where a comparison holds, else 0; `bare` where truth values may stand as they are."""
        return compared if bare else f"{compared}.astype({kind})"

    def truth_of_numbers(self, compared: str, kind: str) -> str:
        """The same for numbers, which may be Python's own."""
        return f"float{compared}"

    def full(self, shape: str, of: str) -> str:
        """A number, or an array that is spread, in every place of a shape."""
        return f"{self.library}.full({shape}, {of})"

    def copied(self, array: str) -> str:
        """An array of its own memory."""
        return f"{array}.copy()"

    def scalar(self, name: str) -> str:
        """A number that was given, as the lines take it."""
        return f"float({name})"

    def drawn(self, shape: str, scale: str) -> str:
        """Random normal numbers, divided by a scale."""
        return f"(rng.standard_normal({shape}) / {scale}).astype(dtype)"

    def zeros(self, shape: str) -> str:
        """Zeros."""
        return f"np.zeros({shape}, dtype)"


NUMPY = Dialect()


def axis_argument(along: tuple[int, ...] | None, word: str = "axis") -> str:
    """The argument that says along which axes; none for all."""
    if along is None:
        return ""
    return f", {word}={along[0] if len(along) == 1 else along}"


def is_number(tree: Tree) -> bool:
    """Whether a tree is a plain number, which some libraries do not take in place of an array."""
    return isinstance(tree, Number)
