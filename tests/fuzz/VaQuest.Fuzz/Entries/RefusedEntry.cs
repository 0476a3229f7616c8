// RefusedEntry: files that are named and refused: raw partitions of Mini Kernel Dump, mcore, Windows dumps, Xen saves, archives.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Formats;
using VaQuest.Fuzz.Engine;

namespace VaQuest.Fuzz.Entries;

/// <summary>The input is the beginning of a file of 4 MiB, the smallest that is taken for a partition. Whatever is said of it is one sentence.</summary>
internal sealed class RefusedEntry() : FuzzEntry("mkdump-and-refused")
{
    private const long FileBytes = 4 << 20;

    private static readonly DumpOptions s_options = new() { PageCacheBytes = 64 << 10 };

    public override IEnumerable<FuzzSeed> Seeds =>
    [
        new([.. new byte[512], .. Text("Linux version 2.6.9-minik (root@host) (gcc version 3.3.5) #1 Fri Mar 31 2006\0")]),
        new([.. new byte[64], .. Text("Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14)\0")]),
        new([.. Enumerable.Repeat<byte[]>([0xdd, 0xcc, 0x8b, 0x9a], 4).SelectMany(word => word)]),
        new(Text("PAGEDU64")), new(Text("PAGEDUMP")), new(Text("LinuxGuestRecord")), new([0xed, 0xeb, 0x0f, 0xf0]), new([0x1f, 0x8b, 8]),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[] { "Linux version ", "2.6.", "2.4.", "(gcc", "@", "\0", "\n", "\u001b" }.Select(Text)];

    public override int MaxInput => 16 << 10;

    public override void Run(byte[] input)
    {
        var source = new PaddedSource(input, FileBytes);
        try
        {
            using Vmcore dump = DumpFormats.Open(new DumpInput("/fuzz", source, s_options, CancellationToken.None));
        }
        catch (DumpFormatException error)
        {
            Require(error.Message.Length is > 10 and < 400 && !error.Message.Any(char.IsControl), "a refusal is one clean sentence, not " + error.Message);
            throw;
        }
    }
}
