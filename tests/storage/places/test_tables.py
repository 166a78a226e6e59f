"""The packaged tables hold their invariants, and each broken one is found."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from storage.places import build, lookup, tables
from storage.places.tables import COMMUNES, UPPER, Change, Place

PLACES = [*tables.places(UPPER), *tables.places(COMMUNES)]
CHANGES = [*tables.changes(UPPER), *tables.changes(COMMUNES)]


def test_the_packaged_tables_hold_every_invariant() -> None:
    assert list(build.faults(PLACES, CHANGES)) == []
    assert (len(PLACES), len(CHANGES)) == (17_450, 14_626)


def counted(day: str) -> tuple[int, int, int]:
    found = Counter(place.level for place in PLACES if place.valid(day))
    return found["province"], found["district"], found["commune"]


def test_a_day_has_its_units() -> None:
    assert counted("2025-06-30") == (63, 696, 10_035)
    assert counted("2025-07-01") == counted("2026-06-01") == (34, 0, 3_321)
    assert counted("2008-08-01")[0] == 63


def test_the_last_districts_and_communes_have_their_kinds() -> None:
    last = Counter((p.level, p.kind) for p in PLACES if p.valid("2025-06-30"))
    assert {kind: n for (level, kind), n in last.items() if level == "district"} == {
        "huyện": 508,
        "thành phố thuộc tỉnh": 85,
        "thành phố thuộc thành phố": 2,  # Thủ Đức and Thủy Nguyên
        "thị xã": 52,
        "quận": 49,
    }
    assert [last["commune", kind] for kind in ("xã", "phường", "thị trấn")] == [7692, 1726, 617]


def test_a_code_is_used_again_for_another_place() -> None:
    def named(code: str, day: str) -> str:
        return next(p.name for p in PLACES if p.level == "commune" and p.code == code and p.valid(day))

    assert [named("17662", day) for day in ("2025-06-30", "2025-07-01")] == ["Yên Sơn", "Đô Lương"]
    days = ("2019-12-31", "2020-01-01", "2025-06-30", "2025-07-01")
    assert [named("13594", day) for day in days] == ["Nhân Đạo", *["Trần Hưng Đạo"] * 2, "Trần Thương"]
    then, now = ({p.code: p.name for p in PLACES if p.level == "commune" and p.valid(d)} for d in days[2:])
    assert sum(then[code] != now[code] for code in then.keys() & now.keys()) == 1829


@pytest.mark.parametrize(
    ("code", "communes", "units", "shared"),
    [
        ("427", 32, "17623 17641 17662 17677 17689 17707", ""),
        ("373", 18, "14464 14482 14488 14494 14500 14524 14533", "14533"),
        ("353", 21, "13573 13579 13591 13594 13597 13609 13627", ""),
        ("447", 20, "18754 18766 18775 18781 18787 18790 18814 18838 18844", "18754 18781 18814"),
        ("449", 11, "18754 18781 18814 18823 18832", "18754 18781 18814"),
    ],
)
def test_a_district_became_units_of_today(code: str, communes: int, units: str, shared: str) -> None:
    district = lookup.district(code)
    assert district is not None
    found = lookup.became(district)
    assert len(lookup.communes(district)) == communes
    assert [one.place.code for one in found] == units.split()
    assert [one.place.code for one in found if one.shared] == shared.split()


def test_a_split_commune_went_to_each_unit_in_part() -> None:
    gia_vien = lookup.district("373")
    assert gia_vien is not None
    parts = {
        (origin.place.name, one.place.code)
        for one in lookup.became(gia_vien)
        for origin in one.origins
        if not origin.whole
    }
    assert parts == {("Gia Tân", "14488"), ("Gia Tân", "14533")}


def test_an_island_district_became_a_unit_itself() -> None:
    for code in ("318", "471", "498", "536", "755"):
        island = lookup.district(code)
        assert island is not None and lookup.communes(island) == ()
        (unit,) = lookup.became(island)
        assert unit.place.kind == "đặc khu" and unit.origins[0].place == island


def test_a_district_belongs_to_a_province_then_and_now() -> None:
    ly_nhan = lookup.district("353")
    assert ly_nhan is not None
    then, now = lookup.province(ly_nhan), lookup.province_now(ly_nhan)
    assert (then.code, then.name, now.code, now.name) == ("35", "Hà Nam", "37", "Ninh Bình")
    assert len({lookup.province_now(d).code for d in lookup.districts()}) == 34


def test_a_code_without_a_district_has_none() -> None:
    assert lookup.district("000") is None
    assert lookup.district("427", date(2025, 7, 1)) is None


def test_a_district_had_other_names_before() -> None:
    assert [(p.kind, p.name) for p in lookup.states("407")] == [("huyện", "Tĩnh Gia"), ("thị xã", "Nghi Sơn")]


def test_a_unit_of_today_knows_the_districts_it_came_from() -> None:
    (unit,) = lookup.units("phường Tây Hoa Lư")
    assert unit.code == "14533"
    assert [place.name for place in lookup.origins(unit)] == ["Nho Quan", "Gia Viễn", "Hoa Lư"]


def test_the_tables_are_built_again_as_they_are(tmp_path: Path) -> None:
    build.unpack(tmp_path / "plain")
    assert build.build(tmp_path / "plain", tmp_path) == []
    for name in (UPPER, COMMUNES, f"{UPPER}_changes", f"{COMMUNES}_changes"):
        data = (tmp_path / tables.file(name).name).read_bytes()
        built = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        assert built.decode() == tables.text(name)


_WAS = Place("commune:99999", "commune", "99999", "xã", "Mới", "district:427", "", "2025-06-30", "", "", "")
_IS = Place("commune:99999@2025", "commune", "99999", "xã", "Lạ", "province:40@2025", "2025-07-01", *[""] * 4)


@pytest.mark.parametrize(
    ("places", "changes", "said"),
    [
        ([PLACES[0]], [], "stands twice"),
        ([], [CHANGES[0]], "a change stands twice"),
        ([_WAS._replace(parent="district:000")], [], "its parent district:000 is no place"),
        ([_WAS._replace(parent="province:40@2025")], [], "is not valid on its last day"),
        ([_WAS._replace(valid_from="2025-07-02")], [], "ends before it begins"),
        ([_WAS._replace(name="Hoà Bình")], [], "old tone mark"),
        ([_WAS._replace(name="Hai  Trống")], [], "a blank too many"),
        ([_WAS._replace(place_id="commune:x", code="17662", valid_to="")], [], "its code is valid twice"),
        ([_WAS], [], "no change tells what it became"),
        (
            [_WAS],
            [Change("commune:99999", "", "2025-07-01", "part", "")],
            "1 successors on 2025-07-01, split",
        ),
        ([_IS], [], "nothing became it"),
        ([], [Change("district:427", "commune:0", "2020-01-01", "moved", "")], "names commune:0"),
        ([], [Change("district:427", "commune:17662", "2026-01-01", "moved", "")], "not valid on 2026-01-01"),
        ([_WAS], [], "(63, 696, 10036) provinces, districts and communes instead of (63, 696, 10035)"),
        ([], [Change("district:427", "district:428", "2025-07-01", "whole", "")], "2 changes on 2025-07-01"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_broken_invariant_is_named(places: list[Place], changes: list[Change], said: str) -> None:
    assert any(said in fault for fault in build.faults([*PLACES, *places], [*CHANGES, *changes]))


def test_nothing_is_built_from_broken_tables(tmp_path: Path) -> None:
    build.unpack(tmp_path)
    source = tmp_path / "places.csv"
    source.write_text(
        source.read_text(encoding="utf-8").replace(",Đô Lương,", ",Đô  Lương,"), encoding="utf-8"
    )
    (tmp_path / "out").mkdir()
    assert len(build.build(tmp_path, tmp_path / "out")) >= 1
    assert not list((tmp_path / "out").iterdir())


def test_the_command_unpacks_checks_and_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["build", "--unpack", str(tmp_path / "plain")])
    assert build.main() == 0
    source = tmp_path / "plain" / "place_changes.csv"
    kept = source.read_text(encoding="utf-8").splitlines(keepends=True)
    source.write_text(
        "".join(line for line in kept if not line.startswith("district:427,")), encoding="utf-8"
    )
    monkeypatch.setattr("sys.argv", ["build", str(tmp_path / "plain")])
    assert build.main() == 1
    assert "district:427: ends on 2025-06-30, and no change tells" in capsys.readouterr().err
