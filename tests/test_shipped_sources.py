"""The sources that come with the program: enough of them, from enough places, each as the configuration wants it."""

from pathlib import Path

from monitor.config import load_config, seconds
from scrapers.kinds import kind_names

ROOT = Path(__file__).parent.parent


def test_both_sides_speak_and_many_countries_report() -> None:
    sources = load_config(ROOT / "config.toml").source
    assert {"russia", "usa"} == {source.official for source in sources if source.official}
    assert len(sources) >= 40
    assert len({source.country for source in sources if source.country}) >= 15
    assert all(300 <= seconds(source.interval) <= 3600 for source in sources)
    assert len({source.url for source in sources}) == len(sources)


def test_the_page_on_sources_names_every_kind_and_counts_right() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    sources = load_config(ROOT / "config.toml").source
    assert all(f"| `{name}` |" in text for name in kind_names())
    assert f"{len(sources)} public sources" in text
    assert f"{len({source.country for source in sources if source.country})} countries" in text


def test_a_new_configuration_has_the_same_sources() -> None:
    shipped = load_config(ROOT / "config.toml").source
    assert load_config(ROOT / "monitor" / "data" / "config.toml").source == shipped
