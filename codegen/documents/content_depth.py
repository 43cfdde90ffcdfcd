"""From the induction over the layers of a network of any depth to a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.backward.depth import Induction
from derive.terms import element, index

from .content_depth_network import definition_section, depth_network_section
from .content_depth_results import depth_algorithm_section, depth_checks_section, depth_results_section
from .content_derivation import result_blocks
from .content_lemmas import lemmas_section, number_lemmas
from .context import Context
from .depth_parts import ABOVE, DOWN, EVERY, HIDDEN, LAST, LAYER, Parts, parts_of, ranging
from .document import Block, Chain, Document, Paragraph, Section
from .texts import Texts


def depth_document(
    induction: Induction, texts: Texts, detail: str = "steps", title: str | None = None, extra: Sequence[Section] = ()
) -> Document:
    """The whole induction as a document, in these words; `extra` sections come last."""
    parts = parts_of(induction, texts, detail)
    number_lemmas(parts.proving)
    sections = (
        depth_network_section(parts),
        definition_section(parts),
        *(_proofs(parts) if detail != "results" else ()),
        depth_results_section(parts),
        depth_algorithm_section(parts),
        depth_checks_section(parts),
        *lemmas_section(parts.proving, texts),
        *extra,
    )
    return Document(title or texts.plain("title any depth"), (induction.model.title,), sections, texts.language)


def _proofs(parts: Parts) -> Iterator[Section]:
    """The base case, the step, the gradients, and what follows."""
    texts = parts.texts
    base = _chains(parts.base, ("cotangent", "delta"))
    yield Section(texts.plain("base case"), tuple(base))
    given = parts.step.text(element("delta2", index("k")))
    words = texts.say("step given", layer=(LAYER,), layers=(HIDDEN,), given=(given,))
    step = _chains(parts.step, ("cotangent", "delta"))
    yield Section(texts.plain("inductive step"), (Paragraph(words), *step))
    given = parts.layer.text(element("delta1", index("j")))
    words = texts.say("layer given", layer=(LAYER,), layers=(EVERY,), given=(given,))
    layer = _chains(parts.layer, ("gradient",))
    yield Section(texts.plain("gradients"), (Paragraph(words), *layer))
    yield Section(texts.plain("conclusion"), (_conclusion(parts, base, step, layer),))


def _chains(context: Context, kinds: tuple[str, ...]) -> list[Block]:
    results = [r for r in context.derivation.results if r.kind in kinds]
    return [block for result in results for block in result_blocks(context, result)]


def _conclusion(parts: Parts, *proofs: list[Block]) -> Paragraph:
    """What the base case, the step and the gradients prove together."""
    ends = [[block.lines[-1].number for block in proof if isinstance(block, Chain)] for proof in proofs]
    base, step, gradients = ends
    return Paragraph(parts.texts.say(
        "induction",
        last=(LAST,), above=(ABOVE,), layer=(LAYER,), down=(ranging(DOWN),),
        base=str(base[-1]), step=str(step[-1]), gradients=parts.layer.listing([f"({number})" for number in gradients]),
    ))  # fmt: skip
