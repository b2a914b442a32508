"""Data, training and evaluation of the learned part of the reader; nothing at run time imports it."""
