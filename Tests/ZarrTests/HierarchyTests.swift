import Core
import Testing

@testable import Zarr

@Suite struct HierarchyTests {
    private func text(_ json: JSON) -> [UInt8] { json.encoded }

    private let array2: JSON = [
        "zarr_format": 2, "shape": [2, 3], "chunks": [2, 3], "dtype": "|u1", "fill_value": 7, "order": "C", "compressor": .null,
        "filters": .null,
    ]

    private func v2() throws -> MemoryStore {
        let store = MemoryStore()
        try store.write(".zgroup", text(["zarr_format": 2]))
        try store.write(".zattrs", Array(#"{"title": "two", "missing": NaN}"#.utf8))
        try store.write("g/.zgroup", text(["zarr_format": 2]))
        try store.write("g/a/.zarray", text(array2))
        try store.write("g/a/.zattrs", text(["_ARRAY_DIMENSIONS": ["y", "x"], "units": "m"]))
        try store.write("g/a/0.0", [1, 2, 3, 4, 5, 6])
        try store.write("nothing/here", [1])
        return store
    }

    private func consolidate(_ store: MemoryStore) throws {
        var nodes: [(String, JSON)] = []
        for key in try store.list(prefix: "") where key.hasSuffix(".zgroup") || key.hasSuffix(".zarray") || key.hasSuffix(".zattrs") {
            nodes.append((key, try LenientJSON.parse(store.read(key) ?? [], path: key)))
        }
        try store.write(".zmetadata", text(["zarr_consolidated_format": 1, "metadata": JSON(nodes)]))
    }

    @Test(arguments: [false, true])
    func version2(_ consolidated: Bool) throws {
        let store = try v2()
        if consolidated { try consolidate(store) }
        let counting = CountingStore(store)
        let hierarchy = try ZarrHierarchy.open(counting)
        #expect(hierarchy.formatVersion == 2)
        #expect(hierarchy.isConsolidated == consolidated)
        #expect(hierarchy.attributes["title"] == "two")
        #expect(hierarchy.groups.keys.sorted() == ["", "g"])
        #expect(hierarchy.arrays.keys.sorted() == ["g/a"])
        // zarr.json (absent) and .zmetadata: nothing else is asked for.
        if consolidated { #expect(counting.reads.current == 2) }
        let array = try #require(hierarchy.arrays["g/a"])
        #expect(array.metadata.dimensionNames == ["y", "x"])
        #expect(array.metadata.attributes["units"] == "m")
        #expect(try array.readAll().integers() == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: [false, true])
    func version3(_ consolidated: Bool) throws {
        let store = MemoryStore()
        let spec = ZarrArraySpec(
            shape: [4], chunkShape: [2], dataType: .numeric(.int16), fillValue: 0, dimensionNames: ["x"], attributes: ["units": "m"])
        let document = try Arrays.write(spec, Arrays.ramp(spec.dataType, 4), to: store, path: "g/a").metadata.json
        try ZarrGroupWriter.write(store, path: "g", attributes: ["level": 1])
        let nodes: [String: JSON] = ["g": ZarrGroupWriter.json(attributes: ["level": 1]), "g/a": document]
        try ZarrGroupWriter.write(store, path: "", attributes: ["title": "three"], consolidated: consolidated ? nodes : nil)
        let counting = CountingStore(store)
        let hierarchy = try ZarrHierarchy.open(counting)
        if consolidated { #expect(counting.reads.current == 1) }
        #expect(hierarchy.isConsolidated == consolidated)
        #expect(hierarchy.attributes["title"] == "three")
        #expect(hierarchy.groups["g"]?["level"] == 1)
        #expect(hierarchy.arrays["g/a"]?.metadata.dimensionNames == ["x"])
        #expect(try hierarchy.arrays["g/a"]?.readAll().integers() == [1, 2, 3, 4])
        #expect(try ZarrHierarchy.open(store, path: "g").arrays["a"]?.path == "g/a")
        #expect(try ZarrHierarchy.open(store, path: "g/a").arrays[""]?.shape == [4])
    }

    @Test func emptyStoresAreNotFound() {
        do {
            _ = try ZarrHierarchy.open(MemoryStore())
            Issue.record("opened")
        } catch {
            #expect(error.code == .notFound)
        }
    }

    /// One array with an unknown codec hides no other, and its error names the codec.
    @Test func unknownCodecsAreNamed() throws {
        let store = try v2()
        guard case .object(var object) = array2 else { return }
        object["compressor"] = ["id": "brotli9000"]
        try store.write("b/.zarray", text(.object(object)))
        let hierarchy = try ZarrHierarchy.open(store)
        #expect(hierarchy.arrays.keys.sorted() == ["g/a"])
        let problem = try #require(hierarchy.problems["b"])
        #expect(problem.code == .unsupported)
        #expect(problem.description == "'b': unknown codec 'brotli9000'")
    }

    @Test(
        arguments: [
            ("data_type", "decimal128", "decimal128"), ("chunk_grid", ["name": "hexagonal"], "hexagonal"),
            ("chunk_key_encoding", ["name": "hashed"], "hashed"),
            ("codecs", [["name": "bytes"], ["name": "numcodecs.pcodec"]], "pcodec"), ("surprise", 1, "surprise"),
            ("storage_transformers", [["name": "x"]], "storage transformers"),
        ] as [(String, JSON, String)])
    func whatIsUnknownIsNamed(_ member: String, _ value: JSON, _ name: String) throws {
        let spec = ZarrArraySpec(shape: [4], chunkShape: [2], dataType: .numeric(.int16), fillValue: 0)
        guard case .object(var object) = spec.json else { return }
        object[member] = value
        do {
            _ = try ZarrArrayMetadata(json: .object(object), path: "p")
            Issue.record("accepted")
        } catch {
            #expect(error.code == .unsupported)
            #expect(error.message.contains(name))
            #expect(error.path == "p")
        }
    }

    @Test(.enabled(if: SharedData.root != nil))
    func everyRasterStoreOfTheSharedDataOpens() throws {
        let root = try #require(SharedData.root) + "/data/raster"
        let names = try DirectoryStore(root).children(of: "").filter { $0.hasSuffix(".zarr") }
        #expect(names.count >= 13)
        for name in names {
            let hierarchy = try ZarrHierarchy.open(DirectoryStore(root + "/" + name))
            #expect(hierarchy.isConsolidated && hierarchy.problems.isEmpty && !hierarchy.arrays.isEmpty, "\(name)")
            for array in hierarchy.arrays.values {
                #expect(array.shape.isEmpty || array.metadata.dimensionNames?.count == array.shape.count)
                _ = try array.readAll(options: ReadOptions(concurrency: 2))
            }
        }
    }

    /// Every array document of real EOPF products parses; they are nested by `members`.
    @Test(.enabled(if: SharedData.root != nil), arguments: ["eopf_v2_S2A_MSIL2A_T32TQM", "geozarr_v3_S2A_MSIL2A_T32TQM"])
    func metadataOfRealProducts(_ name: String) throws {
        let root = try #require(SharedData.zarr) + "/eopf_metadata/"
        var pending = [try #require(try SharedData.json(root + name + ".json"))]
        var arrays = 0
        while let node = pending.popLast() {
            pending += node["members"]?.objectValue?.members.map(\.value) ?? []
            guard node["shape"] != nil else { continue }
            let metadata = try ZarrArrayMetadata(json: node)
            #expect(metadata.chunkGrid.total > 0)
            arrays += 1
        }
        #expect(arrays > 20)
    }
}

@Suite struct SensibleSizeTests {
    private func document(_ changes: [(String, JSON)]) -> JSON {
        var object: JSONObject = [
            "zarr_format": 2, "shape": [4], "chunks": [4], "dtype": "|u1", "fill_value": 0, "order": "C", "compressor": .null,
            "filters": .null,
        ]
        for (key, value) in changes { object[key] = value }
        return .object(object)
    }

    /// Metadata cannot make a reader set aside memory without end, or overflow.
    @Test func documentsOfSenselessSizesAreRefused() {
        let grow: JSON = ["id": "astype", "decode_dtype": "|u1", "encode_dtype": "<f8"]
        let lies: [[(String, JSON)]] = [
            [("chunks", [4_294_967_296])], [("shape", [.int(.max)]), ("chunks", [.int(.max)])], [("shape", [-1])],
            [("chunks", [0])], [("chunks", [4, 4])], [("filters", .array([JSON](repeating: grow, count: 30)))],
            [("dtype", "|S99999999999")], [("shape", [4_503_599_627_370_496, 4_503_599_627_370_496]), ("chunks", [1, 1])],
            [("chunks", [1_048_576]), ("filters", .array([JSON](repeating: ["id": "packbits"], count: 3) + [JSON](repeating: grow, count: 22)))],
        ]
        for lie in lies {
            #expect(throws: ZarrError.self, "\(lie)") { try ZarrArrayMetadata(json: document(lie)) }
        }
        let chained = document([("filters", .array([JSON](repeating: ["id": "zlib"], count: 200)))])
        #expect((try? ZarrArrayMetadata(json: chained)) != nil)
    }
}
