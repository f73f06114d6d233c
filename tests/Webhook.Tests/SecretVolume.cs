using Palisade.Testing;

namespace Palisade.Webhook.Tests;

/// <summary>A directory with the keys of a Secret as files, as a kubelet mounts it.</summary>
internal static class SecretVolume
{
    /// <summary>Writes the content: a new directory, to which one symbolic link is swapped.</summary>
    public static async Task WriteAsync(string directory, IEnumerable<KeyValuePair<string, byte[]>> data)
    {
        var content = Directory.CreateDirectory(Path.Combine(directory, $"..{Guid.NewGuid():N}")).FullName;
        var (link, current) = (Path.Combine(directory, "..data_tmp"), Path.Combine(directory, "..data"));
        foreach (var (key, value) in data)
        {
            await File.WriteAllBytesAsync(Path.Combine(content, key), value);
        }

        File.CreateSymbolicLink(link, Path.GetFileName(content));

        // File.Move refuses a link to a directory.
        (await CommandResult.OfAsync("mv", ["-T", link, current], TestContext.Current.CancellationToken)).ExitCode.ShouldBe(0);
        foreach (var file in Directory.EnumerateFiles(content).Select(Path.GetFileName).OfType<string>())
        {
            var visible = Path.Combine(directory, file);
            if (!File.Exists(visible))
            {
                File.CreateSymbolicLink(visible, Path.Combine("..data", file));
            }
        }
    }
}
