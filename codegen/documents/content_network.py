"""The first part of a document: the network and its forward equations."""

from __future__ import annotations

from collections.abc import Callable, Container
from itertools import groupby

from sympy import Expr, Max, Min, S

from derive.backward.calculus import partial
from derive.records import Equation, Fact, Formula, Model
from derive.terms import element, index, maximum, minimum, named, scalar, step, total

from . import display as show
from .content_symbols import notation_table
from .context import Context
from .display import Node, inline
from .document import Block, Display, Paragraph, Section, Words
from .figures import network_figure
from .layers import equation_runs, layer_of
from .notation import split_name
from .typeset import typeset_equation

FREE_LETTERS = "ijk"
KINKED = (step, maximum, minimum)
NO_SLOPE = (S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity)


def network_section(context: Context) -> Section:
    """Widths, notation, forward equations, cost, facts and conventions."""
    figure = network_figure(context)
    blocks: list[Block] = [Paragraph(_widths(context)), *((figure,) if figure else ())]
    blocks.append(notation_table(context))
    blocks.extend(_forward(context))
    if context.model.cost is None:
        given = [context.array(f"dC/d{name}", context.model.letters[name]) for name in context.model.outputs]
        blocks.append(Paragraph(context.texts.say("given", given=context.listing(given))))
    blocks.extend(function_blocks(context))
    if context.model.facts:
        facts = context.listing([fact_words(context, fact.text) for fact in context.model.facts])
        blocks.append(Paragraph(context.texts.say("facts", facts=facts)))
    return Section(context.texts.plain("network"), tuple(blocks))


def dimensions(model: Model) -> list[Expr]:
    """The widths of a model, each once, in the order of its arrays."""
    if model.widths:
        return list(dict.fromkeys(model.widths))
    return list(dict.fromkeys(size for sizes in model.axes.values() for size in sizes))


def fact_words(context: Context, text: str) -> Words:
    """A declared fact in words or as a formula; as written where it is neither."""
    fact = next((f for f in context.model.facts if f.text == text), None)
    if fact is None:
        return (text,)
    if f"fact {fact.kind}" in context.texts.sentences:
        return context.texts.say(f"fact {fact.kind}", array=(context.whole(fact.array),))
    sides = FACT_SIDES.get(fact.kind)
    return (text,) if sides is None else (_stated(context, sides(*_entry(context, fact))),)


Sides = tuple[Expr | str, ...]
FACT_SIDES: dict[str, Callable[[Expr, tuple[Expr, ...], Fact], Sides]] = {
    "sums-to-one": lambda entry, letters, fact: (total(entry, (letters[-1], fact.axes[-1])), "=", S.One),
    "columns-sum-to-one": lambda entry, letters, fact: (total(entry, (letters[0], fact.axes[0])), "=", S.One),
    "positive": lambda entry, letters, fact: (entry, ">", S.Zero),
    "unit": lambda entry, letters, fact: (S.Zero, "<", entry, "<", S.One),
    "symmetric": lambda entry, letters, fact: (entry, "=", element(fact.array, *letters[::-1])),
}
"""What a fact says of an entry of its array, as the sides and signs of a formula."""


def _entry(context: Context, fact: Fact) -> tuple[Expr, tuple[Expr, ...], Fact]:
    """An entry of the array of a fact, its letters, and the fact."""
    letters = context.model.letters.get(fact.array) or tuple(
        map(index, FREE_LETTERS[-len(fact.axes) :] if fact.axes else ())
    )
    return element(fact.array, *letters), letters, fact


def _stated(context: Context, sides: Sides) -> Node:
    signs = (show.relation(side) if isinstance(side, str) else context.set(side) for side in sides)
    return inline(show.row(*signs))


