import Core
import Glibc
import Synchronization

/// A directory tree: each key a file. Writes go to a temporary file that is renamed, so a reader, or a crash, never sees half.
public final class DirectoryStore: WritableZarrStore {
    /// The directory's path.
    public let root: String
    /// Whether a write reaches the disk (`fsync`) before it is renamed into place.
    public let isDurable: Bool
    private let madeDirectories = Mutex<Set<String>>([])

    /// - Parameters:
    ///   - root: path of a directory; it may not exist yet when it is only written to.
    ///   - durable: `fsync` each value before it appears. Costly; metadata files deserve it, chunks are synced by the publisher.
    public init(_ root: String, durable: Bool = false) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        isDurable = durable
    }

    func path(of key: String) throws(ZarrError) -> String {
        try StoreKey.validate(key)
        return root + "/" + key
    }

    public func read(_ key: String) throws(ZarrError) -> [UInt8]? {
        try read(key, .fromStart(0..<Int.max))
    }

    public func read(_ key: String, _ range: ByteRange) throws(ZarrError) -> [UInt8]? {
        guard let file = try OpenFile(path(of: key), key: key) else { return nil }
        defer { file.close() }
        guard let size = try file.regularSize() else { return nil }
        return try file.read(range.resolved(size: size))
    }

    public func size(of key: String) throws(ZarrError) -> Int? {
        var status = stat()
        guard stat(try path(of: key), &status) == 0 else {
            if OpenFile.meansAbsent(errno) { return nil }
            throw OpenFile.failure("stat", key)
        }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}

extension DirectoryStore {
    public func list(prefix: String) throws(ZarrError) -> [String] {
        // Only the directory that the prefix names, not the whole tree, is walked.
        let directory = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        if !directory.isEmpty { try StoreKey.validate(directory) }
        var keys: [String] = []
        var pending = [directory]
        while let next = pending.popLast() {
            for entry in try entries(of: next) {
                let key = StoreKey.join(next, entry.name)
                if entry.isDirectory { pending.append(key) } else if key.hasPrefix(prefix) { keys.append(key) }
            }
        }
        return keys.sorted()
    }

    public func children(of path: String) throws(ZarrError) -> [String] {
        if !path.isEmpty { try StoreKey.validate(path) }
        return try entries(of: path).filter(\.isDirectory).map(\.name).sorted()
    }

    private func entries(of directory: String) throws(ZarrError) -> [(name: String, isDirectory: Bool)] {
        let path = directory.isEmpty ? root : root + "/" + directory
        guard let handle = opendir(path) else {
            if OpenFile.meansAbsent(errno) { return [] }
            throw OpenFile.failure("opendir", directory)
        }
        defer { closedir(handle) }
        var found: [(String, Bool)] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." || name.hasPrefix(StoreKey.temporaryPrefix) { continue }
            found.append((name, isDirectory(Int32(entry.pointee.d_type), path + "/" + name)))
        }
        return found
    }

    private func isDirectory(_ type: Int32, _ path: String) -> Bool {
        if type == Int32(DT_DIR) { return true }
        if type == Int32(DT_REG) { return false }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension DirectoryStore {
    private static let temporaries = Counter()

    public func write(_ key: String, _ bytes: UnsafeRawBufferPointer) throws(ZarrError) {
        let path = try path(of: key)
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let directory = String(path[..<slash])
        try makeDirectory(directory, key: key)
        let temporary = directory + "/" + StoreKey.temporaryPrefix + "\(getpid())-\(DirectoryStore.temporaries.increment())"
        do throws(ZarrError) {
            try writeFile(temporary, bytes, key: key)
            guard rename(temporary, path) == 0 else { throw OpenFile.failure("rename", key) }
            if isDurable { try syncDirectory(directory, key: key) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func writeFile(_ path: String, _ bytes: UnsafeRawBufferPointer, key: String) throws(ZarrError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw OpenFile.failure("create", key) }
        defer { _ = Glibc.close(file) }
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let written = Glibc.write(file, base + done, bytes.count - done)
            if written < 0 {
                if errno == EINTR { continue }
                throw OpenFile.failure("write", key)
            }
            done += written
        }
        if isDurable, fsync(file) != 0 { throw OpenFile.failure("fsync", key) }
    }

    /// The new name itself must reach the disk as well.
    private func syncDirectory(_ path: String, key: String) throws(ZarrError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw OpenFile.failure("open directory", key) }
        defer { _ = Glibc.close(directory) }
        if fsync(directory) != 0 { throw OpenFile.failure("fsync directory", key) }
    }

    private func makeDirectory(_ path: String, key: String) throws(ZarrError) {
        if madeDirectories.withLock({ $0.contains(path) }) { return }
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
                throw OpenFile.failure("mkdir", key)
            }
            try makeDirectory(String(path[..<slash]), key: key)
            if mkdir(path, 0o755) != 0, errno != EEXIST { throw OpenFile.failure("mkdir", key) }
        }
        madeDirectories.withLock { _ = $0.insert(path) }
    }

    public func remove(_ key: String) throws(ZarrError) {
        if unlink(try path(of: key)) != 0, !OpenFile.meansAbsent(errno) { throw OpenFile.failure("remove", key) }
    }
}
