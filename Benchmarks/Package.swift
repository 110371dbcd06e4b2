// swift-tools-version: 6.1
import PackageDescription

// A package of its own: building or testing Chronotope never builds this. `make bench` runs it.
let package = Package(
    name: "chronotope-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "chronotope", path: "..")],
    targets: [
        .executableTarget(name: "chronotope-bench", dependencies: [.product(name: "Zarr", package: "chronotope")])
    ]
)
