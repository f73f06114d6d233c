# The bill of materials of one image; see hack/sbom, which gives $name, $version, $distribution, $program, $debian and $runtimes.
def lines: split("\n") | map(select(. != "") | split("\t"));
def component($type; $name; $version; $purl): {type: $type, name: $name, version: $version, purl: $purl, "bom-ref": $purl};
def nuget($name; $version): component("library"; $name; $version; "pkg:nuget/\($name)@\($version)");

($distribution | split("-")[0]) as $vendor
| ("pkg:oci/\($name)@\($version)") as $image
| [ # What the program was compiled with; a self-contained one carries its runtime as packages, too.
    ($program[0].libraries | to_entries[] | select(.value.type == "package" or .value.type == "runtimepack")
      | (.key | ltrimstr("runtimepack.") | split("/")) as [$package, $number] | nuget($package; $number)),
    # The shared frameworks of a base image with .NET.
    ($runtimes | lines[] | component("framework"; .[0]; .[1]; "pkg:nuget/\(.[0]).Runtime@\(.[1])")),
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
