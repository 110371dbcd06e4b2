import CGDAL
import Core
import Geo

/// What one raster file of bands (GeoTIFF and the like) says about itself.
struct BandFile {
    struct Band {
        /// GDAL's number, from 1.
        var index: Int
        /// The description of the band; empty where it has none.
        var description: String
        var type: DataType
        var nodata: Nodata?
        var attributes: JSONObject
    }

    var path: String
    var driver: String
    var width: Int
    var height: Int
    var transform: GeoTransform
    var crs: CRS?
    var bands: [Band]
    var acquired: TimeInstant?
    var attributes: JSONObject
    var notes: [String] = []

    /// - Throws: `missingGrid` for a file without a geotransform; `unsupported`.
    init(_ dataset: Dataset) throws(FormatsError) {
        path = dataset.path
        driver = dataset.driver
        width = Int(GDALGetRasterXSize(dataset.handle))
        height = Int(GDALGetRasterYSize(dataset.handle))
        let count = Int(GDALGetRasterCount(dataset.handle))
        guard count > 0, width > 0, height > 0 else { throw BandFile.empty(dataset) }
        transform = try BandFile.transform(of: dataset)
        crs = try BandFile.crs(of: GDALGetSpatialRef(dataset.handle), file: path)
        acquired = Dataset.item(dataset.handle, "ACQUISITIONDATETIME", "IMAGERY").flatMap(BandFile.time)
        attributes = BandFile.attributes(dataset.metadata())
        bands = []
        for index in 1...count {
            guard let handle = GDALGetRasterBand(dataset.handle, Int32(index)) else { continue }
            bands.append(try BandFile.band(handle, index, file: path, &notes))
        }
        if let first = bands.first, first.nodata == nil, let handle = GDALGetRasterBand(dataset.handle, 1) {
            let flags = GDALGetMaskFlags(handle)
            if flags & GMF_PER_DATASET != 0, flags & GMF_ALPHA == 0 {
                notes.append("'\(FormatsError.lastComponent(path))' has a mask beside its bands, which is not carried over")
            }
        }
    }

    private static func empty(_ dataset: Dataset) -> FormatsError {
        let names = dataset.metadata("SUBDATASETS").filter { $0.key.hasSuffix("_DESC") }.map(\.value)
        guard !names.isEmpty else { return FormatsError(.unsupported, "it holds no raster", file: dataset.path) }
        let shown = names.prefix(8).joined(separator: "; ")
        return FormatsError(.unsupported, "it holds several rasters (\(shown)), none of which has coordinates", file: dataset.path)
    }

    private static func transform(of dataset: Dataset) throws(FormatsError) -> GeoTransform {
        var six = [Double](repeating: 0, count: 6)
        guard GDALGetGeoTransform(dataset.handle, &six) == CE_None else {
            let points = GDALGetGCPCount(dataset.handle) > 0 ? "; it has ground control points, warp it with gdalwarp first" : ""
            throw FormatsError(.missingGrid, "nothing says where its pixels lie (no geotransform)\(points)", file: dataset.path)
        }
        return try FormatsError.wrapping(.missingGrid, "the geotransform of '\(FormatsError.lastComponent(dataset.path))' cannot be used") {
            () throws(GeoError) in try GeoTransform(six)
        }
    }

