"""Any record or expression as LaTeX or as terminal text."""

from __future__ import annotations

from typing import TypeAlias

from sympy import Expr

from derive.backward.depth import Induction
from derive.backward.matrix import MatrixForm
from derive.backward.matrix import Node as MatrixNode
from derive.backward.steps import Derivation, Lemma, Result, Step
from derive.records import Equation, Model, Proof

from .content import document
from .context import Context
from .display import Node
from .document import Figure
from .figures import network_figure
from .latex import latex_math
from .latex_document import latex_document
from .notation import notation_for
from .terminal import terminal_math
from .terminal_document import terminal_document
from .texts import texts_in
from .typeset import typeset, typeset_equation
from .typeset_matrix import typeset_form, typeset_matrix

Printable: TypeAlias = Expr | MatrixNode | MatrixForm | Equation | Step | Lemma | Result | Derivation | Induction


def latex(thing: Printable, model: Model | None = None, fragment: bool = False) -> str:
    """`thing` as LaTeX: a formula without dollar signs, or a derivation as a whole document.

    `fragment` leaves out the preamble of a document. `model` says what the names are. Raises
    TypeError for anything else, UnknownNode for an expression node without a rule.
    """
    if isinstance(thing, Derivation | Induction):
        return latex_document(document(thing), fragment=fragment)
    return latex_math(formula(thing, model)).strip()


def terminal(thing: Printable, model: Model | None = None, width: int = 100) -> str:
    """`thing` as two-dimensional text; arguments and errors as for `latex`."""
    if isinstance(thing, Derivation | Induction):
        return terminal_document(document(thing), width)
    return terminal_math(formula(thing, model))


def figure_of(model: Model) -> Figure | None:
    """The drawing of a model; None where none is of use."""
    bare = Derivation(model, (), (), Proof("undecided", "nothing is derived"))
    return network_figure(Context(bare, notation_for(model, ()), texts_in("en")))


def formula(thing: Printable, model: Model | None = None) -> Node:
    """The display tree of anything that is one formula."""
    match thing:
        case Expr():
            return typeset(thing, notation_for(model, (thing,)))
        case Equation() | Lemma() | Result():
            return typeset_equation(thing.left, thing.right, notation_for(model, (thing.right,)))
        case Step():
            return typeset_equation(thing.before, thing.after, notation_for(model, (thing.before, thing.after)))
        case MatrixForm():
            return typeset_form(thing, notation_for(model))
        case MatrixNode():
            return typeset_matrix(thing, notation_for(model))
    raise TypeError(f"{type(thing).__name__} cannot be typeset; accepted are formulas, steps and derivations")
