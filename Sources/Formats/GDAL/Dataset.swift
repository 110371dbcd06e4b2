import CGDAL
import Core

/// An open GDAL dataset. Of one thread at a time.
final class Dataset {
    let handle: GDALDatasetH
    let path: String

    enum Kind {
        case raster, multidim, vector

        var flags: UInt32 {
            switch self {
            case .raster: UInt32(GDAL_OF_RASTER)
            case .multidim: UInt32(GDAL_OF_MULTIDIM_RASTER)
            case .vector: UInt32(GDAL_OF_VECTOR)
            }
        }
    }

    /// - Parameter drivers: those that may try; empty for all that are registered.
    /// - Throws: `notRecognised`
    init(_ path: String, _ kind: Kind, drivers: [String] = [], options: [String] = []) throws(FormatsError) {
        CPLErrorReset()
        let handle = GDALLibrary.withList(drivers) { drivers in
            GDALLibrary.withList(options) { options in
                GDALOpenEx(path, kind.flags | UInt32(GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), Dataset.constant(drivers), Dataset.constant(options), nil)
            }
        }
        guard let handle else {
            throw FormatsError(.notRecognised, "GDAL cannot open it: \(GDALLibrary.lastMessage(about: path))", file: path)
        }
        self.handle = handle
        self.path = path
    }

    deinit { GDALClose(handle) }

    private static func constant(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> UnsafePointer<UnsafePointer<CChar>?>? {
        guard let list else { return nil }
        return UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }

    var driver: String { GDALGetDatasetDriver(handle).map { GDALLibrary.text(GDALGetDescription($0)) } ?? "" }

    /// The items `KEY=value` of a metadata domain.
    func metadata(_ domain: String? = nil) -> [(key: String, value: String)] { Dataset.metadata(of: handle, domain) }

    static func metadata(of object: GDALMajorObjectH, _ domain: String? = nil) -> [(key: String, value: String)] {
        GDALLibrary.list(GDALGetMetadata(object, domain)).compactMap { item in
            guard let equals = item.firstIndex(of: "=") else { return nil }
            return (String(item[..<equals]), String(item[item.index(after: equals)...]))
        }
    }

    static func item(_ object: GDALMajorObjectH, _ key: String, _ domain: String? = nil) -> String? {
        GDALGetMetadataItem(object, key, domain).map { String(cString: $0) }
    }
}

/// Keeps a few of many files open, the oldest closed first.
final class OpenFiles<File> {
    private let limit: Int
    private let open: (String) throws(FormatsError) -> File
    private var files: [(path: String, file: File)] = []

    init(limit: Int = 32, open: @escaping (String) throws(FormatsError) -> File) {
        self.limit = limit
        self.open = open
    }

    func file(_ path: String) throws(FormatsError) -> File {
        if let known = files.first(where: { $0.path == path }) { return known.file }
        let file = try open(path)
        if files.count >= limit { files.removeFirst() }
        files.append((path, file))
        return file
    }
}
