"""The results of a document, in their three forms."""

from __future__ import annotations

from collections.abc import Iterator

from derive.backward.steps import Result

from . import display as show
from .content_lemmas import slopes_words
from .context import Context
from .display import Node, Operator, Space, Symbol
from .document import Block, Box, Paragraph, Section, Words
from .figures import backward_figure
from .layers import Run, layer_of
from .typeset import typeset_equation
from .typeset_matrix import typeset_form

FORMS = ("index", "matrix", "batch")


def results_section(context: Context) -> Section:
    """Every error term and gradient: entry by entry, in matrices, and for a batch."""
    texts = context.texts
    blocks: list[Block] = []
    for form in FORMS:
        formulas = tuple(formula for formula in _all_formulas(context, form) if formula is not None)
        if formulas:
            blocks.append(Box(heading_of(context, form), formulas))
    if slopes := slopes_words(context):
        blocks.append(Paragraph(slopes))
    missing = [inner.text(r.left) for inner, _, r in each_result(context) if formula_of(inner, r, "matrix") is None]
    if missing and context.notation.has_matrices:
        key = "no form" if len(missing) == 1 else "no forms"
        blocks.append(Paragraph(texts.say(key, names=context.listing(missing))))
    figure = backward_figure(context)
    blocks.extend((figure,) if figure else ())
    return Section(texts.plain("results"), tuple(blocks))


def heading_of(context: Context, form: str) -> Words:
    """What the results in a form are about: one record or a batch, and how it lies."""
    notation = context.notation
    end = "" if context.has_records else " alone"
    if form == "matrix":
        end = notation.vectors or end
    if form == "batch":
        summed = " sum" if context.model.cost is None else ""
        end = f"{notation.lies}{summed}"
    return context.texts.say(f"result {form}{end}", records=(Symbol("N"),), cost=(context.cost,))


def _all_formulas(context: Context, form: str) -> Iterator[Node | None]:
    for inner, run, result in each_result(context):
        formula = formula_of(inner, result, form)
        if formula is not None and run is not None and run.generic:
            comma = Operator(",", "punctuation")
            formula = show.row(formula, comma, Space("quad"), context.layers(run))
        yield formula


def each_result(context: Context) -> Iterator[tuple[Context, Run | None, Result]]:
    """The results, output first; of layers that are alike the one that stands for all."""
    results = context.derivation.answers
    if not context.notation.layered:
        yield from ((context, None, result) for result in results)
        return
    for run in reversed(context.runs):
        for result in results:
            if layer_of(result.array) == run.shown:
                yield context.generic(run), run, result
    yield from ((context, None, result) for result in results if not layer_of(result.array))


def formula_of(context: Context, result: Result, form: str) -> Node | None:
    if form == "index":
        return typeset_equation(result.left, result.right, context.notation)
    matrix = result.matrix if form == "matrix" else result.batch
    laid = context.notation.laid(matrix) if matrix is not None else None
    return None if laid is None else typeset_form(laid, context.notation)
