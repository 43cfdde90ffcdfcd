"""A drawing as TikZ, with its words in place of it where TikZ is not installed."""

from __future__ import annotations

from collections.abc import Callable

from .document import Figure
from .drawing import Arrow, Disc, Drawing, Item, Label
from .words import Words

TIKZ = r"""\IfFileExists{tikz.sty}{\usepackage{tikz}}{}
"""
FIGURE_MACROS = r"""\providecommand{\figurewords}[1]{\par\smallskip
  \begin{minipage}{0.86\textwidth}\centering\small #1\end{minipage}\par}
\ifdefined\tikzset
  \definecolor{inputink}{HTML}{4A7196}\definecolor{hiddenink}{HTML}{8A7640}
  \definecolor{outputink}{HTML}{96534A}\definecolor{strongink}{HTML}{1F4E79}
  \tikzset{
    drawing/.style={x=1em, y=-1em, line width=0.5pt, >=stealth,
      every node/.style={inner sep=0pt, outer sep=0pt, font=\footnotesize}},
    plain/.style={draw=black!65, fill=white}, faint/.style={draw=black!33, fill=white},
    input/.style={draw=inputink, fill=inputink!11}, hidden/.style={draw=hiddenink, fill=hiddenink!10},
    output/.style={draw=outputink, fill=outputink!11},
    strong/.style={draw=strongink, fill=white, line width=1pt},
    disc/.style={text=black}, quiet/.style={text=black!55},
    line plain/.style={draw=black!65}, line faint/.style={draw=black!40},
    line strong/.style={draw=strongink, line width=0.9pt},
  }
\fi
"""

LINES = ("plain", "faint", "strong")
ANCHORS = {"start": "west", "middle": "center", "end": "east"}
SMALLEST = 0.2
"""A disc smaller than this is a dot."""

Setter = Callable[[Words], str]


def latex_figure(figure: Figure, words: Setter) -> str:
    """A figure between paragraphs, its caption below; `words` sets running text."""
    body = f"\\ifdefined\\tikzpicture\n{tikz(figure.drawing, words)}\n\\else\n{words((figure.alt,))}\n\\fi"
    inner = f"\\centering\n{body}\n\\figurewords{{{words(figure.caption)}}}"
    return f"\\par\\medskip\\noindent\\begin{{minipage}}{{\\textwidth}}\n{inner}\n\\end{{minipage}}\\par\\medskip\n"


def tikz(drawing: Drawing, words: Setter) -> str:
    """The drawing as a TikZ picture."""
    frame = rf"\useasboundingbox (0,0) rectangle ({drawing.width:g},{drawing.height:g});"
    items = (_item(item, words) for item in drawing.items)
    return "\n".join((r"\begin{tikzpicture}[drawing]", frame, *items, r"\end{tikzpicture}"))


def _item(item: Item, words: Setter) -> str:
    match item:
        case Disc(x, y, radius) if radius < SMALLEST:
            return rf"\fill ({x:g},{y:g}) circle[radius={radius:g}em];"
        case Disc(x, y, radius, said, tone):
            inside = f" node[disc] {{{words(said)}}}" if said else ""
            return rf"\path[{tone}] ({x:g},{y:g}) circle[radius={radius:g}em]{inside};"
        case Arrow((x0, y0), (x1, y1), said, at, tone, bare):
            inside = f"node[pos={at:g}, fill=white, inner sep=1pt] {{{words(said)}}} " if said else ""
            style = f"line {tone if tone in LINES else 'plain'}{'' if bare else ', ->'}"
            return rf"\draw[{style}] ({x0:g},{y0:g}) -- {inside}({x1:g},{y1:g});"
        case Label(x, y, said, anchor, tone):
            style = f"anchor={ANCHORS[anchor]}{', quiet' if tone == 'faint' else ''}"
            return rf"\node[{style}] at ({x:g},{y:g}) {{{words(said)}}};"
    raise TypeError(f"{type(item).__name__} is not known to the LaTeX writer of drawings")
