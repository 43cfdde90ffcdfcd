"""A document as HTML: whole, well formed, safe, and within its page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from document_samples import drawing, nodes, sample
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.gallery import GALLERY
from backproof.runs import derived
from codegen.documents import document
from codegen.documents.display import Node, Operator, Symbol, row
from codegen.documents.document import Block, Chain, Document, Line, Paragraph, Section
from codegen.documents.drawing import Label
from codegen.documents.figure_pieces import drawing as drawing_of
from codegen.documents.figure_pieces import words_width
from codegen.documents.html_document import html_document
from codegen.documents.html_words import PAGE_WORDS
from codegen.documents.latex import latex_math
from codegen.documents.mathml import _one, mathml
from codegen.documents.svg import svg

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).resolve().parent.parent
NASTY = "<b>&amp;\"'</script></style>]]>--><!--`$"
VOID = {"meta", "link", "wbr", "br"}
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.text(
    "<>&\"'/!-ab ]", min_size=1, max_size=12
)


class Balance(HTMLParser):
    """Opens and closes elements as they come; what does not match is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), f"{tag} has an attribute twice"
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"{tag} closed at {self.getpos()}"

    def handle_data(self, data):
        self.text.append(data)


def parsed(page: str) -> Balance:
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert not parser.open
    return parser


def body(page: str) -> str:
    return page[page.index("<body>") : page.index("</html>")]


@cache
def page_of(name: str) -> str:
    return html_document(document(derived(GALLERY[name].network, GALLERY[name].options)))


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_every_node_is_known_and_the_sample_has_it():
    seen, stack = set(), list(nodes())
    while stack:
        node = stack.pop()
        seen.add(type(node))
        stack.extend(v for v in vars(node).values() if isinstance(v, Node))
        stack.extend(getattr(node, "items", ()))
    assert seen == set(Node.__subclasses__())


def test_every_block_is_known_and_the_sample_has_it():
    assert {type(b) for s in sample().sections for b in s.blocks} == set(Block.__subclasses__())


def test_unknown_nodes_and_blocks_are_errors():
    class Strange(Node):
        pass

    class StrangeBlock(Block):
        pass

    with pytest.raises(TypeError, match="Strange is not known to the MathML writer"):
        _one(Strange())
    with pytest.raises(TypeError, match="StrangeBlock is not known to the HTML writer"):
        html_document(Document("", (), (Section("", (StrangeBlock(),)),)))


@pytest.mark.parametrize("name", ["x", NASTY])
def test_formulas_are_well_formed_and_carry_their_latex(name):
    for node in nodes(name):
        math = ElementTree.fromstring(mathml(node))
        assert math.find("semantics/annotation").text == latex_math(node).strip()
        assert len(math.find("semantics")) == 2


ONE_CHILD_EACH = {"msub": 2, "msup": 2, "msubsup": 3, "munderover": 3, "mfrac": 2}


def test_scripts_and_fractions_have_as_many_parts_as_they_must():
    for node in nodes():
        for part in ElementTree.fromstring(mathml(node)).iter():
            assert len(part) == ONE_CHILD_EACH.get(part.tag, len(part)), ElementTree.tostring(part)


def test_a_prime_follows_its_letter_and_layers_do_not_stretch():
    text = mathml(nodes()[-1]) + "".join(map(mathml, nodes()))
    assert re.search(r"<mi>x</mi><mo[^>]*>′</mo></mrow><mi>j</mi>", text)
    assert all('stretchy="false"' in tag for tag in re.findall(r"<mo([^>]*)>[()\[\]|]</mo>", text))
    assert "𝜹" in text and "𝚫" in text and "𝐱" in text


def test_a_minus_at_the_start_of_a_line_keeps_its_space():
    assert 'form="infix"' in mathml(row(Operator("−"), Symbol("x")))
    assert 'form="prefix"' in mathml(row(Symbol("y"), Operator("−", "prefix"), Symbol("x")))


