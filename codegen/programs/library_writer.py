"""A program as a module for another array library: pure functions, which change nothing they are given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation
from derive.errors import InputError

from .building import build_program
from .dialects import is_number
from .library_check import library_check
from .module_writer import ModuleWriter
from .program import Assignment, Input, Program
from .trees import Tree
from .writing import children

STEP = '''def step(params, grads, rate):
    """One step of gradient descent: new parameters, w - rate * (derivative by w)."""
    return {name: array - rate * grads[name] if name in grads else array for name, array in params.items()}
'''

CHECK = '''def check(params, data, sizes=SIZES):
    """The sizes by name; a ValueError of one line for an array of the wrong shape or type."""
    sizes = dict(sizes)
    if not isinstance(params, dict) or any(name not in params for name in PARAMETERS):
        raise ValueError(f"params is a dictionary of {', '.join(PARAMETERS)}")
    for name, array in {**{name: params[name] for name in PARAMETERS}, **data}.items():
        axes = SHAPES[name]
        if not axes and isinstance(array, (int, float)):
            continue
        if not IS_ARRAY:
            raise ValueError(f"{name} is {type(array).__name__}, expected {_expected(axes, sizes)}")
        if not IS_FLOATING:
            raise ValueError(f"{name} has dtype {array.dtype}, expected {_expected(axes, sizes)}")
        if array.ndim != len(axes) or 0 in array.shape:
            raise ValueError(f"{name} has shape {tuple(array.shape)}, expected {_expected(axes, sizes)}")
        for axis, size in zip(axes, array.shape):
            if sizes.get(axis, size) != size:
                raise ValueError(f"{name} has shape {tuple(array.shape)}, expected {_expected(axes, sizes)}")
            sizes[axis] = size
    return sizes


def _expected(axes, sizes):
    """How a wanted array is described."""
    said = ", ".join(f"{axis} = {sizes[axis]}" if axis in sizes and axis != str(sizes[axis]) else axis for axis in axes)
    return f"KIND of floats of shape ({said})"
'''


def check_of(is_array: str, is_floating: str, kind: str) -> str:
    """The check of what comes in, by the library's own words for arrays."""
    return CHECK.replace("IS_ARRAY", is_array).replace("IS_FLOATING", is_floating).replace("KIND", kind)


def program_for(target: str, derivation: Derivation | Induction | Extension) -> Program:
    """The program of a derivation. Raises InputError for what only the NumPy writer covers so far."""
    if isinstance(derivation, Induction):
        raise InputError(f"--target {target}: a network of any depth is written for numpy only; give its widths")
    if isinstance(derivation, Extension):
        raise InputError(f"--target {target}: second order is written for numpy only")
    return build_program(derivation)


class LibraryWriter(ModuleWriter):
    """Writes a module of pure functions; `asarray` turns NumPy's arrays into the library's."""

    step = STEP
    asarray = "asarray"
    check_signature = "seed=0"
    check_opening = ""
    check_call = "errors = self_check()"

    def helpers(self) -> list[str]:
        found = super().helpers()
        written = "\n".join([*found, *(self.text(x) for x in self.program.assignments)])
        called = [text for name, text in self.dialect.helpers.items() if re.search(rf"\b{name}\(", written)]
        return [*called, *found]

    def self_check(self) -> list[str]:
        return library_check(self)

    def text(self, assignment: Assignment) -> str:
        """The right side of an assignment, an array also where it is but a number."""
        written, tree = super().text(assignment), self.trees[assignment.name]
        return self.dialect.full("()", written) if not assignment.axes and _is_plain(tree) else written

    def zero_dimensional(self, name: str) -> str:
        return self.names[name]

    def library(self, data: list[Input], body: str) -> list[str]:
        like = [f"like = {self._like(data)}"] if re.search(r"\blike\b", body) else []
        return [*self.dialect.opening(self.all_arrays(data), body), *like]

    def all_arrays(self, data: Iterable[Input]) -> str:
        """Every array that came in, as arguments."""
        arrays = [self.names[i.name] for i in data if i.axes]
        return ", ".join([*(["*params.values()"] if self._parameters else []), *arrays])

    def _like(self, data: Iterable[Input]) -> str:
        """An array that came in, for its type and device; one with axes where there is one."""
        given = sorted([*self.program.of_kind("parameter"), *data], key=lambda i: not i.axes)
        return f'params["{given[0].name}"]' if given[0].kind == "parameter" else self.names[given[0].name]


def _is_plain(tree: Tree) -> bool:
    """Whether no array stands in a tree."""
    below = children(tree)
    return all(map(_is_plain, below)) if below else is_number(tree)
