import Testing

@testable import Raster

struct StatisticsTests {
    /// Large offset, small spread: what sums of squares get wrong.
    static let values: [Double] = (0..<20_000).map { 1e8 + Double(($0 * 7919) % 1000) / 1000 }

    @Test func matchesNumpy() throws {
        // numpy: v = 1e8 + ((arange(20000)*7919)%1000)/1000; mean 100000000.4995, var 0.08333325
        let s = RunningStatistics(Self.values)
        #expect(s.count == 20_000)
        #expect(s.min == 1e8 && s.max == 1e8 + 0.999)
        #expect(abs(s.mean - 100_000_000.4995) < 1e-6)
        #expect(abs(try #require(s.variance) - 0.083333250) < 1e-8)
    }

    @Test(arguments: [1, 7, 4096, 4097, 19_999])
    func mergedPiecesAreTheWhole(_ cut: Int) throws {
        var a = RunningStatistics(Array(Self.values[..<cut]))
        a.merge(RunningStatistics(Array(Self.values[cut...])))
        let whole = RunningStatistics(Self.values)
        #expect(a.count == whole.count && a.min == whole.min && a.max == whole.max)
        #expect(abs(a.mean - whole.mean) < 1e-7)
        #expect(abs(try #require(a.variance) - #require(whole.variance)) < 1e-9)
    }

    @Test func skipsWhatIsNoNumber() {
        var s = RunningStatistics([Float.nan, 3, .infinity, 1, -.infinity])
        #expect(s.count == 2 && s.min == 1 && s.max == 3 && s.sum == 4)
        s.add(.nan)
        #expect(s.count == 2)
        #expect(RunningStatistics([Double]()).variance == nil)
        #expect(RunningStatistics([5.0]).sampleVariance == nil)
    }

    @Test func percentilesInterpolateAsNumpyDoes() throws {
        // numpy.percentile([3,1,4,1,5,9,2,6], [0,2,25,50,98,100])
        let values: [Double] = [3, 1, 4, 1, .nan, 5, 9, 2, 6]
        let wanted = [1, 1, 1.75, 3.5, 8.58, 9]
        let shares = [0, 0.02, 0.25, 0.5, 0.98, 1]
        let all = Percentiles.of(values, shares)
        for (i, share) in shares.enumerated() {
            #expect(abs(try #require(all[i]) - wanted[i]) < 1e-12)
            #expect(Percentiles.of(values, [share])[0] == all[i])
        }
        #expect(Percentiles.of([Double.nan], [0.5]) == [nil])
        #expect(Percentiles.of(values, [1.5, -1]) == [nil, nil])
    }

    @Test func medianOfManyEqualsSorting() {
        var state: UInt32 = 1
        for count in [1, 2, 3, 10, 1001, 5000] {
            let values: [Double] = (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return Double(state >> 24)
            }
            let sorted = values.sorted()
            let wanted = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
            #expect(Percentiles.median(values) == wanted)
            #expect(Percentiles.median(sorted) == wanted)
            #expect(Percentiles.median(Array(sorted.reversed())) == wanted)
        }
    }

    @Test func histogramCountsEachValueOnce() throws {
        var h = try Histogram(range: 0...10, bins: 5)
        h.add(contentsOf: [0, 1.99, 2, 9.99, 10, -1, 11, .nan, .infinity] as [Double])
        #expect(h.counts == [2, 1, 0, 0, 2])
        #expect(h.below == 1 && h.above == 2 && h.total == 5)
        var twice = h
        try twice.merge(h)
        #expect(twice.counts == [4, 2, 0, 0, 4])
        #expect(throws: RasterError.self) { try twice.merge(Histogram(range: 0...10, bins: 6)) }
        #expect(throws: RasterError.self) { try Histogram(range: 1...1, bins: 4) }
        var even = try Histogram(range: 0...100, bins: 100)
        even.add(contentsOf: (0..<1000).map { Double($0) / 10 })
        #expect(abs(try #require(even.percentile(0.5)) - 50) < 0.2)
    }
}
