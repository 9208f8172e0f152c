"""Studies: the config models, and their expansion into runs."""
