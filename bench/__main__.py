"""`make bench`: every benchmark that needs no data from outside, one after the other, each in a process of its own."""

import subprocess
import sys

failed = [
    name for name in ("log", "reading", "copies", "polling", "web")
    if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
]  # fmt: skip
sys.exit(f"out of bounds: {', '.join(failed)}" if failed else 0)
