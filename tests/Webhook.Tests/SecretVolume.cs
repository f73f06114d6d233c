using Palisade.Testing;

namespace Palisade.Webhook.Tests;

/// <summary>A folder with the keys of a Secret as files, as a kubelet mounts it.</summary>
internal static class SecretVolume
{
    /// <summary>Writes the content: a new folder, to which one symbolic link is swapped.</summary>
    public static async Task WriteAsync(string folder, IEnumerable<KeyValuePair<string, byte[]>> data)
    {
        var content = Directory.CreateDirectory(Path.Combine(folder, $"..{Guid.NewGuid():N}")).FullName;
        var (link, current) = (Path.Combine(folder, "..data_tmp"), Path.Combine(folder, "..data"));
        foreach (var (key, value) in data)
        {
            await File.WriteAllBytesAsync(Path.Combine(content, key), value);
        }

        File.CreateSymbolicLink(link, Path.GetFileName(content));

        // File.Move refuses a link to a folder.
        (await CommandResult.OfAsync("mv", ["-T", link, current], TestContext.Current.CancellationToken)).ExitCode.ShouldBe(0);
        foreach (var file in Directory.EnumerateFiles(content).Select(Path.GetFileName).OfType<string>())
        {
            var visible = Path.Combine(folder, file);
            if (!File.Exists(visible))
            {
                File.CreateSymbolicLink(visible, Path.Combine("..data", file));
            }
        }
    }
}
