namespace Palisade.Runtime.Tests;

public sealed class TaskGroupTests
{
    private bool _ended;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_OneFails_EndsTheOthersAndFailsWithIt(bool atOnce)
    {
        var broken = new InvalidOperationException("broken");

        var group = TaskGroup.RunAsync([EndlessAsync, _ => atOnce ? throw broken : Task.FromException(broken)], Token);

        (await Should.ThrowAsync<InvalidOperationException>(() => group)).ShouldBeSameAs(broken);
        _ended.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_OneEnds_EndsTheOthersAndIsDone()
    {
        await TaskGroup.RunAsync([EndlessAsync, _ => Task.CompletedTask], Token);

        _ended.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsAllAndIsCancelled()
    {
        using var end = new CancellationTokenSource();
        var group = TaskGroup.RunAsync([EndlessAsync], end.Token);

        await end.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => group);
        _ended.ShouldBeTrue();
    }

    private async Task EndlessAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            _ended = true;
        }
    }
}
