"""How a document says that its lines were checked."""

from __future__ import annotations

from derive.records import Proof
from derive.terms import dimension

from . import display as show
from .content_detail import merges
from .context import Context
from .display import Operator
from .document import Paragraph, Section, Words


def checks_section(context: Context) -> Section:
    """How the lines were checked, with what certainty, and by what second way."""
    texts, derivation = context.texts, context.derivation
    proofs = [step.proof for step in derivation.steps if step.proof is not None]
    forms = [form.proof for result in derivation.results for form in (result.matrix, result.batch) if form is not None]
    if context.detail == "results":
        return Section(texts.plain("checks"), (Paragraph(_briefly(context, proofs)),))
    first = [texts.say("method")]
    if any(step.rule == "chain-rule" for step in derivation.steps):
        first.append(texts.say("chain rule"))
    if merges(context):
        first.append(texts.say("merged", count=str(len(proofs))))
    first.append(_reach(context, proofs))
    if any(step.facts for step in derivation.steps):
        first.append(texts.say("assumed"))
    second = [texts.say("audit", status=texts.plain(derivation.audit.status))]
    if not isinstance(derivation.audit.widths, str):
        second.append(texts.say("test sizes", widths=sizes_words(context, derivation.audit)))
    last = [texts.say("forms")] if forms and all(p.status == "proved" for p in forms) else []
    bits = min((p.error_bits for p in (*proofs, *forms, derivation.audit) if p.error_bits), default=0)
    if bits:
        bound = show.Scripts(show.number(2), None, show.row(Operator("−", "prefix"), show.number(bits)))
        last.append(texts.say("bound", bound=(bound,)))
    paragraphs = (texts.together(sentences) for sentences in (first, second, last))
    return Section(texts.plain("checks"), tuple(Paragraph(words) for words in paragraphs if words))


def _briefly(context: Context, proofs: list[Proof]) -> Words:
    """How everything was checked, in one sentence."""
    texts = context.texts
    everywhere = str(sum(proof.widths == "all" for proof in proofs))
    reach = "all" if everywhere == str(len(proofs)) else "some"
    return texts.say(
        "briefly",
        count=str(len(proofs)),
        reach=texts.plain(f"briefly {reach} widths", proved=everywhere),
        status=texts.plain(context.derivation.audit.status),
    )


def _reach(context: Context, proofs: list[Proof]) -> Words:
    """For which widths the steps hold."""
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
        between = (context.texts.sentences["semicolon"],) if number else ()
        words += (*between, *context.listing(parts))
    return words
