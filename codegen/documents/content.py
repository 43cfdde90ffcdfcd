"""From a derivation to a document."""

from __future__ import annotations

from collections.abc import Sequence

from derive.backward.depth import Induction
from derive.backward.steps import Derivation

from .content_depth import depth_document
from .content_derivation import definition_section, derivation_sections
from .content_network import dimensions, network_section
from .content_results import algorithm_section, checks_section, results_section
from .context import Context
from .document import Document, Section, Words
from .layers import depth
from .notation import Notation, notation_for
from .texts import LANGUAGES

LONGEST_TITLE = 8
LONGEST_SUBTITLE = 80


def document(
    derivation: Derivation | Induction,
    *,
    language: str = "en",
    notation: Notation | None = None,
    extra: Sequence[Section] = (),
) -> Document:
    """The whole derivation as a document; `extra` sections (checks in numbers, code) come last.

    Raises KeyError for a language without a table of texts.
    """
    if isinstance(derivation, Induction):
        return depth_document(derivation, LANGUAGES[language], extra)
    expressions = [r.right for r in derivation.results]
    context = Context(derivation, notation or notation_for(derivation.model, expressions), LANGUAGES[language])
    sections = (
        network_section(context),
        definition_section(context),
        *derivation_sections(context),
        results_section(context),
        *((algorithm_section(context),) if _trains(derivation) else ()),
        checks_section(context),
        *extra,
    )
    return Document(_title(context), _subtitle(context), sections)


def _trains(derivation: Derivation) -> bool:
    """Whether there is a cost to descend and a parameter to do it with."""
    parameters = set(derivation.model.parameters)
    return derivation.model.cost is not None and any(r.array in parameters for r in derivation.results)


def _title(context: Context) -> str:
    """The widths of a chain of layers, its depth where they are many."""
    model, texts = context.model, context.texts
    if not context.notation.layered:
        return texts.plain("title")
    sizes = model.widths or dimensions(model)
    if len(sizes) > LONGEST_TITLE:
        return texts.plain("title depth", depth=str(depth(model)))
    return texts.plain("title widths", widths="-".join(str(model.sizes.get(d, d)) for d in sizes))


def _subtitle(context: Context) -> Words:
    """The model's own title, where it is short enough for one line."""
    title = context.model.title
    return (title,) if title and len(title) <= LONGEST_SUBTITLE else ()
