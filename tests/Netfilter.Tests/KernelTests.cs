namespace Palisade.Netfilter.Tests;

/// <summary>Keeps tests of the kernel from running at the same time in one network namespace.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class KernelTests
{
    public const string Name = "kernel";
}
