// PhysAddr: a physical address, never mixed up with a virtual one.
using System.Globalization;

namespace VaQuest.Binary;

/// <summary>A physical address of the crashed machine, in bytes.</summary>
public readonly record struct PhysAddr(ulong Value) : IComparable<PhysAddr>
{
    public static PhysAddr operator +(PhysAddr left, ulong distance) => new(unchecked(left.Value + distance));

    public static PhysAddr operator -(PhysAddr left, ulong distance) => new(unchecked(left.Value - distance));

    /// <summary>Distance in bytes from <paramref name="right"/> to <paramref name="left"/>, modulo 2^64.</summary>
    public static ulong operator -(PhysAddr left, PhysAddr right) => unchecked(left.Value - right.Value);

    public static bool operator <(PhysAddr left, PhysAddr right) => left.Value < right.Value;

    public static bool operator >(PhysAddr left, PhysAddr right) => left.Value > right.Value;

    public static bool operator <=(PhysAddr left, PhysAddr right) => left.Value <= right.Value;

    public static bool operator >=(PhysAddr left, PhysAddr right) => left.Value >= right.Value;

    public PhysAddr Add(ulong distance) => this + distance;

    public PhysAddr Subtract(ulong distance) => this - distance;

    public int CompareTo(PhysAddr other) => Value.CompareTo(other.Value);

    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
