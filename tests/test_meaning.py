"""What formulas as written mean about a model: by shapes, by symbols, by conventions; never by a silent guess."""

from __future__ import annotations

import pytest

from derive import MLP, Model
from derive.errors import InputError
from derive.forward.claims import parse_equation
from derive.judge.batched import with_records
from derive.judge.meaning import Reading, Setting, ShapeError, readings
from derive.judge.meaning.search import Option, Path, Unfit, search
from derive.judge.reading import read_latex, read_matrix, read_numpy

NETWORK = MLP([4, 3, 5], hidden="sigmoid", output="softmax")
DEEP = MLP([4, 3, 5, 2], hidden="tanh", output="sigmoid")
SLICES = Model.parse(
    "data X[P,D], Y[P,K]\nparam W[K,D]\nS[p,k] = sum(j, X[p,j]*W[k,j])\nC = 1/size(p)*sum(p, sum(k, (S[p,k]-Y[p,k])^2))"
)


def latex(text: str, model: Model = NETWORK, **setting: object) -> tuple[Reading, ...]:
    """The readings of the first statement of a formula in LaTeX."""
    return readings(read_latex(text)[0], Setting(model, **setting))  # type: ignore[arg-type]


def same(claim: str, expected: str, model: Model, scalars: tuple[str, ...] = ()) -> bool:
    """Whether two equations are the same but for how they are written."""
    left, right, _ = parse_equation(claim, model, scalars=scalars)
    left2, right2, _ = parse_equation(expected, model, scalars=scalars)
    return (left, right.expand(deep=False)) == (left2, right2.expand(deep=False)) or (left, right) == (left2, right2)


ONE_READING = [
    (r"\delta_k = \hat y_k - y_k", "dC/dz2[k] = a2[k] - y[k]"),
    (r"\delta_j = \sigma'(z_j)\sum_k w_{kj}\delta_k", "dC/dz1[j] = sigmoid'(z1[j])*sum(k, W2[k,j]*dC/dz2[k])"),
    (r"\delta_j = \sigma'(z_j)\sum_k w_{jk}\delta_k", "dC/dz1[j] = sigmoid'(z1[j])*sum(k, W2[k,j]*dC/dz2[k])"),
    (r"\frac{\partial E}{\partial w_{ij}} = \delta_j x_i", "dC/dW1[j,i] = dC/dz1[j]*x[i]"),
    (r"\delta_1 = W_2^T \delta_2 \odot a_1 \odot (1 - a_1)", "dC/dz1[j] = sum(k, W2[k,j]*dC/dz2[k])*a1[j]*(1 - a1[j])"),
    (r"\nabla_{W_1} C = \delta_1 x^\top", "dC/dW1[j,i] = dC/dz1[j]*x[i]"),
    (r"\frac{\partial z_k}{\partial a_j} = w_{kj}", "dz2[k]/da1[j] = W2[k,j]"),
    (
        r"\frac{\partial \hat y_i}{\partial z_j} = \hat y_i(\delta_{ij} - \hat y_j)",
        "da2[k]/dz2[i] = a2[k]*(kron(k,i) - a2[i])",
    ),
    (r"\frac{\partial C}{\partial w^1_{ji}} = x_i \delta^1_j", "dC/dW1[j,i] = x[i]*dC/dz1[j]"),
    (r"\frac{\partial E}{\partial b_1} = \delta_1", "dC/db1[j] = dC/dz1[j]"),
]


@pytest.mark.parametrize(("text", "expected"), ONE_READING)
def test_latex_has_one_reading(text: str, expected: str) -> None:
    (reading,) = latex(text)
    (claim,) = reading.claims
    assert same(claim, expected, NETWORK), claim


UPDATES = [
    (r"\Delta w_{ij} = \eta \delta_j x_i", "-eta*dC/dW1[j,i] = -eta*dC/dz1[j]*x[i]", "-dC/dz"),
    (r"w_{ji} \leftarrow w_{ji} - \eta \delta_j x_i", "-eta*dC/dW1[j,i] = -eta*dC/dz1[j]*x[i]", "dC/dz"),
    (r"W_1 := W_1 - \alpha \delta_1 x^T", "-alpha*dC/dW1[j,i] = -alpha*dC/dz1[j]*x[i]", "dC/dz"),
    (r"\Delta b_1 = -\delta_1", "-dC/db1[j] = -dC/dz1[j]", "dC/dz"),
]


@pytest.mark.parametrize(("text", "expected", "delta"), UPDATES)
def test_an_update_is_minus_the_rate_times_the_gradient(text: str, expected: str, delta: str) -> None:
    (reading,) = latex(text, delta=delta)
    assert same(reading.claims[0], expected, NETWORK, reading.scalars), reading.claims
    assert set(reading.scalars) == ({"eta", "alpha"} & set(expected.replace("*", " ").replace("-", " ").split()))


