"""Summitwatch: reads the news and keeps the status of meetings between leaders. See docs/design.md for the rooms."""
