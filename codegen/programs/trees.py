"""NumPy expressions as trees: what is called on what, each with its axes in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr, S, Symbol

from derive.terms import is_index

Axes = tuple[Symbol, ...]


@dataclass(frozen=True)
class Value:
    """A variable or a number as it is written; `strength` says how tightly its text binds."""

    text: str
    axes: Axes = ()
    strength: int = 9


@dataclass(frozen=True)
class Number(Value):
    """A plain number, made of numbers and widths."""


@dataclass(frozen=True)
class View:
    """Another look at the same memory: `pattern` holds ``{}`` for what it looks at."""

    pattern: str
    of: Tree
    axes: Axes


@dataclass(frozen=True)
class Ufunc:
    """A NumPy function that takes ``out=``: entry by entry, or matmul."""

    name: str
    arguments: tuple[Tree, ...]
    axes: Axes


@dataclass(frozen=True)
class Reduce:
    """``np.sum`` or ``np.max`` along some axes of `of`, given by their numbers; all of them if None."""

    name: str
    of: Tree
    along: tuple[int, ...] | None
    axes: Axes


@dataclass(frozen=True)
class Einsum:
    spec: str
    operands: tuple[Tree, ...]
    axes: Axes


@dataclass(frozen=True)
class Apply:
    """A function of one number the module defines, ``gelu(Z1)``; `body` is its value at ``z``.

    Without a body it is called as it stands; it has no ``out=``.
    """

    name: str
    argument: Tree
    body: Tree | None
    axes: Axes


@dataclass(frozen=True)
class Mask:
    """1 where a comparison holds, else 0; `bare` where its truth values are multiplied at once."""

    name: str
    arguments: tuple[Tree, Tree]
    bare: bool
    axes: Axes


@dataclass(frozen=True)
class Fill:
    """`of` repeated to the whole of `shape`."""

    of: Tree
    shape: tuple[str, ...]
    axes: Axes


@dataclass(frozen=True)
class Call:
    """A function of a library other than NumPy: `pattern` holds ``{}`` for each of the arguments."""

    pattern: str
    arguments: tuple[Tree, ...]
    axes: Axes


Tree = Value | View | Ufunc | Reduce | Einsum | Apply | Mask | Fill | Call

ARGUMENT = Value("z")
"""What the body of a function stands on."""


def children(tree: Tree) -> tuple[Tree, ...]:
    """The expressions right under this one."""
    match tree:
        case View(_, of) | Reduce(_, of) | Fill(of):
            return (of,)
        case Ufunc(_, arguments) | Einsum(_, arguments) | Mask(_, arguments) | Call(_, arguments):
            return arguments
        case Apply(_, argument):
            return (argument,)
    return ()


def replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    """`tree` with `new` wherever `old` stands in it."""
    if tree == old:
        return new
    match tree:
        case View(_, of) | Reduce(_, of) | Fill(of):
            return replace(tree, of=replaced(of, old, new))
        case Ufunc(_, arguments) | Call(_, arguments):
            return replace(tree, arguments=tuple(replaced(a, old, new) for a in arguments))
        case Mask(_, (left, right)):
            return replace(tree, arguments=(replaced(left, old, new), replaced(right, old, new)))
        case Einsum(_, operands):
            return replace(tree, operands=tuple(replaced(o, old, new) for o in operands))
        case Apply(_, argument):
            return replace(tree, argument=replaced(argument, old, new))
    return tree


def affine_step(index: Expr) -> tuple[Symbol | None, Expr, Expr] | None:
    """The letter of an index expression, its step and where it starts; None where it has several letters."""
    letters = [s for s in index.free_symbols if is_index(s)]
    if len(letters) > 1:
        return None
    if not letters:
        return None, S.Zero, index
    step = index.coeff(letters[0])
    return (letters[0], step, index - step * letters[0]) if step.is_Integer and step > 0 else None


def numbered(axes: Axes, order: Axes) -> tuple[int, ...]:
    """The places of `order` in `axes`."""
    return tuple(axes.index(axis) for axis in order)


def permuted(tree: Tree, order: Axes) -> Tree:
    """`tree` with its axes in another order."""
    if tree.axes == order:
        return tree
    if len(order) == 2:
        return View("{}.T", tree, order)
    if numbered(tree.axes, order)[:-2] == tuple(range(len(order) - 2)):
        return View("np.swapaxes({}, -1, -2)", tree, order)
    return View(f"np.transpose({{}}, {numbered(tree.axes, order)})", tree, order)


def spread(tree: Tree, axes: Axes) -> Tree:
    """`tree` so that NumPy repeats it along those of `axes` that it lacks."""
    order = tuple(axis for axis in axes if axis in tree.axes)
    tree = permuted(tree, order)
    inner = axes[axes.index(order[0]) :] if order else ()
    if inner == order:
        return tree
    pattern = ", ".join(":" if axis in order else "None" for axis in inner)
    return View(f"{{}}[{pattern}]", tree, order)


def union(trees: tuple[Tree, ...], axes: Axes) -> Axes:
    """The axes of any of these trees, in the order of `axes`."""
    return tuple(axis for axis in axes if any(axis in tree.axes for tree in trees))


def ufunc(name: str, *arguments: Tree, axes: Axes) -> Ufunc:
    """An entry-by-entry operation; `axes` gives the order of the axes."""
    own = union(arguments, axes)
    return Ufunc(name, tuple(spread(argument, own) for argument in arguments), own)
