"""Attributes, calls and entries in NumPy expressions, as sketches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NoReturn

from ...errors import InputError
from . import numpy_words as words
from .assembling import applied, as_value, is_number
from .sketch import Apply, At, Minus, Name, Norm, Number, Reduce, Sketch, Transpose

_NONE = (Name("None"),)


@dataclass(frozen=True)
class Said:
    """Something that is no number by itself: a function of a module, a method, a string, a shape, a tuple."""

    kind: str
    name: str
    of: Sketch | None = None
    parts: tuple[Any, ...] = ()

    def joined(self, other: Any) -> Said:
        """``"dW" + str(l)``: a name with a layer."""
        if self.kind != "string" or not (isinstance(other, Said) and other.kind == "text"):
            _refuse(f'found "{self.name}" in a sum; only a name such as "dW" + str(l) is read')
        return replace(self, parts=(other.of,))


@dataclass(frozen=True)
class Keyword:
    """``axis=0`` in a call."""

    name: str
    value: Any


@dataclass(frozen=True)
class Slice:
    """``:`` in an index, perhaps with ends."""

    start: Any
    stop: Any


def value(part: Any) -> Sketch:
    """The sketch of a part that has to be one. Raises InputError."""
    if isinstance(part, Sketch):
        if isinstance(part, Name) and part.stem in words.MODULES - {"F", "p", "nn"}:
            _refuse(f'found the module "{part.stem}" where a value is expected')
        return as_value(part)
    if isinstance(part, Said) and part.kind == "shape":
        _refuse("found a shape where a number is expected; write X.shape[0] for its number of rows")
    name = part.name if isinstance(part, Said) else "a slice"
    _refuse(f'found "{name}" where a number or an array is expected')


def attribute(of: Any, name: str) -> Any:
    """``np.exp``, ``X.T``, ``X.shape``, ``Z.sum``, ``self.W1``."""
    if isinstance(of, Said) and of.kind == "function":
        return Said("function", name)
    if isinstance(of, Name) and of.stem in words.MODULES and not of.above:
        if name in ("newaxis", "pi", "e"):
            return Name("None") if name == "newaxis" else Name(name)
        return Said("function", name)
    if name in ("T", "mT"):
        return Transpose(value(of))
    if name == "shape":
        return Said("shape", name, value(of))
    if name == "size":
        return Apply(Name("size"), (value(of),))
    if name in words.METHODS:
        return Said("method", name, value(of))
    if isinstance(of, Name) and of.stem in words.CONTAINERS:
        return Name(name)
    if isinstance(of, Name):
        return replace(of, stem=f"{of.stem}.{name}")
    _refuse(f'found ".{name}", which is not read; known are .T .dot .sum .mean .shape and the like')


def call(of: Any, given: Sequence[Any]) -> Any:
    """A function or method with its arguments."""
    keywords = {part.name: part.value for part in given if isinstance(part, Keyword)}
    plain = [part for part in given if not isinstance(part, Keyword)]
    if isinstance(of, Name):
        return _named(of, plain, keywords)
    if isinstance(of, Said) and of.kind == "function":
        return _function(of.name, plain, keywords)
    if isinstance(of, Said) and of.kind == "method" and of.of is not None:
        if of.name == "reshape":
            return _reshaped(of.of, plain[0].parts if len(plain) == 1 and isinstance(plain[0], Said) else plain)
        if of.name in words.SAME_METHODS:
            return of.of
        if of.name == "transpose" and plain:
            _refuse("found transpose with axes; only .T and .transpose() are read")
        return _function(of.name, [of.of, *plain], keywords)
    _refuse("found brackets behind something that is no function")


def _named(of: Name, plain: list[Any], keywords: dict[str, Any]) -> Any:
    if of.stem == "str" and len(plain) == 1:
        return Said("text", "str", value(plain[0]))
    if of.stem == "len" and len(plain) == 1:
        return Apply(Name("shape"), (value(plain[0]), Number(Fraction(0))))
    if of.stem in words.SAME_FUNCTIONS and len(plain) == 1:
        return value(plain[0])
    if of.stem == "sum" and len(plain) == 1:
        return _function("sum", plain, keywords or {"axis": Number(Fraction(0))})
    if keywords:
        _refuse(f'found "{next(iter(keywords))}=" in a call of {of.stem}')
    return applied(of, tuple(value(part) for part in plain))


def _function(name: str, plain: list[Any], keywords: dict[str, Any]) -> Sketch:
    """A function of NumPy, by the tables."""
    keywords.pop("dtype", None)
    if name in words.REDUCTIONS and plain:
        return _reduction(words.REDUCTIONS[name], plain, keywords)
    if name == "norm" and (len(plain) > 1 or keywords):
        _refuse("found np.linalg.norm with an order or axis; only the plain norm is read")
    if keywords:
        _refuse(f'found "{next(iter(keywords))}=" in a call of {name}')
    if name in words.SAME_FUNCTIONS and len(plain) == 1:
        return value(plain[0])
    if name == "reshape" and len(plain) == 2:
        return _reshaped(value(plain[0]), plain[1].parts if isinstance(plain[1], Said) else plain[1:])
    if name == "einsum":
        _refuse("found np.einsum, which is not read; write the product with @, np.outer or a sum over an axis")
    if name not in words.FUNCTIONS:
        _refuse(f'found the function "{name}", which is not known here')
    count, build = words.FUNCTIONS[name]
    if len(plain) != count:
        _refuse(f"found {name} with {len(plain)} arguments; it takes {count}")
    try:
        return build(tuple(value(part) for part in plain))
    except ValueError as problem:
        raise InputError(str(problem)) from None


def _reduction(kind: str, plain: list[Any], keywords: dict[str, Any]) -> Sketch:
    axis = keywords.pop("axis", keywords.pop("dim", plain[1] if len(plain) > 1 else None))
    keepdims = keywords.pop("keepdims", keywords.pop("keepdim", Name("False")))
    if keywords or len(plain) > 2:
        _refuse(f'found "{next(iter(keywords), "too many arguments")}" in a call of {kind}')
    if keepdims not in (Name("True"), Name("False")):
        _refuse("found keepdims with something other than True or False")
    return Reduce(kind, value(plain[0]), _axis(axis), keepdims == Name("True"))


def _axis(axis: Any) -> int | None:
    if axis is None or axis == Name("None"):
        return None
    sign, number = (-1, axis.of) if isinstance(axis, Minus) else (1, axis)
    if isinstance(number, Number) and number.value.denominator == 1:
        return sign * int(number.value)
    _refuse("found an axis that is no whole number; axis=0 and axis=1 are read")


def _reshaped(of: Sketch, sizes: Sequence[Any]) -> Sketch:
    """A column by ``reshape(-1, 1)``, a row by ``reshape(1, -1)``."""
    shape = [_axis(size) if isinstance(size, Sketch) and is_number(size) else size for size in sizes]
    if shape == [-1, 1]:
        return At(of, (":", "None"))
    if shape == [1, -1]:
        return At(of, ("None", ":"))
    _refuse("found a reshape other than reshape(-1, 1) and reshape(1, -1)")


def entry(of: Any, places: Sequence[Any]) -> Sketch:
    """``cache["Z1"]``, ``X.shape[0]``, ``A[:, None]``, ``A[p, k]``."""
    if isinstance(of, Said) and of.kind == "shape" and len(places) == 1:
        return Apply(Name("shape"), (of.of or Name("?"), Number(Fraction(_axis(places[0]) or 0))))
    first = places[0]
    if isinstance(first, Said) and first.kind == "string" and len(places) == 1:
        return Name(first.name, above=tuple(first.parts))
    return At(value(of), tuple(_place(place) for place in places))


def _place(place: Any) -> Sketch | str:
    if isinstance(place, Slice):
        if place.start is None and place.stop is None:
            return ":"
        _refuse("found a slice with ends; only a whole axis (:) is read")
    return "None" if place in _NONE else value(place)


def _refuse(message: str) -> NoReturn:
    raise InputError(message)


__all__ = ["Keyword", "Norm", "Said", "Slice", "attribute", "call", "entry", "value"]
