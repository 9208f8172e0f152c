"""Xception.

F. Chollet, "Xception: deep learning with depthwise separable convolutions", 2016, arXiv:1610.02357, figure 5. Keras's
own. Operations as counted by Zoph et al., "Learning transferable architectures for scalable image recognition", 2017,
arXiv:1707.07012, table 2.
"""

from cnnbench.models.architecture import Architecture, Published, SmallStem
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="Xception",
    paper="Chollet, Xception: deep learning with depthwise separable convolutions, 2016",
    year=2016,
    default_size=71,
    minimum_size=71,
    published=Published(image_shape=(299, 299, 3), classes=1000, parameters=22_910_480, flops=16_760_000_000),
    build=application("Xception"),
    stage_ends=("block2_pool", "block3_pool", "block4_pool", "block13_pool"),
    small_stem=SmallStem(convolutions=("block1_conv1",), left_out=()),
)
