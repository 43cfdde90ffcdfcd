"""The words of a document: one table for its sentences, one for the reasons of its lines.

Another language is another pair of tables. Names in braces stand for formulas or words that
are put in; a reason has its templates from the most telling to the plainest, and the first
whose names all have something to say is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .document import Words


@dataclass(frozen=True)
class Texts:
    """A language: sentences and reasons by key."""

    language: str
    sentences: Mapping[str, str]
    reasons: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **parts: Words | str) -> Words:
        """The sentence `key` with its parts put in."""
        return fill(self.sentences[key], parts)

    def plain(self, key: str, **parts: Words | str) -> str:
        """The sentence `key`, where no formula is put in."""
        return "".join(str(word) for word in self.say(key, **parts))

    def reason(self, rule: str, **parts: Words) -> Words:
        """Why a line holds; the words of the key itself for a rule without a template."""
        for template in self.reasons.get(rule, ()):
            if all(parts.get(name) for name in PLACE.findall(template)):
                return fill(template, parts)
        return (rule.replace("-", " "),)


PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, parts: Mapping[str, Words | str]) -> Words:
    """The template as running text, each name in braces replaced by its words."""
    result: list = []
    for position, piece in enumerate(PLACE.split(template)):
        if position % 2 == 0:
            result.extend((piece,) if piece else ())
        else:
            words = parts[piece]
            result.extend((words,) if isinstance(words, str) else words)
    return tuple(result)


ENGLISH = Texts(
    "en",
    {
        "title": "Backpropagation",
        "title widths": "Backpropagation in a {widths} network",
        "title depth": "Backpropagation in a network of {depth} layers",
        "title any depth": "Backpropagation in a network of any depth",
        "network": "The network",
        "definitions": "What is derived",
        "derivation": "The derivation",
        "results": "Results",
        "algorithm": "The algorithm",
        "checks": "How each line was checked",
        "and": "and",
        "symbol": "symbol",
        "meaning": "meaning",
        "data": "data",
        "parameter": "parameter",
        "input": "input of the network",
        "target": "target",
        "weight": "weight from unit {from} of layer {below} to unit {to} of layer {layer}",
        "bias": "bias of unit {to} of layer {layer}",
        "z": "input of unit {to} of layer {layer}",
        "a": "output of unit {to} of layer {layer}",
        "delta": "error term of unit {to} of layer {layer}",
        "widths": "The widths are {widths}; nothing below depends on these numbers.",
        "symbolic widths": "The widths are any positive whole numbers: {widths}.",
        "any depth": "The network has {depth} layers; {depth} and the widths {widths} are any positive whole numbers.",
        "counting": "Indices count from {first}.",
        "layer mark": "A number in round brackets above a letter is the layer.",
        "layer letter": "What stands in round brackets above a letter is the layer.",
        "depth": "number of layers",
        "computed": "computed by the equations",
        "cotangent": "derivative of the cost by one entry of an array",
        "indicator": "1 where the condition in brackets holds, else 0",
        "entrywise": "product, power, entry by entry",
        "one record": "all entries of an array as one column vector or matrix",
        "all records": "the same for a batch, one record a row",
        "records": "number of records in a batch",
        "forward": "The network computes, for one record,",
        "cost": "and the cost of one record is",
        "given": "The derivatives of the cost by the outputs are given from outside: {given}.",
        "facts": "About the data it is assumed that {facts}.",
        "function": "Here {function}.",
        "kink": "Where {function} has a kink, at {point}, its slope is taken to be {slope}.",
        "error term": "The error term of a unit is the derivative of the cost by its input,",
        "explicit": "A plus, as in {formula}, marks the derivative of the formula of the cost alone, all else in "
        "it held fixed.",
        "asked": "Wanted are these and the derivatives of the cost by {parameters}.",
        "asked everywhere": "Wanted are these and the derivatives of the cost by {parameters}, for {layers}.",
        "by induction": "The cost depends on what a hidden layer computes through the next layer alone. So the error "
        "terms are derived by induction over the layers, from the last one down. The base case is layer {last}. The "
        "inductive step takes the error terms of layer {above} as given, whatever they are, and derives those of layer "
        "{layer}. The gradients follow from the error terms of their own layer.",
        "base case": "Base case: the output layer",
        "inductive step": "Inductive step: a hidden layer",
        "step given": "Let {layer} be one of the layers {layers}, and let the error terms {given} of the next layer be "
        "given.",
        "gradients": "The gradients of a layer",
        "layer given": "Let {layer} be one of the layers {layers}, and let its error terms {given} be given.",
        "conclusion": "Conclusion",
        "induction": "The error terms of layer {last} are right by ({base}). Where those of layer {above} are right, "
        "so are those of layer {layer}, by ({step}). By induction over {down} the error terms of every layer are "
        "right, and so are its gradients by {gradients}: for every number of layers {last}, one layer among them, and "
        "for all widths.",
        "asked alone": "Wanted are the derivatives of the cost by {parameters}.",
        "heading lemma": "The derivative {formula}",
        "heading slope": "The slope {formula}, where {output}",
        "heading delta": "The error term {formula}",
        "heading gradient": "The gradient {formula}",
        "heading cotangent": "The derivative {formula}",
        "lemmas": "Derivatives of the functions",
        "output layer": "The output layer",
        "hidden layer": "Hidden layer {layer}",
        "in the same way": "The layers below follow in the same way; their results are in the next section.",
        "result index": "For one record, entry by entry",
        "result matrix": "For one record, with column vectors",
        "result batch": "For a batch of {records} records, as rows of the matrices; {cost} is the mean over them",
        "result batch sum": "For a batch of {records} records, as rows of the matrices; what belongs to all records "
        "alike is the sum over them",
        "no form": "{names} has no matrix form of this kind and stays as above.",
        "no forms": "{names} have no matrix form of this kind and stay as above.",
        "update": "With a step size {rate}, each parameter moves against its gradient.",
        "online": "Online: after every record",
        "batch": "Batch: after a whole batch of {records} records",
        "for each record": "for each record:",
        "for each pass": "repeat for each batch:",
        "set input": "set {formula}",
        "compute by": "compute {arrays} by {equations}",
        "zero": "set {sums} to 0",
        "forward pass": "{equations}",
        "forward equations": "compute {arrays} in this order, by ({first}) to ({last})",
        "forward equation": "compute {arrays} by ({first})",
        "accumulate": "add this record's {gradients} to {sums}",
        "mean": "divide each sum by {records}",
        "every layer": "{formula}, for {layers}",
        "method": "Each line marked with a tick was compared with the line before it, exactly, as an identity: "
        "both sides were evaluated in a finite field at random points, every entry of every array independent, and at "
        "60 digits over the real numbers. No rounding enters, and nothing was accepted on numerical agreement alone.",
        "all widths": "All {count} lines hold for every width of every layer.",
        "some widths": "{proved} of the {count} lines are proved for every width; "
        "the others were tested at the widths {widths}.",
        "bound": "The chance that one of these checks passes wrongly is below {bound}, for each of them.",
        "audit": "Independently of the chain rule, every error term and gradient was compared with forward "
        "differentiation of the equations of the network, exact as well: {status}.",
        "proved": "they agree",
        "other": "{status}",
        "chain rule": "A line of the chain rule was compared with the rule written in full: the sum over every entry "
        "of every array that uses the one differentiated.",
        "forms": "The matrix and batch forms were proved equal to the entries above, entry by entry.",
        "test sizes": "The widths {widths} were the test sizes of this second way.",
        "test sizes by part": "The test sizes of this second way were {base} in the base case, {step} in the "
        "inductive step, and {layer} for the gradients.",
        "assumed": "The lines that use a fact about the data name it.",
    },
    {
        "definition": ("definition of {about}", "by definition"),
        "chain-rule": ("chain rule through {through}", "chain rule"),
        "upstream": ("the derivative by an output is given",),
        "local-derivative": ("differentiate {equations}", "{about} from the forward equations"),
        "lemma": ("{about} from {lemmas}", "{about} from above", "by a derivative found above"),
        "contract": ("the indicator collapses the sum, and what the index does not touch comes out",),
        "insert": ("insert {about}", "insert what is known"),
        "through-output": (
            "the slope of {slopes}, {lemmas}",
            "the slope of {slopes}",
            "the slope through the output, {lemmas}",
            "the slope through the output {uses}",
            "the slope through the output",
        ),
        "fact": ("since {facts}", "by a fact about the data"),
        "simplify": ("cancel and collect",),
        "differentiate": ("differentiate {about}", "differentiate {equations}", "differentiate"),
        "eliminate": ("eliminate {input} through {output}", "the input expressed by the output"),
        "name": ("recognise {about}", "recognise {uses}", "recognise a named array"),
        "penalty": ("the penalty adds its own slope",),
    },
)
"""The English words."""

LANGUAGES = {ENGLISH.language: ENGLISH}