def test_the_sign_of_a_delta_is_that_of_the_convention() -> None:
    assert latex(r"\delta_2 = y - a_2", delta="-dC/dz")[0].claims == ("-dC/dz2[k] = y[k] - a2[k]",)
    assert latex(r"\delta_2 = y - a_2", delta="dC/da")[0].claims == ("dC/da2[k] = y[k] - a2[k]",)


def test_a_generic_layer_is_every_layer_that_has_the_arrays() -> None:
    (reading,) = latex(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot f'(z^l)", DEEP)
    assert len(reading.claims) == 2
    (reading,) = latex(r"\frac{\partial C}{\partial b^{(l)}} = \delta^{(l)}", DEEP)
    assert len(reading.claims) == 3
    (reading,) = latex(r"\delta^L = a^L - y", DEEP)
    assert reading.claims == ("dC/dz3[k] = a3[k] - y[k]",)


def test_a_symbol_that_names_a_layer_fixes_the_others() -> None:
    (reading,) = latex(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot f'(z^l)", DEEP, symbols={"w^{l+1}": "W3"})
    (claim,) = reading.claims
    assert claim.startswith("dC/dz2[")


SYMBOLS = [
    ({"e": "y-a2"}, r"\delta_2 = -e", "dC/dz2[k] = -(y[k] - a2[k])"),
    (
        {"u_i": "a1[j]", "v_j": "z2[k]"},
        r"\partial E/\partial u_i = \sum_j \partial E/\partial v_j w_{ji}",
        "dC/da1[j] = sum(k, dC/dz2[k]*W2[k,j])",
    ),
    ({"g": "-dC/dz2[k]"}, r"g = y - a_2", "-dC/dz2[k] = y[k] - a2[k]"),
    ({"d": "delta2"}, r"d = a_2 - y", "dC/dz2[k] = a2[k] - y[k]"),
    ({"y": "y (a column)"}, r"\delta_2 = a_2 - y", "dC/dz2[k] = a2[k] - y[k]"),
]


@pytest.mark.parametrize(("symbols", "text", "expected"), SYMBOLS)
def test_symbols_mean_what_the_author_says(symbols: dict[str, str], text: str, expected: str) -> None:
    (reading,) = latex(text, symbols=symbols)
    assert same(reading.claims[0], expected, NETWORK), reading.claims


def test_a_slice_and_the_cost_of_one_record() -> None:
    (reading,) = latex(
        r"\frac{\partial L_i}{\partial S_{ik}} = 2 (s_k - y_k)", SLICES, symbols={"s_k": "S[p,k]", "y_k": "Y"}
    )
    left, right, _ = parse_equation(reading.claims[0], SLICES)
    assert "dC/dS" in str(left) and left.free_symbols & set(SLICES.axes["X"][:1])
    assert "S" in str(right)


MISSHAPEN = [
    r"\delta_1 = (W_2 \delta_2) \odot \sigma'(z_1)",
    r"\frac{\partial C}{\partial W_1} = \delta_1^T x",
    r"\delta_1 = \delta_2 \odot \sigma'(z_1)",
    r"\frac{\partial C}{\partial W_2} = a_1 \delta_2^T",
    r"\frac{\partial C}{\partial W_2} = \delta_2",
]


@pytest.mark.parametrize("text", MISSHAPEN)
def test_what_fits_no_shape_is_not_read_as_something_else(text: str) -> None:
    with pytest.raises(ShapeError):
        latex(text)


UNREADABLE = [
    (r"\delta_2 = \Xi - y", "Xi"),
    (r"a_2 - y", "no equation"),
    (r"\delta_k = \sum_{k=2}^K y_k", "first"),
    (r"\frac{\partial C}{\partial W_1} \mathrel{+}= \frac{\partial C}{\partial W_1}", "sum itself"),
    (r"w'_{kj} = \delta_k a_j", "w_k,j'"),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_what_has_no_meaning_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        latex(text)
    assert "\n" not in str(caught.value)


CODE = [
    ("dW2 = np.outer(delta2, a1)", "dC/dW2[k,j] = dC/dz2[k]*a1[j]"),
    ("delta1 = W2.T @ delta2 * a1 * (1 - a1)", "dC/dz1[j] = sum(k, W2[k,j]*dC/dz2[k])*a1[j]*(1 - a1[j])"),
    ("delta2 = a2 - y", "dC/dz2[k] = a2[k] - y[k]"),
]


@pytest.mark.parametrize(("text", "expected"), CODE)
def test_array_code_of_one_record(text: str, expected: str) -> None:
    (reading,) = readings(read_numpy(text), Setting(NETWORK))
    assert same(reading.claims[0], expected, NETWORK), reading.claims


def test_array_code_of_all_records() -> None:
    (reading,) = readings(read_numpy("dW1 = delta1.T @ X / N"), Setting(NETWORK))
    model = with_records(NETWORK)
    assert reading.records
    left, right, _ = parse_equation(reading.claims[0], model)
    expected = parse_equation("dC/dW1[j,i] = sum(p, N*dC/dz1[p,j]*x[p,i])/N", model)
    assert (left, right) == expected[:2]


def test_without_a_number_of_records_both_meanings_of_an_error_term_remain() -> None:
    found = readings(read_numpy("dW2 = dZ2.T @ A1"), Setting(NETWORK))
    assert len(found) == 2 and all(one.records for one in found)


def test_the_matrix_form() -> None:
    (reading,) = readings(read_matrix("delta1 = (W2^T delta2) ⊙ f'(z1)"), Setting(NETWORK))
    assert same(reading.claims[0], "dC/dz1[j] = sum(k, W2[k,j]*dC/dz2[k])*sigmoid'(z1[j])", NETWORK)


def test_proportional_is_said() -> None:
    (reading,) = latex(r"\frac{\partial E}{\partial w_{ij}} \propto \delta_j x_i")
    assert reading.relation == "~"


def test_a_slope_at_the_wrong_place_is_read_as_it_stands() -> None:
    (reading,) = latex(r"\delta_1 = W_2^T\delta_2 \odot \sigma'(a_1)")
    assert "sigmoid'(a1[j])" in reading.claims[0] and any("as it is written" in note for note in reading.notes)


def test_cases_become_a_kronecker_delta() -> None:
    (reading,) = latex(
        r"\frac{\partial \hat y_i}{\partial z_j} = \begin{cases} \hat y_i(1-\hat y_i) & i=j\\ "
        r"-\hat y_i \hat y_j & i \ne j\end{cases}"
    )
    assert reading.claims[0].count("kron(") == 2


@pytest.mark.parametrize("text", [text for text, _ in ONE_READING])
def test_claims_are_in_the_plain_language_and_the_same_again(text: str) -> None:
    first, second = latex(text), latex(text)
    assert first == second
    for reading in first:
        for claim in reading.claims:
            parse_equation(claim, NETWORK, scalars=reading.scalars)


def test_a_search_finds_the_likeliest_that_fits() -> None:
    def run(path: Path) -> tuple[int, int]:
        one = path.choose("one", [Option(1), Option(2, 1.0), Option(3, 1.0)])
        other = path.choose("other", [Option(n, 0.5 * n) for n in range(3)])
        if one == 1 or other == 0:
            raise Unfit("no")
        return one, other

    found, why = search(run)
    assert sorted(one.value for one in found) == [(2, 1), (3, 1)] and why[0][0] == "no"


def test_a_search_asks_the_same_question_once() -> None:
    found, _ = search(lambda path: [path.choose("same", [Option(1), Option(2)]) for _ in range(2)])
    assert sorted(one.value for one in found) == [[1, 1], [2, 2]]


def test_a_penalty_added_to_a_gradient_is_a_part_of_it() -> None:
    text = "data x[D], r[K]\nparam W[D,K], lam\ns[k] = sum(j, x[j]*W[j,k])\nL = sum(k, (s[k]-r[k])^2)\n"
    model = Model.parse(f"{text}C = L + lam*sum(j, sum(k, W[j,k]^2))")
    (reading,) = latex(r"dW \mathrel{+}= 2\lambda W", model)
    assert same(reading.claims[0], "dC/dW[j,k] = dL/dW[j,k] + 2*lam*W[j,k]", model)
    with pytest.raises(InputError, match="before the penalty"):
        latex(r"dW \mathrel{+}= 2 W", Model.parse("data x[D]\nparam W[D]\nC = sum(j, x[j]*W[j] + W[j]^2)"))


def test_many_letters_and_long_sums_end_in_a_message() -> None:
    long = " + ".join(rf"\sum_{{v}} w_{{uv}} o_v h_{letter} s_r" for letter in "abcdefgh" for _ in range(8))
    with pytest.raises(InputError):
        latex(rf"\delta_u = {long} + \Xi")
    with pytest.raises(InputError, match="letters for layers"):
        latex(r"\delta^{l+1} a^{n+1} b^{r+1} = 0")


SQUARE = MLP(["n", "n", "n"], hidden="f", output="f", cost="half-sse", bias=False)
SQUARE_CLAIMS = [
    (r"\delta_j = f'(z_j)\sum_k w_{kj}\delta_k", "dC/dz1[j] = f'(z1[j])*sum(i, W2[i,j]*dC/dz2[i])"),
    (r"\delta_j = f'(z_j)\sum_k w_{jk}\delta_k", "dC/dz1[j] = f'(z1[j])*sum(i, W2[i,j]*dC/dz2[i])"),
    (r"\frac{\partial E}{\partial w_{ij}} = \delta_j x_i", "dC/dW1[j,i] = dC/dz1[j]*x[i]"),
    (r"\delta_1 = (W_2\delta_2)\odot f'(z_1)", "dC/dz1[j] = f'(z1[j])*sum(i, W2[j,i]*dC/dz2[i])"),
]


@pytest.mark.parametrize(("text", "expected"), SQUARE_CLAIMS)
def test_where_all_widths_are_equal_the_letters_of_the_model_decide(text: str, expected: str) -> None:
    (reading,) = latex(text, SQUARE)
    assert same(reading.claims[0], expected, SQUARE), reading.claims
