"""Matrix form, NumPy and the choice of the language; limits that hold for every reader."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.errors import InputError
from derive.judge.reading import kind_of, read_latex, read_matrix, read_numpy
from derive.judge.reading import sketch as sk

N = sk.Name
TWO = sk.Number(Fraction(2))
ONE = sk.Number(Fraction(1))


def product(sign: str, *factors: sk.Sketch) -> sk.Product:
    return sk.Product(factors, (sign,) * (len(factors) - 1))


def positive(name: str) -> sk.Indicator:
    return sk.Indicator(sk.Condition((N(name), sk.Number(Fraction(0))), (">",)))


MATRIX = [
    ("W2^T delta2", product("", sk.Transpose(N("W2")), N("delta2"))),
    (
        "(W2^T delta2) ⊙ f'(z1)",
        product("o", product("", sk.Transpose(N("W2")), N("delta2")), sk.Apply(N("f", order=1), (N("z1"),))),
    ),
    ("δ1 xᵀ", product("", N("delta1"), sk.Transpose(N("x")))),
    ("a .* b ∘ c", product("o", N("a"), N("b"), N("c"))),
    ("a @ b", product("@", N("a"), N("b"))),
    ("outer(a, b) / N", sk.Divide(sk.Outer(N("a"), N("b")), N("N"))),
    ("diag(a) b", product("", sk.Diagonal(N("a")), N("b"))),
    ("dC/dW1", sk.Derivative(N("C"), N("W1"))),
    ("delta1/delta2", sk.Divide(N("delta1"), N("delta2"))),
    ("1/2 ||a||^2", product("", sk.Divide(ONE, TWO), sk.Power(sk.Norm(N("a")), TWO))),
    ("ŷ - y", sk.Plus((N("y", ("hat",)), sk.Minus(N("y"))))),
    ("a₁²", sk.Power(N("a1"), TWO)),
    ("delta2 (a1)^T", product("", N("delta2"), sk.Transpose(N("a1")))),
    ("f(z)^2", sk.Power(sk.Apply(N("f"), (N("z"),)), TWO)),
    ("b (z > 0)", sk.Product((N("b"), positive("z")), ("",))),
    ("-a", sk.Minus(N("a"))),
]
NUMPY = [
    ("delta1.T @ X / N", sk.Divide(product("@", sk.Transpose(N("delta1")), N("X")), N("N"))),
    ("(dZ2 @ W2) * f'(Z1)", product("*", product("@", N("dZ2"), N("W2")), sk.Apply(N("f", order=1), (N("Z1"),)))),
    ("np.sum(dZ, axis=0, keepdims=True)", sk.Reduce("sum", N("dZ"), 0, True)),
    ("dZ.sum(axis=-1)", sk.Reduce("sum", N("dZ"), -1)),
    ("dZ.mean(0)", sk.Reduce("mean", N("dZ"), 0)),
    ("np.max(Z)", sk.Reduce("max", N("Z"))),
    ("a.dot(b)", product("@", N("a"), N("b"))),
    ("np.dot(a.T, b)", product("@", sk.Transpose(N("a")), N("b"))),
    ("np.outer(a, b)", sk.Outer(N("a"), N("b"))),
    ("np.multiply(a, b)", product("*", N("a"), N("b"))),
    ("1 - A1**2", sk.Plus((ONE, sk.Minus(sk.Power(N("A1"), TWO))))),
    ("np.square(a)", sk.Power(N("a"), TWO)),
    ("(Z1 > 0).astype(float)", positive("Z1")),
    ("np.where(Z > 0, a, b)", sk.Cases(((N("a"), positive("Z").condition), (N("b"), None)))),
    ("np.maximum(0, z)", sk.Apply(N("max"), (sk.Number(Fraction(0)), N("z")))),
    ("X.shape[0]", sk.Apply(N("shape"), (N("X"), sk.Number(Fraction(0))))),
    ("len(X)", sk.Apply(N("shape"), (N("X"), sk.Number(Fraction(0))))),
    ("A[:, None]", sk.At(N("A"), (":", "None"))),
    ("a.reshape(-1, 1)", sk.At(N("a"), (":", "None"))),
    ("np.reshape(a, (1, -1))", sk.At(N("a"), ("None", ":"))),
    ("A[p, k]", sk.At(N("A"), (N("p"), N("k")))),
    ('cache["Z1"]', N("Z1")),
    ("self.W1", N("W1")),
    ('grads["dW" + str(l)]', N("dW", above=(N("l"),))),
    ("a * b @ c", product("@", product("*", N("a"), N("b")), N("c"))),
    ("a / b * c", product("*", sk.Divide(N("a"), N("b")), N("c"))),
    ("-a ** 2", sk.Minus(sk.Power(N("a"), TWO))),
    ("np.exp(-z)", sk.Apply(N("exp"), (sk.Minus(N("z")),))),
    ("1e-2", sk.Number(Fraction(1, 100))),
    ("np.linalg.norm(w)", sk.Norm(N("w"))),
]
SIGNS = [("a = b", "="), ("a += b", "+="), ("a -= b", "-=")]
REFUSED_NUMPY = [
    ("np.einsum('ij->i', a)", "einsum"),
    ("np.foo(a)", '"foo"'),
    ("a[1:3]", "slice"),
    ("a if b else c", "if"),
    ("__import__('os').system('ls')", "number or an array"),
    ("np.sum(a, axis=(0, 1))", "axis"),
    ("a.reshape(3, 4)", "reshape"),
    ("np", "module"),
    ("np.where(a, b, c)", "comparison"),
    ("np.dot(a)", "1 arguments"),
    ("f(x, out=y)", "out="),
    ("lambda x: x", "column 8"),
    ("a = ", "too early"),
    ("X.shape", "shape"),
    ("'text'", "text"),
]
REFUSED_MATRIX = [("a $ b", "$"), ("(a", "too early"), ("a = b if c", "if"), ("", "empty"), ("a[i]", "index")]
KINDS = {
    "latex": [r"\delta_j = a_j", "w^{l}_{jk} = 1", "$a = b$", r"a\,b"],
    "matrix": [
        "delta1 = (W2^T delta2) ⊙ f'(z1)",
        "dW1 = delta1 x^T",
        "delta1 = W2^{T} delta2",
        "dW = outer(a, b)",
        "C = 1/2 (a - y)^2",
    ],
    "numpy": [
        "dW1 = delta1.T @ X / N",
        "db = np.sum(dZ, axis=0)",
        "dZ = dA * (Z > 0).astype(float)",
        "self.W -= lr * dW",
        "grads['dW1'] = dW",
        "dZ1 = (dZ2 @ W2) * (1 - A1**2)",
        "db = dZ.mean(0)",
        "db2 = (A2 - Y).mean(0) / X.shape[0]",
        "Z2 = W2 @ A1 + b2[None, :]",
        "Z2 = A1 @ W2 + b2",
    ],
    "plain": [
        "delta1[j] = sum(k, W2[k,j]*delta2[k])*f'(z1[j])",
        "dC/dW1[j,i] = delta1[j]*x[i]",
        "dC/dtheta = 2*(theta*x^2-y)*x^2",
        "delta2 = a2 - y",
        "dC/dz[j] = 1e-3*z[j]**2",
    ],
}
MANY = 20_000
HOSTILE = [
    "(" * MANY,
    ")" * MANY,
    "{" * MANY,
    "(" * MANY + "x" + ")" * MANY,
    "{" * MANY + "x" + "}" * MANY,
    "\\hat " * MANY + "x",
    "\\frac1" * MANY + "2",
    "x^{" * MANY,
    "a/" * MANY + "a",
    "-" * MANY + "a",
    "\\log " * MANY + "x",
    "a**" * MANY + "a",
    "\\sum_i " * MANY + "a",
    "f(" * MANY,
    "a[" * MANY,
    "x" * 10_000_000,
    "9" * MANY,
    "|" * MANY,
    "\\begin{cases}" * MANY,
    "\\left(" * MANY,
    "\\nabla " * MANY + "C",
    '"' * MANY,
    "x" + ".T" * MANY,
]


@pytest.mark.parametrize(("text", "side"), MATRIX)
def test_matrix_form(text: str, side: sk.Sketch) -> None:
    assert read_matrix(f"q = {text}").sides == (N("q"), side)


@pytest.mark.parametrize(("text", "side"), NUMPY)
def test_numpy(text: str, side: sk.Sketch) -> None:
    assert read_numpy(f"q = {text}").sides == (N("q"), side)
    assert read_numpy(f"  ({text})  # a remark").sides == (side,)


@pytest.mark.parametrize(("text", "sign"), SIGNS)
def test_signs(text: str, sign: str) -> None:
    for read in (read_matrix, read_numpy, lambda line: read_latex(line)[0]):
        assert read(text).signs == (sign,)


@pytest.mark.parametrize(("text", "words"), REFUSED_NUMPY)
def test_numpy_that_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_numpy(text, "line 2")
    assert str(caught.value).startswith("line 2: ") and words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "words"), REFUSED_MATRIX)
def test_matrix_form_that_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_matrix(text, "line 2")
    assert str(caught.value).startswith("line 2: ") and words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_kinds(kind: str, text: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:8]}{len(text)}")
@pytest.mark.parametrize("read", [read_latex, read_matrix, read_numpy], ids=["latex", "matrix", "numpy"])
def test_hostile_input_ends_in_one_line(read: object, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)  # type: ignore[operator]
    assert len(str(caught.value)) < 400 and "\n" not in str(caught.value)
