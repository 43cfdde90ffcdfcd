"""Optimisers and training in generated modules: against plain implementations, PyTorch, and planted errors."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from codegen import compile_numpy, numpy_source
from codegen.programs.compile import load
from codegen.programs.optimisers import OPTIMISERS, Optimiser, optimiser_text
from derive import MLP, Model, backpropagate, depth
from derive.errors import InputError

SOURCE = numpy_source(backpropagate(MLP([4, 3, 5], hidden="tanh")))
STEPS = 20


@pytest.fixture(scope="module")
def module():
    return load(SOURCE, "gradient")


def random_gradients(params, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(STEPS):
        yield {name: np.asarray(rng.standard_normal(np.shape(w))) for name, w in params.items()}


def by_sgd(w, gs, rate=0.1, decay=0.0):
    for k, g in enumerate(gs):
        w = w - rate / (1 + decay * k) * g
    return w


def by_momentum(w, gs, rate=0.01, decay=0.0, beta=0.9):
    velocity = 0
    for k, g in enumerate(gs):
        velocity = beta * velocity + g
        w = w - rate / (1 + decay * k) * velocity
    return w


def by_adam(w, gs, rate=0.001, decay=0.0, beta1=0.9, beta2=0.999, eps=1e-8):
    """The averages as the weighted sums they are, without recursion."""
    gs = list(gs)
    for k in range(len(gs)):
        ages = np.arange(k, -1, -1).reshape(-1, *[1] * np.ndim(w))
        first, second = beta1**ages, beta2**ages
        past = np.array(gs[: k + 1])
        mean, square = (first * past).sum(axis=0) / first.sum(), (second * past**2).sum(axis=0) / second.sum()
        w = w - rate / (1 + decay * k) * mean / (np.sqrt(square) + eps)
    return w


PLAIN = {"sgd": by_sgd, "momentum": by_momentum, "adam": by_adam}
SETTINGS = {
    "usual": {},
    "rate": {"rate": 0.3},
    "decay": {"rate": 0.3, "decay": 0.2},
}


def worst(module, name, **numbers):
    """The largest difference from the plain implementation after some random steps."""
    params = module.init(seed=5)
    before = {key: w.copy() for key, w in params.items()}
    gradients = list(random_gradients(params))
    move = getattr(module, name)(params, **numbers)
    for grads in gradients:
        assert move(grads) is params
    return max(
        np.max(abs(w - PLAIN[name](before[key], [g[key] for g in gradients], **numbers))) for key, w in params.items()
    )


def test_every_row_is_compared():
    assert set(PLAIN) == set(OPTIMISERS)


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_optimisers_do_what_plain_code_does(module, name, setting):
    assert worst(module, name, **SETTINGS[setting]) < 1e-12


def test_the_numbers_of_a_row_can_be_given(module):
    assert worst(module, "momentum", beta=0.5) < 1e-12
    assert worst(module, "adam", rate=0.01, beta1=0.7, beta2=0.95, eps=1e-3) < 1e-12


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_do_what_those_of_torch_do(module, name):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    makers = {
        "sgd": lambda ws: torch.optim.SGD(ws, lr=0.1),
        "momentum": lambda ws: torch.optim.SGD(ws, lr=0.01, momentum=0.9),
        "adam": lambda ws: torch.optim.Adam(ws, lr=0.001),
    }
    params = module.init(seed=5)
    theirs = {key: torch.tensor(w.copy(), requires_grad=True) for key, w in params.items()}
    move, other = getattr(module, name)(params), makers[name](list(theirs.values()))
    for grads in random_gradients(params):
        move(grads)
        for key, w in theirs.items():
            w.grad = torch.tensor(grads[key])
        other.step()
    for key, w in params.items():
        assert np.max(abs(w - theirs[key].detach().numpy())) < 1e-12, key


PLANTED = {
    "uphill": ("sgd", "w - r*g", "w + r*g"),
    "no momentum": ("momentum", "beta*m + g", "(1 - beta)*m + g"),
    "no bias correction of m": ("adam", "(m/(1 - beta1^t))", "m"),
    "no bias correction of v": ("adam", "v/(1 - beta2^t)", "v"),
    "a lost square": ("adam", "g^2", "abs(g)"),
    "eps in the root": ("adam", "sqrt(v/(1 - beta2^t)) + eps", "sqrt(v/(1 - beta2^t) + eps)"),
}


@pytest.mark.parametrize("plant", PLANTED)
def test_an_error_in_a_row_is_caught(plant):
    name, old, new = PLANTED[plant]
    row = OPTIMISERS[name]
    wrong = replace(row, equations=tuple(line.replace(old, new) for line in row.equations))
    right_text, wrong_text = optimiser_text(row).strip(), optimiser_text(wrong).strip()
    assert wrong_text != right_text and right_text in SOURCE
    planted = load(SOURCE.replace(right_text, wrong_text), "planted")
    assert worst(planted, name) > 1e-9


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("w = w - r*q", "q is not known"),
        ("w = w - rate*g", "rate is not known"),
        ("g = w", "left side of g = w is none of w"),
        ("w = w - r*(g", "found the end of the line"),
        ("w = w - r*tan(g)", "tan is not known"),
    ],
)
def test_a_row_that_cannot_be_written_says_why(equation, said):
    with pytest.raises(InputError, match=re.escape(said)):
        optimiser_text(Optimiser("wrong", "A wrong one", (equation,), numbers={"rate": 1.0}))


ORDERS = (
    "w = g*w + w*w",
    "w = r*g - w",
    "w = (g + w)*(g - w)",
    "w = sqrt(g*g + 1)/(sqrt(w*w + 1) + abs(g - w))",
    "w = max(w - g, g*w) - (w - (g - (w - 2*g)))",
    "w = -w + 1/2*g/(1/3)",
    "w = g",
    "w = w^3 - 0.25*(g + 1)^2",
    "w = 3",
)


@pytest.mark.parametrize("equation", ORDERS)
def test_nothing_is_overwritten_before_it_is_read(module, equation):
    row = Optimiser("sgd", "Whatever this is", (equation,), numbers={"rate": 0.1})
    changed = load(f"{SOURCE.split('if __name__')[0]}\n\n{optimiser_text(row)}", "changed")
    params = changed.init(seed=2)
    grads = next(random_gradients(params))
    spelled = equation.removeprefix("w = ").replace("^", "**")
    known = {"sqrt": np.sqrt, "abs": np.abs, "max": np.maximum, "r": 0.1}
    wanted = {key: eval(spelled, {**known, "w": w.copy(), "g": grads[key]}) for key, w in params.items()}
    kept = {key: g.copy() for key, g in grads.items()}
    changed.sgd(params)(grads)
    for key, w in params.items():
        assert np.allclose(w, wanted[key], rtol=1e-13, atol=1e-13)
        assert np.array_equal(grads[key], kept[key])


def blobs(module: ModuleType, records=203, dtype=np.float64):
    """Records around a centre for each class, and their classes as rows of zeros and a one."""
    rng = np.random.default_rng(0)
    sizes = [size for name, size in module.SIZES.items() if name.startswith("n")]
    labels = rng.integers(sizes[-1], size=records)
    X = 2 * rng.standard_normal((sizes[-1], sizes[0]))[labels] + rng.standard_normal((records, sizes[0]))
    return X.astype(dtype), np.eye(sizes[-1], dtype=dtype)[labels]


@pytest.mark.parametrize("name", [None, *OPTIMISERS])
def test_training_lowers_the_cost(module, name):
    params, data = module.init(seed=0), blobs(module)
    arrays, before = dict(params), module.cost(params, *data)
    move = getattr(module, name)(params, rate=0.02) if name else None
    costs = module.train(params, *data, optimiser=move, epochs=40, batch=16)
    assert len(costs) == 40 and all(type(c) is float for c in costs)
    assert module.cost(params, *data) < 0.85 * before and costs[-1] < costs[0]
    assert all(params[key] is w for key, w in arrays.items())


def test_an_epoch_is_every_record_once(module):
    """With steps of no size the mean cost of an epoch is the cost, whatever the batches."""
    params, data = module.init(seed=0), blobs(module, records=23)
    seen = []
    for batch in (1, 5, 22, 23, 64):
        costs = module.train(params, *data, lambda grads: seen.append(1) or params, epochs=2, batch=batch)
        assert np.allclose(costs, module.cost(params, *data), rtol=1e-13)
        assert len(seen) == 2 * -(-23 // min(batch, 23))
        seen.clear()


def test_the_seed_says_how_records_are_shuffled(module):
    runs = []
    for seed in (0, 0, 1):
        params = module.init()
        runs.append(module.train(params, *blobs(module), epochs=2, seed=seed))
    assert runs[0] == runs[1] != runs[2]


def test_misuse_is_said_in_one_line(module):
    X, Y = blobs(module, records=9)
    with pytest.raises(ValueError, match="the optimiser was made for other parameters"):
        module.train(module.init(), X, Y, module.adam(module.init()))
    for batch in (0, -3, 2.5):
        with pytest.raises(ValueError, match="the number of records is a positive whole number"):
            module.train(module.init(), X, Y, batch=batch)
    with pytest.raises(ValueError, match=r"Y has shape \(8, 5\)"):
        module.train(module.init(), X, Y[:8])
    with pytest.raises(ValueError, match="X has dtype float32, expected an array of float64"):
        module.train(module.init(), X.astype(np.float32), Y.astype(np.float32))


def test_float32_stays_float32(module):
    params = module.init(dtype=np.float32)
    costs = module.train(params, *blobs(module, dtype=np.float32), epochs=2)
    assert costs[1] < costs[0] and {w.dtype for w in params.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("libraries", [("tqdm", "rich"), ("rich",), ()])
def test_progress_needs_no_library(module, libraries, monkeypatch, capfd):
    for name in ("tqdm", "rich.progress"):
        if name.split(".")[0] not in libraries:
            monkeypatch.setitem(sys.modules, name, None)
        else:
            pytest.importorskip(name, reason=f"needs {name}")
    costs = module.train(module.init(), *blobs(module, records=9), epochs=3, progress=True)
    assert len(costs) == 3 and any(capfd.readouterr()) == bool(libraries)


def test_other_optimisers_are_functions_of_the_derivatives(module):
    params, data = module.init(), blobs(module)
    costs = module.train(params, *data, lambda grads: module.step(params, grads, 0.1), epochs=3)
    others = module.init()
    assert np.allclose(costs, module.train(others, *data, module.sgd(others, rate=0.1), epochs=3), rtol=1e-13)


MODELS = {
    "names of the part": "param train, adam, T1\ndata sgd, optimiser, kept\n"
    "h[j] = tanh(sum(i, train[j,i]*sgd[i]) + adam[j])\n"
    "rows[k] = sum(j, T1[k,j]*h[j])\nC = optimiser*sum(k, (rows[k] - kept[k])^2)\nbatch sgd, kept",
    "names of its functions": "param update, w, t\ndata momentum, epochs, value\n"
    "total[j] = sum(i, update[j,i]*momentum[i]) + w[j] + t*value[j]\nC = sum(j, (total[j] - epochs[j])^2)\n"
    "batch momentum, epochs",
    "a number as a parameter": "param s\nz[j] = s*sum(i, W[j,i]*x[i])\nC = sum(j, (z[j] - y[j])^2)\nbatch x, y",
    "numbers alone": "param s, c\ndata x, y\nC = (s*x + c - y)^2\nbatch x, y",
    "a number as data": "param v\ndata lambda, x, y\nC = (sum(j, v[j]*x[j]) - y)^2 + lambda*sum(j, v[j]^2)\nbatch x, y",
    "many data": "param W\ndata first_input_array, second_input_array, third_input_array, fourth_input_array\n"
    "z[j] = sum(i, W[j,i]*(first_input_array[i] + second_input_array[i] + third_input_array[i]))\n"
    "C = sum(j, (z[j] - fourth_input_array[j])^2)\n"
    "batch first_input_array, second_input_array, third_input_array, fourth_input_array",
}


@pytest.mark.parametrize("name", MODELS)
def test_models_of_any_names_are_trained(name):
    source = numpy_source(backpropagate(Model.parse(MODELS[name])))
    assert max(map(len, source.split("\ndef train(")[1].split("\ndef slope(")[0].splitlines())) <= 120
    module = load(source, "gradient")
    assert all(error < 1e-10 for error in module.self_check().values())
    rng = np.random.default_rng(0)
    free = {axis for axes in module.SHAPES.values() for axis in axes} - {"N"}
    sizes = {axis: 2 + place for place, axis in enumerate(sorted(free))}
    params = module.init(**sizes)
    shapes = {k: [{**sizes, "N": 37}[axis] for axis in axes] for k, axes in module.SHAPES.items()}
    data = [0.1 + rng.random(shape) if shape else 0.1 for k, shape in shapes.items() if k not in params]
    before = module.cost(params, *data)
    costs = module.train(params, *data, epochs=30, batch=8, optimiser=module.adam(params, rate=0.02))
    assert module.cost(params, *data) < before and costs[-1] < costs[0]


def test_plain_numbers_as_parameters_are_trained():
    module = compile_numpy(backpropagate(Model.parse(MODELS["numbers alone"])))
    x = np.linspace(-1, 1, 50)
    params = {"s": 0.5, "c": np.float64(0.0)}
    module.train(params, x, 3 * x - 1, module.sgd(params, rate=0.2), epochs=60)
    assert abs(params["s"] - 3) < 1e-3 and abs(params["c"] + 1) < 1e-3


NOTHING_TO_TRAIN = {
    "no cost": ("h[j] = tanh(sum(i, W[j,i]*x[i]))\noutput h\nbatch x", ()),
    "no records": ("param W\nC = sum(j, sum(i, W[j,i]*x[i])^2)", ()),
    "derivatives by data alone": ("z[j] = sum(i, W[j,i]*x[i])\nC = sum(j, (z[j] - y[j])^2)\nbatch x, y", ("x",)),
}


@pytest.mark.parametrize("name", NOTHING_TO_TRAIN)
def test_without_a_cost_of_records_there_is_no_training(name):
    text, wrt = NOTHING_TO_TRAIN[name]
    source = numpy_source(backpropagate(Model.parse(text), *([wrt] if wrt else [])))
    assert "def train" not in source and "def adam" not in source and "_moved" not in source


def test_only_what_is_differentiated_by_moves():
    module = compile_numpy(backpropagate(MLP([4, 3, 5]), ("W2", "x")))
    params = module.init()
    before = {key: w.copy() for key, w in params.items()}
    module.train(params, *blobs(module), epochs=1)
    assert [key for key in params if not np.array_equal(params[key], before[key])] == ["W2"]


@pytest.mark.parametrize("choices", [{}, {"hidden": "tanh", "l2": "lambda"}])
@pytest.mark.parametrize("widths", [[4, 5], [4, 6, 3, 5]])
def test_networks_of_any_depth_are_trained(choices, widths):
    deep = compile_numpy(depth(**choices))
    plain = compile_numpy(backpropagate(MLP(widths, **choices)))
    data = [*blobs(plain, records=41), *([0.01] if choices else [])]
    ours, theirs = deep.init(widths), plain.init()
    for name, w in theirs.items():
        ours[name] = w.copy()
    found, wanted = (
        module.train(params, *data, epochs=3, batch=8) for module, params in ((deep, ours), (plain, theirs))
    )
    assert np.allclose(found, wanted, rtol=1e-10) and found[-1] < found[0]


def test_the_part_is_short_and_its_steps_allocate_nothing():
    part = SOURCE.split("    return params\n", 1)[1].split("\ndef slope(")[0].strip()
    assert len(part.splitlines()) < 90 and max(map(len, part.splitlines())) <= 120
    for update in re.findall(r"    def update\(.*\n((?:        .*\n)+)", part):
        assert all(line.strip().startswith("np.") and "out=" in line for line in update.splitlines())
