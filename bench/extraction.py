"""Measures the extraction of articles beside other libraries, on labelled pages that are not ours to ship.

    python -m bench.extraction DATA

DATA is a folder laid out like the public repository scrapinghub/article-extraction-benchmark: `ground-truth.json`
maps an id to `{"articleBody", "url"}` (optionally `"title"`, `"published"`), `html/<id>.html.gz` is the page.
Figures: precision, recall and F1 of the bodies in 4-word shingles, each page weighing the same, as that repository
counts them; extra and missed paragraphs (less than half their words in the other text); pages a CPU second.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

Extractor = Callable[[bytes, str], tuple[str | None, str | None, list[str]]]
"""Page and address → title, published (RFC 3339), paragraphs."""


class Page(msgspec.Struct, frozen=True):
    """A labelled page."""

    id: str
    url: str
    html: bytes
    body: str
    title: str | None = None
    published: str | None = None


class Score(msgspec.Struct, frozen=True):
    """What one extractor made of one page."""

    id: str
    precision: float
    recall: float
    extra: int
    missed: int
    title: str | None
    title_right: bool | None
    published: str | None
    instant_right: bool | None


def load(folder: Path) -> list[Page]:
    """The labelled pages in `folder`."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    pages = []
    for name, label in sorted(truth.items()):
        html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        pages.append(Page(name, label["url"], html, label["articleBody"], label.get("title"), label.get("published")))
    return pages


def shingles(text: str, width: int = 4) -> Counter[tuple[str, ...]]:
    """The runs of `width` words in `text` with how often each stands there."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + width]) for at in range(max(1, len(words) - width + 1)) if words)


def score(page: Page, title: str | None, published: str | None, paragraphs: list[str]) -> Score:
    """Holds an extractor's answer against the labels."""
    true, found = shingles(page.body), shingles("\n".join(paragraphs))
    common = (true & found).total()
    return Score(
        page.id,
        common / found.total() if found else float(not true),
        common / true.total() if true else float(not found),
        _strangers(paragraphs, page.body),
        _strangers(re.split(r"\n+", page.body), "\n".join(paragraphs)),
        title,
        None if page.title is None else _bare(title) == _bare(page.title),
        published,
        None if page.published is None else published == page.published,
    )


def _strangers(paragraphs: list[str], text: str) -> int:
    """How many paragraphs have less than half their three-word runs in `text`."""
    known = set(shingles(text, 3))
    runs = [shingles(paragraph, 3) for paragraph in paragraphs if paragraph.strip()]
    return sum(sum(run in known for run in found) < len(found) / 2 for found in runs if found)


def _bare(text: str | None) -> str:
    return "".join(re.findall(r"\w+", (text or "").casefold()))


def extractors() -> dict[str, Extractor]:
    """Ours, and of the others those that are installed."""
    known = {"summitwatch": _ours, "trafilatura": _trafilatura, "newspaper": _newspaper, "readability": _readability}
    return {name: run for name, run in known.items() if name == "summitwatch" or importlib.util.find_spec(name)}


def _ours(html: bytes, url: str) -> tuple[str | None, str | None, list[str]]:
    from scrapers.extract import extract

    article = extract(html, url)
    return article.title, article.published, list(article.paragraphs)


def _trafilatura(html: bytes, url: str) -> tuple[str | None, str | None, list[str]]:
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return None, None, []
    document = found if isinstance(found, dict) else found.as_dict()
    return document["title"], document["date"], (document["text"] or "").split("\n")


def _newspaper(html: bytes, url: str) -> tuple[str | None, str | None, list[str]]:
    import newspaper  # type: ignore[import-not-found]

    article = newspaper.article(url, input_html=html.decode("utf-8", "replace"), fetch_images=False)
    published = article.publish_date.isoformat() if article.publish_date else None
    return article.title, published, article.text.split("\n")


def _readability(html: bytes, url: str) -> tuple[str | None, str | None, list[str]]:
    import lxml.html
    import readability  # type: ignore[import-not-found]

    document = readability.Document(html.decode("utf-8", "replace"), url=url)
    tree = lxml.html.fromstring(document.summary())
    return document.short_title(), None, [e.text_content() for e in tree.iter("p", "h2", "h3", "li", "blockquote")]


def measure(run: Extractor, pages: list[Page]) -> tuple[list[Score], float]:
    """The scores of an extractor on `pages`, and the CPU seconds it took."""
    run(pages[0].html, pages[0].url)  # imports and tables are not what is measured
    scores, spent = [], 0.0
    for page in pages:
        start = time.process_time()
        try:
            answer = run(page.html, page.url)
        except Exception as error:  # a library that falls over on a page has found nothing on it
            print(f"{run.__name__}: {page.id}: {error!r}", file=sys.stderr)
            answer = (None, None, [])
        spent += time.process_time() - start
        scores.append(score(page, *answer))
    return scores, spent


def main(folder: str) -> None:
    """Prints one line of figures for each extractor."""
    pages = load(Path(folder))
    print(f"{len(pages)} pages")
    print(f"{'':14}{'F1':>7}{'prec.':>8}{'recall':>8}{'extra':>7}{'missed':>8}", end="")
    print(f"{'title':>8}{'time':>8}{'pages/s':>9}")
    for name, run in extractors().items():
        scores, spent = measure(run, pages)
        precision = statistics.mean(s.precision for s in scores)
        recall = statistics.mean(s.recall for s in scores)
        print(
            f"{name:14}{2 * precision * recall / (precision + recall):7.4f}{precision:8.4f}{recall:8.4f}"
            f"{sum(s.extra for s in scores):7}{sum(s.missed for s in scores):8}"
            f"{_share([s.title_right for s in scores]):>8}{_share([s.instant_right for s in scores]):>8}"
            f"{len(pages) / spent:9.1f}"
        )


def _share(right: list[bool | None]) -> str:
    labelled = [answer for answer in right if answer is not None]
    return f"{sum(labelled) / len(labelled):.1%}" if labelled else "-"


if __name__ == "__main__":
    main(sys.argv[1])
