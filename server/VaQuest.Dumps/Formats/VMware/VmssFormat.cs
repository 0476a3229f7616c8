// VmssFormat: VMware's suspend (.vmss) and snapshot (.vmsn) files, with their memory inside or in a .vmem file.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.VMware;

/// <summary>Opens the 64-bit form of the files; the 32-bit form of the last century is named and refused elsewhere.</summary>
internal sealed class VmssFormat : IDumpFormat
{
    private const ulong PageSize = 4096;

    private static readonly uint[] s_marks = [0xbed2bed2, 0xbed3bed3, 0xbad1bad1, 0xbad2bad2];

    public Vmcore? TryOpen(DumpInput input)
    {
        ReadOnlySpan<byte> head = input.Head.Span;
        if (head.Length < 12 || Array.IndexOf(s_marks, BinaryPrimitives.ReadUInt32LittleEndian(head)) < 0)
        {
            return null;
        }

        VmssState state = VmssState.Read(input);
        input.AddDetail("Version", $"{BinaryPrimitives.ReadUInt32LittleEndian(head[4..])}");
        if (state.Memory is { } memory)
        {
            return Build(input, input.Source, state, (ulong)memory.Position, memory.Bytes);
        }

        if (!state.IsMemoryKnown)
        {
            throw new DumpFormatException(
                FormatError.Truncated, "the group of the VMware file that says where its memory belongs is cut or missing; nothing can be read");
        }

        JoinedSource joined = VmemFile.Open(input, "VMware state file");
        try
        {
            return Build(input, joined, state, (ulong)input.Source.Length, (ulong)(joined.Length - input.Source.Length));
        }
        catch
        {
            joined.Dispose();
            throw;
        }
    }

    private static Vmcore Build(DumpInput input, DumpSource source, VmssState state, ulong imageAt, ulong imageBytes)
    {
        var pieces = new List<StoredPiece>();
        foreach (VmssRegion region in state.Regions.Where(region => region.Pages > 0))
        {
            const ulong MostPages = ulong.MaxValue / 2 / PageSize;
            bool isSound = region.GuestPage < MostPages && region.ImagePage < MostPages && region.Pages < MostPages;
            VmwareVmcore.AddPiece(
                input, pieces, region.GuestPage * PageSize, isSound ? region.Pages * PageSize : ulong.MaxValue, imageAt + (region.ImagePage * PageSize), source.Length);
        }

        if (state.Regions.Count == 0)
        {
            VmwareVmcore.AddPiece(input, pieces, 0, imageBytes, imageAt, source.Length);
        }

        input.AddDetail("Memory regions", $"{state.Regions.Count}");
        return VmwareVmcore.Build(input, "vmss", source, pieces, [.. state.Cpus.Select(cpu => cpu.ToNote())], [.. state.Cpus.Select(cpu => cpu.ToState())]);
    }
}
