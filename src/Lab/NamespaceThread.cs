using System.Collections.Concurrent;
using System.ComponentModel;

namespace Palisade.Lab;

/// <summary>Runs asynchronous code on one thread from begin to end, so that what is true of the thread holds throughout.</summary>
internal sealed class NamespaceThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    /// <summary>Runs the action on a new thread, after <paramref name="enter"/> was run on it.</summary>
    public static Task<T> RunAsync<T>(string name, Action enter, Func<Task<T>> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(enter, action, result)) { IsBackground = true, Name = name };
        thread.Start();
        return result.Task;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();

    private static void Run<T>(Action enter, Func<Task<T>> action, TaskCompletionSource<T> result)
    {
        using var context = new NamespaceThread();
        try
        {
            enter();
        }
        catch (Win32Exception exception)
        {
            result.SetException(exception);
            return;
        }
        SetSynchronizationContext(context);
        var task = BeginAsync(action);
        _ = task.ContinueWith(_ => context._work.CompleteAdding(), TaskScheduler.Default);
        foreach (var (callback, state) in context._work.GetConsumingEnumerable())
        {
            callback(state);
        }
        result.SetFromTask(task);
    }

    /// <summary>An exception that is thrown before the first await becomes the task's too.</summary>
    private static async Task<T> BeginAsync<T>(Func<Task<T>> action) => await action();
}
