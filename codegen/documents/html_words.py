"""What a page says by itself, around the document: one row of words a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PageWords:
    """The words of one language; `steps` has a place for their number, `equation` for its own."""

    contents: str
    checked: str
    steps: str
    one_step: str
    equation: str
    table: str
    code: str
    formula: str

    def count(self, lines: int) -> str:
        return self.one_step if lines == 1 else self.steps.format(lines)


PAGE_WORDS: Mapping[str, PageWords] = {
    "en": PageWords("Contents", "checked", "{} steps", "1 step", "equation {}", "table", "program text", "formula"),
    "zh": PageWords("目录", "已验证", "{} 步", "1 步", "式 {}", "表", "程序", "公式"),
}


def page_words(language: str) -> PageWords:
    """The words of a language, ``zh-CN`` being one with ``zh``; English where there are none."""
    return PAGE_WORDS.get(language.partition("-")[0], PAGE_WORDS["en"])
