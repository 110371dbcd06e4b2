import Core

/// How an array is cut into chunks: evenly (`regular`, v2) or, per axis, by a list of edges (`rectilinear`/`rectangular`).
public struct ZarrChunkGrid: Hashable, Sendable {
    enum Axis: Hashable, Sendable {
        case regular(Int)
        /// Start of every chunk, then the end of the last.
        case edges([Int])
    }

    let axes: [Axis]
    /// Number of chunks along each axis.
    public let counts: [Int]
    /// Number of chunks altogether.
    public let total: Int

    /// - Throws: `invalidMetadata` if there are more chunks than can be counted.
    init(axes: [Axis], shape: [Int]) throws(ZarrError) {
        self.axes = axes
        counts = zip(axes, shape).map { axis, extent in
            switch axis {
            case .regular(let size): extent / size + (extent % size == 0 ? 0 : 1)
            case .edges(let edges): edges.count - 1
            }
        }
        // The byte positions computed from chunk numbers must not overflow either.
        guard let total = Shape.product(counts), total < Int.max >> 8 else {
            throw ZarrError(.invalidMetadata, "the array has more chunks than can be counted")
        }
        self.total = total
    }

    /// Evenly cut chunks; nil if any axis is cut by edges.
    var regularShape: [Int]? {
        var shape: [Int] = []
        for axis in axes {
            guard case .regular(let size) = axis else { return nil }
            shape.append(size)
        }
        return shape
    }

    /// The largest extent of a chunk along each axis.
    var maximumShape: [Int] {
        axes.map { axis in
            switch axis {
            case .regular(let size): size
            case .edges(let edges): zip(edges.dropFirst(), edges).map { $0 - $1 }.max() ?? 1
            }
        }
    }

    /// Elements of the chunk along one axis; beyond the array's edge for the last chunk of an evenly cut axis.
    func range(_ axis: Int, _ index: Int) -> Range<Int> {
        switch axes[axis] {
        case .regular(let size): index * size..<(index + 1) * size
        case .edges(let edges): edges[index]..<edges[index + 1]
        }
    }

    /// The chunk that holds an element.
    func chunk(_ axis: Int, holding position: Int) -> Int {
        switch axes[axis] {
        case .regular(let size): return position / size
        case .edges(let edges):
            var (low, high) = (0, edges.count - 2)
            while low < high {
                let middle = (low + high + 1) / 2
                if edges[middle] <= position { low = middle } else { high = middle - 1 }
            }
            return max(low, 0)
        }
    }

    /// Extents of one chunk as it is stored.
    public func shape(of index: [Int]) -> [Int] { axes.indices.map { range($0, index[$0]).count } }
    /// First element of a chunk.
    public func origin(of index: [Int]) -> [Int] { axes.indices.map { range($0, index[$0]).lowerBound } }
    func contains(_ index: [Int]) -> Bool {
        index.count == counts.count && zip(index, counts).allSatisfy { $0 >= 0 && $0 < $1 }
    }
}

extension ZarrChunkGrid {
    /// Reads `chunk_grid` of v3 metadata.
    static func parseV3(_ json: JSON, shape: [Int]) throws(ZarrError) -> ZarrChunkGrid {
        let name = json["name"]?.stringValue ?? json.stringValue ?? "(none)"
        let configuration = json["configuration"]
        switch name {
        case "regular":
            guard let list = configuration?["chunk_shape"]?.arrayValue, list.count == shape.count else {
                throw ZarrError(.invalidMetadata, "chunk_shape has as many extents as shape")
            }
            return try regular(list.map { $0.intValue ?? -1 }, shape: shape)
        case "rectilinear", "rectangular":
            let list = configuration?["chunk_shapes"]?.arrayValue ?? configuration?["chunk_shape"]?.arrayValue
            guard let list, list.count == shape.count else {
                throw ZarrError(.invalidMetadata, "chunk_shapes has as many entries as shape")
            }
            var axes: [Axis] = []
            for (entry, extent) in zip(list, shape) { axes.append(try axis(entry, extent: extent)) }
            return try ZarrChunkGrid(axes: axes, shape: shape)
        default: throw ZarrError(.unsupported, "chunk grid '\(CoreError.shorten(name))' is not supported")
        }
    }

