import Glibc

/// A file descriptor open for reading at any offset, by any thread.
struct OpenFile: Sendable {
    let descriptor: Int32
    private let key: String

    /// nil if there is no such file.
    init?(_ path: String, key: String) throws(ZarrError) {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if OpenFile.meansAbsent(errno) { return nil }
            throw OpenFile.failure("open", key)
        }
        descriptor = file
        self.key = key
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Bytes of a regular file; nil for directories and the like.
    func regularSize() throws(ZarrError) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw OpenFile.failure("stat", key) }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// The bytes of `range`, fewer if the file ends before.
    func read(_ range: Range<Int>) throws(ZarrError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + count, range.count - count, off_t(range.lowerBound + count))
                if got == 0 { break }
                if got < 0 {
                    if errno == EINTR { continue }
                    failed = true
                    break
                }
                count += got
            }
        }
        if failed { throw OpenFile.failure("read", key) }
        return bytes
    }

    static func meansAbsent(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    /// The error for the current `errno`. Names the key, not the path on this machine.
    static func failure(_ call: String, _ key: String) -> ZarrError {
        ZarrError(.io, "\(call): \(String(cString: strerror(errno)))", path: key)
    }
}
