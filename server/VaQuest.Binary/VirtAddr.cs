// VirtAddr: a virtual address of the crashed kernel or one of its tasks.
using System.Globalization;

namespace VaQuest.Binary;

/// <summary>A virtual address as the crashed machine's CPUs used it, in bytes.</summary>
public readonly record struct VirtAddr(ulong Value) : IComparable<VirtAddr>
{
    public static VirtAddr operator +(VirtAddr left, ulong distance) => new(unchecked(left.Value + distance));

    public static VirtAddr operator -(VirtAddr left, ulong distance) => new(unchecked(left.Value - distance));

    /// <summary>Distance in bytes from <paramref name="right"/> to <paramref name="left"/>, modulo 2^64.</summary>
    public static ulong operator -(VirtAddr left, VirtAddr right) => unchecked(left.Value - right.Value);

    public static bool operator <(VirtAddr left, VirtAddr right) => left.Value < right.Value;

    public static bool operator >(VirtAddr left, VirtAddr right) => left.Value > right.Value;

    public static bool operator <=(VirtAddr left, VirtAddr right) => left.Value <= right.Value;

    public static bool operator >=(VirtAddr left, VirtAddr right) => left.Value >= right.Value;

    public VirtAddr Add(ulong distance) => this + distance;

    public VirtAddr Subtract(ulong distance) => this - distance;

    public int CompareTo(VirtAddr other) => Value.CompareTo(other.Value);

    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
