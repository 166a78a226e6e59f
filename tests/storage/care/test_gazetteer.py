"""The archive's places are those of the package, filled once, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text, update

from storage.care import gazetteer
from storage.database import Database, open_database
from storage.schema import PlaceChange, PlaceEdition, PlaceRow


def counts(db: Database) -> tuple[int, int, int]:
    def work(connection: object) -> tuple[int, int, int]:
        tables = (PlaceRow, PlaceChange, PlaceEdition)
        return tuple(connection.scalar(select(func.count()).select_from(t)) for t in tables)  # type: ignore

    return db.read(work)


def test_places_are_filled_once_and_answer_in_sql(database_url: str) -> None:
    db = open_database(database_url)
    try:
        assert counts(db) == (0, 0, 0)
        assert gazetteer.fill(db)
        assert counts(db) == (17_450, 14_626, 1)
        assert not gazetteer.fill(db)
        statement = text(
            "SELECT n.code, n.name, count(*) FROM places o "
            "JOIN place_changes c ON c.old_place_id = o.place_id AND c.changed_on = '2025-07-01' "
            "JOIN places n ON n.place_id = c.new_place_id "
            "WHERE o.parent = 'district:427' GROUP BY n.code, n.name ORDER BY 1"
        )
        with db.reading() as connection:
            rows = connection.execute(statement).all()
        assert [tuple(row) for row in rows][:2] == [("17623", "Bạch Ngọc", 4), ("17641", "Lương Sơn", 4)]
        assert sum(row[2] for row in rows) == 32
    finally:
        db.close()


def test_another_edition_takes_the_place_of_the_one_before(database_url: str) -> None:
    db = open_database(database_url)
    try:
        gazetteer.fill(db)
        db.transaction(lambda c: c.execute(update(PlaceEdition).values(fingerprint="older")))
        db.transaction(lambda c: c.execute(update(PlaceRow).values(name="")))
        assert gazetteer.fill(db)
        with db.reading() as connection:
            named = connection.scalar(select(func.count()).select_from(PlaceRow).where(PlaceRow.name == ""))
        assert (named, counts(db)) == (0, (17_450, 14_626, 1))
    finally:
        db.close()


def test_a_fault_leaves_the_edition_before(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_database(database_url)
    try:
        gazetteer.fill(db)
        monkeypatch.setattr(gazetteer, "fingerprint", lambda: "newer")
        monkeypatch.setattr(gazetteer, "changes", lambda part: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            gazetteer.fill(db)
        assert counts(db) == (17_450, 14_626, 1)
    finally:
        db.close()
