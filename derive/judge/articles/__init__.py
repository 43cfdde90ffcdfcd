"""Five articles on backpropagation, every statement of theirs as a row."""

from __future__ import annotations

from functools import cache

from . import delta_rule, error_terms, graph_nodes, index_notation, two_passes
from .rows import KINDS, UNREADABLE, Article, Claim, Court, Row

ARTICLES: tuple[Article, ...] = tuple(
    module.ARTICLE for module in (delta_rule, two_passes, index_notation, graph_nodes, error_terms)
)


@cache
def court(number: int) -> Court:
    """The court of one article; what it has judged it remembers."""
    return Court(next(article for article in ARTICLES if article.number == number))


__all__ = ["ARTICLES", "KINDS", "UNREADABLE", "Article", "Claim", "Court", "Row", "court"]
