"""The command ``backproof``: what can be typed, and what happens to what goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import click

from .judge_command import add_commands

NETWORK_HELP = """
NETWORK is one of

\b
  4-3-5        widths: 4 inputs, 3 hidden units, 5 outputs; any number of layers
  n0-n1-n2     widths by name: the derivation holds for every width
  n0-...-nL    any number of layers, by induction over them
  4, dense 6 relu, layer norm, dense 3 softmax
               layers of any kind, see backproof list layers
  layer.eq     a file of forward equations, such as  z[j] = sum(i, W[j,i]*x[i]) + b[j]
  -            forward equations from standard input
"""

DERIVE_HELP = f"""Derive the gradient of a network, every line checked.

{NETWORK_HELP}
Prints the error terms and gradients entry by entry, in matrices and for a batch, and how
each line was checked. With -o, writes derivation.tex, .pdf, .html, .txt and gradient.py.

\b
Examples
  backproof derive 4-3-5 -o out
  backproof derive 64-32-10 --hidden relu
  backproof derive 3-6-6-2 --hidden tanh,relu --output identity --l2 lambda
  backproof derive 4-3-1 --hidden "z*sigmoid(1.7*z)" --output sigmoid
  backproof derive 4-3-5 -o out --language zh --formats pdf
  backproof derive 4-3-5 -o out --notation nielsen --detail every
"""

CODE_HELP = f"""Write the gradient of a network as a program that stands alone.

{NETWORK_HELP}
\b
Examples
  backproof code 4-3-5 --target numpy
  backproof code 64-32-10 --hidden relu -o gradient.py
  backproof code 4-3-5 --target torch -o gradient.py
  backproof code 4-3-5 --explain
"""

GRAPH_HELP = f"""Show the computational graph of a network at numbers.

Every node with its value, and on every edge the number of the forward pass, the local
derivative and the number of the backward pass: the derivative of the cost. One record.

{NETWORK_HELP}
\b
Examples
  backproof graph examples/price.eq --at price=20,count=2,tax=0.1
  backproof graph 2-3-2 --hidden relu --at x=1,2 --at W1="1,2;3,-4;0,1"
"""

LIST_HELP = """Show what can be used: activations, costs, layers, functions, facts, notations, mistakes, targets.

\b
Examples
  backproof list
  backproof list activations
