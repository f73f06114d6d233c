namespace Palisade.Runtime.Caching;

/// <summary>Informers would hold more than their <see cref="CacheBudget"/> allows. It ends the informer that meets it.</summary>
public sealed class CacheBudgetException : Exception
{
    /// <summary>Makes one for a limit.</summary>
    /// <param name="limit">The limit.</param>
    public CacheBudgetException(long limit)
        : base(FormattableString.Invariant($"the caches would hold more than {limit} objects")) { }

    /// <summary>Makes one.</summary>
    public CacheBudgetException() { }

    /// <summary>Makes one with a message.</summary>
    public CacheBudgetException(string message)
        : base(message) { }

    /// <summary>Makes one with a message and a cause.</summary>
    public CacheBudgetException(string message, Exception innerException)
        : base(message, innerException) { }
}
