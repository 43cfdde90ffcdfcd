"""The rules a derivation step may use, by key, each with its meaning in one line."""

RULES = {
    "chain-rule": "sum over everything that is computed from the array",
    "upstream": "the derivative by an output is given from outside",
    "local-derivative": "differentiate the equations that use the array",
    "lemma": "a derivative found once, used here",
    "contract": "an indicator collapses its sum",
    "insert": "put in a derivative already found",
    "through-output": "the slope of an activation, expressed by its output",
    "fact": "a declared fact about the data",
    "simplify": "cancel and collect common factors",
    "differentiate": "the derivative of a function or a quotient",
    "eliminate": "the input expressed by the output",
    "name": "recognise an array by its equation",
}
