import CGDAL
import Core
import Geo

/// Files of bands: each one a time step, or a band of one, on one grid.
struct BandImport {
    let files: [BandFile]
    let options: ImportOptions
    private(set) var notes: [String] = []

    init(_ files: [BandFile], options: ImportOptions) {
        self.files = files
        self.options = options
        notes = files.prefix(4).flatMap(\.notes)
    }

    /// A band of a file, and where it belongs.
    private struct Place {
        var file: Int
        var band: BandFile.Band
        var name: String
        var time: TimeInstant?
    }

    /// - Throws: `inconsistent`, `missingTime`, `missingCRS`, `invalidOption`
    mutating func plan() throws(FormatsError) -> (layout: CubeLayout, variables: [(CubeVariable, any PixelSource)]) {
        guard let first = files.first else { throw FormatsError(.invalidOption, "there is at least one file") }
        let crs = try self.crs(of: first)
        for file in files.dropFirst() { try check(file, against: first) }
        let places = try self.places()
        let times = Set(places.compactMap(\.time)).sorted()
        var layout = CubeLayout(width: first.width, height: first.height, transform: first.transform, crs: crs)
        layout.time = times.isEmpty ? nil : CFTimeAxis(times)
        layout.attributes = first.attributes
        if files.count > 1 { for key in ["title", "TIFFTAG_IMAGEDESCRIPTION", "TIFFTAG_DATETIME"] { layout.attributes[key] = nil } }
        let pool = OpenFiles { path throws(FormatsError) in try Dataset(path, .raster) }
        return (layout, try variables(places, times, pool))
    }

    private func crs(of file: BandFile) throws(FormatsError) -> CRS {
        if let text = options.crs { return try RasterImport.crs(option: text) }
        guard let crs = file.crs else {
            throw FormatsError(.missingCRS, "it has no coordinate reference system; name one with the option crs", file: file.path)
        }
        return crs
    }

    private func check(_ file: BandFile, against first: BandFile) throws(FormatsError) {
        guard file.width == first.width, file.height == first.height else {
            throw FormatsError(
                .inconsistent, "it has \(file.width) × \(file.height) pixels, the first file \(first.width) × \(first.height)", file: file.path)
        }
        let corners = [(0.0, 0.0), (Double(first.width), 0), (0, Double(first.height))]
        let agrees = corners.allSatisfy { corner in
            let (a, b) = (first.transform.apply(column: corner.0, row: corner.1), file.transform.apply(column: corner.0, row: corner.1))
            let pixel = abs(first.transform.pixelWidth) + abs(first.transform.rowRotation)
            return abs(a.x - b.x) < 0.01 * pixel && abs(a.y - b.y) < 0.01 * pixel
        }
        guard agrees else { throw FormatsError(.inconsistent, "its pixels lie elsewhere than those of the first file", file: file.path) }
        guard options.crs != nil || file.crs == first.crs else {
            throw FormatsError(.inconsistent, "its CRS differs from that of the first file", file: file.path)
        }
    }

    // MARK: times and names

    private mutating func places() throws(FormatsError) -> [Place] {
        guard options.datetimes.isEmpty || options.datetimes.count == files.count else {
            throw FormatsError(.invalidOption, "there are \(options.datetimes.count) datetimes for \(files.count) files")
        }
        var pattern: FileNamePattern?
        if let text = options.filePattern { pattern = try FileNamePattern(text) }
        var places: [Place] = []
        for (i, file) in files.enumerated() {
            let match = try match(pattern, file.path)
            let time = try time(of: file, at: i, match)
            let names = try names(of: file, match, isNamedByFile: pattern?.hasBand == true)
            for (band, name) in zip(file.bands, names) { places.append(Place(file: i, band: band, name: name, time: time)) }
        }
        return places
    }

    private func match(_ pattern: FileNamePattern?, _ path: String) throws(FormatsError) -> FileNamePattern.Match? {
        guard let pattern else { return nil }
        guard let match = pattern.match(FormatsError.lastComponent(path)) else {
            throw FormatsError(.invalidOption, "its name does not fit the file pattern '\(options.filePattern ?? "")'", file: path)
        }
        return match
    }

