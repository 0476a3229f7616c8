// FuzzEntry: one parser that is fed with damaged input.
using VaQuest.Binary;

namespace VaQuest.Fuzz.Engine;

/// <summary>
/// A name, seeds, and what to do with an input. A new entry is one small class in the folder Entries and one line in
/// <see cref="FuzzEntries"/>; entries of dump formats come from the table of samples by themselves.
/// </summary>
internal abstract class FuzzEntry(string name)
{
    public string Name { get; } = name;

    /// <summary>Sound inputs.</summary>
    public abstract IEnumerable<FuzzSeed> Seeds { get; }

    /// <summary>Pieces that are put into inputs: keywords, marks.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Bytes that one run may allocate. Above it is a finding.</summary>
    public virtual long MaxAllocated => 64L << 20;

    /// <summary>Inputs do not grow beyond this many bytes.</summary>
    public virtual int MaxInput => 64 << 10;

    /// <summary>Uses an input. Returns, or throws <see cref="DumpFormatException"/>; every other exception is a finding.</summary>
    public abstract void Run(byte[] input);

    protected static byte[] Text(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    /// <summary>Throws when something that must hold does not: a finding that is no crash.</summary>
    protected static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException("must hold: " + what);
        }
    }
}
