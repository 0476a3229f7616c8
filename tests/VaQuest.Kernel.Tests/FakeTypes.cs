// FakeTypes: structures of words for tests: each member has its own eight bytes.
using VaQuest.DebugInfo.Types;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tests;

/// <summary>A catalogue made of texts: "dentry: d_parent d_name.name d_name.len". Members with dots are nested structures.</summary>
internal sealed class FakeTypes : ITypeCatalog
{
    private readonly Dictionary<string, StructType> _structures = [];
    private readonly CType _word = new IntegerType("unsigned long", 8, false, false, false);

    public FakeTypes(params string[] structures)
    {
        foreach (string text in structures)
        {
            string[] parts = text.Split(':', 2);
            _structures.Add(parts[0], Build(parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    public string Origin => "the test";

    public StructType? FindStruct(string tag) => _structures.GetValueOrDefault(tag);

    public EnumType? FindEnum(string tag) => null;

    public CType? FindNamed(string name) => null;

    public long? FindEnumerator(string name) => null;

    public KernelObjects Over(FakeKernelMemory memory) => new(memory.Reader, new KernelTypes(VmcoreinfoTable.Parse(""u8), () => this));

    /// <summary>Writes a member of a structure.</summary>
    public void Set(FakeKernelMemory memory, ulong structure, string tag, string path, ulong value) =>
        memory.WriteUInt64(AddressOf(structure, tag, path), value);

    /// <summary>Address of a member.</summary>
    public ulong AddressOf(ulong structure, string tag, string path) => structure + (ulong)_structures[tag].FindField(path)!.ByteOffset;

    // Members of one nested structure stand together.
    private StructType Build(string name, string[] paths)
    {
        var members = new List<StructMember>();
        long offset = 0;
        foreach (IGrouping<string, string> group in paths.GroupBy(path => path.Split('.')[0]))
        {
            string[] inner = [.. group.Where(path => path.Contains('.', StringComparison.Ordinal)).Select(path => path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..])];
            CType type = inner.Length > 0 ? Build("", inner) : _word;
            members.Add(new StructMember(group.Key, offset * 8, 0, FixedType.To(type)));
            offset += type.ByteSize ?? 8;
        }

        return new StructType(name, false, offset, members);
    }
}
