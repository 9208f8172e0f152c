"""The colours of all figures."""

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PINK, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"
"""Okabe and Ito's colours, which colour-blind readers can distinguish. Their yellow is too pale for a dot."""
INK, GREY, LIGHT = "#1F2A30", "#6B7780", "#D9DFE3"
"""For words and lines that stand for no result, from dark to light."""
