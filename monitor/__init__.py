"""Summitwatch: reads the news and keeps the status of meetings between leaders. See docs/design.md for the rooms."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read before onnxruntime loads; without it, it reports its use
