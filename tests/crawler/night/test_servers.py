"""Which districts one machine must crawl in a night that many share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from crawler.night.servers import units
from crawler.registry.entries import District
from crawler.registry.load import load
from storage.runs.shared import Unit

ADDRESSES = {
    "mot.tinh.gov.vn": "203.0.113.5",
    "hai.tinh.gov.vn": "203.0.113.5",
    "ba.tinh.gov.vn": "203.0.113.6",
    "cdn.tinh.gov.vn": "203.0.113.9",
}


def districts(tmp_path: Path, **urls: str) -> list[District]:
    (tmp_path / "tinh.toml").write_text(
        "".join(
            f'[{name}]\nname = "{name}"\nkind = "huyện"\ncode = "{400 + n}"\n'
            + "".join(f'[[{name}.portals]]\nurl = "{url}"\nfamily = "generic"\n' for url in given.split())
            for n, (name, given) in enumerate(urls.items())
        ),
        encoding="utf-8",
    )
    return list(load(tmp_path).districts)


def known(names: Iterable[str]) -> Mapping[str, str]:
    return {name: ADDRESSES[name] for name in names if name in ADDRESSES}


def grouped(found: list[Unit]) -> set[tuple[str, ...]]:
    return {unit.districts for unit in found}


def test_portals_on_one_server_are_one_unit(tmp_path: Path) -> None:
    of = districts(
        tmp_path, mot="https://mot.tinh.gov.vn", hai="https://hai.tinh.gov.vn", ba="https://ba.tinh.gov.vn"
    )
    found = units(of, {"tinh.mot": 20.0, "tinh.hai": 90.0}, {}, known)
    assert grouped(found) == {("tinh.hai", "tinh.mot"), ("tinh.ba",)}
    longest = {unit.districts: unit.seconds for unit in found}
    assert longest[("tinh.hai", "tinh.mot")] == 90.0
    assert longest[("tinh.ba",)] > 1e6, "a first crawl counts as the longest"


def test_districts_that_share_a_file_host_are_one_unit_also_over_a_third(tmp_path: Path) -> None:
    of = districts(
        tmp_path, mot="https://mot.tinh.gov.vn", ba="https://ba.tinh.gov.vn", bon="https://bon.tinh.gov.vn"
    )
    hosts = {"tinh.ba": {"cdn.tinh.gov.vn"}, "tinh.bon": {"cdn.tinh.gov.vn", "mot.tinh.gov.vn"}}
    assert grouped(units(of, {}, hosts, known)) == {("tinh.ba", "tinh.bon", "tinh.mot")}


def test_a_district_with_portals_on_two_servers_ties_them(tmp_path: Path) -> None:
    of = districts(
        tmp_path,
        mot="https://mot.tinh.gov.vn https://ba.tinh.gov.vn",
        hai="https://hai.tinh.gov.vn",
        bon="https://bon.tinh.gov.vn",
    )
    assert grouped(units(of, {}, {}, known)) == {("tinh.hai", "tinh.mot"), ("tinh.bon",)}


def test_a_name_that_is_unknown_stands_for_itself_and_a_port_of_loopback_for_a_server(tmp_path: Path) -> None:
    of = districts(
        tmp_path, a="http://127.0.0.1:8101", b="http://127.0.0.1:8102", c="https://khong-co.tinh.gov.vn"
    )
    assert grouped(units(of, {}, {}, known)) == {("tinh.a",), ("tinh.b",), ("tinh.c",)}
