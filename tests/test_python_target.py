"""Programs in plain Python: the numbers of the NumPy module for one record, and what they refuse."""

from __future__ import annotations

import ast
import re
from functools import cache

import numpy as np
import pytest

from codegen.programs.compile import load
from codegen.programs.python_sharing import computed_once, given, kept_in
from codegen.programs.targets import TARGETS
from derive import MLP, Model, backpropagate
from derive.backward.depth import induction
from derive.errors import InputError
from derive.forward.any_depth import any_depth

NETWORKS = {
    "2-3-2": lambda: MLP([2, 3, 2]),
    "softmax": lambda: MLP([4, 3, 5]),
    "1-1-1": lambda: MLP([1, 1, 1], output="sigmoid"),
    "relu and L2": lambda: MLP([3, 4, 2], hidden="relu", l2="lambda"),
    "half-sse": lambda: MLP([3, 4, 2], hidden="tanh", output="identity", cost="half-sse"),
    "mse": lambda: MLP([2, 3, 3], hidden="softplus", output="identity", cost="mse"),
    "gelu": lambda: MLP([2, 3, 2], hidden="gelu"),
    "L1": lambda: MLP([3, 2], l1="mu"),
    "places": lambda: Model.parse("data x[4]\nz[t] = sum(s < 2, W[s]*x[t+s])\nC = sum(t, z[t]^2)*x[0]"),
    "many arguments": lambda: Model.parse(
        "data rate_of_tax, count_of_goods, fee_of_delivery, gift\nparam price, V\ngoods = price*count_of_goods\n"
        "taxed = goods*(1 + rate_of_tax)*V\nC = taxed + fee_of_delivery*gift"
    ),
    "a number": lambda: Model.parse("param s\nC = sum(j < 3, (s*x[j] - y[j])^2)\nbatch x, y"),
}
networks = pytest.mark.parametrize("name", NETWORKS)


@cache
def source(name):
    return TARGETS["python"](backpropagate(NETWORKS[name]()), "")


@cache
def made(name):
    return load(source(name), "plain")


@cache
def drawn(name, seed=0):
    """Parameters and data of one record, as arrays; targets sum to one."""
    module, rng = made(name), np.random.default_rng(seed)
    arrays = {n: rng.standard_normal(shape) for n, shape in module.SHAPES.items()}
    arrays = {n: np.exp(a) / np.exp(a).sum() if n == "y" and a.size > 1 else abs(a) if n == "y" else a
              for n, a in arrays.items()}  # fmt: skip
    return {n: arrays[n] for n in module.PARAMETERS}, {n: a for n, a in arrays.items() if n not in module.PARAMETERS}


def lists(arrays):
    return {name: array.tolist() for name, array in arrays.items()}


@networks
def test_one_record_gives_what_numpy_gives(name):
    params, data = drawn(name)
    derivation = backpropagate(NETWORKS[name]())
    batched = [a[None] if n in derivation.model.batch else a if a.shape else float(a) for n, a in data.items()]
    wanted, others = load(TARGETS["numpy"](derivation, ""), "numpy").gradient(params, *batched)
    cost, grads = made(name).gradient(lists(params), *lists(data).values())
    assert abs(cost - wanted) <= 1e-13 * abs(wanted) and grads.keys() == others.keys()
    for key, grad in grads.items():
        assert np.shape(grad) == others[key].shape, key
        assert np.abs(np.subtract(grad, others[key])).max() <= 1e-13 * np.abs(others[key]).max(), key


@networks
def test_the_module_checks_itself_and_needs_nothing_but_python(name, capsys):
    assert made(name).main() == 0, capsys.readouterr().out
    assert set(re.findall(r"^import (\w+)", source(name), re.M)) == {"math", "random", "sys"}
    assert "np." not in source(name)


