using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

/// <summary>The system calls that the framework has no call for.</summary>
internal static partial class NativeMethods
{
    /// <summary>The namespace kind of <c>setns(2)</c>: network.</summary>
    public const int CloneNewNet = 0x40000000;

    private const string C = "libc";

    /// <summary><c>setns(2)</c>: moves the calling thread into a namespace; 0, or -1 and the error.</summary>
    [LibraryImport(C, EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetNamespace(SafeFileHandle handle, int kind);

    /// <summary><c>mount(2)</c>: 0, or -1 and the error.</summary>
    [LibraryImport(C, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Mount(string source, string target, string type, nuint flags, string data);

    /// <summary><c>execve(2)</c>: replaces this program; returns only when it could not.</summary>
    [LibraryImport(C, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Execute(string path, string?[] arguments, string?[] environment);

    /// <summary><c>signal(2)</c>, to give a signal its default effect back before <see cref="Execute"/>.</summary>
    [LibraryImport(C, EntryPoint = "signal", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Signal(int number, nint handler);

    /// <summary><c>geteuid(2)</c>: the user that this program acts as; 0 is root.</summary>
    [LibraryImport(C, EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint EffectiveUserId();

    /// <summary><c>socket(2)</c>, for protocols that <see cref="System.Net.Sockets.Socket"/> does not know.</summary>
    [LibraryImport(C, EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int OpenSocket(int family, int type, int protocol);
}
