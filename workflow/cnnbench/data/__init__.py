"""Datasets: download, IDX files, preparation, splits, the embedded sample."""
