"""Which names there are: declared, defined, known by convention, or an error with a suggestion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sympy import Expr

from ..errors import InputError

DATA = re.compile(r"[xytdXY]\d*")
PARAMETER = re.compile(r"[Wwb]\w*")
GENERIC = re.compile(r"(f|g|h|phi|psi)\d*")
BINDERS = ("sum", "prod")
CLOSE = 0.55
"""So much of two names is the same where one is offered for the other; half, as in floor and log, is enough only
where both begin alike."""


class Names:
    """The names of arrays and scalars in one text, with the kind of each, in order of first sight.

    Kinds are "data", "param" and "defined". A closed collection accepts no further name.
    """

    def __init__(self, dimensions: Mapping[str, Expr], used: Iterable[str] = (), closed: bool = False) -> None:
        self.kinds: dict[str, str] = {}
        self.dimensions = dict(dimensions)
        self._closed = closed
        self._used = set(used)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """All names of one kind."""
        return tuple(name for name, found in self.kinds.items() if found == kind)

    def add(self, name: str, kind: str, where: str) -> None:
        """Take in a name; InputError where it already means something else."""
        if name == "pi":
            raise InputError(f"{where}: pi is a number and cannot be defined")
        if name in self.dimensions:
            raise InputError(f"{where}: {name} is both a dimension and an array")
        if self.kinds.get(name, kind) != kind:
            words = " and ".join(
                {"data": "data", "param": "a parameter", "defined": "defined by an equation"}[k]
                for k in (self.kinds[name], kind)
            )
            raise InputError(f"{where}: {name} is both {words}")
        self.kinds[name] = kind

    def require(self, name: str, where: str) -> None:
        """Accept a name in a formula, by convention if need be; InputError with a suggestion."""
        if name in self.kinds or name in self.dimensions or name == "pi":
            return
        if not self._closed and not self._twin(name):
            if DATA.fullmatch(name):
                return self.add(name, "data", where)
            if PARAMETER.fullmatch(name):
                return self.add(name, "param", where)
        near = self._twin(name) or nearest(name, (*self.kinds, *self._used - {name}))
        advice = f"; did you mean {near}?" if near else "" if self._closed else "; declare it by data or param"
        raise InputError(f"{where}: {name} is not defined{advice}")

    def _twin(self, name: str) -> str | None:
        """The same name without underscores, where that is in use."""
        bare = name.replace("_", "")
        return bare if bare != name and (bare in self.kinds or bare in self._used) else None


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the same letters, capital or small, else that most like `name`; None where none is."""
    known = sorted(set(candidates))
    same = [other for other in known if other.lower() == name.lower()]
    alike = get_close_matches(name, known, n=1, cutoff=CLOSE)
    begun = [other for other in known if other[:1] == name[:1]]
    found = same or alike or get_close_matches(name, begun, n=1, cutoff=0.5)
    return found[0] if found else None


def suggestion(name: str, candidates: Iterable[str]) -> str:
    """``; did you mean tanh?``, or nothing."""
    near = nearest(name, candidates)
    return f"; did you mean {near}?" if near else ""
