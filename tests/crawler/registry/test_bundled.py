"""The bundled registry: what its generator writes, whole, sourced, and nothing of a person's lost."""

from __future__ import annotations

import csv
import shutil
import tomllib
from pathlib import Path

import pytest

from crawler.config import BUNDLED_REGISTRY
from crawler.registry.build import FAMILIES, build, main, portals
from crawler.registry.country import country
from crawler.registry.entries import District, Portal, families, site_key
from crawler.registry.faults import DERIVED
from crawler.registry.hosts import FOLDER, Host, candidates, hosts
from crawler.registry.load import load

BUNDLED = {file.name: file.read_text(encoding="utf-8") for file in sorted(BUNDLED_REGISTRY.glob("*.toml"))}
REGISTRY = load(BUNDLED_REGISTRY)


def test_it_is_whole() -> None:
    assert [str(fault) for fault in REGISTRY.errors] == []
    assert len(BUNDLED) == 63


def test_every_district_with_a_known_host_has_an_entry() -> None:
    codes = {district.code for district in REGISTRY.districts}
    assert codes == {host.code for host in hosts()}
    known = {(host.code, site_key(f"//{host.host}")) for host in hosts() if host.role != "address"}
    named = {
        (district.code, site_key(name))
        for district in REGISTRY.districts
        for portal in district.portals
        for name in (portal.url, *(f"//{host}" for host in (*portal.companions, *portal.former)))
    }
    assert known - named == set()


def test_ids_codes_names_and_kinds_are_those_of_the_country() -> None:
    seats = {seat.id: (seat.code, seat.kind, seat.name, seat.province) for seat in country()}
    assert len(seats) == 696
    for district in REGISTRY.districts:
        said = (district.code, district.kind, district.name, district.province)
        assert seats[district.id] == said, district.id


def test_every_portal_names_its_source_and_what_nobody_checked() -> None:
    for district in REGISTRY.districts:
        for portal in district.portals:
            assert portal.source, f"{portal.url}: without a source nobody can check the entry"
            if portal.status == "unseen":
                assert "url" in portal.unverified and "sections" in portal.unverified
                seen = any(h.platform in families() for h in hosts() if portal.url == f"https://{h.host}")
                assert seen or portal.url.endswith(".hanam.gov.vn") or "family" in portal.unverified
            assert not (
                portal.year is None and any(h.year for h in hosts() if f"https://{h.host}" == portal.url)
            )


@pytest.mark.parametrize("file", BUNDLED)
def test_every_key_is_one_of_the_registry(file: str) -> None:
    document = tomllib.loads(BUNDLED[file])
    document.pop("province")
    assert document.pop("defaults")["family"] == FAMILIES.get(file.removesuffix(".toml"), "generic")
    for table in document.values():
        assert table.keys() <= set(District.model_fields) - DERIVED
        for portal in table["portals"]:
            assert portal.keys() <= set(Portal.model_fields)


def test_it_is_written_again_byte_for_byte() -> None:
    assert build(BUNDLED_REGISTRY) == BUNDLED
    assert build(BUNDLED_REGISTRY, refresh=True) == BUNDLED


def test_what_a_person_wrote_stays_as_it_is(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED_REGISTRY, tmp_path / "districts")
    file = tmp_path / "districts" / "nghe-an.toml"
    mine = (
        "# seen by hand\n[yen-thanh]\nname = 'Yên Thành' # odd quotes stay\n"
        'kind = "huyện"\ncode = "426"\n\n'
        '[[yen-thanh.portals]]\nurl = "http://www.yenthanh.nghean.gov.vn"\nstatus = "frozen"   # since May\n'
    )
    text = file.read_text(encoding="utf-8")
    start, end = text.index("[yen-thanh]"), text.index("[do-luong]")
    file.write_text(text[:start] + mine + "\n" + text[end:], encoding="utf-8")
    for refresh in (False, True):
        assert build(tmp_path / "districts", refresh)["nghe-an.toml"] == file.read_text(encoding="utf-8")


def test_a_setting_added_to_an_unseen_portal_stays_unless_entries_are_refreshed(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED_REGISTRY, tmp_path / "districts")
    file = tmp_path / "districts" / "nghe-an.toml"
    before = file.read_text(encoding="utf-8")
    url = 'url = "https://dienchau.nghean.gov.vn"\n'
    file.write_text(before.replace(url, f"{url}delay = 5\n"), encoding="utf-8")
    assert f"{url}delay = 5\n" in build(tmp_path / "districts")["nghe-an.toml"]
    assert build(tmp_path / "districts", refresh=True)["nghe-an.toml"] == before


