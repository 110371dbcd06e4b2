import Core
import Glibc

@testable import Geo

/// Real data that stands beside the repository on some machines.
enum Shared {
    static let vector: String? = {
        if let root = getenv("CHRONOTOPE_SHARED") { return exists(String(cString: root) + "/data/vector") }
        guard let resolved = realpath(#filePath, nil) else { return nil }
        defer { free(resolved) }
        var parts = String(cString: resolved).split(separator: "/")
        parts.removeLast(min(parts.count, 4))
        return exists("/" + parts.joined(separator: "/") + "/shared/data/vector")
    }()

    private static func exists(_ path: String) -> String? { access(path, R_OK) == 0 ? path : nil }

    static func features(_ name: String) throws -> [JSON] {
        guard let vector, let file = fopen(vector + "/" + name, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return try JSONParser.parse(bytes)["features"]?.arrayValue ?? []
    }
}

/// The same numbers on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

func close(_ a: Double, _ b: Double, within tolerance: Double) -> Bool { abs(a - b) <= tolerance }

func geometry(_ text: String) throws -> Geometry { try Geometry.fromGeoJSON(JSONParser.parse(text)) }

func positions(_ pairs: [(Double, Double)]) -> [Position] { pairs.map { Position(x: $0.0, y: $0.1) } }

/// A closed counter-clockwise rectangle.
func rectangle(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> [Position] {
    positions([(west, south), (east, south), (east, north), (west, north), (west, south)])
}
