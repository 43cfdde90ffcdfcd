"""How the Python array API standard (2023.12) writes what the trees hold, and the few helpers that it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .dialects import Dialect, axis_argument, is_number
from .numbers import SUM
from .special import ERF, MEANINGS, NORMAL
from .trees import Tree

NAMESPACE = "xp = array_namespace({})"

SPECIAL = '''def NAME(z):
    """MEANING

    It comes from the library of z or one beside it: the standard has none.
    """
    homes = {
        "numpy": "scipy.special",
        "torch": "torch.special",
        "jax": "jax.scipy.special",
        "jaxlib": "jax.scipy.special",
        "cupy": "cupyx.scipy.special",
    }
    library = type(z).__module__.partition(".")[0]
    if library == "dask":
        return z.map_blocks(NAME, dtype=z.dtype)
    if library not in homes:
        raise TypeError(f"no error function is known for the arrays of {library}")
    home = importlib.import_module(homes[library])
    return CALL
'''

CALLS = {ERF: "home.erf(z)", NORMAL: "home.erfc(-z / math.sqrt(2)) / 2"}
"""With the functions of such a library."""

ENTRIES = '''def entries(x, *places):
    """x[places]: for each axis whole numbers, spread against each other; found in x laid out in one row."""
    xp = array_namespace(x)
    flat = places[0]
    for place, size in zip(places[1:], x.shape[1:]):
        flat = flat * size + place
    return xp.reshape(xp.take(xp.reshape(x, (-1,)), xp.reshape(flat, (-1,)), axis=0), flat.shape)
'''

TAKEN = '''def taken(x, places, axis):
    """The entries of x at `places` along one axis, in place of which come the axes of `places`."""
    xp = array_namespace(x)
    found = xp.take(x, xp.reshape(places, (-1,)), axis=axis)
    return xp.reshape(found, (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :]))
'''

NUMBERS = '''def whole_numbers(n, like):
    """The numbers 0 to n - 1, on the device of `like`."""
    return array_namespace(like).arange(n, device=device(like))
'''

HELPERS = {"entries": ENTRIES, "taken": TAKEN, "whole_numbers": NUMBERS}


class ArrayApi(Dialect):
    """Functions of the namespace `xp`; arrays come from any library of the standard."""

    name = "any array library"
    library = "xp"
    words = frozenset({"xp", "like", "array_namespace", "device", "importlib", "asarray", "namespace", *HELPERS})
    special = {
        name: SPECIAL.replace("NAME", name).replace("MEANING", MEANINGS[name]).replace("CALL", call)
        for name, call in CALLS.items()
    }
    helpers = HELPERS
    kind = "like.dtype"
    powers = True
    strength_of_full = SUM

    def opening(self, array: str, body: str) -> list[str]:
        return [NAMESPACE.format(array)] if re.search(r"\bxp\.", body) else []

    def view(self, pattern: str) -> str:
        if pattern == "{}.real":
            return "{}"
        if pattern.startswith("np.swapaxes"):
            return "xp.matrix_transpose({})"
        return pattern.replace("np.transpose", "xp.permute_dims")

    def call(self, name: str, arguments: Sequence[str], trees: Sequence[Tree]) -> str:
        if name in ("maximum", "minimum") and any(map(is_number, trees)):
            array, bound = arguments if is_number(trees[1]) else arguments[::-1]
            return f"xp.clip({array}, {'min' if name == 'maximum' else 'max'}={bound})"
        return super().call(name, arguments, trees)

    def reduced(self, name: str, of: str, along: tuple[int, ...] | None) -> str:
        return f"xp.{name}({of}{axis_argument(along)})"

    def truth(self, compared: str, kind: str, bare: bool) -> str:
        return f"xp.astype({compared[1:-1]}, {kind})"

    def truth_of_numbers(self, compared: str, kind: str) -> str:
        return self.truth(compared, kind, False)

    def full(self, shape: str, of: str) -> str:
        return f"xp.zeros({shape}, dtype=like.dtype, device=device(like)) + {of}"

    def copied(self, array: str) -> str:
        return f"xp.asarray({array}, copy=True)"

    def scalar(self, name: str) -> str:
        return f"xp.asarray({name}, dtype=like.dtype, device=device(like))"
