"""How parameters move: the update rule, and training as numbered lines."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from derive.backward.steps import Result
from derive.terms import element, indices_of, name_of

from . import display as show
from .content_results import each_result, formula_of
from .context import Context
from .display import Node, Operator, Space, Symbol, inline
from .document import Algorithm, Block, Display, Paragraph, Section, Words
from .layers import Run, layer_of


def algorithm_section(context: Context) -> Section:
    """The update rule, and training after every record and after a batch."""
    texts = context.texts
    blocks = update_blocks(context)
    forward, backward = texts.say("forward pass", equations=_forward(context)), _backward(context)
    once = [(1, forward), *_at(1, backward), *((1, words) for words in _updates(context))]
    if not context.has_records:
        blocks.append(Algorithm(texts.say("descent"), ((0, texts.say("repeat")), *once)))
        return Section(texts.plain("algorithm"), tuple(blocks))
    blocks.append(Algorithm(texts.say("online"), ((0, texts.say("for each record")), *once)))
    records = (Symbol("N"),)
    sums = context.listing([_sum(context, r) for r in _gradients(context)])
    gradients = context.listing([_left(context, r) for r in _gradients(context)])
    lines = (
        (0, texts.say("for each pass")),
        (1, texts.say("zero", sums=sums)),
        (1, texts.say("for each record")),
        (2, forward),
        *_at(2, backward),
        (2, texts.say("accumulate", gradients=gradients, sums=sums)),
        (1, texts.say("mean", records=records)),
        *((1, words) for words in _updates(context, summed=True)),
    )
    blocks.append(Algorithm(texts.say("batch", records=records), lines))
    return Section(texts.plain("algorithm"), tuple(blocks))


def _at(depth: int, formulas: Iterable[Node]) -> list[tuple[int, Words]]:
    return [(depth, (formula,)) for formula in formulas]


def _forward(context: Context) -> Words:
    texts = context.texts
    numbers = list(context.equations.values())
    names = [e.name for e in context.model.equations]
    if len(names) > 6:
        shown = [*map(context.whole, names[:2]), Operator("…", "punctuation"), context.whole(names[-1])]
    else:
        shown = [context.whole(name) for name in names]
    key = "forward equations" if len(set(numbers)) > 1 else "forward equation"
    return texts.say(key, arrays=context.listing(shown), first=str(min(numbers)), last=str(max(numbers)))


def _backward(context: Context) -> list[Node]:
    """The error terms and gradients in the order of computing, in matrix form where there is one."""
    formulas = []
    for inner, run, result in each_result(context):
        formula = formula_of(inner, result, "matrix") or formula_of(inner, result, "index")
        assert formula is not None
        if run is not None and run.generic:
            downwards = context.layers(Run(run.last, run.first))
            formula = show.row(formula, Operator(",", "punctuation"), Space("quad"), downwards)
        formulas.append(computed(formula))
    return formulas


def computed(formula: Node) -> Node:
    """A line of an algorithm: its left side with a slash, its right side as it stands."""
    left, right = show.split_relation(formula)
    return formula if left is None else show.row(inline(left), right)


def _gradients(context: Context) -> list[Result]:
    """The gradients of parameters; of a chain of layers, one layer that stands for all."""
    parameters = set(context.model.parameters)
    found = [r for r in context.derivation.results if r.array in parameters]
    if is_generic(context):
        deepest = max((layer_of(r.array) for r in found), default=0)
        return [r for r in found if layer_of(r.array) == deepest]
    return found


def is_generic(context: Context) -> bool:
    """Whether one layer stands for all where parameters move."""
    return context.notation.layered and context.notation.marks != " letters"


def _generic(context: Context) -> Context:
    if not is_generic(context):
        return context
    deepest = max((layer_of(r.array) for r in _gradients(context)), default=1)
    return context.generic(Run(deepest - 1, deepest))


def _left(context: Context, result: Result) -> Node:
    return inline(_shown(context, result.left))


def _sum(context: Context, result: Result) -> Node:
    """The array in which a gradient is accumulated."""
    return show.row(Symbol("G"), show.Group(_shown(context, entry_of(result)), "()", 0))


def _shown(context: Context, entry: Expr, whole: bool = True) -> Node:
    """An array at the layer that stands for all: the whole of it, or an entry."""
    inner = _generic(context)
    has_name = whole and indices_of(entry) and inner.notation.has_matrices
    return inner.notation.matrix(name_of(entry)) if has_name else inner.set(entry)


def entry_of(result: Result) -> Expr:
    """The entry that a result is the derivative by."""
    return element(result.array, *indices_of(result.left))


def update_blocks(context: Context) -> list[Block]:
    """How parameters move, entry by entry and in matrices."""
    texts = context.texts
    blocks: list[Block] = [Paragraph(texts.say("update", rate=(Symbol("eta"),)))]
    for whole in (False, True) if context.notation.has_matrices else (False,):
        blocks += [Paragraph(texts.say("update matrix"))] if whole else []
        for result in _gradients(context):
            formula = step_downhill(*(_shown(context, side, whole) for side in (entry_of(result), result.left)))
            if layers := _every_layer(context):
                formula = show.row(formula, Operator(",", "punctuation"), Space("quad"), layers)
            blocks.append(Display(formula, context.numbers.next()))
    return blocks


def step_downhill(name: Node, change: Node) -> Node:
    """A parameter, less the step size times what it is to change by."""
    return show.equation(name, show.row(name, Operator("−"), Symbol("eta"), Space("thin"), change), "←")


def _every_layer(context: Context) -> Node | None:
    """``l = 1, 2``, where one layer stands for all of several."""
    layers = [layer_of(r.array) for r in context.derivation.results if r.array in context.model.parameters]
    return context.layers(Run(min(layers), max(layers))) if is_generic(context) and layers else None


def _updates(context: Context, summed: bool = False) -> list[Words]:
    lines: list[Words] = []
    for result in _gradients(context):
        change = _sum(context, result) if summed else _left(context, result)
        formula = (step_downhill(_shown(context, entry_of(result)), change),)
        layers = _every_layer(context)
        lines.append(context.texts.say("every layer", formula=formula, layers=(layers,)) if layers else formula)
    return lines
