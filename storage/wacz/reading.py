"""WARC files out of packages of others (WACZ): bounded, under names of our own, and checked before use.

A package is a ZIP file; its datapackage.json names each file in it with a digest. What a package says is
believed of nothing but those digests: no member's name becomes a path here, and none may unpack without end.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from storage.errors import PackageError
from storage.language.messages import message

ENDING = ".wacz"
WARC_ENDINGS = (".warc", ".warc.gz", ".warc.zst")
DESCRIPTION, SEAL = "datapackage.json", "datapackage-digest.json"
LEFT = ".unpacked-"  # how folders of unpacked files begin; what a killed replay left is removed by the next
MAX_DEPTH = 3  # packages within packages; the specification has two levels
MAX_MEMBERS = 100_000  # a package of Browsertrix has some hundreds
MAX_RATIO = 200  # unpacked to packed bytes; WARC files shrink to a tenth, zeros to a thousandth
FREE_RATIO = 16 * 2**20  # bytes that may unpack from whatever they were: headers repeat
KEEP_FREE = 64 * 2**20  # bytes of the disk that an unpacked file leaves free
_MAX_JSON = 64 * 2**20  # bytes of datapackage.json
_CHUNK = 2**20
_NAME = 120  # characters of a file name: file systems take 255 bytes
_KINDS = ("sha256", "sha512", "sha1", "md5")
_SPOILED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Source:
    """A WARC file: the one at `path`, or `member` of the package there, by its name in each package."""

    path: Path
    member: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ": ".join((str(self.path), *self.member))

    @property
    def name(self) -> str:
        """A file name for it, which tells package and member and has no sign that a path could have."""
        names = [PurePosixPath(name).name.removesuffix(ENDING) for name in (self.path.name, *self.member)]
        return re.sub(r"[^\w.-]", "_", "-".join(names))[-_NAME:]


def sources(path: Path, folder: Path) -> list[Source]:
    """Returns the WARC files at `path`: itself, or those of the package that it is, in their order there.

    Packages within it are unpacked below `folder` for a while. Raises PackageError where the package cannot
    be read at all, OSError.
    """
    if not path.name.lower().endswith(ENDING):
        return [Source(path)]
    found = _within(path, (), path, folder)
    if not found:
        raise PackageError(message("{path} holds no WARC file in archive/", path=path))
    return found


def _within(file: Path, names: tuple[str, ...], path: Path, folder: Path) -> list[Source]:
    found = []
    with _opened(file) as package:
        for info in _members(package, file):
            if info.filename.lower().endswith(WARC_ENDINGS):
                if "archive" in PurePosixPath(info.filename).parts[:-1]:
                    found.append(Source(path, (*names, info.filename)))
            elif info.filename.lower().endswith(ENDING):
                if len(names) + 1 >= MAX_DEPTH:
                    raise PackageError(
                        message(
                            "{path}: packages lie more than {max_depth} deep in each other",
                            path=path,
                            max_depth=MAX_DEPTH,
                        )
                    )
                inner = Source(path, (*names, info.filename))
                said = _digests(package, path).get(info.filename, "")
                with _scratch(folder) as scratch:
                    whole = _unpacked(package, info, inner, said, scratch)
                    found += _within(whole, inner.member, path, folder)
    return found


@contextmanager
def unpacked(source: Source, folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yields a file with the bytes of `source`, and whether a digest of its package vouches for them.

    What is in a package stands below `folder` while the block runs. Raises PackageError where they are not
    those that the package's datapackage.json names, or cannot be unpacked; OSError.
    """
    with ExitStack() as stack:
        file, vouched = source.path, True
        for depth, name in enumerate(source.member, 1):
            package = stack.enter_context(_opened(file))
            info = next((one for one in _members(package, file) if one.filename == name), None)
            if info is None:
                raise PackageError(message("{source}: no such file in the package", source=source))
            scratch = stack.enter_context(_scratch(folder))
            here = Source(source.path, source.member[:depth])
            said = _digests(package, file).get(name, "")
            vouched = vouched and bool(said)
            file = _unpacked(package, info, here, said, scratch)
        yield file, vouched


