import Core

/// Zarr metadata as it is met: JSON, but Python's writers put bare `NaN`, `Infinity` and `-Infinity` into attributes and fill
/// values, and 64-bit fill values exceed Int64.
///
/// Text that is JSON takes the strict parser; only where that refuses, or rounds a large integer, are such tokens quoted.
enum LenientJSON {
    static func parse(_ bytes: [UInt8], path: String) throws(ZarrError) -> JSON {
        var bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if let quoted = quotingForeignTokens(bytes) { bytes = quoted }
        do throws(CoreError) { return try JSONParser.parse(bytes) } catch {
            throw ZarrError(.invalidMetadata, error.description, path: path)
        }
    }

    /// The text with every bare NaN, infinity and integer beyond Int64 in quotation marks; nil if there is none.
    private static func quotingForeignTokens(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        var copied = 0
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""): at = endOfString(bytes, at)
            case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-"), 0x30...0x39:
                let end = endOfToken(bytes, at)
                if isForeign(bytes[at..<end]) {
                    out += bytes[copied..<at]
                    out.append(UInt8(ascii: "\""))
                    out += bytes[at..<end]
                    out.append(UInt8(ascii: "\""))
                    copied = end
                }
                at = max(end, at + 1)
            default: at += 1
            }
        }
        return copied == 0 ? nil : out + bytes[copied...]
    }

    private static func isForeign(_ token: ArraySlice<UInt8>) -> Bool {
        if token.elementsEqual("NaN".utf8) || token.elementsEqual("Infinity".utf8) || token.elementsEqual("-Infinity".utf8) {
            return true
        }
        guard token.count >= 19, token.count <= 21 else { return false }
        let text = String(decoding: token, as: UTF8.self)
        return Int64(text) == nil && UInt64(text) != nil
    }

    private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(at + 1, bytes.count)
    }

    private static func endOfToken(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): at += 1
            default: return at
            }
        }
        return at
    }
}
