"""What is written in LaTeX is read back as it was."""

from __future__ import annotations

import latex_sketches as ls
from hypothesis import HealthCheck, given, settings

from derive.judge.reading import read_latex
from derive.judge.reading import sketch as sk

SLOW = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(ls.sketches)
def test_a_formula_comes_back(node: sk.Sketch) -> None:
    (statement,) = read_latex(ls.write(node))
    assert statement.sides == (node,), ls.write(node)


@SLOW
@given(ls.names, ls.sketches, ls.sketches)
def test_a_chain_is_one_statement(left: sk.Name, middle: sk.Sketch, right: sk.Sketch) -> None:
    text = (
        f"\\begin{{align}} {ls.write(left)} &= {ls.write(middle)} \\\\ &= {ls.write(right)}, \\tag{{3}} \\end{{align}}"
    )
    (statement,) = read_latex(text)
    assert statement.sides == (left, middle, right)
    assert statement.signs == ("=", "=")


@SLOW
@given(ls.names, ls.sketches, ls.names, ls.sketches)
def test_a_comma_or_a_line_parts_statements(a: sk.Name, b: sk.Sketch, c: sk.Name, d: sk.Sketch) -> None:
    first, second = f"{ls.write(a)} = {ls.write(b)}", f"{ls.write(c)} = {ls.write(d)}"
    for between in (",\\quad ", " \\\\ ", "; ", " \\text{ and } "):
        statements = read_latex(first + between + second)
        assert [statement.sides for statement in statements] == [(a, b), (c, d)], between
