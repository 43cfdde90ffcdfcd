"""Wrong gradients traced to a mistake in the backward pass of a network: each mistake is made, and compared."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from derive.errors import InputError

from .findings import Check, Pattern
from .guessing import guesses
from .mistakes import Mistake, mistakes
from .patterns import Wrong, factor_words, pattern_of
from .placing import Placement, placements
from .references import Arrays, Reference
from .subject import Subject
from .tape import Tape

CLOSE = 1e-6
"""The network is that of the code if its gradient, with a factor and a penalty, is the true one to this."""


@dataclass(frozen=True)
class Fit:
    """A network at the inputs of the code: its gradient is the true one after `scale`, and `rest` added."""

    tape: Tape
    placement: Placement
    scale: float
    rest: Arrays

    def gradients(self, found: Mapping[str, np.ndarray]) -> Arrays:
        """Gradients of the network, as those of the code."""
        return {n: self.scale * self.placement.back(n, found, r.shape) + r for n, r in self.rest.items()}

    def after(self, made: list[Mistake]) -> Fit:
        """The same network, with some mistakes made in its backward pass."""
        wrong = {edge: local for mistake in made for edge, local in mistake.instead.items() if "{}" not in mistake.text}
        return replace(self, tape=replace(self.tape, local={**self.tape.local, **wrong}))


class Tracer:
    """Looks for the mistakes behind wrong gradients; `reference` is the network, where one is given."""

    def __init__(self, check: Check, subject: Subject, reference: Reference | None, numbers: Mapping[str, float],
                 seconds: float) -> None:  # fmt: skip
        self.check, self.subject, self.reference = check, subject, reference
        self.numbers, self.seconds = numbers, seconds

    def found(self, wrong: list[Wrong]) -> dict[str, Pattern]:
        """By the name of a parameter, the mistake that gives what was given."""
        if not wrong:
            return {}
        end = time.monotonic() + self.seconds
        fit = self._fit(wrong[0].others, end)
        if fit is None:
            if self.reference is not None:
                self.check.note("network", "the cost is not that of the network, so mistakes cannot be traced with it")
            return {}
        found: dict[str, Pattern] = {}
        waiting = [w for w in wrong if w.given.shape == w.true.shape]
        tried = list(_tried(fit, end))
        made = {**_best(waiting, tried, exact=True)}
        while made:
            found.update({name: pattern for name, (_, pattern) in made.items()})
            waiting = [w for w in waiting if w.name not in found]
            fit = fit.after([mistake for mistake, _ in made.values()])  # what lies further back has these as well
            made = _best(waiting, list(_tried(fit, end)), exact=True) if waiting else {}
        waiting = [w for w in waiting if _unexplained(w)]
        found.update({name: pattern for name, (_, pattern) in _best(waiting, tried, exact=False).items()})
        return found

    def _fit(self, true: Mapping[str, np.ndarray], end: float) -> Fit | None:
        params = self.subject.params()
        references = [self.reference] if self.reference is not None else guesses(params)
        for reference in references:
            for placement in placements(reference, params, self.subject.data(), self.numbers):
                if time.monotonic() > end:
                    return None
                if (made := fitted(reference, placement, params, true)) is not None:
                    return made
        return None


def fitted(reference: Reference, placement: Placement, params: Arrays, true: Mapping[str, np.ndarray]) -> Fit | None:
    """The network as a fit of the true gradients; None where it is not the network of the code."""
    try:
        tape = Tape.of(reference, placement.arrays)
    except (ValueError, IndexError, InputError):
        return None
    if tape is None or not all(np.all(np.isfinite(local)) for local in tape.local.values()):
        return None
    gradients = tape.gradients({})
    right = {n: placement.back(n, gradients, t.shape) for n, t in true.items() if placement.own[n][0] in gradients}
    if set(right) != set(true):
        return None
    seen = {name: np.isfinite(t) for name, t in true.items()}
    wanted, model, penalty = (
        np.concatenate([array[name][seen[name]] for name in true])
        for array in (true, right, {n: params[n] * (params[n].ndim > 1) for n in true})
    )
    (scale, weight), *_ = np.linalg.lstsq(np.stack([model, penalty], axis=1), wanted, rcond=None)
    off = np.max(np.abs(wanted - scale * model - weight * penalty), initial=0.0)
    if not abs(scale) > 1e-9 or off > CLOSE * np.max(np.abs(wanted), initial=0.0):
        return None
    return Fit(tape, placement, float(scale), {name: true[name] - scale * right[name] for name in true})


def _tried(fit: Fit, end: float) -> Iterator[tuple[Mistake, Arrays]]:
    """Each mistake with the gradients it leads to."""
    for mistake in mistakes(fit.tape):
        if time.monotonic() > end:
            return
        yield mistake, fit.gradients(fit.tape.gradients(mistake.instead))
    yield from _updated(fit)


def _updated(fit: Fit) -> Iterator[tuple[Mistake, Arrays]]:
    """The weights after a step of descent on the way back: with the rate still to be found."""
    tape, total = fit.tape, fit.gradients(fit.tape.gradients({}))
    back = {other: (name, turned) for name, (other, turned) in fit.placement.own.items()}
    for edge in tape.sums():
        for weight in (n for n in tape.node(edge[0]).inputs if n in back):
            name, turned = back[weight]
            step = (total[name].T if turned else total[name]).reshape(tape.records[0][weight].shape)
            if np.all(np.isfinite(step)):
                at = tape.at(edge, {weight: [array - step for array in tape.values(weight)]})
                text = f"the way back from {edge[0]} to {edge[1]} uses {weight} after its update (rate {{}})"
                yield Mistake("derivative-at-wrong-point", text, {edge: at}), fit.gradients(tape.gradients({edge: at}))


def _best(waiting: list[Wrong], tried: list[tuple[Mistake, Arrays]], exact: bool) -> dict[str, tuple[Mistake, Pattern]]:
    """The mistakes that explain most, until no more is explained."""
    found: dict[str, tuple[Mistake, Pattern]] = {}
    told = [{w.name: (m, p) for w in waiting if (p := _explained(w, m, made, exact))} for m, made in tried]
    while told:
        most = max(told, key=lambda patterns: len(set(patterns) - set(found)))
        if not set(most) - set(found):
            return found
        found.update({name: pattern for name, pattern in most.items() if name not in found})
    return found


def _explained(wrong: Wrong, mistake: Mistake, made: Arrays, exact: bool) -> Pattern | None:
    """The pattern, where the mistake gives what was given; else up to a constant factor, unless `exact`."""
    candidate = made[wrong.name]
    if wrong.fits(candidate, wrong.true):
        return None  # it does not touch this parameter
    if "{}" in mistake.text:
        rate = wrong.factor(candidate - wrong.true, wrong.given - wrong.true)
        return Pattern(mistake.kind, mistake.text.format(f"{rate:.6g}")) if rate else None
    if exact:
        return Pattern(mistake.kind, mistake.text) if wrong.fits(candidate) else None
    factor = wrong.factor(candidate)
    words = factor_words(factor, wrong.sizes) if factor else None
    return Pattern(mistake.kind, f"{mistake.text}; and {words[1]}") if words else None


def _unexplained(wrong: Wrong) -> bool:
    pattern = pattern_of(wrong)
    return pattern is None or pattern.kind == "other"
