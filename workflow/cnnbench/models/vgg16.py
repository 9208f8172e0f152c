"""VGG16.

K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014, arXiv:1409.1556,
table 1, column D. Keras's own implementation. Operations as counted by He et al., "Deep residual learning for image
recognition", 2015.

The initial weights follow He et al., "Delving deep into rectifiers", 2015, section 2.2, where Keras's follow Glorot.
The latter halve the variance of the signal in every layer until the biases drown it: with Adam, the network stays at
chance.
"""

from cnnbench.models.architecture import Architecture, Published
from cnnbench.models.network.applications import application
from cnnbench.models.network.initial_weights import drawn_by_he

ARCHITECTURE = Architecture(
    title="VGG16",
    paper="Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, 2014",
    year=2014,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=138_357_544, flops=30_600_000_000),
    build=drawn_by_he(application("VGG16")),
    stage_ends=("block1_pool", "block2_pool", "block3_pool", "block4_pool"),
    batch_normalisation=False,
)
