"""Inception v3.

C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the inception architecture for computer vision",
2015, arXiv:1512.00567. Keras's own implementation, without the auxiliary head. Operations as counted by Zoph et al.,
"Learning transferable architectures for scalable image recognition", 2017, arXiv:1707.07012, table 2.
"""

from cnnbench.models.architecture import Architecture, Published
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="Inception v3",
    paper="Szegedy et al., Rethinking the inception architecture for computer vision, 2015",
    year=2015,
    default_size=75,
    minimum_size=75,
    published=Published(image_shape=(299, 299, 3), classes=1000, parameters=23_851_784, flops=11_440_000_000),
    build=application("InceptionV3"),
    stage_ends=("mixed2", "mixed7"),
)
