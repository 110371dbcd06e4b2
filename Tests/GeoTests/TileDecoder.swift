/// A small decoder of vector tiles for tests, strict where the specification (MVT 2.1) is.
struct DecodedLayer {
    var name = "", version = 1, extent = 4096
    var features: [DecodedFeature] = []
    var keys: [String] = [], values: [DecodedValue] = []
}

struct DecodedFeature {
    var id: UInt64?
    var type = 0
    var tags: [Int] = []
    /// Points, lines or rings in the order they came; rings without their closing point.
    var parts: [[(x: Int, y: Int)]] = []
    var properties: [String: DecodedValue] = [:]
}

enum DecodedValue: Hashable { case string(String), float(Float), double(Double), int(Int64), uint(UInt64), sint(Int64), bool(Bool) }

struct TileDecodeError: Error { var message: String }

struct TileDecoder {
    private var bytes: ArraySlice<UInt8>
    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    static func decode(_ bytes: [UInt8]) throws -> [DecodedLayer] {
        var layers: [DecodedLayer] = []
        try fields(bytes[...]) { number, field in
            guard number == 3 else { throw TileDecodeError(message: "field \(number) of a tile") }
            layers.append(try layer(field.message()))
        }
        guard Set(layers.map(\.name)).count == layers.count else { throw TileDecodeError(message: "names of layers are unique") }
        return layers
    }

    private static func layer(_ bytes: ArraySlice<UInt8>) throws -> DecodedLayer {
        var layer = DecodedLayer()
        try fields(bytes) { number, field in
            switch number {
            case 15: layer.version = Int(try field.varint())
            case 1: layer.name = String(decoding: try field.message(), as: UTF8.self)
            case 2: layer.features.append(try feature(field.message()))
            case 3: layer.keys.append(String(decoding: try field.message(), as: UTF8.self))
            case 4: layer.values.append(try value(field.message()))
            case 5: layer.extent = Int(try field.varint())
            default: throw TileDecodeError(message: "field \(number) of a layer")
            }
        }
        guard Set(layer.keys).count == layer.keys.count, Set(layer.values).count == layer.values.count else {
            throw TileDecodeError(message: "keys and values are not repeated")
        }
        for i in layer.features.indices {
            let tags = layer.features[i].tags
            guard tags.count % 2 == 0 else { throw TileDecodeError(message: "tags come in pairs") }
            for at in stride(from: 0, to: tags.count, by: 2) {
                guard layer.keys.indices.contains(tags[at]), layer.values.indices.contains(tags[at + 1]) else {
                    throw TileDecodeError(message: "a tag points beside its table")
                }
                layer.features[i].properties[layer.keys[tags[at]]] = layer.values[tags[at + 1]]
            }
        }
        return layer
    }

    private static func feature(_ bytes: ArraySlice<UInt8>) throws -> DecodedFeature {
        var feature = DecodedFeature()
        var commands: [UInt64] = []
        try fields(bytes) { number, field in
            switch number {
            case 1: feature.id = try field.varint()
            case 2: feature.tags = try packed(field.message()).map { Int($0) }
            case 3: feature.type = Int(try field.varint())
            case 4: commands = try packed(field.message())
            default: throw TileDecodeError(message: "field \(number) of a feature")
            }
        }
        feature.parts = try parts(commands, type: feature.type)
        return feature
    }

