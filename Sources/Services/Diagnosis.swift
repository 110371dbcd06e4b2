import Catalog
import Core
import Formats
import Foundation
import Geo
import Raster
import Zarr

/// What `doctor` looks at.
public enum Diagnosis {
    public struct Check: Sendable {
        public var name: String
        public var isFine: Bool
        public var detail: String
    }

    public static func run(_ configuration: Configuration) -> [Check] {
        var checks = Chronotope.libraries().map { Check(name: $0.name, isFine: true, detail: $0.version) }
        checks.append(projection())
        checks.append(dataDirectory(configuration))
        do {
            let service = try Chronotope(configuration)
            let database = try service.catalog.health()
            checks.append(Check(name: "catalogue", isFine: true, detail: "\(database.name) \(database.version)"))
            let web = service.webFolder
            let isWhole = web.map { FileManager.default.fileExists(atPath: $0 + "/vendor/maplibre-gl.js") } ?? false
            checks.append(
                Check(
                    name: "web pages", isFine: isWhole,
                    detail: web.map { isWhole ? $0 : "\($0): vendor/maplibre-gl.js is missing; run 'make setup'" }
                        ?? "no 'web' folder beside the program; set --web"))
        } catch {
            checks.append(Check(name: "catalogue", isFine: false, detail: "\(error)"))
        }
        return checks
    }

    /// proj.db is there and of a layout that PROJ understands: UTM 31N must come out where it has to.
    private static func projection() -> Check {
        do {
            let transform = try CoordinateTransform(from: .crs84, to: CRS("EPSG:32631"))
            guard let point = transform.apply(x: 3, y: 0), abs(point.x - 500_000) < 0.01, abs(point.y) < 0.01 else {
                return Check(name: "proj.db", isFine: false, detail: "EPSG:32631 comes out wrong")
            }
            return Check(name: "proj.db", isFine: true, detail: "EPSG:32631 comes out right")
        } catch { return Check(name: "proj.db", isFine: false, detail: "\(error)") }
    }

    private static func dataDirectory(_ configuration: Configuration) -> Check {
        do {
            try DataDirectory(configuration.data).create()
            let free = (try? FileManager.default.attributesOfFileSystem(forPath: configuration.data)[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
            return Check(name: "data directory", isFine: true, detail: "\(configuration.data), \(free >> 20) MiB free")
        } catch { return Check(name: "data directory", isFine: false, detail: "\(error)") }
    }

    public static func links(_ configuration: Configuration) -> [String] {
        let root = configuration.publicURL ?? "http://\(configuration.host):\(configuration.port)"
        return Configuration.surfaces.flatMap { surface in
            let links = LinkBuilder(root: root, surface: surface)
            return [links.url(), links.url("collections"), links.url("search"), links.url("api")]
        }
    }
}

extension Chronotope {
    /// The versions of the libraries that the program runs with.
    public static func libraries() -> [(name: String, version: String)] {
        [("PROJ", GeoLibrary.projVersion), ("GEOS", GeoLibrary.geosVersion), ("GDAL", GDALLibrary.versions.gdal)] + ZarrLibrary.versions
            + RasterLibrary.versions
    }
}
