"""A folder with a configuration and two articles in its log, for tests of commands."""

import contextlib
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

from monitor.cli import main

CONFIG = """
[[watch]]
name = "trump-putin"
principals = [{ name = "Donald Trump", aliases = ["Trump"] }, { name = "Vladimir Putin", aliases = ["Putin"] }]
"""
HEAD = "---\npublished: {day}T11:00:00Z\nsource: {outlet}\nlanguage: en\nurl: https://{outlet}/1\n---\n"
AGREED = HEAD.format(day="2018-06-28", outlet="one.example") + (
    "Helsinki it is\n\nIt rained in Vienna.\n\nDonald Trump and Vladimir Putin will meet in Helsinki on July 16, "
    "the White House and the Kremlin announced on Thursday.\n"
)
HELD = HEAD.format(day="2018-07-16", outlet="two.example") + (
    "Two presidents in Helsinki\n\nDonald Trump and Vladimir Putin met in Helsinki on Monday and talked for more than "
    "two hours, the Kremlin said.\n"
)


class Desk:
    """Runs the program as people do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        for number, text in enumerate((AGREED, HELD), 1):
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        self.run("import", "1.txt", "2.txt")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        words = mock.patch.object(sys, "argv", ["summitwatch", *arguments])
        with contextlib.chdir(self.folder), words, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return code, out.getvalue(), err.getvalue()

    def start(self, *arguments: str, **streams: Any) -> "subprocess.Popen[str]":
        """A process of its own, without a terminal but what `streams` give it."""
        environment = os.environ | {"NO_COLOR": "1", "SUMMITWATCH_CONFIG": str(self.folder / "config.toml")}
        command = [sys.executable, "-m", "monitor", *arguments]
        return subprocess.Popen(command, text=True, env=environment, start_new_session=True, **streams)

    def at_terminal(self, *arguments: str, keys: list[tuple[str, str]]) -> str:
        """Type each of `keys` once the words before it have come. -> all that was shown."""
        own, theirs = pty.openpty()
        process = self.start(*arguments, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = ""
        try:
            for awaited, key in keys:
                shown += _until(own, awaited)
                os.write(own, key.encode())
            shown += _until(own, None)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
            os.close(own)
        return shown

    def events(self, type_: str) -> list[dict[str, Any]]:
        lines = self.run("log", "--type", type_, "--json")[1].splitlines()
        return [json.loads(line)["data"] for line in lines]

    def articles(self) -> list[str]:
        return [event["article"] for event in self.events("ArticleRecorded")]


def _until(terminal: int, awaited: str | None) -> str:
    """What the program shows until it says `awaited`, or until it ends."""
    shown, deadline = "", time.monotonic() + 40
    while awaited is None or awaited not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"{awaited!r} did not come in: {shown[-800:]}"
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # how a pseudo-terminal says that the other end is closed
            part = b""
        if not part:
            assert awaited is None, f"ended before {awaited!r}: {shown[-800:]}"
            break
        shown += part.decode("utf-8", "replace")
    return shown
