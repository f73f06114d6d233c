using Palisade.Lab;

namespace Palisade.Netfilter.Tests;

[Collection(KernelTests.Name)]
public sealed class LocalAddressesTests
{
    [Theory]
    [InlineData("not hexadecimal digits, but some 32 characters")]
    [InlineData("too short")]
    public void Read_FileIsNotAsItShouldBe_IsAFaultThatIsReportedAndTriedAgain(string line)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, line);

            Should.Throw<NetfilterException>(() => LocalAddresses.Read(file, file)).Message.ShouldContain(file);
            Should.Throw<NetfilterException>(() => LocalAddresses.Read(file + ".gone", file)).Message.ShouldContain(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Read_OnANode_FindsEveryAddressOfItsInterfacesAndNoOther()
    {
        await using var lab = await NetworkLab.CreateAsync(new LabTopology { Nodes = LabTopology.MakeNodes(2) }, Shell.Cancelled);

        var found = lab.Nodes["node-1"].Network.Run(LocalAddresses.Read).Select(address => address.ToString()).ToList();

        found
            .Where(address => !address.StartsWith("fe80", StringComparison.Ordinal))
            .ShouldBe(["127.0.0.1", "::1", "192.168.50.1", "fd00:50::1", "10.244.1.1", "fd00:10:244:1::1"], ignoreOrder: true);
    }
}
