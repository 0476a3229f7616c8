// ContainerMember: a list or tree inside of an object.
using VaQuest.Binary;

namespace VaQuest.Kernel.Values;

/// <summary>The head of a container.</summary>
/// <param name="Path">Of the member in the object: "pending.list".</param>
/// <param name="Kind">As the walks of expressions are named: list, hlist, llist, plist, rbtree, xarray, idr, maple_tree.</param>
/// <param name="Address">Of the head.</param>
/// <param name="Element">The structure and member that its nodes are: "task_struct.sibling"; null when it is not known.</param>
public sealed record ContainerMember(string Path, string Kind, VirtAddr Address, string? Element);
