"""How much of a derivation a document writes out, and the lemmas it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hand_made import softmax_derivation

from codegen.documents import document, terminal_document
from codegen.documents.content_detail import ALGEBRA, DETAILS
from codegen.documents.document import Algorithm, Block, Box, Chain, Display, Document, Heading, Line
from codegen.documents.latex import latex_math
from codegen.documents.texts import ENGLISH
from derive import MLP, Model, Network, backpropagate
from derive.backward.depth import depth
from derive.backward.steps import Derivation, Result
from derive.errors import InputError

NETS = {
    "softmax": backpropagate(MLP([4, 3, 5])),
    "penalty": backpropagate(MLP([3, 4, 2], hidden="tanh", output="identity", cost="half-sse", l2="lambda")),
    "gelu": backpropagate(MLP([3, 4, 2], hidden="gelu", output="softmax")),
    "unknown": backpropagate(MLP([3, 2], hidden="f", output="f", cost="half-sse")),
    "any depth": depth(hidden="tanh"),
}


def blocks(made: Document, title: str | None = None) -> Iterator[Block]:
    return (b for s in made.sections if title in (None, s.title) for b in s.blocks)


def lines(made: Document) -> list[Line]:
    return [line for block in blocks(made) if isinstance(block, Chain) for line in block.lines]


def said(words: tuple) -> str:
    return "".join(word if isinstance(word, str) else latex_math(word) for word in words)


def numbers(made: Document) -> list[int]:
    """Equation numbers in the order in which they stand."""
    found: list[int | None] = []
    for block in blocks(made):
        found += [line.number for line in block.lines] if isinstance(block, Chain) else []
        found += [block.number] if isinstance(block, Display) else []
    return [number for number in found if number is not None]


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("detail", DETAILS)
def test_numbers_have_no_gaps_at_any_level(name: str, detail: str) -> None:
    found = numbers(document(NETS[name], detail=detail))
    assert found == list(range(1, len(found) + 1))


@pytest.mark.parametrize("name", NETS)
def test_each_level_has_fewer_lines_and_the_same_results(name: str) -> None:
    made = {detail: document(NETS[name], detail=detail) for detail in DETAILS}
    counts = [len(lines(made[detail])) for detail in DETAILS]
    assert counts == sorted(counts) and counts[0] < counts[1]
    boxes = [[b for b in blocks(one) if isinstance(b, Box)] for one in made.values()]
    assert boxes[0] == boxes[1] == boxes[2]


@pytest.mark.parametrize("name", NETS)
def test_derivations_of_both_levels_begin_and_end_alike(name: str) -> None:
    every, steps = (
        [b for b in blocks(document(NETS[name], detail=d)) if isinstance(b, Chain)] for d in ("every", "steps")
    )
    assert [(c.left, c.lines[-1].right) for c in every] == [(c.left, c.lines[-1].right) for c in steps]


def test_a_textbook_leaves_algebra_out() -> None:
    every, steps = (terminal_document(document(NETS["softmax"], detail=d)) for d in ("every", "steps"))
    assert "the indicator collapses the sum" in every and "the indicator collapses the sum" not in steps
    assert "several small steps" in steps and "several small steps" not in every


def test_results_alone_have_no_derivation_and_one_sentence_on_checks() -> None:
    made = document(NETS["softmax"], detail="results")
    assert [s.title for s in made.sections] == [
        "The network", "What is derived", "Results", "The algorithm", "How each line was checked",
    ]  # fmt: skip
    (paragraph,) = blocks(made, ENGLISH.sentences["checks"])
    text = said(paragraph.words)  # type: ignore[attr-defined]
    assert text.count(".") == 1 and "for all widths" in text and "they agree" in text


def test_a_check_of_a_step_that_is_left_out_counts() -> None:
    """A planted step that was not proved takes the tick from the line it is merged into, whatever the level."""
    derivation = NETS["softmax"]
    assert isinstance(derivation, Derivation)

    def doubted(result: Result) -> Result:
        steps = tuple(
            replace(s, proof=replace(s.proof, status="undecided")) if s.rule in ALGEBRA else s for s in result.steps
        )
        return replace(result, steps=steps)

    planted = replace(derivation, results=tuple(map(doubted, derivation.results)))
    assert any(step.rule in ALGEBRA for result in planted.results for step in result.steps)
    for detail in ("steps", "every"):
        assert all(line.checked for line in lines(document(derivation, detail=detail)))
        assert not all(line.checked for line in lines(document(planted, detail=detail)))


def test_an_unknown_level_is_refused_in_one_line() -> None:
    for derivation in (NETS["softmax"], NETS["any depth"]):
        with pytest.raises(InputError, match=r"^all is no level of detail; accepted are results, steps, every$"):
            document(derivation, detail="all")


@pytest.mark.parametrize("name", NETS)
def test_lemmas_stand_in_the_appendix_in_the_order_of_their_use(name: str) -> None:
    made = document(NETS[name])
    headings = [said(b.words) for b in blocks(made, ENGLISH.sentences["lemmas"]) if isinstance(b, Heading)]
    chains = [b for b in blocks(made, ENGLISH.sentences["lemmas"]) if isinstance(b, Chain)]
    assert [h.split(".")[0] for h in headings] == [f"Lemma {n}" for n in range(1, len(headings) + 1)]
    assert len(chains) == len(headings)
    body = " ".join(said(line.reason) for line in lines(made)) + terminal_document(made)
    for number in range(1, len(headings) + 1):
        assert f"by Lemma {number}" in body or f"see Lemma {number}" in body


def test_a_lemma_is_what_the_engine_derived() -> None:
    derivation = NETS["softmax"]
    assert isinstance(derivation, Derivation)
    made = document(derivation, detail="every")
    chains = [b for b in blocks(made, ENGLISH.sentences["lemmas"]) if isinstance(b, Chain)]
    assert sorted(len(chain.lines) for chain in chains) == sorted(len(lemma.steps) for lemma in derivation.lemmas)
    assert all(line.checked for chain in chains for line in chain.lines)


def test_a_lemma_that_nothing_uses_is_left_out() -> None:
    sections = [s.title for s in document(NETS["unknown"]).sections]
    assert ENGLISH.sentences["lemmas"] not in sections
    assert ENGLISH.sentences["lemmas"] not in [s.title for s in document(NETS["softmax"], detail="results").sections]


def test_a_slope_that_stays_in_the_results_is_told_with_them_alone() -> None:
    shown = terminal_document(document(NETS["gelu"], detail="results"))
    assert "For gelu′ see Lemma 1." in shown and "the slope gelu′(z)" in shown.replace("The", "the")


@pytest.mark.parametrize("detail", DETAILS)
def test_the_update_is_told_entry_by_entry_and_in_matrices(detail: str) -> None:
    shown = [latex_math(b.formula) for b in blocks(document(NETS["softmax"], detail=detail), "The algorithm")
             if isinstance(b, Display)]  # fmt: skip
    assert any(
        r"w_{kj}^{(l)} \leftarrow  w_{kj}^{(l)} - \eta" in f.replace("leftarrow w", "leftarrow  w") for f in shown
    )
    assert any(r"\mathbf{W}^{(l)} \leftarrow \mathbf{W}^{(l)} - \eta" in f for f in shown)
    assert len(shown) == 4 and all("l = 1" in f for f in shown)


def test_a_model_without_records_speaks_of_none() -> None:
    model = Model.parse("data x, y\nz1 = sum(i, W1[i]*x[i])\na1 = tanh(z1)\nC = 1/2*(a1 - y)^2")
    made = document(backpropagate(model))
    shown = terminal_document(made)
    assert "record" not in shown
    assert len([b for b in blocks(made) if isinstance(b, Algorithm)]) == 1
    with_records = document(softmax_derivation())
    assert "for one record" in terminal_document(with_records)


def test_all_widths_are_spoken_of_once() -> None:
    for name in ("softmax", "penalty", "any depth"):
        shown = terminal_document(document(NETS[name]), 300)
        assert shown.count("for all widths") == 1, name


def test_a_title_of_one_s_own() -> None:
    model = Model.parse("data x\nh[j] = tanh(sum(i, W[j,i]*x[i]))\noutput h")
    derivation = backpropagate(model)
    assert document(derivation).title == "Backpropagation"
    assert document(derivation, title="A layer").title == "A layer"
    named = replace(derivation, model=replace(model, title="My layer"))
    assert document(named).title == "My layer" and not document(named).subtitle
    assert document(NETS["any depth"], title="Deep").title == "Deep"


def test_layers_as_typed_stand_below_the_title() -> None:
    typed = "2, dense 3 tanh, layer norm, dense 2 softmax"
    made = document(backpropagate(Network(typed)), detail="results")
    assert made.title == "Backpropagation" and "".join(map(str, made.subtitle)).startswith(typed)


def test_a_reason_names_a_result_once_whatever_its_index_is_called() -> None:
    reasons = [said(line.reason) for line in lines(document(NETS["softmax"]))]
    inserted = [reason for reason in reasons if reason.startswith("insert")]
    assert inserted and all(reason.count(r"\partial C") == 1 for reason in inserted)


def test_signs_of_products_and_powers_entry_by_entry_are_told_one_by_one() -> None:
    model = Model.parse("data x\nh[j] = tanh(sum(i, W[j,i]*x[i]))*exp(b[j])\noutput h")
    shown = terminal_document(document(backpropagate(model)))
    assert "of the entries at the same place" in shown and "every entry to the power" in shown
    shown = terminal_document(document(NETS["softmax"]))
    assert "of the entries at the same place" in shown and "every entry to the power" not in shown


def test_long_lists_of_symbols_end_in_dots() -> None:
    letters = "abcdefgh"
    equations = [f"{one} = v*{below}" for one, below in zip(letters, "x" + letters, strict=False)]
    model = Model.parse("\n".join(["data x", "param v", *equations, "C = h^2"]))
    row = next(line for line in terminal_document(document(backpropagate(model))).splitlines() if "computed by" in line)
    assert row.split("   ")[0:2] == ["", " a, b, c, d, … and h"]
