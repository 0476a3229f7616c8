// BentMemory: the memory of a real dump with some of its words replaced, and a count of what is read.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Diagnosis.Tests.Browse.Hostile;

/// <summary>
/// The same words are bent whatever the order of the reads: a word's fate follows from its address and the seed. Throws when more is read than a
/// bounded walk would, so that an endless one fails the test instead of hanging it.
/// </summary>
internal sealed class BentMemory(IPhysicalMemory inner, Bend bend, ulong seed, Func<ulong, bool> isBendable) : IPhysicalMemory
{
    private const int PageSize = 4096;

    /// <summary>One word in so many is bent.</summary>
    private const ulong Rarity = 24;

    /// <summary>One page in so many is lost.</summary>
    private const ulong PageRarity = 4;

    private long _reads;

    /// <summary>Reads since the last <see cref="Allow"/>.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Reads after which the walk counts as endless.</summary>
    public long Limit { get; private set; } = long.MaxValue;

    public void Allow(long reads)
    {
        Limit = reads;
        Interlocked.Exchange(ref _reads, 0);
    }

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        if (Interlocked.Increment(ref _reads) > Limit)
        {
            throw new InvalidOperationException("more is read than a bounded walk would");
        }

        ulong page = address.Value & ~(ulong)(PageSize - 1);
        if (bend == Bend.LostPages && isBendable(page) && Mix(page) % PageRarity == 0)
        {
            destination.Clear();
            return new ReadOutcome(ReadStatus.Excluded, 0, address.Value);
        }

        ReadOutcome outcome = inner.Read(address, destination);
        if (bend != Bend.LostPages)
        {
            ulong word = address.Value & ~7UL;
            for (; word < address.Value + (ulong)outcome.BytesRead; word += 8)
            {
                if (isBendable(word) && Mix(word) % Rarity == 0)
                {
                    Replace(address.Value, destination[..outcome.BytesRead], word);
                }
            }
        }

        return outcome;
    }

    // Small words become counts, pointers become other pointers; text and code that is neither stays.
    private void Replace(ulong start, Span<byte> bytes, ulong word)
    {
        Span<byte> whole = stackalloc byte[8];
        if (!inner.Read(new PhysAddr(word), whole).IsOk)
        {
            return;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(whole);
        bool isPointer = value >> 47 == 0x1ffff && value != ulong.MaxValue;
        bool isCount = value < 1 << 20;
        ulong? other = bend switch
        {
            Bend.Circles when isPointer => (value & ~0xfffUL) | (word & 0xff8),
            Bend.WildPointers when isPointer => Mix(word * 31) | (0x1ffffUL << 47),
            Bend.FlippedBits => value ^ (1UL << (int)(Mix(word * 7) & 63)),
            Bend.HugeCounts when isCount => Mix(word * 13) % 3 == 0 ? 0x7fffffffffffffffUL : 0x00ffffff00ffffffUL,
            _ => null,
        };
        if (other is not { } changed)
        {
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(whole, changed);
        for (int i = 0; i < 8; i++)
        {
            ulong at = word + (ulong)i;
            if (at >= start && at - start < (ulong)bytes.Length)
            {
                bytes[(int)(at - start)] = whole[i];
            }
        }
    }

    // The finaliser of splitmix64: every bit of the address matters.
    private ulong Mix(ulong value)
    {
        unchecked
        {
            ulong z = value + (seed * 0x9e3779b97f4a7c15);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }
}
