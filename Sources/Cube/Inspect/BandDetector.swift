import Core
import Raster
import Zarr

/// Makes bands out of the arrays of a cube: one per array, or one per place on its band axis.
struct BandDetector {
    let view: StoreView
    let hasTime: Bool
    private(set) var notes: [String] = []
    private var taken: Set<String> = []

    init(view: StoreView, hasTime: Bool) {
        self.view = view
        self.hasTime = hasTime
    }

    /// More bands than this are not a band axis but something else.
    static let maximumBands = 4096

    mutating func bands(of rasters: [RasterArray]) throws(CubeError) -> [Band] {
        let stacked = rasters.filter { $0.axes.band != nil }.count
        var bands: [Band] = []
        for raster in rasters {
            if let axis = raster.axes.band {
                bands += try self.bands(of: raster, axis: axis, isOnly: stacked == 1)
            } else {
                bands.append(try band(raster, label: raster.name))
            }
        }
        nameBySiblings(&bands)
        return bands
    }

    /// `B11` alone could be anybody's; beside `B02` or `B8A` it is Sentinel-2's.
    private func nameBySiblings(_ bands: inout [Band]) {
        guard let sensor = CommonName.Sensor(siblings: bands.map(\.name)) else { return }
        for i in bands.indices where bands[i].commonName == nil && !bands[i].isCategorical {
            bands[i].commonName = CommonName.infer(bandName: bands[i].name, sensorHint: sensor.rawValue)
        }
    }

    private mutating func bands(of raster: RasterArray, axis: Int, isOnly: Bool) throws(CubeError) -> [Band] {
        let count = raster.array.metadata.shape[axis]
        guard count <= BandDetector.maximumBands else {
            throw CubeError(
                .unsupported, "array '\(raster.name)' has \(count) bands, more than \(BandDetector.maximumBands)", subject: raster.name)
        }
        let axisLabels = try labels(raster, axis: axis, count: count)
        var bands: [Band] = []
        for i in 0..<count {
            let label = axisLabels[i]
            let isNumber = Double(label.text) != nil
            // A bare number says nothing by itself, and cannot begin a name.
            let name = isNumber ? "\(isOnly ? "band" : raster.name)_\(label.text)" : isOnly ? label.text : "\(raster.name)_\(label.text)"
            var band = try self.band(raster, label: name, isNumbered: isNumber)
            band.bandIndex = i
            if let wavelength = label.wavelength { band.centerWavelength = wavelength }
            if !isNumber, band.commonName == nil { band.commonName = commonName(label.text, raster.array.metadata.attributes, band) }
            if band.commonName == nil, band.centerWavelength != nil, isNumber {
                band.commonName = commonName("", raster.array.metadata.attributes, band)
            }
            let title = raster.array.metadata.attributes["long_name"]?.stringValue
            band.title = title.map { "\($0), \(label.text)" } ?? label.text
            bands.append(band)
        }
        return bands
    }

    /// The names on a band axis: its coordinate, else `long_name` of the array as rioxarray writes it, else numbers from 1.
    private func labels(_ raster: RasterArray, axis: Int, count: Int) throws(CubeError) -> [(text: String, wavelength: Double?)] {
        let dimension = raster.array.metadata.dimensionNames?[axis] ?? "band"
        if let names = raster.array.metadata.attributes["long_name"]?.arrayValue?.compactMap(\.stringValue), names.count == count {
            return names.map { ($0, nil) }
        }
        guard let coordinate = view.coordinate(of: dimension), coordinate.metadata.shape == [count] else {
            return (1...max(1, count)).map { (String($0), nil) }
        }
        let texts = try CoordinateValues.labels(coordinate, dimension)
        guard texts.count == count else { return (1...max(1, count)).map { (String($0), nil) } }
        let unit = coordinate.metadata.attributes["units"]?.stringValue?.lowercased() ?? ""
        let isWavelength =
            dimension.lowercased().hasPrefix("wavelength")
            || coordinate.metadata.attributes["standard_name"]?.stringValue?
                .contains("wavelength") == true
        return texts.map { text in
            guard isWavelength, let number = Double(text), number > 0 else { return (text, nil) }
            let nanometres = unit == "nm" || unit.hasPrefix("nanomet") || (unit.isEmpty && number > 100)
            return (text, nanometres ? number / 1000 : number)
        }
    }

