"""Zips: what they would unpack to is checked before anything is, and no name leads out of the folder."""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
from pathlib import PurePosixPath

from indexer.formats.limits import LIMITS, FormatError

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1


def check_zip(raw: bytes) -> zipfile.ZipFile:
    """The opened zip, its directory within the limits. Raises FormatError where it is broken, encrypted or a bomb."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FormatError("压缩包损坏，打不开") from error
    members = archive.infolist()
    if len(members) > LIMITS.members:
        raise FormatError(f"压缩包里有 {len(members)} 个文件，上限 {LIMITS.members} 个")
    total = sum(member.file_size for member in members)
    if total > LIMITS.unpacked_bytes:
        raise FormatError(f"解开后有 {total >> 20} MB，上限 {LIMITS.unpacked_bytes >> 20} MB（疑似压缩炸弹）")
    for member in members:
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise FormatError("压缩包加密了，需要口令；请提供不加密的文件")
        if member.file_size >= LIMITS.ratio_from and member.file_size > LIMITS.ratio * max(member.compress_size, 1):
            raise FormatError(f"{member_name(member)} 的压缩比超过 {LIMITS.ratio} 倍（疑似压缩炸弹）")
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The member's bytes; never more than its directory entry promised. Raises FormatError where it is broken."""
    try:
        with archive.open(member) as stream:
            raw = stream.read(member.file_size + 1)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FormatError("压缩包里的这个文件损坏") from error
    except Exception as error:  # zlib.error and lzma.LZMAError share no base
        raise FormatError("压缩包里的这个文件损坏") from error
    if len(raw) != member.file_size:
        raise FormatError("压缩包里的这个文件与目录所记大小不符")
    return raw


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where it says so, else the GB18030 that Chinese zips are written in."""
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = None
        if raw is not None:
            for encoding in ("utf-8", "gb18030"):
                try:
                    name = raw.decode(encoding)
                    break
                except UnicodeDecodeError:
                    continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether the member is a symbolic link, which may lead anywhere."""
    return stat.S_ISLNK(member.external_attr >> 16)


def leads_out(name: str) -> bool:
    """Whether the name points outside the folder it is unpacked to."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")
