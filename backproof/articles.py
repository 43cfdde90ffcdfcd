"""The page of the articles: every statement of theirs with its verdict, written to ``generated/articles.md``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from derive.judge.articles import ARTICLES, UNREADABLE, Article, Claim, Court, Row, court
from derive.judge.records import REFUTED, UNDECIDED, Verdict

from .article_graphs import number
from .article_runs import example

NAME = "articles.md"
MOST = 14
"""So many numbers of a counterexample are written out."""
ONE_THING = re.compile(r"-?(eta\*)?[\w/]+(\[[\w,]+\])?")
"""The left side of a claim that says what one thing is; of another, there is no right formula to tell."""

HEAD = """<!-- made by: make gallery -->
# Five articles, statement by statement

Every formula below is judged from the forward equations alone: **proved** (for all widths unless said otherwise),
**refuted** (with a counterexample and the right formula) or **undecided**. What is an algorithm is run, what is a
statement is answered by an example that is computed, what is missing is derived.

In grey stands the formula as it was judged, in the plain language: `delta1[j]` is the error term of layer 1, with the
sign that the article gives it, `dC/dW1[j,i]` a derivative of the cost, `f'` the derivative of an activation about which
nothing else is known, `size(p)` or `n_p` the number of values of the index p. A name in brackets says which network of
the article is meant. A formula of an article is judged as it is printed, too; only what carries the mark ° is quoted
and judged in the plain language alone.
"""

SIGNS = {"dC/dz": "the gradient, ∂C/∂z", "-dC/dz": "minus the gradient, −∂C/∂z"}


def page() -> str:
    """The whole page in Markdown."""
    parts = [_article(article) for article in ARTICLES]
    summary = ["| article | rows | formulas | proved | refuted | undecided | unreadable |", "|" + " --- |" * 7]
    for article, (_, found) in zip(ARTICLES, parts, strict=True):
        counts = [found[status] for status in ("proved", REFUTED, UNDECIDED, UNREADABLE)]
        link = f"[{article.number}](#article-{article.number})"
        summary.append(f"| {link} | {len(article.rows)} | {sum(counts)} | {' | '.join(map(str, counts))} |")
    return "\n".join([HEAD, *summary, "", *(text for text, _ in parts)])


def _article(article: Article) -> tuple[str, Counter[str]]:
    """The part of one article, and how many claims got which verdict."""
    judges, found = court(article.number), Counter[str]()
    lines = [
        f"## Article {article.number}", "", f"**{article.title}**", "", article.about, "",
        f"*Names:* {article.names}.", "", f"*Error term:* {SIGNS[article.delta]}.", "",
        "<details><summary>The networks in the plain language</summary>", "",
    ]  # fmt: skip
    for name, text in article.models.items():
        lines += [f"*{name}*", "", "```text", *text.strip().splitlines(), "```", ""]
    lines += ["</details>", ""]
    for row in article.rows:
        lines += _row(row, judges, found)
    return "\n".join(lines), found


def _row(row: Row, court: Court, found: Counter[str]) -> Iterator[str]:
    yield f"### {row.id} {row.kind}"
    yield ""
    yield row.text
    yield ""
    for claim in row.claims:
        verdict = court.verdict(claim)
        found[verdict.status] += 1
        yield from _claim(claim, verdict, court)
    if row.claims:
        yield ""
    if row.shown:
        shown = example(row.shown)
        yield f"**{shown.finding}** by example. {shown.lines[0]}" if shown.lines[0][:1] not in "|`" else (
            f"**{shown.finding}** by example.\n\n{shown.lines[0]}")  # fmt: skip
        yield from shown.lines[1:]
        yield ""
    if row.remark:
        yield f"> {row.remark}"
        yield ""


def _claim(claim: Claim, verdict: Verdict, court: Court) -> Iterator[str]:
    mark = " °" if claim.quoted else ""
    formula = f"${claim.latex}${mark}" if claim.latex and verdict.status != UNREADABLE else ""
    plain = f"`{claim.plain or claim.latex}`"
    model = f" (*{claim.model}*)" if claim.model != "network" else ""
    parts = (claim.said, formula, plain)
    yield f"- **{verdict.status}**{_terms(verdict)}{model}: " + " — ".join(part for part in parts if part)
    if verdict.status == UNREADABLE:
        yield f"  - {_one_line(verdict.reason)}"
    if verdict.status == UNDECIDED:
        yield f"  - because {verdict.reason}"
    if verdict.status == REFUTED:
        yield from _refuted(claim, verdict, court)


def _refuted(claim: Claim, verdict: Verdict, court: Court) -> Iterator[str]:
    diagnosis = verdict.diagnosis if ONE_THING.fullmatch(claim.plain.partition(" = ")[0]) else None
    if diagnosis and diagnosis.kind != "other":
        yield f"  - wrong: {_in_own_names(diagnosis.text, claim, court)}"
    if verdict.witness:
        functions, simple = court.numbers(claim)
        start = f"with {functions}, " if simple and functions else ""
        yield f"  - {start}{counterexample(simple or verdict.witness)}"
    if diagnosis and says_something(diagnosis.correct):
        yield f"  - right: `{_in_own_names(diagnosis.correct, claim, court)}`"
    if diagnosis and diagnosis.would_hold_if:
        yield f"  - would hold if `{diagnosis.would_hold_if}`"


def _terms(verdict: Verdict) -> str:
    """For which widths a proof holds, and what it assumes."""
    if verdict.status != "proved":
        return ""
    widths = "" if verdict.widths == "all" else f" for {len(verdict.widths)} choices of widths"
    return widths + (f", assuming `{'`, `'.join(verdict.assuming)}`" if verdict.assuming else "")


def counterexample(witness: Mapping[str, object]) -> str:
    """A counterexample in one line: the numbers, then what the two sides are at them."""
    numbers = [f"{name} = {number(value)}" for name, value in witness.items() if name not in ("left", "right")]
    more = ", ..." if len(numbers) > MOST else ""
    sides = [number(witness[side]) for side in ("left", "right") if side in witness]
    return f"at {', '.join(numbers[:MOST])}{more}: the left side is {sides[0]}, the right side {sides[1]}"


def says_something(formula: str) -> bool:
    """Whether a formula is more than a thing equal to itself."""
    left, _, right = (part.strip() for part in formula.partition("="))
    return bool(right) and left != right


def _in_own_names(text: str, claim: Claim, court: Court) -> str:
    """The text with the claim's own name of the cost, and without error terms that the article does not know so."""
    if court.article.delta.startswith("-") or "delta" not in claim.plain:
        text = re.sub(r"\bdelta(\d*)", r"dC/dz\1", text)
    return re.sub(r"\bdC/d", f"d{court.judge(claim.model).model.cost}/d", text) if "dC/" not in claim.plain else text


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("$", "")
