import Core
import Glibc

/// A `.npy` file that is read. Any number of threads may read it at once.
public final class NPYFile: Sendable {
    public let header: NPYHeader
    private let file: OpenFile
    private let offset: Int

    public var dataType: ZarrDataType { header.dataType }
    public var shape: [Int] { header.shape }

    /// Opens a file and reads its header.
    ///
    /// - Throws: `notFound`; `invalidMetadata` for what is no `.npy` file, or one shorter than its header says; `io`
    public init(_ path: String) throws(ZarrError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let file = try OpenFile(path, key: name) else { throw ZarrError(.notFound, "no such file", path: name) }
        do throws(ZarrError) {
            (header, offset) = try NPYFile.readHeader(file)
        } catch {
            file.close()
            throw error.at(path: name)
        }
        self.file = file
    }

    deinit { file.close() }

    private static func readHeader(_ file: OpenFile) throws(ZarrError) -> (NPYHeader, Int) {
        guard let size = try file.regularSize() else { throw ZarrError(.invalidMetadata, "not a regular file") }
        let (fields, total) = try NPYHeader.length(try file.read(0..<12))
        let bytes = try file.read(0..<total)
        guard bytes.count == total else { throw ZarrError(.invalidMetadata, "the .npy header is cut off") }
        let header = try NPYHeader(text: bytes[fields...])
        guard let values = header.byteCount, values <= size - total else {
            throw ZarrError(.invalidMetadata, "the file is shorter than its .npy header says")
        }
        return (header, total)
    }

    /// All values: C order, native byte order.
    ///
    /// - Throws: `tooLarge` beyond `byteLimit`; `unsupported` for Fortran order of more than one axis; `io`
    public func readAll(byteLimit: Int = ReadOptions().byteLimit) throws(ZarrError) -> ZarrBuffer {
        guard let count = header.byteCount, count <= byteLimit else {
            throw ZarrError(.tooLarge, "the file holds more than \(byteLimit) bytes of values")
        }
        guard !header.isFortranOrder || shape.count < 2 else { throw ZarrError(.unsupported, "reading .npy files in Fortran order") }
        let bytes = try file.read(offset..<offset + count)
        guard bytes.count == count else { throw ZarrError(.io, "the file became shorter while it was read") }
        let buffer = try RawBuffer.make(count)
        bytes.withUnsafeBytes { buffer.mutableBytes.copyMemory(from: $0) }
        swap(buffer.mutableBytes)
        return ZarrBuffer(dataType: dataType, shape: shape, buffer: buffer)
    }

    private func swap(_ bytes: UnsafeMutableRawBufferPointer) {
        guard !header.bigEndianUnits.isEmpty, dataType.size > 0 else { return }
        for element in stride(from: 0, to: bytes.count, by: dataType.size) {
            for unit in header.bigEndianUnits {
                bytes[element + unit.offset..<element + unit.offset + unit.width].reverse()
            }
        }
    }
}

/// A `.npy` file that is written part by part, in any order and by several threads, and appears under its name only when it
/// is finished. One that is given up is removed.
public final class NPYWriter: @unchecked Sendable {
    public let header: NPYHeader
    private let path: String
    private let temporary: String
    private let name: String
    private let descriptor: Int32
    private let offset: Int
    // Written by `finish`, which its caller calls once, and read when nobody else has the writer any more.
    private var isFinished = false

    private static let temporaries = Counter()

    /// Makes the file, in C order and little endian, of its full size.
    ///
    /// - Throws: `unsupported` for elements of variable length; `io` if it cannot be made, or something else than a file has
    ///   the name.
    public init(_ path: String, dataType: ZarrDataType, shape: [Int]) throws(ZarrError) {
        header = NPYHeader(dataType: dataType, shape: shape)
        let start = try header.encoded()
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        name = String(path[slash...])
        self.path = path
        temporary = path[..<slash] + StoreKey.temporaryPrefix + "\(getpid())-\(NPYWriter.temporaries.increment())"
        guard let values = header.byteCount, values <= Int.max - start.count else {
            throw ZarrError(.tooLarge, "more bytes than can be counted", path: name)
        }
        try NPYWriter.checkTarget(path, name)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw OpenFile.failure("create", name) }
        offset = start.count
        guard ftruncate(descriptor, off_t(start.count + values)) == 0 else { throw OpenFile.failure("extend", name) }
        try start.withRaw { (raw) throws(ZarrError) in try self.write(raw, at: 0) }
    }

    deinit {
        if isFinished { return }
        close(descriptor)
        unlink(temporary)
    }

    /// A device or a folder is not to be replaced by a file.
    private static func checkTarget(_ path: String, _ name: String) throws(ZarrError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ZarrError(.io, "a folder or a device has this name", path: name) }
    }

    /// Writes a box of values.
    ///
    /// - Parameters:
    ///   - region: one range per axis.
    ///   - bytes: of just that region, C order, native byte order.
    /// - Throws: `outOfBounds`; `io`
    public func write(_ region: [Range<Int>], _ bytes: UnsafeRawBufferPointer) throws(ZarrError) {
        let (shape, size) = (header.shape, header.dataType.size)
        guard region.count == shape.count, zip(region, shape).allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= $1 }),
            Shape.bytes(region.map(\.count), itemSize: size) == bytes.count
        else { throw ZarrError(.outOfBounds, "no such part of the file, or not its size", path: name) }
        guard !bytes.isEmpty else { return }
        // Axes behind the first that is cut lie densely in both.
        var (outer, run) = (shape.count, size)
        while outer > 0 {
            outer -= 1
            run *= region[outer].count
            if region[outer].count != shape[outer] { break }
        }
        let strides = Shape.strides(shape, itemSize: size)
        let base = zip(region, strides).reduce(offset) { $0 + $1.0.lowerBound * $1.1 }
        let counts = region[..<outer].map(\.count)
        for n in 0..<bytes.count / run {
            let index = Shape.unravel(n, counts)
            let place = zip(index, strides).reduce(base) { $0 + $1.0 * $1.1 }
            try write(UnsafeRawBufferPointer(rebasing: bytes[n * run..<(n + 1) * run]), at: place)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(ZarrError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let written = pwrite(descriptor, base + done, bytes.count - done, off_t(place + done))
            if written < 0 {
                if errno == EINTR { continue }
                throw OpenFile.failure("write", name)
            }
            done += written
        }
    }

    /// Gives the file its name; what had the name before is replaced. Nothing may be written afterwards.
    public func finish() throws(ZarrError) {
        guard rename(temporary, path) == 0 else { throw OpenFile.failure("rename", name) }
        isFinished = true
        close(descriptor)
    }
}
