"""The Numba target: its elementary functions, its loops between products, its memory, its bound calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

from codegen.programs import build_program
from codegen.programs.compile import load
from codegen.programs.loops import memory
from codegen.programs.loops.functions import FUNCTIONS, needed, tables
from codegen.programs.loops.mean import NOTE, mean_at_the_start
from codegen.programs.loops.slopes import slopes_early, steps_from_outputs
from codegen.programs.targets import TARGETS
from derive import MLP, Model, backpropagate

numba = pytest.importorskip("numba", reason="needs numba")

ROOT = Path(__file__).resolve().parent.parent
FLOATS = (np.float32, np.float64)
EXACT = {name: getattr(mpmath, name) for name in ("exp", "expm1", "tanh", "log", "log1p", "erf")}
EXACT["normal_by_erfc"] = lambda z: mpmath.erfc(-max(z, -1e4) / mpmath.sqrt(2)) / 2
ULPS = {"exp": 2, "expm1": 2.5, "tanh": 3, "log": 1.5, "log1p": 2.5, "erf": 3, "normal_by_erfc": 5}
"""How far a function may be off, in units of the last digit of the right number."""
ENDS = {
    "exp": [(np.inf, np.inf), (-np.inf, 0.0), (-1e4, 0.0), (1e4, np.inf), (0.0, 1.0)],
    "expm1": [(np.inf, np.inf), (-np.inf, -1.0), (-1e4, -1.0), (1e4, np.inf), (0.0, 0.0)],
    "tanh": [(np.inf, 1.0), (-np.inf, -1.0), (100.0, 1.0), (-100.0, -1.0), (0.0, 0.0)],
    "log": [(np.inf, np.inf), (0.0, -np.inf), (-1.0, np.nan), (-np.inf, np.nan), (1.0, 0.0)],
    "log1p": [(np.inf, np.inf), (-1.0, -np.inf), (-2.0, np.nan), (0.0, 0.0)],
    "normal_by_erfc": [(np.inf, 1.0), (-np.inf, 0.0), (100.0, 1.0), (-100.0, 0.0), (0.0, 0.5)],
    "erf": [(np.inf, 1.0), (-np.inf, -1.0), (100.0, 1.0), (-100.0, -1.0), (0.0, 0.0)],
}


@cache
def elementary(name, number):
    """A loop over a function, compiled."""
    used = needed([name])
    given = {"erf": ", exp_at(-(z * z))", "normal_by_erfc": ", exp_at(-half * (z * z))"}.get(name, "")
    inside = "\n".join(FUNCTIONS[n][1] for n in used)
    text = f"""
import math
import numba
import numpy as np
elementary = numba.njit(error_model="numpy", fastmath={{"contract"}}, forceinline=True)
{"".join(tables(used))}
number = np.{number.__name__}
whole = np.int32 if number is np.float32 else np.int64
zero, one, two, half = map(number, (0, 1, 2, 0.5))
{inside}
@numba.njit(error_model="numpy", fastmath={{"contract", "reassoc"}})
def loop(given, found):
    for n in range(len(given)):
        z = given[n]
        found[n] = {name}_at(z{given})
