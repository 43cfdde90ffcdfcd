"""The networks and the pages of ``generated/`` and their maker: ``make gallery`` rewrites the folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from codegen.documents.pdf import page_image

from . import articles
from .files import write_all
from .formats import FORMATS, HOUSE, Job, Style
from .networks import Options
from .runs import command_of, compose, derived, title_for

FOLDER = Path("generated")
PAGE = "page.png"
"""The first page of a document as a picture."""


@dataclass(frozen=True)
class Piece:
    """A network of the gallery, what is said of it, how it is written, and in which formats."""

    said: str
    network: str
    options: Options = Options()
    style: Style = HOUSE
    formats: tuple[str, ...] = ("tex", "pdf", "py")


GALLERY: Mapping[str, Piece] = {
    "4-3-5-softmax": Piece(
        "The usual network: sigmoid, softmax, cross-entropy.", "4-3-5", formats=("tex", "pdf", "html", "md", "py")
    ),
    "4-3-5-zh": Piece("The same in Chinese.", "4-3-5", style=Style(language="zh"), formats=("pdf",)),
    "4-3-5-every": Piece("The same with every rewriting.", "4-3-5", style=Style(detail="every"), formats=("pdf",)),
    "4-3-5-nielsen": Piece("The same as Nielsen's book writes.", "4-3-5", style=Style(notation="nielsen")),
    "2-2-1-sigmoid": Piece("The smallest network of examples.", "2-2-1", Options(output="sigmoid", cost="half-sse")),
    "3-6-2-tanh-l2": Piece(
        "Regression with a penalty.", "3-6-2", Options(hidden="tanh", output="identity", cost="half-sse", l2="lambda")
    ),
    "20-16-12-8-5-relu": Piece("Many layers that are alike.", "20-16-12-8-5", Options(hidden="relu")),
    "eight-layers": Piece("Eight layers.", "784-512-256-128-64-32-16-12-10", Options(hidden="tanh"), formats=("pdf",)),
    "n0-n1-n2": Piece("Any widths.", "n0-n1-n2", formats=("tex", "pdf", "html", "py")),
    "any-depth": Piece("Any number of layers, by induction.", "n0-...-nL"),
    "gelu-layer": Piece("A layer from a file of equations.", "examples/gelu.eq", Options(wrt="x,W,b")),
    "attention": Piece("Attention.", "examples/models/attention.eq"),
    "layer-norm": Piece("Layer normalisation.", "examples/models/layer_norm.eq"),
    "lstm": Piece("An LSTM cell.", "examples/models/lstm.eq", formats=("tex", "pdf", "html", "py")),
    "article-1": Piece(
        "The network of the article on the delta rule, in its notation.",
        "n0-n1-n2",
        Options(hidden="f", output="f", cost="half-sse", no_bias=True),
        Style(notation="udacity"),
        ("tex", "pdf"),
    ),
    "article-2": Piece(
        "The network of the notes on the forward and the backward pass, in their notation.",
        "n0-n1-n2",
        Options(hidden="f", output="g", cost="half-sse"),
        Style(notation="lee"),
        ("tex", "pdf"),
    ),
    "article-3": Piece(
        "The network of the derivation in index notation, in its notation.",
        "n0-n1-n2",
        Options(hidden="f", output="g", cost="half-sse", no_bias=True),
        Style(notation="micheli"),
        ("tex", "pdf"),
    ),
    "article-4": Piece(
        "The network of the article on the nodes of a graph, in its notation.",
        "n0-n1-n2",
        Options(hidden="relu"),
        Style(notation="saito"),
    ),
    "article-5": Piece(
        "The network of the article on error terms and updates.",
        "n0-n1-n2",
        Options(output="sigmoid", cost="binary-cross-entropy"),
    ),
}
"""What is shown, by the name of its folder."""


@cache
def rendered(name: str) -> dict[Path, str | bytes]:
    """The files of one piece and what stands in them; run from the root of the project."""
    piece = GALLERY[name]
    derivation = derived(piece.network, piece.options)
    command = command_of("derive", piece.network, piece.options, piece.style)
    job = Job(derivation, command, piece.style, title_for(piece.network, derivation))
    files: dict[str, str | bytes] = dict(compose(job, piece.formats))
    if name in PICTURED:
        files[PAGE] = page_image(job.document, PICTURED[name])
    return {FOLDER / name / file: text for file, text in files.items()}


PICTURED = {"4-3-5-softmax": 2, "4-3-5-zh": 1, "article-3": 1, "lstm": 1}
"""Pages that generated/README.md shows, by their number."""


def rendered_pages() -> dict[Path, str | bytes]:
    """The page of the articles and the list of the gallery, and what stands in them."""
    return {FOLDER / articles.NAME: articles.page(), FOLDER / "README.md": listing()}


def listing() -> str:
    """The gallery as a page: each piece with its command, its files and pictures of some."""
    lines = ["<!-- made by: make gallery -->", "# Gallery", "", "Each folder holds what one command writes.", ""]
    pictures = " ".join(f'<img src="{name}/{PAGE}" alt="a page of {name}" width="380">' for name in PICTURED)
    lines += [pictures, "", "| what | files | command |", "|---|---|---|"]
    for name, piece in GALLERY.items():
        files = ", ".join(f"[{key}]({name}/{FORMATS[key][0]})" for key in piece.formats)
        lines.append(
            f"| {piece.said} | {files} | `{command_of('derive', piece.network, piece.options, piece.style)}` |"
        )
    lines += [
        "",
        f"[{articles.NAME}]({articles.NAME}): five articles, statement by statement, every formula judged.",
        "",
    ]
    lines += [f"PDFs and pictures were made with typst {version('typst')}.", ""]
    return "\n".join(lines)


def main() -> None:
    """Rewrite the whole folder, and remove what nothing makes any more."""
    files = {path: text for name in GALLERY for path, text in rendered(name).items()} | rendered_pages()
    write_all(files)
    for path in FOLDER.rglob("*"):
        if path.is_file() and path not in files:
            path.unlink()
    for folder in FOLDER.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


if __name__ == "__main__":
    main()
