// The image codec family: WebP and JPEG (PNG is written by our own encoder over CCompression).
#include <stdio.h>
#include <jpeglib.h>
#include <webp/decode.h>
#include <webp/encode.h>
