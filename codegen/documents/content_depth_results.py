"""The last parts of a document on networks of any depth: results in their three forms, the algorithm, the checks."""

from __future__ import annotations

from dataclasses import replace

from derive.backward.steps import Result
from derive.terms import name_of

from . import display as show
from .content_algorithm import computed, entry_of, step_downhill
from .content_checks import checks_section, sizes_words
from .content_depth_network import input_layer
from .content_lemmas import slopes_words
from .content_results import FORMS, formula_of
from .context import Context
from .depth_parts import EVERY, HIDDEN, Parts, beside, ranging
from .display import Node, Symbol
from .document import Algorithm, Block, Box, Display, Paragraph, Section, Words


def depth_results_section(parts: Parts) -> Section:
    """The equations of the last layer, of a hidden one and of the gradients: by entries, in matrices, for a batch."""
    texts = parts.texts
    blocks: list[Block] = []
    for form in FORMS:
        found = [(formula_of(c, r, form), layers) for c, r, layers in parts.statements()]
        formulas = tuple(beside(formula, layers) for formula, layers in found if formula is not None)
        blocks.append(Box(texts.say(f"result {form}", records=(Symbol("N"),), cost=(Symbol("C"),)), formulas))
    said = dict.fromkeys(words for context in parts.proving if (words := slopes_words(context)))
    blocks.extend(map(Paragraph, said))
    return Section(texts.plain("results"), tuple(blocks))


def depth_algorithm_section(parts: Parts) -> Section:
    """The update rule, and training after every record and after a batch."""
    texts, records = parts.texts, (Symbol("N"),)
    blocks = (
        *_update_blocks(parts),
        Algorithm(texts.say("online"), ((0, texts.say("for each record")), *_lines(parts, "matrix"))),
        Algorithm(texts.say("batch", records=records), ((0, texts.say("for each pass")), *_lines(parts, "batch"))),
    )
    return Section(texts.plain("algorithm"), blocks)


def _lines(parts: Parts, form: str) -> list[tuple[int, Words]]:
    """One pass forward, one backward, one step downhill."""
    lines: list[tuple[int, Words]] = [(1, words) for words in _forward(parts, form == "batch")]
    for context, result, layers in parts.statements():
        formula = formula_of(context, result, form) or formula_of(context, result, "index")
        assert formula is not None
        lines.append((1, (beside(computed(formula), layers),)))
    return [*lines, *((1, _update(parts, result)) for result in parts.induction.gradients)]


def _forward(parts: Parts, batch: bool) -> list[Words]:
    texts, base, step, layer = parts.texts, parts.base, parts.step, parts.layer

    def whole(context: Context, name: str) -> Node:
        return context.notation.matrix(name, batch)

    def by(*contexts: tuple[Context, str]) -> Words:
        return layer.listing([f"({context.equations[name]})" for context, name in contexts])

    start = show.equation(input_layer(layer, batch=batch), whole(layer, "x"))
    hidden = texts.say(
        "compute by",
        arrays=layer.listing([whole(layer, "z1"), whole(step, "a1")]),
        equations=by((layer, "z1"), (step, "a1")),
    )
    last = texts.say(
        "compute by",
        arrays=base.listing([whole(base, "z1"), whole(base, "a1"), Symbol("C")]),
        equations=by((layer, "z1"), (base, "a1"), (base, "C")),
    )
    hidden = texts.say("every layer", formula=hidden, layers=(ranging(HIDDEN),))
    return [texts.say("set input", formula=(start,)), hidden, last]


def _update_blocks(parts: Parts) -> list[Block]:
    """How parameters move, entry by entry and in matrices."""
    texts, layer = parts.texts, parts.layer
    blocks: list[Block] = [Paragraph(texts.say("update", rate=(Symbol("eta"),)))]
    for whole in (False, True):
        blocks += [Paragraph(texts.say("update matrix"))] if whole else []
        for result in parts.induction.gradients:
            sides = (entry_of(result), result.left)
            nodes = (layer.whole(name_of(side)) if whole else layer.set(side) for side in sides)
            blocks.append(Display(beside(step_downhill(*nodes), EVERY), layer.numbers.next()))
    return blocks


def _update(parts: Parts, result: Result) -> Words:
    notation = parts.layer.notation
    formula = step_downhill(notation.matrix(result.array), show.inline(notation.matrix(result.name)))
    return parts.texts.say("every layer", formula=(formula,), layers=(ranging(EVERY),))


def depth_checks_section(parts: Parts) -> Section:
    """How the lines were checked; the sizes of the second way are told part by part."""
    whole = parts.whole.derivation
    plain = replace(parts.whole, derivation=replace(whole, audit=replace(whole.audit, widths="all")))
    section = checks_section(plain)
    contexts = {"base": parts.base, "step": parts.step, "layer": parts.layer}
    sizes = {name: sizes_words(context, context.derivation.audit) for name, context in contexts.items()}
    if parts.whole.detail == "results":
        return section
    method, second, *rest = section.blocks
    assert isinstance(second, Paragraph)
    told = Paragraph(parts.texts.together((second.words, parts.texts.say("test sizes by part", **sizes))))
    return Section(section.title, (method, told, *rest))
