import Core
import Testing

@testable import Catalog

@Suite struct UploadTests {
    private func upload(_ id: String, fingerprint: String = "f", owner: String = "me") throws -> UploadRecord {
        UploadRecord(id: id, collection: try collectionID("c"), fingerprint: fingerprint, options: ["force": true], owner: owner)
    }

    private let objects = [UploadObject(key: "a/0", size: 1, sha256: "00"), UploadObject(key: "zarr.json", size: 5_000_000_000, sha256: "ff")]

    @Test(arguments: CatalogBackend.all) func keepsObjects(backend: CatalogBackend) throws {
        try backend.withDirectory { directory in
            let store = try backend.open(directory)
            let made = try store.createUpload(upload("u"))
            #expect(code { try store.createUpload(upload("u")) } == .conflict)
            for object in objects.reversed() { try store.recordObject(object, upload: "u") }
            try store.recordObject(UploadObject(key: "a/0", size: 2, sha256: "01"), upload: "u")
            let again = try backend.open(directory)
            #expect(try again.upload("u") == made && made.state == .open && made.options == ["force": true])
            #expect(try again.objects(upload: "u") == [UploadObject(key: "a/0", size: 2, sha256: "01"), objects[1]])
            #expect(try again.upload("none") == nil && again.objects(upload: "none").isEmpty)
            #expect(code { try store.recordObject(objects[0], upload: "none") } == .notFound)
        }
    }

    @Test(arguments: CatalogBackend.all) func findsTheOpenOneOfTheSameContent(backend: CatalogBackend) throws {
        try backend.withStore { store in
            try store.createUpload(upload("u"))
            try store.createUpload(upload("other", fingerprint: "g"))
            let c = try collectionID("c")
            #expect(try store.openUpload(collection: c, fingerprint: "f", owner: "me")?.id == "u")
            #expect(try store.openUpload(collection: c, fingerprint: "f", owner: "you") == nil)
            #expect(try store.openUpload(collection: try collectionID("d"), fingerprint: "f", owner: "me") == nil)
            try store.finishUpload("u", state: .aborted, error: nil)
            #expect(try store.openUpload(collection: c, fingerprint: "f", owner: "me") == nil)
        }
    }

    @Test(arguments: CatalogBackend.all) func exactlyOneCommitWins(backend: CatalogBackend) async throws {
        let directory = try backend.withDirectory { $0 }
        defer { try? removeDirectory(directory) }
        // Two stores over one place, as two processes would be.
        let stores = [try backend.open(directory), try backend.open(directory)]
        for round in 0..<10 {
            let id = "u\(round)"
            try stores[0].createUpload(upload(id))
            let outcomes = await withTaskGroup(of: CatalogError.Code?.self) { group in
                for i in 0..<4 { group.addTask { code { try stores[i % 2].beginCommit(upload: id) } } }
                return await group.reduce(into: [CatalogError.Code?]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1 && outcomes.filter { $0 == .conflict }.count == 3)
        }
    }

    @Test(arguments: CatalogBackend.all) func statesGoOneWay(backend: CatalogBackend) throws {
        try backend.withStore { store in
            try store.createUpload(upload("u"))
            try store.recordObject(objects[0], upload: "u")
            try store.beginCommit(upload: "u")
            #expect(code { try store.recordObject(objects[1], upload: "u") } == .conflict)
            #expect(code { try store.beginCommit(upload: "u") } == .conflict)
            try store.finishUpload("u", state: .failed, error: ["detail": "chunk a/0 is corrupt"])
            #expect(try store.upload("u")?.state == .failed && store.upload("u")?.error == ["detail": "chunk a/0 is corrupt"])
            #expect(try store.objects(upload: "u").isEmpty)
            #expect(code { try store.finishUpload("u", state: .committed, error: nil) } == .conflict)
            #expect(code { try store.beginCommit(upload: "u") } == .conflict)
            #expect(code { try store.beginCommit(upload: "none") } == .notFound)
            #expect(code { try store.finishUpload("none", state: .failed, error: nil) } == .notFound)
        }
    }

    @Test(arguments: CatalogBackend.all) func endsInTheTransactionOfItsPublish(backend: CatalogBackend) throws {
        try backend.withStore { store in
            let record = CollectionRecord(id: try collectionID("c"))
            try store.createUpload(upload("u"))
            let options = PublishOptions(mode: .replace, upload: "u")
            func publish() throws { try store.publish(record, items: { nil }, options: options, progress: { _ in }) }
            // Not begun: neither the collection nor the state is written.
            #expect(code(publish) == .conflict)
            #expect(try store.version(of: record.id) == nil && store.upload("u")?.state == .open)
            try store.beginCommit(upload: "u")
            #expect(code { try store.publish(record, items: { throw CatalogError(.io, "broken") }, options: options, progress: { _ in }) } == .io)
            #expect(try store.version(of: record.id) == nil && store.upload("u")?.state == .committing)
            try publish()
            #expect(try store.version(of: record.id) == 1 && store.upload("u")?.state == .committed)
            #expect(code(publish) == .conflict)
            #expect(try store.version(of: record.id) == 1)
        }
    }

    @Test(arguments: CatalogBackend.all) func opensAgainWhatACrashInterrupted(backend: CatalogBackend) throws {
        try backend.withDirectory { directory in
            let store = try backend.open(directory)
            for id in ["a", "b", "c"] { try store.createUpload(upload(id, fingerprint: id)) }
            try store.recordObject(objects[0], upload: "a")
            try store.beginCommit(upload: "a")
            try store.beginCommit(upload: "b")
            try store.finishUpload("b", state: .committed, error: nil)
            let restarted = try backend.open(directory)
            #expect(try restarted.recoverInterruptedUploads() == ["a"])
            #expect(try ["a", "b", "c"].map { try restarted.upload($0)?.state } == [.open, .committed, .open])
            #expect(try restarted.objects(upload: "a") == [objects[0]])
            #expect(try restarted.recoverInterruptedUploads().isEmpty)
            try restarted.beginCommit(upload: "a")
        }
    }
}
