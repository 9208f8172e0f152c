"""Evaluation: predictions on the test part, and metrics."""
