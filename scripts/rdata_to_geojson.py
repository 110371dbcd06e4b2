#!/usr/bin/env python3
"""Writes a SpatialPolygonsDataFrame out of an R package's data base (Rdata.rdx + Rdata.rdb) as GeoJSON.

Natural Earth's outlines are in Debian's r-cran-rnaturalearthdata in this form; this reads them without R.
The format is R's serialisation, XDR flavour ("R Internals", section 1.8), behind a small index of compressed records.
"""
import argparse
import bz2
import json
import lzma
import math
import struct
import zlib


class RObject:
    """A value with R's attributes (names, class, the slots of an S4 object)."""

    def __init__(self, value, attributes):
        self.value = value
        self.attributes = attributes

    def slot(self, name):
        return self.attributes[name]


class Reader:
    """Reads one serialised R object. Only what data objects contain; code is refused."""

    def __init__(self, data):
        self.data = data
        self.position = 0
        self.references = []
        if self.take(2) != b"X\n":
            raise ValueError("not an XDR serialisation")
        version, _, _ = self.integers(3)
        if version == 3:
            self.take(self.integer())  # the native encoding's name

    def take(self, count):
        start, self.position = self.position, self.position + count
        return self.data[start:self.position]

    def integers(self, count):
        return struct.unpack(">%di" % count, self.take(4 * count))

    def integer(self):
        return self.integers(1)[0]

    def item(self):
        flags = self.integer()
        kind, has_attributes, has_tag = flags & 0xFF, flags & 0x200, flags & 0x400
        if kind == 2:
            return self.pairs(has_attributes, has_tag)
        value = self.value(kind, flags)
        # Above 237 are pseudo-types, whose flag bits mean other things; strings carry no attributes of use.
        if not has_attributes or kind > 237 or kind == 9:
            return RObject(value, {})
        return RObject(value, self.item())

    def pairs(self, has_attributes, has_tag):
        """A pair list as a dictionary; iterative, since R chains it by its last element."""
        result = {}
        while True:
            if has_attributes:
                self.item()
            tag = self.item().value if has_tag else str(len(result))
            result[tag] = self.item()
            flags = self.integer()
            if flags & 0xFF != 2:
                return result
            has_attributes, has_tag = flags & 0x200, flags & 0x400

    def value(self, kind, flags):
        if kind in (254, 242, 241, 253, 251):  # NULL and the well-known environments
            return None
        if kind == 25:  # S4
            return None
        if kind == 255:
            return self.references[((flags >> 8) or self.integer()) - 1]
        if kind == 1:  # symbol
            self.references.append(self.item().value)
            return self.references[-1]
        if kind in (247, 248, 249):  # an environment kept elsewhere, by name
            self.integer()
            self.references.append([self.item().value for _ in range(self.integer())])
            return None
        return self.vector(kind, self.integer())

    def vector(self, kind, length):
        if kind == 9:  # one string
            return None if length < 0 else text(self.take(length))
        if kind in (10, 13):  # logical, integer
            return [None if v == -2147483648 else v for v in self.integers(length)]
        if kind == 14:
            return struct.unpack(">%dd" % length, self.take(8 * length))
        if kind == 16:
            return [self.item().value for _ in range(length)]
        if kind == 19:
            return [self.item() for _ in range(length)]
        raise ValueError("R type %d is not supported" % kind)


def text(data):
    """R marks the encoding, but these strings came out of shapefiles unmarked: Western European where not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def record(data):
    """Decompresses a record: big-endian length, then an optional letter for the method, then the stream."""
    method, body = data[4:5], data[5:]
    if method == b"2":
        return bz2.decompress(body)
    if method == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(body)
    return body if method == b"0" else zlib.decompress(data[4:])


def load(base, name):
    with open(base + ".rdx", "rb") as file:
        index = Reader(zlib.decompress(file.read(), 47)).item()
    names = index.attributes["names"].value
    variables = index.value[names.index("variables")]
    known = variables.attributes["names"].value
    if name not in known:
        raise SystemExit("no object '%s'; there are: %s" % (name, ", ".join(known)))
    offset, length = variables.value[known.index(name)].value
    with open(base + ".rdb", "rb") as file:
        file.seek(offset)
        return Reader(record(file.read(length))).item()


def column(vector):
    """The cells of a data frame's column, factors as their labels, NaN as None."""
    levels = vector.attributes.get("levels") if vector.attributes else None
    if levels:
        return [None if v is None else levels.value[v - 1] for v in vector.value]
    return [None if isinstance(v, float) and math.isnan(v) else v for v in vector.value]


def number(value):
    """Whole numbers without a fraction; -99 is Natural Earth's way to say that there is none."""
    if value in (-99, -99.0, "-99"):
        return None
    return int(value) if isinstance(value, float) and value == int(value) else value


def ring(polygon):
    """(is hole, closed ring) with outer rings anticlockwise, as RFC 7946 wants it."""
    flat = polygon.slot("coords").value
    half = len(flat) // 2  # R keeps matrices by column
    points = [[round(x, 5), round(y, 5)] for x, y in zip(flat[:half], flat[half:])]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))
    hole = bool(polygon.slot("hole").value[0])
    return hole, points if (area > 0) != hole else points[::-1]


def inside(point, outline):
    """Ray casting."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(outline, outline[1:]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def geometry(polygons):
    rings = [ring(p) for p in polygons.slot("Polygons").value]
    parts = [[points] for hole, points in rings if not hole]
    for hole, points in rings:
        if hole:
            owner = next((part for part in parts if inside(points[0], part[0])), None)
            if owner is not None:
                owner.append(points)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def features(frame, wanted):
    data = frame.slot("data")
    columns = dict(zip(data.attributes["names"].value, map(column, data.value)))
    chosen = [name for name in wanted if name in columns] if wanted else list(columns)
    for row, polygons in enumerate(frame.slot("polygons").value):
        properties = {name: number(columns[name][row]) for name in chosen}
        yield {"type": "Feature", "id": row + 1, "properties": properties, "geometry": geometry(polygons)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="path of the data base without .rdx/.rdb")
    parser.add_argument("object", help="name of the object, e.g. countries50")
    parser.add_argument("output", help="GeoJSON file to write")
    parser.add_argument("--properties", default="", help="columns to keep, separated by commas")
    options = parser.parse_args()
    wanted = [name for name in options.properties.split(",") if name]
    rows = [json.dumps(f, ensure_ascii=False) for f in features(load(options.base, options.object), wanted)]
    with open(options.output, "w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n' + ",\n".join(rows) + "\n]}\n")


if __name__ == "__main__":
    main()
