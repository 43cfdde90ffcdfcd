"""The gradient in arrays made beforehand: the same numbers, in little memory, after every pass of its compiler."""

from __future__ import annotations

import itertools
import linecache
import math
import re
import tracemalloc
from dataclasses import replace
from functools import cache

import model_samples
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from backproof.gallery import GALLERY
from backproof.runs import derived
from codegen.programs import build_program
from codegen.programs.compile import load
from codegen.programs.fast import lodging, memory, printing
from codegen.programs.fast.compiling import straight
from codegen.programs.fast.explaining import explain
from codegen.programs.fast.memory import MemoryInUse, checked, lifetimes, shared_memory
from codegen.programs.fast.multiples import divisors_in_front
from codegen.programs.fast.passes import PASSES
from codegen.programs.fast.printing import Printer
from codegen.programs.fast.statements import Code, Operand, Statement
from codegen.programs.fast.tails import TAILS, polynomial
from codegen.programs.minimax import best_polynomial
from codegen.programs.numpy_writer import Writer
from codegen.programs.special import NORMAL
from derive import MLP, Model, backpropagate
from derive.backward.steps import Derivation
from derive.forward import ACTIVATIONS

HIDDEN = tuple(name for name in ACTIVATIONS if name != "softmax")
ENDS = (("softmax", "cross-entropy"), ("sigmoid", "binary-cross-entropy"), ("identity", "half-sse"))
TINY = 96
"""A cache so small that every loop over rows takes many blocks, the last of them shorter."""
TOLERANCE = {"float64": 1e-13, "float32": 2e-5}


class Chosen(Writer):
    """Writes modules with some passes only; memory is planned in any case."""

    passes: tuple[str, ...] = tuple(PASSES)

    @property
    def workspace(self) -> str:
        code = straight(self)
        for name in self.passes:
            code = PASSES[name](code)
        return Printer(self, code if "shared memory" in self.passes else shared_memory(code)).text()


def module(derivation, passes=tuple(PASSES), cache_size=None, change=("", "")):
    writer = Chosen(build_program(derivation))
    writer.passes = passes
    made = load(writer.module("").replace(*change), "fast")
    if cache_size is not None:
        made.CACHE = cache_size
    return made


@cache
def network(widths, hidden="tanh", end=0, l2=None) -> Derivation:
    output, cost = ENDS[end]
    names = hidden.split(",") if "," in hidden else hidden
    return backpropagate(MLP(list(widths), hidden=names, output=output, cost=cost, l2=l2))


def numbers(made, batch, dtype="float64", seed=0):
    """Random parameters and data of a chain of layers whose widths are names, or known."""
    rng = np.random.default_rng(seed)
    names = [axis for axis in dict.fromkeys(itertools.chain(*made.SHAPES.values())) if axis != "N"]
    free = {n: 3 + 2 * k for k, n in enumerate(names) if n not in made.SIZES}
    params = {n: p + rng.standard_normal(p.shape).astype(dtype) / 3 for n, p in made.init(1, dtype, **free).items()}
    sizes = {**made.SIZES, **free}
    X = rng.standard_normal((batch, sizes["n0"])).astype(dtype)
    Y = rng.random((batch, sizes[made.SHAPES["Y"][1]])) + 0.1
    extra = [0.3] if "lambda_" in made.SHAPES else []
    return free, params, [X, (Y / Y.sum(axis=1, keepdims=True)).astype(dtype), *extra]


def far(made, free, params, data, batch, dtype="float64"):
    """How far two calls of the function in arrays made beforehand are from the plain one."""
    function = made.make_gradient(batch, dtype=dtype, **free)
    worst = 0.0
    for factor in (1, -2):
        moved = [factor * data[0], *data[1:]]
        cost, grads = made.gradient(params, *moved)
        again, others = function(params, *moved)
        worst = max(worst, abs(again - cost) / max(1, abs(cost)))
        assert grads.keys() == others.keys()
        for name, grad in grads.items():
            assert others[name].shape == grad.shape and others[name].dtype == grad.dtype
            worst = max(worst, np.max(np.abs(others[name] - grad)) / max(1e-3, np.max(np.abs(grad))))
    return worst


