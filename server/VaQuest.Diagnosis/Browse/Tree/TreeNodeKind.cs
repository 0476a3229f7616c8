// TreeNodeKind: what a node of the tree stands for.
namespace VaQuest.Diagnosis.Browse.Tree;

/// <summary>Kinds of nodes; clients choose icons by them.</summary>
public enum TreeNodeKind
{
    Report,
    Log,
    Stack,
    Cpu,
    Frame,

    /// <summary>Nodes of one kind, such as the sleeping tasks.</summary>
    Group,
    Task,

    /// <summary>Who waits for whom.</summary>
    Waits,
    Module,

    /// <summary>A page of <see cref="KernelPages"/>.</summary>
    Page,

    /// <summary>The rest of a long list: its children belong behind its siblings.</summary>
    More,

    /// <summary>Text that tells why there is nothing.</summary>
    Note,
}
