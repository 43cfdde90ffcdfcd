"""The models of `examples/models`: every step proved, their programs against complex steps and against PyTorch."""

import re

import numpy as np
import pytest
from model_samples import NAMES, derivation, error, gradient, returned, sample, text, value, workspace

from derive.backward.steps import Step

CORNERS = re.compile(r"\b(relu|gelu|abs|max|min)\(")
"""Functions that a complex step cannot see through; their derivatives are compared with central differences."""

SEEDS = (0, 1)

models = pytest.mark.parametrize("name", NAMES)


def complex_step(along):
    return along(1e-20j).imag / 1e-20


def central(along):
    """By central differences, so narrow that no corner lies between."""
    return (along(1e-6) - along(-1e-6)) / 2e-6


def by_entries(function, array, slope):
    """The derivative of `function` by every entry of `array`."""
    found = np.empty(array.shape)
    for at in np.ndindex(array.shape):
        unit = np.zeros(array.shape)
        unit[at] = 1
        found[at] = slope(lambda t, unit=unit: function(array + t * unit))
    return found


def proved(step: Step):
    return step.proof is not None and step.proof.status == "proved" and all(map(proved, step.substeps))


@models
def test_every_step_and_the_audit_are_proved(name):
    found = derivation(name)
    assert found.steps and all(map(proved, found.steps))
    assert found.audit.status == "proved"
    inputs = sample(name).inputs
    assert inputs or found.model.cost
    assert len(found.gradients) == len(found.model.parameters) + len(inputs)


@models
def test_the_sample_can_tell(name):
    for seed in SEEDS:
        given = sample(name, seed)
        numbers = [*given.sizes.values()]
        assert min(numbers) >= 2 and len(set(numbers)) == len(numbers)
        assert all(np.any(g) for g in gradient(name, given).values())


@models
def test_against_numerical_derivatives(name):
    given = sample(name)
    slope, tolerance = (central, 1e-7) if CORNERS.search(text(name)) else (complex_step, 1e-11)
    for array, grad in gradient(name, given).items():
        at = {**given.params, **given.data}[array]
        wanted = by_entries(lambda moved, array=array: value(name, given, {array: moved}), at, slope)
        assert error(grad, wanted) < tolerance, array


@models
def test_arrays_allocated_once_hold_the_same_numbers(name):
    given = sample(name, seed=1)
    function = workspace(name, given)
    cost, grads = returned(name, given)
    assert cost is None if given.upstream else error(cost, value(name, given, {})) < 1e-14
    for _ in range(2):
        same, again = returned(name, given, function)
        assert same == cost and grads.keys() == again.keys()
        assert all(error(again[n], g) < 1e-14 for n, g in grads.items())


def second_opinions():
    pytest.importorskip("torch", reason="PyTorch is not installed: the models are not compared with it")
    import torch_models

    return torch_models


def test_every_model_is_written_a_second_time():
    assert set(second_opinions().MODELS) == set(NAMES)


@models
def test_against_torch(name):
    derivatives = second_opinions().derivatives
    for seed in SEEDS:
        given = sample(name, seed)
        values, wanted = derivatives(name, given.params, given.data, given.upstream, given.inputs)
        found = gradient(name, given)
        assert found.keys() == wanted.keys()
        errors = {n: error(found[n], g) for n, g in wanted.items()}
        assert all(e < 1e-12 for e in errors.values()), errors
        assert error(value(name, given, {}), total(values, given)) < 1e-12


def total(values, given):
    """What `value` gives, from the cost or outputs of another program."""
    return sum(np.sum(u * v) for u, v in zip(given.upstream.values() or (1.0,), values, strict=True))
