import CGDAL
import Core
import Geo

/// Brings geometries of a layer to what GeoJSON holds: WGS 84, straight lines, cut at the antimeridian, exterior rings
/// counter-clockwise (RFC 7946, sections 3.1.6, 3.1.9 and 4).
final class GeometryReader {
    private let layer: VectorLayer
    /// Reprojects and cuts; made at need.
    private var transformer: OGRGeomTransformerH?

    init(_ layer: VectorLayer) {
        self.layer = layer
        if let transform = layer.transform { transformer = GeometryReader.transformer(transform) }
    }

    deinit { if let transformer { OGR_GeomTransformer_Destroy(transformer) } }

    private static func transformer(_ transform: OGRCoordinateTransformationH?) -> OGRGeomTransformerH? {
        GDALLibrary.withList(["WRAPDATELINE=YES"]) { OGR_GeomTransformer_Create(transform, $0) }
    }

    /// - Returns: nil for an empty geometry, and for one that cannot be brought to WGS 84.
    /// - Throws: `missingCRS`
    func read(_ handle: OGRGeometryH) throws(FormatsError) -> Geometry? {
        guard OGR_G_IsEmpty(handle) == 0, let copy = GeometryReader.simple(handle) else { return nil }
        defer { OGR_G_DestroyGeometry(copy) }
        guard let transformer = try self.transformer(for: copy) else { return GeometryReader.geometry(copy, rounds: false) }
        guard let moved = OGR_GeomTransformer_Transform(transformer, copy) else { return nil }
        defer { OGR_G_DestroyGeometry(moved) }
        return GeometryReader.geometry(moved, rounds: layer.transform != nil)
    }

    /// Coordinates that are WGS 84 already stay untouched unless their longitudes leave ±180.
    private func transformer(for geometry: OGRGeometryH) throws(FormatsError) -> OGRGeomTransformerH? {
        if layer.transform != nil { return transformer }
        var envelope = OGREnvelope()
        OGR_G_GetEnvelope(geometry, &envelope)
        let isPlace = envelope.MinX >= -360 && envelope.MaxX <= 360 && envelope.MinY >= -90.000001 && envelope.MaxY <= 90.000001
        guard isPlace || layer.crsName != nil else {
            throw FormatsError(
                .missingCRS,
                "it names no coordinate reference system, and \(envelope.MinX), \(envelope.MinY) is no longitude and latitude; "
                    + "name one with the option crs", file: layer.path)
        }
        guard envelope.MinX < -180 || envelope.MaxX > 180 else { return nil }
        if transformer == nil { transformer = GeometryReader.transformer(nil) }
        return transformer
    }

    /// A copy without curves, measures and surfaces of triangles. The caller destroys it.
    private static func simple(_ handle: OGRGeometryH) -> OGRGeometryH? {
        let type = OGR_GT_Flatten(OGR_G_GetGeometryType(handle))
        var copy: OGRGeometryH?
        if OGR_GT_IsNonLinear(type) != 0 {
            copy = OGR_G_GetLinearGeometry(handle, 0, nil)
        } else {
            copy = OGR_G_Clone(handle)
            if type == wkbTIN || type == wkbPolyhedralSurface { copy = OGR_G_ForceToMultiPolygon(copy) }
            if type == wkbTriangle { copy = OGR_G_ForceToPolygon(copy) }
        }
        if let copy { OGR_G_SetMeasured(copy, 0) }
        return copy
    }

    private static func geometry(_ handle: OGRGeometryH, rounds: Bool) -> Geometry? {
        let size = Int(OGR_G_WkbSize(handle))
        guard size > 0, OGR_G_IsEmpty(handle) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard OGR_G_ExportToIsoWkb(handle, wkbNDR, &bytes) == OGRERR_NONE, let geometry = try? Geometry(wkb: bytes) else { return nil }
        let finished = geometry.finished(rounds: rounds)
        guard let extent = finished.extent, extent.minX >= -180.000001, extent.maxX <= 180.000001, extent.minY >= -90.000001,
            extent.maxY <= 90.000001
        else { return nil }
        return finished
    }
}

extension Geometry {
    /// Rings wound as RFC 7946 has it; reprojected coordinates at a tenth of a millimetre, where PROJ's own digits end.
    func finished(rounds: Bool) -> Geometry {
        func place(_ position: Position) -> Position { rounds ? position.rounded : position }
        func line(_ positions: [Position]) -> [Position] { rounds ? positions.map(place) : positions }
        func polygon(_ rings: [[Position]]) -> [[Position]] {
            rings.enumerated().map { i, ring in
                let moved = line(ring)
                return (GeometryWinding.area(moved) < 0) == (i == 0) ? moved.reversed() : moved
            }
        }
        switch self {
        case .point(let position): return .point(place(position))
        case .lineString(let positions): return .lineString(line(positions))
        case .multiPoint(let positions): return .multiPoint(line(positions))
        case .multiLineString(let lines): return .multiLineString(lines.map(line))
        case .polygon(let rings): return .polygon(polygon(rings))
        case .multiPolygon(let polygons): return .multiPolygon(polygons.map(polygon))
        case .geometryCollection(let members): return .geometryCollection(members.map { $0.finished(rounds: rounds) })
        }
    }
}

extension Position {
    fileprivate var rounded: Position {
        Position(x: (x * 1e9).rounded() / 1e9, y: (y * 1e9).rounded() / 1e9, z: z.map { ($0 * 1e4).rounded() / 1e4 })
    }
}

private enum GeometryWinding {
    /// Positive for a counter-clockwise ring.
    static func area(_ ring: [Position]) -> Double {
        guard let first = ring.first, ring.count >= 3 else { return 0 }
        var sum = 0.0
        for (a, b) in zip(ring, ring.dropFirst()) { sum += (a.x - first.x) * (b.y - first.y) - (b.x - first.x) * (a.y - first.y) }
        return sum
    }
}
