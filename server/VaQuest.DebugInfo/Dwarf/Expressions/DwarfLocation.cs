// DwarfLocation: the result of a DWARF expression.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>A location description, computed for one frame. Immutable. Only the members that its kind names are set.</summary>
public sealed class DwarfLocation
{
    private DwarfLocation(LocationKind kind) => Kind = kind;

    public LocationKind Kind { get; }

    /// <summary>Run-time address of a memory location. In call frame expressions the value on top of the stack.</summary>
    public ulong Address { get; private init; }

    /// <summary>DWARF number of a register location.</summary>
    public int Register { get; private init; }

    /// <summary>The bits of a value, zero-extended from <see cref="ByteSize"/> bytes.</summary>
    public UInt128 Bits { get; private init; }

    /// <summary>Size of a value in bytes: that of its base type, else of an address.</summary>
    public int ByteSize { get; private init; }

    /// <summary>The object's bytes of DW_OP_implicit_value, in the machine's byte order.</summary>
    public byte[] Bytes { get; private init; } = [];

    /// <summary>Of an implicit pointer: offset in .debug_info of the object that it points to.</summary>
    public long TargetEntry { get; private init; }

    /// <summary>Of an implicit pointer: bytes from the start of that object.</summary>
    public long TargetOffset { get; private init; }

    public IReadOnlyList<LocationPiece> Pieces { get; private init; } = [];

    /// <summary>Why there is no location; null for the other kinds.</summary>
    public Absence? Reason { get; private init; }

    /// <summary>True when the value was computed from what a caller still knew of the call (DW_OP_entry_value).</summary>
    public bool IsFromCaller { get; private init; }

    public static DwarfLocation Absent(Absence reason) => new(LocationKind.Absent) { Reason = reason };

    public static DwarfLocation Memory(ulong address, bool isFromCaller = false) => new(LocationKind.Memory) { Address = address, IsFromCaller = isFromCaller };

    public static DwarfLocation InRegister(int register) => new(LocationKind.Register) { Register = register };

    public static DwarfLocation OfValue(UInt128 bits, int byteSize, bool isFromCaller = false) =>
        new(LocationKind.Value) { Bits = bits, ByteSize = byteSize, IsFromCaller = isFromCaller };

    public static DwarfLocation OfBytes(byte[] bytes) => new(LocationKind.Bytes) { Bytes = bytes };

    public static DwarfLocation ImplicitPointer(long targetEntry, long offset) =>
        new(LocationKind.ImplicitPointer) { TargetEntry = targetEntry, TargetOffset = offset };

    public static DwarfLocation InPieces(IReadOnlyList<LocationPiece> pieces) => new(LocationKind.Pieces) { Pieces = pieces };
}
