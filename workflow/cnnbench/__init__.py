"""cnnbench: compare convolutional networks on handwritten characters, with evidence."""

from pathlib import Path

# In a file of its own, because a new version is no new code: fingerprints stay, and nothing is trained again.
__version__ = (Path(__file__).parent / "VERSION").read_text(encoding="ascii").strip()
