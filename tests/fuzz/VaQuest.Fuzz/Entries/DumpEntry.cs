// DumpEntry: a dump format, from its sample: opened and read as every other part of the program would.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Formats;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dumps.Samples;

namespace VaQuest.Fuzz.Entries;

/// <summary>One of <see cref="DumpSamples"/>. A sample of several files has only its main file changed; the others lie beside it.</summary>
internal sealed class DumpEntry : FuzzEntry
{
    private const int CacheBytes = 64 << 10;
    private const int MaxRanges = 32;

    private static readonly ulong[] s_addresses = [0, 0xfff, 0x1000, 0x2345, 1ul << 32, 1ul << 40, long.MaxValue, ulong.MaxValue - 5000, ulong.MaxValue];

    private readonly DumpSample _sample;
    private readonly Lazy<string> _path;
    private readonly byte[] _buffer = new byte[20_000];
    private readonly DumpOptions _options;

    public DumpEntry(string name)
        : base("dump-" + name)
    {
        _sample = DumpSamples.Make(name);
        _options = _sample.Options with { PageCacheBytes = CacheBytes };
        _path = new Lazy<string>(PutFiles);
    }

    public override IEnumerable<FuzzSeed> Seeds => [new FuzzSeed(_sample.Dump) { Fields = _sample.Fields, FocusLength = Math.Min(_sample.Dump.Length, 16 << 10) }];

    public override int MaxInput => Math.Max(64 << 10, _sample.Dump.Length * 2);

    public override void Run(byte[] input)
    {
        var source = new MemorySource(input);
        using Vmcore dump = DumpFormats.Open(new DumpInput(_path.Value, source, _options, CancellationToken.None));
        foreach (ulong address in s_addresses)
        {
            Read(dump, address, _buffer.Length);
            dump.Pages?.StateOf(new Pfn(address));
        }

        if (dump.Pages is { } pages)
        {
            ulong before = 0;
            foreach (PhysicalRange range in pages.EnumeratePresent().Take(MaxRanges))
            {
                Require(range.Length > 0 && range.Start.Value >= before, "present ranges rise");
                before = unchecked(range.Start.Value + (range.Length - 1));
                Read(dump, range.Start.Value, _buffer.Length);
                Read(dump, before, 1);
                pages.StateOf(new Pfn(range.Start.Value / (ulong)pages.PageSize));
                pages.OffsetOf(new Pfn(range.Start.Value / (ulong)pages.PageSize));
            }

            Require(pages.EnumerateRam().Take(MaxRanges).All(range => range.Length > 0), "RAM ranges are not empty");
        }

        string? odd = dump.Warnings.FirstOrDefault(warning => warning.Length is <= 5 or >= 400 || warning.Any(char.IsControl))
            ?? dump.Details.FirstOrDefault(detail => detail.Value.Any(char.IsControl)).Value;
        Require(odd is null, "warnings and details are clean sentences, not " + odd);
    }

    private void Read(Vmcore dump, ulong address, int length)
    {
        Span<byte> destination = _buffer.AsSpan(0, length);
        ReadOutcome outcome = dump.Memory.Read(new PhysAddr(address), destination);
        Require(outcome.BytesRead >= 0 && outcome.BytesRead <= length && outcome.IsOk == (outcome.BytesRead == length), "the outcome fits the request");
        Require(destination[outcome.BytesRead..].IndexOfAnyExcept((byte)0) < 0, "bytes behind the fault are cleared");
    }

    private string PutFiles()
    {
        string folder = Directory.CreateTempSubdirectory("vaquest-fuzz-").FullName;
        foreach ((string name, byte[] bytes) in _sample.Companions.Prepend(new(_sample.FileName, _sample.Dump)))
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        return Path.Combine(folder, _sample.FileName);
    }
}
