// ElfVmcoreHostileTests: ELF vmcores with one thing wrong each.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class ElfVmcoreHostileTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Sound() =>
        new ElfVmcoreWriter().Notes(new NoteWriter().AddPrStatus64(1, 336).AddVmcoreinfo()).Segment(0x1000, Pages.Make(1, 0x2800), memoryBytes: 0x4000).ToArray();

    /// <summary>Every field of the headers, by place and size.</summary>
    public static TheoryData<string, int, int> Fields() => new()
    {
        { "e_type", 16, 2 }, { "e_machine", 18, 2 }, { "e_phoff", 32, 8 }, { "e_shoff", 40, 8 }, { "e_flags", 48, 4 }, { "e_phentsize", 54, 2 },
        { "e_phnum", 56, 2 }, { "e_shentsize", 58, 2 }, { "e_shnum", 60, 2 }, { "e_shstrndx", 62, 2 },
        { "note p_type", 64, 4 }, { "note p_offset", 72, 8 }, { "note p_filesz", 96, 8 },
        { "load p_type", 120, 4 }, { "load p_offset", 128, 8 }, { "load p_paddr", 144, 8 }, { "load p_filesz", 152, 8 }, { "load p_memsz", 160, 8 },
        { "namesz", 176, 4 }, { "descsz", 180, 4 },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void SurvivesEveryFieldAtItsExtremes(string field, int at, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (ulong value in new ulong[] { 0, 1, ulong.MaxValue, 1ul << ((size * 8) - 1), (1ul << ((size * 8) - 1)) - 1, ulong.MaxValue - 0xfff })
        {
            byte[] dump = Sound();
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            bytes[..size].CopyTo(dump.AsSpan(at));
            HostileCheck.OpensOrRefuses(_files, dump, $"{field} = 0x{value:x}");
        }
    }

    [Fact]
    public void SurvivesBeingCutAnywhere() => HostileCheck.SurvivesCuts(_files, Sound(), Pages.Make(1, 0x2800), 0x1000);

    [Fact]
    public void RejectsProgramHeadersBeyondTheLimit()
    {
        byte[] dump = new ElfVmcoreWriter { UsesExtendedCount = true }.Segment(0, new byte[8]).Segment(0x1000, new byte[8]).ToArray();
        var options = new DumpOptions { Limits = new DumpLimits { MaxProgramHeaders = 1 } };
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump, options));
        Assert.Equal(FormatError.LimitExceeded, error.Error);
        Assert.Contains("program headers: 2 are claimed, but at most 1 are read", error.Message);
        _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxProgramHeaders = 2 } }).Dispose();
    }

    [Fact]
    public void LeavesOutSegmentsThatWrapAround()
    {
        byte[] dump = new ElfVmcoreWriter().Segment(0xfffffffffffff000, [], memoryBytes: 0x2000).Segment(0x1000, Pages.Make(1)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Contains("wraps around", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Pages.Make(1));
    }

    [Fact]
    public void IndexesManyOverlappingSegments()
    {
        var writer = new ElfVmcoreWriter { UsesExtendedCount = true };
        for (ulong i = 0; i < 100_000; i++)
        {
            writer.Segment(i, [], memoryBytes: 1_000_000);
        }

        using Vmcore vmcore = _files.Open(writer.Segment(50, [1, 2, 3]).ToArray());
        Pages.AssertReads(vmcore, 50, [1, 2, 3]);
        Assert.Equal(1_099_999ul, vmcore.PhysicalBytes);
    }

    [Fact]
    public void StopsAtADamagedNoteAndKeepsThoseBefore()
    {
        byte[] notes = new NoteWriter().AddVmcoreinfo().AddPrStatus64(1, 336).ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(notes.AsSpan(new NoteWriter().AddVmcoreinfo().ToArray().Length + 4), 0xfffffff0);
        byte[] dump = new ElfVmcoreWriter().Notes(new NoteWriter().Add("X", 1, [])).Segment(0, notes).ToArray();

        // The note segment is pointed at the bytes of the load segment.
        BinaryPrimitives.WriteUInt64LittleEndian(dump.AsSpan(72), BinaryPrimitives.ReadUInt64LittleEndian(dump.AsSpan(128)));
        BinaryPrimitives.WriteUInt64LittleEndian(dump.AsSpan(96), (ulong)notes.Length);
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Assert.Empty(vmcore.CpuNotes);
        Assert.Contains("notes from it on are left out", Assert.Single(vmcore.Warnings));
    }

    [Fact]
    public void KeepsOnlyTheNamesOfNotesAboveTheLimit()
    {
        NoteWriter notes = new NoteWriter().Add("LINUX", 0x700, new byte[5000]).AddVmcoreinfo();
        var options = new DumpOptions { Limits = new DumpLimits { MaxNoteBytes = 4096 } };
        using Vmcore vmcore = _files.Open(new ElfVmcoreWriter().Notes(notes).Segment(0, new byte[8]).ToArray(), options);
        Assert.Equal(("LINUX", 0x700u, 0), (vmcore.Notes[0].Name, vmcore.Notes[0].Type, vmcore.Notes[0].Descriptor.Length));
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
    }

    [Fact]
    public void CountsNotesUpToTheLimit()
    {
        var notes = new NoteWriter();
        for (int i = 0; i < 100; i++)
        {
            notes.Add("X", 1, []);
        }

        byte[] dump = new ElfVmcoreWriter().Notes(notes).Segment(0, new byte[8]).ToArray();
        using Vmcore all = _files.Open(dump);
        Assert.Equal(100, all.Notes.Count);
        using Vmcore some = _files.Open(dump, new DumpOptions { Limits = new DumpLimits { MaxNotes = 99 } });
        Assert.Equal(99, some.Notes.Count);
        Assert.Contains("more than 99 notes", Assert.Single(some.Warnings));
    }
}
