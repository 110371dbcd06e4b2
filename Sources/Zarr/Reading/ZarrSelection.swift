import Core

/// A part of an array, said as in Python: `time=0,y=0:100,x=-10:`. A single index drops its axis; a range is cut to the axis;
/// negative numbers count from the end; axes that are not named are taken whole.
public struct ZarrSelection: Hashable, Sendable {
    /// What is to be read: one range per axis of the array.
    public private(set) var region: [Range<Int>]
    /// The axes that are left, in the array's order.
    public private(set) var axes: [Int]

    /// Extents of the result.
    public var shape: [Int] { axes.map { region[$0].count } }

    /// - Parameters:
    ///   - text: `axis=index` and `axis=from:to` by commas; an axis is a dimension's name or its number.
    /// - Throws: `outOfBounds` naming the offending part and the rule it breaks.
    public init(_ text: String, of metadata: ZarrArrayMetadata) throws(ZarrError) {
        region = metadata.shape.map { 0..<$0 }
        axes = Array(metadata.shape.indices)
        var seen: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) where !(text.isEmpty && part.isEmpty) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw ZarrSelection.refused(part, "a selection is axis=index or axis=from:to, several by commas")
            }
            let axis = try metadata.axis(named: ZarrSelection.trimmed(sides[0]))
            guard seen.insert(axis).inserted else { throw ZarrSelection.refused(part, "the axis is selected twice") }
            try select(axis, ZarrSelection.trimmed(sides[1]), metadata)
        }
    }

    private mutating func select(_ axis: Int, _ text: String, _ metadata: ZarrArrayMetadata) throws(ZarrError) {
        let extent = metadata.shape[axis]
        let name = metadata.axisName(axis)
        let bounds = text.split(separator: ":", omittingEmptySubsequences: false).map { ZarrSelection.trimmed($0) }
        guard bounds.count <= 2 else { throw ZarrSelection.refused(text, "a range of '\(name)' is from:to, without a step") }
        let numbers = bounds.map { Int($0) }
        guard zip(bounds, numbers).allSatisfy({ $1 != nil || ($0.isEmpty && bounds.count == 2) }) else {
            throw ZarrSelection.refused(text, "'\(name)' is selected by a whole number or by from:to")
        }
        guard bounds.count == 2 else {
            let index = numbers[0] ?? 0
            guard index >= -extent, index < extent else {
                throw ZarrSelection.refused(
                    text,
                    extent == 0
                        ? "'\(name)' has length 0: there is no index" : "an index of '\(name)' lies from \(-extent) to \(extent - 1)")
            }
            let place = index < 0 ? index + extent : index
            region[axis] = place..<place + 1
            axes.removeAll { $0 == axis }
            return
        }
        let lower = ZarrSelection.clamp(numbers[0] ?? 0, extent)
        region[axis] = lower..<max(lower, ZarrSelection.clamp(numbers[1] ?? extent, extent))
    }

    private static func clamp(_ bound: Int, _ extent: Int) -> Int {
        bound < 0 ? max(0, bound < -extent ? 0 : bound + extent) : min(bound, extent)
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let last = text.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(text[...last].drop(while: isSpace))
    }

    private static func refused(_ value: some StringProtocol, _ rule: String) -> ZarrError {
        ZarrError(.outOfBounds, "'\(CoreError.shorten(String(value)))': \(rule)")
    }
}

extension ZarrArrayMetadata {
    /// The axis that a user means by a dimension's name, or by its number (negative from the end).
    ///
    /// - Throws: `outOfBounds`, saying which there are.
    public func axis(named text: String) throws(ZarrError) -> Int {
        if !text.isEmpty, let axis = dimensionNames?.firstIndex(of: text) { return axis }
        if let number = Int(text), number >= -shape.count, number < shape.count { return number < 0 ? number + shape.count : number }
        let names = shape.indices.map { axisName($0) }.joined(separator: ", ")
        let rule =
            shape.isEmpty
            ? "the array is a scalar and has no dimensions"
            : "is no dimension; there are \(names), or by number 0 to \(shape.count - 1)"
        throw ZarrError(.outOfBounds, "'\(CoreError.shorten(text))': \(rule)")
    }

    /// The name of a dimension, or its number where it has none.
    public func axisName(_ axis: Int) -> String {
        guard let name = dimensionNames?[axis], !name.isEmpty else { return String(axis) }
        return name
    }
}
