// KallsymsParts: the checked pieces from which a symbol table is made.
namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>What <see cref="KallsymsOpener"/> found.</summary>
internal sealed record KallsymsParts
{
    public required int Count { get; init; }

    public required LazyBytes Addresses { get; init; }

    public required LazyBytes Names { get; init; }

    public required LazyBytes Markers { get; init; }

    public required int MarkerSize { get; init; }

    public required byte[] Tokens { get; init; }

    public required ushort[] TokenIndex { get; init; }

    public LazyBytes? ByName { get; init; }

    public KallsymsEncoding Encoding { get; init; }

    public ulong RelativeBase { get; init; }

    public ulong OffsetsAddress { get; init; }
}
