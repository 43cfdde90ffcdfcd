"""``python -m backproof`` is the command."""

from .command import main

main()
