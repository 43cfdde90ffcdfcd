"""The grammar of LaTeX formulas over pieces, and what its rules build."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lark import Lark, Transformer

from .assembling import Factors, Given, applied, as_value, derivative, is_function, plus
from .latex_scripts import Scripts, on_expression
from .limits import refuse
from .sketch import Apply, Condition, Multiply, Name, Norm, Product, Sketch, Sum

GRAMMAR = """
relation: expression (REL expression)*
expression: [SIGN] product (SIGN product)*
?product: factors                                 -> finished
    | tail
    | factors tail                                -> followed
    | factors TIMES tail                          -> followed
tail: SUM product                                 -> big
    | DERIV product                               -> derived
    | FUNC tail                                   -> bare
    | SUM SIGN product                            -> big
    | PREFIX tail                                 -> prefixed
factors: factor                                   -> first
    | factors factor                              -> beside
    | factors TIMES factor                        -> times
    | factors TIMES SIGN factor                   -> times
    | factors SLASH factor                        -> over
    | factors SLASH SIGN factor                   -> over
?factor: plain
    | LPAR arguments RPAR                         -> bracket
    | FUNC CALL arguments RPAR                    -> called
    | FUNC plain                                  -> bare
    | NABLA factor                                -> prefixed
    | PREFIX factor                               -> prefixed
?plain: ATOM                                      -> held
    | NAME                                        -> held
    | NAME CALL arguments RPAR                    -> called
    | LBAR expression RBAR                        -> bars
    | LNORM expression RNORM                      -> norm
arguments: relation ((COMMA | SEMI) relation)*

%declare REL SIGN TIMES SUM DERIV FUNC PREFIX NABLA SLASH LPAR CALL RPAR LBAR RBAR LNORM RNORM ATOM NAME COMMA SEMI
"""


class Building(Transformer):
    """One method a rule; the parser calls these as it reads, so nothing here recurs."""

    def relation(self, parts: list[Any]) -> Sketch:
        if len(parts) == 1:
            return parts[0]
        return Condition(tuple(parts[::2]), tuple(sign.held for sign in parts[1::2]))

    def expression(self, parts: list[Any]) -> Sketch:
        return plus([part.held if not isinstance(part, Sketch) else part for part in parts if part is not None])

    def finished(self, parts: list[Any]) -> Sketch:
        return parts[0].sketch()

    def followed(self, parts: list[Any]) -> Sketch:
        return parts[0].times(parts[1].held if len(parts) == 3 else "", parts[-1]).sketch()

    def big(self, parts: list[Any]) -> Sketch:
        kind, letters, lower, upper, over, conditions = parts[0].held
        body = plus([parts[1].held, parts[2]]) if len(parts) == 3 else parts[1]
        if conditions and kind == "prod":
            refuse(parts[0].column, "found a condition under a product")
        for condition in conditions:
            body = Product((condition, body), ("",))
        return (Sum if kind == "sum" else Multiply)(letters, body, lower, upper, over)

    def derived(self, parts: list[Any]) -> Sketch:
        return derivative(parts[1], parts[0].held)

    def first(self, parts: list[Any]) -> Factors:
        return Factors(parts[0])

    def beside(self, parts: list[Any]) -> Factors:
        return parts[0].times("", parts[1])

    def times(self, parts: list[Any]) -> Factors:
        return parts[0].times(parts[1].held, _signed(parts[2:]))

    def over(self, parts: list[Any]) -> Factors:
        return parts[0].over(_signed(parts[2:]))

    def held(self, parts: list[Any]) -> Sketch:
        return parts[0].held

    def arguments(self, parts: list[Any]) -> tuple[Sketch, ...]:
        return tuple(part for part in parts if isinstance(part, Sketch))

    def bracket(self, parts: list[Any]) -> Sketch:
        if len(parts[1]) > 1:
            refuse(parts[0].column, "found a list in brackets that belongs to no function")
        return _scripted(as_value(parts[1][0]), parts[2])

    def called(self, parts: list[Any]) -> Sketch:
        head, arguments = parts[0].held, parts[2]
        if parts[0].type == "NAME" and parts[3].held and len(arguments) == 1 and not is_function(head, arguments[0]):
            return Product((head, _scripted(as_value(arguments[0]), parts[3])), ("",))
        return _scripted(applied(head, arguments), parts[3])

    def bare(self, parts: list[Any]) -> Sketch:
        return Apply(parts[0].held, (parts[1],))

    def prefixed(self, parts: list[Any]) -> Sketch:
        by = parts[0].held
        return derivative(parts[1], by, "partial" if str(parts[0]) == "\\partial" else "nabla")

    def bars(self, parts: list[Any]) -> Sketch:
        return _scripted(Apply(Name("abs"), (parts[1],)), parts[2])

    def norm(self, parts: list[Any]) -> Sketch:
        scripts: Scripts | None = parts[2].held
        if scripts and [str(piece) for piece in scripts.below] in (["2"], ["F"]):
            scripts.below = []
        return _scripted(Norm(parts[1]), parts[2])


def _signed(parts: list[Any]) -> Sketch:
    return parts[0] if len(parts) == 1 else plus([parts[0].held, parts[1]])


def _scripted(of: Sketch, closing: Any) -> Sketch:
    from .latex_passes import parse

    return on_expression(of, closing.held, parse) if closing.held else of


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The parser, made once."""
    return Lark(
        GRAMMAR, parser="lalr", lexer=Given, transformer=Building(), start=["relation"], maybe_placeholders=False
    )
