"""A document as LaTeX; it compiles with amsmath, bm and lmodern alone."""

from __future__ import annotations

from math import ceil
from textwrap import wrap

from .display import GREEK, Node, split_relation
from .document import (
    Algorithm,
    Block,
    Box,
    Chain,
    Code,
    Display,
    Document,
    Figure,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
    Words,
    lemmas_of,
)
from .latex import escape, latex_math
from .latex_drawing import FIGURE_MACROS, TIKZ, latex_figure
from .measure import INDENT, broken, width
from .words import Reference

PREAMBLE = r"""\documentclass[a4paper,10pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage{amsmath}
\usepackage{bm}
\setlength{\textwidth}{160mm}
\setlength{\oddsidemargin}{-0.4mm}
\setlength{\textheight}{240mm}
\setlength{\topmargin}{-12mm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\setlength{\jot}{6pt}
\setlength{\fboxsep}{9pt}
\raggedbottom
"""

MACROS = r"""\providecommand{\tick}{\ifdefined\checkmark$\checkmark$\else$\surd$\fi}
\providecommand{\quiet}[1]{{\small #1}}
\providecommand{\reason}[1]{{\small\itshape #1}}
\providecommand{\proofline}[3]{\par\vspace{4pt}\noindent\makebox[0.63\textwidth][l]{$\displaystyle #1$}%
  \parbox{0.27\textwidth}{\raggedright\reason{#2}}\hfill\quiet{#3}\par}
\providecommand{\wideline}[2]{\par\vspace{4pt}\noindent$\displaystyle #1$\hfill\quiet{#2}\par}
\providecommand{\reasonline}[1]{\par\nopagebreak\vspace{-2pt}\hspace*{\fill}\reason{#1}\hspace*{4em}\par}
\providecommand{\algorithmline}[3]{\par\noindent\makebox[1.6em][r]{\quiet{#1}}\quad\hspace*{#2em}%
  \begin{minipage}[t]{\dimexpr\textwidth-3em-#2em\relax}\raggedright #3\end{minipage}\par}
"""

LINKS = r"""\IfFileExists{hyperref.sty}{\usepackage[hidelinks,bookmarks=false]{hyperref}}{}
"""
LINK_MACROS = r"""\providecommand{\lemmaplace}[1]{\ifdefined\hypertarget
  \raisebox{\baselineskip}[0pt]{\hypertarget{lemma-#1}{}}\fi}
\providecommand{\lemmalink}[2]{\ifdefined\hyperlink\hyperlink{lemma-#1}{#2}\else #2\fi}
"""
"""Links where hyperref is installed; of a fragment, where the document around it has it."""

SYMBOLS = r"""\IfFileExists{amssymb.sty}{\usepackage{amssymb}}{}
"""

SCRIPTS = {"zh": ("\\usepackage{CJKutf8}\n", r"\begin{CJK*}{UTF8}{gbsn}", r"\clearpage\end{CJK*}")}
"""What a language needs that is not written in Latin letters: a package, and what goes around the text."""

TEXT_WIDTH = 45.5
"""The width of the text in em at 10 points."""
FRAGMENT_WIDTH = 32.5
"""The width in em for which a fragment is written: that of an article of the least width, at 10 to 12 points."""
MATH_COLUMN = 0.63
"""The part of the width in which a formula stands beside its reason."""
CODE_COLUMNS = 2.6
"""Columns of program text in one em of the text around it."""
NUMBER_COLUMN = 4.5
LONGEST_LEFT = 10.0
BOX_ROWS = 9
MOST_KEPT = 3
"""Rows of a first line, broken where it is wide, that stay on one page with what follows."""


