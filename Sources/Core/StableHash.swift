/// A short name of a text that is the same in every process, unlike `hashValue`: for entity tags. FNV-1a, 64 bits, in base 36.
public func stableTag(_ text: String) -> String {
    String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
}
