import ArgumentParser
import Catalog
import Core
import Services

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the collections of a data directory.")

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print JSON, one collection a line.")
    var json = false

    func run() throws {
        let settings = try store.settings(json ? [.json: "true"] : [:])
        let service = try Services.Chronotope(settings.resolve())
        let asJSON = try settings.flag(.json) == true
        var after: CollectionID?
        repeat {
            let page = try service.catalog.collections(CollectionQuery(limit: 1000, after: after, access: .all))
            for record in page.records { print(asJSON ? line(record).text : text(record)) }
            after = page.next
        } while after != nil
    }

    private func text(_ record: CollectionRecord) -> String {
        let id = record.id.rawValue
        let parts = [
            record.sliceCount > 0 ? "\(record.sliceCount) slices" : nil, record.featureCount > 0 ? "\(record.featureCount) features" : nil,
            record.isPrivate ? "private" : nil,
        ]
        return id + String(repeating: " ", count: max(2, 32 - id.count)) + (parts.compactMap { $0 }.joined(separator: ", "))
            + (record.title.map { "  \($0)" } ?? "")
    }

    private func line(_ record: CollectionRecord) -> JSON {
        [
            "id": .string(record.id.rawValue), "title": JSON(record.title), "slices": JSON(record.sliceCount), "features": JSON(record.featureCount),
            "private": JSON(record.isPrivate), "version": .int(record.version),
        ]
    }
}