"""
    return load(text, "elementary").loop


def computed(name, number, given):
    given = np.asarray(given, number)
    found = np.empty_like(given)
    elementary(name, number)(given, found)
    return given, found


def numbers(name, number):
    """Numbers of all sizes that the function has a value for, many of them where it changes."""
    rng, small = np.random.default_rng(0), np.finfo(number).smallest_subnormal
    spread = rng.choice([-1, 1], 150) * 10.0 ** rng.uniform(np.log10(small), np.log10(np.finfo(number).max), 150)
    near = np.concatenate([rng.uniform(-1, 1, 150), rng.uniform(-12, 12, 250), np.linspace(-3, 3, 61), spread])
    if name in ("exp", "expm1"):
        near = np.concatenate([near, rng.uniform(*((-104, 89) if number is np.float32 else (-745, 710)), 150)])
    near = {"log": abs, "log1p": lambda z: np.where(z > -1, z, abs(z))}.get(name, lambda z: z)(near)
    return near[near != 0]


@pytest.mark.parametrize("number", FLOATS)
@pytest.mark.parametrize("name", EXACT)
def test_elementary_functions_are_right_to_the_last_digits(name, number):
    given, found = computed(name, number, numbers(name, number))
    with mpmath.workdps(40):
        exact = [EXACT[name](mpmath.mpf(float(z))) for z in given]
        largest = mpmath.mpf(float(np.finfo(number).max))
        for z, one, right in zip(given, found, exact, strict=True):
            if abs(right) > largest:
                assert one == (np.inf if right > 0 else -np.inf), z
            else:
                unit = float(np.spacing(number(abs(right))))
                lost = min(abs(float(z)), 40) ** 2 / 2 if name == "normal_by_erfc" and z < 0 else 0  # by the exponent
                assert abs(mpmath.mpf(float(one)) - right) <= (ULPS[name] + lost) * unit, (z, one, right)


@pytest.mark.parametrize("number", FLOATS)
@pytest.mark.parametrize("name", EXACT)
def test_ends_of_elementary_functions(name, number):
    given, wanted = zip(*ENDS[name], (np.nan, np.nan), strict=True)
    found, wanted = computed(name, number, given)[1], np.asarray(wanted, number)
    np.testing.assert_allclose(found, wanted, rtol=8 * np.finfo(number).eps if name == "normal_by_erfc" else 0)


@cache
def source(widths, hidden="tanh", **options):
    return TARGETS["numba"](backpropagate(MLP([*widths], hidden=hidden, **options)), "")


@cache
def module(widths, hidden="tanh", **options):
    return load(source(widths, hidden, **options), "compiled")


def given(made, batch, number, seed=0):
    rng, sizes = np.random.default_rng(seed), {**made.SIZES, "N": batch}
    X, Y = (rng.standard_normal([sizes[axis] for axis in made.SHAPES[name]]).astype(number) for name in "XY")
    return made.init(seed, number), X, abs(Y) / abs(Y).sum(axis=1, keepdims=True)


def copied(found):
    cost, grads = found
    return float(cost), {name: grad.copy() for name, grad in grads.items()}


def same(one, other):
    return one[0] == other[0] and all(np.array_equal(one[1][name], other[1][name]) for name in other[1])


@pytest.mark.parametrize("number", FLOATS)
@pytest.mark.parametrize("hidden", ["tanh", "gelu"])
def test_loops_become_vector_code_in_numbers_of_one_type(hidden, number):
    made = module((20, 40, 30), hidden)
    made.make_gradient(5, number)(*given(made, 5, number))
    kind = {np.float32: "float", np.float64: "double"}[number]
    for loops in made.loops_for(np.dtype(number)):
        (text,) = loops.inspect_llvm().values()
        assert re.search(rf"fmul contract .*<\d+ x {kind}>|fmul .*<\d+ x {kind}>", text), loops
        if number is np.float32 and " C " not in source((20, 40, 30), hidden).split(f"def {loops.__name__}(")[1]:
            assert not re.search(r"<\d+ x double>", text), loops


def test_layers_that_are_alike_share_their_loops():
    text = source((6, 7, 8, 9, 10, 11, 12, 5))
    assert len(re.findall(r"^    def loops\d+\(", text, re.M)) == 3
    assert len(re.findall(r"^        loops1\(", text, re.M)) == 6


def test_arrays_share_memory():
    made = re.findall(r"^    (\w+(?: = \w+)*) = np\.empty\(\(N, n1\)", source((30, 40, 20), "gelu"), re.M)
    assert made == ["Z1", "A1 = Delta1"]  # and the slope, where Z1 was


def test_an_array_that_is_still_read_is_not_written_over(monkeypatch):
    right = module((20, 40, 30), "gelu")
    arguments = given(right, 5, np.float64)
    wanted = copied(right.gradient(*arguments))
    monkeypatch.setattr(memory, "_is_over", lambda statements, old, new: True)
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    wrong = load(TARGETS["numba"](backpropagate(MLP([20, 40, 30], hidden="gelu")), ""), "wrong")
    assert abs(wrong.gradient(*arguments)[1]["W1"] - wanted[1]["W1"]).max() > 1e-6


@pytest.mark.parametrize("widths", [(2, 3, 2), (20, 40, 30)])
@pytest.mark.parametrize("number", FLOATS)
def test_a_bound_call_computes_from_what_the_arrays_hold_by_then(widths, number):
    made = module(widths)
    gradient = made.make_gradient(4, number)
    params, X, Y = given(made, 4, number)
    call = gradient.bind(params, X, Y)
    wanted = copied(gradient(params, X, Y))
    assert same(copied(call()), wanted)
    X += 1
    params["W1"] *= 2
    changed = copied(call())
    assert not same(changed, wanted) and same(changed, copied(gradient(params, X, Y)))
    kept = copied(call())
    del params, X, Y
    assert same(copied(call()), kept)


@pytest.mark.parametrize("widths", [(2, 3, 2), (20, 40, 30)])
def test_a_bound_call_takes_arrays_that_do_not_lie_in_one_piece(widths):
    made = module(widths)
    gradient = made.make_gradient(4)
    params, X, Y = given(made, 4, np.float64)
    call = gradient.bind({**params, "W1": np.asfortranarray(params["W1"])}, np.repeat(X, 2, axis=0)[::2], Y)
    (cost, grads), (right, wanted) = copied(call()), gradient(params, X, Y)
    assert abs(cost - right) <= 1e-12 * abs(right)
    assert all(np.allclose(grads[n], wanted[n], rtol=1e-11, atol=1e-14) for n in wanted)


@pytest.mark.parametrize("widths", [(2, 3, 2), (20, 40, 30), ("n0", "n1", "n2")])
def test_it_trains_as_the_numpy_module_does(widths):
    derivation = backpropagate(MLP(list(widths), hidden="tanh"))
    made, numpy = (load(TARGETS[target](derivation, ""), target) for target in ("numba", "numpy"))
    sizes = {"n0": 4, "n1": 6, "n2": 3} if "n0" in widths else {}
    params = [made.init(seed=1, **sizes), numpy.init(seed=1, **sizes)]
    rng = np.random.default_rng(0)
    X = rng.standard_normal((11, params[0]["W1"].shape[1]))
    Y = np.eye(len(params[0]["b2"]))[rng.integers(len(params[0]["b2"]), size=11)]
    costs = [m.train(p, X, Y, m.momentum(p), epochs=5, batch=4) for m, p in zip((made, numpy), params, strict=True)]
    assert costs[0] == pytest.approx(costs[1], rel=1e-12) and costs[0][-1] < costs[0][0]
    assert all(params[0][name] == pytest.approx(array, rel=1e-10) for name, array in params[1].items())


def test_binding_wrong_arrays_is_refused_in_one_line():
    made = module((2, 3, 2))
    gradient = made.make_gradient(4)
    params, X, Y = given(made, 4, np.float64)
    for wrong in ((params, X[:3], Y), (params, X.astype(np.float32), Y), ({}, X, Y)):
        with pytest.raises(ValueError, match="expected|dictionary") as raised:
            gradient.bind(*wrong)
        assert "\n" not in str(raised.value)


def test_other_types_are_refused_in_one_line():
    with pytest.raises(ValueError, match=r"^dtype = float16: the loops are compiled for float32 and float64$"):
        module((2, 3, 2)).make_gradient(4, np.float16)


def program(text_or_mlp):
    model = text_or_mlp if not isinstance(text_or_mlp, str) else Model.parse(text_or_mlp)
    return build_program(backpropagate(model))


def test_the_mean_is_taken_where_the_errors_start():
    moved = mean_at_the_start(program(MLP([3, 4, 2], l2="lambda")))
    said = [line.name for line in moved.assignments if NOTE in line.equation]
    assert said == ["Delta2"]
    assert mean_at_the_start(moved) == moved


def test_what_is_not_linear_keeps_its_means():
    model = "z[j] = sum(i, W[j,i]*x[i])\nC = 1/2*sum(j, (z[j] - y[j])^2)\nbatch x, y"
    given_whole = program(model)
    assert mean_at_the_start(given_whole) != given_whole
    upstream = program("param W\nz[j] = sum(i, W[j,i]*x[i])\noutput z\nbatch x")
    assert mean_at_the_start(upstream) == upstream


def test_slopes_are_computed_early_only_where_that_saves_an_array():
    names = {
        hidden: [line.name for line in slopes_early(program(MLP([3, 4, 2], hidden=hidden))).assignments]
        for hidden in ("tanh", "gelu")
    }
    assert "slope_Delta1" in names["gelu"] and "slope_Delta1" not in names["tanh"]
    assert names["gelu"].index("slope_Delta1") < names["gelu"].index("Z2")


RECTIFIED = """z[j] = sum(i, W[j,i]*x[i])
{}
C = sum(j, (y[j] - a[j])^2)
batch x, y"""


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("a[j] = max(z[j], 0)", {"A"}),
        ("a[j] = relu(z[j])", {"A"}),
        ("f(u) = max(u, 0)\na[j] = f(z[j])", {"A"}),
        ("a[j] = max(z[j], 1)", {"Z"}),
        ("a[j] = max(z[j], 0) + z[j]", {"Z"}),
        ("f(u) = max(u, 0) - max(-u, 0)/9\na[j] = f(z[j])", {"Z"}),
        ("a[j] = max(z[j], 0)*step(z[j])", {"Z"}),
    ],
)
def test_steps_are_read_off_outputs_that_tell_them(line, read):
    before = program(RECTIFIED.format(line))
    after = steps_from_outputs(before)
    lines = after.needed([*after.gradients.values()])
    used = {n for x in lines if x.part == "backward" for n in x.uses} & {"A", "Z"}
    assert ("Z" in used) == ("Z" in read)
    text = TARGETS["numba"](backpropagate(Model.parse(RECTIFIED.format(line))), "")
    made = load(text, "rectified")
    assert max(made.self_check(seed=1).values()) < 1e-7


def test_the_text_is_the_same_in_every_process():
    command = (
        "from codegen.programs.targets import TARGETS; from derive import MLP, backpropagate;"
        "print(TARGETS['numba'](backpropagate(MLP([20, 40, 30], hidden='gelu')), ''))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.stdout == source((20, 40, 30), "gelu") + "\n"
