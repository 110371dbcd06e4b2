import Catalog
import Core
import Geo

/// Turns GeoJSON features into the records that the catalogue stores.
struct FeatureMaker {
    /// From the file's CRS to longitude and latitude; nil where it is that already.
    let transform: CoordinateTransform?
    /// The property that holds a feature's time; nil looks for the usual names.
    let timeProperty: String?

    init(crs: CRS?, timeProperty: String?) throws {
        self.timeProperty = timeProperty
        if let crs, crs != .crs84, crs.code != "EPSG:4326" { transform = try CoordinateTransform(from: crs, to: .crs84) } else { transform = nil }
    }

    /// - Parameter number: the place in the file, from 1; the id of a feature that has none.
    /// - Throws: `invalidData` that names the feature and the rule.
    func record(_ feature: JSON, number: Int) throws -> ItemRecord {
        func invalid(_ rule: String) -> ServiceError { ServiceError(.invalidData, "feature \(number): \(rule)") }
        guard let object = feature.objectValue, object["type"] == "Feature" else { throw invalid("has the type 'Feature'") }
        let id = try self.id(object, number: number)
        guard let geometryMember = object["geometry"] else { throw invalid("has a member 'geometry', which may be null") }
        var geometry: Geometry?
        if !geometryMember.isNull {
            do { geometry = try project(Geometry.fromGeoJSON(geometryMember)) } catch { throw invalid("\(error)") }
        }
        var properties: JSONObject
        switch object["properties"] ?? .null {
        case .null: properties = [:]
        case .object(let members): properties = members
        default: throw invalid("'properties' is an object or null")
        }
        let interval: TimeInterval?
        do { interval = try FeatureTime.take(from: &properties, property: timeProperty) } catch { throw invalid(error.message) }
        properties["chronotope:kind"] = "feature"
        return record(id, geometry, geometryMember, properties, interval, foreign: object)
    }

    private func record(_ id: String, _ geometry: Geometry?, _ member: JSON, _ properties: JSONObject, _ interval: TimeInterval?, foreign: JSONObject)
        -> ItemRecord
    {
        let bbox = geometry?.bounds
        var writer = JSONWriter(reservingCapacity: 512)
        writer.raw("{\"type\":\"Feature\",\"stac_extensions\":[],\"id\":")
        writer.write(id)
        if let bbox {
            writer.raw(",\"bbox\":")
            writer.write(JSON(bbox.numbers))
        }
        writer.raw(",\"geometry\":")
        // The coordinates as they came, unless they had to be projected.
        writer.write(transform == nil ? member : geometry?.geoJSON ?? .null)
        writer.raw(",\"assets\":{},\"properties\":")
        let text = JSON.object(properties).encoded
        writer.raw(text)
        writer.raw("}")
        var shown = properties
        shown["chronotope:kind"] = nil
        return ItemRecord(
            id: id, kind: .feature, wkb: geometry?.wkb, bbox: bbox, interval: interval, body: writer.bytes,
            properties: JSON.object(shown).encoded)
    }

    private func id(_ object: JSONObject, number: Int) throws -> String {
        switch object["id"] ?? .null {
        case .null: return String(number)
        case .string(let text):
            guard !text.isEmpty, text.utf8.count <= 1024 else { throw ServiceError(.invalidData, "feature \(number): an id has 1 to 1024 bytes") }
            return text
        case .int(let value): return String(value)
        case .double(let value): return JSON.double(value).text
        default: throw ServiceError(.invalidData, "feature \(number): an id is a string or a number")
        }
    }

    /// In longitude and latitude. Coordinates that cannot be any (projected ones without a CRS, swapped axes) are refused.
    private func project(_ geometry: Geometry) throws -> Geometry {
        let projected = try transform.map { try geometry.transformed(by: $0) } ?? geometry
        try projected.checkLongitudeLatitude()
        return projected
    }
}
