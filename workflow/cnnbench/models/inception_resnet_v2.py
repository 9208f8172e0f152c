"""Inception-ResNet v2.

C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi, "Inception-v4, Inception-ResNet and the impact of residual connections on
learning", 2016, arXiv:1602.07261. Keras's own implementation. Operations as counted by Zoph et al., "Learning
transferable architectures for scalable image recognition", 2017, arXiv:1707.07012, table 2.
"""

from cnnbench.models.architecture import Architecture, Published
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="Inception-ResNet v2",
    paper="Szegedy et al., Inception-v4, Inception-ResNet and the impact of residual connections on learning, 2016",
    year=2016,
    default_size=75,
    minimum_size=75,
    published=Published(image_shape=(299, 299, 3), classes=1000, parameters=55_873_736, flops=26_400_000_000),
    build=application("InceptionResNetV2"),
    stage_ends=("mixed_6a", "mixed_7a"),
)
