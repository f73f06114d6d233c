namespace Palisade.Operator.Planning;

/// <summary>Whose a NetworkPolicy of a stamped name is.</summary>
internal enum Ownership
{
    /// <summary>There is none of that name.</summary>
    Absent,

    /// <summary>It was stamped by the custom resource.</summary>
    Ours,

    /// <summary>It was stamped by a custom resource of the same kind and name that lived before, or will live after, this one.</summary>
    Namesake,

    /// <summary>It carries the label, but names no owner: the API server's record of field managers must tell.</summary>
    Unclear,

    /// <summary>It is somebody else's, and never touched.</summary>
    Foreign,
}
