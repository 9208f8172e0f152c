"""Documents: a PDF report, an HTML page and slides, one file each."""
