import Core
import Foundation
import Testing

@testable import Catalog

/// A kind of store that must pass the suite.
struct CatalogBackend: Sendable, CustomTestStringConvertible {
    let name: String
    /// Opens a store at a place of its own; opening the same place again finds what was written.
    let open: @Sendable (_ directory: String) throws -> any CatalogStore

    var testDescription: String { name }

    static let sqlite = CatalogBackend(name: "SQLite") { try SQLiteCatalog(path: $0 + "/chronotope.sqlite") }

    /// The same store with limits so low that little data goes every way through the planner.
    static let sqliteTight = CatalogBackend(name: "SQLite, tight limits") {
        try SQLiteCatalog(
            path: $0 + "/chronotope.sqlite",
            limits: ItemPlan(
                listLimit: 6, longestList: 6, walkLimit: 9, countLimit: 4, indexCountLimit: 12, chunk: 3, immediateRemoval: 1))
    }

    static let all: [CatalogBackend] = [sqlite, sqliteTight]

    /// Runs `body` with a new store and removes it afterwards.
    func withStore<T>(_ body: (any CatalogStore) throws -> T) throws -> T {
        try withDirectory { try body(open($0)) }
    }

    func withDirectory<T>(_ body: (String) throws -> T) throws -> T {
        let directory = NSTemporaryDirectory() + "/chronotope-catalog-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try body(directory)
    }
}

func removeDirectory(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

// MARK: - Small data

func collectionID(_ text: String) throws -> CollectionID { try CollectionID(text) }

func time(_ text: String) throws -> TimeInstant { try TimeInstant(rfc3339: text) }

func interval(_ text: String) throws -> Core.TimeInterval { try Core.TimeInterval(parsing: text) }

/// Little-endian ISO WKB.
enum WKB {
    static func point(_ x: Double, _ y: Double) -> [UInt8] { header(1) + bytes(x) + bytes(y) }

    static func polygon(_ ring: [(Double, Double)]) -> [UInt8] {
        header(3) + bytes(UInt32(1)) + bytes(UInt32(ring.count)) + ring.flatMap { bytes($0.0) + bytes($0.1) }
    }

    private static func header(_ type: UInt32) -> [UInt8] { [1] + bytes(type) }
    private static func bytes(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    private static func bytes(_ value: Double) -> [UInt8] { withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
}

extension ItemRecord {
    static func point(
        _ id: String, _ x: Double, _ y: Double, _ interval: Core.TimeInterval? = nil, kind: ItemKind = .feature, properties: String = "{}"
    ) -> ItemRecord {
        ItemRecord(
            id: id, kind: kind, wkb: WKB.point(x, y), bbox: BBox(west: x, south: y, east: x, north: y), interval: interval,
            body: kind == .slice ? nil : Array("{\"id\":\"\(id)\"}".utf8), properties: Array(properties.utf8))
    }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension CatalogStore {
    /// Walks over all pages.
    func all(_ query: ItemQuery) throws -> (records: [(collection: CollectionID, item: ItemRecord)], counts: [Int?]) {
        var query = query
        var records: [(collection: CollectionID, item: ItemRecord)] = []
        var counts: [Int?] = []
        while true {
            let page = try items(query)
            records += page.records
            counts.append(page.numberMatched)
            #expect(page.records.count <= query.limit)
            guard let next = page.next else { return (records, counts) }
            #expect(page.records.count == query.limit)
            query.after = try PageToken(text: next.text)
            try #require(records.count < 1_000_000)
        }
    }
}

/// What an error must be.
func code(_ body: () throws -> Void) -> CatalogError.Code? {
    do {
        try body()
        return nil
    } catch { return (error as? CatalogError)?.code }
}

extension [UInt8] {
    func write(toFile path: String) throws { try Data(self).write(to: URL(fileURLWithPath: path)) }
}
