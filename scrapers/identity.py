"""Which addresses and feed entries are one and the same article. Fetches nothing, follows no redirect."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import msgspec

_TRACKING: Final = re.compile(
    r"utm_.*|ga_.*|pk_.*|mtm_.*|hsa_.*|at_.*|mc_[ce]id|_hs(?:enc|mi)|(?:fb|g|dc|ms|y|tt|tw|li|igsh|wbra|gbra)cl(?:id|src)"
    r"|fbclid|gclid|dclid|msclkid|yclid|ttclid|twclid|igshid|igsh|wbraid|gbraid|li_fat_id|cmpid|cmp|cmpn|ncid|ocid|icid"
    r"|ito|ref|ref_src|ref_url|refsrc|referrer|source|src|sr_share|shared|smid|smtyp|partner|rss|feed|feedtype"
    r"|traffic_source|xtor|wt_?mc.*|spm|mkt_tok|s_cid|campaign|taid|guccounter|guce_.*|__twitter_impression|amp|amp_js_v"
    r"|outputtype|usqp|embedded|vgo_ee|linkid|soc_src|soc_trk",
    re.IGNORECASE,
)
"""Parameters that say how a reader came, not what they read."""
_MOBILE_HOST = re.compile(r"(?:m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.])")
_AMP_PATH = re.compile(r"(?:/amp(?:/|\.html?)?|[./]amp)(?=$)|\.amp(?=\.html?$)|^/amp(?=/)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"^/(?:amp|c|v|a)/(?:s/)?(?P<rest>[^/]+\.[^/]+/.*)$")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_ID = re.compile(
    r"(?:^|[-_.])(?:[a-z]{0,2})?(\d{6,16})(?=$|[-_.])|([0-9a-f]{24,40}|[0-9a-f-]{36})(?=$|\.)", re.IGNORECASE
)
_DAY_IN_PATH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_-])(\d{1,2}|[a-z]{3})\2(\d{1,2})|(\d\d)(\d\d))(?!\d)", re.IGNORECASE
)
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def canonical_url(url: str) -> str:
    """The one address of an article among those that lead to it; still an address that can be fetched.

    Without fragment, tracking parameters, AMP and mobile forms, default port and trailing slash. What is not an
    http or https address comes back as it is.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url.strip()
    host, path = parts.hostname.lower().rstrip("."), parts.path
    cached = _AMP_CACHE.match(path)
    if cached and (host.endswith(".ampproject.org") or host.startswith("www.google.")):
        return canonical_url(f"https://{cached['rest']}" + (f"?{parts.query}" if parts.query else ""))
    host = _MOBILE_HOST.sub("", host, count=1)
    port = f":{parts.port}" if _port_matters(parts.scheme, parts.port) else ""
    path = _INDEX.sub("/", _AMP_PATH.sub("", path)).rstrip("/") or "/"
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(key)]
    return urlunsplit((parts.scheme, host + port, path, urlencode(kept), ""))


def article_key(url: str) -> str:
    """What two addresses of one article share, also where the headline in the address has changed.

    Host without `www.`, and the article's number in the last part of the path where it has one, else the path.
    """
    parts = urlsplit(canonical_url(url))
    host = parts.netloc.removeprefix("www.")
    last = unquote(parts.path).rstrip("/").rsplit("/", 1)[-1].casefold()
    numbers = [a or b for a, b in _ID.findall(last) if not _is_day(a)]
    if numbers:
        return f"{host}#{numbers[-1]}"
    return f"{host}{unquote(parts.path)}" + (f"?{parts.query}" if parts.query else "")


def outlet(url: str) -> str:
    """The host of `url` as the name of the outlet, without `www.`, mobile and AMP prefixes."""
    host = urlsplit(canonical_url(url)).hostname or ""
    return host.removeprefix("www.")


def day_in_url(url: str) -> date | None:
    """The day that stands in the path of `url` (`/2018/07/16/`, `/20180716/`, `2018-07-16-title`); None without one."""
    for match in _DAY_IN_PATH.finditer(urlsplit(url).path):
        year, month, day = match[1], match[3] or match[5], match[4] or match[6]
        number = _MONTHS.index(month.lower()) + 1 if month.lower() in _MONTHS else month
        try:
            return date(int(year), int(number), int(day))
        except ValueError:
            continue
    return None


class FeedEntry(msgspec.Struct, frozen=True):
    """What a feed gives to tell its entries apart."""

    guid: str | None = None
    url: str | None = None
    title: str = ""
    content: str = ""


def entry_keys(entries: Sequence[FeedEntry]) -> tuple[str, ...]:
    """One key for each entry of one fetch of one feed, stable from fetch to fetch.

    The article's address where it has one (`article_key` outlives a changed headline), with the guid beside it
    where several entries share the address; else the guid; else title and content (the order of miniflux, but for
    the address first: newspapers put the headline into the guid, miniflux #2358).
    """
    urls = [article_key(entry.url) if entry.url else None for entry in entries]
    shared = Counter(urls)
    keys = []
    for entry, url in zip(entries, urls, strict=True):
        guid = article_key(entry.guid) if entry.guid and "://" in entry.guid else entry.guid
        if url and shared[url] == 1:
            keys.append(url)
        elif url or guid:
            keys.append("|".join(part for part in (url, guid or _digest(entry)) if part))
        else:
            keys.append(_digest(entry))
    return tuple(keys)


def _digest(entry: FeedEntry) -> str:
    return hashlib.sha256(f"{entry.title}\n{entry.content}".encode()).hexdigest()[:32]


def _is_day(number: str) -> bool:
    return len(number) == 8 and number[:2] in ("19", "20") and number[4:6] <= "12" and number[6:] <= "31"


def _port_matters(scheme: str, port: int | None) -> bool:
    return port is not None and port != {"http": 80, "https": 443}[scheme]