def _widths(context: Context) -> Words:
    """The widths, where indices begin, and how layers are marked."""
    model, texts, notation = context.model, context.texts, context.notation
    sizes = [(d, model.sizes.get(d)) for d in dimensions(model) if not d.is_Number]
    known = [(d, n) for d, n in sizes if n is not None]
    said: list[Words] = []
    if known:
        parts = [_equal_widths(context, list(run)) for _, run in groupby(known, key=lambda pair: pair[1])]
        said.append(texts.say("widths", widths=context.listing(parts)))
    elif sizes:
        said.append(texts.say("symbolic widths", widths=context.listing([context.set(d) for d, _ in sizes])))
    said.append(texts.say("counting", first=str(notation.first)))
    if notation.layered:
        letters = {
            word: (show.Symbol(letter),) for word, letter in zip(("input", "hidden", "output"), "ijk", strict=True)
        }
        said.append(texts.say(f"layer mark{notation.marks}", **letters))
        if notation.counted(0) and notation.marks != " letters":
            said.append(texts.say("first layer", number=str(notation.counted(0))))
    return texts.together(said)


def _equal_widths(context: Context, run: list[tuple[Expr, int]]) -> Node:
    """``n_1 = ... = n_9 = 8``."""
    names = [context.set(d) for d, _ in run]
    if len(names) > 3:
        names = [names[0], show.Operator("…", "punctuation"), names[-1]]
    return show.joined([*names, show.number(run[0][1])], show.relation())


def _forward(context: Context) -> list[Block]:
    model = context.model
    alone = "" if context.has_records else " alone"
    blocks: list[Block] = [Paragraph(context.texts.say(f"forward{alone}"))]
    if context.notation.layered:
        for run in equation_runs(model):
            inner = context.generic(run)
            ours = [e for e in model.equations if layer_of(e.name) == run.shown and e.name != model.cost]
            for equation in ours:
                blocks.append(_displayed(inner, equation, context.layers(run) if run.generic else None))
                stem = split_name(equation.name)[0]
                same = {f"{stem}{layer}": context.equations[equation.name] for layer in range(run.first, run.last)}
                context.equations.update(same)
    else:
        for equation in model.equations:
            if equation.name != model.cost:
                blocks.append(_displayed(context, equation))
    if model.cost is not None:
        blocks.append(Paragraph(context.texts.say(f"cost{alone}")))
        blocks.append(_displayed(context, model.equation(model.cost)))
    return blocks


def _displayed(context: Context, equation: Equation, layers: Node | None = None) -> Display:
    number = context.numbers.next()
    context.equations[equation.name] = number
    formula = typeset_equation(equation.left, equation.right, context.notation)
    if layers is not None:
        formula = show.row(formula, show.Operator(",", "punctuation"), show.Space("quad"), layers)
    return Display(formula, number)


def function_blocks(context: Context, known: Container[str] = ()) -> list[Block]:
    """What the named functions are that are not `known`, and their slopes at the kinks."""
    blocks: list[Block] = []
    for formula in context.model.functions.values():
        if formula.axis is not None or formula.name in known:
            continue
        shown = inline(typeset_equation(named(formula.name)(formula.variable), formula.expression, context.notation))
        words = context.texts.say("function", function=(shown,))
        kinks = (_convention(context, formula, kink) for kink in formula.kinks)
        blocks.append(Paragraph(context.texts.together((words, *kinks))))
    return blocks


def _convention(context: Context, formula: Formula, kink: Expr) -> Words:
    """The slope that the derivation takes at a kink, by differentiating the formula; nothing where it has none."""
    variable = scalar("z")
    slope = partial(formula.expression.xreplace({formula.variable: variable}), variable)
    value = slope.xreplace({variable: kink}).replace(lambda n: isinstance(n, KINKED), _at_a_number)
    if value.has(*NO_SLOPE):
        return ()
    return context.texts.say(
        "kink",
        function=(context.notation.function(formula.name),),
        point=(context.set(kink),),
        slope=(context.set(value),),
    )


def _at_a_number(node: Expr) -> Expr:
    """A step, a maximum or a minimum of numbers."""
    if not all(argument.is_number for argument in node.args):
        return node
    if isinstance(node, step):
        return S.One if node.args[0].is_positive else S.Zero
    return Max(*node.args) if isinstance(node, maximum) else Min(*node.args)
