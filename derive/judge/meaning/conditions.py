"""Conditions and cases: comparisons as step functions, equal indices as Kronecker deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...forward.syntax import Call, Entry, Minus, Node, Plus
from ..reading import sketch as sk
from .products import together
from .search import Unfit
from .values import ONE, Value, times

if TYPE_CHECKING:
    from .formula import Formula

CLASSES = {"c", "y", "t", "l", "label", "target", "correct", "true", "k"}


def indicator(formula: Formula, condition: sk.Condition) -> Value:
    """1 where the condition holds, else 0. Raises Unfit for what is no comparison of two."""
    if len(condition.sides) != 2:
        raise Unfit("a comparison has two sides")
    (left, right), (sign,) = condition.sides, condition.signs
    if sign in ("=", "!="):
        equal = _equal(formula, left, right)
        return equal if sign == "=" else _not(equal)
    if sign not in ("<", ">", "<=", ">="):
        raise Unfit(f"the condition {sign} is not read")
    one, other = formula.value(left), formula.value(right)
    if sign in ("<", ">="):
        one, other = other, one
    made = together(formula.context, (one, other), lambda a, b: Call("step", (_difference(a, b),)))
    return made if sign in ("<", ">") else _not(made)


def _difference(left: Node, right: Node) -> Node:
    return left if getattr(right, "value", None) == 0 else Plus((left, Minus(right)))


def _not(value: Value) -> Value:
    return Value(Plus((ONE, Minus(value.node))), value.axes)


def _equal(formula: Formula, left: sk.Sketch, right: sk.Sketch) -> Value:
    """Whether two indices are equal, or an index is that of the class of a record."""
    context = formula.context
    if not (isinstance(left, sk.Name) and isinstance(right, sk.Name)):
        raise Unfit("only indices are compared for equality")
    for one, other in ((left, right), (right, left)):
        letter = one.stem
        size = context.size_of(letter) if not one.below and not one.above else None
        if size is None:
            continue
        known = context.size_of(other.stem) if not other.below else None
        is_class = other.stem in CLASSES and other.stem not in context.indices
        if known == size or (known is None and not other.below and not is_class):
            context.place(other.stem, size)
            return Value(_same(formula, letter, other.stem))
        for target in context.roles.targets:
            if context.model.axes[target][-1:] == (size,) and other.stem in CLASSES:
                context.path.note(f"{letter} = {other.stem} is the entry of {target} for the class")
                axes = tuple(context.fresh(s) for s in context.model.axes[target][:-1])
                subs = (*(Entry(a.letter) for a in axes), Entry(context.letter(letter)))
                return Value(Entry(target, subs), context.lie(axes, target) if axes else ())
    if {left.stem, right.stem} <= context.indices and not (left.below or right.below):
        return Value(_same(formula, left.stem, right.stem))
    raise Unfit("nothing says what is compared")


def _same(formula: Formula, one: str, other: str) -> Node:
    context = formula.context
    return Call("kron", (Entry(context.letter(one)), Entry(context.letter(other))))


def cases(formula: Formula, node: sk.Cases) -> Value:
    """Values by cases, one after the other; the last holds otherwise."""
    values = [formula.value(value) for value, _ in node.branches]
    last = node.branches[-1][1]
    result = values[-1]
    if last is not None and len(values) == 1:
        raise Unfit("one case alone")
    for value, (_, condition) in list(zip(values, node.branches, strict=True))[-2::-1]:
        if condition is None:
            raise Unfit("only the last case holds otherwise")
        holds = indicator(formula, condition)
        result = together(formula.context, (holds, value, result), _chosen)
    return result


def _chosen(holds: Node, value: Node, other: Node) -> Node:
    if getattr(other, "value", None) == 0:
        return times(holds, value)
    return Plus((times(holds, value), times(Plus((ONE, Minus(holds))), other)))
