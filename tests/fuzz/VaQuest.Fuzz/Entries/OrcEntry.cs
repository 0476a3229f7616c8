// OrcEntry: ORC unwind rows.
using VaQuest.DebugInfo.Orc;
using VaQuest.Fuzz.Engine;

namespace VaQuest.Fuzz.Entries;

/// <summary>A pair of tables in one input: 4 bytes for each address, then 6 for each row; the first byte chooses the layout.</summary>
internal sealed class OrcEntry() : FuzzEntry("orc")
{
    private const ulong Base = 0xffffffff82000000;

    private static readonly OrcLayout[] s_layouts = Enum.GetValues<OrcLayout>();

    public override IEnumerable<FuzzSeed> Seeds => s_layouts.Select((_, index) => new FuzzSeed(Build((byte)index)));

    public override void Run(byte[] input)
    {
        if (input.Length < 11)
        {
            return;
        }

        byte[] tables = input[1..];
        int count = tables.Length / 10;
        var table = new OrcTable(Base, Base + ((ulong)count * 4), count, s_layouts[input[0] % s_layouts.Length], Read);
        for (ulong at = 0; at < 0x400; at += 0x35)
        {
            table.TryFind(0xffffffff81000000 + at, out _);
        }

        bool Read(ulong address, Span<byte> destination)
        {
            ulong offset = unchecked(address - Base);
            bool isThere = offset <= (ulong)tables.Length && (ulong)destination.Length <= (ulong)tables.Length - offset;
            if (isThere)
            {
                tables.AsSpan((int)offset, destination.Length).CopyTo(destination);
            }

            return isThere;
        }
    }

    private static byte[] Build(byte layout)
    {
        const int Count = 32;
        byte[] bytes = new byte[1 + (Count * 10)];
        bytes[0] = layout;
        for (int i = 0; i < Count; i++)
        {
            int distance = unchecked((int)(0xffffffff81000000 + ((ulong)i * 0x20) - (Base + ((ulong)i * 4))));
            BitConverter.TryWriteBytes(bytes.AsSpan(1 + (i * 4)), distance);
            BitConverter.TryWriteBytes(bytes.AsSpan(1 + (Count * 4) + (i * 6)), (short)(8 * i));
            BitConverter.TryWriteBytes(bytes.AsSpan(1 + (Count * 4) + (i * 6) + 4), (ushort)(0x205 + (i << 4)));
        }

        return bytes;
    }
}
