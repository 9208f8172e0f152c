"""Stands in for Keras, which imports TensorFlow."""

import tensorflow  # noqa: F401 - the stand-in beside this file, which says what is wrong