@given(NAMES)
@settings(max_examples=15, deadline=None)
def test_names_cannot_bring_markup(name):
    plain, other = parsed(body(html_document(sample("x")))), parsed(body(html_document(sample(name))))
    shape = [(tag, set(a)) for tag, a in plain.tags if tag not in ("mi", "mn", "mo", "mspace")]
    # a longer name may be broken elsewhere or need to be scrolled; no element of another kind may appear
    assert {tag for tag, _ in other.tags} <= {tag for tag, _ in shape} | {"mi", "mn", "mo", "mspace", "mtext"}
    allowed = {key for _, keys in shape for key in keys} | {"mathvariant", "tabindex", "role", "aria-label"}
    assert {key for _, a in other.tags for key in a} <= allowed | {"form", "lspace", "rspace", "stretchy", "width"}


def test_markup_as_a_name_comes_out_as_text():
    page = parsed(html_document(sample(NASTY)))
    assert NASTY in "".join(page.text)
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not any(tag == "b" for tag, _ in page.tags)


def test_same_bytes_twice():
    assert html_document(sample()) == html_document(sample())


def test_nothing_is_fetched():
    page = html_document(sample())
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page)
    assert not re.search(r"https?://|@import|url\((?!\"data:)", page)


def test_links_lead_somewhere_and_names_are_given_once():
    page = parsed(html_document(sample()))
    names = [a["id"] for _, a in page.tags if "id" in a]
    links = [a["href"][1:] for tag, a in page.tags if tag == "a"]
    assert len(names) == len(set(names)) and set(links) <= set(names)
    assert "eq-1" in links and "eq-999" not in names


def test_headings_are_in_order_and_there_is_one_title():
    levels = [int(tag[1]) for tag, _ in parsed(html_document(sample())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_landmarks_language_and_labels():
    tags = parsed(html_document(sample(language="zh"))).tags
    assert dict(tags)["html"]["lang"] == "zh" and {"main", "nav", "header"} <= {tag for tag, _ in tags}
    assert all(a.get("scope") in ("col", "row") for tag, a in tags if tag == "th")
    ticks = [a for _, a in tags if a.get("class") == "tick"]
    assert ticks and {a["aria-label"] for a in ticks} == {PAGE_WORDS["zh"].checked}
    assert dict(parsed(html_document(sample())).tags)["html"]["lang"] == "en"


def test_a_derivation_folds_to_its_result_and_is_open():
    lines = tuple(Line(Symbol(c), (), True, n) for n, c in enumerate("pqr", 1))
    page = html_document(Document("t", (), (Section("s", (Paragraph(("p",)), Chain(Symbol("u"), lines))),)))
    assert "<details open" in page
    summary = page[page.index("<summary>") : page.index("</summary>")]
    assert "<mi>u</mi>" in summary and "<mi>r</mi>" in summary and "<mi>q</mi>" not in summary and "3 steps" in summary
    assert page.count('aria-label="checked"') == 3


def test_a_drawing_says_what_it_shows():
    root = ElementTree.fromstring(svg(drawing(), "a < b"))
    assert root.attrib["role"] == "img" and root.find("title").text == "a < b"


def test_the_page_is_valid_html():
    html5lib = pytest.importorskip("html5lib")
    for name in ("x", NASTY):
        html5lib.HTMLParser(strict=True).parse(html_document(sample(name)))


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def shown(chromium, path: Path, page: str, width: int, scheme: str = "light"):
    path.write_text(page, encoding="utf-8")
    view = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    view.goto(path.as_uri())
    view.evaluate("document.fonts.ready")
    return view


PAGES = ["4-3-5-softmax", "20-16-12-8-5-relu", "any-depth", "gelu-layer", "attention", "sample"]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_out_of_the_page(name, chromium, tmp_path):
    page = html_document(sample()) if name == "sample" else page_of(name)
    for width in (1200, 375):
        view = shown(chromium, tmp_path / "page.html", page, width)
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        view.close()


FIGURES = PAGES[:5]
OUTSIDE = """() => [...document.querySelectorAll("svg")].flatMap(drawing => {
    const frame = drawing.getBoundingClientRect();
    const shown = [...drawing.querySelectorAll("text, foreignObject span")].filter(words => {
        const place = words.getBoundingClientRect(), clip = words.closest("foreignObject");
        const cut = clip && getComputedStyle(clip).overflow !== "visible" ? clip.getBoundingClientRect() : place;
        return place.left < frame.left - 1 || place.right > frame.right + 1 || place.top < frame.top - 1
            || place.bottom > frame.bottom + 1 || place.left < cut.left - 1 || place.right > cut.right + 1;
    });
    return shown.map(words => words.textContent);
})"""
"""What is said in a figure outside its frame, or cut off."""


def boxes_of(page: str) -> Iterator[tuple[list[float], list[float]]]:
    """Width and height of each drawing, with the edges of each box of words in it."""
    for view, inner in re.findall(r'<svg viewBox="0 0 ([^"]*)".*?>(.*?)</svg>', page, re.DOTALL):
        found = re.findall(r'<foreignObject x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', inner)
        for x, y, wide, high in (map(float, edges) for edges in found):
            yield [float(size) for size in view.split()], [x, y, x + wide, y + high]


@pytest.mark.parametrize("name", FIGURES)
def test_words_of_a_figure_have_room_for_all_they_say(name):
    found = list(boxes_of(page_of(name)))
    assert found
    for (wide, high), (left, top, right, bottom) in found:
        assert min(left, top) >= 0 and right <= wide and bottom <= high


def test_a_long_formula_has_a_box_as_wide_as_it_is():
    words = (row(*[Symbol("w")] * 60),)
    (_, (left, _, right, _)) = next(boxes_of(svg(drawing_of([Label(0, 0, words)]), "long")))
    assert right - left >= 16 * words_width(words) - 0.1


@pytest.mark.parametrize("name", FIGURES)
def test_a_browser_shows_all_words_of_a_figure_within_its_frame(name, chromium, tmp_path):
    view = shown(chromium, tmp_path / "page.html", page_of(name), 1200)
    assert view.evaluate(OUTSIDE) == []
    view.close()


def test_words_that_are_cut_off_are_found(chromium, tmp_path):
    page = page_of("4-3-5-softmax").replace("overflow: visible; }", "overflow: hidden; width: 2em; }")
    view = shown(chromium, tmp_path / "page.html", page, 1200)
    assert view.evaluate(OUTSIDE)
    view.close()


def test_what_runs_out_is_found(chromium, tmp_path):
    page = (
        page_of("4-3-5-softmax").replace("overflow-x: auto;", "").replace("</main>", "<p>" + "m" * 999 + "</p></main>")
    )
    view = shown(chromium, tmp_path / "page.html", page.replace("overflow-wrap: break-word;", ""), 375)
    assert view.evaluate("document.documentElement.scrollWidth") > 375
    view.close()


def test_the_fonts_of_the_page_are_used(chromium, tmp_path):
    view = shown(chromium, tmp_path / "page.html", html_document(sample()), 1200)
    loaded = view.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {"Backproof Math", "Backproof Roman"} <= {family.strip('"') for family in loaded}
    view.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 375), ("dark", 1200)])
