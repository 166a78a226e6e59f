"""No request leaves the spider's portals or the public internet; what is refused is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.fetch.hosts import is_public
from storage.filing.addresses import host_key
from tests.crawler.site import Answer, crawl, serve


def _stay(path: str, headers: dict[str, str]) -> Answer:
    return Answer(b"noi bo")


@pytest.mark.slow
def test_a_crawl_stays_on_its_portals(tmp_path: Path) -> None:
    with serve(_stay) as other, serve(_stay) as companion:

        def answer(path: str, headers: dict[str, str]) -> Answer:
            targets = {
                "/to-other": other.url + "/x",
                "/to-companion": companion.url + "/x",
                "/to-file": "file:///etc/passwd",
                "/to-metadata": "http://169.254.169.254/latest",
            }
            return (
                Answer(status=302, headers={"Location": targets[path]}) if path in targets else Answer(b"ok")
            )

        with serve(answer) as site:
            urls = [site.url + p for p in ("/page", "/to-other", "/to-companion", "/to-file", "/to-metadata")]
            urls += ["ftp://127.0.0.1/x", "file:///etc/passwd", "data:text/html,x", other.url + "/direct"]
            urls += [site.url.replace("127.0.0.1", "localhost") + "/page"]
            seen = crawl(urls, [site.host, companion.host], tmp_path)
    refused = {(f["url"], f["reason"]) for f in seen["failures"]}
    assert all(f["outcome"] == "blocked" for f in seen["failures"])
    assert {reason for _, reason in refused} == {"off_site", "scheme"}
    assert (other.url + "/x", "off_site") in refused
    assert ("http://169.254.169.254/latest", "off_site") in refused
    assert ("file:///etc/passwd", "scheme") in refused
    assert len(refused) == 7
    assert other.asked == []  # not even for its robots.txt
    assert companion.paths() == ["/robots.txt", "/x"]
    assert seen["stats"]["blocked/off_site"] >= 4


@pytest.mark.slow
def test_a_registered_name_on_a_private_address_is_refused(tmp_path: Path) -> None:
    with serve(_stay) as site:
        port = site.url.rpartition(":")[2]
        # Names that the resolver of the C library reads as 127.0.0.1.
        hosts = [f"127.1:{port}", f"2130706433:{port}"]
        seen = crawl([f"http://{host}/x" for host in hosts], hosts, tmp_path)
    assert {f["reason"] for f in seen["failures"]} == {"private_address"}
    assert len(seen["failures"]) == 2
    assert site.asked == []


@pytest.mark.slow
def test_a_spider_without_hosts_goes_nowhere(tmp_path: Path) -> None:
    with serve(_stay) as site:
        seen = crawl([site.url + "/page"], [], tmp_path)
    assert [f["reason"] for f in seen["failures"]] == ["off_site"]
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "100.64.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "240.0.0.1",
    ],
)  # fmt: skip
def test_private_addresses_are_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["113.160.1.1", "8.8.8.8", "2405:4800::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.DoLuong.nghean.gov.vn/x", "doluong.nghean.gov.vn"),
        ("http://a.vn:80/", "a.vn"),
        ("https://a.vn:8443/", "a.vn:8443"),
        ("//a.vn:8080", "a.vn:8080"),
        ("http://a.vn@b.vn/", "b.vn"),
        ("http://a.vn:99999/", "a.vn:?"),
    ],
)
def test_a_host_has_one_key(url: str, key: str) -> None:
    assert host_key(url) == key
