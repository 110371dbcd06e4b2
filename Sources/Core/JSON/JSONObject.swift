/// The members of a JSON object in the order they came. Of a repeated name the last value counts (RFC 8259, section 4).
public struct JSONObject: Sendable {
    public private(set) var members: [(key: String, value: JSON)]
    private var index: [String: Int]?

    /// Above this many members a look-up goes through a hash table.
    private static let indexThreshold = 12

    public init() { members = [] }

    public init(_ pairs: [(String, JSON)]) {
        members = []
        members.reserveCapacity(pairs.count)
        for (key, value) in pairs { self[key] = value }
    }

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }
    public var keys: [String] { members.map(\.key) }

    public subscript(_ key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let at?, let value?): members[at].value = value
            case (let at?, nil):
                members.remove(at: at)
                reindex()
            case (nil, let value?):
                members.append((key, value))
                if index != nil { index?[key] = members.count - 1 } else if members.count > JSONObject.indexThreshold { reindex() }
            case (nil, nil): break
            }
        }
    }

    /// Adds or replaces the members of `other`.
    public mutating func merge(_ other: JSONObject) { for (key, value) in other.members { self[key] = value } }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func reindex() {
        guard members.count > JSONObject.indexThreshold else { index = nil; return }
        var fresh = [String: Int](minimumCapacity: members.count)
        for (at, member) in members.enumerated() { fresh[member.key] = at }
        index = fresh
    }
}

extension JSONObject: Hashable {
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.count == b.count && a.members.allSatisfy { b[$0.key] == $0.value }
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(members.count) }
}

extension JSONObject: ExpressibleByDictionaryLiteral, Sequence {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
    public func makeIterator() -> IndexingIterator<[(key: String, value: JSON)]> { members.makeIterator() }
}
