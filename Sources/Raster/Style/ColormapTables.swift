extension Colormap {
    /// Colours at equal distances. The perceptual maps follow their published curves within a few 1/255; the diverging and
    /// sequential ones are the well-known ColorBrewer classes.
    static let evenStops: [String: String] = [
        "viridis": "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1f9f88 27ad81 3dbc74 5cc863 81d34d aadc32 d5e21a fde725",
        "magma": "000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 cf4070 e55064 f4695c fb8761 fea571 fec287 fde0a1 fcfdbf",
        "plasma": "0d0887 310597 4c02a1 6600a7 7e03a8 9511a1 aa2395 bc3587 cc4778 d9586a e56b5d f07f4f f89441 fdab33 fdc328 f9dd25 f0f921",
        "inferno": "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d04545 e35933 f1711f f98c0a fcaa0f f9c932 f2e865 fcffa4",
        "cividis": "00224e 003170 2a3f6d 434e6c 575d6d 6a6c71 7d7c78 918b78 a59c74 bbad6d d1bf61 e9d34e fee838",
        "turbo":
            "30123b 3c3286 434eba 466be3 4685fa 3ba0fd 28bceb 1ad2d2 1ae4b6 32f298 55fa76 80ff53 a4fc3c bef434 d9e436 ecd13a faba39 fe9e2f fb8122 f26014 e5470b d23105 b91e02 9e1001 7a0403",
        "gray": "000000 ffffff",
        "greys": "ffffff f0f0f0 d9d9d9 bdbdbd 969696 737373 525252 252525 000000",
        "rdylgn": "a50026 d73027 f46d43 fdae61 fee08b ffffbf d9ef8b a6d96a 66bd63 1a9850 006837",
        "rdylbu": "a50026 d73027 f46d43 fdae61 fee090 ffffbf e0f3f8 abd9e9 74add1 4575b4 313695",
        "rdbu": "67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061",
        "spectral": "9e0142 d53e4f f46d43 fdae61 fee08b ffffbf e6f598 abdda4 66c2a5 3288bd 5e4fa2",
        "brbg": "543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30",
        "piyg": "8e0152 c51b7d de77ae f1b6da fde0ef f7f7f7 e6f5d0 b8e186 7fbc41 4d9221 276419",
        "ylgn": "ffffe5 f7fcb9 d9f0a3 addd8e 78c679 41ab5d 238443 006837 004529",
        "ylgnbu": "ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494 081d58",
        "ylorbr": "ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 993404 662506",
        "ylorrd": "ffffcc ffeda0 fed976 feb24c fd8d3c fc4e2a e31a1c bd0026 800026",
        "blues": "f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b",
        "greens": "f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b",
        "reds": "fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d",
        "oranges": "fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704",
        "purples": "fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d",
        "pubu": "fff7fb ece7f2 d0d1e6 a6bddb 74a9cf 3690c0 0570b0 045a8d 023858",
        "bugn": "f7fcfd e5f5f9 ccece6 99d8c9 66c2a4 41ae76 238b45 006d2c 00441b",
        "coolwarm": "3b4cc0 5977e3 7b9ff9 9ebeff c0d4f5 dddcdc f2cbb7 f7ac8e ee8468 d65244 b40426",
        "bwr": "0000ff ffffff ff0000",
        "seismic": "00004c 0000ff ffffff ff0000 800000",
        "rainbow": "8000ff 4062fa 00b5eb 40ecd4 80ffb4 beec8e feb562 ff6232 ff0000",
    ]

    /// Colours at positions of their own.
    static let unevenStops: [String: [(Double, String)]] = [
        "jet": [
            (0, "000080"), (0.11, "0000ff"), (0.125, "0000ff"), (0.36, "00eaff"), (0.375, "0cfff0"), (0.62, "f0ff0c"), (0.64, "fff400"), (0.89, "ff1500"),
            (0.91, "f00000"), (1, "800000"),
        ],
        "hot": [(0, "0b0000"), (0.365, "ff0000"), (0.746, "ffff00"), (1, "ffffff")],
        // Lowland to snow; water below is for the caller to mask.
        "terrain": [(0, "333399"), (0.15, "0099ff"), (0.25, "00cc66"), (0.5, "ffff99"), (0.75, "805c54"), (1, "ffffff")],
        "dem": [(0, "2f7a4b"), (0.2, "8fb568"), (0.4, "e6d9a3"), (0.6, "b98d5c"), (0.8, "8a6a5a"), (1, "fafafa")],
    ]
}
