"""Stands in for Keras, which imports TensorFlow: its stand-in, beside this file, says what is wrong."""

from importlib import import_module

import_module("tensorflow")