@networks
def test_every_entry_is_given_once_and_read(name):
    tree = ast.parse(source(name))
    (make,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "make_gradient")
    names = [node for node in ast.walk(make) if isinstance(node, ast.Name)]
    stored = [node.id for node in names if isinstance(node.ctx, ast.Store)]
    assert len(stored) == len(set(stored)) and {*stored} - {"gradient"} <= {
        node.id for node in names if isinstance(node.ctx, ast.Load)
    }
    places = [ast.unparse(n) for n in ast.walk(make) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    module = made(name)
    slopes = module.gradient(lists(drawn(name)[0]), *lists(drawn(name)[1]).values())[1]
    assert len(places) == len(set(places)) == len(module.numbers(list(slopes.values())))
    whole = {n.slice for n in ast.walk(make) if isinstance(n, ast.Subscript)}
    found = [n for n in ast.walk(make) if isinstance(n, ast.Constant) and not isinstance(n.value, str)]
    assert all(isinstance(n.value, float) for n in found if n not in whole), "whole numbers make Python slow"


@networks
def test_no_line_is_too_long(name):
    assert max(map(len, source(name).splitlines())) <= 120


def test_a_planted_error_is_found(capsys):
    text, count = re.subn(r"(delta2_0 = a2_0) - y_0", r"\1 + y_0", source("2-3-2"))
    assert count and load(text, "planted").main() == 1
    assert "WRONG" in capsys.readouterr().out


def test_functions_are_called_once():
    inner = source("2-3-2").partition("def make_gradient")[2].partition("return gradient")[0]
    assert {f: len(re.findall(rf"^[^#\n]*\b{f}\(", inner, re.M)) for f in ("tanh", "exp", "log")} == {
        "tanh": 3, "exp": 2, "log": 1
    }  # fmt: skip


def test_what_is_computed_twice_is_computed_once():
    names = iter(("t1", "t2"))
    statements = [
        given("a", "exp(x - y)**2", "a"),
        given("b", "log(x) if x > 0 else 1"),
        given("c", "log(x) if y else 2"),
    ]
    done = computed_once(statements, lambda: next(names))
    assert [s.text for s in done] == [
        "t1 = exp(x - y)", "a = t1 * t1", "b = log(x) if x > 0.0 else 1.0", "c = log(x) if y else 2.0"
    ], "what stands in branches alone stays there"  # fmt: skip
    assert [s.note for s in done] == ["a", "", "", ""]


@networks
def test_gradient_gives_new_lists_and_make_gradient_the_same_ones(name):
    module, (params, data) = made(name), drawn(name)
    params, data = lists(params), list(lists(data).values())
    kept, other = module.make_gradient(), module.make_gradient()
    cost, grads = module.gradient(params, *data)
    again, first = kept(params, *data)
    assert (again, first) == (cost, grads)
    moved = {key: module.each(lambda w: w / 2, array) for key, array in params.items()}
    wanted = module.gradient(moved, *data)
    assert kept(moved, *data) == wanted and first == wanted[1] and kept(moved, *data)[1] is first
    assert other(params, *data)[1] == grads and first == wanted[1], "lists of its own"


def test_what_is_stored_keeps_its_name_where_it_is_read():
    statements = [given("a", "x * y", "the first"), given("b", "a + z"), given("c", "b * b")]
    done = kept_in(statements, {"a": "g[0]", "c": "g[1]"})
    assert [s.text for s in done] == ["a = x * y", "g[0] = a", "b = a + z", "g[1] = b * b"]
    assert [s.note for s in done] == ["the first", "", "", ""]


def test_a_step_goes_downhill_and_tuples_are_taken():
    module, (params, data) = made("2-3-2"), drawn("2-3-2")
    params, data = lists(params), lists(data)
    cost, grads = module.gradient(params, *data.values())
    moved = module.step(params, grads, 0.1)
    assert module.cost(moved, *data.values()) < cost == module.cost(params, *data.values())
    tupled = {
        name: tuple(tuple(row) if isinstance(row, list) else row for row in array) for name, array in params.items()
    }
    assert module.make_gradient()(tupled, *map(tuple, data.values())) == (cost, grads)
    assert module.init(3) == module.init(3) and module.init()["b1"] == [0.0, 0.0, 0.0]


def test_wrong_lists_are_refused_in_one_line():
    module, (params, data) = made("2-3-2"), drawn("2-3-2")
    params, (x, y) = lists(params), lists(data).values()
    wrong = {
        "x is not a list of 2 numbers$": (params, [1.0], y),
        "y is not a list of 2 numbers$": (params, x, [1.0, 0.0, 0.0]),
        "W1 is not a list of 3 by 2 numbers$": ({**params, "W1": [1.0, 2.0, 3.0]}, x, y),
        "params is a dictionary of W1, b1, W2, b2$": ({"W1": params["W1"]}, x, y),
    }
    for said, arguments in wrong.items():
        for function in (module.gradient, module.cost):
            with pytest.raises(ValueError, match=said):
                function(*arguments)


REFUSED = {
    r"give numbers for the widths n0, n1, n2, or use --target numpy$": lambda: MLP(["n0", "n1", "n2"]),
    r"terms are more than 300; use --target numpy or numba$": lambda: MLP([784, 128, 10]),
    r"without a cost is written for --target numpy only$": lambda: Model.parse("h[i] = sum(j, W[i,j]*x[j])\noutput h"),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_not_tiny_is_refused_in_one_line(said):
    with pytest.raises(InputError, match=said) as raised:
        TARGETS["python"](backpropagate(REFUSED[said]()), "")
    assert "\n" not in str(raised.value)


def test_networks_of_any_depth_are_refused():
    with pytest.raises(InputError, match="any depth is written for numpy only"):
        TARGETS["python"](induction(any_depth()), "")


def test_names_of_entries_are_nobody_elses():
    model = Model.parse("param W, W_0\nC = sum(i < 2, W[i]*x[i])^2 + W_0^2\nbatch x")
    module = load(TARGETS["python"](backpropagate(model), ""), "clash")
    assert module.gradient({"W": [1.0, 2.0], "W_0": 3.0}, [1.0, 1.0]) == (18.0, {"W": [6.0, 6.0], "W_0": 6.0})
