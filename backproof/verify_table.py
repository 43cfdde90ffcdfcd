"""One row for each file: how many formulas are proved, refuted, undecided, unreadable, and the first mistake."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO

from derive.judge.notes import UNREADABLE, Marked
from derive.judge.records import PROVED, REFUTED, UNDECIDED

from .verify_sources import Source

HEADER = ("file", "proved", "refuted", "carried on", "undecided", "unreadable", "first mistake")
TYPED = "command line"


def rows(sources: Iterable[Source]) -> Iterator[tuple[str, ...]]:
    """The rows of the table; "carried on" counts the refuted that follow from an earlier mistake."""
    for source in sources:
        counts = Counter(one.status for one in source.marked)
        carried = sum(bool(one.follows) for one in source.marked)
        numbers = (counts[PROVED], counts[REFUTED], carried, counts[UNDECIDED], counts[UNREADABLE])
        numbers_told = [""] * len(numbers) if source.error else [str(number) for number in numbers]
        yield (source.name or TYPED, *numbers_told, source.error.removeprefix(f"{source.name}: ") or _first(source))


def csv_text(sources: Iterable[Source]) -> str:
    """The table as comma separated values."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows(sources))
    return text.getvalue()


def place(source: Source, one: Marked) -> str:
    """Where a formula stands: ``formula 7, line 31``."""
    number = f"formula {one.formula.number}"
    return f"{number}, line {one.formula.line}" if source.name else number


def _first(source: Source) -> str:
    """The first refuted formula and what is wrong with it."""
    first = next((one for one in source.marked if one.status == REFUTED), None)
    if first is None or first.verdict is None:
        return ""
    diagnosis = first.verdict.diagnosis
    return f"{place(source, first)}: {diagnosis.text if diagnosis else 'it does not hold'}"
