// DwarfVariablesEntry: location lists, variables, types and call sites of debug information.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dwarf;
using VaQuest.TestKit.Elf;

namespace VaQuest.Fuzz.Entries;

/// <summary>Asks for the variables at addresses, where they are and of which type; of a file of which only the named sections are changed.</summary>
internal sealed class DwarfVariablesEntry(string name, params string[] sections) : FuzzEntry(name)
{
    private const int MaxAsked = 64;

    private static readonly ulong[] s_addresses = [0x1000, 0x1012, 0x1025, 0x1045, 0x1113];

    private static readonly string[] s_names = ["thing", "field", "mode", "word", "i", ""];

    public override IEnumerable<FuzzSeed> Seeds
    {
        get
        {
            foreach ((ushort version, bool isIndexed) in new[] { ((ushort)5, false), ((ushort)5, true), ((ushort)4, false) })
            {
                byte[] file = Build(version, isIndexed);
                foreach (ElfSection section in ElfImage.Parse(new ByteRegion(file), "seed").Sections.Where(section => sections.Contains(section.Name.Replace(".debug_", "", StringComparison.Ordinal))))
                {
                    yield return new FuzzSeed(file) { FocusAt = (int)section.FileOffset, FocusLength = (int)section.Size };
                }
            }
        }
    }

    public override void Run(byte[] input)
    {
        DwarfImage image = DwarfImage.Open(ElfImage.Parse(new ByteRegion(input), "fuzz"));
        var types = new DwarfTypes(image);
        foreach (ulong address in s_addresses)
        {
            if (DwarfScopes.Find(image, address) is not { } scopes)
            {
                continue;
            }

            Ask(scopes, types);
            _ = DwarfCallSite.ReadAll(scopes.Function).Take(MaxAsked).Sum(site => site.ReadParameters().Count);
            _ = DwarfCallSite.AreTailCallsComplete(scopes.Function);
        }

        foreach (string text in s_names)
        {
            Touch(() => types.FindStruct(text)?.FindField("field"));
            Touch(() => types.FindNamed(text)?.ByteSize);
            Touch(() => types.FindEnum(text)?.FindValue("ON"));
            Touch(() => types.FindEnumerator(text));
            Touch(() => GlobalVariables.FindByName(image, types, text).Count);
        }

        Touch(() => GlobalVariables.FindAt(image, 0x2000));
        Require(image.Issues.Count <= 100, "complaints are bounded");
    }

    private static void Ask(DwarfScopes scopes, DwarfTypes types)
    {
        foreach (DwarfDie scope in scopes.Entries.Take(MaxAsked))
        {
            foreach (DwarfVariable variable in VariableReader.Read(scope, scopes.Pc).Take(MaxAsked))
            {
                _ = variable.SourceAt(scopes.Pc);
                Touch(() => variable.File);
                Touch(() => variable.Type is { } type ? types.Resolve(type) : null);
            }

            Touch(() => ScopeLines.Find(scope));
        }
    }

    private static void Touch<T>(Func<T> part)
    {
        try
        {
            _ = part();
        }
        catch (DumpFormatException)
        {
            // The part is damaged, and says so.
        }
    }

    /// <summary>The sample unit, whose outer function has variables with location lists, a structure, an array, an enumeration and a call site.</summary>
    private static byte[] Build(ushort version, bool isIndexed)
    {
        DwarfForm list = isIndexed ? DwarfForm.Loclistx : DwarfForm.SecOffset;
        ulong at = isIndexed ? 0 : version == 5 ? 16ul : 0;
        var unit = new SampleUnit
        {
            Version = version,
            Change = root => AddTo(root, list, at),
            Break = parts => parts[version == 5 ? "loclists" : "loc"] = version == 5 ? List5() : List4(),
        };
        return unit.Build();
    }

