"""The "portal/read" system of Hà Tĩnh (kyanh to 2023, dbndhatinh.vn) and of mattrannghean.org.vn.

Listing: /{site}/portal/folder/{category}/{page}.html. Article: /{site}/portal/read/{category}/news/{slug}
.html, at times with its time of posting behind it (/yyyymmddHHMMSS). No markup of it has been seen.
"""

import re

from crawler.families.base import Family


class PortalRead(Family):
    """Prints "HH:MM dd/mm/yyyy" under the title; "Tin liên quan" opens the list of other articles."""

    article = re.compile(r"/portal/read/.+\.html(?:/\d{8,14})?$")
