"""The lines of a derivation: what each shows, why it holds, whether it was checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Expr, Indexed

from derive.backward.steps import Step
from derive.terms import Named, Partial, name_of, scalar

from .content_detail import grouped
from .content_network import fact_words
from .context import Context
from .document import Line, Words
from .words import Reference

MOST_NAMED = 4


def step_lines(context: Context, steps: Sequence[Step]) -> tuple[Line, ...]:
    """One line for each step, or for several where the level of detail takes them together."""
    return tuple(_line(context, group) for group in grouped(context, steps))


def _line(context: Context, group: Sequence[Step]) -> Line:
    """The right side that the last of these steps reaches, its reason, and whether all of them were proved."""
    checked = all(step.proof is not None and step.proof.status == "proved" for step in group)
    return Line(context.set(group[-1].after), _reason(context, group), checked, context.numbers.next())


def _reason(context: Context, group: Sequence[Step]) -> Words:
    """Why a line holds: by its last step that shows."""
    shown = (step for step in reversed(group) if context.set(step.before) != context.set(step.after))
    return reason_of(context, next(shown, group[-1]))


def reason_of(context: Context, step: Step) -> Words:
    """Why a step holds, in a few words."""
    through = dict.fromkeys(item.of if isinstance(item, Partial) else item for item in step.about)
    equations = [context.equations[name] for name in step.uses if name in context.equations]
    return context.texts.reason(
        step.rule,
        about=_listed(context, _once(step.about)),
        through=_listed(context, through),
        uses=context.listing([context.array(name) for name in step.uses]),
        equations=context.listing([f"({number})" for number in dict.fromkeys(equations)]),
        facts=context.listing([fact_words(context, text) for text in step.facts]),
        lemmas=lemma_words(context, lemma_names(step)),
        slopes=context.listing([context.notation.function(name) for name in _by_input(context, step)]),
        input=(context.set(scalar("z")),),
        output=(context.set(scalar("a")),),
    )


def lemma_words(context: Context, names: Iterable[str]) -> Words:
    """``Lemma 1 and Lemma 2``, for lemmas by their names."""
    numbers = dict.fromkeys(context.lemmas[name] for name in names if name in context.lemmas)
    return context.listing([Reference(context.texts.plain("lemma", number=str(n)), n) for n in numbers])


def lemma_names(step: Step) -> list[str]:
    """The lemmas a step can have used: Jacobians it speaks of, slopes it made disappear."""
    jacobians = [f"d{name_of(p.of)}/d{name_of(p.by)}" for p in step.about if isinstance(p, Partial)]
    gone = step.before.atoms(Named) - step.after.atoms(Named)
    return [*jacobians, *sorted({slope.label for slope in gone if slope.order == 1})]


def _once(items: Iterable[Expr]) -> list[Expr]:
    """Of items that differ in their indices alone the first."""
    found: dict[object, Expr] = {}
    for item in items:
        found.setdefault(_subject(item), item)
    return list(found.values())


def _subject(item: Expr) -> object:
    if isinstance(item, Partial):
        return _subject(item.of), _subject(item.by)
    return name_of(item) if isinstance(item, Indexed) else item


def _by_input(context: Context, step: Step) -> list[str]:
    """The functions of a step whose slopes no output expresses."""
    right = {lemma.name: lemma.right for lemma in context.derivation.lemmas}
    names = [name for name in lemma_names(step) if name in right]
    return names if any(right[name].has(scalar("z")) for name in names) else []


def _listed(context: Context, items: Iterable[Expr]) -> Words:
    """The formulas in a row; nothing where there are too many to read at a glance."""
    nodes = list(dict.fromkeys(context.text(item) for item in items))
    return context.listing(nodes) if len(nodes) <= MOST_NAMED else ()
