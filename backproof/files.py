"""Writing files so that nobody ever finds a half-written one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from derive.errors import InputError


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """Write every file, its folder made where it is missing, or none of them.

    All go to temporary names first and are renamed when the last is on disk. Raises InputError
    where that cannot be done.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            waiting.append((_temporary(path, content), path))
        for temporary, path in waiting:
            temporary.replace(path)
    except OSError as problem:
        raise InputError(f"{path}: cannot be written ({problem.strerror})") from None
    finally:
        for temporary, _ in waiting:
            with suppress(FileNotFoundError):
                temporary.unlink()


def _temporary(path: Path, content: str | bytes) -> Path:
    """The content on disk beside `path`, under a name of its own."""
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.parent.exists() and not path.parent.is_dir():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            os.chmod(name, 0o666 & ~_umask())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _umask() -> int:
    """The permissions a new file is not given; there is no way to ask without setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
