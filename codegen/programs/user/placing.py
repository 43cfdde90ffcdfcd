"""Which array of somebody's code is which array of a network, and how each is laid out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .leaves import is_array
from .references import Arrays, Reference

SCALARS = r"lam|lambda|lambda_|lmbda|lmbd|l2|l1|reg|alpha|beta|wd|weight_decay|decay|mu"


@dataclass(frozen=True)
class Placement:
    """For each parameter of the code its name in the network and whether it is transposed; the network's arrays."""

    own: Mapping[str, tuple[str, bool]]
    arrays: Arrays

    def back(self, name: str, gradients: Mapping[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
        """The network's gradient in the layout of the code."""
        other, transposed = self.own[name]
        array = gradients[other]
        return (array.T if transposed else array).reshape(shape)


def placements(
    reference: Reference, params: Arrays, data: Mapping[str, Any], numbers: Mapping[str, float]
) -> Iterator[Placement]:
    """Every way in which the arrays of the code can be those of the network, shapes agreeing."""
    by_name = _by_name(reference, params)
    if by_name is None:
        return
    for transposed, columns in itertools.product((False, True), (False, True)):
        arrays: Arrays = {}
        own = {}
        for name, other in by_name.items():
            axes = len(reference.model.axes[other])
            turned = transposed and axes == 2
            arrays[other] = params[name].T if turned else params[name].reshape(-1) if axes == 1 else params[name]
            own[name] = (other, turned)
        found = _data(reference, arrays, data, numbers, columns)
        if found is not None and _shapes_agree(reference, {**arrays, **found}):
            yield Placement(own, {**arrays, **found})


def _by_name(reference: Reference, params: Arrays) -> dict[str, str] | None:
    """The names in the network: the same, or in order among the arrays with as many axes."""
    model = reference.model
    if len(params) != len(model.parameters):
        return None
    if set(params) == set(model.parameters):
        return {name: name for name in params}
    pairs: dict[str, str] = {}
    for wanted in (1, 2, 3):
        theirs = [n for n in model.parameters if (len(model.axes[n]) or 1) == wanted]
        ours = [n for n, a in params.items() if _axes(a) == wanted]
        if len(ours) != len(theirs):
            return None
        pairs.update(zip(_in_order(ours), theirs, strict=True))
    return pairs


def _axes(array: np.ndarray) -> int:
    """How many axes; a row or a column counts as one."""
    return 1 if array.ndim < 2 or array.ndim == 2 and 1 in array.shape else array.ndim


def _in_order(names: list[str]) -> list[str]:
    """As they stand, or by their numbers where each has one."""
    numbers = [re.findall(r"\d+", name) for name in names]
    return sorted(names, key=lambda n: [int(k) for k in re.findall(r"\d+", n)]) if all(numbers) else names


def _data(
    reference: Reference, params: Arrays, data: Mapping[str, Any], numbers: Mapping[str, float], columns: bool
) -> Arrays | None:
    """The data of the network, by name or in order; labels become rows with a one."""
    model = reference.model
    arrays = {n: np.asarray(a, dtype=float) for n, a in data.items() if is_array(a) and np.size(a) > 1}
    wanted = [n for n in model.data if model.axes[n] or n in model.batch]
    named = {n: next((o for o in arrays if o.lower() == n.lower()), None) for n in wanted}
    if None in named.values() or len(set(named.values())) < len(wanted):
        if len(arrays) < len(wanted):
            return None
        named = dict(zip(wanted, arrays, strict=False))
    found: Arrays = {}
    for name, other in named.items():
        array = arrays[other or ""]
        array = array.T if columns and array.ndim == 2 else array
        size = _size(reference, name, params)
        if array.ndim == 1 and name in model.batch and len(model.axes[name]) == 1:
            array = _row(array, size, name == model.batch[0])
        found[name] = array
    for name in (n for n in model.data if n not in found):
        value = next((v for n, v in numbers.items() if n.rstrip("_") == name.rstrip("_")), None)
        value = value if value is not None else next(
            (v for n, v in numbers.items() if re.fullmatch(SCALARS, n.lower())), None)  # fmt: skip
        if value is None:
            return None
        found[name] = np.array(value)
    return found


def _size(reference: Reference, name: str, params: Arrays) -> int | None:
    """The length of a record of some data, as far as the network or a parameter tells."""
    axes = reference.model.axes[name]
    if len(axes) != 1:
        return None
    if axes[0] in reference.model.sizes:
        return reference.model.sizes[axes[0]]
    for param, array in params.items():
        for axis, size in zip(reference.model.axes[param], array.shape, strict=False):
            if axis == axes[0]:
                return size
    return None


def _row(array: np.ndarray, size: int | None, first: bool) -> np.ndarray:
    """One record, records of one number, or labels of classes as rows with a one."""
    if size == 1:
        return array.reshape(-1, 1)
    if size is not None and not first and np.all(array == np.round(array)) and np.all((array >= 0) & (array < size)):
        if array.size != size or np.max(array) > 1:
            return np.eye(size)[array.astype(int)]
    return array.reshape(1, -1)


def _shapes_agree(reference: Reference, arrays: Arrays) -> bool:
    """Whether every size has one number."""
    model, sizes = reference.model, {str(k): int(v) for k, v in reference.model.sizes.items()}
    for name, array in arrays.items():
        axes = ["records"] * (name in model.batch) + [str(axis) for axis in model.axes[name]]
        if len(axes) != array.ndim:
            return False
        for axis, size in zip(axes, array.shape, strict=True):
            if sizes.setdefault(axis, size) != size:
                return False
    return True
