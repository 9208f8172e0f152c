"""Architectures: the registry, and one file an architecture."""
