// RamBlock: one block of guest memory in a QEMU migration stream.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>A block (pc.ram, vga.vram, …) with where QEMU's machine puts it; blocks that are no system memory are nowhere.</summary>
internal sealed class RamBlock(string name, ulong bytes)
{
    public string Name => name;

    public ulong Bytes => bytes;

    /// <summary>Where each part lies: offset in the block, physical address, length.</summary>
    public List<(ulong Offset, ulong Physical, ulong Bytes)> Places { get; } = [];

    /// <summary>The physical address of an offset, or null.</summary>
    public PhysAddr? Translate(ulong offset)
    {
        foreach ((ulong start, ulong physical, ulong length) in Places)
        {
            if (offset >= start && offset - start < length)
            {
                return new PhysAddr(physical + (offset - start));
            }
        }

        return null;
    }
}
