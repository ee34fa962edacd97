"""As much of OpenCV as the server calls: a decoded image is its file and its size."""
import struct

IMREAD_COLOR = 1
IMREAD_IGNORE_ORIENTATION = 128


class Image:
    def __init__(self, file):
        self.file = file
        width, height = struct.unpack_from(">II", file, 16)
        self.shape = (height, width, 3)


def imdecode(buffer, flags):
    return None if b"damaged" in buffer else Image(buffer)