@settings(
    max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.sampled_from(HIDDEN), min_size=n, max_size=n)),
    st.integers(0, 2), st.sampled_from([None, "lambda", "1/10"]), st.booleans(),
)  # fmt: skip
def test_chains_of_layers(hidden, end, l2, named):
    depth = len(hidden) + 1
    widths = [f"n{n}" for n in range(depth + 1)] if named else [70, 3, 66, 5, 4][: depth + 1]
    derivation = network(tuple(widths), ",".join(hidden), end, l2)
    for cache_size in (None, TINY):
        made = module(derivation, cache_size=cache_size)
        for batch, dtype in itertools.product((1, 2, 7, 300), TOLERANCE):
            assert far(made, *numbers(made, batch, dtype), batch, dtype) < TOLERANCE[dtype], (cache_size, batch, dtype)


SHOWN = {(p.network, p.options): p for p in GALLERY.values() if "py" in p.formats and "..." not in p.network}


@pytest.mark.parametrize("piece", SHOWN.values(), ids=lambda piece: piece.said)
def test_the_networks_of_the_gallery(piece):
    derivation = derived(piece.network, piece.options)
    made = module(derivation, cache_size=TINY)
    if derivation.model.cost is None:
        assert max(made.self_check(seed=3).values()) < 1e-7
        return
    for batch in (1, 2, 7, 300):
        assert far(made, *numbers(made, batch), batch) < 1e-13


@pytest.mark.parametrize("name", model_samples.NAMES)
def test_the_models_in_blocks_of_few_rows(name):
    made = model_samples.module(name)
    sample = model_samples.sample(name, seed=2)
    before, made.CACHE = getattr(made, "CACHE", None), TINY
    try:
        function = model_samples.workspace(name, sample)
        for _ in range(2):
            _, wanted = model_samples.returned(name, sample)
            _, found = model_samples.returned(name, sample, function)
            assert all(model_samples.error(found[n], g) < 1e-13 for n, g in wanted.items())
    finally:
        made.CACHE = before


@pytest.mark.parametrize("left_out", [None, *PASSES])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "silu", "gelu"])
def test_every_pass_keeps_the_numbers(hidden, left_out):
    derivation = network(("n0", "n1", "n2"), hidden, l2="lambda")
    made = module(derivation, tuple(name for name in PASSES if name != left_out), TINY)
    assert far(made, *numbers(made, 7), 7) < 1e-13


def test_every_pass_alone_keeps_the_numbers():
    for name in PASSES:
        made = module(network(("n0", "n1", "n2"), "silu"), (name,), TINY)
        assert far(made, *numbers(made, 7), 7) < 1e-13, name


def test_the_same_arrays_are_returned_each_time_and_nothing_given_is_written():
    made = module(network(("n0", "n1", "n2"), "gelu"), cache_size=TINY)
    free, params, data = numbers(made, 7)
    kept = {n: p.copy() for n, p in params.items()}, [d.copy() for d in data]
    function = made.make_gradient(7, **free)
    _, first = function(params, *data)
    _, second = function(params, *data)
    arrays = [*second.values(), *params.values(), *data]
    assert all(first[name] is second[name] for name in first)
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(arrays, 2))
    assert all(np.array_equal(params[n], p) for n, p in kept[0].items())
    assert all(np.array_equal(now, then) for now, then in zip(data, kept[1], strict=True))


