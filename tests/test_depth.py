"""Networks of any depth: what the induction says is what each network says for itself, in formulas and in numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import Expr

import backproof as bp
from backproof.command import run
from backproof.formats import FORMATS, USUAL
from codegen import check_gradient, compile_numpy, numpy_source
from codegen.documents import document, latex_document, terminal_document
from derive import MLP, backpropagate, depth
from derive.backward.depth import Induction
from derive.backward.steps import Derivation
from derive.errors import CheckFailed, InputError
from derive.forward import is_any_depth
from derive.proof import decide
from derive.proof.audit import audit
from derive.records import Equation
from derive.renaming import nameless, rebuild, substitute
from derive.terms import element, index, indices_of, name_of, named

DEPTHS = (1, 2, 3, 7)

# Choices, with the generic activations numbered by their layers in the networks compared with.
CHOICES = {
    "softmax": {},
    "tanh, identity, l2": {"hidden": "tanh", "output": "identity", "l2": "lambda"},
    "relu, sigmoid, no bias": {"hidden": "relu", "output": "sigmoid", "bias": False},
    "gelu, l1 and l2": {"hidden": "gelu", "output": "tanh", "cost": "mse", "l1": 0.5, "l2": "rate2"},
    "one's own": {"hidden": "z*sigmoid(1.7*z)", "output": "identity", "cost": "sum(k, (a[k] - y[k])^4)"},
    "identity": {"hidden": "identity"},
    "generic": {"hidden": "f", "output": "g", "cost": "half-sse"},
    "focal": {"output": "sigmoid", "cost": "focal", "l2": "gamma"},
    "without facts": {"hidden": "elu", "facts": False},
}
CODED = [name for name in CHOICES if name not in ("generic",)]


@pytest.fixture(scope="module", params=CHOICES)
def induction(request) -> tuple[dict, Induction]:
    return CHOICES[request.param], depth(**CHOICES[request.param])


def network(choices: dict, layers: int) -> Derivation:
    """The ordinary derivation of a network with these choices, all widths different names."""
    own = {key: [f"f{n}" for n in range(1, layers)] if value == "f" else value for key, value in choices.items()}
    own |= {"output": f"g{layers}"} if choices.get("output") == "g" else {}
    return backpropagate(MLP([f"n{n}" for n in range(layers + 1)], **own))


def statements(derivation: Derivation) -> dict[str, Expr]:
    return {result.name: nameless(result.right) for result in derivation.answers}


def said(found: Induction, layers: int) -> dict[str, Expr]:
    return {name: nameless(right) for name, right in found.specialise(layers).items()}


@pytest.mark.parametrize("layers", DEPTHS)
def test_the_statements_are_the_results_of_every_network(induction, layers):
    choices, found = induction
    if layers > 3 and "l1" in choices:
        pytest.skip("seven layers of two penalties take long")
    assert said(found, layers) == statements(network(choices, layers))


def test_a_hidden_softmax_keeps_a_derivative_by_name():
    choices = {"hidden": "softmax", "cost": "half-sse"}
    found = depth(**choices)
    assert [str(r.left) for r in found.statements][:3] == ["delta1[k]", "dC/da1[j]", "delta1[j]"]
    assert said(found, 2) == statements(network(choices, 2))


def test_widths_may_be_given():
    found = depth().specialise(2, "n0-m-5")
    derivation = backpropagate(MLP("n0-m-5"))
    assert {n: nameless(r) for n, r in found.items()} == statements(derivation)


def test_every_line_is_proved_for_all_widths(induction):
    _, found = induction
    assert found.whole.steps
    for step in found.whole.steps:
        assert step.proof.status == "proved" and step.proof.widths == "all"
    for result in found.statements:
        assert result.matrix.proof.status == result.batch.proof.status == "proved"
    assert all(part.audit.status == "proved" for part in found.parts)


# What may go wrong in the step delta1[j] = f1'(z1[j])*sum(k, W2[k,j]*delta2[k]): the slope is forgotten or taken of a,
# the weights are of the layer itself or transposed, the error term is that of the layer itself.
PLANTED = {
    "no slope": lambda right: right / named("f1", 1)(element("z1", index("j"))),
    "slope of the output": lambda right: _renamed(right, {"z1": "a1"}),
    "the layer's own weights": lambda right: _renamed(right, {"W2": "W1"}),
    "the layer's own error term": lambda right: _renamed(right, {"delta2": "delta1"}),
    "transposed": lambda right: _renamed(right, {}, turned="W2"),
    "twice": lambda right: 2 * right,
}


def _renamed(node: Expr, names: dict[str, str], turned: str = "") -> Expr:
    if hasattr(node, "base") and hasattr(node, "indices"):
        letters = indices_of(node)[::-1] if name_of(node) == turned else indices_of(node)
        return element(names.get(name_of(node), name_of(node)), *letters)
    return rebuild(node, [_renamed(x, names, turned) for x in node.args]) if node.args else node


@pytest.mark.parametrize("error", PLANTED)
def test_a_planted_error_in_the_step_is_caught(error):
    found = depth(hidden="f")
    right = found.step.result("delta1").right
    wrong = PLANTED[error](right)
    assert wrong != right
    broken = replace(found, step=_with(found.step, "delta1", wrong))
    assert said(broken, 2) != said(found, 2) == statements(network({"hidden": "f"}, 2))
    ranges = found.step.result("delta1").ranges
    assert decide(right, wrong, ranges=ranges).status == "refuted"
    cotangents = {r.array: Equation(r.name, indices_of(r.left), r.right, r.ranges) for r in broken.step.results}
    verdict = audit(broken.step.model, cotangents, broken.step.model.functions)
    assert verdict.status == "refuted" and "delta1[j]" in verdict.reason


def _with(derivation: Derivation, name: str, right: Expr) -> Derivation:
    results = (replace(r, right=right) if r.name == name else r for r in derivation.results)
    return replace(derivation, results=tuple(results))


def test_a_planted_error_in_the_base_case_and_in_a_gradient_is_caught():
    found = depth(l2="lambda")
    for part, name in (("base", "delta1"), ("layer", "W1"), ("layer", "b1")):
        derivation = getattr(found, part)
        result = derivation.result(name)
        letters = dict(zip(result.ranges, result.ranges, strict=True))
        wrong = _with(derivation, result.name, substitute(result.right, letters) + element("b1", *result.ranges))
        assert said(replace(found, **{part: wrong}), 3) != statements(network({"l2": "lambda"}, 3))


def test_an_unproved_line_stops_the_induction(monkeypatch):
    import derive.backward.result as steps

    whole = steps._local_derivatives

    def forgetful(work, by):
        whole(work, by)
        if work.model.outputs:
            work.advance("simplify", 2 * work.line)

    monkeypatch.setattr(steps, "_local_derivatives", forgetful)
    with pytest.raises(CheckFailed, match="simplify"):
        depth(hidden="tanh")


# The program.


def sample(layers: int, classes: bool = True, seed: int = 0):
    """Widths that are all different, parameters, and records."""
    rng = np.random.default_rng(seed)
    widths = [4, 3, 5, 2, 6, 7, 4, 3][: layers + 1]
    data = rng.standard_normal((6, widths[0])), rng.uniform(0.1, 0.9, (6, widths[-1]))
    return widths, (data[0], data[1] / data[1].sum(axis=1, keepdims=True) if classes else data[1])


@pytest.fixture(scope="module", params=CODED)
def program(request):
    return CHOICES[request.param], compile_numpy(depth(**CHOICES[request.param]))


@pytest.mark.parametrize("layers", DEPTHS)
def test_the_program_is_the_ordinary_program_of_every_depth(program, layers):
    choices, module = program
    if layers > 3 and "l1" in choices:
        pytest.skip("seven layers of two penalties take long")
    widths, data = sample(layers)
    rate = [0.3] if isinstance(choices.get("l2"), str) else []
    ordinary = compile_numpy(backpropagate(MLP(widths, **choices)))
    params = module.init(widths, seed=3)
    assert {n: p.tolist() for n, p in params.items()} == {n: p.tolist() for n, p in ordinary.init(seed=3).items()}
    params = {name: value + 0.1 for name, value in params.items()}
    wanted_cost, wanted = ordinary.gradient(params, *data, *rate)
    np.testing.assert_allclose(module.forward(params, data[0]), ordinary.forward(params, data[0]), rtol=1e-12, atol=0)
    for function in (module.gradient, module.make_gradient(6, widths=widths)):
        found_cost, found = function(params, *data, *rate)
        assert found_cost == pytest.approx(wanted_cost, rel=1e-13) == pytest.approx(module.cost(params, *data, *rate))
        assert list(found) == list(wanted)
        for name, grad in wanted.items():
            np.testing.assert_allclose(found[name], grad, rtol=1e-10, atol=1e-13 * np.abs(grad).max())


@pytest.mark.parametrize("layers", DEPTHS)
def test_the_program_agrees_with_complex_steps(layers):
    module = compile_numpy(depth(hidden="tanh", l2=0.2))
    widths, data = sample(layers)
    report = check_gradient(module.cost, module.gradient, module.init(widths, seed=1), *data)
    assert report.ok and {row.method for row in report.rows} == {"complex step"}, report


def test_the_program_tries_itself(program, capsys):
    _, module = program
    assert module.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.endswith("ok") for line in lines[1:]) and {"W, L = 1", "W, L = 2", "W, L = 5"} <= {
        line[:8] for line in lines
    }


@pytest.mark.parametrize(("right", "wrong"), [("* A[l] * (1 - A[l])", "* A[l]"), ("W[l + 1]) *", "W[l + 1] * 2) *")])
def test_the_program_finds_its_own_error(right, wrong):
    from codegen.programs.compile import load

    source = numpy_source(depth())
    assert source.count(right) == 1
    assert load(source.replace(right, wrong), "wrong").main() == 1


def test_the_program_is_stable():
    module = compile_numpy(depth(hidden="sigmoid"))
    widths, (inputs, labels) = sample(3)
    params = {name: 1e4 * value for name, value in module.init(widths).items()}
    for function in (module.gradient, module.make_gradient(6, widths=widths)):
        found, grads = function(params, 1e4 * inputs, labels)
        assert np.isfinite(found) and all(np.isfinite(grad).all() for grad in grads.values())


def test_single_precision_stays_single():
    module = compile_numpy(depth(hidden="relu", l2=0.1))
    widths, data = sample(3)
    inputs, labels = (array.astype(np.float32) for array in data)
    params = module.init(widths, dtype=np.float32)
    for function in (module.gradient, module.make_gradient(6, np.float32, widths)):
        _, grads = function(params, inputs, labels)
        assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}


def test_gradients_are_fresh_and_a_workspace_is_used_again():
    module = compile_numpy(depth())
    widths, data = sample(2)
    first, second = (module.gradient(module.init(widths), *data)[1] for _ in range(2))
    assert not any(np.shares_memory(first[name], second[name]) for name in first)
    gradient = module.make_gradient(6, widths=widths)
    first, second = (gradient(module.init(widths), *data)[1] for _ in range(2))
    assert all(first[name] is second[name] for name in first)


def test_a_step_goes_downhill():
    module = compile_numpy(depth(hidden="tanh"))
    widths, data = sample(3)
    params = module.init(widths)
    before, grads = module.gradient(params, *data)
    assert module.cost(module.step(params, grads, 0.05), *data) < before


def test_only_what_is_asked_for_is_derived():
    found = depth(wrt=["b"])
    module = compile_numpy(found)
    widths, data = sample(2)
    params = module.init(widths)
    assert set(found.specialise(2)) == {"delta2", "delta1", "dC/db2", "dC/db1"}
    assert list(module.gradient(params, *data)[1]) == ["b1", "b2"] and module.main() == 0


W1, B1 = np.ones((3, 4)), np.ones(3)
MISUSED = {
    "params is a dictionary of W1, b1, ..., WL, bL": {},
    "params has W1 and no b1: it is a dictionary of W1, b1, ..., WL, bL": {"W1": W1},
    "params has 'W3' beside its 1 layers: it is a dictionary of W1, b1, ..., WL, bL": {"W1": W1, "b1": B1, "W3": W1},
    "b1 has shape (4,), expected an array of floats of shape (n1 = 3)": {"W1": W1, "b1": np.ones(4)},
    "W2 has shape (2, 4), expected an array of floats of shape (n2 = 2, n1 = 3)": {
        "W1": W1, "b1": B1, "W2": np.ones((2, 4)), "b2": np.ones(2),
    },
    "W1 has dtype int64, expected an array of floats of shape (n1, n0)": {"W1": np.ones((3, 4), int), "b1": B1},
}  # fmt: skip


@pytest.mark.parametrize("message", MISUSED)
def test_wrong_parameters_are_one_line(message):
    module = compile_numpy(depth())
    with pytest.raises(ValueError) as caught:
        module.gradient(MISUSED[message], np.ones((6, 4)), np.ones((6, 3)))
    assert str(caught.value) == message


def test_wrong_data_and_widths_are_one_line():
    module = compile_numpy(depth())
    widths, data = sample(2)
    params = module.init(widths)
    with pytest.raises(ValueError, match=r"^Y has shape \(6, 4\), expected .* \(N = 6, n2 = 5\)$"):
        module.cost(params, data[0], np.ones((6, 4)))
    with pytest.raises(ValueError, match=r"^params has 2 layers, expected 3$"):
        module.make_gradient(6, widths=[4, 3, 5, 2])(params, *data)
    with pytest.raises(ValueError, match=r"^X has shape \(6, 4\), expected .* \(N = 5, n0 = 4\)$"):
        module.make_gradient(5, widths=widths)(params, *data)
    for wrong in ([4], "4-3", [4, 0], [4, 2.0], ()):
        with pytest.raises(ValueError, match=r"^widths = .* as in \[4, 3, 5\]$"):
            module.init(wrong)
    with pytest.raises(ValueError, match="^batch = 0"):
        module.make_gradient(0, widths=widths)


# What is read and printed.


def test_how_any_depth_is_written():
    assert all(map(is_any_depth, ("n0-...-nL", "n0-…-nL", "n0-n1-...-nL", " n0 - n1-n2-...-nL")))
    assert not any(map(is_any_depth, ("n0-n1", "4-3-5", "-", "nets/a...b.eq")))


REFUSED = {
    ("4-...",): "4-...: a network of any depth is written n0-...-nL",
    ("...-nL",): "...-nL: a network of any depth is written n0-...-nL",
    ("n0-...-n5",): "n0-...-n5: a network of any depth is written n0-...-nL",
    ("n0-...-nL", "--hidden", "tanh,relu"): "hidden: a network of any depth has one activation for all hidden layers, "
    "not 2",
    ("n0-...-nL", "--wrt", "W,q"): "q: what to differentiate by is W or b, of every layer",
    ("n0-...-nL", "--no-bias", "--wrt", "b"): "b: what to differentiate by is W, of every layer",
    ("n0-...-nL", "--wrt", ""): "no name: what to differentiate by is W or b, of every layer",
    ("n0-...-nL", "--l2", "W1"): "W1: this name has another meaning in the network; take another",
    ("n0-...-nL", "--output", "identity", "--cost", "cross-entropy"): "cross-entropy needs outputs in (0, inf); "
    "identity gives -1 at z = -1 (use softmax)",
}


@pytest.mark.parametrize("typed", REFUSED, ids=" ".join)
def test_bad_input_is_one_line(typed, capsys):
    for command in ("derive", "code"):
        assert run([command, *typed]) == 2
        assert capsys.readouterr() == ("", f"error     {REFUSED[typed]}\n")


def test_a_function_without_a_formula_has_no_program(tmp_path, capsys):
    assert run(["code", "n0-...-nL", "--hidden", "f"]) == 2
    assert capsys.readouterr().err == "error     f has no formula, so there is no program for it\n"
    assert run(["derive", "n0-...-nL", "--hidden", "f", "-o", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {FORMATS[key][0] for key in USUAL if key != "py"}
    printed = capsys.readouterr().out
    assert "no program was run: f has no formula" in printed and "f′ (z" in printed


def test_wrong_depths_are_one_line():
    found = depth()
    for wrong in (0, -1, True, 2.0, "2"):
        with pytest.raises(InputError, match="a depth is a positive whole number of layers$"):
            found.specialise(wrong)
    with pytest.raises(InputError, match="^2 widths for 2 layers: give 3$"):
        found.specialise(2, "4-3")
    with pytest.raises(InputError, match="one activation for all hidden layers, not 2$"):
        depth(hidden=["tanh", "relu"])


def test_the_command_writes_and_prints(tmp_path, capsys):
    assert run(["derive", "n0-...-nL", "--l2", "lambda", "-o", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(
        "cost      -sum(k, y[k]*log(aL[k])) + sum(l, 1/2*lambda*sum(k, sum(j, Wl[k,j]^2))), the mean over the records "
        "of x, y; data x, y, lambda; parameters W1, b1, ..., WL, bL\n"
    )
    assert "l = L − 1, …, 1" in printed and "W, L = 5" in printed and "WRONG" not in printed
    assert {path.name for path in tmp_path.iterdir()} == {FORMATS[key][0] for key in USUAL}


def test_the_document_has_base_step_and_conclusion():
    found = depth(hidden="f", output="identity", l2="lambda")
    made = document(found)
    titles = [section.title for section in made.sections]
    assert titles == [
        "The network", "What is derived", "Base case: the output layer", "Inductive step: a hidden layer",
        "The gradients of a layer", "Conclusion", "Results", "The algorithm", "How each line was checked",
    ]  # fmt: skip
    source = latex_document(made)
    assert r"f'_{l}\bigl(\mathbf{z}^{(l)}\bigr)" in source or r"f'_l\bigl(\mathbf{z}^{(l)}\bigr)" in source
    assert r"\mathbf{W}^{(l+1)\top} \bm{\delta}^{(l+1)}".replace("+", " + ") in source
    assert r"\bm{\delta}^{(L)} & = \mathbf{a}^{(L)} - \mathbf{y}" in source
    assert r"\sum_{l=1}^{L}" in source and "n_{l - 1}" in source and "(l−1)" in terminal_document(made)
    assert not any(f"^{{({digit})}}" in source for digit in "12"), "a layer by its number"


def test_one_s_own_functions_keep_apart():
    found = depth(hidden="z*sigmoid(1.7*z)", output="z^3 + z", cost="half-sse")
    text = terminal_document(document(found))
    assert "Here f(z) = " in text and "Here g(z) = " in text
    assert compile_numpy(found).main() == 0


def test_it_is_at_the_front_door():
    assert bp.depth is depth
    assert "delta1[k] = a1[k] - y[k]" in repr(bp.depth())
    assert bp.latex(bp.depth()).startswith(r"\documentclass")
