"""Models read from text: dimensions, order, the cost, facts, and every refusal in its exact words."""

from __future__ import annotations

import pytest
from counting import work

from derive import Model
from derive.errors import InputError
from derive.forward import MLP, parse_fact, plain, plain_equation
from derive.terms import dimension, element, index

EXAMPLE = """
# a network of two layers, written in no particular order
C     = -sum(k, y[k]*log(a2[k]))      # the cost
z2[k] = sum(j, W2[k,j]*a1[j])
a2[k] = softmax(z2)[k]
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = sigmoid(z1[j])
batch x, y
assume sum(k, y[k]) = 1
"""


def names(*texts: str):
    return tuple(map(dimension, texts))


def test_example():
    model = Model.parse(EXAMPLE)
    assert [equation.name for equation in model.equations] == ["z1", "a1", "z2", "a2", "C"]
    assert model.cost == "C" and model.outputs == ()
    assert model.data == ("y", "x") and model.batch == ("x", "y")
    assert model.parameters == ("W2", "W1", "b1")
    assert model.axes["W2"] == names("n_k", "n_j") and model.axes["x"] == names("n_i") and model.axes["C"] == ()
    assert model.letters["W2"] == (index("k"), index("j")) and model.letters["a1"] == (index("j"),)
    assert set(model.functions) == {"sigmoid", "softmax"}
    assert [(f.kind, f.array, f.axes, f.text) for f in model.facts] == [
        ("sums-to-one", "y", names("n_k"), "sum(k, y[k]) = 1")
    ]
    assert model.equation("z1").line == 6 and model.equation("z1").ranges == {index("j"): dimension("n_j")}


def test_the_text_of_a_model_is_read_back_the_same():
    model = Model.parse(EXAMPLE)
    again = Model.parse(model.text)
    assert again.text == model.text
    assert [(e.left, e.right) for e in again.equations] == [(e.left, e.right) for e in model.equations]
    assert (again.axes, again.letters, again.facts, again.data) == (model.axes, model.letters, model.facts, model.data)


def test_declared_shapes_and_sizes():
    model = Model.parse("param W[n1,n0]\ndata x[7]\nsize n1 = 3\noutput h\nh[j] = sum(i, W[j,i]*x[i])")
    assert model.axes["x"] == names("n0") and model.sizes == {dimension("n1"): 3, dimension("n0"): 7}
    assert model.cost is None and model.outputs == ("h",)


def test_sizes_of_unnamed_dimensions():
    assert Model.parse("param W[3,4]\nz[j] = sum(i, W[j,i]*x[i])\noutput z").sizes == {
        dimension("n_j"): 3, dimension("n_i"): 4,
    }  # fmt: skip
    assert Model.parse("z[j] = sum(i, W[j,i]*x[i])\noutput z\nsize n_i = 4").sizes == {dimension("n_i"): 4}


def test_a_letter_belongs_to_its_sum():
    model = Model.parse("h[j] = sum(i, W1[j,i]*x[i]) + sum(i, W2[j,i]*y[i])\noutput h")
    assert model.axes["x"] != model.axes["y"]


def test_convolution_has_a_longer_input():
    model = Model.parse("h[t] = sum(s, w[s]*x[t+s])\noutput h")
    (output,), (kernel,) = model.axes["h"], model.axes["w"]
    assert model.axes["x"] == (output + kernel - 1,)
    declared = Model.parse("data x[T]\nparam w[S]\nh[t] = sum(s, w[s]*x[t+s])\noutput h")
    assert declared.axes["h"] == (dimension("T") - dimension("S") + 1,)
    strided = Model.parse("h[t] = sum(s, w[s]*x[2*t+s])\noutput h")
    assert strided.axes["x"] == (2 * output + kernel - 2,)


def test_attention():
    model = Model.parse("S[p,q] = sum(r, x[p,r]*y[q,r])\nA[p,q] = softmax(S)[p,q]\noutput A")
    assert plain_equation(model.equation("A")) == "A[p,q] = exp(S[p,q])/sum(m, exp(S[p,m]))"
    assert model.axes["A"] == (model.axes["x"][0], model.axes["y"][0])


def test_functions_of_the_text():
    model = Model.parse("f(z) = z*g1(1.7*z)\ng1(u) = relu(u - 1) + abs(u)\nC = f(x) + h(x)")
    assert set(model.functions) == {"f", "g1", "relu"}
    assert plain(model.functions["f"].expression) == "z*g1(17/10*z)"
    assert model.functions["g1"].kinks == (0, 1)
    assert [str(point) for point in model.functions["f"].kinks] == ["10/17"]  # z*abs(1.7*z) is smooth at 0


