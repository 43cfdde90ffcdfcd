"""Sketches drawn at random, and a small writer of LaTeX for them: what is written must be read back."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from derive.judge.reading import sketch as sk

GREEK = {"delta", "sigma", "mu", "theta", "lambda"}
MARKS = {"hat": "\\hat", "tilde": "\\tilde", "bold": "\\mathbf", "cal": "\\mathcal", "vec": "\\vec"}
SIGNS = {"": " ", "*": " * ", ".": "\\cdot ", "x": "\\times ", "o": "\\odot "}
COMPARED = {"=": "=", "!=": "\\neq ", "<": "<", ">": ">", "<=": "\\le ", ">=": "\\geq "}


def write(node: sk.Sketch) -> str:
    """LaTeX for a sketch."""
    match node:
        case sk.Plus(terms):
            first, *rest = terms
            return "".join(
                [write(first) if isinstance(first, sk.Minus) else product(first), *(_signed(term) for term in rest)]
            )
        case sk.Minus(of):
            return f"-{product(of)}"
        case sk.Product(factors, signs):
            return "".join(
                [factor(factors[0]), *(SIGNS[s] + factor(f) for s, f in zip(signs, factors[1:], strict=True))]
            )
        case sk.Sum(letters, body, lower, upper, _):
            below = f"{letters[0]}={write(lower)}" if lower else ",".join(letters)
            return f"\\sum_{{{below}}}{'^{' + write(upper) + '}' if upper else ''} {product(body)}"
        case _:
            return factor(node)


def _signed(term: sk.Sketch) -> str:
    return write(term) if isinstance(term, sk.Minus) else f"+{product(term)}"


def product(node: sk.Sketch) -> str:
    """What may stand beside a sign."""
    return _bracketed(node) if isinstance(node, sk.Plus | sk.Minus) else write(node)


def factor(node: sk.Sketch) -> str:
    """What may stand beside a factor, or take a script."""
    match node:
        case sk.Number(value):
            return str(value)
        case sk.Name():
            return name(node)
        case sk.Divide(above, below):
            return f"\\frac{{{write(above)}}}{{{write(below)}}}"
        case sk.Power(base, exponent):
            return f"{_scripted(base)}^{{{write(exponent)}}}"
        case sk.Transpose(of):
            return f"{_scripted(of)}^T"
        case sk.Apply(head, arguments):
            return f"{_head(head)}({', '.join(map(write, arguments))})"
        case sk.Derivative(of, by, "nabla"):
            return f"\\nabla_{{{write(by)}}} {factor(of)}"
        case sk.Derivative(of, by, _):
            return f"\\frac{{\\partial {write(of)}}}{{\\partial {write(by)}}}"
        case sk.Norm(of):
            return f"\\lVert {write(of)} \\rVert"
        case sk.Diagonal(of):
            return f"\\mathrm{{diag}}({write(of)})"
        case sk.Indicator(condition):
            return f"\\mathbb{{1}}\\{{{_condition(condition)}\\}}"
        case sk.Cases(branches):
            rows = (f"{write(value)} & {_condition(c) if c else chr(92) + 'text{otherwise}'}" for value, c in branches)
            return "\\begin{cases}" + "\\\\".join(rows) + "\\end{cases}"
        case _:
            return _bracketed(node)


def name(node: sk.Name) -> str:
    """A symbol: marks outside in, primes, then the scripts."""
    made = f"\\{node.stem}" if node.stem in GREEK else node.stem if len(node.stem) == 1 else f"\\mathrm{{{node.stem}}}"
    for mark in reversed(node.marks):
        made = f"{MARKS[mark]}{{{made}}}"
    made += "'" * node.order
    made += f"_{{{', '.join(map(write, node.below))}}}" if node.below else ""
    return made + (f"^{{({', '.join(map(write, node.above))})}}" if node.above else "")


def _scripted(node: sk.Sketch) -> str:
    return name(node) if isinstance(node, sk.Name) and not node.above else _bracketed(node)


def _head(head: sk.Name | sk.Power) -> str:
    if isinstance(head, sk.Power):
        return f"\\{head.base.stem}^{{{write(head.exponent)}}}"  # type: ignore[attr-defined]
    return f"\\{head.stem}" if head.stem in ("tanh", "log", "exp") else name(head)


def _condition(node: sk.Condition) -> str:
    left, right = node.sides
    return f"{write(left)} {COMPARED[node.signs[0]]} {write(right)}"


def _bracketed(node: sk.Sketch) -> str:
    return f"\\left[{write(node)}\\right]"


letters = st.sampled_from("abcijkmnwxyzW")
numbers = st.integers(0, 30).map(lambda n: sk.Number(Fraction(n)))
layers = st.sampled_from(
    [sk.Name("l"), sk.Name("L"), sk.Number(Fraction(2)), sk.Plus((sk.Name("l"), sk.Number(Fraction(1))))]
)
names = st.builds(
    sk.Name,
    st.one_of(letters, st.sampled_from(sorted(GREEK) + ["net", "out"])),
    st.lists(st.sampled_from(sorted(MARKS)), max_size=2).map(tuple),
    st.lists(letters.map(sk.Name), max_size=2).map(tuple),
    st.lists(layers, max_size=1).map(tuple),
    st.integers(0, 1),
)
plain = st.builds(sk.Name, letters, st.just(()), st.lists(letters.map(sk.Name), max_size=2).map(tuple))
heads = st.one_of(
    st.sampled_from([sk.Name("tanh"), sk.Name("log"), sk.Name("f", order=1), sk.Name("sigma"), sk.Name("softmax")]),
    st.just(sk.Power(sk.Name("tanh"), sk.Number(Fraction(2)))),
)


@st.composite
def grown(draw: st.DrawFn, depth: int = 3) -> sk.Sketch:
    """A sketch of at most this depth."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.one_of(names, numbers))

    def inner() -> sk.Sketch:
        return draw(grown(depth - 1))

    match draw(st.integers(0, 12)):
        case 0:
            return sk.Plus((inner(), *(sk.Minus(inner()) if draw(st.booleans()) else inner() for _ in range(2))))
        case 1:
            return sk.Minus(inner())
        case 2 | 3:
            factors = [inner() for _ in range(draw(st.integers(2, 4)))]
            return sk.Product(tuple(factors), tuple(draw(st.sampled_from(sorted(SIGNS))) for _ in factors[1:]))
        case 4:
            return sk.Divide(inner(), inner())
        case 5:
            return sk.Power(draw(plain), draw(numbers))
        case 6:
            of = inner()
            return of if isinstance(of, sk.Name) and of.above else sk.Transpose(of)
        case 7:
            return sk.Apply(draw(heads), (inner(),))
        case 8:
            return draw(st.sampled_from([sk.Norm, sk.Diagonal]))(inner())
        case 9:
            return sk.Sum((draw(letters),), inner(), draw(numbers), draw(names))
        case 10:
            return sk.Sum(tuple(draw(st.lists(letters, min_size=1, max_size=2))), inner())
        case 11:
            return sk.Derivative(draw(names), draw(names), draw(st.sampled_from(["partial", "nabla"])))
        case _:
            condition = sk.Condition((inner(), inner()), (draw(st.sampled_from(sorted(COMPARED))),))
            return sk.Indicator(condition) if draw(st.booleans()) else sk.Cases(((inner(), condition), (inner(), None)))


sketches = grown()
