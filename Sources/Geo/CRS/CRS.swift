import Core

/// A horizontal coordinate reference system.
///
/// Coordinates of every CRS are x before y (longitude before latitude, easting before northing) everywhere inside Chronotope,
/// whatever order its authority defines; `hasNorthingFirst` tells what that order is, for the places that must write it.
public final class CRS: Sendable {
    /// `EPSG:32631`, `OGC:CRS84`; nil where no registry knows it.
    public let code: String?
    public let name: String
    /// WKT 2:2019 in one line.
    public let wkt2: String
    /// Longitude and latitude (or the reverse) rather than a projection.
    public let isGeographic: Bool
    /// Metres per unit of an axis; for a geographic CRS metres per unit along the equator (a degree is about 111 319.49 m).
    public let metresPerUnit: Double
    /// The authority's order is northing (latitude) first. Never the order used inside.
    public let hasNorthingFirst: Bool
    /// Where the CRS is meant to be used.
    public let areaOfUse: BBox?
    /// What PROJ makes the CRS from again.
    let definition: String
    /// Same key, same coordinates.
    let key: String
    let projJSONText: String

    /// Reads `EPSG:n`, `OGC:CRS84`, `http://www.opengis.net/def/crs/…`, `urn:ogc:def:crs:…`, `[EPSG:n]`, WKT 1 and 2, PROJJSON
    /// and PROJ strings (those that read no files).
    ///
    /// - Throws: `GeoError.invalidCRS` naming the input and what is wrong with it.
    public convenience init(_ userInput: String) throws(GeoError) {
        self.init(try CRSDescription.cached(for: userInput))
    }

    /// A CRS as PROJJSON (STAC `proj:projjson`, GeoParquet, GeoZarr).
    public convenience init(projJSON: JSON) throws(GeoError) { try self.init(projJSON.text) }

    init(_ description: CRSDescription) {
        code = description.code
        name = description.name
        wkt2 = description.wkt2
        isGeographic = description.isGeographic
        metresPerUnit = description.metresPerUnit
        hasNorthingFirst = description.hasNorthingFirst
        areaOfUse = description.areaOfUse
        definition = description.definition
        key = description.key
        projJSONText = description.projJSON
    }

    /// WGS 84 longitude and latitude: `OGC:CRS84`, the CRS of GeoJSON.
    public static let crs84 = CRS(wellKnown: "OGC:CRS84", name: "WGS 84 (CRS84)", geographic: true, northingFirst: false)
    /// WGS 84 latitude and longitude by its registry; x,y (longitude first) inside like every other.
    public static let epsg4326 = CRS(wellKnown: "EPSG:4326", name: "WGS 84", geographic: true, northingFirst: true)
    /// WGS 84 / Pseudo-Mercator, `EPSG:3857`.
    public static let webMercator = CRS(wellKnown: "EPSG:3857", name: "WGS 84 / Pseudo-Mercator", geographic: false, northingFirst: false)

    /// The well known ones cannot fail; should PROJ's database be missing, they still work with the closed forms.
    private convenience init(wellKnown code: String, name: String, geographic: Bool, northingFirst: Bool) {
        if let description = try? CRSDescription.cached(for: code) { self.init(description); return }
        self.init(
            CRSDescription(
                code: code, name: name, wkt2: "", projJSON: "null", isGeographic: geographic,
                metresPerUnit: geographic ? CRSDescription.metresPerDegree : 1, hasNorthingFirst: northingFirst, areaOfUse: .world,
                definition: code, key: code))
    }

    /// The identifier in OGC's form, `http://www.opengis.net/def/crs/EPSG/0/32631`; nil without a code of EPSG or OGC.
    public var uri: String? {
        guard let parts = code?.split(separator: ":"), parts.count == 2 else { return nil }
        switch parts[0] {
        case "EPSG": return "http://www.opengis.net/def/crs/EPSG/0/\(parts[1])"
        case "OGC": return "http://www.opengis.net/def/crs/OGC/\(parts[1] == "CRS84" ? "1.3" : "0")/\(parts[1])"
        default: return nil
        }
    }

    /// The number of an EPSG code.
    public var epsg: Int? {
        guard let code, code.hasPrefix("EPSG:") else { return nil }
        return Int(code.dropFirst(5))
    }

    /// PROJJSON (https://proj.org/specifications/projjson.html).
    public var projJSON: JSON { (try? JSONParser.parse(projJSONText)) ?? .null }

    /// WGS 84 in degrees, so that coordinates are those of GeoJSON already.
    public var isWGS84LongitudeLatitude: Bool { key == "OGC:CRS84" || key == "EPSG:4326" }
}

extension CRS: Hashable {
    public static func == (a: CRS, b: CRS) -> Bool { a === b || a.key == b.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension CRS: CustomStringConvertible {
    public var description: String { code ?? name }
}
