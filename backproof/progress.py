"""A word on what is being done, for someone who waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show `what` while the block runs, and take it away again; nothing where nobody watches."""
    watched = sys.stderr.isatty()
    if watched:
        print(f"{what} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if watched:
            print(f"\r{' ' * (len(what) + 4)}\r", end="", file=sys.stderr, flush=True)
