"""The judge of equations on hundreds that were made by rule: never wrong, and hardly ever without an answer."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from brute import brute
from floats import Floats
from identities_made import CASES, DIFFERENT, FORMULAS, KINDS, SAME, WIDE, Row, key, outcome, rows
from identities_small import TRAPS
from identity_words import AXES, DEFINITIONS, FACTS, n, p
from sympy import Add, Indexed, IndexedBase, KroneckerDelta, Mul, Pow, Sum, Tuple, exp, preorder_traversal

ANSWERED = 0.95
WIDE_CASES = [case for case in CASES if case[0] != "small"]
BRUTE = (Add, Mul, Pow, Sum, Tuple, Indexed, IndexedBase, KroneckerDelta, exp)


@pytest.mark.parametrize(("kind", "family"), CASES, ids=map("-".join, CASES))
def test_no_verdict_is_wrong_and_nearly_all_are_decided(kind: str, family: str) -> None:
    made, true = rows(kind, family), KINDS[kind][3]
    found = [(outcome(row, true), row) for row in made]
    assert [row for said, row in found if said == "wrong"] == []
    others = [f"{said}: {row.left} = {row.right}" for said, row in found if said != "right"]
    assert len(others) <= (1 - ANSWERED) * len(made), others


@pytest.mark.parametrize("place", range(len(TRAPS)))
def test_no_trap_is_proved_at_all_widths(place: int) -> None:
    row = Row("traps", *TRAPS[place])
    gaps = [row.gap({n: width, p: width}, seed) or 0 for width in range(2, 14) for seed in range(4)]
    assert max(gaps) > DIFFERENT, row
    assert outcome(row, False) != "wrong", row


@pytest.mark.parametrize(("kind", "family"), WIDE_CASES, ids=map("-".join, WIDE_CASES))
def test_floats_agree_with_how_an_equation_was_made(kind: str, family: str) -> None:
    for row in rows(kind, family):
        gaps = row.gaps()
        assert gaps and (max(gaps) < SAME if kind == "rewritten" else max(gaps) > DIFFERENT), row


def test_there_are_many_and_all_are_different() -> None:
    counts = Counter({True: 0, False: 0})
    for kind, family in CASES:
        counts[KINDS[kind][3]] += len(rows(kind, family))
    assert counts[True] >= 300 and counts[False] >= 500
    assert len({key(row) for case in CASES for row in rows(*case)}) == counts.total()


@pytest.mark.parametrize("family", ["sums", "deltas", "attention"])
def test_floats_agree_with_sums_written_out(family: str) -> None:
    compared = 0
    for row in rows("spoiled", family):
        if not all(node.func in BRUTE for node in preorder_traversal(row.right) if node.args):
            continue
        point = Floats(AXES, WIDE[0], 1, DEFINITIONS, FACTS, FORMULAS)
        for place in (0, 1):
            at = dict.fromkeys(row.ranges, place)
            value = float(np.reshape(point.value(row.right, at, 0), ()))
            sizes = {str(d): size for d, size in WIDE[0].items()}
            assert value == pytest.approx(brute(row.right, point.arrays, sizes, at))
            compared += 1
    assert compared
