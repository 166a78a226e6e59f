"""What users call a place: provinces of then and now, units of today, districts of the archive."""

from __future__ import annotations

import pytest

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.errors import StorageError
from storage.records import DistrictRecord
from storage.search.names import place_meant, province_meant
from storage.search.selection import Filters, told

DISTRICTS = (
    DistrictRecord("nghe-an.do-luong", "Đô Lương", "huyện", "427", "Nghệ An"),
    DistrictRecord("ninh-binh.gia-vien", "Gia Viễn", "huyện", "373", "Ninh Bình"),
    DistrictRecord("ninh-binh.nho-quan", "Nho Quan", "huyện", "372", "Ninh Bình"),
    DistrictRecord("ha-nam.ly-nhan", "Lý Nhân", "huyện", "353", "Hà Nam"),
    DistrictRecord("ven-song.ban-thu", "Bản Thử", "huyện", "999", "Ven Sông"),
)


@pytest.fixture
def known(db: Database) -> Database:
    sync_registry(db, DISTRICTS)
    return db


def of_province(db: Database, name: str) -> tuple[list[str], str | None]:
    with db.reading() as connection:
        meant = province_meant(connection, name)
    return [id_.partition(".")[2] for id_ in meant.ids], meant.told


def of_place(db: Database, name: str) -> tuple[list[str], str | None]:
    with db.reading() as connection:
        meant = place_meant(connection, name)
    return [id_.partition(".")[2] for id_ in meant.ids], meant.told


@pytest.mark.parametrize("name", ["Ninh Bình", "ninh-binh", "ninh bình"])
def test_a_province_is_the_one_of_then(known: Database, name: str) -> None:
    ids, said = of_province(known, name)
    assert ids == ["gia-vien", "nho-quan"]
    assert said == "Ninh Bình as it was until 30 June 2025; for that of today: Ninh Bình@2025"


def test_a_province_of_today_has_the_districts_of_those_that_became_it(known: Database) -> None:
    ids, said = of_province(known, "ninh-binh@2025")
    assert ids == ["ly-nhan", "gia-vien", "nho-quan"]
    assert said == "Ninh Bình as it is since 1 July 2025: the former Hà Nam, Nam Định, Ninh Bình"


def test_a_province_that_did_not_change_needs_no_word(known: Database) -> None:
    assert of_province(known, "Nghệ An") == (["do-luong"], None)
    assert of_province(known, "Ven Sông") == (["ban-thu"], None)


def test_a_province_of_today_is_taken_where_the_archive_has_no_older_one(db: Database) -> None:
    sync_registry(db, DISTRICTS[3:4])
    assert of_province(db, "Ninh Bình")[0] == ["ly-nhan"]


@pytest.mark.parametrize("name", ["Huế", "Huế@2025", "Hà Nam@2025", "Ven Sông@2025"])
def test_a_province_that_the_archive_has_not_is_an_error(known: Database, name: str) -> None:
    with pytest.raises(StorageError, match=rf"no province '{name}'; it knows Hà Nam, Nghệ An"):
        of_province(known, name)


@pytest.mark.parametrize("name", ["17662", "Đô Lương", "xã Đô Lương", "do luong"])
def test_a_unit_of_today_has_the_districts_that_it_came_from(known: Database, name: str) -> None:
    ids, said = of_place(known, name)
    assert (ids, said) == (
        ["do-luong"],
        "xã Đô Lương (17662, Nghệ An) as it is today: articles of huyện Đô Lương",
    )


def test_a_unit_of_several_districts_has_them_all(known: Database) -> None:
    ids, said = of_place(known, "phường Tây Hoa Lư")
    assert ids == ["gia-vien", "nho-quan"]
    assert said and said.endswith("articles of huyện Nho Quan, huyện Gia Viễn, thành phố Hoa Lư")


def test_a_code_used_again_is_the_place_of_today_and_one_that_ended_that_of_then(known: Database) -> None:
    assert "Trần Thương" in (of_place(known, "13594")[1] or "")  # Trần Hưng Đạo until June 2025
    ids, said = of_place(known, "17617")
    assert ids == ["do-luong"] and said and "as it was until June 2025" in said


def test_three_digits_are_a_district(known: Database) -> None:
    assert of_place(known, "353") == (["ly-nhan"], "huyện Lý Nhân (353)")


def test_of_places_of_one_name_that_of_the_archive_is_meant(known: Database) -> None:
    ids, said = of_place(known, "Lương Sơn")  # three provinces have one
    assert ids == ["do-luong"] and said and said.startswith("xã Lương Sơn (17641, Nghệ An)")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Tân Thành", "is several places: .+ and 1 more; give a code"),
        ("Không Có", "no commune, ward or special zone of today is called 'Không Có'"),
        ("99999", "or has that code"),
        ("998", "no district had the code 998"),
    ],
)
def test_a_place_that_is_none_or_several_is_an_error(known: Database, name: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        of_place(known, name)


def test_what_was_taken_is_told_once_each(known: Database) -> None:
    assert told(known, Filters(provinces=["Nghệ An"], places=["17662"])) == [
        "xã Đô Lương (17662, Nghệ An) as it is today: articles of huyện Đô Lương"
    ]
    assert told(known, Filters()) == []
