// Pfn: a page frame number, an index of pages and never an address.
using System.Globalization;

namespace VaQuest.Binary;

/// <summary>A page frame number: a physical address divided by the page size.</summary>
public readonly record struct Pfn(ulong Value) : IComparable<Pfn>
{
    public static bool operator <(Pfn left, Pfn right) => left.Value < right.Value;

    public static bool operator >(Pfn left, Pfn right) => left.Value > right.Value;

    public static bool operator <=(Pfn left, Pfn right) => left.Value <= right.Value;

    public static bool operator >=(Pfn left, Pfn right) => left.Value >= right.Value;

    public int CompareTo(Pfn other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
