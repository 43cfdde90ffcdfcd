"""The appendix of a document: derivatives that lines use by name, each derived once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Expr

from derive.backward.steps import Result
from derive.renaming import found_in
from derive.terms import Named, named, scalar

from .content_lines import lemma_names, lemma_words, step_lines
from .context import Context
from .display import inline
from .document import Block, Chain, Heading, Section, Words
from .texts import Texts
from .typeset import typeset_equation

REFERRING = ("lemma", "through-output")
"""Rules whose reasons name a lemma."""


def number_lemmas(contexts: Sequence[Context]) -> None:
    """Give every lemma that is used its number, in the order of use; contexts with the same lemma share it."""
    shown: dict[tuple[str, Expr], int] = {}
    for context in contexts:
        known = {lemma.name: lemma for lemma in context.derivation.lemmas if lemma.steps}
        for name in _used(context):
            if name in known:
                context.lemmas[name] = shown.setdefault((name, known[name].right), len(shown) + 1)


def lemmas_section(contexts: Sequence[Context], texts: Texts) -> tuple[Section, ...]:
    """The numbered lemmas, each with its derivation; no section where there is none."""
    places = {number: (context, name) for context in reversed(contexts) for name, number in context.lemmas.items()}
    blocks = [block for number in sorted(places) for block in _blocks(*places[number], number)]
    return (Section(texts.plain("lemmas"), tuple(blocks)),) if blocks else ()


def slopes_words(context: Context) -> Words:
    """Where the slopes that stay in the results are derived; nothing where there are none."""
    names = [name for name in _slopes_in(context.derivation.answers) if name in context.lemmas]
    if not names:
        return ()
    slopes = [context.notation.function(name, 1) for name in names]
    return context.texts.say("slopes", slopes=context.listing(slopes), lemmas=lemma_words(context, names))


def _used(context: Context) -> list[str]:
    """The lemmas that a step of a result names, then the slopes that stay in the results."""
    staying = _slopes_in(context.derivation.answers)
    if context.detail == "results":
        return staying
    steps = (step for result in context.derivation.results for step in result.steps if step.rule in REFERRING)
    return list(dict.fromkeys([name for step in steps for name in lemma_names(step)] + staying))


def _slopes_in(results: Iterable[Result]) -> list[str]:
    slopes = (node for result in results for node in found_in(result.right, Named) if node.order == 1)
    return list(dict.fromkeys(slope.label for slope in slopes))


def _blocks(context: Context, name: str, number: int) -> list[Block]:
    lemma = next(lemma for lemma in context.derivation.lemmas if lemma.name == name)
    left = context.set(lemma.left)
    said = context.texts.say("lemma", number=str(number))
    heading = context.texts.say("heading lemma", lemma=said, formula=(inline(left),))
    if lemma.name in context.model.functions:
        output = typeset_equation(scalar("a"), named(lemma.name)(scalar("z")), context.notation)
        heading = context.texts.say("heading slope", lemma=said, formula=(inline(left),), output=(inline(output),))
    return [Heading(heading, number), Chain(left, step_lines(context, lemma.steps))]
