"""Shifted indices, zeros around an array, windows, ranges and concatenation: they mean what NumPy gives."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from brute import brute_array
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Integer

import backproof as bp
from derive import Model
from derive.backward.steps import Derivation
from derive.errors import InputError
from derive.forward import parse_equation, plain, plain_equation
from derive.forward.values import value

RNG = np.random.default_rng(7)
FEW = settings(max_examples=40, deadline=None)


def sizes_of(model: Model) -> dict[str, int]:
    return {str(symbol): size for symbol, size in model.sizes.items()}


def shape_of(model: Model, name: str) -> tuple[int, ...]:
    return tuple(int(axis.subs(model.sizes)) for axis in model.axes[name])


def values_of(model: Model, name: str, given: dict[str, np.ndarray]) -> np.ndarray:
    """The array `name` of a model of known widths, its equations evaluated one after the other."""
    known = dict(given)
    for equation in model.equations:
        shape = shape_of(model, equation.name)
        found = brute_array(equation.right, equation.indices, known, sizes_of(model), shape)
        known[equation.name] = found
    return known[name]


def windows(x: np.ndarray, size: int, step: int, apart: int, zeros: int) -> np.ndarray:
    """The windows of the last axis, as frameworks take them: one row of `size` places for each of them."""
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(zeros, zeros)])
    reach = apart * (size - 1) + 1
    return np.lib.stride_tricks.sliding_window_view(padded, reach, axis=-1)[..., ::step, ::apart]


def subscript(step: int, apart: int, zeros: int, letters: str = "ts") -> str:
    t, s = letters
    return f"{step}*{t}+{apart}*{s}" + f"-{zeros}" * (zeros > 0)


PLACES = {
    "width": st.integers(1, 9), "size": st.integers(1, 4), "step": st.integers(1, 3),
    "apart": st.integers(1, 2), "zeros": st.integers(0, 2),
}  # fmt: skip


@FEW
@given(**PLACES)
def test_a_convolution_with_zeros_and_steps(width, size, step, apart, zeros):
    places = width + 2 * zeros - apart * (size - 1) - 1
    assume(places >= 0)
    x, w = RNG.standard_normal(width), RNG.standard_normal(size)
    equation = f"h[t] = sum(s, w[s]*x[{subscript(step, apart, zeros)}])"
    model = Model.parse(f"data x[{width}]\nparam w[{size}]\n{equation}\noutput h")
    expected = windows(x, size, step, apart, zeros) @ w
    assert shape_of(model, "h") == expected.shape == (places // step + 1,)
    assert values_of(model, "h", {"x": x, "w": w}) == pytest.approx(expected)


@FEW
@given(**PLACES)
def test_an_axis_without_a_name_is_as_long_as_it_must_be(width, size, step, apart, zeros):
    """`width` is that of the output: the input has no place that is left over."""
    expected = step * (width - 1) + apart * (size - 1) + 1 - 2 * zeros
    equation = f"h[t] = sum(s, w[s]*x[{subscript(step, apart, zeros)}])\noutput h"
    text = f"size n_t = {width}, n_s = {size}\n{equation}"
    if expected > 0:
        assert shape_of(Model.parse(text), "x") == (expected,)
    else:
        with pytest.raises(InputError, match=r"^line 2: x\[.*\] does not fit the other dimensions"):
            Model.parse(text)


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.integers(1, 2), st.integers(1, 2), st.integers(0, 1), st.integers(1, 2))
def test_a_convolution_of_two_axes(height, width, down, along, top, side):
    x, w = RNG.standard_normal((2, height, width)), RNG.standard_normal((2, 2, 2, 2))
    places = f"{subscript(down, 1, top, 'ur')},{subscript(along, 1, side, 'vs')}"
    model = Model.parse(
        f"data x[2,{height},{width}]\nparam w[2,2,2,2]\noutput h\n"
        f"h[o,u,v] = sum(c, sum(r, sum(s, w[o,c,r,s]*x[c,{places}])))"
    )
    padded = np.pad(x, [(0, 0), (top, top), (side, side)])
    cut = np.lib.stride_tricks.sliding_window_view(padded, (2, 2), axis=(1, 2))[:, ::down, ::along]
    assert values_of(model, "h", {"x": x, "w": w}) == pytest.approx(np.einsum("ocrs,cuvrs->ouv", w, cut))


@FEW
@given(**PLACES, largest=st.booleans())
def test_a_window_gives_its_largest_or_smallest(width, size, step, apart, zeros, largest):
    assume(width + 2 * zeros > apart * (size - 1))
    x = RNG.standard_normal((2, width))
    name = "max" if largest else "min"
    model = Model.parse(
        f"data x[2,{width}]\noutput h\nh[c,t] = {name}(s < {size}, x[c,{subscript(step, apart, zeros)}])"
    )
    cut = windows(x, size, step, apart, zeros)
    expected = cut.max(-1) if largest else cut.min(-1)
    assert shape_of(model, "h") == expected.shape
    assert values_of(model, "h", {"x": x}) == pytest.approx(expected)


def test_a_window_of_two_axes():
    x = RNG.standard_normal((5, 6))
    model = Model.parse("data x[5,6]\noutput h\nh[u,v] = max(r < 2, max(s < 3, x[2*u+r,3*v+s]))")
    assert values_of(model, "h", {"x": x}) == pytest.approx(x[:4].reshape(2, 2, 2, 3).max((1, 3)))


@FEW
@given(st.integers(1, 8), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.booleans())
def test_a_sum_with_its_range(width, size, step, zeros, named):
    assume(width + 2 * zeros >= size)
    x = RNG.standard_normal(width)
    bound = "S" if named else size
    head = f"data x[{width}]\noutput h\n" + f"size S = {size}\n" * named
    model = Model.parse(f"{head}h[t] = sum(s < {bound}, x[{subscript(step, 1, zeros)}])")
    assert values_of(model, "h", {"x": x}) == pytest.approx(windows(x, size, step, 1, zeros).sum(-1))


def test_a_product_with_its_range():
    x = RNG.standard_normal(6)
    model = Model.parse("data x[6]\noutput h\nh[t] = prod(s < 3, x[t+s])")
    known = {("x", (i,)): number for i, number in enumerate(x)} | model.sizes
    right, (t,) = model.equation("h").right, model.equation("h").indices
    found = [float(value(right, {**known, t: place}, lambda name: None)) for place in range(4)]
    assert found == pytest.approx(windows(x, 3, 1, 1, 0).prod(-1))


@FEW
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.booleans())
def test_a_concatenation(widths, matrices):
    rows, p, r = ((2,), "p,", "2,") if matrices else ((), "", "")
    names = ["x", "y", "t"][: len(widths)]
    arrays = {name: RNG.standard_normal((*rows, n)) for name, n in zip(names, widths, strict=True)}
    declared = ", ".join(f"{name}[{r}{n}]" for name, n in zip(names, widths, strict=True))
    model = Model.parse(f"data {declared}\noutput h\nh[{p}m] = concat({', '.join(names)})[{p}m]")
    assert values_of(model, "h", arrays) == pytest.approx(np.concatenate(list(arrays.values()), axis=-1))


def test_an_array_beside_itself():
    x = RNG.standard_normal(3)
    model = Model.parse("data x[3]\noutput h\nh[m] = concat(x, x)[m]")
    assert values_of(model, "h", {"x": x}) == pytest.approx(np.concatenate([x, x]))


def test_a_concatenation_that_is_shifted():
    x, y, t = (RNG.standard_normal((2, n)) for n in (3, 1, 4))
    model = Model.parse(
        "data x[2,3], y[2,1], t[2,4]\noutput g\n"
        "h[p,m] = concat(x, y, t)[p,m]\ng[p,q] = sum(s < 3, h[p,2*q+s-1])"
    )  # fmt: skip
    assert values_of(model, "g", {"x": x, "y": y, "t": t}) == pytest.approx(
        windows(np.concatenate([x, y, t], axis=1), 3, 2, 1, 1).sum(-1)
    )


def test_zeros_around_a_concatenation():
    x, y = RNG.standard_normal((3, 2)), RNG.standard_normal((3, 1))
    model = Model.parse("data x[3,2], y[3,1]\noutput g\ng[t,m] = sum(s < 3, concat(x, y)[t+s-1,m])")
    assert values_of(model, "g", {"x": x, "y": y}) == pytest.approx(
        windows(np.concatenate([x, y], axis=1).T, 3, 1, 1, 1).sum(-1).T
    )


def test_a_size_in_an_index():
    x, y = RNG.standard_normal(2), RNG.standard_normal(5)
    parts = Model.parse("data x[2], y[5]\noutput h\nh[i] = y[i+size(j)]*sum(j, x[j])")
    assert values_of(parts, "h", {"x": x, "y": y}) == pytest.approx(y[2:] * x.sum())
    moved = Model.parse("data x[2], y[5]\noutput h\nh[m] = y[m] + sum(i, kron(m,i+size(i)+1)*x[i])")
    assert values_of(moved, "h", {"x": x, "y": y}) == pytest.approx(y + [0, 0, 0, *x])
    named = Model.parse("size n = 2\ndata y[5]\noutput h\nh[i] = y[i+n]")
    assert values_of(named, "h", {"y": y}) == pytest.approx(y[2:])


@FEW
@given(st.integers(2, 9), st.integers(2, 3), st.permutations([0, 1, 2]))
def test_of_shifts_that_differ_in_a_number_the_farthest_place_counts(width, step, order):
    assume(width > max(order[:2]))
    x = RNG.standard_normal(width)
    one, other = order[:2]
    model = Model.parse(f"data x[{width}]\noutput h\nh[t] = x[{step}*t+{one}] - 2*x[{step}*t+{other}]")
    last = max(one, other)
    expected = [x[n + one] - 2 * x[n + other] for n in range(0, width - last, step)]
    assert values_of(model, "h", {"x": x}) == pytest.approx(np.array(expected))


def test_with_every_width_known_an_array_has_zeros_as_far_as_is_asked():
    x = RNG.standard_normal(3)
    model = Model.parse("data x[3]\noutput h\nh[t] = x[t] + 10*x[t-1]")
    assert values_of(model, "h", {"x": x}) == pytest.approx(x + 10 * np.array([0, *x[:2]]))


DIMENSIONS = [
    ("h[t] = sum(s, w[s]*x[t+s])", "x", "n_t + n_s - 1"),
    ("h[t] = sum(s, w[s]*x[2*t+s-1])", "x", "2*n_t + n_s - 4"),
    ("data x[T]\nh[t] = sum(s, w[s]*x[t+s-1])", "h", "T - n_s + 3"),
    ("data x[T]\nh[t] = sum(s < 3, x[t+s-1])", "h", "T - n_s + 3"),
    ("data x[T]\nparam w[S]\nh[t] = sum(s, w[s]*x[t+2*s-2])", "h", "T - 2*S + 6"),
    ("h[t] = sum(s < S, x[t+s])", "x", "n_t + S - 1"),
    ("h[t] = max(s < 3, x[2*t+s])", "x", "2*n_t + 1"),
    ("h[t] = min(s < 3, x[2*t+s-1])", "x", "2*n_t - 1"),
    ("h[t] = x[2*t] + x[2*t+1]", "x", "2*n_t"),
    ("h[m] = concat(x, y)[m]", "h", "n_x + n_y"),
    ("data x[n], y[k]\nh[m] = concat(x, y, x)[m]", "h", "2*n + k"),
    ("h[i] = y[i+size(j)]*sum(j, x[j])", "y", "n_i + n_j"),
]


@pytest.mark.parametrize(("text", "name", "size"), DIMENSIONS)
def test_dimensions_that_are_names(text, name, size):
    model = Model.parse(f"{text}\noutput h")
    names = {str(symbol): symbol for axes in model.axes.values() for axis in axes for symbol in axis.free_symbols}
    (found,) = model.axes[name]
    assert (found - parse_size(size, names)).expand() == 0


def parse_size(text: str, names: dict):
    """A size written as a sum of names, their multiples, and a number."""
    result = Integer(0)
    for part in text.replace("- ", "+ -").split(" + "):
        factors = part.split("*")
        result += math.prod(names.get(f.lstrip("-"), 1) * (-1 if f[0] == "-" else 1)
                            if f.lstrip("-") in names else Integer(f) for f in factors)  # fmt: skip
    return result


SMALL = {
    "zeros": "h[t] = tanh(sum(s, w[s]*x[t+s-1]))",
    "zeros and steps": "h[t] = sum(s, w[s]*x[2*t+s-1])^2",
    "a rest": "data x[8]\nparam w[3]\nh[t] = sum(s, w[s]*x[2*t+s-1])",
    "two axes": "batch x, y\ndata x[2,5,4]\nparam w[2,2,3,3]\n"
    "z[o,u,v] = sum(c, sum(r, sum(s, w[o,c,r,s]*x[c,2*u+r-1,2*v+s-1])))",
    "zeros around what is learnt": "h[t] = sum(s, x[s]*w[2*t+s-1])",
    "a range": "z[i] = w[i]*x[i]\nh[t] = sum(s < 3, z[2*t+s])",
    "a named range": "z[i] = w[i]*x[i]\nh[t] = sum(s < S, z[2*t+s-1])",
    "the largest": "z[c,i] = w[c]*x[c,i]\nh[c,t] = max(s < 2, z[c,2*t+s])",
    "the smallest": "z[i] = w[i]*x[i]\nh[t] = min(s < 2, z[2*t+s])",
    "the largest of two axes": "z[u,v] = max(r < 2, max(s < 2, w[2*u+r,2*v+s]))",
    "the largest among zeros": "z[i] = w[i]*x[i-1]\nh[t] = max(s < 2, z[2*t+s])",
    "two beside each other": "z[i] = w[i]*x[i]\nh[m] = concat(z, b)[m]^2",
    "three matrices": "z[p,i] = w[p,i]*x[p,i]\nh[p,m] = concat(z, b, W)[p,m]^2",
    "beside each other, then shifted": "z[i] = w[i]*x[i]\ng[m] = concat(z, b)[m]\nh[q] = sum(s < 3, g[2*q+s-1])^2",
    "beside each other, then multiplied": "g[m] = concat(x, b)[m]\nh[k] = tanh(sum(m, W[k,m]*g[m]))",
    "a size": "z[i] = w[i]*x[i]\nh[i] = z[i+size(j)]*sum(j, b[j])",
    "differences": "z[i] = w[i]*x[i]\nh[t] = z[2*t+1] - z[2*t]",
}


def with_cost(text: str) -> Model:
    """The model with half the squared distance of its last array from labels y."""
    left = text.splitlines()[-1].partition(" = ")[0]
    letters = left[2:-1].split(",")
    square = "1/2*" + "".join(f"sum({letter}, " for letter in letters) + f"({left} - y{left[1:]})^2"
    return Model.parse(f"{text}\nC = {square}{')' * len(letters)}")


@cache
def derived(name: str) -> Derivation:
    return bp.backpropagate(with_cost(SMALL[name]))


@pytest.fixture(params=SMALL, ids=list(SMALL))
def derivation(request):
    return derived(request.param)


def test_the_program_agrees_with_numbers(derivation):
    errors = bp.compile_numpy(derivation).self_check(seed=3)
    assert set(errors) == {*derivation.model.parameters, "cost"}
    assert max(errors.values()) < 1e-10


def test_equations_are_read_back(derivation):
    for equation in derivation.model.equations:
        found = parse_equation(plain_equation(equation), derivation.model)
        assert found == (equation.left, equation.right, equation.ranges)


def test_gradients_are_read_back(derivation):
    model = derivation.model
    for name, gradient in derivation.gradients.items():
        letters = ",".join(map(str, model.letters[name]))
        ranges = dict(zip(model.letters[name], model.axes[name], strict=True))
        found = parse_equation(f"dC/d{name}[{letters}] = {plain(gradient)}", model)
        assert found[1:] == (gradient, ranges)


def test_the_program_pads_and_steps_as_frameworks_do():
    module = bp.compile_numpy(derived("two axes"))
    x, w = RNG.standard_normal((3, 2, 5, 4)), RNG.standard_normal((2, 2, 3, 3))
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
    cut = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    h = np.einsum("ocrs,ncuvrs->nouv", w, cut)
    y = RNG.standard_normal(h.shape)
    cost, gradients = module.gradient({"w": w}, x, y)
    assert cost == pytest.approx(((h - y) ** 2).sum() / 6)
    assert gradients["w"] == pytest.approx(np.einsum("nouv,ncuvrs->ocrs", h - y, cut) / 3)


def test_a_range_is_written_where_no_array_says_it():
    model = with_cost(SMALL["a named range"])
    assert plain_equation(model.equation("h")) == "h[t] = sum(s < S, sum(u, z[u]*kron(u,2*t+s-1)))"


def test_the_letter_of_the_places_inside_is_new():
    model = Model.parse("h[u] = sum(v, w[v]*x[u+v-1])\noutput h")
    assert plain(model.equation("h").right) == "sum(v, w[v]*sum(i, x[i]*kron(i,u+v-1)))"
    claim = "h[u] = sum(v, w[v]*x[u+v-1])"
    assert parse_equation(claim, model)[1] == model.equation("h").right
    under_a_sum = parse_equation("h[t] = sum(u, w[u]*x[t-1])", model)[1]
    assert plain(under_a_sum) == "sum(u, w[u]*sum(v, x[v]*kron(v,t-1)))"


CONCATENATED = with_cost(SMALL["two beside each other"])


def test_a_claim_about_a_part_runs_over_that_part():
    left, right, ranges = parse_equation("dC/dz[i] = 2*dC/dh[i]*z[i]", CONCATENATED)
    assert dict(zip(left.indices, CONCATENATED.axes["z"], strict=True)) == ranges
    _, summed, _ = parse_equation("C = sum(m, h[m]*z[m])", CONCATENATED)
    assert summed.limits == parse_equation("C = sum(m, z[m]*h[m])", CONCATENATED)[1].limits
    assert summed.args[1][2] + 1 == CONCATENATED.axes["z"][0]


REFUSED_CLAIMS = [
    ("dC/dh[m] = z[m]", "index m runs over n_i + n_b units of dC/dh and over n_i units of z"),
    ("dC/dz[i] = sum(k, kron(k,i)*sum(m, dC/dh[m]*kron(k,m)))",
     "in kron, k runs over n_i values and m over n_i + n_b"),
    ("sum(s < 3, 1) = sum(s < Q, 1)", "s < Q: Q is no width of the model"),
    ("sum(n_i, z[n_i]) = 1", "n_i is an index letter here and a name elsewhere; rename one of them"),
    ("dC/dz[i] = z[i+size(q)]", "index q stands in no array, so nothing says how many values it has"),
    ("sum(m, concat(b, z)[m]*dC/db[m]) = 1", "concat(...) does not fit the other dimensions"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED_CLAIMS)
def test_claims_that_are_refused(text, reason):
    with pytest.raises(InputError) as caught:
        parse_equation(text, CONCATENATED, "claim")
    assert str(caught.value) == f"claim: {reason}".replace("n_i + n_b", str(CONCATENATED.axes["h"][0]))


INDEX = "an index is a letter, a number from 0, or a sum of these, as in x[2*t+s-1]"
ARRAYS = "concat takes names of arrays and an index, as in concat(a, b)[m]"
ALONE = "the last index of concat is a letter alone, as in concat(a, b)[m]"
ONLY = "an index that stands alone runs over the whole axis"
REFUSED = [
    ("h[t] = x[-1]", "an index that begins at -1; indices count from 0"),
    ("h[t] = sum(s, w[s]*x[t-s])", INDEX),
    ("h[t] = sum(s, w[s]*x[2*(t+s)])", INDEX),
    ("h[t] = sum(s, w[s]*x[t+s-1/2])", INDEX),
    ("h[m] = x[2*size(m)]", INDEX),
    ("h[m] = x[size(m)]", "a width in an index is added to a letter, as in x[i+size(j)]"),
    ("h[m] = x[m+size(m)-1]", "a width in an index is added to a letter, as in x[i+size(j)]"),
    ("h[m] = x[m+size(q)]", "size(q): q is no index of this equation"),
    ("h[m] = sum(i, x[i])*kron(m,size(q)+m)", "size(q): q is no index of this equation"),
    ("h[t] = sum(s < 0, x[t+s])", "the size 0 is not a positive whole number"),
    ("h[t] = sum(s < 2.5, x[t+s])", "the size 2.5 is not a positive whole number"),
    ("h[t] = sum(t < 2, x[t])", "index t stands on the left and is summed over in sum(t, ...); take another letter"),
    ("h[t] = exp(s < 2, x[t])", "exp takes no range; sum, prod, max and min do, as in sum(s < 3, ...)"),
    ("h[t] = max(s < n, x[t+s])", "max over the index s takes a number up to 64, as in max(s < 2, ...)"),
    ("h[t] = max(s < 65, x[t+s])", "max over the index s takes a number up to 64, as in max(s < 2, ...)"),
    ("h[t] = max(t, x[t])", "max over the index t takes a number up to 64, as in max(t < 2, ...)"),
    ("h[t] = min(s, x[t+s])", "min over the index s takes a number up to 64, as in min(s < 2, ...)"),
    ("h[t] = max(t < 2, x[t])", "index t stands on the left and is bound in max(t, ...); take another letter"),
    ("h[t] = max(s < 2, sum(s, x[t+s]))", "index s is bound twice, by a sum inside a sum; take another letter"),
    ("h[t] = max(s < 2, s*x[t])", "the index s is used as a number; indices stand in brackets only"),
    ("h[t] = y[t]*max(s < 2, x[s-1])", "an index of x has no letter beside its numbers, as in x[2*t+s-1]"),
    ("h[t] = max(s < 2, x[s+size(t)])*y[t]", "an index of x has no letter beside its numbers, as in x[2*t+s-1]"),
    ("h[t] = max(s < 2, size(s)*x[t])", "size(s) is the number 2; write the number"),
    ("h = concat(x)[0]", ALONE),
    ("h[m] = concat(x, y)[m+1]", ALONE),
    ("h[m] = concat(x, y)", ARRAYS),
    ("h[m] = concat(x, 2)[m]", ARRAYS),
    ("h[m] = concat(x, 2*y)[m]", ARRAYS),
    ("h[m] = concat(x, y)[m] + y", "y has no indices here and 1 index in line 1"),
    ("h[m] = concat(x, h)[m]", "h is defined by itself"),
    ("h[m] = concat(x, q)[m]", "q is not defined; declare it by data or param"),
    ("h[m] = softmax(x)[m-1]", "softmax(...) has no zeros around it; give it a name of its own first"),
    ("h[t] = x[t+1] - x[t]", f"x[t+1] does not fit the other dimensions; {ONLY}"),
    ("h[c,t] = x[c,t+1] - x[c,t]", f"x[c,t+1] does not fit the other dimensions; {ONLY}"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refused_in_one_line(text, reason):
    with pytest.raises(InputError) as caught:
        Model.parse(f"{text}\noutput h")
    assert str(caught.value) == f"line 1: {reason}"


NUMBER = "expected a name or a number"
UNREADABLE = [
    ("h[t] = sum(s < -1, x[t+s])", f'line 1, column 16: found "-", {NUMBER}'),
    ("h[t] = sum(s <= 2, x[t+s])", f'line 1, column 15: found "=", {NUMBER}'),
    ("h[t] = sum(s < n+1, x[t+s])", 'line 1, column 17: found "+", expected ","'),
    ("h[m] = concat()[m]", 'line 1, column 15: found ")", expected a name, a number or "("'),
]


@pytest.mark.parametrize(("text", "reason"), UNREADABLE)
def test_unreadable_with_its_column(text, reason):
    with pytest.raises(InputError) as caught:
        Model.parse(f"{text}\noutput h")
    assert str(caught.value) == reason


CONVOLUTION = "h[t] = sum(s, w[s]*x[t+s])\noutput h"
STRIDED = "h[t] = sum(s, w[s]*x[2*t+s])\noutput h"
FREE = "leave this axis without a name, or give its width as a number"
CONTRADICTORY = [
    (f"data x[2], w[3]\n{CONVOLUTION}", "line 2: x[t+s] does not fit the other dimensions"),
    (f"data x[2], w[3]\n{STRIDED}", "line 2: x[2*t+s] does not fit the other dimensions"),
    (f"data x[7], w[3], y[4]\n{CONVOLUTION}\nC = sum(t, y[t]*h[t])",
     "line 2: x[t+s] does not fit the other dimensions"),
    (f"data x[7], w[3], y[4]\n{STRIDED}\nC = sum(t, y[t]*h[t])",
     "line 2: x[2*t+s] does not fit the other dimensions"),
    (f"data x[T]\n{STRIDED.replace('w[s]*', 'w[s]*y[t]*')}\ndata y[H], w[S]",
     f"line 2: x[2*t+s] does not fit the other dimensions; {FREE}"),
    ("size n_t = 3\ndata x[5]\nh[t] = x[t]\noutput h", "size n_t = 3: the other declarations make it 5"),
    ("data x[2], y[2]\nh[m] = concat(x, y)[m]*t[m]\ndata t[5]\noutput h",
     "line 2: concat(...) does not fit the other dimensions"),
    ("data w[4]\nh[t] = sum(s < 3, w[s]*x[t+s])\noutput h", "line 2: index s runs over 3 values and over 4 units of w"),
    ("size n_t = 2\nh[t] = x[t-1]\noutput h", "line 2: x[t-1] does not fit the other dimensions"),
    ("param w[S]\nh[t] = concat(x, w)[t]*w[t]\noutput h", "line 2: concat(...) does not fit the other dimensions"),
    ("data x[2]\nh[t] = y[t]*max(s < 3, x[s])\noutput h", "line 2: the index 2 of x is beyond its 2 units"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), CONTRADICTORY, ids=range(len(CONTRADICTORY)))
def test_dimensions_that_contradict_each_other(text, reason):
    with pytest.raises(InputError) as caught:
        Model.parse(text)
    assert str(caught.value) == reason
