"""The forms that models, derivations, steps and verdicts take in a notebook; `register` gives them these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from derive.backward.steps import Derivation, Step
from derive.judge.records import Verdict
from derive.records import Model

from .documents import document, latex
from .documents.display import Node
from .documents.document import Box, Figure, Words
from .documents.markup import element, escaped
from .documents.mathml import mathml
from .documents.package_files import text_file
from .documents.printing import figure_of, formula
from .documents.svg import svg

COLOURS = {"proved": "#1a7f37", "refuted": "#cf222e", "undecided": "#9a6700"}


def model_html(model: Model) -> str:
    """The network as a figure, and its equations."""
    figure = figure_of(model)
    drawn = _figure(figure) if figure is not None else ""
    return _block(drawn + _formulas(formula(equation, model) for equation in model.equations))


def model_latex(model: Model) -> str:
    """The equations, one a line."""
    return _aligned(latex(equation, model) for equation in model.equations)


def derivation_html(derivation: Derivation) -> str:
    """The network, and the results entry by entry, in matrices and for a batch."""
    parts = []
    for section in document(derivation, detail="results").sections:
        for block in section.blocks:
            if isinstance(block, Box):
                parts.append(element("p", element("strong", _words(block.title))) + _formulas(block.formulas))
            elif isinstance(block, Figure):
                parts.append(_figure(block))
    return _block("".join(parts))


def derivation_latex(derivation: Derivation) -> str:
    """The error terms and gradients, one a line."""
    return _aligned(latex(result, derivation.model) for result in derivation.answers)


def step_html(step: Step) -> str:
    """The line, and by which rule it holds."""
    tick = " ✓" if step.proof is not None else ""
    rule = element("small", f"{element('em', step.rule.replace('-', ' '))}{tick}")
    return _block(f"{mathml(formula(step), display=True)} {rule}")


def step_latex(step: Step) -> str:
    """The line as a formula."""
    return f"$$ {latex(step)} $$"


def verdict_html(verdict: Verdict) -> str:
    """The verdict, what is wrong, and what is right."""
    status = element("strong", verdict.status, style=f"color: {COLOURS[verdict.status]}")
    lines = [f"{status} {element('code', escaped(verdict.claim))}"]
    if verdict.assuming:
        lines.append(f"assuming {escaped(', '.join(verdict.assuming))}")
    if verdict.reason:
        lines.append(escaped(verdict.reason))
    if verdict.diagnosis is not None:
        lines.append(escaped(verdict.diagnosis.text))
        lines.append(f"right: {element('code', escaped(verdict.diagnosis.correct))}" * bool(verdict.diagnosis.correct))
    return _block("".join(element("div", line) for line in lines if line))


FORMS: dict[type, dict[str, Callable]] = {
    Model: {"_repr_html_": model_html, "_repr_latex_": model_latex},
    Derivation: {"_repr_html_": derivation_html, "_repr_latex_": derivation_latex},
    Step: {"_repr_html_": step_html, "_repr_latex_": step_latex},
    Verdict: {"_repr_html_": verdict_html},
}
"""For each record the methods that notebooks look for."""


def register() -> None:
    """Give the records of `derive`, which know no writer, their forms."""
    for record, forms in FORMS.items():
        for name, form in forms.items():
            setattr(record, name, form)


def _block(content: str) -> str:
    style = element("style", _style()) if "<svg" in content else ""
    return element("div", style + content, class_="backproof", style="overflow-x: auto")


@cache
def _style() -> str:
    """What the page of a derivation says of figures and of its colours in the light, for this block alone."""
    lines = text_file("html_style.css").splitlines()
    colours = " ".join(line.strip() for line in lines[: lines.index("}")] if line.strip().startswith("--"))
    figures = " ".join(line for line in lines if line.startswith("svg "))
    return f".backproof {{ {colours} background: var(--paper); color: var(--ink); {figures} }}"


def _formulas(formulas: Iterable[Node]) -> str:
    return "".join(element("div", mathml(one, display=True), style="margin: 0.4em 1.5em") for one in formulas)


def _figure(figure: Figure) -> str:
    return svg(figure.drawing, figure.alt)


def _words(words: Words) -> str:
    return "".join(escaped(word) if isinstance(word, str) else mathml(word) for word in words)


def _aligned(lines: Iterable[str]) -> str:
    rows = " \\\\\n".join(line.replace(" = ", " &= ", 1) for line in lines)
    return f"$$\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$$"
