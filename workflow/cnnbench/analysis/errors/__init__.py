"""Which test images the networks of a study misread, and whether they misread the same ones."""
