namespace Palisade.Dataplane.Planning;

/// <summary>Set commands by the moment at which they are safe; see <see cref="ApplyPlanner"/>.</summary>
internal sealed class SetPhases
{
    /// <summary>Sets that no rule refers to yet, made complete; sets that have to grow.</summary>
    public List<SetCommand> Prepare { get; } = [];

    /// <summary>Classes of addresses that are gone.</summary>
    public List<SetCommand> Forget { get; } = [];

    /// <summary>Pods that are moved and must not pass meanwhile.</summary>
    public List<SetCommand> Hold { get; } = [];

    /// <summary>Pods of classes without a number: out of one set, into another.</summary>
    public List<SetCommand> Overflow { get; } = [];

    /// <summary>Whatever can only make fewer packets pass.</summary>
    public List<SetCommand> Tighten { get; } = [];

    /// <summary>
    /// New classes of known pods: egress first, then ingress, which may be held until then. Where classes have no numbers: pods into
    /// the sets of their classes.
    /// </summary>
    public List<SetCommand> Move { get; } = [];

    /// <summary>Whatever can only make more packets pass.</summary>
    public List<SetCommand> Loosen { get; } = [];

    /// <summary>Classes of new addresses.</summary>
    public List<SetCommand> Admit { get; } = [];

    /// <summary>All that comes before the rules where they change in place.</summary>
    public IEnumerable<SetCommand> BeforeSwitch => [.. Prepare, .. Forget, .. Hold, .. Overflow, .. Tighten];

    /// <summary>All that comes after them.</summary>
    public IEnumerable<SetCommand> AfterSwitch => [.. Move, .. Loosen, .. Admit];

    /// <summary>All but the preparation.</summary>
    public IEnumerable<SetCommand> AfterPrepare => [.. Forget, .. Hold, .. Overflow, .. Tighten, .. Move, .. Loosen, .. Admit];
}
