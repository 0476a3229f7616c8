// NetNamespaces: finds the network namespaces.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>The list net_namespace_list of struct net (net/core/net_namespace.c).</summary>
public static class NetNamespaces
{
    /// <summary>Containers of one machine.</summary>
    private const int MaxNamespaces = 20_000;

    /// <summary>All namespaces, the initial one first; <paramref name="missing"/> says why some or all are not there.</summary>
    public static IReadOnlyList<ObjectView> Read(LinuxKernel kernel, out string? missing)
    {
        missing = null;
        var found = new List<ObjectView>();
        if (kernel.Types.FindMember("net", "dev_base_head") is null)
        {
            missing = "this kernel's types have no struct net, so its network cannot be read";
            return found;
        }

        VirtAddr? initial = kernel.Symbols.FindAddress("init_net");
        if (initial is null && kernel.Symbols.FindAddress("net_namespace_list") is null)
        {
            missing = "init_net is not a symbol of this kernel: it was built without a network";
            return found;
        }

        if (kernel.Symbols.FindAddress("net_namespace_list") is { } head && kernel.Types.FindOffset("net", "list") is { } link)
        {
            foreach (VirtAddr address in kernel.Objects.ReadList(head, link, MaxNamespaces, out missing))
            {
                found.Add(new ObjectView(kernel.Objects, address, "net"));
            }
        }

        if (initial is { } first && !found.Exists(space => space.Address == first))
        {
            found.Insert(0, new ObjectView(kernel.Objects, first, "net"));
        }

        found.Sort((left, right) => (right.Address == initial).CompareTo(left.Address == initial));
        return found;
    }

    /// <summary>The number that /proc/PID/ns/net shows.</summary>
    public static ulong? NumberOf(ObjectView space) => space.UInt("ns.inum", "proc_inum");
}
