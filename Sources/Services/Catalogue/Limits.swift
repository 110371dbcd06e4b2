import Core

/// Sizes of pages, read and clamped the same way by every resource.
public enum Limits {
    public static let items = (standard: 10, maximum: 10_000)
    public static let collections = (standard: 1_000, maximum: 10_000)

    /// - Throws: `invalidParameter` for what is not a whole number of at least 1.
    public static func limit(_ text: String, maximum: Int) throws(ServiceError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = text.count > 18 ? Int.max : Int(text), value >= 1 else {
            throw .parameter("limit", text, "is a whole number of at least 1")
        }
        return min(value, maximum)
    }
}
