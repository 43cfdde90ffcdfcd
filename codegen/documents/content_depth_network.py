"""The first part of a document on networks of any depth: the equations of every layer, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Mul, Sum

from derive.renaming import factors_of
from derive.terms import element, index

from . import display as show
from .content_derivation import explicit_terms
from .content_network import fact_words, function_blocks
from .content_symbols import sign_rows
from .context import Context
from .depth_parts import ABOVE, BELOW, EVERY, HIDDEN, LAST, LAYER, Parts, beside, between, ranging
from .display import BigOperator, Node, Operator, Scripts, Space, Symbol, inline
from .document import Block, Display, Paragraph, Section, Table, Words
from .figure_depth import depth_network_figure
from .notation import partial
from .typeset import typeset_equation

I, J, K = map(index, "ijk")


def depth_network_section(parts: Parts) -> Section:
    """Depth and widths, notation, forward equations, cost, functions and facts."""
    texts = parts.texts
    widths = between(*(Scripts(Symbol("n"), end) for end in (show.number(0), LAST)))
    opening = texts.together((
        texts.say("any depth", depth=(LAST,), widths=(widths,)),
        texts.say("counting", first=str(parts.whole.notation.first)),
        texts.say("layer letter"),
    ))  # fmt: skip
    table = Table((texts.say("symbol"), texts.say("meaning")), tuple(_rows(parts)))
    blocks: list[Block] = [Paragraph(opening), depth_network_figure(parts), table]
    blocks += [Paragraph(texts.say("forward")), *_forward(parts)]
    blocks += [Paragraph(texts.say("cost")), _cost(parts)]
    blocks += function_blocks(parts.step)
    blocks += function_blocks(parts.base, known=parts.step.model.functions)
    if parts.base.model.facts:
        facts = [fact_words(parts.base, fact.text) for fact in parts.base.model.facts]
        blocks.append(Paragraph(texts.say("facts", facts=parts.base.listing(facts))))
    return Section(texts.plain("network"), tuple(blocks))


def _rows(parts: Parts) -> Iterator[tuple[Words, Words]]:
    """One row for each kind of array, and for each sign."""
    texts, layer = parts.texts, parts.layer
    words: dict[str, Words] = {"from": (layer.set(I),), "to": (layer.set(J),), "layer": (LAYER,), "below": (BELOW,)}
    yield (LAST,), texts.say("depth")
    yield (layer.array("x", (I,)),), texts.say("input")
    if "y" in parts.base.model.data:
        yield (layer.array("y", (K,)),), texts.say("target")
    for name, letters, key in (
        ("W1", (J, I), "weight"),
        ("b1", (J,), "bias"),
        ("z1", (J,), "z"),
        ("a1", (J,), "a"),
        ("delta1", (J,), "delta"),
    ):
        if key != "bias" or name in layer.model.parameters:
            yield (layer.array(name, letters),), texts.say(key, **words)
    yield from sign_rows(parts.whole)


def _forward(parts: Parts) -> Iterator[Block]:
    """The input, the sum that goes into a layer, what a hidden layer and the last one make of it."""
    base, step, layer = parts.base, parts.step, parts.layer
    yield Display(show.equation(input_layer(layer, (I,)), layer.set(element("x", I))), layer.numbers.next())
    for context, name, layers in ((layer, "z1", EVERY), (step, "a1", HIDDEN), (base, "a1", None)):
        equation = context.model.equation(name)
        formula = typeset_equation(equation.left, equation.right, context.notation)
        context.equations[name] = context.numbers.next()
        yield Display(beside(formula, layers), context.equations[name])
    step.equations["z2"] = layer.equations["z1"]


def input_layer(context: Context, letters: tuple = (), batch: bool = False) -> Node:
    """The output of layer 0, one entry or the whole array."""
    mark = show.row(Operator("(", "punctuation"), show.number(0), Operator(")", "punctuation"))
    if letters:
        return Scripts(Symbol("a"), show.row(*map(context.set, letters)), mark)
    return Scripts(Symbol("A" if batch else "a", "bold"), None, mark)


def _cost(parts: Parts) -> Display:
    """The cost, with the penalties of all layers."""
    base, layer = parts.base, parts.layer
    equation = base.model.equation("C")
    formula = typeset_equation(equation.left, equation.right, base.notation)
    for penalty in parts.induction.penalties:
        rate = Mul(*(factor for factor in factors_of(penalty) if not factor.has(Sum)))
        every = BigOperator("sum", ranging(show.number(1)), LAST)
        pieces = (layer.set(rate), Space("product"), every, Space("product"), layer.set(penalty / rate))
        formula = show.row(formula, Operator("+"), *pieces)
    base.equations["C"] = layer.equations["C"] = base.numbers.next()
    return Display(formula, base.equations["C"])


def definition_section(parts: Parts) -> Section:
    """What an error term is, what is asked for, and how it is proved."""
    texts, layer = parts.texts, parts.layer
    entry = partial(Symbol("C"), layer.set(element("z1", J)))
    formula = show.equation(layer.set(element("delta1", J)), entry, ":=")
    asked = [layer.whole(r.array) for r in parts.induction.gradients]
    blocks: list[Block] = [
        Paragraph(texts.say("error term")),
        Display(beside(formula, EVERY), layer.numbers.next()),
        Paragraph(texts.say("asked everywhere", parameters=layer.listing(asked), layers=(ranging(EVERY),))),
    ]
    if layer.detail == "results":
        return Section(texts.plain("definitions"), tuple(blocks))
    blocks.append(Paragraph(texts.say("by induction", last=(LAST,), above=(ABOVE,), layer=(LAYER,))))
    marked = next((p for step in layer.derivation.steps for p in explicit_terms(step)), None)
    if marked is not None:
        sign = inline(partial(layer.set(marked.of), layer.set(marked.by), explicit=True))
        blocks.append(Paragraph(texts.say("explicit", formula=(sign,))))
    return Section(texts.plain("definitions"), tuple(blocks))
