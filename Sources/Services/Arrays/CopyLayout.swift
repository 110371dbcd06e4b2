import Core
import Zarr

/// How copied arrays are cut and compressed.
public struct CopyLayout: Sendable {
    /// Extents by dimension: `time=1,y=512`.
    public struct Extents: Sendable {
        let option: String
        let text: String
        let entries: [(axis: String, extent: Int)]

        /// - Parameter option: the option's name, for errors.
        /// - Throws: `invalidParameter`
        public init(_ text: String, option: String) throws(ServiceError) {
            self.option = option
            self.text = text
            var entries: [(String, Int)] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                guard sides.count == 2, !sides[0].isEmpty, let extent = Int(sides[1]), extent > 0 else {
                    throw .parameter(option, text, "is dimension=extent, several by commas, each extent a positive whole number")
                }
                guard !entries.contains(where: { $0.0 == sides[0] }) else { throw .parameter(option, text, "names '\(sides[0])' twice") }
                entries.append((sides[0], extent))
            }
            self.entries = entries
        }

        /// Extent by axis, for those dimensions that the array has.
        func axes(_ metadata: ZarrArrayMetadata) -> [Int: Int] {
            var found: [Int: Int] = [:]
            for entry in entries { if let axis = try? metadata.axis(named: entry.axis) { found[axis] = entry.extent } }
            return found
        }

        /// - Throws: `invalidParameter` for a dimension that no array has.
        func check(_ arrays: [ZarrArray]) throws(ServiceError) {
            for entry in entries where !arrays.contains(where: { (try? $0.metadata.axis(named: entry.axis)) != nil }) {
                let names = Set(arrays.flatMap { $0.metadata.dimensionNames ?? [] }).filter { !$0.isEmpty }.sorted().joined(separator: ", ")
                throw .parameter(
                    option, text, "no array has a dimension '\(CoreError.shorten(entry.axis))'" + (names.isEmpty ? "; give numbers" : "; there are \(names)"))
            }
        }
    }

    var chunks: Extents?
    var shards: Extents?
    var codec: ZarrArraySpec.Codec

    /// - Parameters:
    ///   - codec: `blosc` (zstd inside, bytes shuffled), `zstd` or `none`.
    ///   - level: of compression: 0 to 9 for blosc, 1 to 22 for zstd; nil: 5 and 3.
    /// - Throws: `invalidParameter`
    public init(chunks: String?, shards: String?, codec: String, level: Int?) throws(ServiceError) {
        self.chunks = try chunks.map { (text) throws(ServiceError) in try Extents(text, option: "chunks") }
        self.shards = try shards.map { (text) throws(ServiceError) in try Extents(text, option: "shards") }
        func checked(_ fallback: Int, _ range: ClosedRange<Int>) throws(ServiceError) -> Int {
            guard range.contains(level ?? fallback) else {
                throw .parameter("level", "\(level ?? fallback)", "of \(codec) is a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return level ?? fallback
        }
        switch codec {
        case "blosc": self.codec = .bloscZstd(level: try checked(5, 0...9), shuffle: .bytes)
        case "zstd": self.codec = .zstd(level: try checked(3, 1...22))
        case "none":
            if let level { throw .parameter("level", "\(level)", "does not go with the codec none") }
            self.codec = .none
        default: throw .parameter("codec", codec, "is blosc, zstd or none")
        }
    }

    /// What a copy of an array looks like. Dimensions that are not named keep their chunks; shards are kept if chunks are.
    func spec(_ source: ZarrArrayMetadata, type: ZarrDataType) throws(ServiceError) -> ZarrArraySpec {
        let asked = chunks?.axes(source) ?? [:]
        let chunk = source.shape.indices.map { min(asked[$0] ?? source.chunkShape[$0], max(1, source.shape[$0])) }
        var attributes = source.attributes
        // v3 has a place of its own for these.
        if source.dimensionNames != nil || source.shape.isEmpty { attributes["_ARRAY_DIMENSIONS"] = nil }
        let fill: JSON = type == source.dataType ? source.fillValue.v3JSON(type) : .string(source.fillValue.text)
        return ZarrArraySpec(
            shape: source.shape, shardShape: try shard(source, chunk), chunkShape: chunk, dataType: type, fillValue: fill,
            dimensionNames: source.dimensionNames, attributes: attributes, codec: codec)
    }

    private func shard(_ source: ZarrArrayMetadata, _ chunk: [Int]) throws(ServiceError) -> [Int]? {
        guard let shards else {
            // Chunks cut off at a small array's edge need no shards.
            guard let kept = source.shardShape, zip(kept, chunk).allSatisfy({ $0 % $1 == 0 }), chunks == nil else { return nil }
            return kept
        }
        let asked = shards.axes(source)
        if asked.isEmpty { return nil }
        var extents: [Int] = []
        for axis in chunk.indices {
            // A shard larger than the array ends with the last chunk.
            let whole = ((max(1, source.shape[axis]) - 1) / chunk[axis] + 1) * chunk[axis]
            let extent = min(asked[axis] ?? chunk[axis], whole)
            guard extent % chunk[axis] == 0 else {
                throw .parameter("shards", shards.text, "a shard is a multiple of the chunk, which has \(chunk[axis]) along \(source.axisName(axis))")
            }
            extents.append(extent)
        }
        return extents
    }
}
