"""The records of a batch dealt out to threads: the same cost and derivatives as in one."""

from __future__ import annotations

import model_samples
import numpy as np
import pytest

from codegen import compile_numpy, numpy_source
from codegen.programs.compile import load
from derive import MLP, Model, backpropagate

CHOICES = {
    "by parameters and data": {"wrt": ("x", "W1", "b2")},
    "by data alone": {"wrt": ("x",)},
    "with a penalty": {"l2": "lambda"},
    "widths by name": {"widths": ["n0", "n1", "n2"]},
}


def network(widths=(4, 3, 5), wrt=None, **choices):
    model = MLP(list(widths), **choices)
    return backpropagate(model, *([wrt] if wrt else []))


def drawn(module, records, seed=0):
    """Random parameters and data."""
    rng = np.random.default_rng(seed)
    free = {name: size for name, size in {"n0": 4, "n1": 3, "n2": 5}.items() if name not in module.SIZES}
    params = {name: p + 0.1 * rng.standard_normal(p.shape) for name, p in module.init(**free).items()}
    Y = rng.random((records, 5))
    data = [rng.standard_normal((records, 4)), Y / Y.sum(axis=1, keepdims=True)]
    return free, params, data + [0.25] * ("lambda_" in module.SHAPES)


def errors(module, records, threads, seed=0):
    free, params, data = drawn(module, records, seed)
    function = module.make_gradient(records, threads=threads, **free)
    for factor in (1, -1):
        moved = [factor * data[0], *data[1:]]
        cost, grads = module.gradient(params, *moved)
        found, others = function(params, *moved)
        yield abs(found - cost) / abs(cost)
        assert others.keys() == grads.keys()
        for name, grad in grads.items():
            assert others[name].shape == grad.shape
            yield np.max(np.abs(others[name] - grad)) / np.max(np.abs(grad))


@pytest.mark.parametrize("choice", CHOICES)
def test_threads_do_not_change_the_numbers(choice):
    module = compile_numpy(network(**CHOICES[choice]))
    for records, threads in ((7, 2), (7, 3), (64, 4), (2, 5), (1, 2)):
        assert max(errors(module, records, threads)) < 1e-13, (records, threads)


def test_float32_stays():
    module = compile_numpy(network())
    params = module.init(dtype=np.float32)
    X, Y = np.ones((9, 4), np.float32), np.eye(5, dtype=np.float32)[np.arange(9) % 5]
    cost, grads = module.make_gradient(9, np.float32, threads=2)(params, X, Y)
    assert cost.dtype == np.float32 and {g.dtype for g in grads.values()} == {np.dtype(np.float32)}


def test_shares_of_another_size_are_noticed():
    source = numpy_source(network())
    planted = load(source.replace("part = (share.stop - share.start) / batch", "part = 1 / threads"), "planted")
    assert max(errors(planted, 8, 2)) < 1e-13 and max(errors(planted, 7, 2)) > 1e-3


def test_every_model_with_a_cost_of_records():
    seen = 0
    for name in model_samples.NAMES:
        module = model_samples.module(name)
        if hasattr(module, "_in_threads"):
            sample = model_samples.sample(name, seed=2)
            cost, wanted = model_samples.returned(name, sample)
            function = module.make_gradient(**sample.sizes, threads=2)
            again, found = model_samples.returned(name, sample, function)
            assert abs(again - cost) < 1e-12 * abs(cost)
            assert all(model_samples.error(found[n], g) < 1e-12 for n, g in wanted.items()), name
            seen += 1
    assert seen


def test_training_in_threads_is_the_same():
    module = compile_numpy(network())
    found = []
    for threads in (1, 2):
        _, params, data = drawn(module, 41)
        found.append((module.train(params, *data, epochs=3, batch=8, threads=threads), params))
    (costs, params), (others, moved) = found
    assert np.allclose(costs, others, rtol=1e-12) and costs[-1] < costs[0]
    assert all(np.allclose(params[name], moved[name], rtol=1e-9, atol=1e-12) for name in params)


def test_what_is_wrong_is_said():
    module = compile_numpy(network())
    for threads in (0, 1.5, "2"):
        with pytest.raises(ValueError, match="number of threads"):
            module.make_gradient(7, threads=threads)
    with pytest.raises(ValueError, match="number of records"):
        module.make_gradient(0, threads=2)
    with pytest.raises(ValueError, match="sizes of this network are fixed"):
        module.make_gradient(7, threads=2, n0=9)
    _, params, data = drawn(module, 8)
    with pytest.raises(ValueError, match="X has shape"):
        module.make_gradient(7, threads=2)(params, *data)


def test_without_a_mean_over_records_there_are_no_threads():
    text = "z[j] = sum(i, W[j,i]*x[i])\noutput z\nbatch x"
    assert "threads" not in numpy_source(backpropagate(Model.parse(text)))
