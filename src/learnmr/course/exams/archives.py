"""Zip archives that are the same bytes from run to run: fixed times, fixed rights, a fixed order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["pack", "unpack"]

#: the earliest time that a zip archive can hold
_TIME = (1980, 1, 1, 0, 0, 0)
_RIGHTS = 0o644 << 16
#: what is unpacked at most, in bytes: our own archives are far smaller
_LARGEST = 500_000_000


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of members in the order given.

    Examples
    --------
    >>> pack({"a.txt": b"A"}) == pack({"a.txt": b"A"}), unpack(pack({"a.txt": b"A"}))
    (True, {'a.txt': b'A'})
    """
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in members.items():
                info = zipfile.ZipInfo(name, _TIME)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = _RIGHTS
                info.create_system = 3  # as on Unix, wherever it is made
                archive.writestr(info, data, compresslevel=9)
        return stream.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Members of a zip archive by name.

    Raises
    ------
    ValueError
        If it is no zip archive, or unpacks to more than 500 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(info.file_size for info in archive.infolist())
            if total > _LARGEST:
                raise ValueError(f"an archive must unpack to at most {_LARGEST} bytes, got {total}")
            return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except zipfile.BadZipFile as error:
        raise ValueError(f"an archive must be a zip file, got {error}") from error