    /// - Returns: nil for none, and for a local or unknown one.
    static func crs(of reference: OGRSpatialReferenceH?, file: String) throws(FormatsError) -> CRS? {
        guard let reference, OSRIsLocal(reference) == 0 else { return nil }
        var text: UnsafeMutablePointer<CChar>?
        defer { VSIFree(text) }
        let code = GDALLibrary.withList(["FORMAT=WKT2_2019"]) { options in
            options.map { list in
                list.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) { OSRExportToWktEx(reference, &text, $0) }
            } ?? OGRERR_FAILURE
        }
        guard code == OGRERR_NONE, let text else { return nil }
        let wkt = String(cString: text)
        guard !wkt.isEmpty else { return nil }
        return try FormatsError.wrapping(.missingCRS, "the CRS of '\(FormatsError.lastComponent(file))' is not one that PROJ knows") {
            () throws(GeoError) in try CRS(wkt)
        }
    }

    private static func band(_ band: GDALRasterBandH, _ index: Int, file: String, _ notes: inout [String]) throws(FormatsError) -> Band {
        let pixelType = Dataset.item(band, "PIXELTYPE", "IMAGE_STRUCTURE")
        guard let type = PixelType.dataType(GDALGetRasterDataType(band), pixelType: pixelType) else {
            throw FormatsError(.unsupported, "band \(index) holds complex numbers or another type that is not taken", file: file)
        }
        let description = GDALLibrary.text(GDALGetDescription(band))
        var attributes: JSONObject = [:]
        if !description.isEmpty { attributes["long_name"] = .string(description) }
        let unit = GDALLibrary.text(GDALGetRasterUnitType(band))
        if !unit.isEmpty { attributes["units"] = .string(unit) }
        var given: Int32 = 0
        let scale = GDALGetRasterScale(band, &given)
        if given != 0, scale != 1, scale != 0, scale.isFinite { attributes["scale_factor"] = .double(scale) }
        let offset = GDALGetRasterOffset(band, &given)
        if given != 0, offset != 0, offset.isFinite { attributes["add_offset"] = .double(offset) }
        addWavelength(band, &attributes)
        addCategories(band, type, &attributes)
        return Band(
            index: index, description: description, type: type, nodata: nodata(band, type, index, file, &notes), attributes: attributes)
    }

    private static func nodata(_ band: GDALRasterBandH, _ type: DataType, _ index: Int, _ file: String, _ notes: inout [String]) -> Nodata? {
        var given: Int32 = 0
        if type == .int64 {
            let value = GDALGetRasterNoDataValueAsInt64(band, &given)
            return given == 0 ? nil : Nodata(Int64(value))
        }
        if type == .uint64 {
            let value = GDALGetRasterNoDataValueAsUInt64(band, &given)
            return given == 0 ? nil : Nodata(UInt64(value))
        }
        let value = GDALGetRasterNoDataValue(band, &given)
        guard given != 0 else { return nil }
        guard let nodata = Nodata(value, type) else {
            notes.append("the nodata value \(value) of band \(index) does not fit \(type.rawValue) and is left out")
            return nil
        }
        return nodata
    }

    /// The wavelength as GDAL's IMAGERY domain has it, or as ENVI headers.
    private static func addWavelength(_ band: GDALRasterBandH, _ attributes: inout JSONObject) {
        if let text = Dataset.item(band, "CENTRAL_WAVELENGTH_UM", "IMAGERY"), let value = Double(text), value > 0 {
            attributes["wavelength_um"] = .double(value)
            return
        }
        guard let text = Dataset.item(band, "wavelength"), let value = Double(text), value > 0 else { return }
        attributes["wavelength"] = .double(value)
        if let units = Dataset.item(band, "wavelength_units") { attributes["wavelength_units"] = .string(units.lowercased()) }
    }

    /// Names and colours of classes as CF flags (CF 1.11, section 3.5).
    private static func addCategories(_ band: GDALRasterBandH, _ type: DataType, _ attributes: inout JSONObject) {
        guard !type.isFloatingPoint else { return }
        let names = GDALLibrary.list(GDALGetRasterCategoryNames(band))
        let table = GDALGetRasterColorTable(band)
        guard names.count > 1 else {
            if table != nil { attributes["flag_meanings"] = "" }
            return
        }
        let classes = names.enumerated().filter { !$0.element.isEmpty }
        attributes["flag_values"] = .array(classes.map { JSON($0.offset) })
        attributes["flag_meanings"] = .string(classes.map { $0.element.replacing(" ", with: "_") }.joined(separator: " "))
        guard let table else { return }
        let colors = classes.map { item -> String in
            var entry = GDALColorEntry()
            guard GDALGetColorEntryAsRGB(table, Int32(item.offset), &entry) != 0 else { return "#000000" }
            return "#" + [entry.c1, entry.c2, entry.c3].map { hex($0) }.joined()
        }
        attributes["flag_colors"] = .string(colors.joined(separator: " "))
    }

    private static func hex(_ value: Int16) -> String {
        let text = String(min(max(Int(value), 0), 255), radix: 16)
        return text.count == 1 ? "0" + text : text
    }

    /// What the file says about itself, but not what only concerns its bytes.
    private static func attributes(_ items: [(key: String, value: String)]) -> JSONObject {
        let dropped: Set<String> = ["AREA_OR_POINT", "TIFFTAG_XRESOLUTION", "TIFFTAG_YRESOLUTION", "TIFFTAG_RESOLUTIONUNIT"]
        var attributes: JSONObject = [:]
        for (key, value) in items.prefix(200) where !dropped.contains(key) && value.utf8.count <= 2000 { attributes[key] = .string(value) }
        if let title = attributes["TIFFTAG_IMAGEDESCRIPTION"], attributes["title"] == nil { attributes["title"] = title }
        return attributes
    }

    /// `YYYY-MM-DD hh:mm:ss`, as GDAL's IMAGERY domain has it, or RFC 3339.
    static func time(_ text: String) -> TimeInstant? {
        let trimmed = text.prefix(19).replacing(" ", with: "T")
        return (try? TimeInstant(rfc3339: text)) ?? (try? TimeInstant(rfc3339: trimmed + "Z"))
            ?? (try? TimeInstant(rfc3339: trimmed.prefix(10) + "T00:00:00Z"))
    }
}
