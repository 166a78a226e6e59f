"""The frontier outlives the process that filled it."""

from storage.articles.frontier import TRIES, Entry, Frontier, begin, clear, end, key_of, load, pending, turn
from storage.database import open_database

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


def test_a_walk_is_known_with_what_it_has_done_until_it_ends(database_url: str) -> None:
    db = open_database(database_url)
    begin(db, PORTAL, {"deep": True}, entries("tin-tuc"))
    turn(db, PORTAL, {key_of(f"{PORTAL}/tin-tuc"): {"links": 2}}, entries("a", "b"))
    held = load(db, PORTAL)
    assert held.walk == {"deep": True}
    assert [(note.key, note.request) for note in held.done] == [(key_of(f"{PORTAL}/tin-tuc"), {"links": 2})]
    turn(db, PORTAL, [entry.key for entry in held.entries], [])
    assert end(db, PORTAL) == 0
    assert load(db, PORTAL) == Frontier(None, [], [])
    db.close()


def test_what_fails_is_left_to_the_next_walks_and_given_up_in_the_end(database_url: str) -> None:
    db = open_database(database_url)
    left = []
    for _ in range(TRIES):
        begin(db, PORTAL, {}, entries("bad"))
        left.append(end(db, PORTAL))
    assert left == [1] * (TRIES - 1) + [0]
    db.close()
