// AddressLayout: which range of the address space serves what, in this kernel.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Layout;

/// <summary>The areas of the kernel's address space, as far as they are known. Immutable.</summary>
/// <param name="Areas">Areas; where two overlap the first one counts.</param>
public sealed record AddressLayout(IReadOnlyList<AddressArea> Areas)
{
    /// <summary>Used where nothing is known about an architecture.</summary>
    public static readonly AddressLayout Unknown = new([]);

    /// <summary>The area that holds an address, or null.</summary>
    public AddressArea? Find(VirtAddr address)
    {
        foreach (AddressArea area in Areas)
        {
            if (area.Contains(address))
            {
                return area;
            }
        }

        return null;
    }

    public AddressArea? Find(AddressAreaKind kind) => Areas.FirstOrDefault(area => area.Kind == kind);

    /// <summary>False for addresses that no pointer of this machine can have.</summary>
    public Func<VirtAddr, bool> IsCanonical { get; init; } = static _ => true;

    /// <summary>True for addresses of the user's half.</summary>
    public Func<VirtAddr, bool> IsUser { get; init; } = static _ => false;
}
