"""Reporting: figures, HTML, PDF."""
