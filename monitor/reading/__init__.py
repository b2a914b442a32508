"""One article and one watch in, one reading with its evidence out. Pure: no clock, no log, no socket."""
