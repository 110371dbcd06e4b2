import ArgumentParser
import Core
import Services

struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a collection with all its data.")

    @Argument(help: "The collection's id.")
    var id: String

    @OptionGroup var store: StoreOptions

    func run() throws {
        let collection = try ServiceError.naming("id") { () throws(CoreError) in try CollectionID(id) }
        let service = try store.service()
        guard try service.catalog.collection(collection, access: .all) != nil else { throw ServiceError.notFound("collection", id) }
        try CollectionEditor(service).delete(collection)
        print("Removed '\(collection)'")
    }
}
