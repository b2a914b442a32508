"""Schedule, pipeline, lifecycle: the only room that starts threads, loops or clocks and wires the others together."""