    private static void AddTo(DwarfEntry root, DwarfForm list, ulong at)
    {
        root.Holds(
            new DwarfEntry(DwarfTag.BaseType, "int").Named("int").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).With(DwarfAttribute.Encoding, DwarfForm.Data1, 5),
            new DwarfEntry(DwarfTag.Typedef, "word").Named("word").Refers(DwarfAttribute.Type, "int"),
            new DwarfEntry(DwarfTag.ArrayType, "list").Refers(DwarfAttribute.Type, "word").Holds(
                new DwarfEntry(DwarfTag.SubrangeType).Refers(DwarfAttribute.Type, "int").With(DwarfAttribute.UpperBound, DwarfForm.Data1, 3)),
            new DwarfEntry(DwarfTag.EnumerationType, "mode").Named("mode").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).Holds(
                new DwarfEntry(DwarfTag.Enumerator).Named("ON").With(DwarfAttribute.ConstValue, DwarfForm.Data1, 1)),
            new DwarfEntry(DwarfTag.StructureType, "box").Named("box").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 24).Holds(
                new DwarfEntry(DwarfTag.Member).Named("field").Refers(DwarfAttribute.Type, "list").With(DwarfAttribute.DataMemberLocation, DwarfForm.Data1, 0),
                new DwarfEntry(DwarfTag.Member).Named("bits").Refers(DwarfAttribute.Type, "mode").With(DwarfAttribute.BitSize, DwarfForm.Data1, 3)
                    .With(DwarfAttribute.DataBitOffset, DwarfForm.Data1, 130)),
            new DwarfEntry(DwarfTag.Variable).Named("global").Refers(DwarfAttribute.Type, "box").WithBlock(DwarfAttribute.Location, [0x03, 0, 0x20, 0, 0, 0, 0, 0, 0]));
        root.Children.Single(child => child.Label == "outer").Holds(
            new DwarfEntry(DwarfTag.FormalParameter).Named("arg").Refers(DwarfAttribute.Type, "box").With(DwarfAttribute.Location, list, at),
            new DwarfEntry(DwarfTag.Variable).Named("local").Refers(DwarfAttribute.Type, "word").With(DwarfAttribute.Location, list, at),
            new DwarfEntry(DwarfTag.Variable).Named("constant").Refers(DwarfAttribute.Type, "mode").With(DwarfAttribute.ConstValue, DwarfForm.Data1, 1),
            new DwarfEntry(DwarfTag.CallSite).With(DwarfAttribute.CallReturnPc, DwarfForm.Addr, 0x1060).Refers(DwarfAttribute.CallOrigin, "plain").Holds(
                new DwarfEntry(DwarfTag.CallSiteParameter).WithBlock(DwarfAttribute.Location, 0x55).WithBlock(DwarfAttribute.CallValue, 0x31, 0x9f)));
    }

    /// <summary>A table of one list: every kind of entry.</summary>
    private static byte[] List5()
    {
        var list = new ByteAssembler().U32(0).U16(5).U8(8).U8(0).U32(1).U32(4);
        list.U8(4).Uleb(0x10).Uleb(0x20).Uleb(1).U8(0x50).U8(9).Uleb(0).Uleb(1).U8(6).U64(0x1030).U8(4).Uleb(0).Uleb(0x10).Uleb(1).U8(0x51);
        list.U8(7).U64(0x1040).U64(0x1050).Uleb(1).U8(0x52).U8(8).U64(0x1060).Uleb(0x10).Uleb(1).U8(0x53).U8(5).Uleb(1).U8(0x57).U8(0);
        byte[] bytes = list.ToArray();
        BitConverter.TryWriteBytes(bytes, bytes.Length - 4);
        return bytes;
    }

    private static byte[] List4() => new ByteAssembler().U64(0).U64(0x10).U16(1).U8(0x50).U64(ulong.MaxValue).U64(0x1010).U64(4).U64(0x40).U16(1).U8(0x51).U64(0).U64(0).ToArray();
}
