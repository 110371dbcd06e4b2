import Core

/// What the server was told: one typed value out of options, environment and file.
public struct Configuration: Sendable {
    public var data: String
    public var host: String
    public var port: Int
    public var database: String?
    public var publicURL: String?
    public var trustedProxies: [String]
    public var tokens: [TokenGrant]
    public var web: String?
    /// Bytes of decoded chunks that may be kept.
    public var chunkCacheBytes: Int
    /// Bytes of encoded tiles that may be kept; 0 switches the tile cache off.
    public var tileCacheBytes: Int
    /// Bytes that the work in flight may hold at once.
    public var memoryBudgetBytes: Int
    /// Threads for blocking work and computation.
    public var threads: Int
    /// The largest body of a request that is not an upload.
    public var maximumBodyBytes: Int
    /// The largest object of an upload.
    public var maximumObjectBytes: Int

    public static let surfaces = ["", "/api/v2"]
}

/// The keys of the configuration: each is an option of the command line (`--public-url`), an environment variable
/// (`CHRONOTOPE_PUBLIC_URL`) and a key of the configuration file (`public_url`). Anything else is an error.
public enum ConfigurationKey: String, CaseIterable, Sendable {
    case config, data, host, port, database, web, threads, tokens
    case devToken = "dev_token"
    case publicURL = "public_url"
    case trustedProxies = "trusted_proxies"
    case chunkCache = "chunk_cache"
    case tileCache = "tile_cache"
    case memoryBudget = "memory_budget"
    case maximumBody = "maximum_body"
    case maximumObject = "maximum_object"
    // What is to be published, and how it is to be read.
    case id, title, description, force, datetime, crs, json
    case isPrivate = "private"
    case timeProperty = "time_property"
    case bandNames = "band_names"
    case datePattern = "date_pattern"

    public var environmentVariable: String { "CHRONOTOPE_" + rawValue.uppercased() }
    public var option: String { "--" + rawValue.replacing("_", with: "-") }

    public var help: String {
        switch self {
        case .config: "A YAML file with these keys."
        case .data: "The data directory: catalogue, cubes, staging."
        case .host: "The address to listen on."
        case .port: "The port to listen on (0 takes a free one)."
        case .database: "The catalogue's database, sqlite:PATH. By default chronotope.sqlite in the data directory."
        case .web: "The folder of the web pages. By default 'web' beside the program or above it."
        case .threads: "Threads for reading, decoding and rendering. By default one per core."
        case .tokens: "Bearer tokens as name:token:read|write, separated by commas."
        case .devToken: "A token for development that may do everything."
        case .publicURL: "The address that clients see, with its path prefix if there is one. It wins over every header."
        case .trustedProxies: "Addresses of proxies whose Forwarded and X-Forwarded-* headers are believed, separated by commas."
        case .chunkCache: "Bytes for decoded chunks (K, M, G allowed)."
        case .tileCache: "Bytes for encoded tiles; 0 switches it off."
        case .memoryBudget: "Bytes that requests and publishing may hold at once."
        case .maximumBody: "The largest request body in bytes, uploads apart."
        case .maximumObject: "The largest object of an upload in bytes."
        case .id: "The collection's id."
        case .title: "The collection's title."
        case .description: "The collection's description."
        case .isPrivate: "Show the collection only to those whose token allows it."
        case .force: "Replace what is published under this id."
        case .datetime: "The time of data that do not have one."
        case .crs: "The coordinate reference system of data that do not say."
        case .timeProperty: "The property that holds a feature's time."
        case .bandNames: "Names of the bands of an imported raster, in their order."
        case .datePattern: "Where the date stands in the names of several rasters."
        case .json: "Print JSON."
        }
    }
}
