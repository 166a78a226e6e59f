"""Every MUST of WACZ 1.1.1 and CDXJ 0.1.0, checked on a package: by the ZIP file and the WARC files alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from warcio.archiveiterator import ArchiveIterator

_STAMP = re.compile(r"[0-9]{14}")
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_FIELDS = {"url", "digest", "mime", "filename", "offset", "length", "status"}


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def index(package: ZipFile) -> list[tuple[str, str, dict[str, Any]]]:
    """Key, timestamp and fields of each line of the index, in its order."""
    lines = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
    parts = (line.split(" ", 2) for line in lines)
    return [(key, at, json.loads(said)) for key, at, said in parts]


def pages(package: ZipFile) -> list[dict[str, Any]]:
    """The pages, without the line that says what they are."""
    return [json.loads(line) for line in package.read("pages/pages.jsonl").decode().splitlines()[1:]]


def breaches(path: Path) -> list[str]:
    """What is wrong with the package at `path`, in words; empty where nothing is."""
    with ZipFile(path) as package:
        return [*([] if path.suffix == ".wacz" else ["its name does not end in .wacz"]), *_breaches(package)]


def _breaches(package: ZipFile) -> Iterator[str]:
    names = package.namelist()
    if len(set(names)) != len(names):
        yield "two members have one name"
    if bad := package.testzip():
        yield f"{bad} has another checksum"
    for info in package.infolist():
        if info.filename.endswith(".gz") and info.compress_type != ZIP_STORED:
            yield f"{info.filename} is compressed twice"
    yield from _described(package, names)
    yield from _layout(names)
    yield from _listed(package)
    yield from _indexed(package)


def _described(package: ZipFile, names: list[str]) -> Iterator[str]:
    text = package.read("datapackage.json")
    said = json.loads(text)
    if (said["profile"], said["wacz_version"]) != ("data-package", "1.1.1"):
        yield "profile or version is wrong"
    resources = {one["path"]: one for one in said["resources"]}
    listed = {"datapackage.json", "datapackage-digest.json", *resources}
    if listed != set(names) or len(resources) != len(said["resources"]):
        yield f"listed and present differ: {listed ^ set(names)}"
    for path, one in resources.items():
        data = package.read(path)
        if (one["hash"], one["bytes"], one["name"]) != (sha256(data), len(data), path.rpartition("/")[2]):
            yield f"{path} is not what datapackage.json says"
    seal = json.loads(package.read("datapackage-digest.json"))
    if seal != {"path": "datapackage.json", "hash": sha256(text)}:
        yield "the digest of datapackage.json is wrong"


def _layout(names: list[str]) -> Iterator[str]:
    for folder, form in (
        ("archive", r"[^/]+\.warc(\.gz)?"),
        ("indexes", r"[^/]+\.(cdxj?|cdx\.gz|idx)"),
        ("pages", r"[^/]+\.jsonl"),
    ):
        here = [name for name in names if name.startswith(f"{folder}/")]
        if not here or any(not re.fullmatch(f"{folder}/{form}", name) for name in here):
            yield f"{folder}/ holds {here}"


def _listed(package: ZipFile) -> Iterator[str]:
    first, *rest = package.read("pages/pages.jsonl").decode().splitlines()
    head = json.loads(first)
    if head["format"] != "json-pages-1.0" or not head["id"] or "title" not in head:
        yield "the first line of the pages says not what they are"
    held = {(said["url"], at) for _, at, said in index(package)}
    ids = [json.loads(line).get("id") for line in rest]
    if len(set(ids)) != len(ids):
        yield "two pages have one id"
    for line in rest:
        page = json.loads(line)
        if not _RFC3339.fullmatch(page["ts"]):
            yield f"{page['ts']} is no time of RFC 3339"
        if (page["url"], re.sub(r"\D", "", page["ts"])) not in held:
            yield f"the page {page['url']} of {page['ts']} is not in the index"


def _indexed(package: ZipFile) -> Iterator[str]:
    packed = package.read("indexes/index.cdx.gz")
    lines = gzip.decompress(packed).splitlines()
    if lines != sorted(lines):
        yield "the index is not sorted bytewise"
    records = {name: package.read(name) for name in package.namelist() if name.startswith("archive/")}
    for key, at, said in index(package):
        if not set(said) >= _FIELDS or not _STAMP.fullmatch(at) or not key.isascii():
            yield f"a line of the index is not whole: {key} {at} {said}"
        start, length = int(said["offset"]), int(said["length"])
        member = records[f"archive/{said['filename']}"][start : start + length]
        record = next(ArchiveIterator(BytesIO(member)))
        header = record.rec_headers
        if (header["WARC-Target-URI"], re.sub(r"\D", "", header["WARC-Date"])[:14]) != (said["url"], at):
            yield f"another record stands where {said} points"
        if header["WARC-Payload-Digest"] not in (None, said["digest"]):
            yield f"another digest stands where {said} points"
        if (record.rec_type == "revisit") != (said["mime"] == "warc/revisit"):
            yield f"{said} is a {record.rec_type}"
    yield from _blocks(package, packed)


def _blocks(package: ZipFile, packed: bytes) -> Iterator[str]:
    meta, *blocks = package.read("indexes/index.idx").decode().splitlines()
    if not meta.startswith("!meta 0 ") or json.loads(meta[8:])["filename"] != "index.cdx.gz":
        yield "index.idx says not what it indexes"
    at = 0
    for block in blocks:
        key, said = block.split(" {", 1)
        place = json.loads("{" + said)
        member = packed[at : at + place["length"]]
        if place["offset"] != at or place["digest"] != sha256(member):
            yield f"a block of the index is not where index.idx says: {block}"
        if not gzip.decompress(member).decode().startswith(f"{key} {{"):
            yield f"a block of the index begins with another line than {key}"
        at += place["length"]
    if at != len(packed):
        yield "index.idx does not cover the index"
