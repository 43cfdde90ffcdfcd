"""From a derivation to a document."""

from __future__ import annotations

from collections.abc import Sequence

from derive.backward.depth import Induction
from derive.backward.steps import Derivation
from derive.errors import InputError

from .author_notation import author_notation
from .author_signs import in_sign
from .content_algorithm import algorithm_section
from .content_checks import checks_section
from .content_depth import depth_document
from .content_derivation import definition_section, derivation_sections
from .content_detail import known_detail
from .content_lemmas import lemmas_section, number_lemmas
from .content_network import dimensions, network_section
from .content_results import results_section
from .context import Context
from .document import Document, Section, Words
from .layers import depth
from .notation import Notation, notation_for
from .texts import texts_in

LONGEST_TITLE = 8
LONGEST_SUBTITLE = 80


def document(
    derivation: Derivation | Induction,
    *,
    language: str = "en",
    detail: str = "steps",
    notation: Notation | str | None = None,
    title: str | None = None,
    extra: Sequence[Section] = (),
) -> Document:
    """The whole derivation as a document; `extra` sections (checks in numbers, code) come last.

    `language` is "en" or "zh". `detail` is "results" (no derivations), "steps" (those of a
    textbook) or "every" (each rewriting). `notation` is a notation or the name of an author's.
    `title` stands in place of the one that the model gives. Raises InputError for what is unknown.
    """
    texts = texts_in(language)
    known_detail(detail)
    if isinstance(derivation, Induction):
        if notation is not None:
            raise InputError("a network of any depth is printed in the notation of the house alone")
        return depth_document(derivation, texts, detail, title, extra)
    if isinstance(notation, str):
        notation = author_notation(derivation.model, notation)
    notation = notation or notation_for(derivation.model, [r.right for r in derivation.results])
    context = Context(in_sign(derivation, notation.error_sign), notation, texts, detail)
    number_lemmas((context,))
    sections = (
        network_section(context),
        definition_section(context),
        *derivation_sections(context),
        results_section(context),
        *((algorithm_section(context),) if _trains(derivation) else ()),
        checks_section(context),
        *lemmas_section((context,), texts),
        *extra,
    )
    return Document(title or _title(context), _subtitle(context), sections, language)


def _trains(derivation: Derivation) -> bool:
    """Whether there is a cost to descend and a parameter to do it with."""
    parameters = set(derivation.model.parameters)
    return derivation.model.cost is not None and any(r.array in parameters for r in derivation.results)


def _title(context: Context) -> str:
    """The widths of a chain of layers, its depth where they are many; of equations their own title."""
    model, texts = context.model, context.texts
    if not context.notation.layered:
        return model.title if _fits_a_line(model.title) and not model.widths else texts.plain("title")
    sizes = model.widths or dimensions(model)
    if len(sizes) > LONGEST_TITLE:
        return texts.plain("title depth", depth=str(depth(model)))
    return texts.plain("title widths", widths="-".join(str(model.sizes.get(d, d)) for d in sizes))


def _subtitle(context: Context) -> Words:
    """How a network was typed, where that is short enough for one line and not the title already."""
    model = context.model
    return (model.title,) if (context.notation.layered or model.widths) and _fits_a_line(model.title) else ()


def _fits_a_line(title: str) -> bool:
    return 0 < len(title) <= LONGEST_SUBTITLE