    private mutating func time(of file: BandFile, at index: Int, _ match: FileNamePattern.Match?) throws(FormatsError) -> TimeInstant? {
        if !options.datetimes.isEmpty { return options.datetimes[index] }
        if let time = match?.time ?? file.acquired { return time }
        let name = FormatsError.lastComponent(file.path)
        if let time = FileNamePattern.guess(name) {
            if notes.count < 20 { notes.append("the time \(time) of '\(name)' is taken from its name") }
            return time
        }
        guard files.count == 1 || match?.band != nil else {
            throw FormatsError(
                .missingTime, "nothing says which time it is of; give the option datetimes or a file pattern such as %Y%m%d", file: file.path)
        }
        return nil
    }

    private func names(of file: BandFile, _ match: FileNamePattern.Match?, isNamedByFile: Bool) throws(FormatsError) -> [String] {
        if isNamedByFile, let name = match?.band, !name.isEmpty {
            return file.bands.count == 1 ? [name] : file.bands.map { "\(name)_\($0.index)" }
        }
        guard options.bandNames.isEmpty || options.bandNames.count == file.bands.count else {
            throw FormatsError(
                .invalidOption, "there are \(options.bandNames.count) band names for \(file.bands.count) bands", file: file.path)
        }
        let names = options.bandNames.isEmpty ? file.bands.map(\.description) : options.bandNames
        var taken: Set<String> = ["x", "y", "time", "spatial_ref"]
        return zip(names, file.bands).map { name, band in
            var candidate = ArrayName.safe(name) ?? "B\(band.index)"
            if taken.contains(candidate) { candidate = "B\(band.index)_\(candidate)" }
            taken.insert(candidate)
            return candidate
        }
    }

    // MARK: variables

    private mutating func variables(
        _ places: [Place], _ times: [TimeInstant], _ pool: OpenFiles<Dataset>
    ) throws(FormatsError) -> [(CubeVariable, any PixelSource)] {
        var order: [String] = []
        var byName: [String: [Place]] = [:]
        for place in places {
            if byName[place.name] == nil { order.append(place.name) }
            byName[place.name, default: []].append(place)
        }
        let step = Dictionary(uniqueKeysWithValues: times.enumerated().map { ($0.element, $0.offset) })
        var variables: [(CubeVariable, any PixelSource)] = []
        for name in order {
            guard let mine = byName[name], let first = mine.first else { continue }
            var slots = [BandSource.Slot?](repeating: nil, count: max(1, times.count))
            for place in mine {
                let slot = place.time.flatMap { step[$0] } ?? 0
                try check(place, first, isFree: slots[slot] == nil)
                slots[slot] = .init(path: files[place.file].path, band: place.band.index)
            }
            let missing = slots.count { $0 == nil }
            if missing > 0 {
                guard first.band.nodata != nil else {
                    throw FormatsError(.inconsistent, "band '\(name)' is missing at \(missing) times and has no nodata value to stand for that")
                }
                notes.append("band '\(name)' is missing at \(missing) of \(slots.count) times")
            }
            let variable = CubeVariable(
                name: name, type: first.band.type, nodata: first.band.nodata, attributes: first.band.attributes, hasTime: !times.isEmpty)
            variables.append((variable, BandSource(slots: slots, type: first.band.type, nodata: first.band.nodata, files: pool)))
        }
        return variables
    }

    private func check(_ place: Place, _ first: Place, isFree: Bool) throws(FormatsError) {
        let path = files[place.file].path
        guard isFree else {
            let time = place.time.map { " at \($0)" } ?? ""
            throw FormatsError(.inconsistent, "band '\(place.name)'\(time) is there twice", file: path)
        }
        guard place.band.type == first.band.type, place.band.nodata == first.band.nodata,
            place.band.attributes["scale_factor"] == first.band.attributes["scale_factor"],
            place.band.attributes["add_offset"] == first.band.attributes["add_offset"]
        else { throw FormatsError(.inconsistent, "band '\(place.name)' has another type, nodata value, scale or offset than before", file: path) }
    }
}

