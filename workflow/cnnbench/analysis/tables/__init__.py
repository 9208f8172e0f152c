"""The tables of a study: one frozen dataclass each, which says what its columns are called, hold and mean."""
