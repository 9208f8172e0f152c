"""Analysis: tables over the runs of a study."""
