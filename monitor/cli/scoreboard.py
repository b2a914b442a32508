"""Draws the figures of a scored backtest for people in a terminal. Computes none."""

from typing import Any

from rich.console import Console
from rich.table import Table


def draw_figures(figures: dict[str, Any]) -> None:
    """Signals, status changes, places and days, and what went wrong where."""
    console = Console(markup=False, highlight=False)
    signals, changes = figures["signals"], figures["transitions"]
    table = Table("Against the labels", "Figure", box=None, pad_edge=False)
    for name, value in (
        (f"articles read rightly, of {signals['n']}", f"{signals['accuracy']:.3f}"),
        ("the same, the first label alone counting", f"{signals['strict_accuracy']:.3f}"),
        ("macro F1 of the signals", f"{signals['macro_f1']:.3f}"),
        *((f"  F1 of {signal}", f"{value:.3f}") for signal, value in signals["f1"].items()),
        ("status changes: F1", f"{changes['f1']:.3f}"),
        ("  precision", f"{changes['precision']:.3f}"),
        ("  recall", f"{changes['recall']:.3f}"),
        (f"  found, of {changes['gold']}", str(changes["matched"])),
        ("  false in 100 articles", f"{changes['false_per_100_articles']:.2f}"),
        ("  mean delay in articles", f"{changes['mean_delay_articles']:.2f}"),
        ("held meetings with the right day", figures["held_with_right_date"]),
        ("held meetings with the right place", figures["held_with_right_venue"]),
    ):
        table.add_row(name, value)
    console.print(table)
    for name, items in (
        ("read for another (label->reading)", [f"{pair} {n}" for pair, n in signals["confusion"].items()]),
        ("changes missed", changes["missed"]),
        ("changes told falsely", changes["false"]),
        ("signals without evidence", figures["signals_without_evidence"]),
        ("labelled articles that are not in the stream", figures["articles_not_read"]),
        ("changes at articles without a label", figures["changes_at_unknown_articles"]),
    ):
        if items:
            console.print(f"{name}: {', '.join(items)}", soft_wrap=True)
