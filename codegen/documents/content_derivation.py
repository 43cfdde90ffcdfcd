"""The middle of a document: lemmas and derivations, one line for each step."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Symbol

from derive.backward.steps import Lemma, Result, Step
from derive.renaming import terms_of
from derive.terms import Named, Partial, element, indices_of, name_of, named, scalar

from . import display as show
from .content_network import fact_words
from .context import Context
from .display import inline
from .document import Block, Chain, Display, Heading, Line, Paragraph, Section, Words
from .layers import Run, depth, layer_of
from .notation import partial
from .typeset import typeset_equation

WRITTEN_LAYERS = 3
"""Of a network with more layers, the output layer and the last hidden ones are written out."""

MOST_NAMED = 4


def definition_section(context: Context) -> Section:
    """What an error term is, and what is asked for."""
    blocks: list[Block] = []
    deltas = [r for r in context.derivation.results if r.kind == "delta"]
    if deltas:
        blocks.append(Paragraph(context.texts.say("error term")))
        blocks.append(_definition(context, deltas[-1]))
    asked = [context.whole(r.array) for r in context.derivation.results if r.kind == "gradient"]
    if len(asked) > 8:
        asked = [*asked[:2], show.Operator("…", "punctuation"), *asked[-2:]]
    if asked:
        key = "asked" if deltas else "asked alone"
        blocks.append(Paragraph(context.texts.say(key, parameters=context.listing(asked))))
    explicit = next((p for step in context.derivation.steps for p in explicit_terms(step)), None)
    if explicit is not None:
        formula = inline(partial(context.set(explicit.of), context.set(explicit.by), explicit=True))
        blocks.append(Paragraph(context.texts.say("explicit", formula=(formula,))))
    return Section(context.texts.plain("definitions"), tuple(blocks))


def explicit_terms(step: Step) -> list[Partial]:
    """The cost's own derivatives that stand beside other terms."""
    terms = terms_of(step.after)
    return [t for t in terms if len(terms) > 1 and isinstance(t, Partial) and isinstance(t.of, Symbol)]


def _definition(context: Context, result: Result) -> Display:
    """The definition of an error term, at a generic layer where layers are marked."""
    if context.notation.layered:
        layer = layer_of(result.array)
        context = context.generic(Run(layer - 1, layer))
    entry = context.set(element(result.array, *indices_of(result.left)))
    formula = show.equation(context.set(result.left), partial(show.Symbol(context.model.cost or "C"), entry), ":=")
    return Display(formula, context.numbers.next())


def derivation_sections(context: Context) -> tuple[Section, ...]:
    """The lemmas, then the layers from the last to the first."""
    texts = context.texts
    sections = []
    lemmas = [block for lemma in context.derivation.lemmas for block in lemma_blocks(context, lemma)]
    if lemmas:
        sections.append(Section(texts.plain("lemmas"), tuple(lemmas)))
    results = context.derivation.results
    if not context.notation.layered:
        blocks = [block for result in results for block in result_blocks(context, result)]
        return (*sections, Section(texts.plain("derivation"), tuple(blocks)))
    last = depth(context.model)
    lowest = 1 if last <= WRITTEN_LAYERS + 1 else last - WRITTEN_LAYERS + 1
    for layer in range(last, lowest - 1, -1):
        title = "output layer" if layer == last else "hidden layer"
        blocks = [b for r in results if layer_of(r.array) == layer for b in result_blocks(context, r)]
        if layer == lowest > 1:
            blocks.append(Paragraph(texts.say("in the same way")))
        sections.append(Section(texts.plain(title, layer=str(layer)), tuple(blocks)))
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
        left = show.equation(left, partial(show.Symbol(context.model.cost or "C"), entry))
    heading = Heading(context.texts.say(f"heading {result.kind}", formula=(context.text(result.left),)))
    if not result.steps:
        formula = show.equation(left, context.set(result.right))
        return [heading, Display(formula, context.numbers.next())]
    telling = [step for step in result.steps if context.set(step.after) != context.set(step.before)]
    return [heading, Chain(left, tuple(step_line(context, step) for step in telling))]


def lemma_blocks(context: Context, lemma: Lemma) -> list[Block]:
    left = context.set(lemma.left)
    heading = context.texts.say("heading lemma", formula=(inline(left),))
    if lemma.name in context.model.functions:
        output = typeset_equation(scalar("a"), named(lemma.name)(scalar("z")), context.notation)
        heading = context.texts.say("heading slope", formula=(inline(left),), output=(inline(output),))
    lines = tuple(step_line(context, step) for step in lemma.steps)
    if lines:
        context.lemmas[lemma.name] = lines[-1].number
    return [Heading(heading), Chain(left, lines)]


def step_line(context: Context, step: Step) -> Line:
    """The right side of a step, its reason and whether it was proved."""
    proved = step.proof is not None and step.proof.status == "proved"
    return Line(context.set(step.after), reason_of(context, step), proved, context.numbers.next())


def reason_of(context: Context, step: Step) -> Words:
    """Why a step holds, in a few words."""
    through = dict.fromkeys(item.of if isinstance(item, Partial) else item for item in step.about)
    equations = [context.equations[name] for name in step.uses if name in context.equations]
    lemmas = [context.lemmas[name] for name in _lemma_names(step) if name in context.lemmas]
    return context.texts.reason(
        step.rule,
        about=_listed(context, step.about),
        through=_listed(context, through),
        uses=context.listing([context.array(name) for name in step.uses]),
        equations=context.listing([f"({number})" for number in dict.fromkeys(equations)]),
        facts=context.listing([fact_words(context, text) for text in step.facts]),
        lemmas=context.listing([f"({number})" for number in dict.fromkeys(lemmas)]),
        slopes=context.listing([context.notation.function(name) for name in _by_input(context, step)]),
        input=(context.set(scalar("z")),),
        output=(context.set(scalar("a")),),
    )


def _listed(context: Context, items: Iterable[Expr]) -> Words:
    """The formulas in a row; nothing where there are too many to read at a glance."""
    nodes = list(dict.fromkeys(context.text(item) for item in items))
    return context.listing(nodes) if len(nodes) <= MOST_NAMED else ()


def _by_input(context: Context, step: Step) -> list[str]:
    """The functions of a step whose slopes no output expresses."""
    right = {lemma.name: lemma.right for lemma in context.derivation.lemmas}
    names = [name for name in _lemma_names(step) if name in right]
    return names if any(right[name].has(scalar("z")) for name in names) else []


def _lemma_names(step: Step) -> list[str]:
    """The lemmas a step can have used: Jacobians it speaks of, slopes it made disappear."""
    jacobians = [f"d{name_of(p.of)}/d{name_of(p.by)}" for p in step.about if isinstance(p, Partial)]
    gone = step.before.atoms(Named) - step.after.atoms(Named)
    return [*jacobians, *sorted({slope.label for slope in gone if slope.order == 1})]
