namespace Palisade.Agent;

/// <summary>What the program's end tells its caller.</summary>
public static class ExitCodes
{
    /// <summary>Done, or stopped when asked to.</summary>
    public const int Success = 0;

    /// <summary>What was asked for could not be done; another try may succeed.</summary>
    public const int Failure = 1;

    /// <summary>A flag, a file or the machine is not as it must be; trying again does not help before that is changed.</summary>
    public const int BadInput = 2;
}
