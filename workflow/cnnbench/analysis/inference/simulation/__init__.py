"""Studies drawn by chance, whose truth is known: how often the statements of the analysis hold in them."""
