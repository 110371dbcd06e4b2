import Core
import Crypto
import Foundation

/// Receives the bytes of one object into a file beside the others, with its checksum, and never more than the limit.
public final class ObjectReceiver: @unchecked Sendable {
    let part: String
    private let handle: FileHandle
    private let limit: Int
    private let expected: [UInt8]?
    private var hash = SHA256()
    private var size = 0
    private var isDone = false

    init(part: String, limit: Int, expected: [UInt8]?) throws {
        self.part = part
        self.limit = limit
        self.expected = expected
        guard FileManager.default.createFile(atPath: part, contents: nil), let handle = FileHandle(forWritingAtPath: part) else {
            throw ServiceError(.internalError, "the object cannot be written to the staging folder")
        }
        self.handle = handle
    }

    /// - Throws: `payloadTooLarge` with the limit.
    public func append(_ bytes: [UInt8]) throws {
        size += bytes.count
        guard size <= limit else { throw ServiceError(.payloadTooLarge, "an object of an upload has at most \(limit) bytes") }
        hash.update(data: bytes)
        try handle.write(contentsOf: bytes)
    }

    /// - Throws: `invalidBody` if the bytes are not those that were announced.
    func finish() throws -> (size: Int, digest: [UInt8]) {
        try handle.close()
        let digest = Array(hash.finalize())
        if let expected, expected != digest {
            throw ServiceError(.invalidBody, "Content-Digest: the \(size) bytes received have the sha-256 \(hex(digest)), not \(hex(expected))")
        }
        isDone = true
        return (size, digest)
    }

    deinit { if !isDone { unlink(part) } }
}
