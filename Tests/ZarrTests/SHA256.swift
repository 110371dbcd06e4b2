/// SHA-256 (FIPS 180-4), for expected values that are kept as digests only.
enum SHA256 {
    static func hex(_ message: [UInt8]) -> String {
        var state: [UInt32] = [
            0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
        ]
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (64 + 56 - padded.count % 64) % 64)
        padded += withUnsafeBytes(of: UInt64(message.count * 8).bigEndian) { Array($0) }
        padded.withUnsafeBytes { raw in
            for block in stride(from: 0, to: raw.count, by: 64) { compress(raw, block, &state) }
        }
        return state.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    private static func compress(_ raw: UnsafeRawBufferPointer, _ block: Int, _ state: inout [UInt32]) {
        var w = (0..<16).map { UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: block + $0 * 4, as: UInt32.self)) }
        for i in 16..<64 {
            let s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3
            let s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10
            w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
        }
        var v = state
        for i in 0..<64 {
            let s1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
            let t1 = v[7] &+ s1 &+ (v[4] & v[5] ^ ~v[4] & v[6]) &+ constants[i] &+ w[i]
            let s0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
            let t2 = s0 &+ (v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2])
            v = [t1 &+ t2, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] &+= v[i] }
    }

    private static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

    /// The fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = {
        var primes: [Int] = []
        var candidate = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map(cubeRootFraction)
    }()

    /// floor(frac(∛p) × 2³²), exactly: the largest x with x³ ≤ p × 2⁹⁶, of which the low 32 bits.
    private static func cubeRootFraction(_ prime: Int) -> UInt32 {
        var root = UInt64(0)
        for bit in (0..<36).reversed() {
            let trial = root | 1 << UInt64(bit)
            if isCube(trial, atMost: prime) { root = trial }
        }
        return UInt32(truncatingIfNeeded: root)
    }

    private static func isCube(_ x: UInt64, atMost prime: Int) -> Bool {
        // x³ ≤ p·2⁹⁶ compared in 128 bits: x < 2³⁶, so x³ < 2¹⁰⁸.
        UInt128(x) * UInt128(x) * UInt128(x) <= UInt128(prime) << 96
    }
}
