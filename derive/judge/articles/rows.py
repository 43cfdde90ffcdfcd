"""What an article states, as rows of a table: each with its claims, what we expect of them, and a remark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import InputError
from ...records import Model
from ..judging import judged
from ..records import PROVED, Verdict
from ..verify import Judge

KINDS = (
    "algorithm", "definition", "example", "figure", "formula", "gap", "rule", "statement", "to derive", "update",
)  # fmt: skip
UNREADABLE = "unreadable"
SIMPLE = {"f": "z^2", "g": "z^2 + z", "h": "z^2 - z"}
"""Functions for counterexamples, where the article speaks of any function."""


@dataclass(frozen=True)
class Claim:
    """One formula of a row, to be judged.

    `plain` is the formula in the plain language, empty where it cannot be read at all; `expected` the verdict that our
    own reasoning expects, `mistake` the kind of mistake where it is plain which. `latex` is the formula as the article
    writes it, judged in that form too unless it is only `quoted`. `model` names a model of the article, `said` is what
    is claimed where the formula alone does not say it.
    """

    plain: str
    expected: str = PROVED
    latex: str = ""
    model: str = "network"
    said: str = ""
    mistake: str = ""
    quoted: bool = False


@dataclass(frozen=True)
class Row:
    """One row: `text` is the claim in words, `shown` names an example to compute, `finding` what it should find."""

    id: str
    kind: str
    text: str
    claims: tuple[Claim, ...] = ()
    shown: str = ""
    finding: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Article:
    """An article: the names it uses, the networks it speaks of in the plain language, and what it states.

    `notation` is a row of the table of notations, `delta` what its error terms are the derivative by; `symbols` says
    for each model what single symbols of the article mean.
    """

    number: int
    title: str
    about: str
    names: str
    delta: str
    models: Mapping[str, str]
    rows: tuple[Row, ...]
    notation: str | None = None
    symbols: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Court:
    """Judges the claims of one article; what was derived for one serves the next."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self._judges: dict[str, Judge] = {}
        self._verdicts: dict[tuple[str, str], Verdict] = {}

    def judge(self, model: str) -> Judge:
        """The judge of claims about one of the article's models. Raises KeyError."""
        if model not in self._judges:
            article = self.article
            network = Model.parse(article.models[model])
            symbols = article.symbols.get(model, {})
            self._judges[model] = Judge(network, article.notation, article.delta, symbols=symbols)
        return self._judges[model]

    def verdict(self, claim: Claim) -> Verdict:
        """The verdict on the plain form of a claim. A claim that nobody can read is "unreadable"."""
        text = claim.plain or claim.latex
        if (claim.model, text) not in self._verdicts:
            try:
                found = self.judge(claim.model).judge(text)
            except InputError as error:
                found = Verdict(text, "", UNREADABLE, str(error))
            self._verdicts[claim.model, text] = found
        return self._verdicts[claim.model, text]

    def numbers(self, claim: Claim) -> tuple[str, Mapping[str, object]]:
        """A counterexample to a refuted claim, and the functions it is for: simple ones, so that it can be followed.

        Empty where a claim is refuted by its shape alone.
        """
        named = [name for name in SIMPLE if re.search(rf"\b{name}'?\(", self.article.models[claim.model])]
        functions = [f"{name}(z) = {SIMPLE[name]}" for name in named]
        try:
            network = Model.parse("\n".join([*functions, self.article.models[claim.model]]))
            proof = judged(Judge(network, self.article.notation, self.article.delta).question(claim.plain))
        except InputError:
            return "", {}
        return ", ".join(functions), proof.witness or {}

    def verdict_as_written(self, claim: Claim) -> Verdict:
        """The verdict on a claim as the article writes it. Raises InputError."""
        return self.judge(claim.model).judge(claim.latex)
