"""Evaluation: predictions on the test part, metrics, and latency."""
