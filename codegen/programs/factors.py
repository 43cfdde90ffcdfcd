"""Array nodes taken apart: signs, fractions, comparisons, formulas of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Add, Expr, Function, Mul, S, exp, log

from derive.backward import arrays as a
from derive.terms import name_of, step


def signed(term: a.Node) -> tuple[bool, a.Node]:
    """Whether a minus sign stands before a term, and the term without it."""
    if isinstance(term, a.Constant) and term.value.could_extract_minus_sign():
        return True, a.Constant(-term.value)
    if isinstance(term, a.Elementwise) and term.operation == "mul":
        for place, factor in enumerate(term.arguments):
            if isinstance(factor, a.Constant) and factor.value.could_extract_minus_sign():
                rest = list(term.arguments)
                rest[place] = a.Constant(-factor.value)
                rest = [x for x in rest if x != a.Constant(S.One)]
                return True, rest[0] if len(rest) == 1 else a.Elementwise("mul", tuple(rest), term.axes)
    return False, term


def fraction(arguments: Iterable[a.Node]) -> tuple[list[a.Node], list[a.Node], Expr]:
    """The factors above and below the fraction line, and the rational number among them."""
    above: list[a.Node] = []
    below: list[a.Node] = []
    coefficient: Expr = S.One
    for node in arguments:
        match node:
            case a.Elementwise(operation="mul"):
                inner = fraction(node.arguments)
                above, below, coefficient = above + inner[0], below + inner[1], coefficient * inner[2]
            case a.Constant(value):
                for factor in Mul.make_args(value):
                    if factor.is_Rational:
                        coefficient *= factor
                    elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                        below.append(a.Constant(1 / factor))
                    else:
                        above.append(a.Constant(factor))
            case a.Elementwise(operation="pow", arguments=(base, a.Constant(power))) if power.is_Rational and power < 0:
                below.append(base if power == -1 else a.Elementwise("pow", (base, a.Constant(-power)), node.axes))
            case _:
                above.append(node)
    return above, below, coefficient


def as_mask(node: a.Node) -> tuple[str, a.Node] | None:
    """The comparison that step(u), or 1 - step(u), is."""
    if isinstance(node, a.Elementwise) and node.operation is step:
        return "greater", node.arguments[0]
    if isinstance(node, a.Elementwise) and node.operation == "add" and len(node.arguments) == 2:
        one, other = node.arguments
        if one == a.Constant(S.One) and signed(other)[0]:
            inner = as_mask(signed(other)[1])
            return ("less_equal", inner[1]) if inner is not None and inner[0] == "greater" else None
    return None


def beyond_one(node: a.Node) -> a.Node | None:
    """The u of 1 + u."""
    if isinstance(node, a.Elementwise) and node.operation == "add" and a.Constant(S.One) in node.arguments:
        rest = tuple(x for x in node.arguments if x != a.Constant(S.One))
        return rest[0] if len(rest) == 1 else a.Elementwise("add", rest, node.axes)
    return None


def minus_one(terms: Iterable[a.Node]) -> list[a.Node]:
    """Terms with c*expm1(u) in place of c*exp(u) and -c, which loses no digits near u = 0."""
    found = list(terms)
    for place, term in enumerate(found):
        factors = term.arguments if isinstance(term, a.Elementwise) and term.operation == "mul" else (term,)
        grown = next((f for f in factors if isinstance(f, a.Elementwise) and f.operation is exp), None)
        others = [f.value for f in factors if isinstance(f, a.Constant)]
        if grown is None or len(others) < len(factors) - 1 or (lost := a.Constant(-Mul(*others))) not in found:
            continue
        one = a.Elementwise("expm1", grown.arguments, grown.axes)
        found[place] = a.Elementwise("mul", (a.Constant(Mul(*others)), one), term.axes) if others else one
        found.remove(lost)
        break
    return found


def has_sum(node: a.Node) -> bool:
    """Whether a sum of products stands in this node."""
    match node:
        case a.Contraction():
            return True
        case a.Elementwise():
            return any(map(has_sum, node.arguments))
    return False


def is_log(node: a.Node) -> bool:
    """Whether this is the logarithm of something, or of a number."""
    return node.value.has(log) if isinstance(node, a.Constant) else getattr(node, "operation", None) is log


def has_functions(value: Expr) -> bool:
    """Whether a formula of numbers has functions in it, of more than known numbers."""
    return any(not function.is_number for function in value.atoms(Function))


def array_of(node: a.Node) -> str | None:
    """The array that this node is."""
    if isinstance(node, a.Constant) and node.value.is_Symbol:
        return name_of(node.value)
    return node.name if isinstance(node, a.Leaf) else None


def operation_of(formula: Expr) -> str | Callable[..., Expr]:
    """What an array node says that the formula does with its parts."""
    return {Add: "add", Mul: "mul"}.get(formula.func, "pow" if formula.is_Pow else formula.func)


def weight(factor: a.Node) -> tuple[bool, bool, int, bool]:
    """Factors in the order they are multiplied: numbers, products, arrays; the larger before the smaller."""
    number = isinstance(factor, a.Constant)
    return not number, not isinstance(factor, a.Contraction), -len(factor.axes), not isinstance(factor, a.Leaf)
