/// Order statistics of numbers held in memory. NaN and infinities do not count.
public enum Percentiles {
    /// The values at shares of 0…1, linearly interpolated between neighbours (numpy's default); empty input gives nil for each.
    public static func of(_ values: [Double], _ shares: [Double]) -> [Double?] {
        var sample = values.filter(\.isFinite)
        guard !sample.isEmpty else { return shares.map { _ in nil } }
        if shares.count > 2 {
            sample.sort()
            return shares.map { interpolated(sample, $0) }
        }
        return shares.map { selected(&sample, $0) }
    }

    public static func of(_ values: [Float], _ shares: [Double]) -> [Double?] { of(values.map(Double.init), shares) }

    /// The middle value, or the mean of the two in the middle; nil if nothing counts.
    public static func median(_ values: [Double]) -> Double? { of(values, [0.5])[0] }
    public static func median(_ values: [Float]) -> Double? { of(values, [0.5])[0] }

    private static func position(_ share: Double, _ count: Int) -> (index: Int, fraction: Double)? {
        guard share >= 0, share <= 1 else { return nil }
        let place = share * Double(count - 1)
        let index = min(count - 1, Int(place))
        return (index, place - Double(index))
    }

    private static func interpolated(_ sorted: [Double], _ share: Double) -> Double? {
        guard let (index, fraction) = position(share, sorted.count) else { return nil }
        guard fraction > 0, index + 1 < sorted.count else { return sorted[index] }
        return sorted[index] + (sorted[index + 1] - sorted[index]) * fraction
    }

    private static func selected(_ sample: inout [Double], _ share: Double) -> Double? {
        guard let (index, fraction) = position(share, sample.count) else { return nil }
        let value = sample.withUnsafeMutableBufferPointer { select($0, index) }
        guard fraction > 0, let next = sample[(index + 1)...].min() else { return value }
        return value + (next - value) * fraction
    }

    /// Quickselect: afterwards the k-th smallest is at k, smaller ones before it, greater ones behind.
    private static func select(_ a: UnsafeMutableBufferPointer<Double>, _ k: Int) -> Double {
        var (low, high) = (0, a.count - 1)
        while low < high {
            // The median of three keeps sorted input, the usual bad case, fast.
            let middle = low + (high - low) / 2
            if a[middle] < a[low] { a.swapAt(middle, low) }
            if a[high] < a[low] { a.swapAt(high, low) }
            if a[high] < a[middle] { a.swapAt(high, middle) }
            let pivot = a[middle]
            var (i, j) = (low, high)
            while i <= j {
                while a[i] < pivot { i += 1 }
                while a[j] > pivot { j -= 1 }
                if i <= j {
                    a.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if k <= j { high = j } else if k >= i { low = i } else { break }
        }
        return a[k]
    }
}
