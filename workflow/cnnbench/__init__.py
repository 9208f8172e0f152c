"""cnnbench: compare convolutional networks on handwritten characters, with evidence."""

__version__ = "0.1.0"