def clear(folder: Path) -> None:
    """Removes what a replay that was killed had unpacked below `folder`; there is one at a time."""
    for left in folder.glob(f"{LEFT}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        package = ZipFile(file)
    except _SPOILED as error:
        raise PackageError(
            message("{file} is no package that can be read: {error}", file=file, error=error)
        ) from error
    with package:
        yield package


def _members(package: ZipFile, file: Path) -> list[ZipInfo]:
    """Returns the files of `package`. PackageError where two have one name, or one would lie outside."""
    infos = [info for info in package.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise PackageError(
            message(
                "{file}: {count} files in one package; at most {max_members} are read",
                file=file,
                count=len(infos),
                max_members=MAX_MEMBERS,
            )
        )
    names: set[str] = set()
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise PackageError(
                message(
                    "{file}: the member {filename!r} would lie outside of the package",
                    file=file,
                    filename=info.filename,
                )
            )
        if info.filename in names:
            raise PackageError(
                message("{file}: two members have the name {filename!r}", file=file, filename=info.filename)
            )
        names.add(info.filename)
    return infos


def _digests(package: ZipFile, file: Path) -> Mapping[str, str]:
    """Returns what datapackage.json says: path to digest; nothing where there is none. PackageError if
    damaged."""
    if DESCRIPTION not in package.namelist():
        return {}
    try:
        with package.open(DESCRIPTION) as stream:
            text = stream.read(_MAX_JSON + 1)
            if len(text) > _MAX_JSON:
                raise ValueError(message("it has more than {max_json} bytes", max_json=_MAX_JSON))
            if SEAL in package.namelist():
                said = json.loads(package.read(SEAL))["hash"]
                if said != f"sha256:{hashlib.sha256(text).hexdigest()}":
                    raise ValueError(message("its digest is not the one in {seal}", seal=SEAL))
        found = {}
        for one in json.loads(text)["resources"]:
            said = one.get("hash") or one.get("stats", {}).get("hash")  # older packages have it in `stats`
            if isinstance(said, str):
                found[str(one["path"])] = said if ":" in said else f"md5:{said}"  # frictionless's default
        return found
    except (*_SPOILED, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise PackageError(
            message(
                "{file}: {description} cannot be read: {error}",
                file=file,
                description=DESCRIPTION,
                error=error,
            )
        ) from error


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=LEFT, dir=folder) as scratch:
        yield Path(scratch)


def _unpacked(package: ZipFile, info: ZipInfo, source: Source, said: str, scratch: Path) -> Path:
    """Returns a new file in `scratch` with the member's bytes, which are those that its digest names."""
    free = shutil.disk_usage(scratch).free - KEEP_FREE
    if info.file_size > free:
        raise PackageError(
            message(
                "{source}: needs {file_size} MB of {parent}; free some space",
                source=source,
                file_size=info.file_size >> 20,
                parent=scratch.parent,
            )
        )
    kind, _, digest = said.partition(":")
    if said and kind not in _KINDS:
        raise PackageError(
            message("{source}: its digest is of an unknown kind: {said!r}", source=source, said=said[:40])
        )
    hashed = hashlib.new(kind or "sha256", usedforsecurity=False)
    file = scratch / source.name
    try:
        with package.open(info) as stream, file.open("wb") as out:
            _copy(stream, out, hashed.update, info)
    except _SPOILED as error:
        raise PackageError(
            message("{source}: cannot be unpacked: {error}", source=source, error=error)
        ) from error
    if said and hashed.hexdigest() != digest.lower():
        raise PackageError(
            message(
                "{source}: its bytes are not those that {description} names; it is not read",
                source=source,
                description=DESCRIPTION,
            )
        )
    return file


def _copy(stream: IO[bytes], out: IO[bytes], update: Callable[[bytes], object], info: ZipInfo) -> None:
    most = max(FREE_RATIO, MAX_RATIO * info.compress_size)
    size = 0
    while data := stream.read(_CHUNK):
        size += len(data)
        if size > most:
            raise ValueError(
                message("it unpacks to more than {max_ratio} times its size", max_ratio=MAX_RATIO)
            )
        update(data)
        out.write(data)
