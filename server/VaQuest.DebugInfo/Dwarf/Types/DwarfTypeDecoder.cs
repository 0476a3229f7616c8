// DwarfTypeDecoder: one DWARF type entry to a C type.
using System.Text;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.DebugInfo.Dwarf.Types;

/// <summary>Decodes single entries; what they refer to stays a reference. Throws <see cref="DumpFormatException"/> on damage.</summary>
internal sealed class DwarfTypeDecoder(DwarfTypes types)
{
    /// <summary>Members, enumerators or parameters of one type: the largest enums of a kernel have some thousands.</summary>
    private const int MaxChildren = 1 << 16;

    // Dimensions of an array and annotations of a pointer.
    private const int MaxNesting = 16;

    public CType Decode(DwarfDie die)
    {
        TypeAttributes type = TypeAttributes.Read(die);
        switch (type.Tag)
        {
            case DwarfTag.BaseType:
                return DecodeBase(type);
            case DwarfTag.PointerType:
                return DecodePointer(die, type);
            case DwarfTag.StructureType or DwarfTag.UnionType or DwarfTag.ClassType:
                return DecodeStruct(die, type);
            case DwarfTag.EnumerationType:
                return type.IsDeclaration ? new ForwardType(type.Name, false) : DecodeEnum(die, type);
            case DwarfTag.ArrayType:
                return DecodeArray(die, type);
            case DwarfTag.SubroutineType or DwarfTag.Subprogram:
                return DecodeFunction(die, type);
            case DwarfTag.Typedef:
                return new TypedefType(type.Name, types.Reference(die.Unit, type.Type));
            case DwarfTag.ConstType:
                return Qualified("const", die, type);
            case DwarfTag.VolatileType:
                return Qualified("volatile", die, type);
            case DwarfTag.RestrictType:
                return Qualified("restrict", die, type);
            case DwarfTag.AtomicType:
                return Qualified("_Atomic", die, type);
            default:
                return VoidType.Instance;
        }
    }

    private QualifiedType Qualified(string word, DwarfDie die, in TypeAttributes type) => new(word, types.Reference(die.Unit, type.Type));

    // DW_ATE_*: 2 boolean, 4 float, 5 signed, 6 signed char, 8 unsigned char, 0x0d signed fixed.
    private static CType DecodeBase(in TypeAttributes type)
    {
        int size = type.ByteSize.AsCount is > 0 and <= 64 and var bytes ? bytes : 0;
        ulong encoding = type.Encoding.Bits;
        return encoding is 4 or 3
            ? new FloatType(type.Name, size)
            : new IntegerType(type.Name, size, encoding is 5 or 6 or 0x0d, encoding == 2, size == 1 && encoding is 6 or 8 or 0x10);
    }

    private PointerType DecodePointer(DwarfDie die, in TypeAttributes type)
    {
        TypeReference target = types.Reference(die.Unit, type.Type);
        foreach (string tag in FindTags(die, type))
        {
            target = FixedType.To(new QualifiedType(tag, target));
        }

        int size = type.ByteSize.AsCount is > 0 and <= 16 and var bytes ? bytes : die.Unit.Encoding.AddressSize;
        return new PointerType(target, size);
    }

    // btf_type_tag: children of the pointer from clang, a chain of entries from GCC.
    private static List<string> FindTags(DwarfDie die, in TypeAttributes type)
    {
        var tags = new List<string>();
        if (type.HasChildren)
        {
            foreach (DwarfDie child in die.EnumerateChildren().Take(MaxNesting))
            {
                AddTag(child, tags);
            }
        }

        DwarfDie? annotation = type.Annotation.IsPresent ? die.Unit.ReferenceOf(type.Annotation) : null;
        for (int i = 0; i < MaxNesting && annotation is { } entry; i++)
        {
            AddTag(entry, tags);
            DwarfValue next = entry.Find(DwarfAttribute.GnuAnnotation);
            annotation = next.IsPresent ? entry.Unit.ReferenceOf(next) : null;
        }

        return tags;
    }

    private static void AddTag(DwarfDie entry, List<string> tags)
    {
        TypeAttributes tag = TypeAttributes.Read(entry);
        if (tag is { Tag: DwarfTag.LlvmAnnotation or DwarfTag.GnuAnnotation, Name: "btf_type_tag" })
        {
            tags.Add(Encoding.UTF8.GetString(entry.Unit.TextOf(tag.ConstValue)));
        }
    }

    private CType DecodeStruct(DwarfDie die, in TypeAttributes type)
    {
        bool isUnion = type.Tag == DwarfTag.UnionType;
        if (type.IsDeclaration)
        {
            return type.Signature.IsPresent && die.Unit.ReferenceOf(type.Signature) is { } signed && signed.InfoOffset != die.InfoOffset
                ? types.Resolve(signed)
                : new ForwardType(type.Name, isUnion);
        }

        var members = new List<StructMember>();
        if (type.HasChildren)
        {
            foreach (DwarfDie child in die.EnumerateChildren())
            {
                TypeAttributes member = TypeAttributes.Read(child);
                bool isMember = member.Tag == DwarfTag.Member && !member.IsDeclaration;
                if (isMember && members.Count < MaxChildren)
                {
                    members.Add(DecodeMember(child, member));
                }
            }
        }

        return new StructType(type.Name, isUnion, unchecked((long)type.ByteSize.Bits), members);
    }

