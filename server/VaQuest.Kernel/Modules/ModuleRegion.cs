// ModuleRegion: a stretch of memory that belongs to a loaded module.
using VaQuest.Binary;

namespace VaQuest.Kernel.Modules;

/// <summary>A module's memory of one kind (module_layout before 6.4, module_memory since: include/linux/module.h).</summary>
/// <param name="Kind">text, data, rodata, ro_after_init, init_text, init_data, init_rodata, or core/init where an old kernel does not tell more.</param>
/// <param name="Start">Run-time address.</param>
/// <param name="Size">Bytes.</param>
public sealed record ModuleRegion(string Kind, VirtAddr Start, ulong Size)
{
    public bool Contains(VirtAddr address) => address - Start < Size;
}