/// Names that an array of a store can have.
enum ArrayName {
    /// Characters other than letters, digits, `_ - .` become `_`; nil for nothing left.
    static func safe(_ name: String) -> String? {
        let mapped = String(
            name.unicodeScalars.prefix(100).map { scalar -> Character in
                let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                return isPlain || scalar == "_" || scalar == "-" || scalar == "." ? Character(scalar) : "_"
            })
        guard mapped.contains(where: { $0 != "_" && $0 != "." }) else { return nil }
        return mapped.hasPrefix(".") ? "_" + mapped.dropFirst() : mapped
    }
}

/// Pixels of one band, out of the file of each time.
struct BandSource: PixelSource {
    struct Slot {
        var path: String
        var band: Int
    }

    /// By step of the time axis; nil where there is no file.
    let slots: [Slot?]
    let type: DataType
    let nodata: Nodata?
    let files: OpenFiles<Dataset>

    func read(_ block: PixelBlock, into target: UnsafeMutableRawBufferPointer) throws(FormatsError) {
        let planeBytes = block.rows.count * block.columns.count * type.size
        for (i, time) in block.times.enumerated() {
            let plane = UnsafeMutableRawBufferPointer(rebasing: target[i * planeBytes..<(i + 1) * planeBytes])
            guard slots.indices.contains(time), let slot = slots[time] else {
                fill(plane)
                continue
            }
            try read(slot, block, plane)
        }
    }

    private func read(_ slot: Slot, _ block: PixelBlock, _ plane: UnsafeMutableRawBufferPointer) throws(FormatsError) {
        let dataset = try files.file(slot.path)
        guard let band = GDALGetRasterBand(dataset.handle, Int32(slot.band)) else {
            throw FormatsError(.unreadable, "band \(slot.band) is gone", file: slot.path)
        }
        CPLErrorReset()
        let code = GDALRasterIOEx(
            band, GF_Read, Int32(block.columns.lowerBound), Int32(block.rows.lowerBound), Int32(block.columns.count),
            Int32(block.rows.count), plane.baseAddress, Int32(block.columns.count), Int32(block.rows.count),
            GDALGetRasterDataType(band), 0, 0, nil)
        guard code == CE_None else {
            throw FormatsError(
                .unreadable,
                "band \(slot.band), rows \(block.rows.lowerBound) to \(block.rows.upperBound - 1) cannot be read: "
                    + GDALLibrary.lastMessage(about: slot.path), file: slot.path)
        }
    }

    private func fill(_ plane: UnsafeMutableRawBufferPointer) {
        guard let nodata else { return }
        let bytes = PixelBytes.element(nodata.fill, type)
        bytes.withUnsafeBytes { FillBytes.repeat($0, into: plane) }
    }
}

/// A number as the bytes of one pixel.
enum PixelBytes {
    static func element(_ json: JSON, _ type: DataType) -> [UInt8] {
        let double: Double =
            switch json {
            case .string("NaN"): .nan
            case .string("Infinity"): .infinity
            case .string("-Infinity"): -.infinity
            case .string(let text): Double(text) ?? 0
            default: json.doubleValue ?? 0
            }
        switch type {
        case .float16: return bytes(Float16(double))
        case .float32: return bytes(Float(double))
        case .float64: return bytes(double)
        default:
            let whole: UInt64 =
                switch json {
                case .int(let value): UInt64(bitPattern: value)
                case .string(let text): UInt64(text) ?? 0
                default: UInt64(bitPattern: Int64(exactly: double) ?? 0)
                }
            // Little-endian two's complement: the low bytes are the narrower number.
            return Array(bytes(whole.littleEndian).prefix(type.size))
        }
    }

    private static func bytes<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