def test_no_serious_finding_of_accessibility(scheme, width, chromium, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = html_document(sample()) if scheme == "light" else page_of("gelu-layer")
    view = shown(chromium, tmp_path / "page.html", page, width, scheme)
    found = axe.run(view).response["violations"]
    assert [(f["id"], f["nodes"][0]["html"]) for f in found if f["impact"] in ("serious", "critical")] == []
    view.close()


def test_a_faint_text_is_found(chromium, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = html_document(Document("t", (), (Section("s", (Paragraph(("p",)),)),))).replace(
        "--ink: #1b1b1d", "--ink: #bbb"
    )
    view = shown(chromium, tmp_path / "page.html", page, 1200)
    assert "color-contrast" in {f["id"] for f in axe.run(view).response["violations"]}
    view.close()


def test_copied_formulas_are_latex(chromium, tmp_path):
    view = shown(chromium, tmp_path / "page.html", page_of("4-3-5-softmax"), 1200)
    copied = view.evaluate(
        """() => { let text = ''; const item = document.querySelector('#eq-2');
        getSelection().selectAllChildren(item);
        const event = new ClipboardEvent('copy', {clipboardData: new DataTransfer(), cancelable: true});
        document.dispatchEvent(event); return event.clipboardData.getData('text/plain'); }"""
    )
    assert r"\sigma" in copied and copied.startswith("$") and "(2)" in copied
    view.close()
