"""The check of a layer: a class with a forward and a backward pass, along a random derivative of its output."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.errors import InputError

from ..checks.slopes import TINY
from .calling import Caller, alike, changed, parameters_of
from .comparing import compare
from .findings import Check, Pattern, Stopped
from .leaves import Path, attributes, is_array, leaves, name_of, replaced
from .loading import Target
from .pairing import Mismatch, at, own_name, pair
from .patterns import Wrong, sizes_of

Arrays = dict[str, np.ndarray]
RATE = r".*(lr|rate|eta|alpha|step).*"
INPUT = "x"
LARGEST = 400
STREAM = 7919
"""What is passed back is drawn apart from what a file draws, which often has the same seed."""
SHARE = 0.4


@dataclass(frozen=True)
class Subject:
    """A layer, the inputs of its forward pass, and what is passed back to it."""

    caller: Caller
    name: str
    layer: Any
    inputs: list[Any]
    passed: np.ndarray | None = None

    def forward(self, layer: Any, inputs: list[Any]) -> Any:
        """The output of a layer, which keeps what it needs for the way back. Raises Stopped."""
        return self.caller.call(f"{self.name}.forward", _forward_of(layer), *inputs)

    def value(self, params: Mapping[Path, np.ndarray], inputs: list[Any]) -> Any:
        """The sum of the outputs, each times what is passed back to it."""
        layer = replaced(copy.deepcopy(self.layer), params) if params else copy.deepcopy(self.layer)
        return np.sum(np.asarray(self.forward(layer, inputs)) * self.passed)


def _forward_of(layer: Any) -> Callable[..., Any]:
    return getattr(layer, "forward", layer)


def check_layer(check: Check, target: Target, caller: Caller, seed: int, timeout: float) -> None:
    """Fill in the check of a class. Raises Stopped where it cannot go on."""
    subject, rng = _subject(target, caller), np.random.default_rng([seed, STREAM])
    caller.stage(f"{subject.name}.forward")
    layer = copy.deepcopy(subject.layer)
    out = subject.forward(layer, subject.inputs)
    if not is_array(out):
        text = f"{subject.name}.forward gave {type(out).__name__}; an array is expected"
        raise Stopped("structure", text, "unreadable")
    if not alike(out, subject.forward(copy.deepcopy(subject.layer), subject.inputs)):
        text = f"{subject.name}.forward is random: two calls with the same inputs differ; seed it inside the layer"
        raise Stopped("random", text, "undecided")
    _mutation(check, subject)
    passed = subject.passed if subject.passed is not None else np.ones(()) if np.ndim(out) == 0 else (
        rng.standard_normal(np.shape(out)))  # fmt: skip
    subject = Subject(caller, subject.name, subject.layer, subject.inputs, np.asarray(passed))
    result, after, rate = _backward(subject, layer)
    places, grads = _gradients(subject, result, after, rate)
    stale = _stale(subject, result, rng)
    _compared(check, subject, places, grads, seed, timeout)
    if stale:
        text = f"{subject.name}.backward gives something else after another call of forward: it uses a stale value"
        check.note("state", text)
    if stale or any(note.kind == "mutates" for note in check.notes):
        check.status = "wrong"


def _subject(target: Target, caller: Caller) -> Subject:
    assert target.layer is not None
    if target.sample is None:
        raise Stopped("inputs", "there are no inputs: define sample() -> (layer, x) in the file", "unreadable")
    caller.stage("sample")
    drawn = caller.call("sample", target.sample, status="unreadable")
    given = list(drawn) if isinstance(drawn, tuple) else [drawn]
    name = target.layer.__name__
    made = [item for item in given if isinstance(item, target.layer)]
    inputs = [item for item in given if not isinstance(item, target.layer)]
    if not inputs:
        raise Stopped("inputs", f"sample() gave no input for {name}; (layer, x) is expected", "unreadable")
    layer = made[0] if made else caller.call(name, target.layer, status="unreadable")
    wanted = len(parameters_of(_forward_of(layer)))
    passed = inputs[1] if wanted == 1 and len(inputs) == 2 else None
    inputs = inputs[:1] if passed is not None else inputs
    return Subject(caller, name, layer, inputs, None if passed is None else np.asarray(passed, dtype=float))


def _mutation(check: Check, subject: Subject) -> None:
    mine = copy.deepcopy(subject.inputs)
    layer = copy.deepcopy(subject.layer)
    _forward_of(layer)(*mine)
    if changed(subject.inputs, mine):
        check.note("mutates", f"{subject.name}.forward changes its input")


def _backward(subject: Subject, layer: Any) -> tuple[Any, Any, float | None]:
    """What the backward pass gives, the layer after it, and the rate where it takes a step as well."""
    subject.caller.stage(f"{subject.name}.backward")
    wanted = [p for p in parameters_of(layer.backward) if p.default is p.empty]
    passed = subject.passed if subject.passed is not None else np.ones(())
    args: list[Any] = [passed if passed.ndim else float(passed)]
    rate = None
    if not wanted and not parameters_of(layer.backward):
        args = []
    elif len(wanted) == 2 and re.fullmatch(RATE, wanted[1].name):
        args, rate = [*args, 1.0], 1.0
    elif len(wanted) > 1:
        takes = ", ".join(p.name for p in wanted)
        text = f"{subject.name}.backward takes {takes}; the derivative by the output alone is expected"
        raise Stopped("structure", text, "unreadable")
    kept = copy.deepcopy(args)
    result = subject.caller.call(f"{subject.name}.backward", layer.backward, *kept)
    return result, layer, rate


def _gradients(subject: Subject, result: Any, after: Any, rate: float | None) -> tuple[dict[str, Path], Arrays]:
    """Places of the parameters in the layer by name, and all derivatives; the input is the parameter `x`."""
    grads: Arrays = {}
    several = isinstance(result, tuple) and not is_array(result)
    if is_array(result[0] if several and result else result):
        grads[INPUT] = np.asarray(result[0] if several else result)
    places: dict[str, Path] = {}
    before = attributes(subject.layer)
    found = _stepped(before, attributes(after), rate) if rate else _kept(before, attributes(after))
    if several and not found:
        names = [n for n, a in before.items() if is_array(a) and np.asarray(a).dtype.kind == "f" and np.ndim(a)]
        found = {(n,): np.asarray(g) for n, g in zip(names, result[1:], strict=False) if is_array(g)}
    for path, grad in found.items():
        name = name_of(path)
        name = name if name != INPUT else f"self.{name}"
        places[name], grads[name] = path, grad
    if not grads:
        text = f"{subject.name}.backward gave no derivative: neither a result nor attributes such as dW"
        raise Stopped("structure", text, "unreadable")
    return places, grads


def _stepped(before: Mapping[str, Any], after: Mapping[str, Any], rate: float) -> dict[Path, np.ndarray]:
    """The derivatives that a step of descent with this rate has taken off."""
    now = dict(leaves(dict(after)))
    return {
        path: (np.asarray(old) - np.asarray(now[path])) / rate
        for path, old in leaves(dict(before))
        if np.asarray(old).dtype.kind == "f" and path in now and np.shape(now[path]) == np.shape(old)
        and not np.array_equal(old, now[path])
    }  # fmt: skip


def _kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[Path, np.ndarray]:
    """The derivatives that the layer keeps: ``dW`` beside ``W``, ``grads`` beside ``params``."""
    found: dict[Path, np.ndarray] = {}
    for name, value in before.items():
        own = own_name(name, {n: v for n, v in after.items() if n != name and v is not None}, same=False)
        own = own if own is not None else "grads" if name in ("params", "parameters") and "grads" in after else None
        if own is None and "grads" in after and isinstance(after["grads"], Mapping):
            grads = after["grads"]
            key = own_name(name, grads, same=True)
            if key is not None and is_array(value) and is_array(grads[key]):
                found[(name,)] = np.asarray(grads[key])
        elif own is not None:
            try:
                found.update(pair(value, after[own], (name,))[0])
            except Mismatch:
                continue
    return found


def _stale(subject: Subject, result: Any, rng: np.random.Generator) -> bool:
    """Whether the way back remembers an earlier call of forward."""
    layer = copy.deepcopy(subject.layer)
    first = np.asarray(subject.inputs[0], dtype=float)
    try:
        subject.forward(layer, [first + rng.standard_normal(first.shape), *subject.inputs[1:]])
        subject.forward(layer, subject.inputs)
        again, _, _ = _backward(subject, layer)
    except Stopped:
        return False
    return not alike(result, again)


def _compared(
    check: Check, subject: Subject, places: Mapping[str, Path], grads: Arrays, seed: int, timeout: float
) -> None:
    first = np.array(subject.inputs[0], dtype=float)
    params = {n: np.array(at(subject.layer, path), dtype=float) for n, path in places.items()}
    if INPUT in grads:
        params = {INPUT: first, **params}

    def cost(now: Arrays) -> Any:
        inner = {places[name]: array for name, array in now.items() if name != INPUT}
        return subject.value(inner, [now.get(INPUT, first), *subject.inputs[1:]])

    subject.caller.stage(f"{subject.name}.forward (called often, for numerical derivatives)")
    try:
        compare(
            check, cost, params, {name: grads[name] for name in params}, seconds=SHARE * timeout, seed=seed,
            sizes=sizes_of([first]), numbers={}, parts=lambda _: {},
            traced=lambda wrong: _traced(subject, first, wrong),
        )  # fmt: skip
    except InputError as problem:
        raise Stopped("structure", str(problem), "unreadable") from None


def _traced(subject: Subject, first: np.ndarray, wrong: list[Wrong]) -> dict[str, Pattern]:
    """What is wrong with the derivative by the input of a layer that keeps shapes: its Jacobian, misused."""
    found = next((w for w in wrong if w.name == INPUT and w.given.shape == first.shape), None)
    out = np.asarray(subject.forward(copy.deepcopy(subject.layer), [first, *subject.inputs[1:]]))
    if found is None or subject.passed is None or out.shape != first.shape or first.size > LARGEST:
        return {}
    local, passed = _jacobian(subject, first), subject.passed.ravel()
    diagonal = np.diag(local)
    tried: list[tuple[str, str, Callable[[], np.ndarray]]] = [
        ("missing-derivative", "the derivative of the layer is missing: it is left at 1", lambda: passed),
        ("softmax-diagonal-only", "only the diagonal of the layer's Jacobian is used", lambda: passed * diagonal),
        ("derivative-at-wrong-point", "the derivative is taken at the output, not at the input",
         lambda: passed @ _jacobian(subject, out)),
        ("derivative-at-wrong-point", "the derivative is taken at what is passed back, not at the input",
         lambda: passed @ _jacobian(subject, subject.passed)),
        ("extra-factor", "the derivative of the layer is multiplied in twice", lambda: (passed @ local) * diagonal),
        ("wrong-transpose-or-index", "the layer's Jacobian is transposed", lambda: local @ passed),
    ]  # fmt: skip
    for kind, text, make in tried:
        if found.fits(make().reshape(first.shape)) and not found.fits(found.true):
            return {INPUT: Pattern(kind, text)}
    return {}


def _jacobian(subject: Subject, where: Any) -> np.ndarray:
    """All derivatives of the outputs by the inputs, at some input: a complex step where that works."""
    where = np.asarray(where, dtype=float)
    columns = []
    for place in range(where.size):
        step = np.zeros(where.size)
        step[place] = 1.0
        step = step.reshape(where.shape)

        def out(t: complex, step: np.ndarray = step) -> np.ndarray:
            return np.asarray(subject.forward(copy.deepcopy(subject.layer), [where + t * step, *subject.inputs[1:]]))

        rough = (out(1e-5) - out(-1e-5)) / 2e-5
        try:
            exact = np.imag(out(1j * TINY)) / TINY
        except Stopped:
            exact = rough
        columns.append((exact if np.allclose(exact, rough, rtol=1e-4, atol=1e-6) else rough).ravel())
    return np.array(columns).T
