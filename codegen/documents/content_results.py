"""The last parts of a document: results in their three forms, the algorithm, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.backward.steps import Result
from derive.records import Proof
from derive.terms import dimension

from . import display as show
from .context import Context
from .display import Node, Operator, Space, Symbol, inline
from .document import Algorithm, Block, Box, Paragraph, Section, Words
from .layers import Run, depth, layer_of
from .typeset import typeset_equation
from .typeset_matrix import typeset_form

FORMS = ("index", "matrix", "batch")


def results_section(context: Context) -> Section:
    """Every error term and gradient: entry by entry, in matrices, and for a batch."""
    texts = context.texts
    blocks: list[Block] = []
    parts = {"records": (Symbol("N"),), "cost": (Symbol(context.model.cost or "C"),)}
    for form in FORMS:
        formulas = tuple(formula for formula in _all_formulas(context, form) if formula is not None)
        if formulas:
            summed = " sum" if form == "batch" and context.model.cost is None else ""
            blocks.append(Box(texts.say(f"result {form}{summed}", **parts), formulas))
    missing = [inner.text(result.left) for inner, _, result in _each(context) if result.matrix is None]
    if missing:
        key = "no form" if len(missing) == 1 else "no forms"
        blocks.append(Paragraph(texts.say(key, names=context.listing(missing))))
    return Section(texts.plain("results"), tuple(blocks))


def _all_formulas(context: Context, form: str) -> Iterator[Node | None]:
    for inner, run, result in _each(context):
        formula = formula_of(inner, result, form)
        if formula is not None and run is not None and run.generic:
            comma = Operator(",", "punctuation")
            formula = show.row(formula, comma, Space("quad"), context.layers(run))
        yield formula


def _each(context: Context) -> Iterator[tuple[Context, Run | None, Result]]:
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
    return None if matrix is None else typeset_form(matrix, context.notation)


def algorithm_section(context: Context) -> Section:
    """The update rule, and training after every record and after a batch."""
    texts = context.texts
    rate, records = (Symbol("eta"),), (Symbol("N"),)
    blocks: list[Block] = [Paragraph(texts.say("update", rate=rate))]
    forward, backward = texts.say("forward pass", equations=_forward(context)), _backward(context)
    updates = [(1, words) for words in _updates(context)]
    each = (0, texts.say("for each record"))
    blocks.append(Algorithm(texts.say("online"), (each, (1, forward), *_at(1, backward), *updates)))
    sums = context.listing([_sum(context, r) for r in _gradients(context)])
    gradients = context.listing([_left(context, r) for r in _gradients(context)])
    lines = (
        (0, texts.say("for each pass")),
        (1, texts.say("zero", sums=sums)),
        (1, each[1]),
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
    for inner, run, result in _each(context):
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
    """The gradients of parameters; of many, one layer that stands for all."""
    parameters = set(context.model.parameters)
    found = [r for r in context.derivation.results if r.array in parameters]
    if context.notation.layered:
        deepest = max((layer_of(r.array) for r in found), default=0)
        return [r for r in found if layer_of(r.array) == deepest]
    return found


def _generic(context: Context) -> Context:
    if not context.notation.layered:
        return context
    deepest = max((layer_of(r.array) for r in _gradients(context)), default=1)
    return context.generic(Run(deepest - 1, deepest))


def _name(context: Context, result: Result) -> Node:
    return _generic(context).notation.matrix(result.array)


def _left(context: Context, result: Result) -> Node:
    return inline(_generic(context).notation.matrix(result.name))


def _sum(context: Context, result: Result) -> Node:
    """The array in which a gradient is accumulated."""
    return show.row(Symbol("G"), show.Group(_name(context, result), "()", 0))


def _updates(context: Context, summed: bool = False) -> list[Words]:
    lines: list[Words] = []
    for result in _gradients(context):
        name = _name(context, result)
        change = _sum(context, result) if summed else _left(context, result)
        right = show.row(name, Operator("−"), Symbol("eta"), Space("thin"), change)
        formula = (show.equation(name, right, "←"),)
        layers = (context.layers(Run(1, depth(context.model))),) if context.notation.layered else ()
        lines.append(context.texts.say("every layer", formula=formula, layers=layers) if layers else formula)
    return lines


def checks_section(context: Context) -> Section:
    """How the lines were checked, with what certainty, and by what second way."""
    texts, derivation = context.texts, context.derivation
    proofs = [step.proof for step in derivation.steps if step.proof is not None]
    forms = [form.proof for result in derivation.results for form in (result.matrix, result.batch) if form is not None]
    words = texts.say("method")
    if any(step.rule == "chain-rule" for step in derivation.steps):
        words += (" ", *texts.say("chain rule"))
    words += (" ", *_reach(context, proofs))
    if any(step.facts for step in derivation.steps):
        words += (" ", *texts.say("assumed"))
    status = derivation.audit.status
    verdict = texts.plain("proved" if status == "proved" else "other", status=status)
    second = texts.say("audit", status=verdict)
    if not isinstance(derivation.audit.widths, str):
        second += (" ", *texts.say("test sizes", widths=sizes_words(context, derivation.audit)))
    last = texts.say("forms") if forms and all(p.status == "proved" for p in forms) else ()
    bits = min((p.error_bits for p in (*proofs, *forms, derivation.audit) if p.error_bits), default=0)
    if bits:
        bound = show.Scripts(show.number(2), None, show.row(Operator("−", "prefix"), show.number(bits)))
        last += (*((" ",) if last else ()), *texts.say("bound", bound=(bound,)))
    return Section(texts.plain("checks"), tuple(Paragraph(part) for part in (words, second, last) if part))


def _reach(context: Context, proofs: list[Proof]) -> Words:
    """For which widths the lines hold."""
    everywhere = [p for p in proofs if p.widths == "all"]
    if len(everywhere) == len(proofs):
        return context.texts.say("all widths", count=str(len(proofs)))
    tested = sizes_words(context, next(p for p in proofs if p.widths != "all"))
    return context.texts.say("some widths", proved=str(len(everywhere)), count=str(len(proofs)), widths=tested)


def sizes_words(context: Context, proof: Proof) -> Words:
    """The widths of each test, one test apart from the next."""
    tested = () if isinstance(proof.widths, str) else proof.widths
    words: Words = ()
    for number, sizes in enumerate(tested):
        parts = [show.equation(context.set(dimension(name)), show.number(n)) for name, n in sizes.items()]
        words += (*(("; ",) if number else ()), *context.listing(parts))
    return words
