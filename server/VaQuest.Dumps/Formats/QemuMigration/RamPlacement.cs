// RamPlacement: where QEMU's machines put their memory, because the stream does not say.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// A block's address in the stream is an offset in the block. On PCs memory from the PCI hole on continues at 4 GiB; where the hole begins depends
/// on the machine and on the amount of memory (QEMU: hw/i386/pc_piix.c, hw/i386/pc_q35.c).
/// </summary>
internal static class RamPlacement
{
    private const ulong FourGiB = 1UL << 32;

    /// <summary>System memory of other machines by block name (QEMU: hw/arm/virt.c, hw/riscv/virt.c, hw/ppc/spapr.c, hw/s390x).</summary>
    private static readonly (string Name, ulong Base, string Architecture)[] s_others =
    [
        ("mach-virt.ram", 0x40000000, "aarch64"),
        ("riscv_virt_board.ram", 0x80000000, "riscv64"),
        ("ppc_spapr.ram", 0, "ppc64le"),
        ("s390.ram", 0, "s390x"),
    ];

    /// <summary>Gives every block that is system memory its place. Returns the architecture that the blocks tell, or null.</summary>
    public static string? Place(List<RamBlock> blocks, string machine, DumpInput input)
    {
        foreach ((string name, ulong start, string architecture) in s_others)
        {
            if (blocks.Find(block => block.Name == name) is { } found)
            {
                found.Places.Add((0, start, found.Bytes));
                return architecture;
            }
        }

        List<RamBlock> memory = blocks.FindAll(block => IsSystemMemory(block.Name));
        if (memory.Count == 0 && blocks.Count > 0)
        {
            RamBlock largest = blocks.MaxBy(block => block.Bytes)!;
            input.Warn($"no block of the stream is known to be the guest's memory; the largest, {DumpText.Shorten(largest.Name)}, is taken for it");
            memory = [largest];
        }

        PlaceOnPc(memory, machine);
        foreach (RamBlock block in blocks.Where(block => block.Places.Count == 0 && block.Name.StartsWith("dimm", StringComparison.Ordinal)))
        {
            input.Warn($"the stream does not say where hot-plugged memory {DumpText.Shorten(block.Name)} ({block.Bytes} bytes) is; it is left out");
        }

        return memory.Exists(block => block.Name == "pc.ram") || machine.StartsWith("pc-", StringComparison.Ordinal) ? "x86_64" : null;
    }

    /// <summary>Memory of the machine itself, or of its NUMA nodes, which follow each other.</summary>
    private static bool IsSystemMemory(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        return last == "pc.ram" || last.StartsWith("ram-node", StringComparison.Ordinal) || last.StartsWith("node", StringComparison.Ordinal);
    }

    private static void PlaceOnPc(List<RamBlock> memory, string machine)
    {
        ulong total = memory.Aggregate(0UL, (sum, block) => unchecked(sum + block.Bytes));
        ulong low = LowMemory(machine, total);
        ulong at = 0;
        foreach (RamBlock block in memory)
        {
            ulong below = at < low ? Math.Min(block.Bytes, low - at) : 0;
            if (below > 0)
            {
                block.Places.Add((0, at, below));
            }

            if (block.Bytes > below)
            {
                block.Places.Add((below, FourGiB + (at + below - low), block.Bytes - below));
            }

            at = unchecked(at + block.Bytes);
        }
    }

    private static ulong LowMemory(string machine, ulong total)
    {
        if (machine.Contains("q35", StringComparison.Ordinal))
        {
            return total >= 0xb0000000 ? 0x80000000 : 0xb0000000;
        }

        if (machine.Contains("microvm", StringComparison.Ordinal))
        {
            return 0xc0000000;
        }

        // Machines before pc-i440fx-2.0 do not align to a gigabyte.
        bool isOld = machine.StartsWith("pc-0.", StringComparison.Ordinal) || machine.StartsWith("pc-1.", StringComparison.Ordinal)
            || machine.StartsWith("pc-i440fx-1.", StringComparison.Ordinal);
        return total < 0xe0000000 ? 0xe0000000 : isOld ? 0xe0000000 : 0xc0000000;
    }
}
