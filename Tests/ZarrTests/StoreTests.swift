import Core
import Foundation
import Testing

@testable import Zarr

@Suite struct StoreTests {
    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/../b", ".", "a/.", "a\\b", "a\u{0}b", ".zarr-partial-1", "x/.zarr-partial-1"])
    func refusesKeysThatLeaveTheStore(_ key: String) throws {
        let directory = try TemporaryDirectory()
        for store in [MemoryStore(), DirectoryStore(directory.path)] as [any WritableZarrStore] {
            #expect(throws: ZarrError.self) { try store.read(key) }
            #expect(throws: ZarrError.self) { try store.write(key, [1]) }
            #expect(throws: ZarrError.self) { try store.size(of: key) }
            #expect(throws: ZarrError.self) { try store.remove(key) }
        }
    }

    /// The same behaviour of every store that can be written.
    @Test func readsWhatWasWritten() throws {
        let directory = try TemporaryDirectory()
        for store in [MemoryStore(), DirectoryStore(directory.path), DirectoryStore(directory.path + "/x/y", durable: true)]
            as [any WritableZarrStore]
        {
            #expect(try store.read("a/b/c") == nil)
            try store.write("a/b/c", [0, 1, 2, 3, 4])
            try store.write("a/d", [])
            #expect(try store.read("a/b/c") == [0, 1, 2, 3, 4])
            #expect(try store.read("a/d") == [])
            #expect(try store.read("a/b") == nil)
            #expect(try store.size(of: "a/b/c") == 5)
            #expect(try store.size(of: "a/b") == nil)
            #expect(try store.read("a/b/c", .fromStart(1..<3)) == [1, 2])
            #expect(try store.read("a/b/c", .fromStart(4..<99)) == [4])
            #expect(try store.read("a/b/c", .fromStart(50..<99)) == [])
            #expect(try store.read("a/b/c", .suffix(2)) == [3, 4])
            #expect(try store.read("a/b/c", .suffix(20)) == [0, 1, 2, 3, 4])
            #expect(try store.read("a/x", .suffix(2)) == nil)
            #expect(try store.list(prefix: "a/").filter { $0.hasPrefix("a/") } == ["a/b/c", "a/d"])
            #expect(try store.list(prefix: "a/b/") == ["a/b/c"])
            #expect(try store.children(of: "a") == ["b"])
            try store.write("a/b/c", [9])
            #expect(try store.read("a/b/c") == [9])
            try store.remove("a/b/c")
            try store.remove("a/b/c")
            #expect(try store.read("a/b/c") == nil)
        }
    }

    @Test func aFailedWriteLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        let store = DirectoryStore(directory.path)
        try store.write("a/b", [1])
        // The key is a directory already: the rename must fail, and its temporary file must go.
        #expect(throws: ZarrError.self) { try store.write("a", [2]) }
        #expect(try store.list(prefix: "") == ["a/b"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
    }

    @Test func errorsDoNotTellThePathOfTheMachine() throws {
        let directory = try TemporaryDirectory()
        let store = DirectoryStore(directory.path)
        try store.write("a/b", [1])
        do {
            try store.write("a", [2])
        } catch {
            #expect(!"\(error)".contains(directory.path))
        }
    }
}
