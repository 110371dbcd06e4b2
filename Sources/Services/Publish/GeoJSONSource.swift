import Core
import Foundation
import Geo

/// The features of a file, one after the other, without parsing the whole: a FeatureCollection, a single Feature,
/// newline-delimited GeoJSON or GeoJSON text sequences (RFC 8142). The file is mapped, not read into memory.
public struct GeoJSONSource: Sendable {
    private let data: Data
    /// Byte ranges of the features.
    public let features: [Range<Int>]
    /// The `crs` member of GeoJSON 2008, which projected files still carry.
    public let crs: CRS?

    /// - Throws: `invalidData` for what is not GeoJSON, naming the place.
    public init(path: String) throws {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
            throw ServiceError(.notFound, "'\(path)' cannot be read")
        }
        try self.init(data)
    }

    public init(_ data: Data) throws {
        self.data = data
        (features, crs) = try data.withUnsafeBytes { bytes in
            var scanner = JSONSpanScanner(bytes)
            return try GeoJSONSource.scan(&scanner, bytes)
        }
    }

    public var count: Int { features.count }

    /// Parses the feature at `index`.
    public func feature(_ index: Int) throws -> JSON {
        try data.withUnsafeBytes { bytes in
            do { return try JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[features[index]])) } catch {
                throw ServiceError(.invalidData, "feature \(index + 1): \(error)")
            }
        }
    }

    private static func scan(_ scanner: inout JSONSpanScanner, _ bytes: UnsafeRawBufferPointer) throws -> ([Range<Int>], CRS?) {
        let members = try scanner.objectMembers()
        if let features = members["features"] {
            var inner = JSONSpanScanner(bytes, from: features.lowerBound)
            let crs = try members["crs"].flatMap { try self.crs(bytes, $0) }
            return (try inner.arrayElements(), crs)
        }
        var inner = JSONSpanScanner(bytes)
        var spans: [Range<Int>] = []
        while let span = try inner.nextValue() { spans.append(span) }
        guard members["geometry"] != nil, members["type"] != nil else {
            throw ServiceError(.invalidData, "the file is not GeoJSON: neither a FeatureCollection with 'features' nor a sequence of Features")
        }
        return (spans, nil)
    }

    private static func crs(_ bytes: UnsafeRawBufferPointer, _ span: Range<Int>) throws -> CRS? {
        let value = try JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[span]))
        guard !value.isNull else { return nil }
        guard let name = value["properties"]?["name"]?.stringValue else {
            throw ServiceError(.invalidData, "the 'crs' member has no properties.name")
        }
        do { return try CRS(name) } catch { throw ServiceError(.invalidData, "crs '\(CoreError.shorten(name))': \(error)") }
    }
}

/// Finds where JSON values begin and end by counting brackets outside strings, without building them.
struct JSONSpanScanner {
    private let bytes: UnsafeRawBufferPointer
    private var at: Int

    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) {
        self.bytes = bytes
        at = start
    }

    private func failure(_ rule: String) -> ServiceError { ServiceError(.invalidData, "not JSON at byte \(at): \(rule)") }

    /// White space, and the record separators of text sequences.
    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09, 0x1E].contains(bytes[at]) { at += 1 }
    }

    private mutating func skipString() throws(ServiceError) {
        at += 1
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\"): at += 2
            case UInt8(ascii: "\""):
                at += 1
                return
            default: at += 1
            }
        }
        throw failure("a string ends with a quotation mark")
    }

    /// Moves past one value.
    private mutating func skipValue() throws(ServiceError) {
        skipSpace()
        guard at < bytes.count else { throw failure("the text ends where a value is expected") }
        var depth = 0
        repeat {
            guard at < bytes.count else { throw failure("the text ends within a value") }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                try skipString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default:
                if depth == 0 {
                    try skipWord()
                    return
                }
            }
            at += 1
        } while depth > 0
        guard depth == 0 else { throw failure("a bracket closes that was not opened") }
    }

    private mutating func skipWord() throws(ServiceError) {
        let start = at
        while at < bytes.count, ![0x2C, 0x5D, 0x7D, 0x20, 0x0A, 0x0D, 0x09, 0x3A].contains(bytes[at]) { at += 1 }
        if at == start { throw failure("a value is expected") }
    }

    mutating func nextValue() throws(ServiceError) -> Range<Int>? {
        skipSpace()
        guard at < bytes.count else { return nil }
        let start = at
        try skipValue()
        return start..<min(at, bytes.count)
    }

    /// The spans of an object's values by their names.
    mutating func objectMembers() throws(ServiceError) -> [String: Range<Int>] {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else { throw failure("the text begins with an object") }
        at += 1
        var members: [String: Range<Int>] = [:]
        while true {
            skipSpace()
            guard at < bytes.count else { throw failure("an object ends with }") }
            if bytes[at] == UInt8(ascii: "}") { return members }
            if bytes[at] == UInt8(ascii: ",") { at += 1; continue }
            guard bytes[at] == UInt8(ascii: "\"") else { throw failure("the name of a member is a string") }
            let start = at + 1
            try skipString()
            let name = String(decoding: bytes[start..<max(start, min(at, bytes.count) - 1)], as: UTF8.self)
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw failure("a colon follows the name of a member") }
            at += 1
            members[name] = try nextValue()
        }
    }

    mutating func arrayElements() throws(ServiceError) -> [Range<Int>] {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "[") else { throw failure("'features' is an array") }
        at += 1
        var spans: [Range<Int>] = []
        while true {
            skipSpace()
            guard at < bytes.count else { throw failure("an array ends with ]") }
            if bytes[at] == UInt8(ascii: "]") { return spans }
            if bytes[at] == UInt8(ascii: ",") { at += 1; continue }
            if let span = try nextValue() { spans.append(span) }
        }
    }
}
