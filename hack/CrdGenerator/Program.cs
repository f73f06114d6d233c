using Palisade.CrdGenerator;

// CrdGenerator [--check] ROOT: writes the generated files below the repository's root, or only says which are stale.
var check = args is ["--check", _];
if (!check && args is not [not "--check"])
{
    Console.Error.WriteLine("usage: CrdGenerator [--check] ROOT");
    return 2;
}

var documentation = XmlDocumentation.OfModels();
var definitions = ResourceDefinition.All(new SchemaBuilder(documentation));
var files = definitions.ToDictionary(definition => $"config/crd/{definition.FileName}", CrdYaml.Write, StringComparer.Ordinal);
files["docs/crds.md"] = ReferencePage.Write(definitions);

var stale = 0;
foreach (var (name, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
{
    var path = Path.Combine(args[^1], name);
    if (File.Exists(path) && string.Equals(await File.ReadAllTextAsync(path), text, StringComparison.Ordinal))
    {
        continue;
    }

    stale++;
    Console.Error.WriteLine(check ? $"stale: {name}" : $"wrote: {name}");
    if (!check)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }
}

return check && stale > 0 ? 1 : 0;
