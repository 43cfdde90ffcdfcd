"""The commands ``verify`` and ``check``: what can be typed to have formulas and code judged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

VERIFY_HELP = """Judge formulas derived by hand: proved, refuted, or undecided.

\b
CLAIM is one of
  dC/dW1[j,i] = delta1[j]*x[i]             the plain language, entry by entry
  delta1 = (W2^T delta2) ⊙ f'(z1)          matrix form
  \\delta_j = f'(z_j) \\sum_k w_{kj}\\delta_k   LaTeX
  dW1 = delta1.T @ X / N                   a NumPy expression, records as rows
  notes.tex, notes.md, notes.txt           the formulas in a file; a folder: in every file
  -                                        standard input: a formula a line, or a document

A refuted formula comes with numbers that refute it, the name of the mistake and the right formula.

\b
Examples
  backproof verify "delta2[k] = a2[k] - y[k]" --network 4-3-5
  backproof verify "\\delta^L = a^L - y" --network 4-3-5 --output sigmoid --notation nielsen
  backproof verify notes.tex --model layer.eq --annotate judged.tex

Exit status: 0 all proved, 1 something refuted, 2 something unreadable, 3 something undecided.
"""

CHECK_HELP = """Check gradient code written by hand.

\b
FILE is one of
  gradient.py                  functions with usual names, such as cost and gradient
  gradient.py:loss,grads       these two functions: the cost, and its gradient
  layers.py:Dense              a class with forward(x) and backward(dout)

The numbers come from sample() in the file, which gives (params, *data), for a class (layer, x); or are drawn
for the network.
The code runs in a process of its own, with a time limit.

\b
Examples
  backproof check gradient.py
  backproof check gradient.py:loss,grads --network 4-3-5 --hidden tanh

Exit status: 0 right, 1 wrong, 2 unreadable, 3 undecided.
"""


def add_commands(cli: click.Group, network_options: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
    """Give the command line ``verify`` and ``check``."""

    def about_network(function: Callable[..., None]) -> Callable[..., None]:
        function = network_options(function)
        function = click.option("--model", metavar="FILE.eq", help="The model, by its forward equations.")(function)
        return click.option("--network", metavar="NETWORK", help="The model, as in 4-3-5; see derive --help.")(function)

    @cli.command(help=VERIFY_HELP, short_help="judge formulas derived by hand")
    @click.argument("claims", nargs=-1, required=True, metavar="CLAIM...")
    @about_network
    @click.option("--notation", metavar="N", help="Whose symbols, see list notations. [default: by the symbols]")
    @click.option("--delta", metavar="D", help="What delta means: dC/dz, -dC/dz, dC/da or -dC/da. [default: dC/dz]")
    @click.option("--assume", metavar="FACT", multiple=True, help='What may be used, as in "sum(k, y[k]) = 1".')
    @click.option("--symbol", "symbols", metavar="LATEX=NAME", multiple=True, help="What a symbol means: o_j=a1[j].")
    @click.option("--annotate", metavar="OUT", type=click.Path(path_type=Path), help="Write the file back, judged.")
    @click.option("--csv", metavar="OUT", type=click.Path(path_type=Path), help="Write a row for each file.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.pass_context
    def verify(
        context: click.Context,
        claims: tuple[str, ...],
        network: str | None,
        model: str | None,
        **rest: Any,
    ) -> None:
        from .networks import Options
        from .verifying import verify_claims

        options = Options(**{name: rest.pop(name) for name in ("hidden", "output", "cost", "l2", "l1", "no_bias")})
        text, status = verify_claims(claims, network=network, model=model, options=options, **rest)
        _end(context, text, status)

    @cli.command(help=CHECK_HELP, short_help="check gradient code written by hand")
    @click.argument("file", metavar="FILE.py[:COST,GRADIENT]")
    @about_network
    @click.option("--timeout", metavar="S", type=float, default=60, show_default=True, help="Time limit in seconds.")
    @click.option("--seed", metavar="N", type=int, default=0, show_default=True, help="For the numbers that are drawn.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.pass_context
    def check(context: click.Context, file: str, network: str | None, model: str | None, **rest: Any) -> None:
        from derive.errors import InputError

        from .check import check_file
        from .networks import Options

        if network is not None and model is not None:
            raise InputError("--network and --model are two ways to say the same; give one of them")
        options = Options(**{name: rest.pop(name) for name in ("hidden", "output", "cost", "l2", "l1", "no_bias")})
        text, status = check_file(file, network or model, options, **rest)
        _end(context, text, status)


def _end(context: click.Context, text: str, status: int) -> None:
    click.echo(text)
    sys.stdout.flush()
    context.exit(status)
