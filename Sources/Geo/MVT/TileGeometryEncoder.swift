/// The commands of MVT 2.1, section 4.3, as the packed bytes of one feature.
struct TileGeometryEncoder {
    private(set) var writer = ProtobufWriter()
    /// The cursor runs on through all parts of a feature.
    private var cursor = GridPoint(x: 0, y: 0)

    private enum Command { static let moveTo: UInt64 = 1, lineTo: UInt64 = 2, closePath: UInt64 = 7 }

    mutating func points(_ points: [GridPoint]) {
        command(Command.moveTo, count: points.count)
        for point in points { move(to: point) }
    }

    mutating func line(_ points: [GridPoint]) {
        guard let first = points.first else { return }
        command(Command.moveTo, count: 1)
        move(to: first)
        command(Command.lineTo, count: points.count - 1)
        for point in points.dropFirst() { move(to: point) }
    }

    mutating func ring(_ points: [GridPoint]) {
        line(points)
        command(Command.closePath, count: 1)
    }

    private mutating func command(_ command: UInt64, count: Int) { writer.varint(UInt64(count) << 3 | command) }

    private mutating func move(to point: GridPoint) {
        writer.varint(ProtobufWriter.zigzag(Int64(point.x) - Int64(cursor.x)))
        writer.varint(ProtobufWriter.zigzag(Int64(point.y) - Int64(cursor.y)))
        cursor = point
    }
}
