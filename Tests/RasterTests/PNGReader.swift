/// Reads the PNGs that the encoder writes (8 bits, not interlaced) with an inflate and a CRC of its own, so that neither the
/// compressor nor its checksums are tested against themselves.
struct PNGReader {
    let width: Int
    let height: Int
    let colorType: UInt8
    let palette: [[UInt8]]
    let transparency: [UInt8]
    /// Bytes of the rows, filters undone.
    let pixels: [UInt8]

    struct Broken: Error { let reason: String }

    init(_ png: [UInt8]) throws {
        guard png.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Broken(reason: "signature") }
        var chunks: [(String, [UInt8])] = []
        var at = 8
        while at + 12 <= png.count {
            let length = PNGReader.number(png[at...])
            let type = String(decoding: png[(at + 4)..<(at + 8)], as: UTF8.self)
            guard at + 12 + length <= png.count else { throw Broken(reason: "length of \(type)") }
            let body = png[(at + 8)..<(at + 8 + length)]
            guard PNGReader.crc(png[(at + 4)..<(at + 8 + length)]) == UInt32(PNGReader.number(png[(at + 8 + length)...])) else {
                throw Broken(reason: "checksum of \(type)")
            }
            chunks.append((type, Array(body)))
            at += 12 + length
        }
        guard at == png.count, chunks.first?.0 == "IHDR", chunks.last?.0 == "IEND" else { throw Broken(reason: "chunks") }
        func chunk(_ type: String) -> [UInt8] { chunks.first { $0.0 == type }?.1 ?? [] }
        let header = chunk("IHDR")
        guard header.count == 13, header[8] == 8, header[10...12].allSatisfy({ $0 == 0 }) else { throw Broken(reason: "header") }
        (width, height, colorType) = (PNGReader.number(header[0...]), PNGReader.number(header[4...]), header[9])
        let colors = chunk("PLTE")
        palette = stride(from: 0, to: colors.count, by: 3).map { Array(colors[$0..<$0 + 3]) }
        transparency = chunk("tRNS")
        let channels = [2: 3, 3: 1, 6: 4][colorType] ?? 1
        pixels = try PNGReader.unfilter(PNGReader.zlib(chunk("IDAT")), width * channels, channels)
        guard pixels.count == width * height * channels else { throw Broken(reason: "size") }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } }

    static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            var c = sum ^ UInt32(byte)
            for _ in 0..<8 { c = c & 1 == 1 ? c >> 1 ^ 0xEDB8_8320 : c >> 1 }
            return c
        }
    }

    private static func unfilter(_ bytes: [UInt8], _ stride: Int, _ step: Int) throws -> [UInt8] {
        var out: [UInt8] = []
        for start in Swift.stride(from: 0, to: bytes.count, by: stride + 1) {
            let row = Array(bytes[(start + 1)..<min(bytes.count, start + 1 + stride)])
            switch bytes[start] {
            case 0: out += row
            case 1:
                var line = row
                for i in step..<max(step, line.count) { line[i] &+= line[i - step] }
                out += line
            default: throw Broken(reason: "filter \(bytes[start])")
            }
        }
        return out
    }

    /// RFC 1950 and 1951.
    static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.count > 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0 else { throw Broken(reason: "zlib header") }
        var inflate = Inflate(bytes: Array(bytes[2..<(bytes.count - 4)]))
        let out = try inflate.run()
        var (a, b) = (1, 0)
        for byte in out { a = (a + Int(byte)) % 65521; b = (b + a) % 65521 }
        guard number(bytes[(bytes.count - 4)...]) == b << 16 | a else { throw Broken(reason: "adler") }
        return out
    }
}

private struct Inflate {
    let bytes: [UInt8]
    var bit = 0
    var out: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() throws -> [UInt8] {
        var last = false
        while !last {
            last = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try block(Huffman(lengths), Huffman([Int](repeating: 5, count: 30)))
            case 2: try dynamic()
            default: throw PNGReader.Broken(reason: "block type")
            }
        }
        return out
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for i in 0..<count {
            guard bit / 8 < bytes.count else { throw PNGReader.Broken(reason: "end of data") }
            value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << i
            bit += 1
        }
        return value
    }

    private mutating func stored() throws {
        bit = (bit + 7) / 8 * 8
        let count = try bits(16)
        guard try bits(16) == ~count & 0xFFFF else { throw PNGReader.Broken(reason: "stored length") }
        for _ in 0..<count { out.append(UInt8(try bits(8))) }
    }

    private mutating func dynamic() throws {
        let (literals, distances, codes) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
        var lengths = [Int](repeating: 0, count: 19)
        for i in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(codes) { lengths[i] = try bits(3) }
        let code = Huffman(lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            switch try symbol(code) {
            case 16: all += [Int](repeating: all.last ?? 0, count: 3 + (try bits(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try bits(3)))
            case 18: all += [Int](repeating: 0, count: 11 + (try bits(7)))
            case let length: all.append(length)
            }
        }
        try block(Huffman(Array(all[..<literals])), Huffman(Array(all[literals...])))
    }

    private mutating func symbol(_ code: Huffman) throws -> Int {
        var value = 1
        for _ in 0..<15 {
            value = value << 1 | (try bits(1))
            if let symbol = code.symbols[value] { return symbol }
        }
        throw PNGReader.Broken(reason: "code")
    }

    private mutating func block(_ literals: Huffman, _ distances: Huffman) throws {
        let lengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
        let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
        while true {
            let s = try symbol(literals)
            if s == 256 { return }
            if s < 256 { out.append(UInt8(s)); continue }
            let length = lengthBase[s - 257] + (try bits(lengthBits[s - 257]))
            let d = try symbol(distances)
            let extra = d < 2 ? 0 : d / 2 - 1
            let base = d < 4 ? d + 1 : (2 + d % 2) << extra + 1
            let distance = base + (try bits(extra))
            guard distance <= out.count else { throw PNGReader.Broken(reason: "distance") }
            for _ in 0..<length { out.append(out[out.count - distance]) }
        }
    }
}

/// Codes keyed by their bits with a leading 1.
private struct Huffman {
    var symbols: [Int: Int] = [:]
    init(_ lengths: [Int]) {
        var code = 0
        for length in 1...15 {
            code <<= 1
            for (symbol, l) in lengths.enumerated() where l == length {
                symbols[1 << length | code] = symbol
                code += 1
            }
        }
    }
}
