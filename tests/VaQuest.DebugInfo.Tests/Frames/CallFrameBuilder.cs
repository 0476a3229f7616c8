// CallFrameBuilder: small .debug_frame and .eh_frame sections in ELF files.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Frames;
using VaQuest.TestKit.Elf;

namespace VaQuest.DebugInfo.Tests.Frames;

/// <summary>One CIE and its FDEs; defaults make what GCC makes for x86-64.</summary>
internal sealed class CallFrameBuilder
{
    public const ulong EhFrameAddress = 0x5000;
    public const ulong TextAddress = 0x1000;

    /// <summary>CFA = rsp + 8, the return address at CFA - 8.</summary>
    public static readonly byte[] Usual = [0x0c, 7, 8, 0x90, 1];

    public byte Version { get; init; } = 1;

    public string Augmentation { get; init; } = "";

    public byte[] AugmentationData { get; init; } = [];

    public byte[] Initial { get; init; } = Usual;

    public bool IsEhFrame { get; init; }

    public List<(ulong Start, ulong Length, byte[] Program)> Functions { get; } = [];

    /// <summary>Encoding of addresses in .eh_frame: how to write them at a place of the section.</summary>
    public Action<ByteAssembler, ulong>? WriteAddress { get; init; }

    public Action<ByteAssembler, ulong>? WriteLength { get; init; }

    public byte[] Section()
    {
        var bytes = new ByteAssembler();
        Entry(bytes, body =>
        {
            body.U8(Version).Text(Augmentation);
            if (Version == 4)
            {
                body.U8(8).U8(0);
            }

            body.Uleb(1).Sleb(-8);
            _ = Version == 1 ? body.U8(16) : body.Uleb(16);
            if (Augmentation.StartsWith('z'))
            {
                body.Uleb((ulong)AugmentationData.Length).Bytes(AugmentationData);
            }

            body.Bytes(Initial);
        }, IsEhFrame ? 0 : uint.MaxValue);
        foreach ((ulong start, ulong length, byte[] program) in Functions)
        {
            uint pointer = IsEhFrame ? (uint)bytes.Position + 4 : 0;
            Entry(bytes, body =>
            {
                _ = WriteAddress is null ? body.U64(start) : Apply(body, WriteAddress, start);
                _ = WriteLength is null ? body.U64(length) : Apply(body, WriteLength, length);
                if (Augmentation.StartsWith('z'))
                {
                    body.Uleb(0);
                }

                body.Bytes(program);
            }, pointer);
        }

        return bytes.ToArray();
    }

    public CallFrameTable Open(Action<byte[]>? damage = null) => Open(Section(), IsEhFrame, damage);

    public static CallFrameTable Open(byte[] section, bool isEhFrame, Action<byte[]>? damage = null)
    {
        damage?.Invoke(section);
        var elf = new ElfWriter();
        elf.AddSection(".text", new byte[64], flags: 6, address: TextAddress);
        elf.AddSection(isEhFrame ? ".eh_frame" : ".debug_frame", section, flags: isEhFrame ? 2UL : 0, address: isEhFrame ? EhFrameAddress : 0);
        return CallFrameTable.TryOpen(ElfImage.Parse(new ByteRegion(elf.Build()), "test"))!;
    }

    public static string Render(CallFrameTable table, ulong address)
    {
        var row = new UnwindRow(17);
        return table.TryFindRow(address, null, row) ? RowText.Render(row) : "none";
    }

    private static ByteAssembler Apply(ByteAssembler body, Action<ByteAssembler, ulong> write, ulong value)
    {
        write(body, value);
        return body;
    }

    // Entries are aligned to words, as linkers leave them; the length counts the padding.
    private static void Entry(ByteAssembler section, Action<ByteAssembler> write, uint id)
    {
        int at = section.Position;
        section.U32(0).U32(id);
        write(section);
        section.Align(4);
        section.Patch(at, (ulong)(section.Position - at - 4), 4);
    }
}
