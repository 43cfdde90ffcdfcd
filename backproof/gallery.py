"""The networks and the page of ``generated/`` and their maker: ``make gallery`` rewrites the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from . import articles
from .files import write_all
from .networks import Options
from .runs import command_of, compose, derived

FOLDER = Path("generated")
FORMATS = ("tex", "py")

GALLERY: Mapping[str, tuple[str, Options]] = {
    "2-2-1-sigmoid": ("2-2-1", Options(output="sigmoid", cost="half-sse")),
    "4-3-5-softmax": ("4-3-5", Options()),
    "20-16-12-8-5-relu": ("20-16-12-8-5", Options(hidden="relu")),
    "3-6-2-tanh-l2": ("3-6-2", Options(hidden="tanh", output="identity", cost="half-sse", l2="lambda")),
    "n0-n1-n2": ("n0-n1-n2", Options()),
    "any-depth": ("n0-...-nL", Options()),
    "gelu-layer": ("examples/gelu.eq", Options(wrt="x,W,b")),
}
"""The networks shown, by the name of their folder."""


def rendered(name: str) -> dict[Path, str]:
    """The files of one network and what stands in them; run from the root of the project."""
    network, options = GALLERY[name]
    texts = compose(derived(network, options), FORMATS, command_of("derive", network, options))
    return {FOLDER / name / file: text for file, text in texts.items()}


def rendered_page() -> dict[Path, str]:
    """The page of the articles and what stands in it."""
    return {FOLDER / articles.NAME: articles.page()}


def main() -> None:
    """Rewrite the whole folder, and remove what nothing makes any more."""
    files = {path: text for name in GALLERY for path, text in rendered(name).items()} | rendered_page()
    write_all(files)
    for path in FOLDER.rglob("*"):
        if path.is_file() and path not in files:
            path.unlink()


if __name__ == "__main__":
    main()
