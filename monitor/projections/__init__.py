"""Fold the log into state tables, each projection with its checkpoint. Decides nothing, sends nothing."""
