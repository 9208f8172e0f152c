"""Command line entry points, one thin file a workflow rule."""
