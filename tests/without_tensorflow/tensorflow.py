"""Stands in for TensorFlow in `make check`, both in tests and in the commands that they start."""

raise RuntimeError("This test needs TensorFlow: mark it with `tensorflow`, or name its file in tests/conftest.py.")
