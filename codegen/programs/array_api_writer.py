"""A program as a module for every library of the Python array API standard, through array-api-compat."""

from __future__ import annotations

import re

from sympy import Expr, Symbol

from derive.backward import arrays as a
from derive.backward.depth import Induction
from derive.backward.second import Extension
from derive.backward.steps import Derivation
from derive.terms import is_index

from . import parts
from .array_api_dialect import ArrayApi
from .array_api_rewriting import rewritten
from .library_planning import LibraryPlanner
from .library_writer import LibraryWriter, check_of, program_for
from .trees import Axes, Call, Tree, Value, permuted

NAMESPACE = '''def namespace(library):
    """An array library by its name: numpy, torch, jax.numpy, dask.array, cupy."""
    if library.startswith("jax"):
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return array_namespace(importlib.import_module(library).ones(1))
'''


def array_api_source(derivation: Derivation | Induction | Extension, command: str = "") -> str:
    """The text of a module for PyTorch, JAX, CuPy, Dask, NumPy and whatever else keeps to the standard.

    Raises UnknownNode for a formula without a form in arrays, InputError for a network of any depth.
    """
    return ArrayApiWriter(program_for("array-api", derivation)).module(command)


class ArrayApiPlanner(LibraryPlanner):
    """Plans with the functions of the standard: no ``einsum``, no arrays of numbers between brackets."""

    library = "xp"

    def rewritten(self, tree: Tree) -> Tree:
        return rewritten(tree, self._shape)

    def _shape(self, axes: Axes) -> str:
        return parts.shape_text(self.size(self._ranges[axis]).text for axis in axes)

    def counted(self, size: str) -> str:
        return f"whole_numbers({size}, like)"

    def _gather(self, node: a.Gather, axes: Axes) -> Tree:
        order = tuple(x for x in axes if x in node.axes)
        letters = [{s for s in index.free_symbols if is_index(s)} for index in node.indices]
        slices = self.slices(node)
        if any(one and one & other for n, one in enumerate(letters) for other in letters[:n]):
            places = ", ".join(self._grid(index, order) for index in node.indices)
            return Value(f"entries({self.name(node.name)}, {places})", order)
        cuts = [found[1] if found else ":" for found in slices]
        name = self.name(node.name)
        text = name if all(cut == ":" for cut in cuts) else f"{name}[{', '.join(cuts)}]"
        left = [(index, found) for index, found in zip(node.indices, slices, strict=True) if not found or found[0]]
        tree: Tree = Value(text, tuple(found[0][0] if found else Symbol("unknown") for _, found in left))
        place = 0
        for index, found in left:
            if found is None:
                tree = self._taken(tree, index, place, axes)
            place += 1 if found else len(tree_letters(index, axes))
        return permuted(tree, order)

    def _taken(self, tree: Tree, index: Expr, place: int, axes: Axes) -> Tree:
        """`tree` with the entries of one axis taken at computed places, along the letters of these."""
        own = tree_letters(index, axes)
        name = "xp.take" if len(own) == 1 else "taken"
        pattern = f"{name}({{}}, {{}}, axis={place})"
        return Call(pattern, (tree, Value(self._grid(index, own))), (*tree.axes[:place], *own, *tree.axes[place + 1 :]))


def tree_letters(index: Expr, axes: Axes) -> Axes:
    """The letters of an index expression, in the order of `axes`."""
    return tuple(x for x in axes if x in index.free_symbols)


class ArrayApiWriter(LibraryWriter):
    """Writes the functions of a module for any array library."""

    dialect = ArrayApi()
    check = check_of(
        "is_array_api_obj(array)", 'array_namespace(array).isdtype(array.dtype, "real floating")', "an array"
    )
    asarray = "xp.asarray"
    check_signature = 'seed=0, library="numpy"'
    check_opening = "    xp = namespace(library)\n"
    check_call = 'errors = self_check(library=sys.argv[1] if len(sys.argv) > 1 else "numpy")'

    def usage(self) -> list[str]:
        return [
            "Arrays are those of PyTorch, JAX, CuPy, Dask, NumPy or another library of the Python array API standard."
        ]

    def planned_by(self) -> ArrayApiPlanner:
        return ArrayApiPlanner(self.names.__getitem__, self.program.functions, self.program.slopes)

    def self_check(self) -> list[str]:
        return ["asarray = np.asarray\n", NAMESPACE, *super().self_check()]

    def imports(self, body: str) -> str:
        used = [n for n in ("array_namespace", "device", "is_array_api_obj") if re.search(rf"\b{n}\(", body)]
        standard = [f"import {n}\n" for n in ("importlib", "math", "sys") if re.search(rf"\b{n}\.", body)]
        return f"\n{''.join(standard)}\nimport numpy as np\nfrom array_api_compat import {', '.join(used)}\n\n"
