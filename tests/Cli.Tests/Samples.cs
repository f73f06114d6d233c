using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>The manifests that come with the product.</summary>
public static class Samples
{
    public static string Shop { get; } = Path.Join(Repository.Root, "config/samples/shop");

    public static string Invalid { get; } = Path.Join(Repository.Root, "config/samples/invalid");
}
