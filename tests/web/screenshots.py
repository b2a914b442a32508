"""Makes the README's pictures of board and watch from a database built from `seeds/`: `make screenshots`."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from monitor.config import Config, General, load_config
from monitor.service.assembly import open_parts
from monitor.service.seeding import plant_seeds
from tests.web.conftest import CHROMIUM_OPTIONS, chromium, served

ROOT = Path(__file__).parents[2]
SEEN_AT = datetime(2025, 11, 1, 9, tzinfo=UTC)
SHOTS = {"board": ("/", 1_000, 560), "watch": ("/watches/trump-putin", 1_200, 1_250)}


def planted(folder: Path) -> Config:
    """The repository's own watch over its own seeds."""
    watches = load_config(ROOT / "config.toml").watch
    config = Config(summitwatch=General(seeds=str(ROOT / "seeds")), watch=watches, path=folder / "config.toml")
    parts = open_parts(config.database, lambda: SEEN_AT)
    parts.pipeline.configure(watches)
    plant_seeds(config, parts, SEEN_AT)
    parts.close()
    return config


def main() -> None:
    """Write docs/board.png and docs/watch.png."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        config = planted(Path(temporary))
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_OPTIONS)
        with served(config, SEEN_AT) as address:
            for name, (path, width, height) in SHOTS.items():
                page = browser.new_page(viewport={"width": width, "height": height}, timezone_id="UTC")
                page.goto(address + path)
                page.screenshot(path=ROOT / "docs" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
