"""Compares what a tile shows with what it must show."""
import numpy as np

from . import tiles

# How far from an output pixel's exact source position the server may look for its nearest pixel, in source pixels.
TOLERANCE = 0.05
# One colour of a ramp of 255 (a palette of 256 less the transparent one), in grey levels of 0...255.
ONE_LEVEL = 255 / 254 + 1e-3


def candidates(plane, columns, rows):
    """The values within the tolerance of each position: four planes."""
    return [tiles.sample(plane, columns + dx, rows + dy) for dx in (-TOLERANCE, TOLERANCE) for dy in (-TOLERANCE, TOLERANCE)]


def wrong_pixels(channel, alpha, cube, plane, tile, low, high):
    """Output pixels that show neither the value (within one grey level) nor the transparency of any candidate."""
    columns, rows = tiles.source_positions(cube, tile)
    if tiles.is_global(cube):
        plane = np.concatenate([plane, plane[:, :1]], axis=1)
    right = np.zeros(channel.shape, bool)
    for value in candidates(plane, columns, rows):
        level = tiles.grey_level(value, low, high)
        right |= np.where(np.isnan(value), alpha == 0, (alpha == 255) & (np.abs(channel - level) <= ONE_LEVEL))
    return ~right


def assert_shows(rgba, cube, plane, tile, low, high):
    """The tile is a grey picture of the plane, to one grey level, at the right place."""
    alpha = rgba[..., 3].astype(int)
    drawn = alpha > 0
    assert drawn.any(), "the tile is wholly transparent"
    assert (rgba[drawn][:, 0] == rgba[drawn][:, 1]).all() and (rgba[drawn][:, 1] == rgba[drawn][:, 2]).all(), "not grey"
    wrong = wrong_pixels(rgba[..., 0].astype(float), alpha, cube, plane, tile, low, high)
    assert not wrong.any(), f"{wrong.sum()} of {wrong.size} pixels differ, first at row, column {np.argwhere(wrong)[0].tolist()}"


def misfit(rgba, expected, low, high):
    """Mean difference in grey levels where both have a value."""
    both = (rgba[..., 3] > 0) & np.isfinite(expected)
    assert both.any()
    return float(np.abs(rgba[..., 0][both].astype(float) - tiles.grey_level(expected[both], low, high)).mean())


def value_range(plane):
    """A rescale that holds all values and falls on no value's half level."""
    return float(np.floor(np.nanmin(plane) * 100) / 100), float(np.ceil(np.nanmax(plane) * 100) / 100)


def rescale(low, high):
    return f"{low!r},{high!r}"
