"""ResNet-50.

K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015, arXiv:1512.03385, table 1.
Keras's own implementation: its convolutions have biases, unlike the paper's (25,636,712 parameters instead of
25,557,032).
"""

from cnnbench.models.architecture import Architecture, Published, SmallStem
from cnnbench.models.network.applications import application

ARCHITECTURE = Architecture(
    title="ResNet-50",
    paper="He et al., Deep residual learning for image recognition, 2015",
    year=2015,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=25_636_712, flops=7_600_000_000),
    build=application("ResNet50"),
    stage_ends=("conv2_block3_out", "conv3_block4_out", "conv4_block6_out"),
    small_stem=SmallStem(convolutions=("conv1_conv",), left_out=("conv1_pad", "pool1_pad", "pool1_pool")),
)