"""


def network_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say what a network is made of."""
    options = (
        click.option("--hidden", metavar="A[,A...]", help="Activation of the hidden layers, one for all or one each; "
                     "a name or an expression in z. [default: sigmoid]"),
        click.option("--output", metavar="A", help="Activation of the output layer. [default: softmax]"),
        click.option("--cost", metavar="C", help="Cost, the mean over the records. [default: by the output]"),
        click.option("--l2", metavar="NAME|NUMBER", help="Add ½ λ ΣW² over the weights, λ this name or number."),
        click.option("--l1", metavar="NAME|NUMBER", help="Add λ Σ|W| over the weights."),
        click.option("--no-bias", is_flag=True, default=None, help="Leave out the biases."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


WRT = click.option("--wrt", metavar="NAMES", help="What to differentiate by, as in x,W1. [default: the parameters]")
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(invoke_without_command=True, context_settings=HELP)
@click.version_option(None, "-V", "--version", package_name="backproof", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """From the forward equations of a network to its exact gradient.

    \b
    Start with
      backproof derive 4-3-5          a network by its widths
      backproof derive --help         everything that can be said about it
      backproof list                  activations, costs and functions to choose from
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(help=DERIVE_HELP, short_help="derive the gradient of a network, every line checked")
@click.argument("network")
@network_options
@WRT
@click.option("-o", "--out", metavar="DIR", type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--formats", metavar="LIST", help="What to write, out of tex, pdf, html, txt, py, md, typ. "
              "[default: the first five]")  # fmt: skip
@click.option("--language", metavar="L", default="en", help="Language of the documents: en or zh. [default: en]")
@click.option("--detail", metavar="D", default="steps", help="Lines shown: results, steps or every. [default: steps]")
@click.option("--notation", metavar="N", help="Whose symbols, see list notations. [default: the house's]")
@click.option("--fragment", is_flag=True, help="LaTeX without a preamble, for a document of your own.")
@click.option("--tex", is_flag=True, help="Make the PDF with latexmk or pdflatex.")
def derive(
    network: str,
    out: Path | None,
    formats: str | None,
    language: str,
    detail: str,
    notation: str | None,
    fragment: bool,
    tex: bool,
    **options: Any,
) -> None:
    from .formats import Style
    from .networks import Options
    from .runs import derive_network

    style = Style(language, detail, notation, fragment, tex)
    click.echo(derive_network(network, Options(**options), out=out, formats=formats, style=style))


@cli.command(help=CODE_HELP, short_help="write the gradient as a program that stands alone")
@click.argument("network")
@network_options
@WRT
@click.option("--target", metavar="T", default="numpy", show_default=True, help="What the program is written for.")
@click.option("--explain", is_flag=True, help="Show make_gradient after each pass that makes it fast.")
@click.option("-o", "--out", metavar="FILE", type=click.Path(path_type=Path), help="File to write. [default: print]")
def code(network: str, target: str, explain: bool, out: Path | None, **options: Any) -> None:
    from .networks import Options
    from .runs import code_for

    said = code_for(network, Options(**options), target=target, out=out, steps=explain)
    click.echo(said, nl=False)


@cli.command(help=GRAPH_HELP, short_help="show the computational graph at numbers")
@click.argument("network")
@network_options
@WRT
@click.option("--at", metavar="NAME=NUMBERS", multiple=True, help="Numbers, as in x=1,2 or W=1,2;3,4. [default: drawn]")
@click.option("--seed", metavar="N", type=int, default=0, show_default=True, help="For the numbers that are drawn.")
def graph(network: str, at: tuple[str, ...], seed: int, **options: Any) -> None:
    from .graph import graph_of
    from .networks import Options

    click.echo(graph_of(network, Options(**options), at, seed))


@cli.command("list", help=LIST_HELP, short_help="show what can be used")
@click.argument("table", required=False)
def list_tables(table: str | None) -> None:
    from .listing import listing

    click.echo(listing(table))


add_commands(cli, network_options)


def main() -> NoReturn:
    """Run the command and exit: 0 all well, 1 something wrong, 2 input that cannot be read, 3 undecided."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit status of the command with these arguments; what goes wrong is one line."""
    try:
        status = cli.main(arguments, prog_name="backproof", standalone_mode=False, color=_color())
        sys.stdout.flush()
    except click.ClickException as problem:
        return _refuse(_usage(problem, arguments))
    except click.Abort:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (MemoryError, OverflowError) as problem:
        return _refuse(f"the numbers grow too large for this machine ({type(problem).__name__}); try smaller ones")
    except OSError as problem:
        return _refuse(f"{problem.filename or 'output'}: {problem.strerror}")
    except ValueError as problem:
        from derive.errors import BackproofError, CheckFailed

        if not isinstance(problem, BackproofError):
            raise
        return _refuse(str(problem), status=1 if isinstance(problem, CheckFailed) else 2)
    return status if isinstance(status, int) else 0


def _usage(problem: click.ClickException, arguments: list[str]) -> str:
    """What is wrong with the arguments, in one line."""
    context = getattr(problem, "ctx", None)
    if isinstance(problem, click.NoSuchOption):
        typed = next((a for a in arguments if a.startswith(problem.option_name)), problem.option_name)
        if typed[1:2].isdigit():
            return f"{typed}: a width is a positive whole number or a name, as in 4-3-5 or n0-n1-n2"
        known = [name for option in context.command.params for name in option.opts] if context else []
        message = f"no such option {problem.option_name}{_near(typed, known)}"
    else:
        message = " ".join(problem.format_message().split()).rstrip(".")
        message = message[:1].lower() + message[1:]
        options = _options(context)
        bare = next((a for a, b in pairwise(arguments) if options.get(a) and b in options), None)
        if bare is not None:
            message = f"{bare} needs a value"
        if message.startswith("no such command") and arguments:
            message = f"no such command {arguments[0]!r}{_near(arguments[0], list(cli.commands))}"
    path = context.command_path if context else "backproof"
    return f"{message} ({path} --help tells what is accepted)"


def _options(context: click.Context | None) -> dict[str, bool]:
    """The options of a command as they are typed, and whether each takes a value."""
    options = (o for o in (context.command.params if context else ()) if isinstance(o, click.Option))
    return {name: not option.is_flag for option in options for name in option.opts}


def _near(typed: str, known: list[str]) -> str:
    return "".join(f"; did you mean {name}?" for name in get_close_matches(typed, known, 1))


def _refuse(message: str, status: int = 2) -> int:
    click.echo(f"{click.style('error', fg='red', bold=True)}     {message}", err=True, color=_color())
    return status


def _color() -> bool | None:
    """Colours on a terminal, unless the user has said no to them."""
    return False if os.environ.get("NO_COLOR") else None
