import Core
import Raster
import Zarr

/// One band at one level: reads windows of stored values and makes physical ones of them.
struct BandSource: Sendable {
    let band: Band
    let array: ZarrArray
    let axes: CubeDescription.Axes
    let decoding: PixelDecoding

    private var shape: [Int] { array.metadata.shape }
    var width: Int { shape[axes.x] }
    var height: Int { shape[axes.y] }
    /// Pixels of a chunk along y and x, and its time steps.
    var chunkHeight: Int { max(1, array.metadata.chunkShape[axes.y]) }
    var chunkWidth: Int { max(1, array.metadata.chunkShape[axes.x]) }
    var chunkTimes: Int { axes.time.map { max(1, array.metadata.chunkShape[$0]) } ?? 1 }

    private func region(times: Range<Int>, window: PixelWindow) -> [Range<Int>] {
        var region = shape.map { _ in 0..<1 }
        region[axes.y] = window.rows
        region[axes.x] = window.columns
        if let time = axes.time { region[time] = times }
        if let axis = axes.band, let index = band.bandIndex { region[axis] = index..<(index + 1) }
        return region
    }

    /// Stored values of a window that does not wrap, ordered time, y, x. A band without time has one step.
    ///
    /// - Throws: `CubeError.unreadable` naming array and chunk.
    func raw(times: Range<Int>, window: PixelWindow, _ options: ReadOptions) throws(CubeError) -> ZarrBuffer {
        let region = region(times: times, window: window)
        return try CubeError.wrapping(.unreadable, "array '\(band.variable)' cannot be read", subject: band.variable) {
            try array.read(region, options: options)
        }
    }

    /// Whether the stored order of the axes is time, y, x (then nothing has to be turned).
    var isRowMajor: Bool { axes.y < axes.x && (axes.time.map { $0 < axes.y } ?? true) }

    /// Physical values of one time step; a window over the seam of the earth is put together from its parts.
    func plane(storeTime: Int, window: PixelWindow, _ options: ReadOptions) throws(CubeError) -> Plane {
        let parts = window.parts(sourceWidth: width)
        if parts.count == 1, isRowMajor { return try simplePlane(storeTime, parts[0].window, options) }
        var plane = Plane(width: window.width, height: window.height)
        for part in parts {
            let values = try doubles(times: storeTime..<(storeTime + 1), window: part.window, options)
            for row in 0..<window.height {
                for column in 0..<part.window.width {
                    plane.values[row * window.width + part.atColumn + column] = Float(values[row * part.window.width + column])
                }
            }
        }
        return plane
    }

    private func simplePlane(_ time: Int, _ window: PixelWindow, _ options: ReadOptions) throws(CubeError) -> Plane {
        let buffer = try raw(times: time..<(time + 1), window: window, options)
        return Plane(width: window.width, height: window.height) { target in
            buffer.withUnsafeBytes { raw in
                guard let base = raw.baseAddress, raw.count >= target.count * decoding.type.size else { return target.update(repeating: .nan) }
                decoding.decode(base, into: target)
            }
        }
    }

    /// Physical values in Double, ordered time, y, x.
    func doubles(times: Range<Int>, window: PixelWindow, _ options: ReadOptions) throws(CubeError) -> [Double] {
        let steps = axes.time == nil ? 1 : times.count
        let count = steps * window.pixelCount
        let buffer = try raw(times: times, window: window, options)
        let values = [Double](unsafeUninitializedCapacity: count) { target, initialized in
            let target = UnsafeMutableBufferPointer(rebasing: target[0..<count])
            buffer.withUnsafeBytes { raw in
                if let base = raw.baseAddress, raw.count >= count * decoding.type.size {
                    decoding.decode(base, into: target)
                } else {
                    target.initialize(repeating: .nan)
                }
            }
            initialized = count
        }
        return isRowMajor ? values : turned(values, steps: steps, window: window)
    }

    /// Strides, in elements of a region read, of time, y and x.
    private func strides(steps: Int, _ window: PixelWindow) -> (time: Int, y: Int, x: Int) {
        let lengths = [(axes.time ?? -1, steps), (axes.y, window.height), (axes.x, window.width)].sorted { $0.0 < $1.0 }
        func stride(of axis: Int) -> Int { lengths.drop { $0.0 <= axis }.reduce(1) { $0 * $1.1 } }
        return (stride(of: axes.time ?? -1), stride(of: axes.y), stride(of: axes.x))
    }

    /// From the stored order of axes to time, y, x.
    private func turned(_ values: [Double], steps: Int, window: PixelWindow) -> [Double] {
        let (t, y, x) = strides(steps: steps, window)
        var result: [Double] = []
        result.reserveCapacity(values.count)
        for time in 0..<steps {
            for row in 0..<window.height {
                for column in 0..<window.width { result.append(values[time * t + row * y + column * x]) }
            }
        }
        return result
    }

    /// Copies the stored values of a window, bit for bit, into planes of `stride` × `rows` elements, one per time step.
    ///
    /// - Parameter target: holds `times.count` planes (one for a band without time).
    func copyRaw(
        times: Range<Int>, window: PixelWindow, to target: UnsafeMutableRawPointer, stride: Int, rows: Int, _ options: ReadOptions
    ) throws(CubeError) {
        let steps = axes.time == nil ? 1 : times.count
        let size = decoding.type.size
        let buffer = try raw(times: times, window: window, options)
        let (t, y, x) = strides(steps: steps, window)
        buffer.withUnsafeBytes { raw in
            guard let base = raw.baseAddress, raw.count >= steps * window.pixelCount * size else { return }
            for step in 0..<steps {
                for row in 0..<window.height {
                    let from = base + (step * t + row * y) * size
                    let to = target + (step * rows + row) * stride * size
                    if x == 1 {
                        to.copyMemory(from: from, byteCount: window.width * size)
                    } else {
                        for column in 0..<window.width {
                            (to + column * size).copyMemory(from: from + column * x * size, byteCount: size)
                        }
                    }
                }
            }
        }
    }
}