def latex_document(document: Document, fragment: bool = False) -> str:
    """The whole LaTeX source; with `fragment` what goes into a document of one's own."""
    wide = FRAGMENT_WIDTH if fragment else TEXT_WIDTH
    body = "\n".join(_section(section, wide) for section in document.sections)
    has_figures = any(isinstance(b, Figure) for s in document.sections for b in s.blocks)
    macros, tikz = (MACROS + FIGURE_MACROS, TIKZ) if has_figures else (MACROS, "")
    macros, links = (macros + LINK_MACROS, LINKS) if lemmas_of(document) else (macros, "")
    if fragment:
        return f"{macros}\n{body}"
    below = rf"\\[6pt] {_words(document.subtitle)}" if document.subtitle else ""
    title = rf"\begin{{center}}{{\LARGE {_words((document.title,))}}}{below}\end{{center}}"
    codes = [b.text for s in document.sections for b in s.blocks if isinstance(b, Code)]
    package, opening, closing = SCRIPTS.get(document.language, ("", "", ""))
    return "\n".join(
        (
            PREAMBLE + SYMBOLS + package + tikz + links + _declared("".join(codes)) + macros,
            r"\begin{document}" + opening,
            title,
            body,
            closing + r"\end{document}",
            "",
        )
    )


def _declared(code: str) -> str:
    """What lets program text contain Greek letters."""
    names = {letter: name for name, letter in GREEK.items()}
    found = sorted({c for c in code if c in names})
    return "".join(rf"\DeclareUnicodeCharacter{{{ord(c):04X}}}{{\ensuremath{{\{names[c]}}}}}" + "\n" for c in found)


def _section(section: Section, wide: float) -> str:
    blocks = (_block(block, wide) for block in section.blocks)
    return "\n".join([rf"\section{{{_words((section.title,))}}}", *blocks, ""])


def _block(block: Block, wide: float) -> str:
    match block:
        case Paragraph(words):
            return _words(words) + "\n"
        case Heading(words, lemma):
            place = rf"\lemmaplace{{{lemma}}}" if lemma is not None else ""
            return rf"\par\medskip\noindent{place}\textbf{{{_words(words)}}}\par\nopagebreak"
        case Display(formula, label):
            return _display(formula, label, wide)
        case Chain(left, lines):
            return _chain(left, lines, wide)
        case Box(title, formulas):
            return _box(title, formulas, wide)
        case Table(headers, rows):
            return _table(headers, rows)
        case Algorithm(title, lines):
            return _algorithm(title, lines)
        case Code(text, _):
            return (
                f"{{\\scriptsize\n\\begin{{verbatim}}\n{_within(text, int(CODE_COLUMNS * wide))}\n\\end{{verbatim}}\n}}"
            )
        case Figure():
            return latex_figure(block, _words)
    raise TypeError(f"{type(block).__name__} is not known to the LaTeX writer")


def _words(words: Words) -> str:
    return "".join(_text(word) if isinstance(word, str) else f"${latex_math(word).strip()}$" for word in words)


def _text(text: str) -> str:
    names = {letter: name for name, letter in GREEK.items()}
    shown = "".join(rf"$\{names[c]}$" if c in names else escape(c) for c in text)
    return rf"\lemmalink{{{text.lemma}}}{{{shown}}}" if isinstance(text, Reference) else shown


def _within(code: str, columns: int) -> str:
    """Program text whose long lines go on below, and which still runs; long comments stand above their lines."""
    rows: list[str] = []
    for line in code.rstrip().splitlines():
        start = " " * (len(line) - len(line.lstrip()))
        body, mark, said = line.partition("# ")
        if len(line) > columns and mark:
            rows += wrap(said, columns, initial_indent=f"{start}# ", subsequent_indent=f"{start}# ")
            line = body.rstrip()
        pieces = _pieces(line, columns - 2, f"{start}    ") if len(line) > columns else [line]
        rows += [*(f"{piece} \\" for piece in pieces[:-1]), *(piece for piece in pieces[-1:] if piece or not mark)]
    return "\n".join(rows)