    private StructMember DecodeMember(DwarfDie die, in TypeAttributes member)
    {
        TypeReference reference = types.Reference(die.Unit, member.Type);
        int bitSize = member.BitSize.AsCount is > 0 and <= 128 and var bits ? bits : 0;
        if (bitSize > 0 && member.DataBitOffset.IsPresent)
        {
            return new StructMember(member.Name, member.DataBitOffset.AsCount, bitSize, reference);
        }

        long start = MemberOffset(die, member.MemberLocation) * 8;
        if (bitSize > 0 && member.BitOffset.IsPresent)
        {
            // Before DWARF 4 bits counted from the most significant end of the storage unit (DWARF 3, 5.6.6).
            long storage = member.ByteSize.IsPresent ? member.ByteSize.AsCount : reference.Resolve().ByteSize ?? 0;
            long fromTop = unchecked((int)member.BitOffset.Bits);
            start += die.Unit.Encoding.IsBigEndian ? fromTop : (storage * 8) - fromTop - bitSize;
        }

        return new StructMember(member.Name, start, bitSize, reference);
    }

    private static long MemberOffset(DwarfDie die, DwarfValue location)
    {
        if (!location.IsBlock)
        {
            return location.AsCount;
        }

        // DWARF 2 has an expression here, of which compilers only ever write DW_OP_plus_uconst.
        var reader = new SpanReader(die.Unit.BlockOf(location), die.Unit.Encoding.IsBigEndian);
        return reader.TryReadByte(out byte op) && op == 0x23 && reader.TryReadUleb128(out ulong offset) && offset <= int.MaxValue ? (long)offset
            : throw DwarfErrors.Unsupported(".debug_info", die.InfoOffset, "a member whose place must be computed");
    }

    private EnumType DecodeEnum(DwarfDie die, in TypeAttributes type)
    {
        int size = type.ByteSize.AsCount is > 0 and <= 16 and var bytes ? bytes : 4;
        bool isSigned = type.Type.IsPresent && types.Reference(die.Unit, type.Type).Resolve().Unqualified is IntegerType { IsSigned: true };
        var values = new List<Enumerator>();
        foreach (DwarfDie child in die.EnumerateChildren())
        {
            TypeAttributes value = TypeAttributes.Read(child);
            if (value.Tag == DwarfTag.Enumerator && values.Count < MaxChildren)
            {
                long number = Constant(value.ConstValue, size, isSigned);
                isSigned |= !type.Type.IsPresent && number < 0 && value.ConstValue.Form == DwarfForm.Sdata;
                values.Add(new Enumerator(value.Name, number));
            }
        }

        return new EnumType(type.Name, size, isSigned, values);
    }

    // A value of fixed size has the sign of the enum's type; GCC stores small ones unsigned in as few bytes as they need.
    private static long Constant(DwarfValue value, int size, bool isSigned)
    {
        long bits = unchecked((long)value.Bits);
        bool isWhole = (value.Form == DwarfForm.Data4 && size == 4) || (value.Form == DwarfForm.Data2 && size == 2)
            || (value.Form == DwarfForm.Data1 && size == 1);
        int unused = 64 - (Math.Min(size, 8) * 8);
        return isWhole && isSigned ? bits << unused >> unused : bits;
    }

    private ArrayType DecodeArray(DwarfDie die, in TypeAttributes type)
    {
        var counts = new List<long>();
        foreach (DwarfDie child in die.EnumerateChildren().Take(MaxNesting))
        {
            TypeAttributes range = TypeAttributes.Read(child);
            if (range.Tag == DwarfTag.SubrangeType)
            {
                counts.Add(CountOf(range));
            }
        }

        TypeReference element = types.Reference(die.Unit, type.Type);
        for (int i = counts.Count - 1; i > 0; i--)
        {
            element = FixedType.To(new ArrayType(element, counts[i]));
        }

        return new ArrayType(element, counts.Count > 0 ? counts[0] : 0);
    }

    // A bound that must be computed, or 2^64 - 1 as GCC writes for [], gives a flexible array.
    private static long CountOf(in TypeAttributes range)
    {
        if (range.Count is { IsPresent: true, IsBlock: false } && !IsReference(range.Count.Form))
        {
            return unchecked((long)range.Count.Bits) is >= 0 and var count ? count : 0;
        }

        bool isKnown = range.UpperBound is { IsPresent: true, IsBlock: false } && !IsReference(range.UpperBound.Form);
        return isKnown && range.UpperBound.Bits < long.MaxValue ? (long)range.UpperBound.Bits + 1 : 0;
    }

    private static bool IsReference(DwarfForm form) => form is DwarfForm.Ref1 or DwarfForm.Ref2 or DwarfForm.Ref4 or DwarfForm.Ref8
        or DwarfForm.RefUdata or DwarfForm.RefAddr or DwarfForm.SecOffset or DwarfForm.Loclistx;

    private FunctionType DecodeFunction(DwarfDie die, in TypeAttributes type)
    {
        var parameters = new List<FunctionParameter>();
        bool isVariadic = false;
        if (type.HasChildren)
        {
            foreach (DwarfDie child in die.EnumerateChildren())
            {
                TypeAttributes parameter = TypeAttributes.Read(child);
                isVariadic |= parameter.Tag == DwarfTag.UnspecifiedParameters;
                if (parameter.Tag == DwarfTag.FormalParameter && parameters.Count < MaxChildren)
                {
                    parameters.Add(new FunctionParameter(parameter.Name, types.Reference(child.Unit, parameter.Type)));
                }
            }
        }

        return new FunctionType(types.Reference(die.Unit, type.Type), parameters, isVariadic);
    }
}