    static func regular(_ sizes: [Int], shape: [Int]) throws(ZarrError) -> ZarrChunkGrid {
        guard sizes.count == shape.count else { throw ZarrError(.invalidMetadata, "chunks and shape differ in rank") }
        var axes: [Axis] = []
        for (size, extent) in zip(sizes, shape) {
            // Some writers give an empty axis chunks of extent 0.
            guard size > 0 || (size == 0 && extent == 0) else { throw ZarrError(.invalidMetadata, "chunk extents are positive") }
            guard size <= Int(Int32.max) * 1024 else { throw ZarrError(.invalidMetadata, "chunk extent \(size) is beyond reason") }
            axes.append(.regular(max(size, 1)))
        }
        return try ZarrChunkGrid(axes: axes, shape: shape)
    }

    private static let maximumEdges = 1 << 22

    /// One extent for all, or a list of extents in which `[extent, n]` stands for n times the extent.
    private static func axis(_ json: JSON, extent: Int) throws(ZarrError) -> Axis {
        if let size = json.intValue {
            guard size > 0 else { throw ZarrError(.invalidMetadata, "chunk extents are positive") }
            return .regular(size)
        }
        var edges = [0]
        for item in json.arrayValue ?? [] {
            let size = item.intValue ?? item[0]?.intValue ?? -1
            let times = item.intValue == nil ? item[1]?.intValue ?? -1 : 1
            guard size > 0, times > 0, times <= maximumEdges - edges.count, size <= Int.max / (times + 1) else {
                throw ZarrError(.invalidMetadata, "chunk extents are positive")
            }
            for _ in 0..<times {
                let (next, overflow) = (edges.last ?? 0).addingReportingOverflow(size)
                guard !overflow else { throw ZarrError(.invalidMetadata, "chunk extents overflow") }
                edges.append(next)
            }
        }
        guard let last = edges.last, last >= extent else {
            throw ZarrError(.invalidMetadata, "the chunk extents do not cover the axis")
        }
        // Chunks wholly beyond the array are never asked for.
        while edges.count > 2, edges[edges.count - 2] >= extent { edges.removeLast() }
        return extent == 0 ? .regular(max(last, 1)) : .edges(edges)
    }
}

/// How the index of a chunk becomes a key below the array's path.
public struct ChunkKeyEncoding: Hashable, Sendable {
    enum Kind: Sendable { case v2, v3 }
    let kind: Kind
    let separator: UInt8

    static func parseV3(_ json: JSON?) throws(ZarrError) -> ChunkKeyEncoding {
        let name = json?["name"]?.stringValue ?? json?.stringValue ?? "default"
        let separator = json?["configuration"]?["separator"]?.stringValue
        switch name {
        case "default": return ChunkKeyEncoding(kind: .v3, separator: try byte(separator ?? "/"))
        case "v2": return ChunkKeyEncoding(kind: .v2, separator: try byte(separator ?? "."))
        default: throw ZarrError(.unsupported, "chunk key encoding '\(CoreError.shorten(name))' is not supported")
        }
    }

    static func v2(separator: String?) throws(ZarrError) -> ChunkKeyEncoding {
        ChunkKeyEncoding(kind: .v2, separator: try byte(separator ?? "."))
    }

    private static func byte(_ separator: String) throws(ZarrError) -> UInt8 {
        switch separator {
        case ".": UInt8(ascii: ".")
        case "/": UInt8(ascii: "/")
        default: throw ZarrError(.invalidMetadata, "the separator of chunk keys is '.' or '/'")
        }
    }

    /// `path/c/1/2` or `path/1.2`, built as bytes: this is done for every chunk.
    func key(_ path: String, _ index: [Int]) -> String {
        var key = path
        if !path.isEmpty { key += "/" }
        if kind == .v3 { key += "c" } else if index.isEmpty { key += "0" }
        for (at, position) in index.enumerated() {
            if kind == .v3 || at > 0 { key.unicodeScalars.append(Unicode.Scalar(separator)) }
            key += String(position)
        }
        return key
    }
}
