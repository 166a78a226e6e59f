"""What is kept of a request to an archive."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response

from crawler.rescue.asking import Asking, Client
from crawler.rescue.pace import CDX, Pace
from storage.database import Database


def test_the_password_for_a_proxy_is_not_kept(monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    async def through_a_proxy(request: Request) -> Response:
        request.headers["Proxy-Authorization"] = b"Basic bmd1b2k6bWF0LWtoYXU="  # as HttpProxyMiddleware does
        return Response(request.url, headers={"Server": "a", "Set-Cookie": ["b", "c"]}, body=b"[]")

    base = "http://archive.invalid"
    engine = SimpleNamespace(download_async=through_a_proxy)
    spider = cast(Asking, SimpleNamespace(crawler=SimpleNamespace(engine=engine)))
    client = Client(spider, base, cast(Database, None), Pace(base, 1.0, lambda: False), print)
    answer = asyncio.run(client._once(CDX, f"{base}/cdx", {"Range": "bytes=0-9"}))
    names = [name for name, _ in answer.request_headers]
    assert sorted(names) == [b"Accept", b"Accept-Encoding", b"Range"]
    assert [value for _, value in answer.headers] == [b"a", b"b", b"c"]
    assert answer.fetched_at <= datetime.now(UTC)
