"""Nothing about a desk's reading is kept or reported by what the program is made of."""

import json
import os
import subprocess
import sys
from pathlib import Path

PASSAGE = {
    "id": "1",
    "principals": ["Donald Trump", "Vladimir Putin"],
    "published": "2018-06-28",
    "text": "Donald Trump and Vladimir Putin will meet in Helsinki on July 16, the Kremlin said.",
}


def test_the_encoder_leaves_no_device_id_and_no_queue_of_reports(tmp_path: Path) -> None:
    """onnxruntime writes both into the home folder before it reports; a variable of CI would silence it as well."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "passages.jsonl").write_text(json.dumps(PASSAGE), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "PYTHONPATH", "LANG")}
    command = [sys.executable, "-m", "monitor", "read", str(tmp_path / "passages.jsonl"), "--json"]
    answer = subprocess.run(command, env=kept | {"HOME": str(home)}, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["signal"] == "agreed"
    assert answer.stderr == ""
    assert list(home.rglob("*")) == []
