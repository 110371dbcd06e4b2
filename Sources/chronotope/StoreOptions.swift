import ArgumentParser
import Core
import Foundation
import Services

/// The options that say which data directory a command works on.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp(ConfigurationKey.data.help, discussion: "Default: data", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp(ConfigurationKey.database.help, valueName: "url"))
    var database: String?

    @Option(help: ArgumentHelp(ConfigurationKey.config.help, valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp(ConfigurationKey.threads.help, valueName: "n"))
    var threads: String?

    @Option(name: .customLong("memory-budget"), help: ArgumentHelp(ConfigurationKey.memoryBudget.help, discussion: "Default: 1G", valueName: "bytes"))
    var memoryBudget: String?

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.data] = data
        values[.database] = database
        values[.config] = config
        values[.threads] = threads
        values[.memoryBudget] = memoryBudget
        return values
    }

    /// Every setting out of these options, the command's own, the environment and the file.
    func settings(_ more: [ConfigurationKey: String] = [:]) throws -> ConfigurationResolver {
        try ConfigurationResolver(options: values.merging(more) { $1 }, environment: ProcessInfo.processInfo.environment)
    }

    func configuration(_ more: [ConfigurationKey: String] = [:]) throws -> Configuration { try settings(more).resolve() }

    func service() throws -> Services.Chronotope { try Services.Chronotope(configuration()) }
}

/// The options that say how data are to be read.
struct ReadingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The time of data that do not have one.", discussion: "RFC 3339, such as 2025-06-01T10:30:00Z.", valueName: "time"))
    var datetime: String?

    @Option(
        help: ArgumentHelp("The coordinate reference system of data that do not say.", discussion: "Anything PROJ knows, such as EPSG:32631.", valueName: "crs")
    )
    var crs: String?

    @Option(
        name: .customLong("time-property"),
        help: ArgumentHelp("The property that holds a feature's time.", discussion: "Without it: datetime, time, timestamp or date.", valueName: "name"))
    var timeProperty: String?

    @Option(
        name: .customLong("band-names"),
        help: ArgumentHelp(
            "Names of the bands of an imported raster, in their order.",
            discussion: "Common names such as blue,green,red,nir08 make indices and composites derivable.", valueName: "list"))
    var bandNames: String?

    @Option(
        name: .customLong("date-pattern"),
        help: ArgumentHelp(
            "Where the date stands in the names of several rasters.", discussion: "With %Y %m %d %H %M %S %j, {band} and *, such as S2_%Y%m%d_*.tif.",
            valueName: "pattern"))
    var datePattern: String?

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.datetime] = datetime
        values[.crs] = crs
        values[.timeProperty] = timeProperty
        values[.bandNames] = bandNames
        values[.datePattern] = datePattern
        return values
    }
}

extension ConfigurationResolver {
    /// What the settings say of a publication.
    ///
    /// - Throws: `invalidParameter` that names the option.
    func publishRequest(_ id: CollectionID) throws -> PublishRequest {
        var request = PublishRequest(collection: id)
        request.title = self[.title]
        request.description = self[.description]
        request.isPrivate = try flag(.isPrivate)
        request.force = try flag(.force) ?? false
        request.timeProperty = self[.timeProperty]
        request.bandNames = self[.bandNames].map { $0.split(separator: ",").map(String.init) } ?? []
        request.datePattern = self[.datePattern]
        if let text = self[.datetime] { request.datetime = try ServiceError.naming("datetime") { () throws(CoreError) in try TimeInstant(rfc3339: text) } }
        if let text = self[.crs] { request.crs = try PublishRequest.crs(text) }
        return request
    }
}
