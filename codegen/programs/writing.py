"""NumPy expressions as text, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .functions import ERF
from .numbers import ATOM, MATRIX, POWER, PRODUCT, SUM, UNARY
from .trees import Apply, Einsum, Fill, Mask, Reduce, Tree, Ufunc, Value, View

INFIX: Mapping[str, tuple[str, int]] = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
}
COMPARISONS: Mapping[str, str] = {"greater": ">", "less_equal": "<=", "equal": "=="}


def text(tree: Tree, context: int = 0, dtype: str = "dtype") -> str:
    """The expression in one line, in brackets if it binds less tightly than `context`.

    `dtype` names the type of numbers where a comparison has to become numbers.
    """
    written, strength = _parts(tree, dtype)
    return written if strength >= context else f"({written})"


def _parts(tree: Tree, dtype: str) -> tuple[str, int]:
    match tree:
        case Value(written, _, strength):
            return written, strength
        case View(pattern, of):
            return pattern.format(text(of, 0 if "np." in pattern else ATOM, dtype)), ATOM
        case Ufunc(name, (left, right)) if name in INFIX:
            sign, strength = INFIX[name]
            return f"{text(left, strength, dtype)} {sign} {text(right, strength + 1, dtype)}", strength
        case Ufunc("matmul", (left, right)):
            return f"{text(left, UNARY, dtype)} @ {text(right, UNARY, dtype)}", MATRIX
        case Ufunc("negative", (of,)):
            return f"-{text(of, PRODUCT, dtype)}", SUM
        case Ufunc("square", (of,)):
            return f"{text(of, ATOM, dtype)}**2", POWER
        case Ufunc(name, arguments):
            return f"np.{name}({', '.join(text(a, 0, dtype) for a in arguments)})", ATOM
        case Reduce(name, of, along):
            return f"np.{name}({text(of, 0, dtype)}{axis_argument(along)})", ATOM
        case Einsum(spec, operands):
            inside = ", ".join(text(o, 0, dtype) for o in operands)
            return f'np.einsum("{spec}", {inside}, optimize=True)', ATOM
        case Apply(name, argument):
            return f"{name}({text(argument, 0, dtype)})", ATOM
        case Mask(name, (left, right), bare):
            compared = f"({text(left, SUM, dtype)} {COMPARISONS[name]} {text(right, SUM, dtype)})"
            return compared if bare else f"{compared}.astype({dtype})", ATOM
        case Fill(of, shape):
            return f"np.full({_shape(shape)}, {text(of, 0, dtype)})", ATOM
    raise AssertionError(tree)


def axis_argument(along: tuple[int, ...] | None) -> str:
    if along is None:
        return ""
    return f", axis={along[0] if len(along) == 1 else along}"


def _shape(shape: tuple[str, ...]) -> str:
    return f"({', '.join(shape)}{',' * (len(shape) == 1)})"


def definitions(trees: Iterable[Tree], descriptions: Mapping[str, str]) -> list[str]:
    """The functions of one number that some expressions call, as text; those they call come first."""
    found: dict[str, Tree | None] = {}
    for tree in trees:
        found.update(_functions_in(tree))
    return [ERF if body is None else _definition(name, body, descriptions[name]) for name, body in found.items()]


def _definition(name: str, body: Tree, description: str) -> str:
    return f'def {name}(z):\n    """{description}"""\n    return {text(body, dtype="z.dtype")}\n'


def _functions_in(tree: Tree) -> dict[str, Tree | None]:
    found: dict[str, Tree | None] = {}
    for child in children(tree):
        found.update(_functions_in(child))
    if isinstance(tree, Apply):
        if tree.body is not None:
            found.update(_functions_in(tree.body))
        found[tree.name] = tree.body
    return found


def children(tree: Tree) -> tuple[Tree, ...]:
    """The expressions right under this one."""
    match tree:
        case View(_, of) | Reduce(_, of) | Fill(of):
            return (of,)
        case Ufunc(_, arguments) | Einsum(_, arguments) | Mask(_, arguments):
            return arguments
        case Apply(_, argument):
            return (argument,)
    return ()
