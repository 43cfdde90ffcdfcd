"""Every language says what every other one says, and a document in one has no words of another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

import codegen.documents
from backproof.gallery import GALLERY
from backproof.runs import derived
from codegen.documents import document, terminal_document
from codegen.documents.content_network import fact_words
from codegen.documents.context import Context
from codegen.documents.display import Node, Text
from codegen.documents.document import Code, Document
from codegen.documents.latex import latex_math
from codegen.documents.notation import notation_for
from codegen.documents.texts import CHINESE, ENGLISH, LANGUAGES, PLACE, texts_in
from derive import Model, backpropagate
from derive.backward.rules import RULES
from derive.backward.steps import Derivation
from derive.errors import InputError
from derive.forward.facts import FORMS
from derive.records import Proof

FOLDER = Path(codegen.documents.__file__).parent
OTHERS = [texts for texts in LANGUAGES.values() if texts is not ENGLISH]
NETWORKS = ["4-3-5-softmax", "2-2-1-sigmoid", "3-6-2-tanh-l2", "n0-n1-n2", "gelu-layer", "article-3"]
AUDIT = Proof("proved", "by hand")
SAYING = ("say", "plain")
ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:.?!()]|[,;:.?!][\u4e00-\u9fff]")


@cache
def gallery(name: str) -> Derivation:
    return derived(GALLERY[name].network, GALLERY[name].options)  # type: ignore[return-value]


def strings(thing: object) -> Iterator[str]:
    """Every word of a document in running text; formulas, code, tones and the like are left out."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (tuple, list)):
        for part in thing:
            yield from strings(part)
    elif is_dataclass(thing) and not isinstance(thing, (Node, Code)):
        for field in fields(thing):
            if field.name not in ("language", "tone", "anchor", "subtitle"):
                yield from strings(getattr(thing, field.name))


def source_words() -> tuple[set[str], set[str], set[str]]:
    """All string constants of the sources, the beginnings of formatted ones, and what is said by a constant."""
    constants, beginnings, said = set(), set(), set()
    for path in (*FOLDER.glob("*.py"), FOLDER.parent.parent / "backproof" / "sections.py"):
        if path.stem.startswith("texts_"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    constants.add(text)
                case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if len(text) > 3:
                    beginnings.add(text)
                case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(key)), *_]):
                    if name in SAYING:
                        said.add(key)
    return constants, beginnings, said


def test_no_sentence_is_missing_and_none_is_unused() -> None:
    constants, beginnings, said = source_words()
    by_value = {"proved", "undecided", "refuted", *(k for k in ENGLISH.sentences if k.endswith(" by letters"))}
    unused = {k for k in set(ENGLISH.sentences) - constants - by_value if not any(map(k.startswith, beginnings))}
    assert not unused
    assert said <= set(ENGLISH.sentences)


@pytest.mark.parametrize("texts", OTHERS, ids=lambda texts: texts.language)
def test_every_language_has_the_same_sentences_with_the_same_names_in_them(texts) -> None:
    assert list(texts.sentences) == list(ENGLISH.sentences)
    for key, sentence in texts.sentences.items():
        assert sorted(PLACE.findall(sentence)) == sorted(PLACE.findall(ENGLISH.sentences[key])), key


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=lambda texts: texts.language)
def test_every_rule_has_reasons_and_every_reason_a_rule(texts) -> None:
    assert set(texts.reasons) == set(RULES)
    for rule, templates in texts.reasons.items():
        ours = [sorted(PLACE.findall(template)) for template in templates]
        assert ours == [sorted(PLACE.findall(template)) for template in ENGLISH.reasons[rule]], rule
        assert not ours[-1], f"{rule}: the last template needs nothing"


def test_an_unknown_language_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"^fr is no language of documents; accepted are en, zh$"):
        texts_in("fr")
    with pytest.raises(InputError, match="accepted are en, zh"):
        document(gallery("4-3-5-softmax"), language="fr")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_chinese_document_has_no_english_words(name: str) -> None:
    made = document(gallery(name), language="zh")
    assert made.language == "zh"
    for text in strings(made):
        assert not ENGLISH_WORD.search(text), text
        assert not HALF_WIDTH.search(text), text


def test_a_planted_english_word_would_be_found() -> None:
    planted = Document("标题", (), (), "zh")
    assert not any(map(ENGLISH_WORD.search, strings(planted)))
    assert any(map(ENGLISH_WORD.search, strings(Document("标题 of", (), (), "zh"))))
    assert HALF_WIDTH.search("层, 单元") and not HALF_WIDTH.search("层，单元")


@pytest.mark.parametrize("name", ["4-3-5-softmax", "any-depth"])
def test_languages_differ_in_words_alone(name: str) -> None:
    """The same blocks with the same formulas stand in the documents of all languages."""

    def shape(language: str) -> list[str]:
        return [type(b).__name__ for s in document(gallery(name), language=language).sections for b in s.blocks]

    assert shape("zh") == shape("en")


def test_lists_facts_and_widths_are_told_in_chinese() -> None:
    model = Model.parse(
        "data x, y\nz[k] = sum(i, W[k,i]*x[i])\na[k] = sigmoid(z[k])\nC = -sum(k, y[k]*log(a[k]))\n"
        "assume one-hot(y)\nassume binary(x)"
    )
    shown = terminal_document(document(backpropagate(model), language="zh"))
    assert "y 有一个元素为 1，其余均为 0" in shown and "x 的每个元素为 0 或 1" in shown
    assert "前向方程为" in shown and "对一个样本" not in shown
    assert CHINESE.sentences["and"] in shown and "、" in shown


def test_einsum_letters_are_code_not_words() -> None:
    assert not list(strings(Text("ij,jk")))


FACTS = {
    "sum(k, y[k]) = 1": r"\sum_{k=1}^{n_k} y_k = 1",
    "sum(k, A[k,j]) = 1": r"\sum_{k=1}^{n_k} A_{kj} = 1",
    "y[k] > 0": "y_k > 0",
    "0 < y[k] < 1": "0 < y_k < 1",
    "A[i,j] = A[j,i]": "A_{kj} = A_{jk}",
    "epsilon > 0": r"\epsilon > 0",
    "positive(y)": "y_k > 0",
    "unit(y)": "0 < y_k < 1",
    "symmetric(A)": "A_{kj} = A_{jk}",
    "onehot(y)": "1",
    "binary(y)": "0",
}


def test_every_form_of_a_fact_is_known_here() -> None:
    assert {form.replace("symmetric(y)", "symmetric(A)") for form in FORMS} <= set(FACTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_is_printed_in_symbols_or_in_words_of_its_language(fact: str, language: str) -> None:
    model = Model.parse(
        "data y, A, epsilon\nassume " + fact + "\nC = sum(k, y[k]*w[k]/epsilon) + sum(k, sum(j, A[k,j]*w[j]*y[k]))"
    )
    context = Context(Derivation(model, (), (), AUDIT), notation_for(model, []), LANGUAGES[language])
    said = "".join(word if isinstance(word, str) else latex_math(word) for word in fact_words(context, fact))
    assert FACTS[fact] in said and fact not in said.replace(r"\epsilon", "ε")
