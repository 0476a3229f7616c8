// Coverage: which branches of the instrumented assemblies an input took.
using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace VaQuest.Fuzz.Engine;

/// <summary>
/// SharpFuzz's instrumentation counts branches in a map of 64 KiB, as AFL's does. Counts are compared in powers of two. Without
/// instrumentation the map stays empty, and no input is new.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int MapBytes = 1 << 16;

    private readonly byte[] _seen = new byte[MapBytes];

    /// <summary>Branches seen so far.</summary>
    public int Count { get; private set; }

    /// <summary>Must come before any instrumented code: it counts from its first branch on.</summary>
    public static void Prepare() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapBytes);

    public static void Begin()
    {
        Trace.PrevLocation = 0;
        NativeMemory.Clear(Trace.SharedMem, MapBytes);
    }

    /// <summary>Takes what the last run did; true when it did something that no run did before.</summary>
    public bool Take()
    {
        bool isNew = false;
        ReadOnlySpan<ulong> map = new(Trace.SharedMem, MapBytes / 8);
        for (int i = 0; i < map.Length; i++)
        {
            if (map[i] != 0)
            {
                isNew |= TakeWord(i * 8);
            }
        }

        return isNew;
    }

    private bool TakeWord(int at)
    {
        bool isNew = false;
        for (int i = at; i < at + 8; i++)
        {
            byte hits = Trace.SharedMem[i];
            if (hits == 0)
            {
                continue;
            }

            byte bit = (byte)(1 << BitOperations.Log2(hits));
            if ((_seen[i] & bit) == 0)
            {
                Count += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bit;
                isNew = true;
            }
        }

        return isNew;
    }
}
