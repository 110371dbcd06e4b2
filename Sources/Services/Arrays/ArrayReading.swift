import Core
import Foundation
import Zarr

/// Reads a part of an array into a `.npy` file or into JSON.
public struct ArrayReading: Sendable {
    public let array: ZarrArray
    public let selection: ZarrSelection
    private let work: ArrayWork

    /// More elements than this are no small selection.
    public static let maximumJSONElements = 100_000

    /// - Parameter select: such as `time=0,y=0:100`; "" is everything.
    /// - Throws: `invalidParameter` naming `select`; what finding the array throws.
    public init(_ location: ArrayLocation, select: String, work: ArrayWork) throws {
        array = try location.array()
        let metadata = array.metadata
        selection = try ServiceError.naming("select", value: select) { () throws(ZarrError) in try ZarrSelection(select, of: metadata) }
        self.work = work
    }

    /// Nested lists.
    public func json() throws -> JSON {
        let count = selection.shape.reduce(1.0) { $0 * Double($1) }
        guard count <= Double(ArrayReading.maximumJSONElements) else {
            throw ServiceError.parameter(
                "json", "\(array.shape)", "JSON is for up to \(ArrayReading.maximumJSONElements) elements; select fewer, or write them to a file with --output")
        }
        return try ServiceError.onStore {
            try array.read(selection.region, options: ReadOptions(concurrency: work.threads, cancel: work.cancel)).json(shape: selection.shape)
        }
    }

    /// Writes the values as they are stored, C order. The file appears when it is whole.
    public func writeNPY(to path: String) throws {
        try ServiceError.onStore {
            if array.dataType == .string { return try writeText(to: path) }
            let writer = try NPYWriter(path, dataType: array.dataType, shape: selection.shape)
            // Half a buffer is read at once: chunks of the threads come on top.
            let boxes = try RegionBoxes(selection.region, of: array, byteLimit: min(work.bufferBytes, 64 << 20))
            let options = ReadOptions(concurrency: work.threads, cancel: work.cancel)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: boxes.largestByteCount, alignment: 64)
            defer { buffer.deallocate() }
            for n in 0..<boxes.count {
                let box = boxes[n]
                let bytes = box.reduce(array.dataType.size) { $0 * $1.count }
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<bytes])
                try array.read(box, into: part, options: options)
                try writer.write(place(of: box), UnsafeRawBufferPointer(part))
                work.progress?(Double(n + 1) / Double(boxes.count), "reading")
            }
            try writer.finish()
        }
    }

    /// Where a box of the array lies in the result.
    private func place(of box: [Range<Int>]) -> [Range<Int>] {
        selection.axes.map { axis in
            let start = selection.region[axis].lowerBound
            return box[axis].lowerBound - start..<box[axis].upperBound - start
        }
    }

    /// Text of any length becomes text of the longest element's length, as numpy has it.
    private func writeText(to path: String) throws {
        let text = try array.read(selection.region, options: ReadOptions(concurrency: work.threads, cancel: work.cancel)).strings()
        let (bytes, length) = ArrayReading.utf32(text)
        let writer = try NPYWriter(path, dataType: .fixedUTF32(length), shape: selection.shape)
        try bytes.withUnsafeBytes { try writer.write(selection.shape.map { 0..<$0 }, $0) }
        try writer.finish()
    }

    /// Code points of four bytes, padded with NUL to the longest.
    static func utf32(_ text: [String]) -> (values: [UInt32], length: Int) {
        let length = max(1, text.map(\.unicodeScalars.count).max() ?? 1)
        var values = [UInt32](repeating: 0, count: text.count * length)
        for (n, element) in text.enumerated() {
            for (at, scalar) in element.unicodeScalars.enumerated() { values[n * length + at] = scalar.value }
        }
        return (values, length)
    }
}