@pytest.mark.parametrize(("hidden", "dtype"), [*((name, "float32") for name in HIDDEN), ("gelu", "float64")])
def test_a_call_allocates_no_array(hidden, dtype):
    made = module(network((80, 70, 70, 10), hidden, l2="lambda" if hidden == "relu" else None))
    free, params, data = numbers(made, 2000, dtype)
    function = made.make_gradient(2000, dtype=dtype)
    made.CACHE = 2**14
    blocked = made.make_gradient(2000, dtype=dtype)
    for each in (function, blocked):
        each(params, *data)
        tracemalloc.start()
        each(params, *data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.1 * 8192 * np.dtype(dtype).itemsize, "no more than the buffer NumPy broadcasts with"


@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid"])
def test_memory_is_that_of_activations_one_error_and_the_derivatives(hidden):
    made = module(network((80, 70, 70, 70, 10), hidden))
    for batch in (64, 5000):
        function = made.make_gradient(batch)
        parameters = 8 * sum(p.size for p in made.init().values())
        together = 8 * batch * (3 * 70 + 70 + 2 * 10 + 3) + 8 * batch
        assert function.nbytes <= together + parameters


def test_of_a_slope_that_needs_several_arrays_only_the_slope_is_kept():
    source = Writer(build_program(network((80, 70, 10), "silu"))).module("")
    inner = source[source.index("def make_gradient") :].split("# delta1[j]")[0].splitlines()[-1]
    code = optimised_code(network((80, 70, 10), "silu"))
    assert "W2" in inner and [s.call for s in code.statements if s.line == "Delta1"] == ["dot", "multiply"]


def optimised_code(derivation, without=()):
    code = straight(Writer(build_program(derivation)))
    for name, optimise in PASSES.items():
        code = code if name in without else optimise(code)
    return code


@pytest.mark.parametrize(
    ("widths", "calls"), [((6, 4, 64), ["dot"]), ((6, 4, 65), ["add.reduce"]), (None, ["add.reduce"])]
)
def test_sums_over_few_outputs_are_products(widths, calls):
    code = optimised_code(network(widths or ("n0", "n1", "n2"), "tanh"))
    assert [s.call for s in code.statements if s.target == "sum2"] == calls


@pytest.mark.parametrize("hidden", ["tanh", "silu"])
def test_a_life_too_short_is_noticed(hidden, monkeypatch):
    derivation = network((6, 66, 66, 66), hidden)
    code = optimised_code(derivation, without=["shared memory"])
    lives, wrong, noticed = lifetimes(code), set(), set()
    for name, life in lives.items():
        for end in {life.dies - 1, (life.born + life.dies) // 2, life.born}:
            shorter = {**lives, name: memory.Life(life.born, max(end, life.born))}
            monkeypatch.setattr(memory, "lifetimes", lambda _, shorter=shorter: shorter)
            try:
                shared_memory(code)
            except MemoryInUse:
                noticed.add((name, end))
            monkeypatch.setattr(memory, "checked", lambda code, memory: None)
            made = module(derivation, cache_size=TINY)
            if far(made, *numbers(made, 7), 7) > 1e-6:
                wrong.add((name, end))
            monkeypatch.setattr(memory, "checked", checked)
    assert len(wrong) > 3 and wrong <= noticed


def test_a_block_missed_is_noticed():
    derivation = network(("n0", "n1", "n2"), "tanh")
    made = module(
        derivation, cache_size=TINY, change=("range(0, records, step)", "range(step * (step < records), records, step)")
    )
    with np.errstate(all="ignore"):
        assert not far(made, *numbers(made, 7), 7) < 1e-6
    made.CACHE = 2**19
    assert far(made, *numbers(made, 7), 7) < 1e-13, "where all fits into the cache there is one block"


@pytest.mark.parametrize(
    "text", ["np.divide(Delta2, count, out=Delta2)", "np.add(z1, b1_wide, out=z1)", "np.square(a1, out="]
)
def test_a_statement_changed_is_noticed(text):
    derivation = network((80, 70, 10), "tanh")
    changed = {"np.divide": "np.multiply", "np.add": "np.subtract", "np.square": "np.negative"}
    old = next(word for word in changed if text.startswith(word))
    made = module(derivation, change=(text, text.replace(old, changed[old])))
    assert far(made, *numbers(made, 7), 7) > 1e-6


FOUND = {2: "np.maximum(Z1_column, Z", 3: "np.copyto(T1, Z1.T)", 33: "Z1.argmax(", 65: "np.maximum.reduce(z1, axis=1"}
"""How maxima of rows are found, from so many entries on."""


@pytest.mark.parametrize("width", [2, 3, 32, 33, 64, 65, 200])
def test_maxima_of_rows_of_every_length(width):
    derivation = network((40, width), "tanh")
    text = Chosen(build_program(derivation)).module("")
    way = FOUND[max(n for n in FOUND if n <= width)]
    assert [way in text for way in FOUND.values()] == [one == way for one in FOUND.values()]
    made = module(derivation, cache_size=3000)
    for batch in (1, 2, 9):
        free, params, data = numbers(made, batch)
        assert far(made, free, params, data, batch) < 1e-13
        for place in (0, width // 2, width - 1):
            params["b1"][:] = -1e4
            params["b1"][place] = 1e4
            cost, _ = made.make_gradient(batch)(params, *data)
            assert cost == pytest.approx(made.cost(params, *data), rel=1e-14) and np.isfinite(cost)
        params["b1"][:], data[0][0], data[0][1:] = 0, 0, 1e4 * data[0][1:]
        cost, _ = made.make_gradient(batch)(params, *data)
        assert cost == pytest.approx(made.cost(params, *data), rel=1e-14), "each row has its own largest entry"


@pytest.fixture
def short_buffer():
    """So short a buffer of NumPy's that small networks take several rows as one."""
    before = np.setbufsize(128)
    yield
    np.setbufsize(before)


@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("batch", [1, 7, 8, 12, 21])
def test_rows_taken_together_give_the_same_numbers(hidden, batch, short_buffer):
    derivation = network((80, 70, 90, 10), hidden)
    made = module(derivation, cache_size=3000)
    assert made._rows_together(12, 70, 10**6) == 2 and made._rows_together(21, 70, 10**6) == 3
    assert made._rows_together(7, 70, 10**6) == made._rows_together(12, 70, 139) == 1
    assert far(made, *numbers(made, batch), batch) < 1e-13
    spread = module(derivation, cache_size=3000, change=("np.copyto(b2_rows, b2)", "np.copyto(b2_rows[:1], b2)"))
    assert (far(spread, *numbers(spread, batch), batch) > 1e-6) == (batch in (8, 12, 21))


def test_rows_are_taken_together_in_memory_that_is_there():
    made = module(network((80, 70, 90, 10), "relu"))
    free, params, data = numbers(made, 1024)
    assert made._rows_together(1024, 90, 70 * 90 // 2) == 1 and made._rows_together(1024, 70, 10**6) == 128
    narrow = module(network((1, 70, 10), "relu"))
    more = narrow.make_gradient(64).nbytes - module(network((2, 70, 10), "relu")).make_gradient(64).nbytes
    assert more == 8 * (2 * 70 - 70), "a bias and zeros, less the weights of one input"


def test_widths_that_are_sums_are_one_number(short_buffer):
    text = """param V, c
        data x, u, y
        g[m] = concat(x, u)[m]
        z[m] = sum(k, V[m,k]*g[k]) + c[m]
        h[m] = tanh(z[m])
        C = sum(m, (h[m] + g[m] - y[m])^2)
        batch x, u, y"""
    derivation = backpropagate(Model.parse(text))
    made, text = module(derivation, cache_size=3000), Chosen(build_program(derivation)).module("")
    assert "(n_u + n_x) *" in text or "* (n_u + n_x)" in text
    rng = np.random.default_rng(0)
    for batch in (1, 7, 12):
        sizes = {"n_x": 30, "n_u": 40, "n_m": 70, "N": batch}
        shapes = {n: [eval(axis, {}, sizes) for axis in axes] for n, axes in made.SHAPES.items()}
        arrays = {n: rng.standard_normal(shape) / 8 for n, shape in shapes.items()}
        params = {n: arrays.pop(n) for n in made.PARAMETERS}
        cost, grads = made.gradient(params, *arrays.values())
        found, others = made.make_gradient(batch, n_x=30, n_u=40)(params, *arrays.values())
        assert found == pytest.approx(cost, rel=1e-13)
        assert all(others[n] == pytest.approx(grad, rel=1e-12, abs=1e-14) for n, grad in grads.items())


@pytest.mark.parametrize("batch", [1, 3, 9])
def test_arrays_lie_in_derivatives_computed_after_their_time(batch, monkeypatch):
    derivation = network((80, 70, 90, 10), "tanh")
    made = module(derivation)
    assert far(made, *numbers(made, batch), batch) < 1e-13
    text, lives = Chosen(build_program(derivation)).module(""), memory.lifetimes
    assert set(re.findall(r"(\w+)_memory = _scratch\(dW\d, ", text)) == {"Z3", "max3", "Delta2"}
    short = {name: replace(life, dies=life.born) for name, life in lives(optimised_code(derivation)).items()}
    monkeypatch.setattr(lodging, "lifetimes", lambda code: short)
    with np.errstate(all="ignore"):
        wrong = module(derivation)
        assert not far(wrong, *numbers(wrong, batch), batch) < 1e-6, "in memory that is still read"


def test_what_is_wrong_is_said_as_by_the_plain_function():
    made = module(network((4, 3, 5), "tanh", l2="lambda"))
    free, params, data = numbers(made, 7)
    function = made.make_gradient(7)
    for wrong in (
        ({**params, "b1": params["b1"][:1]}, *data), ({**params, "W1": params["W1"].tolist()}, *data),
        ({"W1": params["W1"]}, *data), (list(params), *data), (None, *data), (params, data[0][:3], *data[1:]),
        (params, data[0].astype("float32"), *data[1:]), (params, *data[:2], "0.3"),
    ):  # fmt: skip
        with pytest.raises(ValueError) as caught:
            function(*wrong)
        assert "\n" not in str(caught.value)
    assert function(params, *data[:2], np.float64(0.3))[0] == function(params, *data[:2], 0.3)[0]
    assert function(params, *data[:2], 1)[0] == function(params, *data[:2], 1.0)[0]


def test_a_product_read_with_the_mean_and_without_it():
    text = "z[j] = sum(i, W[j,i]*x[i])\na[j] = tanh(z[j])\nC = sum(j, (a[j] - y[j])^2)\nbatch x, y"
    made = module(backpropagate(Model.parse(text), ("W", "x")), cache_size=TINY)
    assert max(made.self_check(seed=1).values()) < 1e-12


def test_an_array_read_by_rows_and_as_a_whole_in_one_pairwise_statement():
    text = "C = sum(p, sum(q, sum(j, exp(W[p,j] - W[q,j])*(2 + W[p,j])*x[p,j])))"
    made = module(backpropagate(Model.parse(text)), cache_size=TINY)
    assert "_by_rows" in open_source(made) and max(made.self_check(seed=1).values()) < 1e-12


def open_source(made) -> str:
    return "".join(linecache.getlines(made.__file__))


def test_the_explanation_shows_every_pass():
    text = explain(network((80, 70, 10), "sigmoid"))
    assert all(f"# {name}: " in text for name in PASSES) and text.startswith("# as written")
    assert "%" not in text and text == explain(network((80, 70, 10), "sigmoid"))
    assert "for each block of rows:\n    np.add(" in text and "# in the memory of " in text


def test_names_of_the_module_and_of_blocks_stay_apart():
    text = "param W, expected\ndata rows, z1\nZ1[j] = sum(i, W[j,i]*rows[i]) + expected[j]\na1[j] = tanh(Z1[j])\n"
    made = module(backpropagate(Model.parse(text + "C = sum(j, (a1[j] - z1[j])^2)\nbatch rows, z1")), cache_size=TINY)
    assert max(made.self_check(seed=1).values()) < 1e-12
    assert printing.ROWS in Writer(build_program(network(("n0", "n1", "n2")))).module("")
    text = """param W, b, V, c
        data x, y
        _scratch[j] = sum(i, W[j,i]*x[i]) + b[j]
        _rows_together[j] = max(_scratch[j], 0)
        compute[k] = sum(j, V[k,j]*_rows_together[j]) + c[k]
        C = sum(k, (compute[k] - y[k])^2)
        batch x, y"""
    made = module(backpropagate(Model.parse(text)), cache_size=TINY)
    assert max(made.self_check(seed=1).values()) < 1e-12


@pytest.mark.parametrize(("size", "bits"), [(4, 24), (8, 53)])
@pytest.mark.parametrize("name", TAILS)
def test_polynomials_of_tails_are_the_shortest_that_will_do(name, size, bits, monkeypatch):
    (terms, error), tail = polynomial(name, size), TAILS[name]
    assert len(terms) == tail.degrees[size] + 1 and error < 2.0 ** -(bits + 1)
    with mp.workdps(30):
        for x in map(mpf, np.linspace(0, float(tail.ends[size]), 400)):
            t, exact = 1 / (mpf(tail.shift) + x), tail.function(x)
            off = abs(mp.polyval(list(map(mpf, terms)), t) * t * tail.decay(x) - exact)
            assert off < 2.0 ** -(bits - 1), "the terms are rounded too"
            if name == NORMAL:
                assert off < {4: 2e-3, 8: 1e-12}[size] * exact, "the last small values have digits too"
    monkeypatch.setitem(TAILS, name, replace(tail, degrees={size: tail.degrees[size] - 1}))
    assert polynomial.__wrapped__(name, size)[1] > 2.0 ** -(bits + 1)


def test_what_a_block_holds_fits_into_the_cache_in_even_parts():
    made = module(network((80, 70, 10), "gelu"), cache_size=2**12)
    long, other, short = np.empty((1000, 70)), np.empty((1000, 30)), np.empty((3, 70))
    blocks = made._by_rows(1000, long, long[:, :1], other)
    row = long[0].nbytes + other[0].nbytes
    lengths = [rows.stop - rows.start for rows, *_ in blocks]
    assert sum(lengths) == 1000 and max(lengths) * row <= made.CACHE < 2 * max(lengths) * row
    assert {len(part) for _, *parts in made._by_rows(1000, long, short) for part in parts} == {3, 1}
    (whole,) = made._by_rows(7, long[:7, :4], other[:7, :1])
    assert whole[0] == slice(0, 7)


CHAIN = {
    "u": ("multiply", "1 + math.sqrt(2)", "x"),
    "v": ("multiply", "u", "y"),
    "w": ("divide", "v", "2 * math.pi"),
    "r": ("add", "w", "y"),
}


def straightened(chain, kept):
    """Statements by their targets, calls and operands, which are arrays of two numbers or else numbers as text."""
    arrays = {"x", "y", *chain}
    rows = [
        Statement(
            name, call, tuple(Operand(o, "{}") if o in arrays else Operand("", o) for o in given), (), ("2",), name, ""
        )
        for name, (call, *given) in chain.items()
    ]
    return Code(tuple(rows), {"x": ("2",), "y": ("2",)}, frozenset(kept), None, {})


def values(code):
    """What the statements compute."""
    found = {"x": np.array([3.0, -2]), "y": np.array([0.5, 7])}
    for s in code.statements:
        given = [found[o.name] if o.name else eval(o.text, {"math": math}) for o in s.operands]
        found[s.target] = getattr(np, s.call)(*given)
    return found


@pytest.mark.parametrize(
    ("changed", "kept", "left"),
    [
        ({}, "r", 0),
        ({"v": ("multiply", "y", "u")}, "r", 0),
        ({"w": ("divide", "u", "3"), "v": ("multiply", "w", "y"), "r": ("add", "v", "x")}, "r", 0),
        ({"r": ("add", "w", "u")}, "r", 1),
        ({"r": ("multiply", "w", "v")}, "r", 1),
        ({}, "rv", 1),
        ({}, "ru", 1),
        ({"w": ("divide", "v", "x")}, "r", 1),
        ({"u": ("multiply", "y", "x")}, "r", 1),
        ({"v": ("add", "u", "y")}, "r", 1),
    ],
)
def test_divisors_go_into_numbers_that_nobody_else_reads(changed, kept, left):
    chain = CHAIN | changed
    if changed.get("w", ())[1:2] == ("u",):
        chain = {name: chain[name] for name in "uwvr"}
    before = straightened(chain, kept)
    after = divisors_in_front(before)
    assert [s.call for s in after.statements].count("divide") == left
    for name in kept:
        assert values(after)[name] == pytest.approx(values(before)[name], rel=1e-15)


def test_divisors_go_into_numbers_where_nothing_else_is_read():
    text = """param w
        data x
        f(u) = 2*u*exp(u)/sqrt(pi)/3 + u/pi
        a[k] = f(w[k]*x[k])
        C = sum(k, a[k]^2)
        batch x"""
    derivation = backpropagate(Model.parse(text))
    made = module(derivation)
    before = straight(Writer(build_program(derivation)))
    after = PASSES["divisors in front"](before)
    was, left = ([s.operands[1].text for s in c.statements if s.call == "divide"] for c in (before, after))
    assert left.count("math.pi") == was.count("math.pi") > 0
    assert "math.sqrt(math.pi)" in was and "math.sqrt(math.pi)" not in left
    assert max(made.self_check(seed=1).values()) < 1e-12


def test_the_best_polynomial_has_errors_alike_with_signs_in_turn():
    terms, worst = best_polynomial(mp.exp, lambda x: mpf(1), mpf(-1), mpf(1), 3)
    assert 0.005528 < worst < 1.03 * 0.005529, "of degree 3 for exp between -1 and 1"
    errors = [mp.polyval(terms, x) - mp.exp(x) for x in np.linspace(-1, 1, 999)]
    signs = [e > 0 for e in errors if abs(e) > 0.95 * worst]
    assert sum(one != other for one, other in itertools.pairwise(signs)) == 4
