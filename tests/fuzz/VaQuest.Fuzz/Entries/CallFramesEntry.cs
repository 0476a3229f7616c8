// CallFramesEntry: .debug_frame and .eh_frame.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Frames;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Elf;

namespace VaQuest.Fuzz.Entries;

/// <summary>Runs every program of a section. The input is the section; its first byte chooses which.</summary>
internal sealed class CallFramesEntry() : FuzzEntry("dwarf-frame")
{
    private static readonly byte[] s_usual = [0x0c, 7, 8, 0x90, 1];

    /// <summary>Remember, expressions, register and offset rules, restore.</summary>
    private static readonly byte[] s_program =
        [0x41, 0x0e, 16, 0x86, 2, 0x0a, 0x41, 0x0f, 3, 0x77, 8, 0x06, 0x10, 6, 2, 0x76, 0, 0x0b, 0x42, 0x07, 3, 0x08, 3, 0x09, 3, 6, 0x14, 3, 1, 0x16, 3, 1, 0x30, 0xc6];

    public override IEnumerable<FuzzSeed> Seeds =>
    [
        new([0, .. Section(1, "", [], false)]), new([0, .. Section(3, "", [], false)]), new([0, .. Section(4, "", [], false)]),
        new([1, .. Section(1, "zR", [0x00], true)]), new([1, .. Section(1, "zPLRS", [0x03, 1, 2, 3, 4, 0x03, 0x00], true)]),
    ];

    public override void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var elf = new ElfWriter();
        elf.AddSection(".text", new byte[0x100], flags: 6, address: 0x1000);
        elf.AddSection((input[0] & 1) == 0 ? ".debug_frame" : ".eh_frame", input[1..], flags: 2, address: 0x5000);
        CallFrameTable? table = CallFrameTable.TryOpen(ElfImage.Parse(new ByteRegion(elf.Build()), "fuzz"));
        if (table is null)
        {
            return;
        }

        int rows = 0;
        table.VisitAll(17, (_, _) => rows++, _ => rows++);
        var row = new UnwindRow(17);
        foreach (ulong address in new ulong[] { 0, 0x1000, 0x1011, 0x10ff, ulong.MaxValue })
        {
            table.TryFindRow(address, null, row);
        }
    }

    private static byte[] Section(byte version, string augmentation, byte[] data, bool isEhFrame)
    {
        var bytes = new ByteAssembler();
        Entry(bytes, isEhFrame ? 0 : uint.MaxValue, body =>
        {
            body.U8(version).Text(augmentation);
            if (version == 4)
            {
                body.U8(8).U8(0);
            }

            body.Uleb(1).Sleb(-8);
            _ = version == 1 ? body.U8(16) : body.Uleb(16);
            if (augmentation.StartsWith('z'))
            {
                body.Uleb((ulong)data.Length).Bytes(data);
            }

            body.Bytes(s_usual);
        });
        foreach (ulong start in new ulong[] { 0x1010, 0x1000 })
        {
            Entry(bytes, isEhFrame ? (uint)bytes.Position + 4 : 0, body =>
            {
                body.U64(start).U64(0x10);
                if (augmentation.StartsWith('z'))
                {
                    body.Uleb(0);
                }

                body.Bytes(s_program);
            });
        }

        return bytes.ToArray();
    }

    private static void Entry(ByteAssembler bytes, uint pointer, Action<ByteAssembler> write)
    {
        var body = new ByteAssembler();
        write(body);
        byte[] content = body.ToArray();
        bytes.U32((uint)content.Length + 4).U32(pointer).Bytes(content);
    }
}
