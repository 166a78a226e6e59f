"""A portal whose pages need more than their HTML: style sheets that import others, fonts, scripts, pictures
of several sizes, late ones, counters, and parts on hosts of others.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.crawler.filing import world
from tests.crawler.site import Answer, Site, serve

ARTICLE = "/tin-tuc/xa-son-ha-khanh-thanh-nha-van-hoa-7001.html"
TITLE = "Xã Sơn Hà khánh thành nhà văn hóa thôn Rú Chàng"
# Fetched: what a browser may ask for to show ARTICLE, by host
OWN = {
    "/giao-dien/chinh.css?v=3", "/giao-dien/luoi.css", "/giao-dien/sau/mau.css", "/giao-dien/anh/nen.png",
    "/giao-dien/sau/hoa-van.png", "/js/chinh.js", "/js/cham.js", "/anh/bieu-trung.png", "/favicon.png",
    "/anh/le-480.png", "/anh/le-1200.png", "/anh/le.png", "/anh/cong-lang.png", "/anh/doi-hinh.png",
    "/anh/doi-hinh-lon.png", "/anh/dau-trang.png",
}  # fmt: skip
STORED = {"/kieu.css", "/phong-chu.woff2"}
COUNTERS = {"/thong-ke/bo-dem.js", "/counter.aspx?rnd=0.4711", "/js/gtag.js"}


def png(width: int, height: int = 40, grey: int = 120) -> bytes:
    """A grey picture of that size."""
    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height, 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def page(store: str, other: str) -> Answer:
    told = "".join(
        f"<p>Sáng nay, bà con thôn Rú Chàng góp {12 + k} ngày công dọn sân; ông Trần Văn Thà, trưởng thôn,"
        f" cho biết nhà văn hóa rộng {180 + 7 * k} mét vuông được dựng trong {5 + k} tháng.</p>"
        for k in range(4)
    )
    html = f"""<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{TITLE}</title>
<link rel=stylesheet href="/giao-dien/chinh.css?v=3"><link rel="shortcut icon" href="/favicon.png">
<link rel=stylesheet href="{store}/kieu.css"><style>#dau {{ background: url('/anh/dau-trang.png') }}</style>
<script src="/js/gtag.js"></script><script src="{other}/ban-do.js"></script></head><body>
<div id=dau><img id=bieu src="/anh/bieu-trung.png" alt="Huyện"></div>
<h1>{TITLE}</h1><p class=ngay>Ngày đăng: 12/05/2023</p><div class=noi-dung>{told}
<p><img id=le src="/anh/le.png" srcset="/anh/le-480.png 480w, /anh/le-1200.png 1200w" sizes="1000px"
 alt="Lễ cắt băng"></p>
<p><img id=cham src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/anh/cong-lang.png"
 alt="Cổng làng"></p>
<p><picture><source media="(min-width: 900px)" srcset="/anh/doi-hinh-lon.png"><img id=doi
 src="/anh/doi-hinh.png" alt="Đội hình"></picture></p></div>
<img src="{other}/quang-cao.png" alt=""><img src="/counter.aspx?rnd=0.4711" width=1 height=1>
<script src="/js/chinh.js"></script><script src="/js/cham.js"></script>
<script src="/thong-ke/bo-dem.js"></script>
</body></html>"""
    return Answer(html.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})


def _css(text: str) -> Answer:
    return Answer(text.encode(), 200, {"Content-Type": "text/css", "ETag": f'"{len(text)}"'})


def _js(text: str) -> Answer:
    return Answer(text.encode(), 200, {"Content-Type": "text/javascript"})


def _picture(path: str) -> Answer:
    width = 40 + 10 * (sum(path.encode()) % 90)
    return Answer(png(width), 200, {"Content-Type": "image/png"})


@dataclass
class Dressed:
    """The portal, the host that the registry declares, and one that it does not."""

    made: world.World
    own: Site
    stored: Site
    other: Site

    def asked(self, site: Site) -> set[str]:
        """The paths asked there, without those of the walk."""
        return set(site.paths()) - {"/robots.txt", "/", "/tin-tuc", ARTICLE}


@contextmanager
def dressed(folder: Path, keep: str = '["attachments", "images", "requisites"]') -> Iterator[Dressed]:
    """The sites, with a registry in `folder` that keeps `keep`."""
    sheets = {
        "/giao-dien/chinh.css?v=3": '@import "luoi.css"; body { color: rgb(1, 2, 3);'
        " background: url(anh/nen.png) }",
        "/giao-dien/luoi.css": "@import url( 'sau/mau.css' ) screen; .noi-dung { width: 700px }",
        "/giao-dien/sau/mau.css": '/* url(bo-qua.png) */ h1 { background-image: URL("hoa-van.png");'
        " letter-spacing: 3px }",
    }
    scripts = {
        "/js/chinh.js": "document.documentElement.dataset.chay = 'roi';",
        "/js/cham.js": "for (const i of document.querySelectorAll('[data-src]')) i.src = i.dataset.src;",
    }

    def others(path: str, headers: dict[str, str]) -> Answer:
        return _js("") if path.endswith(".js") else _picture(path)

    with serve(others) as other:

        def store(path: str, headers: dict[str, str]) -> Answer:
            if path == "/kieu.css":
                return _css(
                    "@font-face { font-family: Chu;"
                    " src: url('phong-chu.eot?#iefix') format('embedded-opentype'),"
                    " url('phong-chu.woff2') format('woff2') }"
                    " .ngay { font-family: Chu; text-indent: 7px }"
                )
            return Answer(b"wOF2" + bytes(400), 200, {"Content-Type": "font/woff2"})

        with serve(store) as stored:

            def portal(path: str, headers: dict[str, str]) -> Answer:
                if path in ("/", "/tin-tuc"):
                    link = f"<li><a href='{ARTICLE}'>{TITLE}</a></li>"
                    return world.page("Tin tức", f"<h1>Tin tức</h1><ul>{link}</ul>")
                if path == ARTICLE:
                    return page(stored.url, other.url)
                if path in sheets:
                    found = _css(sheets[path])
                    same = headers.get("If-None-Match") == found.headers["ETag"]
                    return Answer(b"", 304, {"ETag": found.headers["ETag"]}) if same else found
                if path in scripts:
                    return _js(scripts[path])
                if path.endswith(".png"):
                    return _picture(path)
                return Answer(b"<html><body>404", 404)

            with serve(portal) as own:
                made = world.World(folder, world.Store(), stored, [own], {})
                folder.mkdir(parents=True, exist_ok=True)
                text = (
                    '[son-ha]\nname = "Sơn Hà"\nkind = "huyện"\ncode = "427"\n[[son-ha.portals]]\n'
                    f'url = "{own.url}"\nfamily = "generic"\nsections = ["/tin-tuc"]\ndelay = 0\n'
                    f'file_hosts = ["{stored.host}"]\nkeep = {keep}\n'
                )
                (folder / "nghe-an.toml").write_text(text, encoding="utf-8")
                yield Dressed(made, own, stored, other)
