using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Palisade.Lab;

/// <summary>
/// A network namespace by its name under <c>/run/netns</c>. A thread enters it, makes sockets or starts programs there, and
/// goes back; what it made stays in the namespace.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private static readonly SafeFileHandle Home = File.OpenHandle("/proc/self/ns/net");
    private readonly SafeFileHandle _handle;

    private NetworkNamespace(string name, SafeFileHandle handle) => (Name, _handle) = (name, handle);

    /// <summary>Name, as <c>ip netns</c> knows it.</summary>
    public string Name { get; }

    /// <summary>File that stands for the namespace, for <c>nsenter --net=</c>.</summary>
    public string Path => PathOf(Name);

    /// <summary>Opens a namespace that <c>ip netns add</c> made.</summary>
    /// <exception cref="IOException">There is none of that name.</exception>
    public static NetworkNamespace Open(string name) => new(name, File.OpenHandle(PathOf(name)));

    /// <summary>Runs something on this thread inside the namespace. It must not await: another thread would not be inside.</summary>
    /// <exception cref="Win32Exception">The namespace cannot be entered.</exception>
    public T Run<T>(Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Enter();
        try
        {
            return action();
        }
        finally
        {
            // A pool thread left in a pod's namespace would lend it to whatever runs there next.
            if (NativeMethods.SetNamespace(Home, NativeMethods.CloneNewNet) != 0)
            {
                Environment.FailFast($"cannot leave network namespace {Name}: error {Marshal.GetLastPInvokeError()}");
            }
        }
    }

    /// <summary>
    /// Runs something asynchronous inside the namespace, on a thread of its own that never leaves it: sockets and programs that it
    /// starts are there, unless it takes pains to get to another thread.
    /// </summary>
    /// <exception cref="Win32Exception">The namespace cannot be entered.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return NamespaceThread.RunAsync(Name, Enter, action);
    }

    /// <summary>Makes a socket that belongs to the namespace for all its life.</summary>
    public Socket CreateSocket(AddressFamily family, SocketType type, ProtocolType protocol) =>
        Run(() => new Socket(family, type, protocol));

    /// <summary>Starts a program inside the namespace, such as an agent on a node; the caller owns the process.</summary>
    public Process Start(ProcessStartInfo startInfo) =>
#pragma warning disable RS0030 // The lab is one of the two places that start programs.
        Run(() => Process.Start(startInfo)) ?? throw new InvalidOperationException($"{startInfo.FileName} did not start");
#pragma warning restore RS0030

    /// <summary>Sets a kernel parameter under <c>/proc/sys/net</c> of the namespace, such as <c>ipv4/ip_forward</c>.</summary>
    /// <returns>Whether this kernel has the parameter.</returns>
    public bool SetParameter(string parameter, string value)
    {
        var path = System.IO.Path.Join("/proc/sys/net", parameter);
        return Run(() =>
        {
            if (!File.Exists(path))
            {
                return false;
            }
            File.WriteAllText(path, value);
            return true;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void Enter()
    {
        if (NativeMethods.SetNamespace(_handle, NativeMethods.CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter network namespace {Name}");
        }
    }

    private static string PathOf(string name) => System.IO.Path.Join("/run/netns", name);
}
