import Core

/// A position: longitude and latitude, or x and y of another CRS, with a height where there is one.
public struct Position: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var z: Double?

    public init(x: Double, y: Double, z: Double? = nil) {
        self.x = x
        self.y = y
        self.z = z
    }
}

/// The geometries of GeoJSON (RFC 7946, section 3.1) and of Simple Features.
///
/// Rings of a polygon are closed: the first is the outer one, the others are holes.
public indirect enum Geometry: Hashable, Sendable {
    case point(Position)
    case lineString([Position])
    case polygon([[Position]])
    case multiPoint([Position])
    case multiLineString([[Position]])
    case multiPolygon([[[Position]]])
    case geometryCollection([Geometry])
}
