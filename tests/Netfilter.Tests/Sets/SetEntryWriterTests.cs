using Palisade.Dataplane;
using Palisade.Dataplane.Planning;
using Palisade.Netfilter.Sets;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests.Sets;

/// <summary>What goes to the kernel without the ipset program, looked at with the program.</summary>
[Collection(KernelTests.Name)]
public sealed class SetEntryWriterTests : IAsyncLifetime
{
    private const uint Mask = 0xff000000;

    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync() => await Shell.ResetAsync();

    [Theory]
    [InlineData(IpFamily.IPv4, SetKind.Addresses, "10.1.2.3", "10.1.2.3")]
    [InlineData(IpFamily.IPv4, SetKind.Classes, "10.1.2.3", "10.1.2.3 skbmark 0x5000000/0xff000000")]
    [InlineData(IpFamily.IPv4, SetKind.AddressPorts, "10.1.2.3", "10.1.2.3,udp:5353")]
    [InlineData(IpFamily.IPv6, SetKind.Addresses, "fd00::a:1", "fd00::a:1")]
    [InlineData(IpFamily.IPv6, SetKind.Classes, "fd00::a:1", "fd00::a:1 skbmark 0x5000000/0xff000000")]
    [InlineData(IpFamily.IPv6, SetKind.AddressPorts, "fd00::a:1", "fd00::a:1,udp:5353")]
    public async Task Write_EntryAndItsRemoval_IsWhatTheProgramWouldHaveWritten(IpFamily family, SetKind kind, string text, string expected)
    {
        var set = new CreateSet("plsd4-x", family, kind, 1024);
        await RestoreAsync(set);
        var address = IpAddress.Parse(text);
        var entry = kind == SetKind.AddressPorts ? SetEntry.From(address, 17, 5353) : SetEntry.From(address);
        var put = new PutEntry(set.Name, family, kind, entry, 5);

        Write(put, put).ShouldBe(2);
        (await EntriesAsync(set.Name)).ShouldBe([expected]);

        var remove = new RemoveEntry(set.Name, family, kind, entry);
        Write(remove, remove).ShouldBe(2);
        (await EntriesAsync(set.Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_EntryThatIsThere_GetsItsNewClassInPlace()
    {
        await RestoreAsync(new CreateSet("plsd4-x", IpFamily.IPv4, SetKind.Classes, 1024));
        var put = new PutEntry("plsd4-x", IpFamily.IPv4, SetKind.Classes, SetEntry.From(IpAddress.Parse("10.1.2.3")), 255);

        Write(put, put with { Class = 2 }).ShouldBe(2);

        (await EntriesAsync("plsd4-x")).ShouldBe(["10.1.2.3 skbmark 0x2000000/0xff000000"]);
    }

    [Fact]
    public async Task Write_SetIsFull_StopsAtTheFirstThatDoesNotFitAndTheProgramSaysWhy()
    {
        await RestoreAsync(new CreateSet("plsd4-x", IpFamily.IPv4, SetKind.Addresses, 2));
        SetCommand[] puts =
        [
            .. Enumerable
                .Range(1, 5)
                .Select(i => new PutEntry("plsd4-x", IpFamily.IPv4, SetKind.Addresses, SetEntry.From(IpAddress.Parse($"10.1.2.{i}")))),
        ];

        Write(puts).ShouldBe(2);

        var error = await Should.ThrowAsync<NetfilterException>(() => RestoreAsync(puts));
        error.Message.ShouldContain("full");
        error.Message.ShouldContain("add plsd4-x 10.1.2.3");
        (await EntriesAsync("plsd4-x")).Length.ShouldBe(2);
    }

    [Fact]
    public void Write_OtherCommandsAmongThem_LeavesAllToTheProgram() =>
        Write(
                new PutEntry("plsd4-x", IpFamily.IPv4, SetKind.Addresses, SetEntry.From(IpAddress.Parse("10.1.2.3"))),
                new SwapSets("plsd4-x", "plsd4-y")
            )
            .ShouldBe(0);

    private static int Write(params SetCommand[] commands)
    {
        Lab.Sandboxing.Sandbox.EnsureInside();
        return new SetEntryWriter(Mask).Write(commands);
    }

    private static Task RestoreAsync(params SetCommand[] commands) =>
        new IpsetTool(new ToolRunner(new NetfilterOptions())).RestoreAsync(commands, DataplaneOptions.Default, Shell.Cancelled);

    private static async Task<string[]> EntriesAsync(string set) =>
        [
            .. (await Shell.RunAsync($"ipset save {set}"))
                .Split('\n')
                .Where(line => line.StartsWith("add ", StringComparison.Ordinal))
                .Select(line => line[$"add {set} ".Length..]),
        ];
}
