import Zarr

extension PublishPlan {
    /// From here on what a store's metadata promise is held against what is stored.
    static let creditBytes = 64 << 30
    /// Even constant chunks do not compress much further than this.
    static let largestRatio = 10_000

    /// Refuses metadata that promise far more than can be there: a shape of a few digits could otherwise keep the server busy for
    /// years with chunks that do not exist.
    ///
    /// - Throws: `CubeError.invalidMetadata` with both numbers.
    func refuseEmptyPromise(_ store: any ZarrStore) throws(CubeError) {
        let promised = variables.reduce(0.0) { sum, variable in
            sum + variable.metadata.shape.reduce(Double(variable.dataType.size)) { $0 * Double($1) }
        }
        guard promised > Double(PublishPlan.creditBytes) else { return }
        var stored = 1 << 20
        for variable in variables {
            let path = inspection.group.isEmpty ? variable.name : inspection.group + "/" + variable.name
            try CubeError.wrapping(.unreadable, "the objects of the store cannot be listed", subject: variable.name) {
                for key in try store.list(prefix: path + "/") { stored += try store.size(of: key) ?? 0 }
            }
        }
        guard promised <= Double(stored) * Double(PublishPlan.largestRatio) else {
            throw CubeError(
                .invalidMetadata,
                "the shapes of the arrays promise \(promised) bytes, but only \(stored >> 20) MiB are stored: a shape in the metadata is wrong")
        }
    }
}
