// SpecList: the attributes of one abbreviation, to loop over.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>A range of the table's attributes.</summary>
internal readonly struct SpecList(Growable<AttributeSpec> specs, int first, int count)
{
    public Enumerator GetEnumerator() => new(specs, first, count);

    internal struct Enumerator(Growable<AttributeSpec> specs, int first, int count)
    {
        private readonly int _end = first + count;
        private int _at = first - 1;

        public readonly ref readonly AttributeSpec Current => ref specs[_at];

        public bool MoveNext() => ++_at < _end;
    }
}
