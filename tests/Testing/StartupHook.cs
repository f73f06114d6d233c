using System.Diagnostics.Metrics;
using System.Runtime;

/// <summary>
/// Brings a fault into a program that a test starts, before its first line runs: <c>DOTNET_STARTUP_HOOKS</c> names this assembly (the runtime asks for
/// a type of this name outside of any namespace), <c>PALISADE_TEST_FAULT</c> the fault.
/// </summary>
#pragma warning disable CA1050, MA0047 // The runtime asks for it.
internal static class StartupHook
#pragma warning restore CA1050, MA0047
{
    private static readonly ManualResetEventSlim Never = new();

    public static void Initialize()
    {
        switch (Environment.GetEnvironmentVariable("PALISADE_TEST_FAULT"))
        {
            case "BlockedThread":
                ThreadPool.UnsafeQueueUserWorkItem(_ => Never.Wait(), null);
                break;
            case "SlowCollections":
                new Thread(CollectForEver) { IsBackground = true }.Start();
                break;
            case "Crash":
                CrashAtTheFirstAnswer();
                break;
        }
    }

    // Enough to move about that it takes a while.
    private static void CollectForEver()
    {
        var ballast = Enumerable.Range(0, 1_000_000).Select(_ => new byte[40]).ToArray();
        while (!Never.Wait(TimeSpan.FromMilliseconds(100)))
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.KeepAlive(ballast);
        }
    }

    // Where the program measures a request: an exception that nobody there expects, as a fault of its own would be.
    private static void CrashAtTheFirstAnswer()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "palisade_kubernetes_request_duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("a fault made by a test"));
        listener.Start();
    }
}