def _pieces(line: str, columns: int, indent: str) -> list[str]:
    return wrap(line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _display(formula: Node, label: int | None, wide: float) -> str:
    lines = broken(formula, wide - 2 * NUMBER_COLUMN)
    tag = rf"\tag{{{label}}}" if label is not None else ""
    if len(lines) == 1:
        return f"\\begin{{equation*}}\n{latex_math(formula).strip()} {tag}\n\\end{{equation*}}"
    source = " \\\\\n".join(_aligned(lines))
    return f"\\begin{{equation*}}\n\\begin{{aligned}}\n{source}\n\\end{{aligned}} {tag}\n\\end{{equation*}}"


def _aligned(lines: list[Node]) -> list[str]:
    """The lines of one formula, lined up at its first equals sign."""
    left, right = split_relation(lines[0])
    first = f"{latex_math(left).strip()} &{latex_math(right)}" if left else f"&{latex_math(lines[0])}"
    return [first, *(rf"&\qquad {{}}{latex_math(line)}" for line in lines[1:])]


def _chain(left: Node, lines: tuple[Line, ...], wide: float) -> str:
    """A derivation; its first line stands on one page with the next one."""
    first, *others = (_chain_line(left, line, n == 0, wide) for n, line in enumerate(lines))
    rows = [row for line in others for row in line]
    kept = [row + r"\nopagebreak" for row in first[:MOST_KEPT]] if rows else first[:MOST_KEPT]
    return "\n".join((*kept, *first[MOST_KEPT:], *rows)) + "\n"


def _chain_line(left: Node, line: Line, first: bool, wide: float) -> list[str]:
    """One line of a derivation, the reason beside it, or below where the formula is wide."""
    mark = (r"\tick\ " if line.checked else "") + f"({line.number})"
    long_left = width(left) > LONGEST_LEFT
    shift = INDENT if long_left and not first else width(left)
    lead = latex_math(left) if first else r"\qquad" if long_left else rf"\hphantom{{{latex_math(left)}}}"
    room = MATH_COLUMN * wide - shift - 1.5
    if width(line.right) <= room:
        return [rf"\proofline{{{lead} = {latex_math(line.right)}}}{{{_words(line.reason)}}}{{{mark}}}"]
    pieces = broken(line.right, wide - NUMBER_COLUMN - shift - 1.5)
    rows = [rf"\wideline{{{lead} = {latex_math(pieces[0])}}}{{{mark if len(pieces) == 1 else ''}}}"]
    blank = r"\qquad" if long_left else rf"\hphantom{{{latex_math(left)}}}"
    for position, piece in enumerate(pieces[1:], 2):
        end = mark if position == len(pieces) else ""
        rows.append(rf"\wideline{{{blank} \qquad {{}}{latex_math(piece)}}}{{{end}}}")
    return [*rows, rf"\reasonline{{{_words(line.reason)}}}"]


def _box(title: Words, formulas: tuple[Node, ...], wide: float) -> str:
    """Formulas in frames of about equal length."""
    rows = ceil(len(formulas) / ceil(len(formulas) / BOX_ROWS))
    parts = [formulas[n : n + rows] for n in range(0, len(formulas), rows)]
    heading = rf"\textbf{{{_words(title)}}}\par"
    return "\n".join(_framed(heading if n == 0 else "", part, wide) for n, part in enumerate(parts))


def _framed(heading: str, formulas: tuple[Node, ...], wide: float) -> str:
    """Formulas in a frame, lined up at their equals signs, on one page with their heading."""
    lines = [text for formula in formulas for text in _aligned(broken(formula, wide - 4))]
    source = " \\\\\n".join(lines)
    body = f"\\fbox{{$\\displaystyle\\begin{{aligned}}\n{source}\n\\end{{aligned}}$}}"
    inner = f"{heading}\\begin{{center}}\n{body}\n\\end{{center}}"
    return f"\\par\\medskip\\noindent\\begin{{minipage}}{{\\textwidth}}\n{inner}\n\\end{{minipage}}\\par"


def _table(headers: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    lines = [" & ".join(map(_words, cells)) + r" \\[5pt]" for cells in rows]
    head = " & ".join(rf"\textit{{{_words(cell)}}}" for cell in headers) + r" \\ \hline\rule{0pt}{14pt}%"
    body = "\n".join((head, *lines))
    return f"\\begin{{center}}\n\\begin{{tabular}}{{{'l' * len(headers)}}}\n{body}\n\\end{{tabular}}\n\\end{{center}}"


def _algorithm(title: Words, lines: tuple[tuple[int, Words], ...]) -> str:
    rows = [
        rf"\algorithmline{{{n}}}{{{1.5 * depth:g}}}{{{_words(words)}}}" for n, (depth, words) in enumerate(lines, 1)
    ]
    heading = rf"\par\medskip\noindent\textbf{{{_words(title)}}}\par\nopagebreak\smallskip"
    return "\n".join((heading, *rows)) + "\n"