def test_portals_that_a_district_lacks_are_added_to_it(tmp_path: Path) -> None:
    """Also where its portals stand in one line, and where the province says no family."""
    head = 'province = "Ninh Bình"\n\n[gia-vien]\nname = "Gia Viễn"\nkind = "huyện"\ncode = "373"\n'
    mine = '{ url = "https://giavien.example", family = "ninhbinh", former = ["giavien.ninhbinh.gov.vn"] }'
    (tmp_path / "ninh-binh.toml").write_text(f"{head}portals = [{mine}]\n", encoding="utf-8")
    text = build(tmp_path)["ninh-binh.toml"]
    assert head.partition("\n\n")[2] in text and text.startswith('province = "Ninh Bình"\n\n[tam-diep]')
    held = tomllib.loads(text)["gia-vien"]["portals"]
    assert [(p["url"], p["family"], p.get("kind")) for p in held] == [
        ("https://giavien.example", "ninhbinh", None),
        ("https://huyenuygiavien.ninhbinh.gov.vn", "generic", "party"),
    ]


def host(name: str, **said: str) -> Host:
    known = {"kind": "committee", "role": "", "platform": "", "platform_seen": "", "year": "2022"}
    known |= {"strength": "strong", "note": ""} | said
    return Host(code="427", host=name, sources=("a list",), **known)  # type: ignore[arg-type]


def test_hosts_of_one_portal_stand_in_one_entry() -> None:
    seat = next(seat for seat in country() if seat.code == "427")
    found = list(
        portals(
            seat,
            [
                host("old.nghean.gov.vn", role="former"),
                host("doluong.gov.vn", year="2020"),
                host("doluong.nghean.gov.vn"),
                host("nghean.gov.vn/donvi/doluong"),
                host("192.0.2.7", role="address"),
                host("tinhgia.thanhhoa.gov.vn", role="ended:407"),
                host("huyenuy.doluong.gov.vn", kind="party", platform="vnpt", platform_seen="/{slug}"),
            ],
        )
    )
    assert [(p["url"], p.get("kind"), p.get("former"), p.get("family")) for p in found] == [
        ("https://doluong.nghean.gov.vn", None, ["old.nghean.gov.vn"], None),
        ("https://nghean.gov.vn/donvi/doluong", None, None, None),
        ("https://tinhgia.thanhhoa.gov.vn", None, None, None),
        ("https://huyenuy.doluong.gov.vn", "party", None, "vnpt"),
    ]
    assert found[0]["companions"] == ["doluong.gov.vn", "datafiles.nghean.gov.vn"]
    assert (str(found[2]["until"]), found[2]["note"]) == (
        "2020-05-31",
        "portal of the former huyện Tĩnh Gia (code 407), which ended on 2020-05-31",
    )


def test_the_tables_of_facts_are_whole() -> None:
    assert (len(hosts()), len(candidates())) == (549, 298)
    codes = {seat.code for seat in country()}
    assert {host.code for host in hosts()} | {c.code for c in candidates()} <= codes
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["licence"] for row in csv.DictReader(file))
    assert all(row.sources for row in (*hosts(), *candidates()))
    own = {h.code for h in hosts() if h.kind == "committee" and not h.role.startswith("ended:")}
    assert len(own) == 455


def test_the_guide_says_how_much_is_covered() -> None:
    own = [h for h in hosts() if h.kind == "committee" and not h.role.startswith("ended:")]
    codes, strong = {h.code for h in own}, {h.code for h in own if h.strength == "strong"}
    leads = {candidate.code for candidate in candidates()}
    everybody = {seat.code for seat in country()}
    portal_count = sum(len(district.portals) for district in REGISTRY.districts)
    seen = sum(p.status != "unseen" for district in REGISTRY.districts for p in district.portals)
    guide = (BUNDLED_REGISTRY.parents[1] / "docs" / "registry.md").read_text(encoding="utf-8")
    for said in (
        f"{len(REGISTRY.districts)} of {len(everybody)} districts have an entry, with {portal_count} portals",
        f"{len(codes)} have the portal of their people's committee in it",
        f"strong for {len(strong)}",
        f"{len(leads - codes)} more districts have only candidates",
        f"{len(everybody - codes - leads)} have neither",
        f"{seen} of the portals",
    ):
        assert said in guide, said


def test_the_command_writes_a_whole_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing: all entries are unseen, and no draft is left."""
    monkeypatch.setattr("sys.argv", ["build", str(tmp_path)])
    assert main() == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(BUNDLED)
    made = load(tmp_path)
    assert not made.errors and {d.id for d in made.districts} == {d.id for d in REGISTRY.districts}
    assert {p.status for d in made.districts for p in d.portals} == {"unseen"}
