import CGDAL
import Core
import Geo

/// Writes features as lines of GeoJSON.
struct FeatureWriter {
    var json = JSONWriter(reservingCapacity: LineFile.bufferSize)
    private let layer: VectorLayer
    private var geometries: GeometryReader
    private var localTimes = 0
    private var unplaced = 0

    init(_ layer: VectorLayer) {
        self.layer = layer
        geometries = GeometryReader(layer)
    }

    /// - Throws: `missingCRS` for coordinates that are no longitude and latitude in a file without a CRS.
    mutating func write(_ feature: OGRFeatureH, number: Int, _ summary: inout VectorSummary) throws(FormatsError) {
        let id = OGR_F_GetFID(feature)
        json.raw("{\"type\":\"Feature\",\"id\":")
        json.raw(String(id >= 0 ? Int(id) : number))
        json.raw(",\"geometry\":")
        if let handle = OGR_F_GetGeometryRef(feature) {
            let geometry = try geometries.read(handle)
            if geometry == nil, OGR_G_IsEmpty(handle) == 0 { unplaced += 1 }
            json.write(geometry?.geoJSON ?? .null)
            if let geometry {
                summary.geometryTypes.insert(geometry.typeName)
                FeatureWriter.extend(&summary.bbox, by: geometry)
            }
        } else {
            json.raw("null")
        }
        json.raw(",\"properties\":{")
        var isFirst = true
        for field in layer.schema.fields {
            if !isFirst { json.raw(",") }
            isFirst = false
            json.write(field.name)
            json.raw(":")
            write(field, of: feature)
        }
        json.raw("}}\n")
    }

    func finish(_ summary: inout VectorSummary) {
        if localTimes > 0 { summary.notes.append("\(localTimes) times have no zone and are taken as UTC") }
        if unplaced > 0 { summary.notes.append("\(unplaced) geometries cannot be brought to WGS 84 and are null") }
    }

    private static func extend(_ bbox: inout BBox?, by geometry: Geometry) {
        guard let extent = geometry.extent else { return }
        guard let known = bbox else {
            bbox = BBox(west: extent.minX, south: extent.minY, east: extent.maxX, north: extent.maxY)
            return
        }
        bbox = BBox(
            west: min(known.west, extent.minX), south: min(known.south, extent.minY), east: max(known.east, extent.maxX),
            north: max(known.north, extent.maxY))
    }

    // MARK: properties

    private mutating func write(_ field: FieldSchema.Field, of feature: OGRFeatureH) {
        guard OGR_F_IsFieldSetAndNotNull(feature, field.index) != 0 else { return json.raw("null") }
        switch field.kind {
        case .boolean: json.raw(OGR_F_GetFieldAsInteger(feature, field.index) != 0 ? "true" : "false")
        case .integer: json.raw(String(OGR_F_GetFieldAsInteger64(feature, field.index)))
        case .real: json.write(OGR_F_GetFieldAsDouble(feature, field.index))
        case .string: json.write(GDALLibrary.text(OGR_F_GetFieldAsString(feature, field.index)))
        case .json:
            let text = GDALLibrary.text(OGR_F_GetFieldAsString(feature, field.index))
            json.write((try? JSONParser.parse(text)) ?? .string(text))
        case .date, .time, .dateTime: json.write(moment(field, of: feature))
        case .integers, .reals, .strings: json.write(list(field, of: feature))
        }
    }

    /// RFC 3339: full-date, partial-time or date-time.
    private mutating func moment(_ field: FieldSchema.Field, of feature: OGRFeatureH) -> JSON {
        var (year, month, day, hour, minute, zone): (Int32, Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0, 0)
        var second: Float = 0
        guard OGR_F_GetFieldAsDateTimeEx(feature, field.index, &year, &month, &day, &hour, &minute, &second, &zone) != 0 else { return .null }
        let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
        guard field.kind == .time || (date.isValid && (0...9999).contains(date.year)) else { return .null }
        let micros = (Int64(hour) * 3600 + Int64(minute) * 60) * 1_000_000 + Int64((Double(second) * 1000).rounded()) * 1000
        let instant = TimeInstant(date: field.kind == .time ? CivilDate(year: 1970, month: 1, day: 1) : date, microsecondsOfDay: micros)
        let text = instant.description
        switch field.kind {
        case .date: return .string(String(text.prefix(10)))
        case .time: return .string(String(text.dropFirst(11).dropLast()))
        default:
            if zone == 0 || zone == 1 { localTimes += 1 }
            // GDAL counts zones in quarters of an hour around 100, which is UTC.
            let minutes = zone > 1 ? Int64(zone - 100) * 15 : 0
            return .string(TimeInstant(microseconds: instant.microseconds - minutes * 60_000_000).description)
        }
    }

    private func list(_ field: FieldSchema.Field, of feature: OGRFeatureH) -> JSON {
        var count: Int32 = 0
        switch field.kind {
        case .reals:
            let values = OGR_F_GetFieldAsDoubleList(feature, field.index, &count)
            return JSON((0..<Int(count)).compactMap { values?[$0] })
        case .strings:
            return JSON(GDALLibrary.list(OGR_F_GetFieldAsStringList(feature, field.index)))
        default:
            if let values = OGR_F_GetFieldAsInteger64List(feature, field.index, &count) {
                return .array((0..<Int(count)).map { .int(Int64(values[$0])) })
            }
            let values = OGR_F_GetFieldAsIntegerList(feature, field.index, &count)
            return .array((0..<Int(count)).compactMap { values?[$0] }.map { .int(Int64($0)) })
        }
    }
}
