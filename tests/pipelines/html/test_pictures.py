"""Where the file of a picture is named, and the captions that scripts draw."""

from __future__ import annotations

import pytest

from pipelines.html.blocks import blocks
from pipelines.html.parse import parse_text
from pipelines.html.pictures import largest


@pytest.mark.parametrize(
    ("markup", "files"),
    [
        ("<img src=/a.jpg>", ["/a.jpg"]),
        ("<img src=/nho.jpg data-src=/a.jpg>", ["/a.jpg"]),
        ("<img src=/img/lazyload.gif data-anything=/a.webp>", ["/a.webp"]),
        ("<img src='data:image/gif;base64,R0' data-original=/a.jpg>", ["/a.jpg"]),
        ("<img src=/a.jpg data-thumb=/nho.jpg data-id=5 data-src=''>", ["/a.jpg"]),
        ("<img src=/loader.svg srcset='/a-300.jpg 300w, /a.jpg 1200w, /a-600.jpg 600w'>", ["/a.jpg"]),
        ("<picture><source srcset='/a.webp 1x'><img alt=a></picture>", ["/a.webp"]),
        ("<img alt=a><noscript><img src=/a.jpg></noscript>", ["/a.jpg"]),
        ("<img data-src=/a.jpg><noscript><img src=/a.jpg?w=1></noscript>", ["/a.jpg"]),
        ("<noscript><img src=/a.jpg></noscript>", ["/a.jpg"]),
        ("<p><img src=/b.jpg></p><noscript><img src=/a.jpg></noscript>", ["/b.jpg", "/a.jpg"]),
        ("<amp-img src=/a.jpg><noscript><img src=/a.jpg></noscript></amp-img>", ["/a.jpg"]),
        ("<img src=/img/blank.png>", [""]),
    ],
)
def test_files_of_pictures(markup: str, files: list[str]) -> None:
    found = blocks(parse_text(f"<body>{markup}<p>chữ</p></body>"))
    assert [block.href for block in found if block.kind == "image"] == files
    assert found[-1].text == "chữ"


@pytest.mark.parametrize(
    ("srcset", "address"),
    [
        ("/a,b.jpg 1x, /c,d.jpg 2x", "/c,d.jpg"),
        ("/a.jpg", "/a.jpg"),
        ("/a.jpg 1.5x, /b.jpg", "/a.jpg"),
        (",,", ""),
        ("data:image/gif;base64,R0 1x", ""),
    ],
)
def test_the_largest_of_a_set(srcset: str, address: str) -> None:
    assert largest(srcset) == address


@pytest.mark.parametrize(
    ("markup", "caption"),
    [
        ("<img class='img caption' src=/a.jpg title='Bà con họp bản'>", "Bà con họp bản"),
        ("<img src=/a.jpg data-caption='Bà con <b>họp</b> bản'>", "Bà con họp bản"),
        ("<a href=/a.jpg data-title='Bà con họp bản'><img src=/a.jpg></a>", "Bà con họp bản"),
        ("<img src=/a.jpg title='Bà con họp bản'>", None),
        ("<img class=caption src=/a.jpg title='DSC_0012.jpg'>", None),
        ("<img class=caption src=/a.jpg>", None),
    ],
)
def test_captions_that_a_script_draws(markup: str, caption: str | None) -> None:
    found = blocks(parse_text(f"<body>{markup}</body>"))
    assert [block.text for block in found if block.in_figure] == ([caption] if caption else [])
