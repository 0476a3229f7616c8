// BtfDecoder: one BTF type record to a C type.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.DebugInfo.Btf;

/// <summary>Decodes single records; the catalogue has already checked that the record is whole.</summary>
internal sealed class BtfDecoder(BtfCatalog catalog, int pointerSize)
{
    private const int SignedEncoding = 1;

    private const int BooleanEncoding = 4;

    public CType Decode(SpanReader reader)
    {
        string name = catalog.StringAt(reader.ReadUInt32());
        uint info = reader.ReadUInt32();
        uint sizeOrType = reader.ReadUInt32();
        int count = (int)(info & 0xffff);
        bool flag = info >> 31 != 0;
        var kind = (BtfKind)((info >> 24) & 0x1f);
        switch (kind)
        {
            case BtfKind.Int:
                return DecodeInteger(name, sizeOrType, reader.ReadUInt32());
            case BtfKind.Float:
                return new FloatType(name, ToSize(sizeOrType));
            case BtfKind.Ptr:
                return new PointerType(Reference(sizeOrType), pointerSize);
            case BtfKind.Array:
                uint element = reader.ReadUInt32();
                reader.Skip(4);
                return new ArrayType(Reference(element), reader.ReadUInt32());
            case BtfKind.Struct or BtfKind.Union:
                return new StructType(name, kind == BtfKind.Union, sizeOrType, DecodeMembers(ref reader, count, flag));
            case BtfKind.Enum or BtfKind.Enum64:
                return new EnumType(name, ToSize(sizeOrType), flag, DecodeEnumerators(ref reader, count, flag, kind == BtfKind.Enum64));
            case BtfKind.Fwd:
                return new ForwardType(name, flag);
            case BtfKind.Typedef:
                return new TypedefType(name, Reference(sizeOrType));
            case BtfKind.Const:
                return new QualifiedType("const", Reference(sizeOrType));
            case BtfKind.Volatile:
                return new QualifiedType("volatile", Reference(sizeOrType));
            case BtfKind.Restrict:
                return new QualifiedType("restrict", Reference(sizeOrType));
            case BtfKind.TypeTag:
                return new QualifiedType(name, Reference(sizeOrType));
            case BtfKind.FuncProto:
                return DecodeFunction(ref reader, sizeOrType, count);
            default:
                return VoidType.Instance;
        }
    }

    private static IntegerType DecodeInteger(string name, uint size, uint data)
    {
        int encoding = (int)((data >> 24) & 0xf);
        bool isCharacter = size == 1 && name.Contains("char", StringComparison.Ordinal);
        return new IntegerType(name, ToSize(size), (encoding & SignedEncoding) != 0, (encoding & BooleanEncoding) != 0, isCharacter);
    }

    /// <summary>Sizes of scalars fit into a few bytes; anything larger is damage and taken as 0.</summary>
    private static int ToSize(uint size) => size <= 64 ? (int)size : 0;

    private TypeReference Reference(uint id) => new(catalog, id);

    private StructMember[] DecodeMembers(ref SpanReader reader, int count, bool hasBitFields)
    {
        var members = new StructMember[count];
        for (int i = 0; i < count; i++)
        {
            string name = catalog.StringAt(reader.ReadUInt32());
            uint type = reader.ReadUInt32();
            uint offset = reader.ReadUInt32();
            members[i] = hasBitFields
                ? new StructMember(name, offset & 0xffffff, (int)(offset >> 24), Reference(type))
                : new StructMember(name, offset, 0, Reference(type));
        }

        return members;
    }

    private Enumerator[] DecodeEnumerators(ref SpanReader reader, int count, bool isSigned, bool isWide)
    {
        var values = new Enumerator[count];
        for (int i = 0; i < count; i++)
        {
            string name = catalog.StringAt(reader.ReadUInt32());
            uint low = reader.ReadUInt32();
            long value = isWide ? unchecked((long)(low | ((ulong)reader.ReadUInt32() << 32))) : isSigned ? unchecked((int)low) : low;
            values[i] = new Enumerator(name, value);
        }

        return values;
    }

    private FunctionType DecodeFunction(ref SpanReader reader, uint returnType, int count)
    {
        var parameters = new List<FunctionParameter>(count);
        bool isVariadic = false;
        for (int i = 0; i < count; i++)
        {
            uint name = reader.ReadUInt32();
            uint type = reader.ReadUInt32();
            isVariadic = i == count - 1 && name == 0 && type == 0;
            if (!isVariadic)
            {
                parameters.Add(new FunctionParameter(catalog.StringAt(name), Reference(type)));
            }
        }

        return new FunctionType(Reference(returnType), parameters, isVariadic);
    }
}