    private static func parts(_ commands: [UInt64], type: Int) throws -> [[(x: Int, y: Int)]] {
        var parts: [[(x: Int, y: Int)]] = []
        var (x, y, at) = (0, 0, 0)
        var needsClose = false
        while at < commands.count {
            let (id, count) = (commands[at] & 7, Int(commands[at] >> 3))
            at += 1
            guard count > 0 else { throw TileDecodeError(message: "a command counts at least one") }
            if id == 7 {
                guard type == 3, needsClose, count == 1 else { throw TileDecodeError(message: "ClosePath after a ring only") }
                needsClose = false
                continue
            }
            guard id == 1 || id == 2, at + 2 * count <= commands.count else { throw TileDecodeError(message: "command \(id)") }
            guard id == 1 ? !needsClose && (type == 1 || count == 1) : !parts.isEmpty else { throw TileDecodeError(message: "order of commands") }
            for _ in 0..<count {
                let (dx, dy) = (unzigzag(commands[at]), unzigzag(commands[at + 1]))
                if id == 2, dx == 0, dy == 0 { throw TileDecodeError(message: "LineTo moves (4.3.3.2)") }
                (x, y, at) = (x + dx, y + dy, at + 2)
                if id == 1 { parts.append([(x, y)]) } else { parts[parts.count - 1].append((x, y)) }
            }
            if id == 2 { needsClose = type == 3 }
        }
        guard !needsClose, !parts.isEmpty, type == 1 || parts.allSatisfy({ $0.count >= (type == 2 ? 2 : 3) }) else {
            throw TileDecodeError(message: "parts are complete")
        }
        return parts
    }

    private static func value(_ bytes: ArraySlice<UInt8>) throws -> DecodedValue {
        var value: DecodedValue?
        try fields(bytes) { number, field in
            switch number {
            case 1: value = .string(String(decoding: try field.message(), as: UTF8.self))
            case 2: value = .float(Float(bitPattern: UInt32(try field.fixed(4))))
            case 3: value = .double(Double(bitPattern: try field.fixed(8)))
            case 4: value = .int(Int64(bitPattern: try field.varint()))
            case 5: value = .uint(try field.varint())
            case 6: value = .sint(Int64(unzigzag(try field.varint())))
            case 7: value = .bool(try field.varint() != 0)
            default: throw TileDecodeError(message: "field \(number) of a value")
            }
        }
        guard let value else { throw TileDecodeError(message: "a value has one field") }
        return value
    }

    private static func unzigzag(_ value: UInt64) -> Int { Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)) }

    private static func packed(_ bytes: ArraySlice<UInt8>) throws -> [UInt64] {
        var decoder = TileDecoder(bytes)
        var out: [UInt64] = []
        while !decoder.bytes.isEmpty { out.append(try decoder.rawVarint()) }
        return out
    }

    struct Field {
        var wire: UInt64, number: UInt64 = 0, content: ArraySlice<UInt8> = []
        func varint() throws -> UInt64 { guard wire == 0 else { throw TileDecodeError(message: "wire type") }; return number }
        func message() throws -> ArraySlice<UInt8> { guard wire == 2 else { throw TileDecodeError(message: "wire type") }; return content }
        func fixed(_ size: Int) throws -> UInt64 {
            guard content.count == size, wire == (size == 8 ? 1 : 5) else { throw TileDecodeError(message: "wire type") }
            return content.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private static func fields(_ bytes: ArraySlice<UInt8>, _ body: (UInt64, Field) throws -> Void) throws {
        var decoder = TileDecoder(bytes)
        while !decoder.bytes.isEmpty {
            let key = try decoder.rawVarint()
            switch key & 7 {
            case 0: try body(key >> 3, Field(wire: 0, number: try decoder.rawVarint()))
            case 1: try body(key >> 3, Field(wire: 1, content: try decoder.take(8)))
            case 2: try body(key >> 3, Field(wire: 2, content: try decoder.take(Int(try decoder.rawVarint()))))
            case 5: try body(key >> 3, Field(wire: 5, content: try decoder.take(4)))
            default: throw TileDecodeError(message: "wire type \(key & 7)")
            }
        }
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count else { throw TileDecodeError(message: "the tile is cut off") }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private mutating func rawVarint() throws -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw TileDecodeError(message: "the tile is cut off")
    }
}

/// Twice the area by the surveyor's formula of section 4.3.4.4.
func doubledArea(_ ring: [(x: Int, y: Int)]) -> Int {
    ring.indices.reduce(0) { sum, i in
        let (a, b) = (ring[i], ring[(i + 1) % ring.count])
        return sum + a.x * b.y - b.x * a.y
    }
}