def test_vector_function_of_the_text():
    model = Model.parse("weigh(v)[k] = v[k]^2/sum(j, v[j]^2)\na[j] = weigh(x)[j]\noutput a")
    assert plain(model.equation("a").right) == "x[j]^2/sum(i, x[i]^2)"
    assert model.functions["weigh"].axis == index("k")


@pytest.mark.parametrize(
    ("lines", "cost"),
    [
        ("C = x\nD = y", "C"),
        ("J = x\nn = y", "J"),
        ("cost = x", "cost"),
        ("s = x\nloss = s^2", "loss"),
    ],
)
def test_the_cost(lines, cost):
    assert Model.parse(lines).cost == cost


FACTS = [
    ("sum(k, y[k]) = 1", "sums-to-one"),
    ("sum(q, P[p,q]) = 1", "sums-to-one"),
    ("sum(p, P[p,q]) = 1", "columns-sum-to-one"),
    ("onehot(y)", "one-hot"),
    ("one-hot(y)", "one-hot"),
    ("binary(y)", "binary"),
    ("positive(y)", "positive"),
    ("y[k] > 0", "positive"),
    ("0 < y[k]", "positive"),
    ("unit(y)", "unit"),
    ("0 < y[k] < 1", "unit"),
    ("symmetric(A)", "symmetric"),
    ("A[p,q] = A[q,p]", "symmetric"),
]
DATA = "C = sum(k, y[k]) + sum(p, sum(q, P[p,q] + A[p,q])) + sum(p, A[p,p])\ndata y, P, A\n"


@pytest.mark.parametrize(("text", "kind"), FACTS)
def test_facts(text, kind):
    model = Model.parse(DATA + f"assume {text}")
    (fact,) = model.facts
    assert fact.kind == kind and fact.text == text and fact.axes == model.axes[fact.array]
    assert parse_fact(text, model) == fact


