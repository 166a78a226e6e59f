"""Entries are held against the country, and against each other: what is wrong names what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.registry.load import load
from crawler.registry.places import province_fault

SITE = "https://trang-thu.vn"


def entry(table: str, name: str, code: str, kind: str = "huyện", url: str = SITE, more: str = "") -> str:
    return (
        f'[{table}]\nname = "{name}"\nkind = "{kind}"\ncode = "{code}"\n'
        f'[[{table}.portals]]\nurl = "{url}"\nfamily = "generic"\n{more}\n'
    )


def faults(folder: Path, **files: str) -> list[str]:
    """What is wrong with a registry of these files, without its folder."""
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    return [str(fault).removeprefix(f"{folder}/") for fault in load(folder).errors]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "nghe_an", entry("do-luong", "Đô Lương", "428"),
            "[do-luong], key code: 428 is huyện Thanh Chương in Nghệ An; huyện Đô Lương has 427",
        ),
        (
            "nghe_an", entry("do-luong", "Đô Lương", "999"),
            "[do-luong], key code: no district has 999; huyện Đô Lương has 427",
        ),
        (
            "nghe_an", entry("do-luong", "Đô Lường Thượng", "427"),
            "[do-luong], key name: 427 is huyện Đô Lương",
        ),
        (
            "ha_tinh", entry("do-luong", "Đô Lương", "427"),
            "[do-luong], key code: huyện Đô Lương is in Nghệ An: its table belongs into nghe-an.toml",
        ),
        (
            "nghean", entry("do-luong", "Đô Lương", "427"),
            "[do-luong], key code: huyện Đô Lương is in Nghệ An: its table belongs into nghe-an.toml",
        ),
        (
            "ha_tinh", entry("ky-anh", "Kỳ Anh", "447", "thị xã"),
            "[ky-anh], key kind: 447 is huyện Kỳ Anh; thị xã Kỳ Anh has 449",
        ),
        (
            "ha_tinh", entry("ky-anh", "Kỳ Anh", "449"),
            "[ky-anh], key kind: 449 is thị xã Kỳ Anh; huyện Kỳ Anh has 447",
        ),
        (
            "ha_tinh", entry("ky-anh", "Kỳ Anh", "427", "thị xã"),
            "[ky-anh], key code: 427 is huyện Đô Lương in Nghệ An; thị xã Kỳ Anh has 449",
        ),
        (
            "thanh_hoa", entry("tinh-gia", "Tĩnh Gia", "407"),
            ("[tinh-gia], key name: Tĩnh Gia was called so until 2020-05-31; "
            "407 is thị xã Nghi Sơn since ([nghi-son] in thanh-hoa.toml)"),
        ),
        (
            "ha_tinh", entry("loc-ha", "Lộc Hà", "448"),
            ("[loc-ha], key name: Lộc Hà was called so until 2024-12-31; "
            "code 448 ended then: give the district that it became part of"),
        ),
        (
            "nghe_an", entry("khong-co", "Không Có", "990"),
            "[khong-co], key code: no district Không Có in Nghệ An; no district has 990",
        ),
        (
            "nghe_an", 'province = "Hà Tĩnh"\n' + entry("do-luong", "Đô Lương", "427"),
            'key province: nghe-an.toml is of Nghệ An, not of "Hà Tĩnh"; Hà Tĩnh has ha-tinh.toml',
        ),
    ],
    ids="code no-code name province file kind namesake code-of-kind renamed ended nowhere file-of".split(),
)  # fmt: skip
def test_a_wrong_place_is_told_with_the_right_one(tmp_path: Path, file: str, text: str, said: str) -> None:
    assert faults(tmp_path, **{file: text}) == [f"{file.replace('_', '-')}.toml: {said}"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("ha_tinh", entry("thi-xa-ky-anh", "Kỳ Anh", "449", "thị xã")),
        ("cao_bang", entry("hoa-an", "Hoà An", "051")),  # the other style of tone marks
        ("ho_chi_minh", entry("thu-duc", "Thủ Đức", "769", "thành phố")),  # a city within a city
        ("hue", 'province = "Thừa Thiên Huế"\n' + entry("a-luoi", "A Lưới", "481")),
        ("ha_noi", 'province = "Thành phố Hà Nội"\n' + entry("ba-dinh", "Ba Đình", "001", "quận")),
        ("nghe_an", entry("ban-thu", "Bản Thử", "999", url="http://127.0.0.1:8000")),  # a rehearsal
        ("nghe_an", entry("ban-thu", "Bản Thử", "427", url="http://portal.test")),
        ("nghe_an", entry("p12", "Yên Thành", "427", url="http://127.0.0.1:8000")),  # one portal many times
        ("ven_song", entry("ban-thu", "Bản Thử", "999", url="http://[::1]:8000")),
        ("ven_song", entry("ban-thu", "Bản Thử", "427")),  # neither place nor province is one of the country
        ("nghe_an", entry("do-luong", "Đô Lương", "427", url="http://203.162.0.11/cong")),  # a bare address
    ],
)
def test_what_is_right_or_a_rehearsal_is_no_fault(tmp_path: Path, file: str, text: str) -> None:
    assert faults(tmp_path, **{file: text}) == []


def test_a_rehearsal_of_a_real_district_has_its_code(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, nghe_an=entry("do-luong", "Đô Lương", "428", url="http://127.0.0.1:8000"))
    assert said.endswith("huyện Đô Lương has 427")


def test_one_file_of_any_name_holds_districts_too(tmp_path: Path) -> None:
    assert faults(tmp_path, cong_thu=entry("do-luong", "Đô Lương", "427")) == []
    assert province_fault("cong-thu", "Ở đâu đó") is None


YEN_THANH = entry("yen-thanh", "Yên Thành", "426", url="https://yenthanh.vn", more='former = ["cu.vn"]')


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (
            entry("do-luong", "Đô Lương", "427", url="http://www.YENTHANH.vn/"),
            ("[[do-luong.portals]] 1, key url: http://www.yenthanh.vn/ is already a portal of "
            "nghe-an.yen-thanh; a portal belongs to one district, once"),
        ),
        (
            entry("do-luong", "Đô Lương", "427", more='former = ["YenThanh.vn"]'),
            "[[do-luong.portals]] 1, key former: yenthanh.vn is a portal of nghe-an.yen-thanh",
        ),
        (
            entry("do-luong", "Đô Lương", "427", more='former = ["www.cu.vn"]'),
            "[[do-luong.portals]] 1, key former: www.cu.vn is already a former host of nghe-an.yen-thanh",
        ),
        (
            entry("do-luong", "Đô Lương", "427", more='companions = ["www.yenthanh.vn"]'),
            "[[do-luong.portals]] 1, key companions: www.yenthanh.vn is a portal of nghe-an.yen-thanh",
        ),
        (
            entry("do-luong", "Đô Lương", "427", url="https://a.vn")
            + '[[do-luong.portals]]\nurl = "http://a.vn"\nfamily = "generic"\n',
            ("[[do-luong.portals]] 2, key url: http://a.vn is already a portal of nghe-an.do-luong; "
            "a portal belongs to one district, once"),
        ),
        (
            entry("do-luong", "Đô Lương", "427", more='former = ["http://a.vn"]'),
            ('[[do-luong.portals]] 1, key former[1]: must be a host such as datafiles.nghean.gov.vn, '
            'without scheme and path (it is "http://a.vn")'),
        ),
        (
            entry("do-luong", "Đô Lương", "427", more='companions = ["a.vn/web"]'),
            ('[[do-luong.portals]] 1, key companions[1]: must be a host such as datafiles.nghean.gov.vn, '
            'without scheme and path (it is "a.vn/web")'),
        ),
    ],
    ids=["url", "former", "former-of-both", "companion", "two-schemes", "host-with-scheme", "host-with-path"],
)  # fmt: skip
def test_a_host_belongs_to_one_district(tmp_path: Path, second: str, said: str) -> None:
    assert faults(tmp_path, nghe_an=YEN_THANH + second) == [f"nghe-an.toml: {said}"]


def test_a_code_belongs_to_one_district(tmp_path: Path) -> None:
    twice = entry("huyen-yen-thanh", "Yên Thành", "426", url="https://khac.vn")
    assert faults(tmp_path, nghe_an=YEN_THANH + twice) == [
        (
            "nghe-an.toml: [huyen-yen-thanh], key code: 426 is already the code of nghe-an.yen-thanh; "
            "use that id to add to its entry"
        )
    ]


def test_districts_may_share_a_host_under_paths_and_a_store_of_pictures(tmp_path: Path) -> None:
    store = 'companions = ["tep.vn"]'
    one = entry("yen-thanh", "Yên Thành", "426", url="https://tinh.vn/yenthanh", more=store)
    two = entry("do-luong", "Đô Lương", "427", url="https://tinh.vn/doluong", more=store)
    assert faults(tmp_path, nghe_an=one + two) == []
    (district,) = [d for d in load(tmp_path).districts if d.code == "427"]
    assert district.portals[0].companions == ("tep.vn",)


def test_a_host_in_capitals_is_read_in_small_letters(tmp_path: Path) -> None:
    text = entry("do-luong", "Đô Lương", "427", url="HTTPS://DoLuong.VN/Trang")
    assert faults(tmp_path, nghe_an=text) == []
    assert load(tmp_path).districts[0].portals[0].url == "https://doluong.vn/Trang"
