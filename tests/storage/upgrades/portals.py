"""Two small portals as they stood on each night, behind a proxy on loopback, so that their addresses stay.

Standard library only: `make.py` runs it beside an older huyen.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

DISTRICTS = {"song-cau": ("Sông Cầu", "991"), "bai-dinh": ("Bãi Dinh", "992")}
COPIED = 3  # the second portal tells this article of the first one again, word for word
GONE = 5  # deleted before the second night
REVISED = 2  # edited before the second night
LATER = (8, 9)  # published before the second night
LAST = (10, 11, 12)  # published before the third night
NEWEST = (13,)  # published after the archive was made

_WHAT = (
    "thả cá giống xuống hồ chứa nước",
    "sơn lại vạch kẻ đường trước cổng trường",
    "trao xe đạp cho học sinh vượt khó",
    "đặt thùng rác tại bến đò",
    "thay bóng đèn chiếu sáng đường làng",
    "mở phiên chợ nông sản cuối tuần",
    "phát động tuần lễ đọc sách",
    "khám mắt cho người cao tuổi",
    "nạo vét kênh dẫn nước",
    "lắp loa truyền thanh không dây",
    "chấm thi vườn mẫu",
    "tập dượt chữa cháy rừng",
    "làm nhà văn hóa thôn",
    "trồng hoa ven đường liên xã",
)
_WHERE = ("Khe Lau", "Đồng Vòng", "Cồn Sẻ", "Bàu Trạng", "Hói Đào", "Rú Đất", "Mũi Nghê")


@dataclass
class Portals:
    """Both portals at once; `night` says what they show, `hang` whether articles are answered at all."""

    proxy: str = ""
    night: int = 1
    hang: bool = False
    asked: list[str] = field(default_factory=list)

    def registry(self) -> str:
        """The registry that knows them, as TOML."""
        return "".join(
            f'[{key}]\nname = "{name}"\nkind = "huyện"\ncode = "{code}"\n[[{key}.portals]]\n'
            f'url = "http://{key}.example"\nfamily = "generic"\nsections = ["/tin-tuc"]\ndelay = 0\n'
            f'proxy = "{self.proxy}"\n'
            for key, (name, code) in DISTRICTS.items()
        )

    def numbers(self, key: str) -> list[int]:
        """The articles that a portal shows tonight, newest first."""
        if key == "bai-dinh":
            return [COPIED, 0]
        added = (*(LATER if self.night > 1 else ()), *(LAST if self.night > 2 else ()))
        added = (*added, *(NEWEST if self.night > 3 else ()))
        return [n for n in reversed((*range(1, 8), *added)) if n != GONE or self.night == 1]

    def answer(self, url: str) -> tuple[int, str] | None:
        """Status and page for `url`; None where the server stays silent."""
        parts = urlsplit(url)
        key = parts.netloc.partition(".")[0]
        if parts.path in ("/", "/tin-tuc"):
            rows = "".join(
                f'<li><a href="{path(n)}">{title(n)}</a> <span>{day(n)}</span></li>'
                for n in self.numbers(key)
            )
            return 200, _shell(key, f"<h1>Tin tức</h1><ul class='ds'>{rows}</ul>")
        for n in self.numbers(key):
            if parts.path == path(n):
                return None if self.hang else (200, self.article(key, n))
        return 404, _shell(key, "<h1>404</h1><p>Không có trang này.</p>")

    def article(self, key: str, n: int) -> str:
        """The page of article `n`."""
        told = _paragraphs(n)
        if n == REVISED and self.night > 1:
            told[1] += " Bản tin đã được bổ sung số hộ tham gia."
        date = "" if n == 6 else f"<p class='ngay'>Ngày đăng: {day(n)} 07:{10 + n}</p>"
        files = (
            "<p><a href='/tep/bieu-mau.pdf'>Biểu mẫu kèm theo</a></p>"
            "<p><img src='/anh/ho-nuoc.jpg' alt='Hồ nước'></p>"
        )
        body = "".join(f"<p>{paragraph}</p>" for paragraph in told) + (files if n == 1 else "")
        box = "<div class='hop'><p>Đường dây nóng của huyện trực từ bảy giờ sáng, mời bà con gọi.</p></div>"
        return _shell(key, f"<h1>{title(n)}</h1>{date}<div class='noi-dung'>{body}{box}</div>", title(n))


def path(n: int) -> str:
    """The path of article `n`."""
    return f"/tin-tuc/ban-tin-so-{n}-cua-huyen-nha-{4000 + n}.html"


def title(n: int) -> str:
    """The title of article `n`."""
    return f"{_WHERE[n % 7]} {_WHAT[n]} lần thứ {n + 2}"


def day(n: int) -> str:
    """The day of article `n`, as the portal prints it."""
    return f"{n + 3:02}/{n % 12 + 1:02}/2021"


def _paragraphs(n: int) -> list[str]:
    return [
        f"Hôm qua, thôn {_WHERE[n % 7]} đã {_WHAT[n]} với {31 * (n + 2)} người góp công trong {n + 2} buổi.",
        f"Kinh phí {17 * (n + 5)} triệu đồng do bà con đóng góp; phần còn lại {_WHERE[(n + 3) % 7]} hỗ trợ.",
        f"Sau khi {_WHAT[n]}, thôn sẽ {_WHAT[(n + 6) % 14]} vào quý tới, theo lời trưởng thôn thứ {n + 40}.",
    ]


def _shell(key: str, inner: str, head: str = "Trang chủ") -> str:
    name = DISTRICTS[key][0]
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{head} - {name}</title></head>"
        f"<body><ul class='menu'><li><a href='/'>Trang chủ</a></li>"
        f"<li><a href='/tin-tuc'>Tin tức</a></li></ul>"
        f"<div class='giua'>{inner}</div><div class='chan'>Ủy ban nhân dân huyện {name}</div></body></html>"
    )


@contextmanager
def serving() -> Iterator[Portals]:
    """Both portals behind a running proxy."""
    portals = Portals()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            portals.asked.append(self.path)
            answer = portals.answer(self.path)
            if answer is None:
                threading.Event().wait(30)
                self.close_connection = True
                return
            status, page = answer
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            """A crawl that was killed leaves its connections behind."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    portals.proxy = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield portals
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
