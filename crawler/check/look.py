"""What a look at a portal saw, and what is judged from it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.language.messages import message
from storage.vocabulary import State

MAX_REQUESTS = 4  # of one look, robots.txt and redirects included

Robots = Literal["allowed", "none", "forbidden", "failed", "unasked"]
Sure = Literal["certain", "likely", "guess"]


@dataclass(frozen=True, slots=True)
class Subject:
    """The portal that is looked at, and whose it was: `kind`, `name` and `province` of its district."""

    district_id: str
    portal: str
    name: str
    kind: str
    province: str
    status: str = "live"  # as the registry has it
    candidate: bool = False  # an address that nobody has confirmed


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer: `headers` have lower-case names, `body` is decoded, `fetched_at` aware. `place` is the
    WARC file and offset that have it."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `hops`: the home page and where it led, in order, robots.txt aside.

    `failure` is why the last request, to `failed_url`, brought no answer (a reason of crawler.fetch, or
    no_such_name, unresolved, budget, foreign_robots); empty where the last hop is where the way ends.
    `address` is the IP address asked, `certificate` what was wrong with it or until when it is valid.
    """

    portal: str
    looked_at: datetime
    hops: tuple[Hop, ...] = ()
    failure: str = ""
    failed_url: str = ""
    robots: Robots = "unasked"
    address: str = ""
    certificate: str = ""
    requests: int = 0

    @property
    def answered(self) -> bool:
        """Whether any server said anything."""
        return bool(self.hops) or self.robots in ("allowed", "none", "forbidden")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a portal is: `state`, how sure, and the sentence that says why.

    `target` is the address that it moved to or leads to; `newest` the newest day of an article on its page;
    `office` whose site it is, as it says; `family` and `family_sure` its platform (crawler.probe).
    """

    state: State
    sure: Sure
    evidence: str
    target: str | None = None
    newest: date | None = None
    office: str | None = None
    title: str | None = None
    language: str | None = None
    family: str = "generic"
    family_sure: str = "none"


def told(
    state: str, *, target: str | None = None, newest: date | None = None, office: str | None = None
) -> str:
    """Returns a state in words, with what belongs to it: "frozen since 2025-06-30", "moved to URL"."""
    if state == State.FROZEN and newest:
        return message("frozen since {day}", day=newest)
    if state == State.MOVED and target:
        return message("moved to {url}", url=target)
    if state == State.ANOTHER_OFFICE:
        return message("another office now: {office}", office=office) if office else WORDS[state]
    return WORDS.get(state, state)


WORDS: Mapping[str, str] = {
    State.LIVES: message("lives"),
    State.FROZEN: message("frozen"),
    State.MOVED: message("moved"),
    State.ANOTHER_OFFICE: message("another office now"),
    State.HIJACKED: message("hijacked"),
    State.PARKED: message("parked or for sale"),
    State.MAINTENANCE: message("maintenance"),
    State.DEFAULT_PAGE: message("a server's default page"),
    State.CERTIFICATE: message("certificate broken"),
    State.REFUSED: message("refuses us"),
    State.ERROR: message("answers with an error"),
    State.NO_NAME: message("no name"),
    State.NO_ANSWER: message("no answer from here"),
    State.UNCLEAR: message("unclear"),
}