REFUSED = [
    ("", "there are no equations; one equation a line, as in z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]"),
    ("# nothing", "there are no equations; one equation a line, as in z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]"),
    (
        "z1[j] = W1[j]*x[j]",
        "there is neither a cost nor an output; add a scalar such as C = ..., or a line such as: output h",
    ),
    (
        "A = x\nB = y",
        "A and B could each be the cost; call one of them C, or add a line such as: output h",
    ),
    ("a[j] = W1[j]*x[j]\n\nC = sum(j, a[j]*W_1[j])", "line 3: W_1 is not defined; did you mean W1?"),
    ("z1[j] = W1[j]*x[j]\nC = sum(j, z2[j])", "line 2: z2 is not defined; did you mean z1?"),
    ("C = q*x", "line 1: q is not defined; declare it by data or param"),
    (
        "param W1[3,4], W2[2,5]\nz1[j] = sum(i, W1[j,i]*x[i])\nz2[j] = x[j]\nC = sum(j, z1[j]*W2[0,j])",
        "line 4: index j runs over 3 units of z1 and over 5 units of W2",
    ),
    ("param b1[n1], b2[n2]\nC = sum(j, b1[j]*b2[j])",
     "line 2: index j runs over n1 units of b1 and over n2 units of b2"),
    ("data x[3]\ndata x[4]\nC = sum(j, x[j])", "line 2: x is already declared with another shape"),
    ("z[j] = x[j]\nz[k] = x[k]\nC = sum(j, z[j])", "line 2: z is already defined in line 1"),
    ("f(z) = z\nf(u) = u\nC = f(x)", "line 2: f is already defined in line 1"),
    ("tanh(z) = z\nC = tanh(x)", "line 1: tanh is a known function already; take another name"),
    ("f(z) = w*z\nC = f(x)", "line 1: w is not defined; f is a function of z alone"),
    ("f(z) = g1(z)\ng1(z) = f(z)\nC = f(x)", "line 1: f is defined by itself: f needs g1, g1 needs f"),
    ("a[j] = b1[j]*z[j]\nz[j] = a[j]\nC = sum(j, z[j])", "line 1: a is defined by itself: a needs z, z needs a"),
    ("h[t] = w*h[t]\nC = sum(t, h[t])", "line 1: h is defined by itself"),
    ("C = sum(j, x[j]) + x", "line 1: x has no indices here and 1 index in line 1"),
    ("z[j,j] = x[j]\noutput z", "line 1: index j stands twice on the left of z"),
    ("z[j+1] = x[j]\noutput z", "line 1: the indices of z on the left are plain letters, as in z[j]"),
    ("z[j] = x[k]\noutput z", "line 1: index k is neither on the left nor summed over"),
    ("z[j] = sum(j, x[j])\noutput z", "line 1: index j stands on the left and is summed over in sum(j, ...); "
     "take another letter"),
    ("C = sum(t, x[t]) + t", "line 1: t is an index letter here and a name elsewhere; rename one of them"),
    ("x = 3\ndata x\nC = x", "line 1: x is both data and defined by an equation"),
    ("param x\ndata x\nC = x", "line 2: x is both a parameter and data"),
    ("data q\nC = x", "line 1: q is declared, but no equation uses it"),
    ("size n = 3\nC = sum(j, x[j])", "line 1: no array has the dimension n; did you mean n_j?"),
    ("batch z\nC = x", "line 1: z is not among the data"),
    ("output H\nh1[j] = x[j]\nC = x[0]", "line 1: H is not defined by an equation"),
    ("data x[n]\nC = sum(j, x[j])*n[0]", "line 2: n is a number and has no indices"),
    ("pi = 3\nC = pi*x", "line 1: pi is a number and cannot be defined"),
    ("data x[0]\nC = x[0]", "line 1: the size 0 is not a positive whole number"),
    ("exp(x) = 2\nC = x",
     "line 1: the left side is an array entry as in z1[j], a scalar, or a new function as in f(z)"),
    ("data x[2]\nparam w[3]\nh[t] = sum(s, w[s]*x[2*t+s])\noutput h",
     "line 3: x[2*t+s] does not fit the other dimensions"),
    ("f(z) = max(sin(z), 0)\nC = f(x)", "line 1: the corners of the function cannot be found: where is sin(z) zero?"),
    ("f(z) = abs(" + " - ".join(f"abs(z - {n})" for n in range(20)) + ")\nC = f(x)",
     "line 1: the corners of the function cannot be found: it has too many pieces"),
    ("f(z) = " + " + ".join(f"abs(z - {n})" for n in range(100)) + "\nC = f(x)",
     "line 1: a function with more than 64 corners; write it as an equation"),
    (f"C = x[{','.join('0' * 13)}]", "line 1: x has 13 indices; at most 12 are read"),
    ("C = sum(k, y[k])\nassume y[k] = 2", "line 2: y[k] = 2 is no fact that can be assumed; accepted: "
     "sum(k, y[k]) = 1, y[k] > 0, 0 < y[k] < 1, A[i,j] = A[j,i], "
     "onehot(y), binary(y), positive(y), unit(y), symmetric(y)"),
    ("C = sum(k, y[k])\nassume binary(Y)", "line 2: Y is not defined; did you mean y?"),
    ("C = sum(k, y[k])\nassume symmetric(y)", "line 2: y has not the indices for symmetric(y)"),
    ("C = __import__('os')", """line 1, column 16: found "'", which no formula contains """
     "(numbers, names, + - * / ^, brackets and functions only)"),
    ("C = x\nz = (x", 'line 2, column 7: found the end of the line, expected an operator or ")"'),
    ("C = 2 x", 'line 1, column 7: found "x", expected an operator or the end of the line (* is always written)'),
    ("param", "line 1, column 6: found the end of the line, expected a name"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refused_in_one_line(text, reason):
    with pytest.raises(InputError) as caught:
        Model.parse(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize("text", ["x" * 10_000_000, "C = x + 1\n" * 1_000_000, "(" * 10_000_000])
def test_a_huge_text_is_refused_at_once(text):
    def refused() -> None:
        with pytest.raises(InputError, match="at most 1000000 are read, 100000 a line"):
            Model.parse(text)

    assert work(refused) < 10_000


def test_no_bare_error_on_strange_lines():
    for line in ["=", "C", "C = ()", "x[", "assume", "size n", "C = sum()", "C = x[]", "\x00", "é = ☃", "C=1e5e5"]:
        with pytest.raises(InputError):
            Model.parse(line)


def test_element_names_are_those_of_the_text():
    assert Model.parse("C = δ_1*λ\ndata δ_1, λ").equation("C").right == element("delta_1") * element("lambda")


def test_the_work_of_reading_grows_with_the_lines_alone():
    texts = [MLP([3] * (depth + 1), "tanh").text for depth in (20, 50, 200)]
    _, few, many = (work(lambda text=text: Model.parse(text)) for text in texts)
    assert many < 5 * few
