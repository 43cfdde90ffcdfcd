"""The middle of a document: what is derived, and the derivations line by line."""

from __future__ import annotations

from sympy import Symbol

from derive.backward.steps import Result, Step
from derive.renaming import terms_of
from derive.terms import Partial, element, indices_of

from . import display as show
from .content_lines import step_lines
from .context import Context
from .display import Node, inline
from .document import Block, Chain, Display, Heading, Paragraph, Section
from .figures import credit_figure
from .layers import Run, depth, layer_of
from .notation import partial

WRITTEN_LAYERS = 3
"""Of a network with more layers, the output layer and the last hidden ones are written out."""


def definition_section(context: Context) -> Section:
    """What an error term is, and what is asked for."""
    blocks: list[Block] = []
    deltas = [r for r in context.derivation.results if r.kind == "delta"]
    if deltas:
        blocks.extend(_error_term(context, deltas[-1]))
    asked = [context.whole(r.array) for r in context.derivation.results if r.kind == "gradient"]
    if len(asked) > 8:
        asked = [*asked[:2], show.Operator("…", "punctuation"), *asked[-2:]]
    if asked:
        key = "asked" if deltas else "asked alone"
        blocks.append(Paragraph(context.texts.say(key, parameters=context.listing(asked))))
    explicit = next((p for step in context.derivation.steps for p in explicit_terms(step)), None)
    if explicit is not None and context.detail != "results":
        formula = inline(partial(context.set(explicit.of), context.set(explicit.by), explicit=True))
        blocks.append(Paragraph(context.texts.say("explicit", formula=(formula,))))
    return Section(context.texts.plain("definitions"), tuple(blocks))


def explicit_terms(step: Step) -> list[Partial]:
    """The cost's own derivatives that stand beside other terms."""
    terms = terms_of(step.after)
    return [t for t in terms if len(terms) > 1 and isinstance(t, Partial) and isinstance(t.of, Symbol)]


def _error_term(context: Context, result: Result) -> list[Block]:
    """What an error term is, with its definition where it has a letter of its own."""
    if not context.notation.has_errors:
        said = context.texts.say("error term partial", formula=(context.text(result.left),))
        other = context.texts.say("differential") if context.notation.has_differentials else ()
        return [Paragraph(context.texts.together((said, other)))]
    key = "error term" if context.notation.error_sign > 0 else "error term minus"
    return [Paragraph(context.texts.say(key)), _definition(context, result)]


def _definition(context: Context, result: Result) -> Display:
    """The definition of an error term, at a generic layer where layers are marked."""
    if context.notation.layered:
        layer = layer_of(result.array)
        context = context.generic(Run(layer - 1, layer))
    entry = context.set(element(result.array, *indices_of(result.left)))
    formula = show.equation(context.set(result.left), slope_of(context, entry), ":=")
    return Display(formula, context.numbers.next())


def slope_of(context: Context, entry: Node) -> Node:
    """The derivative of the cost by the input of a unit, with the sign that error terms have."""
    slope = partial(context.cost, entry)
    return slope if context.notation.error_sign > 0 else show.row(show.Operator("−", "prefix"), slope)


def derivation_sections(context: Context) -> tuple[Section, ...]:
    """The derivations, layer by layer from the last to the first."""
    texts = context.texts
    sections = []
    results = context.derivation.results
    if context.detail == "results":
        return ()
    if not context.notation.layered:
        blocks = [block for result in results for block in result_blocks(context, result)]
        return (Section(texts.plain("derivation"), tuple(blocks)),)
    last = depth(context.model)
    lowest = 1 if last <= WRITTEN_LAYERS + 1 else last - WRITTEN_LAYERS + 1
    for layer in range(last, lowest - 1, -1):
        title = "output layer" if layer == last else "hidden layer"
        blocks = [b for r in results if layer_of(r.array) == layer for b in result_blocks(context, r)]
        if layer == lowest > 1:
            blocks.append(Paragraph(texts.say("in the same way")))
        sections.append(Section(texts.plain(title, layer=str(context.notation.counted(layer))), tuple(blocks)))
    inputs = [b for r in results if layer_of(r.array) == 0 for b in result_blocks(context, r)]
    return (*sections, *((Section(texts.plain("derivation"), tuple(inputs)),) if inputs else ()))


def is_given(result: Result) -> bool:
    """Whether a derivative comes from outside, with nothing to derive."""
    return not result.steps and result.left == result.right


def result_blocks(context: Context, result: Result) -> list[Block]:
    if is_given(result):
        return []
    left = context.set(result.left)
    if result.kind == "delta":
        entry = context.set(element(result.array, *indices_of(result.left)))
        left = show.equation(left, slope_of(context, entry)) if context.notation.has_errors else left
    heading = Heading(context.texts.say(f"heading {result.kind}", formula=(context.text(result.left),)))
    if not result.steps:
        formula = show.equation(left, context.set(result.right))
        return [heading, Display(formula, context.numbers.next())]
    figure = credit_figure(context, result)
    return [heading, Chain(left, step_lines(context, result.steps)), *((figure,) if figure else ())]
