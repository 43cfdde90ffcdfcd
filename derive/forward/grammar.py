"""The grammar of the plain language, and the words its parse errors are told in."""

from __future__ import annotations

GRAMMAR = r"""
?statement: equation
    | "param" shapes                                  -> param
    | "data" shapes                                   -> data
    | "batch" names                                   -> batch
    | "output" names                                  -> output
    | "size" extents                                  -> size
    | "assume" relation                               -> assume

equation: expression "=" expression
relation: expression ((LESS | MORE | EQUAL) expression)*
names: NAME ("," NAME)*
shapes: shape ("," shape)*
shape: NAME ["[" extent ("," extent)* "]"]
?extent: NAME | NUMBER
extents: NAME "=" NUMBER ("," NAME "=" NUMBER)*

?expression: term (SIGN term)*                        -> plus
?term: unary (TIMES unary)*                           -> times
?unary: power
    | SIGN unary                                      -> signed
?power: atom
    | atom POWER unary                                -> power
?atom: NUMBER                                         -> number
    | NAME                                            -> name
    | NAME "[" arguments "]"                          -> entry
    | NAME [PRIMES] "(" arguments ")"                 -> call
    | NAME "(" arguments ")" "[" arguments "]"        -> vector_call
    | NAME "(" NAME LESS extent "," expression ")"    -> bounded_call
    | "(" expression ")"                              -> bracket
arguments: expression ("," expression)*

NAME: /∂?[^\W\d]\w*/
NUMBER: /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/
PRIMES: /'+/
POWER.2: "^" | "**"
SIGN: "+" | "-"
TIMES: "*" | "/"
LESS: "<"
MORE: ">"
EQUAL: "="
%ignore /\s+/
"""

PRINTED = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*"})
"""Signs as they are printed, and as they are typed: one character for one, so that columns stay."""

WORDS = ("param", "data", "batch", "output", "size", "assume")
"""The words that declarations begin with."""

# What stands for each group of terminals in "expected ...", in the order in which it is said.
EXPECTED = (
    ("a name", {"NAME"}),
    ("a number", {"NUMBER"}),
    ('"("', {"LPAR"}),
    ("an operator", {"SIGN", "TIMES", "POWER"}),
    ('")"', {"RPAR"}),
    ('"]"', {"RSQB"}),
    ('","', {"COMMA"}),
    ('"="', {"EQUAL"}),
    ('"<" or ">"', {"MORE"}),
    ("the end of the line", {"$END"}),
)


def expected_words(terminals: set[str]) -> str:
    """What the parser could have read next, as in ``a name, a number or "("``."""
    hidden = "an operator" if "NAME" in terminals else '"("' if "SIGN" in terminals else ""
    words = [word for word, group in EXPECTED if group & terminals and word != hidden]
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
