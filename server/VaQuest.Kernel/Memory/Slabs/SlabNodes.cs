// SlabNodes: the parts of a cache that belong to memory nodes.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

internal static class SlabNodes
{
    /// <summary>MAX_NUMNODES is at most 1024 (NODES_SHIFT 10).</summary>
    private const int MaxNodes = 1024;

    /// <summary>The kmem_cache_node of each node that has one; the array node[] is cut to the nodes that exist.</summary>
    public static IReadOnlyList<VirtAddr> Find(KernelObjects objects, VirtAddr cache)
    {
        var found = new List<VirtAddr>();
        bool isPerNode = objects.Types.HasMember("kmem_cache", "per_node");
        if (objects.Types.FindMember("kmem_cache", "node", "per_node") is not { } array)
        {
            return found;
        }

        // 7.0 and later: an array of structures with pointers to the node's lists and barn.
        ulong stride = isPerNode ? (ulong)(objects.Types.FindSize("kmem_cache_per_node_ptrs") ?? 16) : (ulong)objects.Reader.WordSize;
        ulong inside = isPerNode ? objects.Types.FindOffset("kmem_cache_per_node_ptrs", "node") ?? 0 : 0;
        int most = array.Size > 0 ? (int)Math.Min((ulong)array.Size / stride, MaxNodes) : MaxNodes;
        for (int i = 0; i < most; i++)
        {
            // The kmem_cache is allocated only as long as there are nodes: the first pointer that is none ends it.
            if (objects.Reader.FindPointer(cache + array.Offset + inside + ((ulong)i * stride)) is not { } node || !IsPlausible(objects, node))
            {
                break;
            }

            found.Add(node);
        }

        return found;
    }

    private static bool IsPlausible(KernelObjects objects, VirtAddr node) =>
        objects.Types.FindMember("kmem_cache_node", "partial") is { } partial
        && objects.Reader.FindPointer(node + partial.Offset) is { } next && objects.Reader.TryReadPointer(next + (ulong)objects.Reader.WordSize, out VirtAddr back)
        && back == node + partial.Offset;
}
