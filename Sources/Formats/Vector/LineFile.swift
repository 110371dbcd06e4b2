import Glibc

/// A file that is written from front to back under another name, and gets its own when it is whole.
final class LineFile {
    static let bufferSize = 1 << 20
    private let path: String
    private let temporary: String
    private var descriptor: Int32

    init(_ path: String) throws(FormatsError) {
        self.path = path
        temporary = path + ".part"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LineFile.failure("cannot be made", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes the bytes and empties the array.
    func append(_ bytes: inout [UInt8]) throws(FormatsError) {
        let done = bytes.withUnsafeBytes { raw -> Bool in
            var at = 0
            while at < raw.count, let base = raw.baseAddress {
                let count = write(descriptor, base + at, raw.count - at)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                at += count
            }
            return true
        }
        guard done else { throw LineFile.failure("cannot be written", path) }
        bytes.removeAll(keepingCapacity: true)
    }

    func finish() throws(FormatsError) {
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporary, path) == 0 else { throw LineFile.failure("cannot be written", path) }
    }

    func abandon() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(temporary)
    }

    private static func failure(_ what: String, _ path: String) -> FormatsError {
        FormatsError(.writeFailed, "the output \(what): \(String(cString: strerror(errno)))", file: path)
    }
}
