"""Figures: one module a kind, each from tables to one SVG file."""
