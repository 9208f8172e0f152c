"""The survey of known architectures: from published figures to candidates, and how much hangs on the weights."""
