"""Packages of others: which WARC files are in them, whether they are what they say, and what is refused."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from storage.errors import PackageError
from storage.wacz.reading import LEFT, Source, clear, sources, unpacked
from tests.wacz import package
from tests.warcs import http, packed, record

WARC = packed([record("response", "http://thixa.vn/tin", http(b"<p>Giao ban</p>"))])
OTHER = packed([record("response", "http://thixa.vn/khac", http(b"<p>Mua vu</p>"))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where packages are unpacked; nothing is left there."""
    return tmp_path / "data"


def put(tmp_path: Path, data: bytes, name: str = "xa.wacz") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def read(path: Path, folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Each WARC file of a package: its bytes, and whether a digest vouches for them."""
    found = {}
    for source in sources(path, folder):
        with unpacked(source, folder) as (file, vouched):
            found["/".join(source.member)] = file.read_bytes(), vouched
    assert not list(folder.glob("*"))
    return found


FORMS = {
    "stored": package({"archive/a.warc.gz": WARC, "pages/pages.jsonl": b"{}"}),
    "deflated": package({"archive/a.warc.gz": WARC}, packing=zipfile.ZIP_DEFLATED),
    "with md5": package(
        {"archive/a.warc.gz": WARC},
        digests={"archive/a.warc.gz": f"md5:{hashlib.md5(WARC).hexdigest()}"},
    ),
    "in capitals": package(
        {"archive/a.warc.gz": WARC},
        digests={"archive/a.warc.gz": f"sha256:{hashlib.sha256(WARC).hexdigest().upper()}"},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_warc_files_of_a_package_are_found_and_vouched_for(
    tmp_path: Path, folder: Path, form: str
) -> None:
    assert read(put(tmp_path, FORMS[form]), folder) == {"archive/a.warc.gz": (WARC, True)}


def test_a_file_that_is_no_package_is_read_where_it_stands(tmp_path: Path, folder: Path) -> None:
    path = put(tmp_path, WARC, "a.warc.gz")
    assert sources(path, folder) == [Source(path)]
    with unpacked(Source(path), folder) as (file, vouched):
        assert (file, vouched) == (path, True)


def test_packages_within_a_package_are_read_in_their_order(tmp_path: Path, folder: Path) -> None:
    inner = package({"archive/a.warc.gz": WARC})
    outer = package(
        {"ha-nam.wacz": inner, "nghe-an.wacz": package({"archive/a.warc.gz": OTHER})},
        profile="multi-wacz-package",
    )
    assert read(put(tmp_path, outer), folder) == {
        "ha-nam.wacz/archive/a.warc.gz": (WARC, True),
        "nghe-an.wacz/archive/a.warc.gz": (OTHER, True),
    }


def test_packages_that_lie_too_deep_in_each_other_are_refused(tmp_path: Path, folder: Path) -> None:
    data = package({"archive/a.warc.gz": WARC})
    for _ in range(4):
        data = package({"in.wacz": data})
    with pytest.raises(PackageError, match="deep"):
        sources(put(tmp_path, data), folder)


@pytest.mark.parametrize("described", [True, False], ids=["not listed", "no datapackage.json"])
def test_what_no_digest_vouches_for_is_read_and_said(tmp_path: Path, folder: Path, described: bool) -> None:
    data = package(
        {"archive/a.warc.gz": WARC}, described=described, **({"resources": []} if described else {})
    )
    assert read(put(tmp_path, data), folder) == {"archive/a.warc.gz": (WARC, False)}


def test_a_nested_file_is_vouched_for_by_all_packages_around_it(tmp_path: Path, folder: Path) -> None:
    outer = package({"in.wacz": package({"archive/a.warc.gz": WARC})}, described=False)
    assert read(put(tmp_path, outer), folder)["in.wacz/archive/a.warc.gz"] == (WARC, False)


WRONG = {"archive/a.warc.gz": f"sha256:{'0' * 64}"}
SPOILED = {
    "another digest": (package({"archive/a.warc.gz": WARC}, digests=WRONG), "not those"),
    "a digest of an unknown kind": (
        package({"archive/a.warc.gz": WARC}, digests={"archive/a.warc.gz": "shake_128:00"}),
        "unknown kind",
    ),
    "a bomb": (
        package({"archive/a.warc": bytes(60 * 2**20)}, packing=zipfile.ZIP_DEFLATED), "times its size"
    ),
    "a seal of another datapackage.json": (
        package(
            {
                "archive/a.warc.gz": WARC,
                "datapackage-digest.json": json.dumps(
                    {"path": "datapackage.json", "hash": f"sha256:{'0' * 64}"}
                ).encode(),
            }
        ),
        "datapackage-digest.json",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", SPOILED)
def test_a_file_that_is_not_what_its_package_says_is_not_read(
    tmp_path: Path, folder: Path, form: str
) -> None:
    data, cause = SPOILED[form]
    (source,) = sources(put(tmp_path, data), folder)
    with pytest.raises(PackageError, match=cause), unpacked(source, folder):
        pass
    assert not list(folder.glob("*"))


def spoiled_zip() -> bytes:
    """A package whose stored WARC file has another byte than its checksum says."""
    data = bytearray(package({"archive/a.warc.gz": WARC}, described=False))
    data[data.index(WARC) + 20] ^= 1
    return bytes(data)


def test_a_member_whose_checksum_does_not_hold_is_named(tmp_path: Path, folder: Path) -> None:
    (source,) = sources(put(tmp_path, spoiled_zip()), folder)
    with pytest.raises(PackageError, match=r"xa\.wacz: archive/a\.warc\.gz"), unpacked(source, folder):
        pass


REFUSED = {
    "no ZIP file": (b"PK nothing of the kind", "no package"),
    "no WARC file": (package({"pages/pages.jsonl": b"{}", "a.warc.gz": WARC}), "no WARC file"),
    "a member above it": (package({"../archive/a.warc.gz": WARC}), "outside"),
    "a member above it, of Windows": (package({"..\\archive\\a.warc.gz": WARC}), "outside"),
    "a member with a root": (package({"/archive/a.warc.gz": WARC}), "outside"),
    "a member with a drive": (package({"C:/archive/a.warc.gz": WARC}), "outside"),
}


@pytest.mark.parametrize("form", REFUSED)
def test_a_package_that_cannot_be_trusted_at_all_is_refused(tmp_path: Path, folder: Path, form: str) -> None:
    data, cause = REFUSED[form]
    with pytest.raises(PackageError, match=cause):
        sources(put(tmp_path, data), folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "xa.wacz"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("archive/a.warc.gz", WARC)
        out.writestr("archive/a.warc.gz", OTHER)
    with pytest.raises(PackageError, match="two members"):
        sources(path, folder)


def test_the_name_of_an_unpacked_file_has_nothing_of_a_path(tmp_path: Path) -> None:
    assert Source(tmp_path / "Xã Đông.wacz", ("archive/a b\0:*.warc.gz",)).name == "Xã_Đông-a_b___.warc.gz"
    assert len(Source(tmp_path / "x.wacz", ("archive/" + "a" * 900 + ".warc",)).name.encode()) < 255


def test_what_a_killed_replay_had_unpacked_is_removed(tmp_path: Path) -> None:
    (tmp_path / f"{LEFT}abc").mkdir()
    (tmp_path / f"{LEFT}abc" / "a.warc.gz").write_bytes(WARC)
    (tmp_path / "warc").mkdir()
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["warc"]
