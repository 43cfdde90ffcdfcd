"""What five articles state: every row is there, and is judged as our own reasoning expects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backproof import articles
from backproof.article_runs import RUNS, example
from backproof.gallery import FOLDER
from derive.judge.articles import ARTICLES, KINDS, UNREADABLE, court
from derive.judge.judging import judged
from derive.judge.records import PROVED, REFUTED, UNDECIDED

ROOT = Path(__file__).resolve().parent.parent
COUNTS = {1: 10, 2: 12, 3: 17, 4: 10, 5: 15}
IDS = [f"{number}.{row}" for number, count in COUNTS.items() for row in range(1, count + 1)]
ROWS = {row.id: (article, row) for article in ARTICLES for row in article.rows}
CLAIMS = [(article.number, row, claim) for article, row in ROWS.values() for claim in row.claims]


def disagreements(number, claims):
    """The claims whose verdict is not the expected one."""
    return [claim for claim in claims if court(number).verdict(claim).status != claim.expected]


@pytest.fixture(scope="module")
def page():
    return articles.page()


def test_every_row_is_there_once_and_in_order():
    assert [row.id for article in ARTICLES for row in article.rows] == IDS
    assert [row.kind for _, row in ROWS.values() if row.kind not in KINDS] == []


def test_every_row_is_judged_run_answered_or_drawn():
    for _, row in ROWS.values():
        assert row.claims or row.shown, row.id
        assert bool(row.shown) == bool(row.finding), row.id
    assert {row.shown for _, row in ROWS.values() if row.shown} == set(RUNS)


@pytest.mark.parametrize("id", IDS)
def test_verdicts_are_the_expected_ones(id):
    article, row = ROWS[id]
    assert disagreements(article.number, row.claims) == []


@pytest.mark.parametrize("id", [id for id in IDS if ROWS[id][1].claims])
def test_a_wrong_expectation_is_caught(id):
    article, row = ROWS[id]
    for claim in row.claims:
        for other in {PROVED, REFUTED, UNDECIDED, UNREADABLE} - {claim.expected}:
            planted = replace(claim, expected=other)
            assert disagreements(article.number, [planted]) == [planted]


@pytest.mark.parametrize("id", [id for id in IDS if ROWS[id][1].shown])
def test_examples_find_what_is_expected(id):
    _, row = ROWS[id]
    assert example(row.shown).finding == row.finding


def test_proofs_hold_for_all_widths():
    verdicts = {(row.id, claim.plain): court(number).verdict(claim) for number, row, claim in CLAIMS}
    assert [key for key, verdict in verdicts.items() if verdict.status == PROVED and verdict.widths != "all"] == []


@pytest.mark.parametrize("id", IDS)
def test_refutations_show_a_counterexample_and_name_the_mistake(id):
    article, row = ROWS[id]
    for claim in row.claims:
        if claim.expected == REFUTED:
            verdict = court(article.number).verdict(claim)
            assert verdict.witness or verdict.diagnosis.kind == "wrong-transpose-or-index" or id == "5.10"
            assert not verdict.witness or verdict.witness["left"] != verdict.witness["right"]
            assert claim.mistake in ("", verdict.diagnosis.kind)


@pytest.mark.parametrize("id", IDS)
def test_formulas_as_printed_get_the_same_verdict(id):
    article, row = ROWS[id]
    for claim in row.claims:
        if claim.latex and claim.plain and not claim.quoted:
            verdict = court(article.number).verdict_as_written(claim)
            assert verdict.status == claim.expected, claim.latex


@pytest.mark.parametrize("id", [id for id in IDS if ROWS[id][1].claims])
def test_a_spoiled_formula_is_refuted(id):
    article, row = ROWS[id]
    claim = next((one for one in row.claims if one.expected == PROVED), None)
    if claim is None:
        return
    left, _, right = claim.plain.partition(" = ")
    question = court(article.number).judge(claim.model).question(f"{left} = 2*({right}) + 1")
    assert judged(question).status == REFUTED


def test_the_checked_in_page_is_up_to_date(page):
    there = (ROOT / FOLDER / articles.NAME).read_bytes()
    assert there == page.encode(), "`make gallery` mends it"


def test_the_page_shows_every_row(page):
    heads = [line.split()[1] for line in page.splitlines() if line.startswith("### ")]
    assert heads == IDS
    for number, row, claim in CLAIMS:
        assert (claim.plain or claim.latex) in page, row.id
        assert f"**{court(number).verdict(claim).status}**" in page


def test_a_trivial_formula_is_not_shown_as_the_right_one(page):
    assert not articles.says_something("C = C")
    assert articles.says_something("C = sum(p, E[p])")
    assert not articles.ONE_THING.fullmatch("log(1 - h[i])")
    assert articles.ONE_THING.fullmatch("-eta*dC/dW1[j,i]")
    shown = [line.split("`")[1] for line in page.splitlines() if line.startswith("  - right: ")]
    assert shown and all(map(articles.says_something, shown))


def test_a_counterexample_that_is_long_is_cut():
    witness = {f"x[{n}]": n for n in range(30)} | {"left": 1, "right": 2}
    text = articles.counterexample(witness)
    assert "x[13] = 13, ...:" in text and "x[14]" not in text
    assert text.endswith("the left side is 1, the right side 2")
