"""Readings in order of publication in, meetings and status changes out. Pure: no clock, no log, no socket."""
