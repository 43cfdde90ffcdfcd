"""The words of a document: for each language one table of sentences, and one of the reasons of its lines.

Another language is another module with these two tables. Names in braces stand for formulas
or words that are put in; a reason has its templates from the most telling to the plainest,
and the first whose names all have something to say is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from derive.errors import InputError

from . import texts_en, texts_zh
from .words import Words


@dataclass(frozen=True)
class Texts:
    """A language: sentences and reasons by key."""

    language: str
    sentences: Mapping[str, str]
    reasons: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **parts: Words | str) -> Words:
        """The sentence `key` with its parts put in."""
        return fill(self.sentences[key], parts)

    def plain(self, key: str, **parts: Words | str) -> str:
        """The sentence `key`, where no formula is put in."""
        return "".join(str(word) for word in self.say(key, **parts))

    def reason(self, rule: str, **parts: Words) -> Words:
        """Why a line holds; the words of the key itself for a rule without a template."""
        for template in self.reasons.get(rule, ()):
            if all(parts.get(name) for name in PLACE.findall(template)):
                return fill(template, parts)
        return (rule.replace("-", " "),)

    def together(self, sentences: Iterable[Words]) -> Words:
        """Sentences one after the other, empty ones left out."""
        said = [sentence for sentence in sentences if sentence]
        gap = tuple(filter(None, (self.sentences["between sentences"],)))
        return tuple(word for n, sentence in enumerate(said) for word in (*(gap if n else ()), *sentence))


PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, parts: Mapping[str, Words | str]) -> Words:
    """The template as running text, each name in braces replaced by its words."""
    result: list = []
    for position, piece in enumerate(PLACE.split(template)):
        if position % 2 == 0:
            result.extend((piece,) if piece else ())
        else:
            words = parts[piece]
            result.extend((words,) if isinstance(words, str) else words)
    return tuple(result)


ENGLISH = Texts("en", texts_en.SENTENCES, texts_en.REASONS)
CHINESE = Texts("zh", texts_zh.SENTENCES, texts_zh.REASONS)
LANGUAGES = {texts.language: texts for texts in (ENGLISH, CHINESE)}


def texts_in(language: str) -> Texts:
    """The words of a language. Raises InputError for one that there are no words in."""
    if language not in LANGUAGES:
        raise InputError(f"{language} is no language of documents; accepted are {', '.join(LANGUAGES)}")
    return LANGUAGES[language]
