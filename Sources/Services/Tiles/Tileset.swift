import Core
import Cube
import Geo
import Glibc

/// The tilesets of this slice: pictures and features in WebMercatorQuad.
public enum TilesetID: String, CaseIterable, Sendable {
    case raster = "WebMercatorQuad"
    case vector = "WebMercatorQuad-Vector"

    public var matrixSet: TileMatrixSet { .webMercatorQuad }

    /// - Throws: `notFound` for another name, or one that the collection has no data for.
    public init(_ name: String, of collection: LoadedCollection) throws(ServiceError) {
        guard let found = TilesetID(rawValue: name), TilesetID.available(for: collection).contains(found) else {
            let known = TilesetID.available(for: collection).map(\.rawValue).joined(separator: ", ")
            throw ServiceError.notFound("tileset", name, hint: known.isEmpty ? "the collection has none" : "there are: \(known)")
        }
        self = found
    }

    public static func available(for collection: LoadedCollection) -> [TilesetID] {
        (collection.cube == nil ? [] : [.raster]) + (collection.hasFeatures ? [.vector] : [])
    }

    /// Reads `{z}/{y}/{x}`; the column may carry a file extension.
    ///
    /// - Returns: the tile, and the extension.
    /// - Throws: `invalidParameter` for what is no whole number, `notFound` outside the matrix.
    public func tile(matrix: String, row: String, column: String) throws -> (TileCoordinate, String?) {
        let parts = column.split(separator: ".", maxSplits: 1).map(String.init)
        let z = try number(matrix, "tileMatrix")
        let y = try number(row, "tileRow")
        let x = try number(parts.first ?? "", "tileCol")
        do { return (try TileCoordinate(zoom: z, row: y, column: x, in: matrixSet), parts.count > 1 ? parts[1] : nil) } catch {
            let values = ["tileMatrix": matrix, "tileRow": row, "tileCol": column]
            throw ServiceError(.notFound, "parameter '\(error.path)' = '\(values[error.path] ?? "")': \(error.message)", parameter: error.path)
        }
    }

    private func number(_ text: String, _ name: String) throws(ServiceError) -> Int {
        guard let value = Int(text), value >= 0, text.first != "+" else { throw .parameter(name, text, "is a whole number, 0 or greater") }
        return value
    }
}

/// Zoom levels that make sense for a collection.
public enum Zoom {
    public static let maximum = 24

    /// From where the whole extent fits a few pixels to just beyond native resolution.
    public static func range(of cube: CubeDescription) -> ClosedRange<Int> {
        let equator = 156_543.03392804097
        let latitude = (cube.bbox.south + cube.bbox.north) / 2 * .pi / 180
        let metres = max(cube.grid.metresPerPixel, 1e-6)
        var native = 0
        while native < maximum, equator * max(0.01, cos(latitude)) / Double(1 << native) > metres { native += 1 }
        let extent = max(cube.bbox.width, 1e-9)
        var low = 0
        while low < native, extent / 360 * 256 * Double(1 << low) < 16 { low += 1 }
        return low...min(maximum, max(low, native) + 4)
    }

    /// Features are cheap at every zoom; tiles are drawn beyond 16 by over-zooming.
    public static let vector = 0...16
}
