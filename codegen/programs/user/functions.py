"""The check of a cost and a gradient, from their inputs to the status."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from derive.errors import InputError

from .calling import Caller, parameters_of
from .comparing import compare, named_numbers
from .findings import Check, Finding, Stopped
from .inputs import drawn_inputs, sample_inputs
from .leaves import is_array
from .loading import Target
from .pairing import at
from .patterns import sizes_of
from .references import Reference
from .subject import Arrays, Subject, behaviour, number_of, state, subject_of
from .tracing import Tracer

MOST_RECORDS, MOST_ENTRIES = 24, 500
"""Of so many records, and by so many entries, the derivatives of single ones are sought."""
SHARE = 0.4
"""The part of the time limit that the numerical derivatives may take."""


def check_functions(
    check: Check,
    module: ModuleType,
    target: Target,
    caller: Caller,
    reference: Reference | None,
    seed: int,
    timeout: float,
) -> None:
    """Fill in the check. Raises Stopped where it cannot go on."""
    if target.sample is not None:
        args = sample_inputs(target, caller)
    elif reference is not None:
        args = drawn_inputs(check, target, caller, reference, seed)
    else:
        text = "there are no inputs: define sample() -> (params, *data) in the file, or give its network"
        raise Stopped("inputs", text, "unreadable")
    subject = subject_of(target, args, caller)
    result = behaviour(subject, check)
    subject.read_gradients(result)
    _finite(subject)
    state(subject, check, result, seed)
    compared(check, module, subject, reference, seed, timeout)
    for name in subject.without:
        check.parameters.append(Finding(name, "missing"))
        check.note("missing", f"{subject.gradient_name} gave no derivative by {name}")
    if subject.without or any(note.kind == "mutates" for note in check.notes):
        check.status = "wrong"


def _finite(subject: Subject) -> None:
    subject.caller.stage(subject.cost_name)
    value = subject.value(subject.args)
    if not np.isfinite(value):
        raise Stopped("raises", f"{subject.cost_name} gave {value} for the inputs", "undecided")


def compared(
    check: Check, module: ModuleType, subject: Subject, reference: Reference | None, seed: int, timeout: float
) -> None:
    """The findings on every parameter."""
    data = subject.data()
    sizes = sizes_of([array for array in data.values() if is_array(array)])
    defaults = {p.name: p.default for f in (subject.cost, subject.gradient) for p in parameters_of(f)}
    numbers = named_numbers({**vars(module), **defaults, **data}.items())
    tracer = Tracer(check, subject, reference, numbers, SHARE * timeout)

    def cost(params: Arrays) -> Any:
        return subject.value(subject.with_params(params))

    subject.caller.stage(f"{subject.cost_name} (called often, for numerical derivatives)")
    try:
        compare(
            check, cost, subject.params(), subject.grads, seconds=SHARE * timeout, seed=seed, sizes=sizes,
            numbers=numbers, parts=lambda name: _parts(subject, name), traced=tracer.found,
        )  # fmt: skip
    except InputError as problem:
        raise Stopped("structure", str(problem), "unreadable") from None
    for finding in check.parameters:
        if finding.kinks:
            text = f"{finding.name}: the cost has a kink along {finding.kinks} of the lines, which are left out"
            check.note("kink", text)


def _parts(subject: Subject, name: str) -> Mapping[str, np.ndarray]:
    """The true derivatives by one parameter of the first and the last record alone; none where that means nothing."""
    data = [k for k, arg in enumerate(subject.args) if is_array(arg) and np.ndim(arg) and (k,) not in _taken(subject)]
    counts = {np.shape(subject.args[k])[0] for k in data}
    size = np.size(at(subject.args, subject.places[name]))
    if size > MOST_ENTRIES or len(counts) != 1 or not 1 < (count := counts.pop()) <= MOST_RECORDS:
        return {}
    parts = {}
    for record, said in ((0, "the first record"), (count - 1, "the last record")):
        args = [np.asarray(a)[record : record + 1] if k in data else a for k, a in enumerate(subject.args)]
        try:
            parts[said] = _slopes(subject, args, name)
        except (Stopped, TypeError, ValueError):
            return {}
    return parts


def _slopes(subject: Subject, args: list[Any], name: str) -> np.ndarray:
    """The derivatives by every entry of a parameter, by complex steps."""
    one = Subject(**{**vars(subject), "args": args})
    array, function = one.params()[name], one.cost
    found = np.empty(array.size)
    for place in range(array.size):
        step = np.zeros(array.size, complex)
        step[place] = 1e-30j
        inputs = one.with_params({name: array + step.reshape(array.shape)})
        value = number_of(one.caller.call(one.cost_name, function, *one.suited(function, inputs)))
        if not np.iscomplexobj(value):
            raise ValueError("no complex numbers")
        found[place] = np.imag(value) / 1e-30
    return found.reshape(array.shape)


def _taken(subject: Subject) -> set[tuple[Any, ...]]:
    return {path[:1] for path in subject.places.values()}
