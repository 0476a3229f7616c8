// LocationValues: from a DWARF location to the value that is there.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Kernel.Values;

/// <summary>Makes values of locations. Never throws on data.</summary>
/// <param name="values">Memory and types.</param>
/// <param name="context">The frame, for registers.</param>
/// <param name="findTarget">The object that an implicit pointer points to, by its entry; null when it is not known.</param>
public sealed class LocationValues(KernelValues values, IExpressionContext context, Func<long, TypedValue?> findTarget)
{
    /// <summary>Objects in registers and pieces are small; larger ones are in memory.</summary>
    private const int MaxBytes = 1 << 16;

    /// <summary>The value of a type at a location.</summary>
    public TypedValue ValueAt(CType type, DwarfLocation location)
    {
        if (location.Kind == LocationKind.ImplicitPointer)
        {
            return PointerTo(type, location);
        }

        long size = values.SizeOf(type) ?? 0;
        return SourceOf(location, (int)Math.Clamp(size, 0, MaxBytes)) switch
        {
            var source => new TypedValue(type, source) { IsFromCaller = location.IsFromCaller },
        };
    }

    private TypedValue PointerTo(CType type, DwarfLocation location)
    {
        var absent = TypedValue.Absent(type, new Absence(AbsenceKind.OptimisedOut, "optimised out here"));
        if (findTarget(location.TargetEntry) is not { } target || values.Resolve(type) is not PointerType pointer)
        {
            return absent;
        }

        return absent with { ImplicitTarget = new TypedValue(pointer.Target, target.Source, unchecked(target.Offset + location.TargetOffset)) };
    }

    private ValueSource SourceOf(DwarfLocation location, int size)
    {
        switch (location.Kind)
        {
            case LocationKind.Memory:
                return new MemorySource(values.Reader, new VirtAddr(location.Address));
            case LocationKind.Register:
                return OfRegister(location.Register, size);
            case LocationKind.Value:
                return new BytesSource(values.Encode(location.Bits, Math.Max(size, 1)));
            case LocationKind.Bytes:
                return new BytesSource(location.Bytes);
            case LocationKind.Pieces:
                return new PiecesSource([.. location.Pieces.Select(OfPiece)]);
            default:
                return new AbsentSource(location.Reason ?? Absence.OptimisedOut);
        }
    }

    // A register holds the object in its low-order bytes.
    private ValueSource OfRegister(int register, int size) =>
        context.FindRegister(register, out Absence? reason) is { } bits
            ? size <= values.Reader.WordSize
                ? new BytesSource(values.Encode(bits, Math.Max(size, 1)))
                : new AbsentSource(Absence.Unknown("it is wider than its register"))
            : new AbsentSource(reason ?? Absence.OptimisedOut);

    private PiecesSource.Piece OfPiece(LocationPiece piece)
    {
        int bytes = (int)Math.Min(((piece.BitOffset + piece.BitSize + 7) / 8), MaxBytes);
        return new PiecesSource.Piece(SourceOf(piece.Location, bytes), piece.BitOffset, piece.BitSize);
    }
}
