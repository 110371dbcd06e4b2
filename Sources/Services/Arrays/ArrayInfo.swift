import Core
import Zarr

/// What there is in a store: for people and for programs.
public struct ArrayInfo: Sendable {
    private let given: String
    private let hierarchy: ZarrHierarchy

    public init(_ location: ArrayLocation) throws {
        given = location.given
        hierarchy = try location.hierarchy()
    }

    public var json: JSON {
        if let array = hierarchy.arrays[""] { return describe(array) }
        let groups = hierarchy.groups.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
        let arrays = hierarchy.arrays.sorted { $0.key < $1.key }
        let problems = hierarchy.problems.sorted { $0.key < $1.key }
        return [
            "node_type": "group", "zarr_format": JSON(hierarchy.formatVersion), "consolidated": JSON(hierarchy.isConsolidated),
            "attributes": .object(hierarchy.attributes), "groups": JSON(groups.map { ($0.key, ["attributes": .object($0.value)]) }),
            "arrays": JSON(arrays.map { ($0.key, describe($0.value)) }),
            "problems": JSON(problems.map { ($0.key, .string($0.value.message)) }),
        ]
    }

    private func describe(_ array: ZarrArray) -> JSON {
        let metadata = array.metadata
        var members: [(String, JSON)] = [
            ("node_type", "array"), ("zarr_format", JSON(metadata.formatVersion)), ("shape", ArrayInfo.list(metadata.shape)),
            ("dimension_names", metadata.dimensionNames.map { JSON($0) } ?? .null), ("data_type", metadata.dataType.v3JSON),
            ("dtype", .string(metadata.dataType.displayName)), ("chunk_shape", ArrayInfo.list(metadata.chunkShape)),
            ("shard_shape", metadata.shardShape.map(ArrayInfo.list) ?? .null), ("chunks", JSON(metadata.chunkGrid.total)),
            ("codecs", JSON(metadata.codecNames)), ("fill_value", metadata.fillValue.json),
        ]
        if !metadata.dataType.isVariableLength, let bytes = metadata.byteCount { members.append(("bytes", JSON(bytes))) }
        return JSON(members + [("attributes", .object(metadata.attributes))])
    }

    private static func list(_ extents: [Int]) -> JSON { .array(extents.map { JSON($0) }) }

    public var text: String {
        var lines: [String] = []
        if let array = hierarchy.arrays[""] {
            lines = ["Zarr v\(array.metadata.formatVersion) array '\(given)'"] + details(array)
        } else {
            lines.append("Zarr v\(hierarchy.formatVersion) group '\(given)'" + (hierarchy.isConsolidated ? ", consolidated" : ""))
            lines += ["", "Arrays:"] + hierarchy.arrays.sorted { $0.key < $1.key }.map { "  " + line($0.key, $0.value) }
            let groups = hierarchy.groups.keys.filter { !$0.isEmpty }.sorted()
            if !groups.isEmpty { lines += ["", "Groups:"] + groups.map { "  " + $0 } }
        }
        if !hierarchy.problems.isEmpty {
            lines += ["", "Cannot be read:"] + hierarchy.problems.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.message)" }
        }
        if !hierarchy.attributes.isEmpty {
            lines += ["", "Attributes:"] + hierarchy.attributes.members.map { "  \($0.key): \(CoreError.shorten($0.value.text))" }
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ array: ZarrArray) -> String {
        let metadata = array.metadata
        let parts = [
            name, metadata.dataType.displayName, dimensions(metadata), "chunks \(extents(metadata.chunkShape))",
            metadata.shardShape.map { "shards \(extents($0))" }, metadata.codecNames.joined(separator: "+"),
            metadata.dataType.isVariableLength ? nil : metadata.byteCount.map(ArrayInfo.size),
        ]
        return parts.compactMap { $0 }.joined(separator: "  ")
    }

    private func details(_ array: ZarrArray) -> [String] {
        let metadata = array.metadata
        var lines = [
            "  type        \(metadata.dataType.displayName)", "  dimensions  \(dimensions(metadata))",
            "  chunks      \(extents(metadata.chunkShape)), \(metadata.chunkGrid.total) altogether",
        ]
        if let shard = metadata.shardShape { lines.append("  shards      \(extents(shard))") }
        lines += ["  codecs      \(metadata.codecNames.joined(separator: ", "))", "  fill value  \(metadata.fillValue.json.text)"]
        if !metadata.dataType.isVariableLength, let bytes = metadata.byteCount { lines.append("  size        \(ArrayInfo.size(bytes))") }
        return lines
    }

    /// `time=10, y=512, x=512`, or the bare extents.
    private func dimensions(_ metadata: ZarrArrayMetadata) -> String {
        guard metadata.dimensionNames != nil else { return extents(metadata.shape) }
        return "(" + metadata.shape.indices.map { "\(metadata.axisName($0))=\(metadata.shape[$0])" }.joined(separator: ", ") + ")"
    }

    private func extents(_ shape: [Int]) -> String { "(" + shape.map(String.init).joined(separator: ", ") + ")" }

    private static func size(_ bytes: Int) -> String {
        var (value, unit) = (Double(bytes), 0)
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : "\((value * 100).rounded() / 100) \(units[unit])"
    }
}
