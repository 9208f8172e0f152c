"""VGG19.

K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014,
arXiv:1409.1556, table 1, column E. Keras's own. Operations as counted by He et al., "Deep residual learning for image
recognition", 2015.
"""

from cnnbench.models.architecture import Architecture, Published
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="VGG19",
    paper="Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, 2014",
    year=2014,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=143_667_240, flops=39_200_000_000),
    build=application("VGG19"),
    stage_ends=("block1_pool", "block2_pool", "block3_pool", "block4_pool"),
)