    private mutating func band(_ raster: RasterArray, label: String, isNumbered: Bool = false) throws(CubeError) -> Band {
        let metadata = raster.array.metadata
        guard case .numeric(let type) = metadata.dataType else {
            throw CubeError(.unsupported, "array '\(raster.name)' does not hold numbers", subject: raster.name)
        }
        let attributes = metadata.attributes
        let missing = try CFMissing(metadata, type: type, name: raster.name)
        let categories = CFFlags.categories(attributes)
        var band = Band(
            name: unique(label), title: attributes["long_name"]?.stringValue ?? attributes["title"]?.stringValue ?? label,
            dataType: type, variable: raster.name,
            isCategorical: type == .bool || !categories.isEmpty || CFFlags.isCategorical(attributes, name: label, type: type),
            isTimeVarying: raster.axes.time != nil || !hasTime)
        band.categories = categories
        band.nodata = missing.nodata
        band.otherNodata = missing.others
        band.validRange = missing.validRange
        band.scale = try factor(attributes["scale_factor"], 1, "scale_factor", raster.name, type)
        band.offset = try factor(attributes["add_offset"], 0, "add_offset", raster.name, type)
        guard band.scale != 0, band.scale.isFinite, band.offset.isFinite else {
            throw CubeError(.invalidMetadata, "scale_factor of array '\(raster.name)' is 0 or not finite", subject: raster.name)
        }
        if let unit = attributes["units"]?.stringValue, unit != "1", !unit.isEmpty { band.unit = unit }
        band.centerWavelength = CFFlags.wavelength(attributes)
        if !isNumbered, !band.isCategorical { band.commonName = commonName(label, attributes, band) }
        return band
    }

    private func factor(_ json: JSON?, _ fallback: Double, _ key: String, _ name: String, _ type: DataType) throws(CubeError) -> Double {
        guard let json, !json.isNull else { return fallback }
        return try CFMissing.value(json, type, key, name)
    }

    /// A name that no other band has and that an expression can hold.
    private mutating func unique(_ label: String) -> String {
        var name = String(
            label.unicodeScalars.map { scalar -> Character in
                let isWord = (scalar.isASCII && scalar.properties.isAlphabetic) || ("0"..."9").contains(scalar) || scalar == "_"
                return isWord ? Character(scalar) : "_"
            })
        if name.first.map({ !($0.isLetter || $0 == "_") }) ?? true { name = "_" + name }
        var candidate = name
        var n = 2
        while taken.contains(candidate) {
            candidate = "\(name)_\(n)"
            n += 1
        }
        if candidate != label { notes.append("band '\(label)' is called '\(candidate)'") }
        taken.insert(candidate)
        return candidate
    }
}

extension BandDetector {
    /// The STAC common name: what an attribute says, else inferred from name, wavelength and sensor.
    fileprivate func commonName(_ label: String, _ attributes: JSONObject, _ band: Band) -> String? {
        for key in ["common_name", "eo:common_name"] {
            if let name = attributes[key]?.stringValue?.lowercased(), CommonName.all.contains(where: { $0.name == name }) { return name }
        }
        return CommonName.infer(bandName: label, centerWavelength: band.centerWavelength, sensorHint: sensorHint)
    }

    /// What the store says of its sensor.
    private var sensorHint: String? {
        let keys = ["platform", "constellation", "instrument", "instruments", "sensor", "spacecraft_id", "product_type", "title", "source"]
        let words = keys.compactMap { view.attributes[$0]?.stringValue }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
