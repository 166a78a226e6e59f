"""What is whole in a registry is read; what is damaged is named by file, table and key, and hides nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from crawler import config
from crawler.errors import RegistryError, UnknownDistrict
from crawler.registry.entries import families, site_key
from crawler.registry.load import Registry, load
from crawler.registry.places import province_name

BROKEN = Path("fixtures/registry/broken")
TWO_PROVINCES = {
    "nghe-an": """
[do-luong]
name = "Đô Lương"
kind = "huyện"
code = "427"
[[do-luong.portals]]
url = "https://doluong.nghean.gov.vn"
family = "generic"
sections = ["/tin-tuc", "/?cat=11"]
delay = 0
until = 2025-06-30
[[do-luong.portals]]
url = "http://127.0.0.1:8000/cu"
family = "generic"
[ky-anh]
name = "Kỳ Anh"
kind = "huyện"
code = "001"
portals = [{ url = "https://example.vn/ky-anh", family = "generic", companions = ["Files.example.vn:8080"] }]
""",
    "ha-tinh": """
province = "Hà Tĩnh"
[ky-anh]
name = "Kỳ Anh"
kind = "thị xã"
code = "449"
portals = [{ url = "https://example.vn", family = "generic" }]
""",
}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return load(write(tmp_path, **TWO_PROVINCES)).strict()


def test_an_entry_is_read_as_it_stands(registry: Registry) -> None:
    district = registry.resolve("nghe-an.do-luong")
    assert (district.name, district.kind, district.code) == ("Đô Lương", "huyện", "427")
    assert (district.province, district.province_id) == ("Nghệ An", "nghe-an")
    first, second = district.portals
    assert (first.url, first.sections) == ("https://doluong.nghean.gov.vn", ("/tin-tuc", "/?cat=11"))
    assert (first.delay, first.until, first.status) == (0, date(2025, 6, 30), "live")
    assert (second.url, second.delay, second.until, second.sections) == (
        "http://127.0.0.1:8000/cu",
        1.0,
        None,
        (),
    )


def test_districts_come_in_the_order_of_their_ids(registry: Registry) -> None:
    assert [d.id for d in registry.districts] == ["ha-tinh.ky-anh", "nghe-an.do-luong", "nghe-an.ky-anh"]


def test_one_file_is_a_registry_too(tmp_path: Path) -> None:
    write(tmp_path, **TWO_PROVINCES)
    assert [d.id for d in load(tmp_path / "ha-tinh.toml").districts] == ["ha-tinh.ky-anh"]


def test_text_is_nfc_and_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", TWO_PROVINCES["ha-tinh"])
    (tmp_path / "ha-tinh.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (district,) = load(tmp_path).strict().districts
    assert (district.name, district.kind, district.province) == ("Kỳ Anh", "thị xã", "Hà Tĩnh")


@pytest.mark.parametrize("name", ["do-luong", "nghe-an.do-luong", "Đô Lương", "đô lương", "do luong", "427"])
def test_short_and_written_names_are_enough_where_they_are_unique(registry: Registry, name: str) -> None:
    assert registry.resolve(name).id == "nghe-an.do-luong"


def test_an_ambiguous_name_lists_the_candidates(registry: Registry) -> None:
    with pytest.raises(UnknownDistrict, match=r"ha-tinh\.ky-anh, nghe-an\.ky-anh"):
        registry.resolve("ky-anh")


@pytest.mark.parametrize("name", ["do-loung", "nghe-an.doluong", "nghean.do-luong"])
def test_an_unknown_name_brings_close_ones(registry: Registry, name: str) -> None:
    with pytest.raises(UnknownDistrict, match=r"did you mean nghe-an\.do-luong"):
        registry.resolve(name)


def test_a_province_goes_by_id_or_name(registry: Registry) -> None:
    for name in ("nghe-an", "Nghệ An", "nghệ an"):
        assert [d.id for d in registry.of_province(name).districts] == ["nghe-an.do-luong", "nghe-an.ky-anh"]
    with pytest.raises(UnknownDistrict, match="it has ha-tinh, nghe-an"):
        registry.of_province("thanh-hoa")


def test_a_province_of_today_has_the_districts_of_those_that_became_it() -> None:
    registry = load(config.BUNDLED_REGISTRY)
    ids = {d.province_id for d in registry.of_province("Ninh Bình@2025").districts}
    assert ids == {"ninh-binh", "ha-nam", "nam-dinh"}
    assert {d.province_id for d in registry.of_province("ninh-binh").districts} == {"ninh-binh"}
    with pytest.raises(UnknownDistrict):
        registry.of_province("Hà Nam@2025")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://doluong.nghean.gov.vn/tin-tuc/a-12345", "nghe-an.do-luong"),
        ("http://www.doluong.nghean.gov.vn", "nghe-an.do-luong"),
        ("https://example.vn/ky-anh/a", "nghe-an.ky-anh"),
        ("https://example.vn/ky-anh-khac/a", "ha-tinh.ky-anh"),
        ("https://example.vn/?p=1", "ha-tinh.ky-anh"),
        ("http://127.0.0.1:8000/cu/a", "nghe-an.do-luong"),
        ("http://127.0.0.1:8001/cu/a", None),
        ("https://nghean.gov.vn/", None),
        ("no address", None),
    ],
)
def test_an_address_finds_its_portal(registry: Registry, url: str, expected: str | None) -> None:
    found = registry.at(url)
    assert (found and found[0].id) == expected


def test_companions_are_hosts(registry: Registry) -> None:
    assert registry.resolve("nghe-an.ky-anh").portals[0].companions == ("files.example.vn:8080",)


@pytest.mark.parametrize("file", sorted(BROKEN.glob("*.toml")), ids=lambda file: file.stem)
def test_a_fault_is_named_by_file_table_and_key(file: Path) -> None:
    expected = re.findall(r"^#: (.*)$", file.read_bytes().decode("utf-8", "replace"), re.MULTILINE)
    found = [str(fault) for fault in load(file).errors]
    assert len(found) == len(expected)
    for line, pattern in zip(found, expected, strict=True):
        assert fnmatchcase(line, f"{file}: {pattern}".replace("[", "[[]")), line


def test_a_damaged_entry_hides_no_other(tmp_path: Path) -> None:
    damaged = TWO_PROVINCES["nghe-an"].replace('code = "001"', "code = 1")
    registry = load(write(tmp_path, **{**TWO_PROVINCES, "nghe-an": damaged, "thanh-hoa": "= 1"}))
    assert [d.id for d in registry.districts] == ["ha-tinh.ky-anh", "nghe-an.do-luong"]
    assert [e.district_id for e in registry.errors] == ["nghe-an.ky-anh", None]
    with pytest.raises(RegistryError, match="and 1 more"):
        registry.strict()


def test_a_damaged_entry_asked_for_by_name_says_what_is_wrong(tmp_path: Path) -> None:
    damaged = TWO_PROVINCES["nghe-an"].replace('code = "427"', "code = 1")
    registry = load(write(tmp_path, **{"nghe-an": damaged, "thanh-hoa": "= 1"}))
    with pytest.raises(RegistryError, match=r"nghe-an\.toml: \[do-luong\], key code"):
        registry.resolve("do-luong")
    with pytest.raises(RegistryError, match=r"thanh-hoa\.toml: is not valid TOML"):
        registry.resolve("thanh-hoa.hau-loc")


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_registry_that_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RegistryError, match=name):
        load(tmp_path / name)


def test_provinces_are_written_with_their_marks() -> None:
    ids = ("nghe-an", "ba-ria-vung-tau", "dak-lak", "ho-chi-minh")
    assert [*map(province_name, ids)] == ["Nghệ An", "Bà Rịa - Vũng Tàu", "Đắk Lắk", "Hồ Chí Minh"]
    assert province_name("somewhere-else") == "Somewhere Else"


def test_one_site_has_one_key() -> None:
    keys = {site_key(u) for u in ("http://a.vn", "https://www.A.vn/", "https://a.vn:443", "http://a.vn:80/")}
    assert keys == {"a.vn"}
    assert site_key("http://a.vn:8080/x") != site_key("http://a.vn/x")


def test_the_bundled_registry_is_whole_and_has_the_districts_of_the_seeds() -> None:
    codes = {d.id: (d.code, d.kind) for d in load(config.BUNDLED_REGISTRY).strict().districts}
    assert codes.items() >= {
        ("nghe-an.do-luong", ("427", "huyện")),
        ("ninh-binh.gia-vien", ("373", "huyện")),
        ("ha-nam.ly-nhan", ("353", "huyện")),
        ("ha-tinh.ky-anh", ("447", "huyện")),
    }


def test_families_are_found_without_importing_them() -> None:
    assert {"generic", "wordpress"} <= set(families())
    assert "base" not in families()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (f"delay = {'9' * 5000}", "holds a number of more than 4,300 digits"),
        (f"delay = 0x{'f' * 5000}", "key delay: must be a number (it is a number of more than 80 digits)"),
        (f"requests_a_night = -{'9' * 400}", "key requests_a_night"),
        (f'until = "{"x" * 100_000}"', "key until"),
        ("delay = 1e400", "key delay: must be a finite number"),
        (f"sections = {'[' * 5000}{']' * 5000}", "nested too deeply"),
    ],
    ids=lambda text: text[:20],
)
def test_a_monstrous_value_is_one_short_line_and_hides_no_other_file(
    tmp_path: Path, setting: str, said: str
) -> None:
    monstrous = (
        '[xa-la]\nname = "Xa Lạ"\nkind = "huyện"\ncode = "990"\n[[xa-la.portals]]\n'
        f'url = "http://xala.example"\nfamily = "generic"\n{setting}\n'
    )
    registry = load(write(tmp_path, **{"ha-tinh": monstrous, "nghe-an": TWO_PROVINCES["nghe-an"]}))
    assert {d.province_id for d in registry.districts} == {"nghe-an"}
    (line,) = [str(fault) for fault in registry.errors]
    assert said in line and len(line) < 400 + len(str(tmp_path))


def test_a_portal_is_listed_unless_it_surely_left(tmp_path: Path) -> None:
    registry = load(write(tmp_path, **TWO_PROVINCES, **{"thanh-hoa": "= 1"}))
    do_luong = registry.resolve("do-luong")
    assert registry.lists(do_luong.id, do_luong.portals[0].url)
    assert not registry.lists(do_luong.id, "https://old.example")  # its address was mended
    assert not registry.lists("nghe-an.left", "https://left.example")
    assert registry.lists("thanh-hoa.hau-loc", "https://hauloc.example")  # its file cannot be read
