"""What ``backproof derive`` prints: the cost, the results in their three forms, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from codegen.documents import document, terminal_document
from codegen.documents.document import Box, Code, Section
from codegen.documents.texts import ENGLISH
from derive.backward.depth import Induction
from derive.backward.rules import RULES
from derive.backward.steps import Derivation
from derive.records import Model, Proof

from .numbers import numerical_lines
from .table import table

WIDTH = 100
SLOPES = ENGLISH.plain("lemmas")
LONGEST_WIDTHS = 24


def report(derivation: Derivation | Induction) -> str:
    """The cost in a line, the results in their three forms, the slopes in them, and how they were checked."""
    whole = document(derivation, detail="results")
    results = [section for section in whole.sections if any(isinstance(block, Box) for block in section.blocks)]
    slopes = [section for section in whole.sections if section.title == SLOPES]
    sections = (*results, *slopes, Section("Checks", (Code("\n".join(checks(derivation))),)))
    text = terminal_document(replace(whole, sections=sections), WIDTH, numbered=False)
    first = any_depth_summary(derivation) if isinstance(derivation, Induction) else summary(derivation.model)
    return f"{first}\n\n{text.rstrip()}"


def summary(model: Model) -> str:
    """The cost in full, the mean it takes, the data and the parameters; below, what is assumed."""
    if model.cost is None:
        said = f"none; the derivatives by {', '.join(model.outputs)} are given from outside"
    else:
        said = model.equation(model.cost).text
        said += f", the mean over the records of {', '.join(model.batch)}" if model.batch else ", of one record"
    said += f"; data {', '.join(model.data)}; parameters {', '.join(model.parameters)}"
    return f"{_bold('cost')}      {said}{_assumed(model)}"


def _assumed(model: Model) -> str:
    """A line with the facts that the model declares; nothing where there are none."""
    facts = "; ".join(dict.fromkeys(fact.text for fact in model.facts))
    return f"\n{_bold('assuming')}  {facts}" if facts else ""


def any_depth_summary(found: Induction) -> str:
    """The same for a network of any depth."""
    base, layer = found.base.model, found.layer.model
    data = ["x", *(n for n in base.data if n != "z1"), *(n for n in layer.data if not layer.axes[n])]
    stems = [name[:-1] for name in layer.parameters]
    names = ", ".join([*(f"{stem}1" for stem in stems), "...", *(f"{stem}L" for stem in stems)])
    records = ", ".join(["x", *(n for n in base.batch if n != "z1")])
    said = f"{found.model.cost}, the mean over the records of {records}"
    said += f"; data {', '.join(dict.fromkeys(data))}; parameters {names}"
    return f"{_bold('cost')}      {said}{_assumed(base)}"


def checks(derivation: Derivation | Induction) -> list[str]:
    """How each kind of line was checked, the second engine's word, and the program against numbers."""
    whole = derivation.whole if isinstance(derivation, Induction) else derivation
    return [*table(("checked", "lines", "widths", "error", ""), _rows(whole)), *numerical_lines(derivation)]


def _rows(derivation: Derivation) -> Iterator[tuple[str, ...]]:
    """One row for each rule, under the way in which its lines were checked."""
    found: dict[str, dict[str, list[Proof]]] = {}
    for rule, proof in _proofs(derivation):
        found.setdefault(proof.method, {}).setdefault(rule, []).append(proof)
    found.setdefault(derivation.audit.method, {})["result"] = [derivation.audit] * len(derivation.results)
    order = {rule: place for place, rule in enumerate(MEANINGS)}
    for method, rules in found.items():
        yield (f"{method}:",)
        for rule in sorted(rules, key=lambda rule: order.get(rule, 0)):
            proofs = rules[rule]
            bits = min(proof.error_bits for proof in proofs)
            bound = f"< 2^-{bits}" if bits else ""
            yield f"  {rule}", str(len(proofs)), _widths(proofs), bound, MEANINGS.get(rule, "")


def _proofs(derivation: Derivation) -> Iterator[tuple[str, Proof]]:
    """Every line that was checked: the steps, then the forms of the results."""
    for step in derivation.steps:
        if step.proof is not None:
            yield step.rule, step.proof
    for result in derivation.results:
        for name, form in (("matrix form", result.matrix), ("batch form", result.batch)):
            if form is not None:
                yield name, form.proof


MEANINGS = {
    **RULES,
    "matrix form": "the result in matrices, for one record",
    "batch form": "the result with records as rows",
    "result": "every error term and gradient above, as a whole",
}


def _widths(proofs: Iterable[Proof]) -> str:
    """``all``, or the widths at which the lines were tested."""
    tested = {
        ", ".join(f"{name}={size}" for name, size in sizes.items())
        for proof in proofs
        if not isinstance(proof.widths, str)
        for sizes in proof.widths
    }
    if not tested:
        return "all"
    (first, *more) = sorted(tested)
    return first if not more and len(first) <= LONGEST_WIDTHS else f"{len(tested)} choice{'s' * bool(more)}"


def _bold(text: str) -> str:
    return click.style(text, bold=True)
