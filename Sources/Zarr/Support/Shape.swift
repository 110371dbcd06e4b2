/// Arithmetic on shapes that never overflows in silence.
enum Shape {
    /// The product of the extents; nil on overflow. 1 for a scalar.
    static func product(_ shape: [Int]) -> Int? {
        var total = 1
        for extent in shape {
            let (next, overflow) = total.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            total = next
        }
        return total
    }

    /// Bytes of an array of this shape; nil on overflow.
    static func bytes(_ shape: [Int], itemSize: Int) -> Int? {
        guard let count = product(shape) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: itemSize)
        return overflow ? nil : bytes
    }

    /// Strides of a C-order array, in units of `itemSize`.
    static func strides(_ shape: [Int], itemSize: Int) -> [Int] {
        var strides = [Int](repeating: itemSize, count: shape.count)
        var at = shape.count - 2
        while at >= 0 {
            strides[at] = strides[at + 1] &* shape[at + 1]
            at -= 1
        }
        return strides
    }

    /// The multi-index of the n-th cell of a C-order grid.
    static func unravel(_ linear: Int, _ counts: [Int]) -> [Int] {
        var index = [Int](repeating: 0, count: counts.count)
        var rest = linear
        for axis in counts.indices.reversed() where counts[axis] > 0 {
            index[axis] = rest % counts[axis]
            rest /= counts[axis]
        }
        return index
    }

    /// The position of `index` in a C-order grid.
    static func ravel(_ index: [Int], _ counts: [Int]) -> Int {
        var linear = 0
        for axis in counts.indices { linear = linear &* counts[axis] &+ index[axis] }
        return linear
    }
}
