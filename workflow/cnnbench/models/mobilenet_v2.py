"""MobileNetV2.

M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen, "MobileNetV2: inverted residuals and linear bottlenecks", 2018,
arXiv:1801.04381, table 2, with width multiplier 1. Keras's own implementation.
"""

from cnnbench.models.architecture import Architecture, Published, SmallStem
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="MobileNetV2",
    paper="Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, 2018",
    year=2018,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=3_538_984, flops=600_000_000),
    build=application("MobileNetV2"),
    stage_ends=("expanded_conv_project_BN", "block_2_add", "block_5_add", "block_12_add"),
    small_stem=SmallStem(convolutions=("Conv1",), left_out=()),
)
