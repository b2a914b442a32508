"""Which change is told to whom, and by which channel. Decides and sends; never touches the database's writing side."""
