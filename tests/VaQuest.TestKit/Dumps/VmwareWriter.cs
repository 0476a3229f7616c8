// VmwareWriter: writes VMware's suspend files and guest dumps for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// State files with the groups "cpu" and "memory", and the state of guest dumps. The memory image is the caller's: regions say where its pages belong.
/// </summary>
public sealed class VmwareWriter
{
    private readonly List<(uint ImagePage, uint GuestPage, uint Pages)> _regions = [];
    private readonly List<(byte[] Registers, ulong Cr3, ulong Cr4, ulong Idt)> _cpus = [];
    private readonly Dictionary<string, long> _places = [];

    /// <summary>Where fields were put by the last writing.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    public VmwareWriter Region(uint imagePage, uint guestPage, uint pages)
    {
        _regions.Add((imagePage, guestPage, pages));
        return this;
    }

    /// <param name="registers">27 registers in the order of a register note.</param>
    /// <param name="cr3">Control register 3.</param>
    /// <param name="cr4">Control register 4.</param>
    /// <param name="idt">Address of the interrupt table.</param>
    public VmwareWriter Cpu(byte[] registers, ulong cr3, ulong cr4 = 0, ulong idt = 0)
    {
        _cpus.Add((registers, cr3, cr4, idt));
        return this;
    }

    /// <summary>A state file; <paramref name="memory"/> goes into it, or null when it lies in a .vmem file.</summary>
    public byte[] ToState(byte[]? memory)
    {
        var file = new WireWriter();
        file.U32(memory is null ? 0xbed3bed3 : 0xbed2bed2).U32(8).U32(2).Zeros(160);
        long cpuAt = file.Position;
        WriteCpus(file);
        long memoryAt = file.Position;
        WriteMemory(file, memory);
        long end = file.Position;
        WriteGroup(file.At(12), "cpu", cpuAt, memoryAt - cpuAt);
        WriteGroup(file, "memory", memoryAt, end - memoryAt);
        _places["groups"] = 8;
        _places["cpu position"] = 12 + 64;
        _places["memory position"] = 12 + 80 + 64;
        return file.ToArray();
    }

    /// <summary>The .guest file of a guest dump, version 4 without holes or 7 with one.</summary>
    public byte[] ToGuestdump(uint version, ulong pages, ulong holePage = 0, ulong holePages = 0)
    {
        var file = new WireWriter();
        file.U32(version).U32((uint)_cpus.Count).Zeros(version == 7 ? 8 : 14);
        _places["last address"] = file.Position;
        file.U64(((pages + holePages) * 4096) - 1).U64(pages).U32(0).U32(holePages > 0 ? 1u : 0u).U64(holePage).U64(holePages).Zeros(16);
        file.Zeros(version == 7 ? 11 : 0);
        foreach ((byte[] registers, ulong cr3, ulong cr4, ulong idt) in _cpus)
        {
            file.U32(0x80050033).U64(0).U64(cr3).U64(cr4).Zeros(80).U64(idt).Zeros(42).Bytes(registers).Zeros(17).Zeros(4096);
        }

        return file.ToArray();
    }

    private static void WriteGroup(WireWriter file, string name, long position, long size) => file.Text(name, 64).U64((ulong)position).U64((ulong)size);

    private static WireWriter Tag(WireWriter file, string name, int size, params int[] indices)
    {
        file.U16((ushort)((name.Length << 8) | (indices.Length << 6) | size)).Text(name, name.Length);
        foreach (int index in indices)
        {
            file.U32((uint)index);
        }

        return file;
    }

    private static WireWriter Block(WireWriter file, string name, long bytes, int padding, params int[] indices) =>
        Tag(file, name, 63, indices).U64((ulong)bytes).U64((ulong)bytes).U16((ushort)padding).Zeros(padding);

    private void WriteCpus(WireWriter file)
    {
        Tag(file, "cpu:numVCPUs", 4).U32((uint)_cpus.Count);
        for (int i = 0; i < _cpus.Count; i++)
        {
            (byte[] registers, ulong cr3, ulong cr4, ulong idt) = _cpus[i];
            Block(file, "gpregs", 128, 0, i);
            foreach (int register in new[] { 10, 11, 12, 5, 4, 19, 13, 14, 9, 8, 7, 6, 3, 2, 1, 0 })
            {
                file.Bytes(registers.AsSpan(register * 8, 8));
            }

            Block(file, "CR64", 72, 3, i);
            file.U64(0x80050033).Zeros(16).U64(cr3).U64(cr4).Zeros(32);
            Block(file, "IDTR", 10, 0, i);
            file.U16(0xfff).U64(idt);
            Tag(file, "rip", 8, i).Bytes(registers.AsSpan(16 * 8, 8));
            Tag(file, "eflags", 4, i).Bytes(registers.AsSpan(18 * 8, 4));
        }

        file.U16(0);
    }

    private void WriteMemory(WireWriter file, byte[]? memory)
    {
        Tag(file, "regionsCount", 4).U32((uint)_regions.Count);
        for (int i = 0; i < _regions.Count; i++)
        {
            _places["region image page"] = file.Position + 2 + 13 + 4;
            Tag(file, "regionPageNum", 4, i).U32(_regions[i].ImagePage);
            _places["region guest page"] = file.Position + 2 + 9 + 4;
            Tag(file, "regionPPN", 4, i).U32(_regions[i].GuestPage);
            _places["region pages"] = file.Position + 2 + 10 + 4;
            Tag(file, "regionSize", 4, i).U32(_regions[i].Pages);
        }

        if (memory is not null)
        {
            _places["memory bytes"] = file.Position + 2 + 6 + 8;
            Block(file, "Memory", memory.Length, 5, 0, 0);
            file.Bytes(memory);
        }

        file.U16(0);
    }
}
