// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "chronotope",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "chronotope", targets: ["chronotope"]),
        // The Zarr engine knows nothing of geography and is of use on its own.
        .library(name: "Zarr", targets: ["Zarr"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The house: arrows point down only (see ARCHITECTURE.md).
        .executableTarget(
            name: "chronotope",
            dependencies: [
                "HTTPAPI", "Services", "Core", "Catalog", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Services", "Catalog", "Cube", "Zarr", "Raster", "Geo", "Core", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .target(
            name: "Services",
            dependencies: [
                "Catalog", "Cube", "Formats", "Zarr", "Raster", "Geo", "Core", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ]),
        .target(name: "Catalog", dependencies: ["Geo", "Core", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "Formats", dependencies: ["Cube", "Zarr", "Raster", "Geo", "Core", "CGDAL"]),
        .target(name: "Cube", dependencies: ["Zarr", "Raster", "Geo", "Core"]),
        .target(name: "Raster", dependencies: ["Geo", "Core", "CCompression", "CImage"]),
        .target(name: "Zarr", dependencies: ["Core", "CCompression"]),
        .target(name: "Geo", dependencies: ["Core", "CPROJ", "CGEOS"]),
        .target(name: "Core"),

        // C libraries from Debian packages, one target per family.
        .systemLibrary(name: "CPROJ", providers: [.apt(["libproj-dev"])]),
        .systemLibrary(name: "CGEOS", providers: [.apt(["libgeos-dev"])]),
        .systemLibrary(name: "CGDAL", providers: [.apt(["libgdal-dev"])]),
        .systemLibrary(
            name: "CCompression",
            providers: [.apt(["libblosc-dev", "libzstd-dev", "liblz4-dev", "libdeflate-dev", "libisal-dev", "libbz2-dev", "liblzma-dev", "zlib1g-dev"])]),
        .systemLibrary(name: "CImage", providers: [.apt(["libwebp-dev", "libjpeg62-turbo-dev"])]),

        .testTarget(name: "CoreTests", dependencies: ["Core"]),
        .testTarget(name: "GeoTests", dependencies: ["Geo"]),
        .testTarget(name: "ZarrTests", dependencies: ["Zarr"]),
        .testTarget(name: "RasterTests", dependencies: ["Raster"]),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog"]),
        .testTarget(name: "CubeTests", dependencies: ["Cube"]),
        .testTarget(name: "FormatsTests", dependencies: ["Formats"]),
        .testTarget(name: "ServicesTests", dependencies: ["Services"]),
        .testTarget(name: "HTTPAPITests", dependencies: ["HTTPAPI"]),
    ]
)
