import CGDAL
import Core
import Geo

/// A layer of a vector file and the way of its coordinates to WGS 84.
final class VectorLayer {
    let handle: OGRLayerH
    let path: String
    let name: String
    let schema: FieldSchema
    /// Code or name of the CRS; nil where neither file nor options name one.
    let crsName: String?
    /// nil where the coordinates are longitude and latitude in WGS 84 already.
    let transform: OGRCoordinateTransformationH?
    private(set) var notes: [String] = []
    private let dataset: Dataset

    /// - Throws: `invalidOption` for a layer that is not there; `unsupported` for a file without layers; `missingCRS`
    init(_ dataset: Dataset, name wanted: String?, crs: String?) throws(FormatsError) {
        self.dataset = dataset
        path = dataset.path
        handle = try VectorLayer.choose(from: dataset, wanted, &notes)
        name = GDALLibrary.text(OGR_L_GetName(handle))
        schema = FieldSchema(OGR_L_GetLayerDefn(handle))
        notes += schema.notes
        (transform, crsName) = try VectorLayer.transform(handle, option: crs, path: dataset.path)
    }

    deinit { if let transform { OCTDestroyCoordinateTransformation(transform) } }

    static func all(of dataset: Dataset) -> [OGRLayerH] {
        (0..<GDALDatasetGetLayerCount(dataset.handle)).compactMap { GDALDatasetGetLayer(dataset.handle, $0) }
    }

    private static func choose(from dataset: Dataset, _ wanted: String?, _ notes: inout [String]) throws(FormatsError) -> OGRLayerH {
        let layers = all(of: dataset)
        let names = layers.map { GDALLibrary.text(OGR_L_GetName($0)) }
        if let wanted {
            guard let at = names.firstIndex(of: wanted) else {
                let known = names.prefix(20).joined(separator: ", ")
                throw FormatsError(.invalidOption, "it has no layer '\(CoreError.shorten(wanted))'; it has \(known)", file: dataset.path)
            }
            return layers[at]
        }
        guard let first = layers.first else { throw FormatsError(.unsupported, "it holds no features", file: dataset.path) }
        let spatial = layers.first { OGR_L_GetGeomType($0) != wkbNone && OGR_L_GetFeatureCount($0, 0) != 0 }
        let chosen = spatial ?? layers.first { OGR_L_GetFeatureCount($0, 0) != 0 } ?? first
        if layers.count > 1 {
            let name = GDALLibrary.text(OGR_L_GetName(chosen))
            let others = names.filter { $0 != name }.prefix(20).joined(separator: ", ")
            notes.append("the layer '\(name)' is taken; the file also has \(others)")
        }
        return chosen
    }

    private static func transform(
        _ layer: OGRLayerH, option: String?, path: String
    ) throws(FormatsError) -> (OGRCoordinateTransformationH?, String?) {
        guard let target = OSRNewSpatialReference(nil) else { return (nil, nil) }
        defer { OSRRelease(target) }
        guard OSRImportFromEPSG(target, 4326) == OGRERR_NONE else {
            throw FormatsError(.missingCRS, "PROJ's database is not found, so that nothing can be reprojected", file: path)
        }
        OSRSetAxisMappingStrategy(target, OAMS_TRADITIONAL_GIS_ORDER)
        var name: String?
        var source: OGRSpatialReferenceH?
        if let option {
            let crs = try RasterImport.crs(option: option)
            name = crs.description
            source = OSRNewSpatialReference(crs.wkt2)
            if let source { OSRSetAxisMappingStrategy(source, OAMS_TRADITIONAL_GIS_ORDER) }
        } else if let own = OGR_L_GetSpatialRef(layer) {
            name = (try? BandFile.crs(of: own, file: path))?.description ?? GDALLibrary.text(OSRGetName(own))
            source = OSRClone(own)
        }
        guard let source else { return (nil, nil) }
        defer { OSRRelease(source) }
        guard OSRIsSame(source, target) == 0 else { return (nil, name) }
        CPLErrorReset()
        guard let transform = OCTNewCoordinateTransformation(source, target) else {
            throw FormatsError(
                .missingCRS, "its coordinates cannot be brought from \(name ?? "its CRS") to WGS 84: \(GDALLibrary.lastMessage())", file: path)
        }
        return (transform, name)
    }
}

/// The attribute fields of a layer.
struct FieldSchema {
    enum Kind {
        case boolean, integer, real, string, json, date, time, dateTime, integers, reals, strings
    }

    struct Field {
        var index: Int32
        var name: String
        var kind: Kind
    }

    private(set) var fields: [Field] = []
    private(set) var notes: [String] = []

    init(_ definition: OGRFeatureDefnH?) {
        guard let definition else { return }
        for index in 0..<OGR_FD_GetFieldCount(definition) {
            guard let field = OGR_FD_GetFieldDefn(definition, index) else { continue }
            let name = GDALLibrary.text(OGR_Fld_GetNameRef(field))
            guard let kind = FieldSchema.kind(OGR_Fld_GetType(field), OGR_Fld_GetSubType(field)) else {
                notes.append("the field '\(name)' holds binary data and is left out")
                continue
            }
            fields.append(Field(index: index, name: name, kind: kind))
        }
    }

    private static func kind(_ type: OGRFieldType, _ subtype: OGRFieldSubType) -> Kind? {
        switch type {
        case OFTInteger: subtype == OFSTBoolean ? .boolean : .integer
        case OFTInteger64: .integer
        case OFTReal: .real
        case OFTString, OFTWideString: subtype == OFSTJSON ? .json : .string
        case OFTDate: .date
        case OFTTime: .time
        case OFTDateTime: .dateTime
        case OFTIntegerList, OFTInteger64List: .integers
        case OFTRealList: .reals
        case OFTStringList, OFTWideStringList: .strings
        default: nil
        }
    }

    var summary: [VectorSummary.Field] {
        fields.map { field in
            let type =
                switch field.kind {
                case .boolean: "boolean"
                case .integer: "integer"
                case .real: "number"
                case .string: "string"
                case .json: "object"
                case .date: "date"
                case .time: "time"
                case .dateTime: "date-time"
                case .integers, .reals, .strings: "array"
                }
            return VectorSummary.Field(name: field.name, type: type)
        }
    }
}
