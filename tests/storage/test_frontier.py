"""The frontier outlives the process that filled it."""

from storage.database import open_database
from storage.frontier import Entry, clear, key_of, pending, turn

PORTAL = "https://p.test"


def entries(*names: str) -> list[Entry]:
    return [Entry(key_of(f"{PORTAL}/{name}"), {"url": f"{PORTAL}/{name}"}) for name in names]


def names(db: object) -> list[str]:
    return [str(e.request["url"]).removeprefix(PORTAL + "/") for e in pending(db, PORTAL)]  # type: ignore[arg-type]


def test_a_listing_changes_places_with_what_it_led_to(database_url: str) -> None:
    db = open_database(database_url)
    turn(db, PORTAL, [], entries("tin-tuc"))
    turn(db, PORTAL, [key_of(f"{PORTAL}/tin-tuc")], entries("a", "b", "tin-tuc?page=2"))
    turn(db, PORTAL, [key_of(f"{PORTAL}/a")], entries("b", "c"))
    db.close()
    again = open_database(database_url)
    assert names(again) == ["b", "tin-tuc?page=2", "c"]
    clear(again, PORTAL)
    assert names(again) == []
    again.close()


def test_portals_do_not_share_their_frontier(database_url: str) -> None:
    db = open_database(database_url)
    turn(db, PORTAL, [], entries("a"))
    assert pending(db, "https://other.test") == []
    db.close()


def test_a_form_is_another_request_than_its_address_alone() -> None:
    assert key_of(PORTAL, "page=2") not in (key_of(PORTAL), key_of(PORTAL, "page=3"))
