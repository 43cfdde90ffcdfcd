"""The first part of a document: the network, its notation and its forward equations."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import groupby

from sympy import Expr, KroneckerDelta, Max, Min, S

from derive.backward.calculus import partial
from derive.backward.matrix import Array, Hadamard, Power
from derive.backward.matrix import Node as MatrixNode
from derive.records import Equation, Formula, Model
from derive.terms import element, index, maximum, minimum, named, scalar, step, total

from . import display as show
from .context import Context
from .display import Node, inline
from .document import Block, Display, Paragraph, Section, Table, Words
from .layers import Run, equation_runs, layer_of
from .notation import DERIVATIVE_NAME, split_name
from .typeset import typeset_equation

KINKED = (step, maximum, minimum)
CONDITIONS = (step, KroneckerDelta)
MOST_LETTERS = 6
NO_SLOPE = (S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity)


def network_section(context: Context) -> Section:
    """Widths, notation, forward equations, cost, facts and conventions."""
    blocks: list[Block] = [Paragraph(_widths(context))]
    blocks.append(_notation_table(context))
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
    """A declared fact as a formula where it is an equation of index formulas, else as written."""
    fact = next((f for f in context.model.facts if f.text == text), None)
    if fact is not None and fact.kind == "sums-to-one":
        letters = context.model.letters.get(fact.array) or (index("k"),)
        left = total(element(fact.array, *letters), (letters[-1], fact.axes[-1]))
        return (inline(typeset_equation(left, S.One, context.notation)),)
    return (text,)


def _widths(context: Context) -> Words:
    model, texts = context.model, context.texts
    sizes = [(d, model.sizes.get(d)) for d in dimensions(model) if not d.is_Number]
    counting = (" ", *texts.say("counting", first=str(context.notation.first)))
    if context.notation.layered:
        counting += (" ", *texts.say("layer mark"))
    known = [(d, n) for d, n in sizes if n is not None]
    if known:
        parts = [_equal_widths(context, list(run)) for _, run in groupby(known, key=lambda pair: pair[1])]
        return (*texts.say("widths", widths=context.listing(parts)), *counting)
    names = context.listing([context.set(d) for d, _ in sizes])
    return (*(texts.say("symbolic widths", widths=names) if sizes else ()), *counting)


def _equal_widths(context: Context, run: list[tuple[Expr, int]]) -> Node:
    """``n_1 = ... = n_9 = 8``."""
    names = [context.set(d) for d, _ in run]
    if len(names) > 3:
        names = [names[0], show.Operator("…", "punctuation"), names[-1]]
    return show.joined([*names, show.number(run[0][1])], show.relation())


def _notation_table(context: Context) -> Table:
    texts = context.texts
    rows = _layered_rows(context) if context.notation.layered else _plain_rows(context)
    return Table((texts.say("symbol"), texts.say("meaning")), (*rows, *sign_rows(context)))


def sign_rows(context: Context) -> list[tuple[Words, Words]]:
    """One row for each sign that the derivation and its matrix forms are written in."""
    texts, derivation = context.texts, context.derivation
    rows: list[tuple[Words, Words]] = []
    if any(line.before.has(*CONDITIONS) or line.after.has(*CONDITIONS) for line in derivation.steps):
        inner = show.Group(show.Operator("…", "punctuation"), "[]", 0)
        rows.append(((show.row(show.Symbol("1", "indicator"), inner),), texts.say("indicator")))
    forms = [form.right for r in derivation.answers for form in (r.matrix, r.batch) if form is not None]
    if any(isinstance(node, Hadamard | Power) for form in forms for node in _nodes(form)):
        rows.append(((show.Operator("⊙", "prefix"),), texts.say("entrywise")))
    if forms:
        whole = [context.whole(n) for n in (*context.model.data[:1], *context.model.parameters[:1])]
        rows.append((context.listing(whole), texts.say("one record")))
    batches = [form.right for r in derivation.answers if (form := r.batch) is not None]
    if batches:
        rows.append((context.listing(_batch_letters(context, batches)), texts.say("all records")))
        rows.append(((show.Symbol("N"),), texts.say("records")))
    return rows


def _batch_letters(context: Context, forms: list[MatrixNode]) -> list[Node]:
    """The capitals of a batch, each once and without its layer."""
    names = [node.name for form in forms for node in _nodes(form) if isinstance(node, Array)]
    names = [n for n in names if n not in context.model.parameters and not DERIVATIVE_NAME.fullmatch(n)]
    if context.notation.layered:
        names = [split_name(n)[0] for n in names]
    return list(dict.fromkeys(context.notation.matrix(n, batch=True) for n in sorted(set(names))))[:MOST_LETTERS]


def _nodes(node: MatrixNode) -> Iterator[MatrixNode]:
    """A matrix expression and all its parts."""
    yield node
    for value in vars(node).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, MatrixNode):
                yield from _nodes(part)


def _layered_rows(context: Context) -> list[tuple[Words, Words]]:
    """One row for each kind of array, at a generic layer."""
    context = context.generic(Run(4, 5))
    to, of = index("j"), index("i")
    layer, below = context.notation.relative(5), context.notation.relative(4)
    words = {"from": (context.set(of),), "to": (context.set(to),), "layer": (layer,), "below": (below,)}
    stems = {split_name(e.name)[0] for e in context.model.equations}
    stems |= {split_name(name)[0] for name in context.model.parameters}
    rows: list[tuple[Words, Words]] = []
    for name, letter, key in (("x", of, "input"), ("y", index("k"), "target")):
        if name in context.model.data:
            rows.append(((context.array(name, (letter,)),), context.texts.say(key)))
    for stem, letters, key in (
        ("W", (to, of), "weight"),
        ("b", (to,), "bias"),
        ("z", (to,), "z"),
        ("a", (to,), "a"),
        ("delta", (to,), "delta"),
    ):
        if stem in stems or (stem == "delta" and "z" in stems):
            rows.append(((context.array(f"{stem}5", letters),), context.texts.say(key, **words)))
    return rows


def _plain_rows(context: Context) -> list[tuple[Words, Words]]:
    """One row for each array of the model."""
    rows: list[tuple[Words, Words]] = []
    for role, names in (("data", context.model.data), ("parameter", context.model.parameters)):
        for name in names:
            letters = context.model.letters.get(name, ())
            rows.append(((context.array(name, letters),), context.texts.say(role)))
    computed = [e for e in context.model.equations if e.name != context.model.cost]
    if computed:
        shown = [context.text(e.left) for e in computed[:MOST_LETTERS]]
        rows.append((context.listing(shown), context.texts.say("computed")))
        by = context.array(f"d{context.model.cost or 'C'}/d{computed[-1].name}", computed[-1].indices)
        rows.append(((by,), context.texts.say("cotangent")))
    return rows


def _forward(context: Context) -> list[Block]:
    model = context.model
    blocks: list[Block] = [Paragraph(context.texts.say("forward"))]
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
        blocks.append(Paragraph(context.texts.say("cost")))
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
        for kink in formula.kinks:
            convention = _convention(context, formula, kink)
            words += (" ", *convention) if convention else ()
        blocks.append(Paragraph(words))
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
