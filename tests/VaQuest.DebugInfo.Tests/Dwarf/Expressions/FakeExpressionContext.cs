// FakeExpressionContext: a frame whose registers and memory a test states.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.DebugInfo.Tests.Dwarf.Expressions;

/// <summary>Everything that is not stated is absent, with a reason of its own.</summary>
internal sealed class FakeExpressionContext : IExpressionContext
{
    public Dictionary<int, ulong> Registers { get; } = [];

    /// <summary>Memory from <see cref="MemoryStart"/> on.</summary>
    public byte[] Memory { get; init; } = [];

    public ulong MemoryStart { get; init; } = 0x1000;

    public ulong? FrameBase { get; init; }

    public ulong? Cfa { get; init; }

    public ulong? ObjectAddress { get; init; }

    public ulong? ThreadBase { get; init; }

    public ulong Slide { get; init; }

    public Func<byte[], ulong?> EntryValue { get; init; } = _ => null;

    public ulong? FindRegister(int dwarfRegister, out Absence? reason)
    {
        bool isKnown = Registers.TryGetValue(dwarfRegister, out ulong value);
        reason = isKnown ? null : new Absence(AbsenceKind.RegisterLost, $"register {dwarfRegister} lost");
        return isKnown ? value : null;
    }

    public Absence? ReadMemory(ulong address, Span<byte> destination)
    {
        ulong at = unchecked(address - MemoryStart);
        if (at >= (ulong)Memory.Length || (ulong)destination.Length > (ulong)Memory.Length - at)
        {
            return Absence.OfMemory(new ReadOutcome(ReadStatus.Excluded, 0, address));
        }

        Memory.AsSpan((int)at, destination.Length).CopyTo(destination);
        return null;
    }

    public ulong? FindFrameBase(out Absence? reason) => Answer(FrameBase, "frame base", out reason);

    public ulong? FindCfa(out Absence? reason) => Answer(Cfa, "cfa", out reason);

    public ulong? FindObjectAddress(out Absence? reason) => Answer(ObjectAddress, "object", out reason);

    public ulong? FindThreadAddress(ulong offset, out Absence? reason) => Answer(unchecked(ThreadBase + offset), "thread", out reason);

    public ulong? Relocate(ulong linkAddress, out Absence? reason) => Answer(unchecked(linkAddress + Slide), "", out reason);

    public ulong? FindEntryValue(ReadOnlySpan<byte> expression, out Absence? reason) => Answer(EntryValue(expression.ToArray()), "entry value", out reason);

    public ulong? FindParameterAtEntry(long infoOffset, out Absence? reason) => Answer(unchecked((ulong)infoOffset), "", out reason);

    public ulong? FindVariableValue(long infoOffset, out Absence? reason) => Answer(unchecked((ulong)infoOffset + 1), "", out reason);

    private static ulong? Answer(ulong? value, string what, out Absence? reason)
    {
        reason = value is null ? Absence.Unknown(what + " not known") : null;
        return value;
    }
}
