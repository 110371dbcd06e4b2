import CGDAL
import Core
import Glibc

/// Decides which paths may be opened.
enum SourcePath {
    /// Virtual file systems whose bytes come from here.
    private static let localSystems: Set<String> = ["vsizip", "vsigzip", "vsitar", "vsimem", "vsisubfile", "vsi7z", "vsirar"]

    /// - Throws: `refused` for anything that is not a local path; `notFound`.
    static func check(_ path: String, allowRemote: Bool) throws(FormatsError) {
        guard !path.isEmpty, path.utf8.count <= 4096, !path.utf8.contains(0) else {
            throw FormatsError(.notFound, "a path has 1 to 4096 bytes and no NUL")
        }
        if !allowRemote {
            guard !isRemote(path) else {
                throw FormatsError(.refused, "a path of a local file is needed, not one that leads to another machine", file: path)
            }
        }
        var status = stat()
        if !path.hasPrefix("/vsi"), stat(path, &status) != 0, !(allowRemote && isRemote(path)) {
            throw FormatsError(.notFound, "there is no such file", file: path)
        }
    }

    /// Also where the name is hidden within another, as in `/vsizip//vsicurl/…`.
    static func isRemote(_ path: String) -> Bool {
        let lower = path.lowercased()
        if lower.contains("://") { return true }
        if lower.hasPrefix("/vsi") {
            let systems = lower.split(separator: "/").filter { $0.hasPrefix("vsi") }
            if !systems.allSatisfy({ localSystems.contains(String($0)) }) { return true }
        }
        let schemes = ["http:", "https:", "ftp:", "s3:", "gs:", "az:", "abfs:", "pg:", "mysql:", "wfs:", "wms:"]
        return schemes.contains { lower.hasPrefix($0) }
    }

    /// The file within a zip that GDAL shall open, as `/vsizip/…`; the path itself where it is no zip.
    ///
    /// - Throws: `notRecognised` if the zip holds nothing with one of the extensions.
    static func inside(_ path: String, extensions: [String]) throws(FormatsError) -> String {
        guard path.lowercased().hasSuffix(".zip") else { return path }
        let root = "/vsizip/{" + path + "}"
        let listing = VSIReadDirRecursive(root)
        defer { CSLDestroy(listing) }
        let names = GDALLibrary.list(listing)
        for wanted in extensions {
            if let name = names.first(where: { $0.lowercased().hasSuffix("." + wanted) && !$0.hasPrefix("__MACOSX") }) {
                return root + "/" + name
            }
        }
        throw FormatsError(.notRecognised, "the zip holds no file ending in \(extensions.map { "." + $0 }.joined(separator: ", "))", file: path)
    }
}
