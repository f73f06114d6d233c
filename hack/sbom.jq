# The bill of materials of one image; see hack/sbom, which gives $name, $version, $distribution, $program and $debian.
def lines: split("\n") | map(select(. != "") | split("\t"));
def component($type; $name; $version; $purl): {type: $type, name: $name, version: $version, purl: $purl, "bom-ref": $purl};
def nuget($name; $version): component("library"; $name; $version; "pkg:nuget/\($name)@\($version)");

($distribution | split("-")[0]) as $vendor
| ("pkg:oci/\($name)@\($version)") as $image
| [ # What the program was compiled with; its runtime is among the packages.
    ($program[0].libraries | to_entries[] | select(.value.type == "package" or .value.type == "runtimepack")
      | (.key | ltrimstr("runtimepack.") | split("/")) as [$package, $number] | nuget($package; $number)),
    ($debian | lines[] | component("library"; .[0]; .[1];
      "pkg:deb/\($vendor)/\(.[0] | @uri)@\(.[1] | @uri)?arch=\(.[2])&distro=\($distribution)"))
  ] as $components
| {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: component("container"; $name; $version; $image)
    },
    components: ($components | unique_by(.purl)),
    dependencies: [{ref: $image, dependsOn: ($components | map(.purl) | unique)}]
  }
