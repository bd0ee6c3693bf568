"""One reader a format, each giving the same `Document`; what cannot be read is refused by name, with the reason."""

from __future__ import annotations

from indexer.formats.files import Refused, read_file

__all__ = ["Refused", "read_file"]
