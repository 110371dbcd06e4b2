import CGEOS
import Synchronization

/// A geometry made ready to be tested against many others (GEOS, which is what PostGIS asks too).
///
/// Planar, in longitude and latitude; geometries that cross the antimeridian are cut there, as RFC 7946 has them.
public final class PreparedGeometry: @unchecked Sendable {
    // Guarded by `lock`: a GEOS context is of one thread at a time.
    private let context: GEOSContextHandle_t
    private let geometry: OpaquePointer
    private let prepared: OpaquePointer
    private let lock = Mutex(())

    /// - Throws: `GeoError.invalidGeoJSON` for a geometry that GEOS cannot take.
    public init(_ source: Geometry) throws(GeoError) {
        guard let context = GEOS_init_r() else { throw GeoError(.invalidGeoJSON, "GEOS cannot be started") }
        guard let geometry = PreparedGeometry.read(source.wkb, context), let prepared = GEOSPrepare_r(context, geometry) else {
            GEOS_finish_r(context)
            throw GeoError(.invalidGeoJSON, "the geometry cannot be tested against others")
        }
        self.context = context
        self.geometry = geometry
        self.prepared = prepared
    }

    deinit {
        GEOSPreparedGeom_destroy_r(context, prepared)
        GEOSGeom_destroy_r(context, geometry)
        GEOS_finish_r(context)
    }

    /// Whether the two share a point, borders included. Geometries that are not valid are made so if they have to be.
    public func intersects(wkb: [UInt8]) -> Bool {
        lock.withLock { _ in
            guard let other = PreparedGeometry.read(wkb, context) else { return false }
            defer { GEOSGeom_destroy_r(context, other) }
            let answer = GEOSPreparedIntersects_r(context, prepared, other)
            return answer == 2 ? repaired(other) : answer == 1
        }
    }

    private func repaired(_ other: OpaquePointer) -> Bool {
        guard let a = GEOSMakeValid_r(context, geometry) else { return false }
        defer { GEOSGeom_destroy_r(context, a) }
        guard let b = GEOSMakeValid_r(context, other) else { return false }
        defer { GEOSGeom_destroy_r(context, b) }
        return GEOSIntersects_r(context, a, b) == 1
    }

    private static func read(_ wkb: [UInt8], _ context: GEOSContextHandle_t) -> OpaquePointer? {
        guard let reader = GEOSWKBReader_create_r(context) else { return nil }
        defer { GEOSWKBReader_destroy_r(context, reader) }
        return GEOSWKBReader_read_r(context, reader, wkb, wkb.count)
    }
}

extension GeoLibrary {
    /// The version of GEOS that is loaded, such as `3.11.1-CAPI-1.17.1`.
    public static var geosVersion: String { String(cString: GEOSversion()) }
}
