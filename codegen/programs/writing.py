"""Array expressions as text, one line each, in the dialect of a library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .dialects import NUMPY, Dialect, axis_argument
from .numbers import ATOM, MATRIX, POWER, PRODUCT, SUM, UNARY
from .sharing import computed_once
from .trees import Apply, Call, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View, children

__all__ = ["axis_argument", "children", "definitions", "text"]

INFIX: Mapping[str, tuple[str, int]] = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
}
COMPARISONS: Mapping[str, str] = {"greater": ">", "less_equal": "<=", "equal": "=="}


def text(tree: Tree, context: int = 0, dtype: str | None = None, dialect: Dialect = NUMPY) -> str:
    """The expression in one line, in brackets if it binds less tightly than `context`.

    `dtype` names the type of numbers where a comparison has to become numbers; `dialect` is the library's.
    """
    written, strength = _parts(tree, dtype or dialect.kind, dialect)
    return written if strength >= context else f"({written})"


def _parts(tree: Tree, dtype: str, dialect: Dialect) -> tuple[str, int]:
    def inner(of: Tree, context: int = 0) -> str:
        return text(of, context, dtype, dialect)

    match tree:
        case Value(written, _, strength):
            return written, strength
        case View(pattern, of):
            pattern = dialect.view(pattern)
            return pattern.format(inner(of, ATOM if pattern.startswith("{}") else 0)), ATOM
        case Ufunc(name, (left, right)) if name in INFIX:
            sign, strength = INFIX[name]
            return f"{inner(left, strength)} {sign} {inner(right, strength + 1)}", strength
        case Ufunc("matmul", (left, right)):
            return f"{inner(left, UNARY)} @ {inner(right, UNARY)}", MATRIX
        case Ufunc("negative", (of,)):
            return f"-{inner(of, PRODUCT)}", SUM
        case Ufunc("square", (of,)):
            return f"{inner(of, ATOM)}**2", POWER
        case Ufunc("power", (base, exponent)) if dialect.powers:
            return f"{inner(base, ATOM)}**{inner(exponent, ATOM)}", POWER
        case Ufunc(name, arguments):
            return dialect.call(name, [inner(a) for a in arguments], arguments), ATOM
        case Reduce(name, of, along):
            return dialect.reduced(name, inner(of), along), ATOM
        case Einsum(spec, operands):
            return dialect.einsum(spec, [inner(o) for o in operands]), ATOM
        case Call(pattern, arguments):
            return pattern.format(*map(inner, arguments)), ATOM
        case Apply(name, argument):
            return f"{name}({inner(argument)})", ATOM
        case Mask(name, (left, right), bare):
            compared = f"({inner(left, SUM)} {COMPARISONS[name]} {inner(right, SUM)})"
            if not tree.axes and not bare and dtype == dialect.kind:
                return dialect.truth_of_numbers(compared, dtype), ATOM
            return dialect.truth(compared, dtype, bare), ATOM
        case Fill(of, shape):
            return dialect.full(_shape(shape), inner(of)), dialect.strength_of_full
    raise AssertionError(tree)


def _shape(shape: tuple[str, ...]) -> str:
    return f"({', '.join(shape)}{',' * (len(shape) == 1)})"


def definitions(trees: Iterable[Tree], descriptions: Mapping[str, str], dialect: Dialect = NUMPY) -> list[str]:
    """The functions of one number that some expressions call, as text; those they call come first."""
    found: dict[str, Tree | None] = {}
    for tree in trees:
        found.update(_functions_in(tree))
    return [
        dialect.special[name] if body is None else _definition(name, body, descriptions[name], dialect)
        for name, body in found.items()
    ]


def _definition(name: str, body: Tree, description: str, dialect: Dialect) -> str:
    kind = dialect.kind_of("z")
    shared, body = computed_once(body)
    lines = [f"{t} = {text(tree, 0, kind, dialect)}" for t, tree in shared.items()]
    lines.append(f"return {text(body, 0, kind, dialect)}")
    lines = [*dialect.opening("z", "\n".join(lines)), *lines]
    return f'def {name}(z):\n    """{description}"""\n' + "".join(f"    {line}\n" for line in lines)


def _functions_in(tree: Tree) -> dict[str, Tree | None]:
    found: dict[str, Tree | None] = {}
    for child in children(tree):
        found.update(_functions_in(child))
    if isinstance(tree, Apply):
        if tree.body is not None:
            found.update(_functions_in(tree.body))
        found[tree.name] = tree.body
    return found
