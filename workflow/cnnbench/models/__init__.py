"""Architectures: the registry, and one file per architecture."""
